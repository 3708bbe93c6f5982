package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"lightbox/app"
	"lightbox/app/marks"
)

func namedMark(name string, x0, y0, x1, y1 float64) marks.Mark {
	return marks.Mark{Kind: marks.Length, Name: name, Points: []marks.Point{{X: x0, Y: y0}, {X: x1, Y: y1}}}
}

// lines are the rows of the list as text.
func (p *markPage) lines() (out []string) {
	for i := range p.rows {
		if r := &p.rows[i]; r.title != "" {
			out = append(out, "# "+r.title)
		} else {
			name, kind, values, image := p.texts(r)
			out = append(out, strings.Join([]string{name, kind, values, image}, "|"))
		}
	}
	return out
}

// Marks of several slices stand under the title of their stack, in its order, with what
// they measure, be their slice on screen or not.
func TestTheListOfMarks(t *testing.T) {
	b := newBench(t)
	b.openSeries(5)
	s := b.window.session
	at := func(frame int) {
		s.ScrollTo(frame)
		b.until("the slice", func(st *app.State) bool { return ready(st) && st.ShownFrame() == frame })
	}
	at(3)
	s.AddMark(namedMark("lower", 2, 2, 12, 2))
	s.ToggleKey()
	at(1)
	s.AddMark(namedMark("", 2, 2, 22, 2))
	at(0)
	p := b.window.showMarks()
	got := p.lines()
	if len(got) != 4 || !strings.HasPrefix(got[0], "# ") || !strings.HasPrefix(got[1], "|Length|Length ") || !strings.HasSuffix(got[1], "2/5") ||
		got[2] != "Key image|||4/5" || !strings.HasPrefix(got[3], "lower|Length|Length ") {
		t.Fatalf("%q", got)
	}
	c := b.window.window.Canvas()
	typed := func(k fyne.KeyName) { p.list.TypedKey(&fyne.KeyEvent{Name: k}) }
	if c.Focused() != fyne.Focusable(p.list) || p.at != 1 {
		t.Errorf("%T has the keyboard, row %d", c.Focused(), p.at)
	}
	typed(fyne.KeyEnd)
	typed(fyne.KeyUp)
	typed(fyne.KeyUp)
	typed(fyne.KeyUp) // not onto the title
	if p.at != 1 {
		t.Errorf("row %d", p.at)
	}
	typed(fyne.KeyDown)
	typed(fyne.KeyDown)
	typed(fyne.KeyDelete)
	if got := p.lines(); len(got) != 3 {
		t.Errorf("after deleting: %q", got)
	}
	test.Tap(p.undo)
	if got := p.lines(); len(got) != 4 || !p.undo.Disabled() {
		t.Errorf("after undoing: %q", got)
	}
	typed(fyne.KeyEnd)
	p.list.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyN, Modifier: ctrl})
	if b.window.dialog == p.dialog || b.window.dialog == nil {
		t.Fatal("nothing asks for a name")
	}
	c.Focused().(interface{ SetText(string) }).SetText("upper")
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	place := s.State().AllMarks()[1]
	if place.Mark.Name != "upper" || b.window.dialog == nil {
		t.Errorf("renamed to %q", place.Mark.Name)
	}
	p = b.window.showMarks()
	typed(fyne.KeyEnd)
	typed(fyne.KeyK)
	if s.State().IsKeyAt(place) {
		t.Error("K does not take the key image back")
	}
	p.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	p.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	b.until("the slice of the mark", func(st *app.State) bool { return ready(st) && st.ShownFrame() == 3 && st.Selected == place.Mark.ID })
	if b.window.dialog != nil {
		t.Error("the list is still there")
	}
}

// Of 500 marks only those that are seen are measured: the list is there at once.
func TestTheListOf500Marks(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	for i := range 500 {
		b.window.session.AddMark(namedMark(fmt.Sprint("m", i), 10, float64(i%200), 40, float64(i%200)))
	}
	began := time.Now()
	p := b.window.showMarks()
	b.capture()
	took := time.Since(began)
	t.Logf("500 marks are listed in %s", took)
	if took > 3*time.Second {
		t.Errorf("the list takes %s", took)
	}
	began = time.Now()
	p.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	b.capture()
	if took := time.Since(began); p.at != 500 || took > 3*time.Second {
		t.Errorf("row %d after %s", p.at, took)
	}
}
