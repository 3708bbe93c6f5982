package tools

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lightbox/app/marks"
)

// withMarks is a pane with a length and a rectangle.
func withMarks() *fake {
	return &fake{marks: []marks.Mark{
		{ID: "a", Kind: marks.Length, Points: []marks.Point{{X: 20, Y: 20}, {X: 80, Y: 20}}},
		{ID: "b", Kind: marks.Rectangle, Points: []marks.Point{{X: 100, Y: 50}, {X: 150, Y: 90}}},
	}}
}

// TestMarksAreTaken: handles come before new marks, whatever tool makes them.
func TestMarksAreTaken(t *testing.T) {
	for _, kind := range []Kind{Length, Angle, Cobb, CTR, Ellipse, Rectangle, Polygon, Arrow, Text, Reference, Select} {
		for _, s := range []scene{
			// The handle keeps its distance from the pointer that took it.
			{name: "a handle", steps: []step{press(81, 21), drag(90, 40.5), release(90, 40.5)}, want: []string{"select a", "change (20 20)(80 20) to (20 20)(89 39.5)"}},
			{name: "a handle, out of the window", steps: []step{press(80, 20), drag(900, -50), release(900, -50)}, want: []string{"select a", "change (20 20)(80 20) to (20 20)(200 0)"}},
			{name: "a handle, with Shift", steps: []step{press(80, 20), with(shift, (*Hand).Drag, 95, 26), release(95, 26)}, want: []string{"select a", "change (20 20)(80 20) to (20 20)(95 20)"}},
			{name: "a click on a handle", steps: []step{click(80, 20)}, want: []string{"select a"}},
			{name: "given up", steps: []step{press(80, 20), drag(90, 40), key(fyne.KeyEscape), drag(95, 45), release(95, 45)}, want: []string{"select a"}},
			{name: "another tool", steps: []step{press(80, 20), drag(90, 40), take(Pan), release(95, 45)}, want: []string{"select a"}},
			{name: "another frame", steps: []step{press(80, 20), drag(90, 40), with(otherFrame, (*Hand).Drag, 95, 45), release(95, 45)}, want: []string{"select a"}},
			{name: "onto its other end", steps: []step{press(80, 20), drag(50, 20), drag(20, 20), release(20, 20)}, want: []string{"select a", "change (20 20)(80 20) to (20 20)(50 20)"}},
			{name: "shown while it moves", steps: []step{press(80, 20), drag(90, 40)}, want: []string{"select a"}, preview: "(20 20)(90 40)"},
			{name: "pointed at", steps: []step{hover(80, 21), hover(79, 20), hover(5, 90)}, want: []string{"over a", "over "}},
			{name: "pointed at, then another tool", steps: []step{hover(80, 21), take(Window)}, want: []string{"over a", "over "}},
			{name: "deleted", steps: []step{click(80, 20), key(fyne.KeyDelete)}, want: []string{"select a", "delete a"}},
			{name: "deleted while it moves", steps: []step{press(80, 20), drag(90, 40), key(fyne.KeyDelete), release(90, 40)}, want: []string{"select a", "delete a"}},
		} {
			s.tool = kind
			s.play(t, withMarks())
		}
	}
	for _, s := range []scene{
		{name: "a whole mark", tool: Select, steps: []step{press(50, 20), drag(60, 30), release(60, 30)}, want: []string{"select a", "change (20 20)(80 20) to (30 30)(90 30)"}},
		{name: "a whole mark stays in the image and its shape", tool: Select, steps: []step{press(50, 20), drag(-300, 500), release(0, 0)}, want: []string{"select a", "change (20 20)(80 20) to (0 100)(60 100)"}},
		{name: "nothing", tool: Select, steps: []step{press(5, 90), drag(30, 30), release(30, 30)}, want: []string{"select "}},
		{name: "lines are no handles for other tools", tool: Length, steps: []step{press(50, 20), drag(60, 60), release(60, 60)}, want: []string{"add length (50 20)(60 60)"}},
		{name: "begun beside it, ended on its handle", tool: Length, steps: []step{click(50, 50), click(80, 20)}, want: []string{"add length (50 50)(80 20)"}},
		{name: "a region takes no marks", tool: Region, steps: []step{press(80, 20), drag(120, 60), release(120, 60)}, want: []string{"region (80 20)(120 60)"}},
		{name: "a corner", tool: Length, steps: []step{press(150, 90), drag(140, 70), release(140, 70)}, want: []string{"select b", "change (100 50)(150 90) to (100 50)(140 70)"}},
	} {
		s.play(t, withMarks())
	}
}

