package app

import (
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"testing"

	"lightbox/app/link"
	"lightbox/app/marks"
	"lightbox/vision/dicom/dicomtest"
)

// orthogonal writes an axial stack of 24 slices and a sagittal one of 20 in one frame
// of reference: x from 0 to 10 mm, y from 0 to 12 mm, z from 0 to 34.5 mm.
func orthogonal(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	text := func(tag uint32, vr, value string) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: vr, Value: value}
	}
	for i := range 24 {
		data := slice(i, 1.5*float64(i), text(0x00200052, "UI", "1.2.9"), text(0x00100020, "LO", "P"))
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("a%03d.dcm", i)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		m := dicomtest.Image{Rows: 24, Columns: 24, Allocated: 16, Stored: 12, Values: make([]uint16, 576)}
		for k := range m.Values {
			m.Values[k] = uint16(100 + i)
		}
		m.Extra = []dicomtest.Element{
			text(0x00080060, "CS", "CT"), text(0x00080018, "UI", fmt.Sprintf("1.2.3.5.%d", i+1)), text(0x0020000D, "UI", "1.2.3"), text(0x0020000E, "UI", "1.2.3.5"),
			text(0x00200013, "IS", fmt.Sprint(i)), text(0x00200032, "DS", fmt.Sprintf(`%g\0\34.5`, 0.5*float64(i))), text(0x00100020, "LO", "P"),
			text(0x00200037, "DS", `0\1\0\0\0\-1`), dicomtest.DS(dicomtest.PixelSpacing, `1.5\0.5`), text(0x00200052, "UI", "1.2.9"),
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("s%03d.dcm", i)), m.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// compared opens both stacks side by side, the axial one at the left.
func (d *desk) compared(folder string) {
	d.t.Helper()
	d.do(func(s *Session) { s.Open(folder) })
	d.until("both stacks", func(st *State) bool {
		return settled(st) && len(st.Stacks) == 2 && !st.Indexing && len(st.Stacks[0].Frames)+len(st.Stacks[1].Frames) == 44
	})
	d.do(func(s *Session) {
		s.SetLayout(LayoutCompare)
		sized(s, image.Pt(200, 160))
		for i, k := range s.State().Stacks {
			s.Activate(len(k.Frames) % 24 / 20) // 24 slices at the left, 20 at the right
			s.SelectStack(i)
		}
		s.Activate(0)
	})
	d.until("axial and sagittal", func(st *State) bool {
		return settled(st) && st.Panes[0].Scan != nil && st.Panes[1].Scan != nil && st.Panes[0].Frames() == 24 && st.Panes[1].Frames() == 20
	})
}

// The cross-hair goes to the slice of the other direction that the place lies on.
func TestTheCrossHairPointsInThePatient(t *testing.T) {
	d := newDesk(t)
	d.compared(orthogonal(t))
	d.do(func(s *Session) { s.ScrollTo(10) })
	d.until("axial slice 10", func(st *State) bool { return settled(st) && st.Panes[0].ShownFrame() == 10 })
	d.do(func(s *Session) { s.PointAt(6.5, 8.5) }) // x 3 mm, y 4 mm, z 15 mm
	d.until("the sagittal slice at x 3 mm", func(st *State) bool {
		p := st.Panes[1]
		return settled(st) && p.Scan != nil && math.Abs(p.Stack().Frames[p.ShownFrame()].Position[0]-3) < 0.01
	})
	d.do(func(s *Session) {
		st := s.State()
		x, y, ok := st.CrossIn(st.Panes[1])
		// Along a row y grows by 0.5 mm a pixel, down z falls from 34.5 by 1.5 mm.
		if wx, wy := 4/0.5+0.5, (34.5-15)/1.5+0.5; !ok || math.Abs(x-wx)+math.Abs(y-wy) > 1e-9 {
			t.Errorf("the cross-hair lies at (%g, %g) %v, want (%g, %g)", x, y, ok, wx, wy)
		}
		if st.Panes[1].Linked != link.PatientSpace {
			t.Errorf("linked %q", st.Panes[1].Linked)
		}
		s.HideCross()
		if _, _, ok := st.CrossIn(st.Panes[1]); ok {
			t.Error("the cross-hair cannot be taken away")
		}
	})
}

// The line of reference is where the active pane's image cuts the other.
func TestLinesOfReference(t *testing.T) {
	d := newDesk(t)
	d.compared(orthogonal(t))
	d.do(func(s *Session) { s.ScrollTo(4) })
	d.until("axial slice 4", func(st *State) bool { return settled(st) && st.Panes[0].ShownFrame() == 4 })
	d.do(func(s *Session) {
		st := s.State()
		if _, _, ok := st.Localizer(st.Panes[1]); ok {
			t.Error("lines are drawn before they are asked for")
		}
		s.SetLocalizers(true)
		a, b, ok := st.Localizer(st.Panes[1])
		row := (34.5-6)/1.5 + 0.5 // of z 6 mm
		if !ok || math.Abs(a[1]-row)+math.Abs(b[1]-row) > 1e-9 || math.Abs(a[0]-b[0]) < 20 {
			t.Errorf("line from %v to %v, %v; want row %g", a, b, ok, row)
		}
		if _, _, ok := st.Localizer(st.Panes[0]); ok {
			t.Error("the active pane has a line of its own")
		}
	})
}

// dated writes n slices of a patient's study of a date.
func dated(t *testing.T, date string, n int) string {
	t.Helper()
	folder := t.TempDir()
	for i := range n {
		text := func(tag uint32, vr, value string) dicomtest.Element {
			return dicomtest.Element{Tag: tag, VR: vr, Value: value}
		}
		m := dicomtest.Image{Rows: 24, Columns: 20, Allocated: 16, Stored: 12, Values: make([]uint16, 480)}
		m.Extra = []dicomtest.Element{
			text(0x00080060, "CS", "CT"), text(0x00080018, "UI", fmt.Sprintf("%s.%d", date, i+1)), text(0x0020000D, "UI", "1."+date), text(0x0020000E, "UI", "2."+date),
			text(0x00200013, "IS", fmt.Sprint(i)), text(0x00200032, "DS", fmt.Sprintf(`0\0\%d`, 2*i)), text(0x00100020, "LO", "P7"), text(0x00080020, "DA", date),
			text(0x00200037, "DS", `1\0\0\0\1\0`), dicomtest.DS(dicomtest.PixelSpacing, `0.5\0.5`), text(0x00200052, "UI", "3."+date),
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d.dcm", i)), m.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// Compare puts the prior beside the current study, masked or not; scrolling goes on
// by number, for the two have no frame of reference in common, and keeps the distance
// that there was when they were linked.
func TestCompareWithThePrior(t *testing.T) {
	d := newDesk(t)
	d.do(func(s *Session) { s.OpenAll([]string{dated(t, "20240301", 8), dated(t, "20230301", 10)}) })
	d.until("both studies", func(st *State) bool { return settled(st) && len(st.Stacks) == 2 && !st.Indexing })
	d.do(func(s *Session) {
		s.SetDemo(true)
		for i, k := range s.State().Stacks {
			if len(k.Frames) == 8 {
				s.SelectStack(i)
			}
		}
		s.Compare()
		sized(s, image.Pt(200, 160))
	})
	d.until("the prior beside it", func(st *State) bool {
		return settled(st) && len(st.Panes) == 2 && st.Panes[0].Frames() == 8 && st.Panes[1].Frames() == 10 && st.Panes[1].Scan != nil
	})
	d.do(func(s *Session) {
		if s.State().Told == nil {
			t.Error("nobody says what the prior is")
		}
		// Unlinked, the reader brings the two to one level.
		s.SetLinks(Links{})
		s.Activate(1)
		s.ScrollTo(3)
		s.Activate(0)
		s.SetLinks(AllLinks)
		s.ScrollTo(4)
	})
	d.until("4 and 7", func(st *State) bool {
		return settled(st) && st.Panes[0].ShownFrame() == 4 && st.Panes[1].ShownFrame() == 7
	})
	d.do(func(s *Session) {
		if how := s.State().Panes[1].Linked; how != link.ByIndex {
			t.Errorf("linked %q", how)
		}
		s.AddMark(marks.Mark{Kind: marks.Length, Points: []marks.Point{{X: 1, Y: 1}, {X: 9, Y: 1}}})
		if n := len(s.State().Marks(s.State().Panes[1])); n != 0 {
			t.Error("a mark went to the prior")
		}
		s.ScrollTo(7)
	})
	d.until("the end of the prior", func(st *State) bool { return settled(st) && st.Panes[1].ShownFrame() == 9 })
}
