package ui

import (
	"strconv"
	"strings"

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
	width    *widget.Entry
	centre   *widget.Entry
	choice   *widget.Select
	updating bool
}

func newVOIBar(session *app.Session, tips *tipLayer) *voiBar {
	v := &voiBar{session: session, width: widget.NewEntry(), centre: widget.NewEntry()}
	v.choice = widget.NewSelect(nil, func(string) {
		if !v.updating {
			session.ChooseVOI(v.choice.SelectedIndex())
		}
	})
	v.choice.PlaceHolder = lang.L("manual")
	v.width.OnSubmitted = func(string) { v.submit() }
	v.centre.OnSubmitted = func(string) { v.submit() }
	size := fyne.NewSize(84, v.width.MinSize().Height)
	entry := func(name, tip string, e *widget.Entry) fyne.CanvasObject {
		return withTip(tips, tip, container.NewHBox(widget.NewLabel(name), container.NewGridWrap(size, e)))
	}
	v.object = container.NewHBox(
		entry("W", lang.L("Window width in modality values; Enter applies it"), v.width),
		entry("L", lang.L("Window centre (level) in modality values; Enter applies it"), v.centre),
		withTip(tips, lang.L("The file's own windows and the automatic one"),
			container.NewGridWrap(fyne.NewSize(300, size.Height), v.choice)),
	)
	return v
}

// submit applies what was typed; what is no window is put back.
func (v *voiBar) submit() {
	width, werr := strconv.ParseFloat(strings.TrimSpace(v.width.Text), 64)
	centre, cerr := strconv.ParseFloat(strings.TrimSpace(v.centre.Text), 64)
	if werr == nil && cerr == nil && width > 0 {
		v.session.SetWindow(centre, width)
		return
	}
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
	v.width.SetText(trimmed(width))
	v.centre.SetText(trimmed(centre))
	var options []string
	for i, o := range st.Scan.VOIs {
		// Two windows of one file may read alike; a number tells them apart.
		options = append(options, strconv.Itoa(i+1)+"  "+windowText(o))
	}
	v.choice.SetOptions(options)
	if st.VOIIndex < 0 {
		v.choice.ClearSelected()
	} else {
		v.choice.SetSelectedIndex(st.VOIIndex)
	}
}
