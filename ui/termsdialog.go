package ui

import (
	"math"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// termsForm asks for the prevalence of a finding among the user's patients and the
// level of the sets. What is impossible is refused where it is typed.
type termsForm struct {
	object     fyne.CanvasObject
	prevalence *numberEntry
	level      *widget.Select
	levels     []float64 // of the select's options
	problem    *widget.Label
	preview    *widget.Label
	reading    *app.Reading
}

func newTermsForm(finding string, now app.Terms, reading *app.Reading, pass func(*fyne.KeyEvent)) *termsForm {
	nothing := func() {} // leaving the entry applies nothing: a button does
	leave := func() { pass(&fyne.KeyEvent{Name: fyne.KeyEscape}) }
	f := &termsForm{prevalence: newNumberEntry(nothing, leave, nothing, pass), reading: reading, problem: smallLabel(widget.DangerImportance), preview: smallLabel(widget.MediumImportance)}
	f.prevalence.SetPlaceHolder(lang.L("as in the calibration pictures"))
	if now.Prevalence != 0 {
		f.prevalence.SetText(strconv.FormatFloat(100*now.Prevalence, 'g', 6, 64))
	}
	names := []string{lang.L("that of the calibration")}
	f.levels = []float64{0}
	for _, l := range app.Levels {
		names, f.levels = append(names, trimmed(100*l)+" %"), append(f.levels, l)
	}
	f.level = widget.NewSelect(names, nil)
	f.level.SetSelectedIndex(0)
	for i, l := range f.levels {
		if l == now.Level {
			f.level.SetSelectedIndex(i)
		}
	}
	f.prevalence.OnChanged = func(string) { f.check() }
	f.level.OnChanged = func(string) { f.check() }
	why := smallLabel(widget.MediumImportance)
	why.SetText(lang.L("The share of your own patients that have the finding turns the probability into the one for them, if pictures with and without the finding look alike in both places. " +
		"The level is the share of pictures, of each class, that have the truth in their set."))
	f.object = container.NewVBox(
		widget.NewForm(
			widget.NewFormItem(lang.L("Finding"), widget.NewLabel(lang.L(finding))),
			widget.NewFormItem(lang.L("Prevalence (%)"), f.prevalence),
			widget.NewFormItem(lang.L("Level of the set"), f.level),
		), why, f.preview, f.problem)
	f.check()
	return f
}

// terms are what stands in the form; a prevalence that is no number is not a
// number.
func (f *termsForm) terms() app.Terms {
	t := app.Terms{Level: f.levels[max(f.level.SelectedIndex(), 0)]}
	text := strings.TrimSuffix(strings.TrimSpace(f.prevalence.Text), "%")
	if text != "" {
		t.Prevalence = parseNumber(text) / 100
		if t.Prevalence == 0 { // typed, and so not the absence of a number
			t.Prevalence = math.NaN()
		}
	}
	return t
}

// check says what is impossible, or what the terms make of the result on screen.
func (f *termsForm) check() (possible bool) {
	t := f.terms()
	problem, preview := "", ""
	if why := t.Check(); why != nil {
		problem = say(*why)
	} else if a, ok := app.NewAnswer(f.reading, t); ok {
		list := []app.Message{app.Say("{{.Name}}: {{.Value}}", "Name", say(a.Name()), "Value", a.Value())}
		for _, f := range []func() (app.Message, bool){a.At, a.AtOwn} {
			if m, ok := f(); ok {
				list = append(list, m)
			}
		}
		if m, ok := a.Set(); ok {
			list = append(list, app.Say("{{.Set}} at {{.Level}}", "Set", say(m), "Level", a.Level()))
		}
		preview = paragraphs(list...)
	}
	f.problem.SetText(problem)
	f.preview.SetText(preview)
	return problem == ""
}

// showTerms asks for them.
func (w *mainWindow) showTerms() {
	finding := w.session.Finding()
	f := newTermsForm(finding, w.session.Settings().TermsOf(finding), w.shownReading(), w.typedKey)
	var d *dialog.CustomDialog
	apply := widget.NewButtonWithIcon(lang.L("Apply"), theme.ConfirmIcon(), func() {
		if !f.check() {
			return // the sentence is there
		}
		if why := w.session.SetTerms(finding, f.terms()); why == nil {
			d.Hide()
		}
	})
	apply.Importance = widget.HighImportance
	f.prevalence.OnSubmitted = func(string) { apply.OnTapped() }
	cancel := widget.NewButtonWithIcon(lang.L("Cancel"), theme.CancelIcon(), func() { d.Hide() })
	d = dialog.NewCustomWithoutButtons(lang.L("Prevalence and level"), f.object, w.window)
	d.SetButtons([]fyne.CanvasObject{cancel, apply})
	d.Resize(dialogSize(w.window, 480, 340))
	w.show(d)
	w.window.Canvas().Focus(f.prevalence)
}
