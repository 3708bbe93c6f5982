package ui

import (
	"fmt"

	"fyne.io/fyne/v2/lang"

	"lightbox/app"
	"lightbox/app/marks"
	"lightbox/model/plane"
	"lightbox/ui/viewport"
	"lightbox/vision"
)

// annotated is what the annotations of a pane depend on: while it stays the same they
// do, however often the window or the place changes.
type annotated struct {
	frame      string
	version    uint64
	selected   string
	over       string
	preview    *marks.Mark
	presented  *vision.Presented
	labels     bool
	demo       bool
	localizers [4]float64
	cross      [2]float64
	hasLine    bool
	hasCross   bool
}

// annotationsOf are the marks in a pane, with what they measure, and lines of
// reference.
func (w *mainWindow) annotationsOf(i int, p *app.Pane) []viewport.Annotation {
	st, box := w.session.State(), w.panes.boxes[i]
	now := annotated{
		frame: frameKey(p), version: st.MarksVersion(), selected: st.Selected, over: box.over, presented: p.Presented, labels: w.annotations != annotationsOff, demo: st.Demo,
	}
	if i == st.Active {
		now.preview = st.Preview
	}
	a, b, ok := st.Localizer(p)
	now.localizers, now.hasLine = [4]float64{a[0], a[1], b[0], b[1]}, ok
	x, y, ok := st.CrossIn(p)
	now.cross, now.hasCross = [2]float64{x, y}, ok
	if now == box.annotated && now.preview == nil {
		return box.annotations
	}
	box.annotated, box.annotations = now, w.makeAnnotations(p, now)
	return box.annotations
}

func (w *mainWindow) makeAnnotations(p *app.Pane, now annotated) (out []viewport.Annotation) {
	st := w.session.State()
	out = presentedAnnotations(p, now.labels)
	for _, m := range st.Marks(p) {
		if now.preview != nil && now.preview.ID == m.ID {
			continue // the one that is being changed stands in for it
		}
		out = append(out, w.annotation(p, m, true, now))
	}
	if now.preview != nil {
		needed, _ := now.preview.Kind.Needs()
		out = append(out, w.annotation(p, *now.preview, len(now.preview.Points) >= needed && now.preview.ID != "", now))
	}
	if now.hasLine {
		l := now.localizers
		out = append(out, viewport.Line(plane.Point{X: l[0], Y: l[1]}, plane.Point{X: l[2], Y: l[3]}, w.localizerText()))
	}
	if now.hasCross && p.Scan != nil {
		x, y, m := now.cross[0], now.cross[1], p.Scan.Values
		out = append(out,
			viewport.Line(plane.Point{X: 0, Y: y}, plane.Point{X: float64(m.Columns), Y: y}, ""),
			viewport.Line(plane.Point{X: x, Y: 0}, plane.Point{X: x, Y: float64(m.Rows)}, ""))
	}
	return out
}

// localizerText names the image that a line of reference stands for.
func (w *mainWindow) localizerText() string {
	st := w.session.State()
	return fmt.Sprintf("%d/%d", st.ShownFrame()+1, st.Frames())
}

// annotation is a mark as it is drawn.
func (w *mainWindow) annotation(p *app.Pane, m marks.Mark, whole bool, now annotated) viewport.Annotation {
	a := viewport.Shape(m, whole)
	a.Selected, a.Hovered = m.ID != "" && m.ID == now.selected, m.ID != "" && m.ID == now.over
	if at := marks.Label(m); now.labels {
		a.Label, a.LabelAt = w.markLabel(p, m), plane.Point{X: at.X, Y: at.Y}
	}
	return a
}

// markLabel is what stands beside a mark: its name and its main values, with what
// their unit rests on.
func (w *mainWindow) markLabel(p *app.Pane, m marks.Mark) []string {
	var out []string
	if name := w.session.State().MarkName(m); name != "" {
		out = append(out, name)
	}
	needed, _ := m.Kind.Needs()
	if len(m.Points) < needed {
		return out
	}
	r := w.session.Measure(p, m)
	if r.Refused != nil {
		return append(out, lang.L(string(m.Kind.Term()))+": "+lang.L("not measured"))
	}
	for _, v := range r.Values {
		if v.Main {
			out = append(out, markValue(v))
		}
	}
	return out
}

// markValue is a value with its name, and the source of its unit where that is not the
// scanner's own.
func markValue(v marks.Value) string {
	text := lang.L(string(v.Name)) + " " + v.String()
	if v.Provenance != "" && v.Provenance != vision.AtScanner {
		text += " (" + lang.L(string(v.Provenance)) + ")"
	}
	return text
}
