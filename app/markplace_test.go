package app

import (
	"testing"

	"lightbox/app/marks"
)

// place is the mark of a name with where it is.
func place(t *testing.T, st *State, name string) MarkPlace {
	t.Helper()
	for _, at := range st.AllMarks() {
		if at.Mark.Name == name {
			return at
		}
	}
	t.Fatalf("no mark %q among %d", name, len(st.AllMarks()))
	return MarkPlace{}
}

// A mark of a slice that is not on screen is measured while the slice is decoded, and
// renamed, deleted and brought back from afar.
func TestMarksOfOtherSlices(t *testing.T) {
	d := newDesk(t)
	d.openStack(6)
	d.do(func(s *Session) {
		m := length(2, 2, 12, 2) // 10 px of 0.5 mm
		m.Name = "far"
		s.AddMark(m)
		s.ScrollTo(4)
	})
	d.until("slice 4", func(st *State) bool { return all(shown(st), 4) && st.Settled() })
	d.do(func(s *Session) {
		st := s.State()
		at := place(t, st, "far")
		if r, ok := s.MeasureAt(at); !ok || len(r.Values) != 1 || r.Values[0].String() != "5.0 mm" {
			t.Errorf("measured from afar: %v %+v", ok, r.Values)
		}
		m := at.Mark.Clone()
		m.Name = "renamed"
		s.ChangeMarkAt(at, m)
		at = place(t, st, "renamed")
		s.ToggleKeyAt(at)
		if keys := st.KeyImages(); len(keys) != 1 || keys[0].Frame != 0 {
			t.Errorf("key images %+v", keys)
		}
		s.EndGesture()
		s.RemoveMarkAt(at)
		if n := len(st.AllMarks()); n != 0 {
			t.Errorf("%d marks are left", n)
		}
		s.Undo()
		place(t, st, "renamed")
		if st.Frame != 0 {
			t.Errorf("undoing goes to frame %d", st.Frame)
		}
		s.useCache(1)
		at.Mark.Points = []marks.Point{{X: 1, Y: 1}, {X: 3, Y: 1}}
		if _, ok := s.MeasureAt(at); ok {
			t.Error("measured without its pixels")
		}
	})
}
