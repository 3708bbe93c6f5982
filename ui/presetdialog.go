package ui

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// presetForm is the list of window presets, to be changed. What is impossible is said
// while it is typed.
type presetForm struct {
	object  fyne.CanvasObject
	rows    []*presetRow
	box     *fyne.Container
	problem *widget.Label
	pass    func(*fyne.KeyEvent)
}

// presetRow is one preset. A name that Lightbox brings is shown translated; the preset
// keeps its own as long as that is not changed.
type presetRow struct {
	key           *widget.Label
	name          *widget.Entry
	width, centre *numberEntry
	was           app.Term
	shown         string // was, as it is shown
}

func newPresetForm(list []app.Preset, pass func(*fyne.KeyEvent)) *presetForm {
	f := &presetForm{box: container.NewVBox(), problem: smallLabel(widget.DangerImportance), pass: pass}
	add := widget.NewButtonWithIcon(lang.L("Add a preset"), theme.ContentAddIcon(), func() {
		f.add(app.Preset{})
		f.arrange()
	})
	own := widget.NewButton(lang.L("Lightbox presets"), func() { f.fill(app.DefaultPresets()) })
	weasis := widget.NewButton(lang.L("Weasis presets"), func() { f.fill(app.WeasisPresets()) })
	why := smallLabel(widget.MediumImportance)
	why.SetText(lang.L("Windows for CT in Hounsfield units, chosen by the digit before them. W is the width, L the centre."))
	f.object = container.NewBorder(why, container.NewVBox(f.problem, container.NewHBox(add, layout.NewSpacer(), own, weasis)),
		nil, nil, container.NewVScroll(f.box))
	f.fill(list)
	return f
}

// fill shows another list.
func (f *presetForm) fill(list []app.Preset) {
	f.rows = nil
	for _, p := range list {
		f.add(p)
	}
	f.arrange()
}

// add puts a preset at the end; an empty one waits for its numbers.
func (f *presetForm) add(p app.Preset) {
	nothing := func() {} // leaving an entry applies nothing: a button does
	r := &presetRow{key: widget.NewLabel(""), name: widget.NewEntry(), was: p.Name}
	r.width, r.centre = newNumberEntry(nothing, nothing, nothing, f.pass), newNumberEntry(nothing, nothing, nothing, f.pass)
	r.name.SetPlaceHolder(lang.L("Name"))
	if p != (app.Preset{}) {
		r.shown = say(p.Name.Message())
		r.name.SetText(r.shown)
		r.width.SetText(strconv.FormatFloat(p.Width, 'f', -1, 64)) // all digits: what is not changed stays
		r.centre.SetText(strconv.FormatFloat(p.Centre, 'f', -1, 64))
	}
	for _, e := range []*widget.Entry{r.name, &r.width.Entry, &r.centre.Entry} {
		e.OnChanged = func(string) { f.check() }
	}
	f.rows = append(f.rows, r)
}

// arrange draws the rows anew, each with the digit that chooses it.
func (f *presetForm) arrange() {
	f.box.RemoveAll()
	for i, r := range f.rows {
		r.key.SetText("")
		if key := app.PresetKey(i); key > 0 {
			r.key.SetText(strconv.Itoa(key))
		}
		remove := widget.NewButtonWithIcon("", theme.DeleteIcon(), func() {
			f.rows = slices.DeleteFunc(f.rows, func(o *presetRow) bool { return o == r })
			f.arrange()
		})
		cell := func(width float32, o fyne.CanvasObject) fyne.CanvasObject {
			return container.NewGridWrap(fyne.NewSize(width, r.width.MinSize().Height), o)
		}
		f.box.Add(container.NewBorder(nil, nil, cell(28, r.key), container.NewHBox(
			widget.NewLabel("W"), cell(84, r.width), widget.NewLabel("L"), cell(84, r.centre), remove), r.name))
	}
	f.check()
}

// presets are what stands in the form; a number that is none is not a number.
func (f *presetForm) presets() []app.Preset {
	var list []app.Preset
	for _, r := range f.rows {
		name := app.Term(strings.TrimSpace(r.name.Text))
		if r.was != "" && r.name.Text == r.shown {
			name = r.was
		}
		list = append(list, app.Preset{Name: name, Width: parseNumber(r.width.Text), Centre: parseNumber(r.centre.Text)})
	}
	return list
}

// check says what is impossible.
func (f *presetForm) check() (possible bool) {
	problem := ""
	if why := app.CheckPresets(f.presets()); why != nil {
		problem = say(*why)
	}
	f.problem.SetText(problem)
	return problem == ""
}

// showPresets lets the user change the window presets.
func (w *mainWindow) showPresets() {
	f := newPresetForm(w.session.Settings().WindowPresets(), w.typedKey)
	var d *dialog.CustomDialog
	apply := widget.NewButtonWithIcon(lang.L("Apply"), theme.ConfirmIcon(), func() {
		if f.check() && w.session.SetPresets(f.presets()) == nil { // else the sentence is there
			d.Hide()
		}
	})
	apply.Importance = widget.HighImportance
	cancel := widget.NewButtonWithIcon(lang.L("Cancel"), theme.CancelIcon(), func() { d.Hide() })
	d = dialog.NewCustomWithoutButtons(lang.L("Window presets"), f.object, w.window)
	d.SetButtons([]fyne.CanvasObject{cancel, apply})
	d.Resize(fyne.NewSize(560, 480))
	w.show(d)
}