func TestCursorShowsWhatCanBeTaken(t *testing.T) {
	h := New(withMarks())
	h.Take(Length)
	if h.About().Cursor != crossFor("length") {
		t.Error("no cross over the image")
	}
	hover(80, 20)(h)
	if h.About().Cursor != desktop.PointerCursor {
		t.Error("no hand over a handle")
	}
}

// TestReadersAreAsked: what points do not say is asked for, and what is not said is
// not kept.
func TestReadersAreAsked(t *testing.T) {
	reply := func(change func(*marks.Mark), ok bool) func(marks.Mark, func(marks.Mark, bool)) {
		return func(m marks.Mark, done func(marks.Mark, bool)) {
			change(&m)
			done(m, ok)
			done(m, ok) // twice counts once
		}
	}
	words := func(s string) func(*marks.Mark) { return func(m *marks.Mark) { m.Name = s } }
	known := func(mm float64) func(*marks.Mark) { return func(m *marks.Mark) { m.Known = mm } }
	twice := []step{click(10, 20), click(50, 60)}
	for _, c := range []struct {
		scene  scene
		answer func(marks.Mark, func(marks.Mark, bool))
	}{
		{scene{name: "words", tool: Text, steps: []step{click(10, 20)}, want: []string{"ask text (10 20)", "add text (10 20)Nodule?"}}, reply(words("Nodule?"), true)},
		{scene{name: "words of spaces", tool: Text, steps: []step{click(10, 20)}, want: []string{"ask text (10 20)"}}, reply(words("  "), true)},
		{scene{name: "no words", tool: Text, steps: []step{click(10, 20)}, want: []string{"ask text (10 20)"}}, reply(words("x"), false)},
		{scene{name: "words", tool: Arrow, steps: twice, want: []string{"ask arrow (10 20)(50 60)", "add arrow (10 20)(50 60)here"}}, reply(words("here"), true)},
		{scene{name: "no words needed", tool: Arrow, steps: twice, want: []string{"ask arrow (10 20)(50 60)", "add arrow (10 20)(50 60)"}}, reply(words(""), true)},
		{scene{name: "a length", tool: Reference, steps: twice, want: []string{"ask reference (10 20)(50 60)", "add reference (10 20)(50 60)"}}, reply(known(50), true)},
		{scene{name: "no length", tool: Reference, steps: twice, want: []string{"ask reference (10 20)(50 60)"}}, reply(known(0), true)},
		{scene{name: "while it is asked", tool: Text, steps: []step{click(10, 20), hover(50, 50)}, want: []string{"ask text (10 20)"}, preview: "(10 20)"}, nil},
		{scene{name: "the middle of a word", tool: Text, steps: []step{press(10, 20), drag(30, 40), release(30, 40)}, want: []string{"ask text (30 40)"}, preview: "(30 40)"}, nil},
	} {
		c.scene.play(t, &fake{answer: c.answer})
	}
	// An answer to a question that was given up counts no more, nor does it to the next.
	var late []func(marks.Mark, bool)
	f := &fake{answer: func(m marks.Mark, done func(marks.Mark, bool)) {
		late = append(late, func(m marks.Mark, ok bool) { done(m, ok) })
	}}
	h := New(f)
	h.Take(Text)
	click(10, 20)(h)
	if h.About().Next != askNext || !h.Cancel() || f.preview != nil {
		t.Error("a question cannot be given up")
	}
	late[0](marks.Mark{Kind: marks.Text, Name: "late"}, true)
	click(30, 40)(h)
	late[0](marks.Mark{Kind: marks.Text, Name: "late"}, true)
	if f.preview == nil || len(f.said) != 2 {
		t.Errorf("a late answer counts: %q", f.said)
	}
}
