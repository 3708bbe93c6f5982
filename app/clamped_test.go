package app

import (
	"math"
	"testing"

	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// pet is a phantom whose file says that it is PET, in a window of its own that begins
// above 0.
func pet(modality string, extra ...dicomtest.Element) []byte {
	m := dicomtest.Chest(160, 128, 10)
	m.Extra = append([]dicomtest.Element{
		{Tag: 0x00080060, VR: "CS", Value: modality}, dicomtest.DS(dicomtest.WindowCentre, "511"), dicomtest.DS(dicomtest.WindowWidth, "401"),
	}, extra...)
	return m.Bytes()
}

// ends are the values between which the window of a pane rises.
func ends(p *Pane) (low, high float64) {
	low, high = p.VOI.Range()
	return math.Round(low*1e6) / 1e6, math.Round(high*1e6) / 1e6
}

// In the clamped mode, in which PET begins, a drag and what is typed move the upper end
// alone, in all linked panes; it can be left, and all of that undone.
func TestClampedWindow(t *testing.T) {
	d := newDesk(t)
	path := write(t, "pet.dcm", pet("PT"))
	d.do(func(s *Session) { s.Open(path) })
	d.until("an open scan", settled)
	d.do(func(s *Session) {
		st := s.State()
		is := func(what string, low, high float64, clamped bool, source vision.Source) {
			t.Helper()
			for i, p := range st.Panes {
				if l, h := ends(p); l != low || h != high || p.Clamped != clamped || p.VOI.Clamp.On != clamped || p.VOI.Source != source {
					t.Errorf("%s: pane %d rises from %g to %g, clamped %v, source %s; want from %g to %g", what, i, l, h, p.Clamped, p.VOI.Source, low, high)
				}
			}
		}
		is("opened", 0, 710.5, true, vision.SourceFile)
		for _, drag := range [][2]float64{{40, 0}, {0, 40}, {-60, 25}} {
			_, before := ends(st.Pane)
			s.DragWindow(drag[0], drag[1], 1)
			_, after := ends(st.Pane)
			is("dragged", 0, after, true, vision.SourceManual)
			if moved := after - before; moved*(drag[0]+drag[1]) <= 0 {
				t.Errorf("a drag by %v moves the upper end by %g", drag, moved)
			}
		}
		s.DragWindow(-100000, 0, 1)
		if _, w := st.VOI.Window(); w != 1 {
			t.Errorf("the narrowest window is %g wide", w)
		}
		s.EndGesture()
		s.SetWindow(17, 301) // the width is new
		is("width typed", 0, 300, true, vision.SourceManual)
		s.SetWindow(100, 301) // the centre is
		is("centre typed", 0, 199, true, vision.SourceManual)
		s.ToggleClamp()
		is("left", 0, 199, false, vision.SourceManual)
		s.ChooseVOI(0)
		is("the file's own, not clamped", 310.5, 710.5, false, vision.SourceFile)
		s.ToggleClamp()
		is("clamped again", 0, 710.5, true, vision.SourceFile)
		s.EndGesture()
		s.AutoWindow()
		if low, high := ends(st.Pane); low != 0 || high < 800 || !st.VOI.Clamp.On || st.VOI.Source != vision.SourceAuto {
			t.Errorf("automatic and clamped: from %g to %g, %+v", low, high, st.VOI)
		}
		s.Undo()
		is("undone", 0, 710.5, true, vision.SourceFile)
		s.Undo()
		is("undone again", 310.5, 710.5, false, vision.SourceFile)
		s.Redo()
		is("done again", 0, 710.5, true, vision.SourceFile)
		s.ToggleClamp()
		s.Reset()
		is("reset", 0, 710.5, true, vision.SourceFile)
	})
}

// Other scans begin with both ends free. A VOI LUT and a SIGMOID, which have no lower
// end, give way to a line when the mode is taken, and Hounsfield units are held at −1000,
// until a preset is chosen, which is a centre and a width.
func TestClampedByHand(t *testing.T) {
	d := newDesk(t)
	open := func(name string, data []byte) {
		path := write(t, name, data)
		d.do(func(s *Session) { s.Open(path) })
		d.until("an open scan", func(st *State) bool { return settled(st) && st.Scan.Path == path })
	}
	open("sigmoid.dcm", pet("MR", dicomtest.Element{Tag: dicomtest.WindowFunction, VR: "CS", Value: "SIGMOID"}))
	d.do(func(s *Session) {
		st := s.State()
		if st.Clamped || st.VOI.Function != vision.Sigmoid {
			t.Errorf("MR begins with %+v", st.VOI)
		}
		s.ToggleClamp()
		if low, high := ends(st.Pane); low != 0 || high != 710.5 || st.VOI.Function != vision.Linear || st.VOI.Source != vision.SourceManual {
			t.Errorf("from %g to %g: %+v", low, high, st.VOI)
		}
	})
	open("ct.dcm", dicomtest.Thorax{Size: 64, Slices: 1, Nodule: 20, Date: "20240301", Patient: "PHANTOM^EVE"}.Slice(0))
	d.do(func(s *Session) {
		st := s.State()
		s.ToggleClamp()
		if low, _ := ends(st.Pane); low != -1000 || !st.Clamped {
			t.Errorf("Hounsfield units are held at %g", low)
		}
		s.UsePreset(4)
		if c, w := st.VOI.Window(); c != -500 || w != 1500 || st.Clamped {
			t.Errorf("the preset is W %g L %g, clamped %v", w, c, st.Clamped)
		}
	})
	negative := dicomtest.Chest(160, 128, 10)
	negative.Extra = []dicomtest.Element{{Tag: 0x00080060, VR: "CS", Value: "PT"}, dicomtest.DS(dicomtest.RescaleSlope, "1"), dicomtest.DS(dicomtest.RescaleIntercept, "-5000")}
	open("negative.dcm", negative.Bytes())
	d.do(func(s *Session) {
		st := s.State()
		if st.VOI.Clamp.On || NoClamp(st.Pane) == nil {
			t.Errorf("values below 0 are clamped: %+v", st.VOI)
		}
		before := st.VOI
		if s.ToggleClamp(); st.VOI != before || st.Problem == nil {
			t.Errorf("there is nothing to hold: %+v, said %v", st.VOI, st.Problem)
		}
	})
}

// The mode is kept with the study where it is another than the file's kind begins with.
func TestTheClampedModeIsKept(t *testing.T) {
	for modality, clamped := range map[string]bool{"PT": false, "MR": true} {
		for _, manual := range []bool{false, true} {
			folder, path := t.TempDir(), write(t, "a.dcm", pet(modality))
			d := newKeptDesk(t, folder)
			d.do(func(s *Session) { s.Open(path) })
			d.until("an open scan", settled)
			var want vision.VOI
			d.do(func(s *Session) {
				s.ToggleClamp()
				if manual {
					s.DragWindow(30, 10, 1)
				}
				want = s.State().VOI
			})
			d.leave()
			d = newKeptDesk(t, folder)
			d.do(func(s *Session) { s.Open(path) })
			d.until("the window of before", func(st *State) bool { return settled(st) && st.Told != nil })
			d.do(func(s *Session) {
				if st := s.State(); st.Clamped != clamped || st.VOI != want {
					t.Errorf("%s, manual %v: %+v comes back as %+v, clamped %v", modality, manual, want, st.VOI, st.Clamped)
				}
			})
		}
	}
}
