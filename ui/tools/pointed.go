package tools

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"lightbox/app/marks"
)

// pointed makes marks of so many points as it has prompts. Points come in pairs: the
// second of a pair is clicked, or is where the drag from the first one ends.
type pointed struct {
	host    Marking
	grab    *grab // nil for what leaves no mark
	about   About
	prompts []Prompt // for each point
	kind    marks.Kind
	ask     bool             // the reader must say something at the end
	finish  func(marks.Mark) // what the mark is made for

	points  []marks.Point // that are placed
	on      string        // the frame that they are on
	held    bool          // the button is
	pressed marks.Point   // where it went down
	pulled  bool          // the pointer moved since
	asked   int           // counts questions: the answer to one that was given up counts no more
	asking  bool
}

// pairing is the other one of the pair of point i, if it is placed.
func (t *pointed) pairing(i int) (marks.Point, bool) {
	if i%2 == 1 && i <= len(t.points) {
		return t.points[i-1], true
	}
	return marks.Point{}, false
}

// place is where point i lies with the pointer at e; not ok where it cannot lie.
func (t *pointed) place(i int, e Event) (marks.Point, bool) {
	b, ok := imageOf(t.host)
	if !ok || !e.sound() {
		return marks.Point{}, false
	}
	if from, ok := t.pairing(i); ok {
		p := b.toward(t.kind, from, e.At, e.Modifier)
		return p, distinct(t.kind, from, p, e.unit())
	}
	return b.clamp(e.At), i > 0 || b.near(e.At, reach*e.unit())
}

func (t *pointed) Press(e Event) {
	t.lift(nil)
	if t.asking || len(t.points) > 0 && e.On != t.on {
		t.Cancel()
	}
	if len(t.points) == 0 && t.grab.press(e) {
		return
	}
	p, ok := t.place(len(t.points), e)
	if !ok {
		return
	}
	t.points, t.on = append(t.points, p), e.On
	t.held, t.pressed, t.pulled = true, e.At, false
	t.show(t.points)
}

func (t *pointed) Drag(e Event) {
	if t.grab.drag(e) || !t.held || !e.sound() {
		return
	}
	if e.On != t.on {
		t.Cancel()
		return
	}
	if !t.pulled && apart(e.At, t.pressed) < slack*e.unit() {
		return
	}
	t.pulled = true
	last := len(t.points) - 1
	if t.opens(last) {
		if p, ok := t.place(last+1, e); ok {
			t.show(append(slices.Clone(t.points), p))
		}
	} else if p, ok := t.place(last, e); ok {
		t.points[last] = p
		t.show(t.points)
	}
}

// opens tells whether point i is the first of a pair.
func (t *pointed) opens(i int) bool { return i%2 == 0 && i+1 < len(t.prompts) }

func (t *pointed) Release(e Event) {
	if !t.grab.release() {
		t.lift(&e)
	}
}

// lift ends what the held button did; at an event it may have placed a point.
func (t *pointed) lift(e *Event) {
	if !t.held {
		return
	}
	t.held = false
	if t.pulled && e != nil && t.opens(len(t.points)-1) {
		if p, ok := t.place(len(t.points), *e); ok {
			t.points = append(t.points, p)
		}
	}
	t.show(t.points)
	if len(t.points) == len(t.prompts) {
		t.complete()
	}
}

func (t *pointed) Hover(e Event) {
	switch {
	case t.asking:
	case len(t.points) == 0:
		t.grab.hover(e)
	case !t.held && e.On == t.on:
		if p, ok := t.place(len(t.points), e); ok {
			t.show(append(slices.Clone(t.points), p))
		}
	}
}

// show shows the mark as far as it is made.
func (t *pointed) show(points []marks.Point) {
	t.host.Preview(&marks.Mark{Kind: t.kind, Points: slices.Clone(points)})
}

// complete hands the mark over, after what there is to ask.
func (t *pointed) complete() {
	m := marks.Mark{Kind: t.kind, Points: t.points}
	t.points = nil
	if !t.ask {
		t.host.Preview(nil)
		t.finish(m)
		return
	}
	t.asking = true
	t.asked++
	id := t.asked
	t.host.Ask(m.Clone(), func(m marks.Mark, ok bool) {
		if !t.asking || id != t.asked {
			return
		}
		t.asking = false
		t.host.Preview(nil)
		if ok && said(m) {
			t.finish(m)
		}
	})
}

// said tells whether a mark has been given what it needs besides its points. An
// arrow points without words.
func said(m marks.Mark) bool {
	switch m.Kind {
	case marks.Text:
		return strings.TrimSpace(m.Name) != ""
	case marks.Reference:
		return m.Known > 0 && finite(m.Known)
	}
	return true
}

func (t *pointed) Cancel() bool {
	held := t.grab.cancel()
	if len(t.points) == 0 && !t.asking {
		return held
	}
	t.points, t.held, t.asking = nil, false, false
	t.host.Preview(nil)
	return true
}

// Key takes the last point back.
func (t *pointed) Key(name fyne.KeyName) bool {
	if len(t.points) == 0 || name != fyne.KeyBackspace && name != fyne.KeyDelete {
		return false
	}
	t.points, t.held = t.points[:len(t.points)-1], false
	if len(t.points) == 0 {
		t.host.Preview(nil)
	} else {
		t.show(t.points)
	}
	return true
}

func (t *pointed) About() About {
	a := t.about
	a.Next = t.prompts[min(len(t.points), len(t.prompts)-1)]
	if t.asking {
		a.Next = askNext
	}
	if len(t.points) == 0 {
		a.Cursor = t.grab.cursor(a.Cursor)
	}
	return a
}
