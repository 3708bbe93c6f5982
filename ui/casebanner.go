package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
)

// Sizes of the banner's letters, in units: they are read from the back of a room. Only
// a line that is too long for the window has smaller ones.
const (
	bannerNumber = 34
	bannerValue  = 44
	bannerLine   = 28
	bannerLeast  = 18
	bannerGap    = 24
)

// caseBanner tells, in large letters over the panes, which case of a list is on screen
// and what of its result is shown: value, name and interval as they stand in the strip.
type caseBanner struct {
	window *mainWindow
	object *fyne.Container
	number *canvas.Text
	value  *canvas.Text
	upper  *canvas.Text // the finding, or why there is no number
	lower  *canvas.Text // the number's name and interval

	running bool
	panel   *bool // whether the user wanted the panel before the list began
}

// newCaseBanner makes it; before is the one that it replaces, if any.
func newCaseBanner(w *mainWindow, before *caseBanner) *caseBanner {
	line := func(size float32) *canvas.Text { return colouredText("", theme.ColorNameForeground, size, true) }
	b := &caseBanner{window: w, number: line(bannerNumber), value: line(bannerValue), upper: line(bannerLine), lower: line(bannerLine)}
	if before != nil {
		b.running, b.panel = before.running, before.panel
	}
	ground := canvas.NewRectangle(theme.Color(theme.ColorNameMenuBackground))
	b.object = container.NewStack(ground, container.NewPadded(container.New(&bannerLayout{}, b.number, b.value, b.upper, b.lower)))
	b.object.Hide()
	return b
}

// caseText is which case is on screen.
func caseText(n, of int) string {
	if n == 0 {
		return lang.L("Not in the list")
	}
	return lang.L("Case {{.Number}} of {{.Count}}", map[string]any{"Number": n, "Count": of})
}

// step goes to another stack or, while a list of cases is gone through, to another case.
func (w *mainWindow) step(by int) {
	if _, _, ok := w.session.State().CaseAt(); ok {
		w.session.StepStudy(by)
	} else {
		w.session.Step(by)
	}
}

// endCases ends going through a list; it tells whether there was one.
func (w *mainWindow) endCases() bool {
	_, _, ok := w.session.State().CaseAt()
	w.session.EndCases()
	return ok
}

// show draws the case, and gives the panes the room of the panel while the list runs.
func (b *caseBanner) show() {
	w := b.window
	n, of, running := w.session.State().CaseAt()
	if running != b.running {
		b.running = running
		if hidden := false; running {
			b.panel, w.chosen = w.chosen, &hidden
		} else {
			w.chosen = b.panel
		}
		w.arrange()
	}
	if running {
		r := w.result
		lower, colour := r.badge.Text, r.badge.Color
		upper := r.finding.Text
		if upper == "" {
			upper, lower = lower, ""
		}
		b.number.Text, b.value.Text, b.upper.Text = caseText(n, of), r.value.Text, upper
		b.lower.Text, b.lower.Color = join(" · ", lower, r.interval.Text), colour
		b.object.Refresh()
	}
	if running != b.object.Visible() {
		setVisible(b.object, running)
		w.window.Content().Refresh()
	}
}

// bannerLayout puts number, value and the two lines of the result beside each other.
type bannerLayout struct{}

func (*bannerLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, 2*lineHeight(bannerLine))
}

func (*bannerLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(bannerGap) / 2
	for _, o := range objects[:2] {
		t := o.(*canvas.Text)
		width := t.MinSize().Width
		t.Move(fyne.NewPos(x, 0))
		t.Resize(fyne.NewSize(width, size.Height))
		if t.Text != "" {
			x += width + bannerGap
		}
	}
	rest := max(size.Width-x, 1)
	height := size.Height / 2
	if objects[3].(*canvas.Text).Text == "" {
		height = size.Height // one line stands in the middle
	}
	for i, o := range objects[2:] {
		t := o.(*canvas.Text)
		fitText(t, rest, bannerLine, bannerLeast)
		t.Move(fyne.NewPos(x, float32(i)*height))
		t.Resize(fyne.NewSize(rest, height))
	}
}
