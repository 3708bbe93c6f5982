package tools

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lightbox/app/marks"
)

// grab takes a mark that is there by a handle, or as a whole, and moves it. All
// tools that make marks have one: what lies under the pointer comes before what is
// new.
type grab struct {
	host   Marking
	bodies bool // whole marks can be taken, not only handles

	held, moved   bool
	before, after marks.Mark
	part          int
	from          marks.Point
	on            string
	over          string // what the pointer is over
}

// find is what can be taken at the pointer.
func (g *grab) find(e Event) (m marks.Mark, part int, ok bool) {
	if g == nil || !e.sound() {
		return m, 0, false
	}
	m, part, ok = g.host.Hit(e.At, reach*e.unit())
	return m, part, ok && (g.bodies || part != Body)
}

// press takes what is under the pointer, if anything is.
func (g *grab) press(e Event) bool {
	m, part, ok := g.find(e)
	if !ok {
		return false
	}
	*g = grab{host: g.host, bodies: g.bodies, over: g.over, held: true, before: m.Clone(), after: m.Clone(), part: part, from: e.At, on: e.On}
	g.host.Select(m.ID)
	return true
}

// drag moves what is held; it tells whether anything is.
func (g *grab) drag(e Event) bool {
	if g == nil || !g.held {
		return false
	}
	b, ok := imageOf(g.host)
	if !ok || e.On != g.on {
		g.cancel()
		return true
	}
	if !e.sound() || !g.moved && apart(e.At, g.from) < slack*e.unit() {
		return true
	}
	if after := g.at(b, e); usable(after, e.unit()) {
		g.moved, g.after = true, after
		shown := after.Clone()
		g.host.Preview(&shown)
	}
	return true
}

// at is the mark as it is with the pointer where it is now.
func (g *grab) at(b bounds, e Event) marks.Mark {
	dx, dy := e.At.X-g.from.X, e.At.Y-g.from.Y
	if g.part == Body {
		dx, dy = b.fitting(g.before.Points, dx, dy)
		return g.host.Move(g.before, g.part, dx, dy)
	}
	points, pair := g.before.Points, g.part^1
	if e.Modifier&fyne.KeyModifierShift != 0 && !boxed(g.before.Kind) && g.before.Kind != marks.Polygon && g.part < len(points) && pair < len(points) {
		from := points[g.part]
		to := b.toward(g.before.Kind, points[pair], marks.Point{X: from.X + dx, Y: from.Y + dy}, e.Modifier)
		dx, dy = to.X-from.X, to.Y-from.Y
	}
	m := g.host.Move(g.before, g.part, dx, dy)
	m = m.Clone()
	for i, p := range m.Points {
		m.Points[i] = b.clamp(p)
	}
	return m
}

// usable tells whether the points of a mark that belong together differ.
func usable(m marks.Mark, unit float64) bool {
	if m.Kind == marks.Polygon {
		return true
	}
	for i := 0; i+1 < len(m.Points); i += 2 {
		if !distinct(m.Kind, m.Points[i], m.Points[i+1], unit) {
			return false
		}
	}
	return true
}

// release keeps the change; it tells whether anything was held.
func (g *grab) release() bool {
	if g == nil || !g.held {
		return false
	}
	g.held = false
	if g.moved {
		g.host.Preview(nil)
		g.host.Change(g.before, g.after)
	}
	return true
}

// cancel puts the mark back, and lets go of what the pointer is over.
func (g *grab) cancel() bool {
	if g == nil {
		return false
	}
	g.point("")
	if !g.held {
		return false
	}
	g.held = false
	if g.moved {
		g.host.Preview(nil)
	}
	return true
}

// hover tells the host which mark could be taken.
func (g *grab) hover(e Event) {
	if g == nil {
		return
	}
	m, _, ok := g.find(e)
	id := ""
	if ok {
		id = m.ID
	}
	g.point(id)
}

func (g *grab) point(id string) {
	if id != g.over {
		g.over = id
		g.host.Over(id)
	}
}

// cursor is a hand over what can be taken.
func (g *grab) cursor(otherwise desktop.Cursor) desktop.Cursor {
	if g != nil && (g.held || g.over != "") {
		return desktop.PointerCursor
	}
	return otherwise
}

// selecting chooses marks and moves them, by a handle or as a whole.
type selecting struct {
	grab grab
}

func (t *selecting) Press(e Event) {
	t.grab.release()
	if e.sound() && !t.grab.press(e) {
		t.grab.host.Select("")
	}
}

func (t *selecting) Drag(e Event)  { t.grab.drag(e) }
func (t *selecting) Release(Event) { t.grab.release() }
func (t *selecting) Hover(e Event) { t.grab.hover(e) }
func (t *selecting) Cancel() bool  { return t.grab.cancel() }

func (t *selecting) About() About {
	return About{selectName, selectNext, "select", t.grab.cursor(desktop.DefaultCursor)}
}
