package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// voiBar shows the window, lets it be typed, and offers the scan's own ones.
type voiBar struct {
	session  *app.Session
	object   fyne.CanvasObject
	width    *numberEntry
	centre   *numberEntry
	choice   *keySelect
	updating bool
}

// leastChoice is the least width of the list of windows in units at 100 % of text.
const leastChoice = 110

func newVOIBar(w *mainWindow) *voiBar {
	session, tips := w.session, w.tips
	v := &voiBar{session: session}
	giveUp := func() { v.show(session.State()) }
	v.width = newNumberEntry(v.submit, giveUp, w.focusPane, w.typedKey)
	v.centre = newNumberEntry(v.submit, giveUp, w.focusPane, w.typedKey)
	v.choice = newKeySelect(&tips.way, func(string) {
		if !v.updating {
			v.chosen(v.choice.SelectedIndex())
			w.focusPane()
		}
	})
	v.choice.PlaceHolder = lang.L("manual")
	size := fyne.NewSize(scaled(84), v.width.MinSize().Height)
	entry := func(name, tip string, e *numberEntry) fyne.CanvasObject {
		return withTip(tips, tip, container.NewHBox(widget.NewLabel(name), container.NewGridWrap(size, e)))
	}
	v.object = inOrder(nil, container.NewHBox(
		entry("W", lang.L("Window width in modality values; Enter applies it"), v.width),
		entry("L", lang.L("Window centre (level) in modality values; Enter applies it"), v.centre),
	), withTip(tips, lang.L("The file's own windows, the automatic one, presets, and the clamped mode"), container.New(&narrow{scaled(leastChoice)}, v.choice)), nil, nil)
	return v
}

// submit applies what was typed, if it is another window than the one in
// force; the session says why one is impossible, and it is put back.
func (v *voiBar) submit() {
	st := v.session.State()
	if v.updating || st.Scan == nil {
		return
	}
	centre, width := st.VOI.Window()
	if v.width.Text == trimmed(width) && v.centre.Text == trimmed(centre) {
		return
	}
	v.session.SetWindow(parseNumber(v.centre.Text), parseNumber(v.width.Text))
	v.show(v.session.State())
}

// show brings the controls to the session's window.
func (v *voiBar) show(st *app.State) {
	v.updating = true
	defer func() { v.updating = false }()
	if st.Scan == nil {
		for _, d := range []fyne.Disableable{v.width, v.centre, v.choice} {
			d.Disable()
		}
		return
	}
	for _, d := range []fyne.Disableable{v.width, v.centre, v.choice} {
		d.Enable()
	}
	centre, width := st.VOI.Window()
	setEntry(v.width, trimmed(width))
	setEntry(v.centre, trimmed(centre))
	var options []string
	for i, o := range st.VOIs() {
		if o = st.Scan.InMode(o, st.Clamped); i == st.VOIIndex {
			o = st.VOI // a stack keeps one automatic window for all its images
		}
		// Two windows of one file may read alike; a number tells them apart.
		options = append(options, strconv.Itoa(i+1)+"  "+windowText(o))
	}
	chosen := st.VOIIndex
	if app.NoPresets(st.Scan) == nil {
		for i, p := range v.session.Settings().WindowPresets() {
			if st.VOI == p.VOI() {
				chosen = len(st.VOIs()) + i
			}
			options = append(options, windowText(p.VOI()))
		}
	}
	if app.NoClamp(st.Pane) == nil {
		options = append(options, clampText(st))
	}
	if !slices.Equal(options, v.choice.Options) {
		v.choice.SetOptions(options)
	}
	// What is none of them is called by its source: manual, region.
	if name := lang.L(string(st.VOI.Source)); chosen < 0 && v.choice.PlaceHolder != name {
		v.choice.PlaceHolder = name
		v.choice.Refresh()
	}
	switch {
	case chosen < 0 && v.choice.Selected != "":
		v.choice.ClearSelected()
	case chosen >= 0 && v.choice.Selected != options[chosen]:
		v.choice.SetSelectedIndex(chosen)
	}
}

// clampText is the entry of the list that takes the clamped mode or leaves it.
func clampText(st *app.State) string {
	if st.Clamped {
		return lang.L("let the lower end go")
	}
	return lang.L("hold the lower end at {{.Floor}}", map[string]any{"Floor": trimmed(st.Scan.Floor())})
}

// chosen takes one of the file's windows, the automatic one or, behind those, a preset;
// the last entry of the list may be the switch of the clamped mode.
func (v *voiBar) chosen(i int) {
	st := v.session.State()
	switch n := len(st.VOIs()); {
	case i < n:
		v.session.ChooseVOI(i)
	case i == len(v.choice.Options)-1 && app.NoClamp(st.Pane) == nil:
		v.session.ToggleClamp()
		v.show(v.session.State()) // the list shows the window, not its switch
	default:
		v.session.UsePreset(i - n)
	}
}

// setEntry changes a text that is another one: each change is drawn.
func setEntry(e *numberEntry, text string) {
	if e.Text != text {
		e.SetText(text)
	}
}
