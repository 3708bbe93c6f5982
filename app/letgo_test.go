package app

import (
	"runtime"
	"testing"
	"time"
	"weak"

	"lightbox/app/marks"
	"lightbox/vision"
	"lightbox/vision/study"
)

// Nothing holds the files and pictures of a study that gave way to another: not its
// log, not what can be undone, not what its marks measured.
func TestAClosedStudyIsLetGo(t *testing.T) {
	d := newDesk(t)
	d.openStack(4)
	var item weak.Pointer[study.Item]
	var pixels weak.Pointer[vision.Image]
	d.do(func(s *Session) {
		st := s.State()
		s.AddMark(marks.Mark{Kind: marks.Rectangle, Points: []marks.Point{{X: 1, Y: 1}, {X: 9, Y: 9}}})
		s.Measure(st.Pane, st.Marks(st.Pane)[0])
		s.ToggleKey()
		s.SetLayout(LayoutQuad)
		s.PointAt(5, 5)
		s.Undo()
		item, pixels = weak.Make(st.Stack().Frames[0].Item), weak.Make(st.Scan.Stored)
	})
	d.until("the panes", settled)
	other := write(t, "film.dcm", radiograph())
	d.do(func(s *Session) { s.Open(other) })
	d.until("another study", func(st *State) bool { return settled(st) && st.Frames() == 1 && !st.Indexing })
	for range 100 {
		runtime.GC()
		if item.Value() == nil && pixels.Value() == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("after the study was closed its file is held: %v, its pixels: %v", item.Value() != nil, pixels.Value() != nil)
}
