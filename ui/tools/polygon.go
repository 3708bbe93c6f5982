package tools

import (
	"slices"

	"fyne.io/fyne/v2"

	"lightbox/app/marks"
)

// Corners of a polygon: the fewest that enclose anything, and the most that are
// drawn by hand.
const (
	minCorners = 3
	maxCorners = 1000
)

// polygon makes polygons corner by corner. A click on the first corner closes it,
// and so does one on the last corner, as the second of a double click is.
type polygon struct {
	host    Marking
	grab    grab
	points  []marks.Point
	on      string
	held    bool
	pressed marks.Point
}

func (t *polygon) Press(e Event) {
	t.held = false
	t.grab.release()
	if len(t.points) > 0 && e.On != t.on {
		t.Cancel()
	}
	if len(t.points) == 0 && t.grab.press(e) {
		return
	}
	b, ok := imageOf(t.host)
	if !ok || !e.sound() || len(t.points) == 0 && !b.near(e.At, reach*e.unit()) {
		return
	}
	p := b.clamp(e.At)
	if t.closes(p, e.unit()) {
		t.close()
		return
	}
	if n := len(t.points); n == maxCorners || n > 0 && apart(p, t.points[n-1]) < slack*e.unit() {
		return
	}
	t.points, t.on = append(t.points, p), e.On
	t.held, t.pressed = true, e.At
	t.show(t.points)
}

// closes tells whether a click at p closes the polygon.
func (t *polygon) closes(p marks.Point, unit float64) bool {
	n := len(t.points)
	return n >= minCorners && (apart(p, t.points[0]) <= reach*unit || apart(p, t.points[n-1]) < slack*unit)
}

func (t *polygon) close() {
	m := marks.Mark{Kind: marks.Polygon, Points: t.points}
	t.points, t.held = nil, false
	t.host.Preview(nil)
	t.host.Add(m)
}

// Drag moves the corner that was just placed.
func (t *polygon) Drag(e Event) {
	if t.grab.drag(e) || !t.held || !e.sound() {
		return
	}
	b, ok := imageOf(t.host)
	if !ok || e.On != t.on {
		t.Cancel()
		return
	}
	if apart(e.At, t.pressed) >= slack*e.unit() {
		t.points[len(t.points)-1] = b.clamp(e.At)
		t.show(t.points)
	}
}

func (t *polygon) Release(Event) {
	t.grab.release()
	t.held = false
}

func (t *polygon) Hover(e Event) {
	if len(t.points) == 0 {
		t.grab.hover(e)
		return
	}
	if b, ok := imageOf(t.host); ok && !t.held && e.On == t.on && e.sound() {
		p := b.clamp(e.At)
		if t.closes(p, e.unit()) {
			t.show(t.points)
			return
		}
		t.show(append(slices.Clone(t.points), p))
	}
}

func (t *polygon) show(points []marks.Point) {
	t.host.Preview(&marks.Mark{Kind: marks.Polygon, Points: slices.Clone(points)})
}

func (t *polygon) Cancel() bool {
	held := t.grab.cancel()
	if len(t.points) == 0 {
		return held
	}
	t.points, t.held = nil, false
	t.host.Preview(nil)
	return true
}

// Key takes the last corner back, or closes.
func (t *polygon) Key(name fyne.KeyName) bool {
	n := len(t.points)
	switch name {
	case fyne.KeyBackspace, fyne.KeyDelete:
		if n == 0 {
			return false
		}
		t.points, t.held = t.points[:n-1], false
		if n == 1 {
			t.host.Preview(nil)
		} else {
			t.show(t.points)
		}
		return true
	case fyne.KeyReturn, fyne.KeyEnter:
		if n >= minCorners {
			t.close()
		}
		return n > 0
	}
	return false
}

func (t *polygon) About() About {
	a := About{polygonName, polygonFirst, "polygon", crossFor("polygon")}
	switch n := len(t.points); {
	case n == 0:
		a.Cursor = t.grab.cursor(a.Cursor)
	case n < minCorners:
		a.Next = polygonNext
	default:
		a.Next = polygonClose
	}
	return a
}
