package app

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// openTwo opens two series of 8 slices 1.5 mm apart, of values from 0 and from 100, and
// shows the first; reference is the frame of reference of the second, where the first
// has 1.9.
func (d *desk) openTwo(reference string) {
	d.t.Helper()
	folder := filepath.Join(d.t.TempDir(), "两 组")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		d.t.Fatal(err)
	}
	for s, frame := range []string{"1.9", reference} {
		for i := range 8 {
			data := slice(100*s+i, float64(i)*1.5, dicomtest.Element{Tag: 0x0020000E, VR: "UI", Value: fmt.Sprintf("1.2.3.%d", 4+s)},
				dicomtest.Element{Tag: 0x00200011, VR: "IS", Value: fmt.Sprint(1 + s)}, dicomtest.Element{Tag: 0x00200052, VR: "UI", Value: frame})
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d%d.dcm", s, i)), data, 0o644); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	d.do(func(s *Session) { sized(s, image.Pt(200, 160)); s.Open(folder) })
	d.until("both series", func(st *State) bool {
		return settled(st) && len(st.Stacks) == 2 && !st.Indexing && len(st.Stacks[0].Frames) == 8 && len(st.Stacks[1].Frames) == 8
	})
	d.do(func(s *Session) { s.SelectStack(0) })
	d.until("the first", func(st *State) bool { return settled(st) && all(shown(st), 0) })
}

// A stack is shown in one pane alone, at the place in the patient of the others, and
// follows them there; choosing the others' stack again brings the pane back.
func TestAStackInOnePaneAlone(t *testing.T) {
	d := newDesk(t)
	d.openTwo("1.9")
	d.do(func(s *Session) { s.ScrollTo(5) })
	d.until("slice 5", func(st *State) bool { return settled(st) && all(shown(st), 5) })
	d.do(func(s *Session) { s.ShowStack(2, 1) })
	d.until("slice 5 of the second in the third pane", func(st *State) bool { return settled(st) && slices.Equal(shown(st), []int{5, 5, 105}) })
	d.do(func(s *Session) {
		if st := s.State(); st.StackIndex != 0 || st.Panes[2].StackIndex != 1 || st.Active != 0 || st.Reading.Status != Refused {
			t.Errorf("the active pane %d shows stack %d, the third %d; reading %v", st.Active, st.StackIndex, st.Panes[2].StackIndex, st.Reading.Status)
		}
		s.ScrollBy(1)
	})
	d.until("slice 6 in both", func(st *State) bool { return settled(st) && slices.Equal(shown(st), []int{6, 6, 106}) })
	d.do(func(s *Session) {
		for _, bad := range [][2]int{{-1, 1}, {3, 1}, {0, -1}, {0, 2}, {2, 1}} {
			s.ShowStack(bad[0], bad[1])
		}
		s.SelectStack(0)
	})
	d.until("the first everywhere", func(st *State) bool { return settled(st) && all(shown(st), 6) })
}

// In the active pane the model reads the other stack; without a place in common it
// begins at its first frame.
func TestAStackInTheActivePaneIsRead(t *testing.T) {
	d := newDesk(t)
	d.openTwo("1.8")
	d.do(func(s *Session) { s.ScrollTo(3) })
	d.until("slice 3", func(st *State) bool { return settled(st) && all(shown(st), 3) })
	d.do(func(s *Session) {
		s.SetLinks(Links{})
		s.ShowStack(0, 1)
		if got := s.State().Reading.Status; got != NotAssessed {
			t.Errorf("before the picture is there the reading is %v", got)
		}
	})
	d.until("the second in the first pane", func(st *State) bool {
		return settled(st) && slices.Equal(shown(st), []int{100, 3, 3}) && st.Reading.Status == Refused
	})
	d.do(func(s *Session) {
		s.SelectStack(1) // nothing is linked: the others stay
		if st := s.State(); st.Panes[1].StackIndex != 0 || !st.IsRead(st.Panes[0]) {
			t.Errorf("an unlinked pane shows stack %d", st.Panes[1].StackIndex)
		}
	})
}
