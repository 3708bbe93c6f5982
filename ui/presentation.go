package ui

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/model/plane"
	"lightbox/ui/viewport"
)

// presentationLines say that a pane shows its image by a presentation state, by which,
// and what of it is not shown; there are none where there is no state.
func presentationLines(p *app.Pane, st *app.State) (state []string, left string) {
	name, ok := st.PresentationOf(p)
	if !ok {
		if p.OwnShown {
			return []string{lang.L("presentation state not applied")}, ""
		}
		return nil, ""
	}
	var omitted []string
	for _, t := range p.Omitted() {
		omitted = append(omitted, say(t.Message()))
	}
	if len(omitted) > 0 {
		left = lang.L("not shown of it: {{.What}}", map[string]any{"What": strings.Join(omitted, ", ")})
	}
	state = lines(join(": ", lang.L("Presentation state"), join(" · ", name.Label, name.Description)), join(" · ", readableName(name.Creator), presentationDate(name)))
	return state, left
}

// presentationText names a state by its label, its author and its date.
func presentationText(n app.PresentationName) string {
	return join(" · ", n.Label, n.Description, readableName(n.Creator), presentationDate(n))
}

func presentationDate(n app.PresentationName) string {
	return join(" ", dicomDate(n.Date), dicomTime(n.Time))
}

// presentedAnnotations are the figures and texts of the presentation state in a pane.
func presentedAnnotations(p *app.Pane, labels bool) (out []viewport.Annotation) {
	if p.Presented == nil {
		return nil
	}
	for _, f := range p.Presented.Figures {
		points := make([]plane.Point, len(f.Points))
		for i, at := range f.Points {
			points[i] = plane.Point{X: at[0], Y: at[1]}
		}
		out = append(out, viewport.Annotation{Strokes: []viewport.Stroke{{Points: points, Closed: f.Closed}}, Colour: grayOf(f.Gray)})
	}
	for _, t := range p.Presented.Texts {
		at := plane.Point{X: t.At[0], Y: t.At[1]}
		a := viewport.Annotation{LabelAt: at, Colour: grayOf(t.Gray)}
		if labels {
			a.Label = t.Lines
		}
		if t.Mark {
			a.Strokes = []viewport.Stroke{{Points: []plane.Point{at}}}
		}
		out = append(out, a)
	}
	return out
}

// grayOf is the colour of a layer; none where the state recommends none.
func grayOf(level *float64) color.NRGBA {
	if level == nil {
		return color.NRGBA{}
	}
	v := uint8(*level*255 + 0.5)
	return color.NRGBA{R: v, G: v, B: v, A: 0xff}
}

// noPresentation says why there is no presentation state to choose.
func (w *mainWindow) noPresentation() app.Message {
	if why := w.session.NoPresentation(); why != nil {
		return *why
	}
	return app.Message{}
}

// choosePresentation opens a menu of the presentation states that refer to the image in
// the active pane, under the pane's caption.
func (w *mainWindow) choosePresentation() {
	head := w.panes.boxes[w.session.State().Active].paneHead
	m := widget.NewPopUpMenu(w.presentationMenu(), fyne.CurrentApp().Driver().CanvasForObject(head))
	if m == nil {
		return // the pane is on no window at the moment
	}
	w.tips.leave()
	m.ShowAtRelativePosition(fyne.NewPos(0, head.Size().Height), head)
	m.ActivateNext()
}

func (w *mainWindow) presentationMenu() *fyne.Menu {
	choose := func(uid string) func() {
		return func() {
			w.session.ChoosePresentation(uid)
			w.focusPane()
		}
	}
	own := fyne.NewMenuItem(lang.L("The image's own presentation"), choose(""))
	own.Checked = w.session.State().Presented == nil
	m := fyne.NewMenu("", own)
	for i, c := range w.session.Presentations() {
		text := presentationText(c.Name)
		if text == "" {
			text = lang.L("Presentation state {{.Number}}", map[string]any{"Number": i + 1})
		}
		item := fyne.NewMenuItem(viewport.Shorten(text, scaled(menuStackWidth), scaled(proseSize+2), fyne.TextStyle{}), choose(c.UID))
		item.Checked = c.On
		m.Items = append(m.Items, item)
	}
	return m
}
