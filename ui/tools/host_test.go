package tools

import (
	"fmt"
	"image"
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lightbox/app/marks"
)

// fake is a pane with a frame of 200 × 100 pixels that writes down what tools ask
// of it.
type fake struct {
	said     []string
	marks    []marks.Mark
	preview  *marks.Mark
	selected string
	frames   int
	empty    bool
	answer   func(m marks.Mark, done func(marks.Mark, bool))
}

var _ Host = (*fake)(nil)

func (f *fake) say(format string, args ...any) { f.said = append(f.said, fmt.Sprintf(format, args...)) }

func (f *fake) Pan(dx, dy float64)                  { f.say("pan %g,%g", dx, dy) }
func (f *fake) Zoom(factor float64, at image.Point) { f.say("zoom %.4g at %v", factor, at) }
func (f *fake) Window(dx, dy, speed float64)        { f.say("window %g,%g ×%g", dx, dy, speed) }
func (f *fake) Scroll(by int)                       { f.say("scroll %d", by) }
func (f *fake) Frames() int                         { return f.frames }
func (f *fake) PaneHeight() int                     { return 400 }
func (f *fake) RegionWindow(a, b marks.Point)       { f.say("region %s", written(a, b)) }
func (f *fake) CrossHair(at marks.Point)            { f.say("cross %s", written(at)) }
func (f *fake) Select(id string)                    { f.selected = id; f.say("select %s", id) }
func (f *fake) Selected() string                    { return f.selected }
func (f *fake) Over(id string)                      { f.say("over %s", id) }
func (f *fake) Delete(id string)                    { f.say("delete %s", id) }
func (f *fake) Add(m marks.Mark)                    { f.say("add %s %s%s", m.Kind, written(m.Points...), m.Name) }
func (f *fake) Change(before, after marks.Mark) {
	f.say("change %s to %s", written(before.Points...), written(after.Points...))
}
func (f *fake) Ask(m marks.Mark, done func(marks.Mark, bool)) {
	f.say("ask %s %s", m.Kind, written(m.Points...))
	if f.answer != nil {
		f.answer(m, done)
	}
}

func (f *fake) Magnify(at *image.Point) {
	if at == nil {
		f.say("magnify no more")
		return
	}
	f.say("magnify %v", *at)
}

func (f *fake) Bounds() (columns, rows int) {
	if f.empty {
		return 0, 0
	}
	return 200, 100
}

func (f *fake) Preview(m *marks.Mark) { f.preview = m }

// Hit finds points, and of what has two or more points the middle of the first two.
func (f *fake) Hit(p marks.Point, reach float64) (marks.Mark, int, bool) {
	for _, m := range f.marks {
		for i, q := range m.Points {
			if math.Hypot(p.X-q.X, p.Y-q.Y) <= reach {
				return m, i, true
			}
		}
		if len(m.Points) > 1 && math.Hypot(p.X-(m.Points[0].X+m.Points[1].X)/2, p.Y-(m.Points[0].Y+m.Points[1].Y)/2) <= reach {
			return m, Body, true
		}
	}
	return marks.Mark{}, 0, false
}

func (f *fake) Move(m marks.Mark, part int, dx, dy float64) marks.Mark {
	m = m.Clone()
	for i := range m.Points {
		if part == Body || part == i {
			m.Points[i].X += dx
			m.Points[i].Y += dy
		}
	}
	return m
}

// written is points as the tests write them.
func written(points ...marks.Point) string {
	var s strings.Builder
	for _, p := range points {
		fmt.Fprintf(&s, "(%.4g %.4g)", p.X, p.Y)
	}
	return s.String()
}

// step is something a reader does.
type step func(*Hand)

// event is one of a pane at zoom 2 on a screen of 1 pixel a unit.
func event(x, y float64) Event {
	return Event{At: marks.Point{X: x, Y: y}, Screen: image.Pt(int(2*x), int(2*y)), Button: desktop.MouseButtonPrimary, Unit: 0.5, On: "frame 1"}
}

func press(x, y float64) step   { return func(h *Hand) { h.Press(event(x, y)) } }
func drag(x, y float64) step    { return func(h *Hand) { h.Drag(event(x, y)) } }
func release(x, y float64) step { return func(h *Hand) { h.Release(event(x, y)) } }
func hover(x, y float64) step {
	return func(h *Hand) {
		e := event(x, y)
		e.Button = 0
		h.Hover(e)
	}
}
func key(name fyne.KeyName) step { return func(h *Hand) { h.Key(name) } }
func take(k Kind) step           { return func(h *Hand) { h.Take(k) } }

// click is what a hand does: it presses, and moves a little before it releases.
func click(x, y float64) step {
	return func(h *Hand) { press(x, y)(h); drag(x+0.4, y-0.4)(h); release(x+0.4, y-0.4)(h) }
}

// with changes the events of a step.
func with(change func(*Event), method func(*Hand, Event), x, y float64) step {
	return func(h *Hand) {
		e := event(x, y)
		change(&e)
		method(h, e)
	}
}

func shift(e *Event)      { e.Modifier = fyne.KeyModifierShift }
func otherFrame(e *Event) { e.On = "frame 2" }

// moving is a drag by screen pixels with a button.
func moving(b desktop.MouseButton, dx, dy float64, m fyne.KeyModifier) step {
	return func(h *Hand) {
		e := event(10, 20)
		e.Button, e.DX, e.DY, e.Modifier = b, dx, dy, m
		h.Drag(e)
	}
}
