package app

import (
	"errors"
	"image"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/model"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

func TestOpenGivesViewsAndReading(t *testing.T) {
	d := newDesk(t)
	path := write(t, "胸片.dcm", radiograph())
	d.do(func(s *Session) { sized(s, image.Pt(300, 400)); s.Open(path) })
	d.until("an open scan", settled)
	d.do(func(s *Session) {
		st := s.State()
		if st.Reading.Status != Result || st.Reading.Finding != model.FindingOpacity {
			t.Errorf("reading: %+v", st.Reading)
		}
		if st.Views.Gray != st.Views.Original {
			t.Error("a scan of one channel has its values twice in memory")
		}
		if z := st.Viewport.Zoom; z != math.Min(300.0/128, 400.0/160) {
			t.Errorf("zoom %g does not fit the pane", z)
		}
		if st.Problem != nil || s.Settings().Recent[0] != path {
			t.Errorf("problem %v, recent %v", st.Problem, s.Settings().Recent)
		}
		if blurred(st).Sigma < 0.99 || blurred(st).Sigma > 1.01 {
			t.Errorf("the default filter applied σ %g, want 1", blurred(st).Sigma)
		}
	})
}

// What is open stays open when the next file is bad, and the sentence names
// that file.
func TestABadFileChangesNothing(t *testing.T) {
	d := newDesk(t)
	good := write(t, "good.dcm", radiograph())
	d.do(func(s *Session) { s.Open(good) })
	d.until("an open scan", settled)
	for name, data := range map[string][]byte{"empty.dcm": nil, "text.dcm": []byte("hello"), "cut.dcm": radiograph()[:300]} {
		bad := write(t, name, data)
		d.do(func(s *Session) { s.DismissProblem(); s.Open(bad) })
		d.until("a problem", func(st *State) bool { return st.Problem != nil })
		d.do(func(s *Session) {
			st := s.State()
			if st.Scan == nil || st.Scan.Path != good || st.Reading.Status != Result {
				t.Errorf("%s: the open scan is gone", name)
			}
			if !strings.HasPrefix(st.Problem.String(), name) {
				t.Errorf("%q does not name %s", st.Problem, name)
			}
		})
	}
	next := write(t, "next.dcm", radiograph())
	d.do(func(s *Session) { s.Open(next) })
	d.until("the next scan", func(st *State) bool { return settled(st) && st.Scan.Path == next })
	d.do(func(s *Session) {
		if s.State().Problem != nil {
			t.Error("the problem outlives the next success")
		}
	})
}

// Of two openings in a row only the second counts, however long the first takes.
func TestANewOpenCancelsTheOldOne(t *testing.T) {
	d := newDesk(t)
	first := write(t, "first.dcm", radiograph())
	seconds := []string{write(t, "even.png", colourPNG(t)), write(t, "odd.png", colourPNG(t))}
	d.do(func(s *Session) {
		s.Listen(func(Event) {
			if st := s.State(); st.Scan != nil && st.Scan.Path == first {
				t.Error("the first scan was shown")
			}
		})
	})
	for round := range 20 {
		second := seconds[round%2] // unlike the one that is still on screen
		d.do(func(s *Session) { s.Open(first); s.Open(second) })
		d.until("the second scan", func(st *State) bool { return settled(st) && st.Scan.Path == second })
	}
}

func TestCancelledOpeningLeavesEverything(t *testing.T) {
	d := newDesk(t)
	good := write(t, "good.dcm", radiograph())
	d.do(func(s *Session) { s.Open(good) })
	d.until("an open scan", settled)
	other := write(t, "other.dcm", radiograph())
	d.do(func(s *Session) { s.Open(other); s.Cancel() })
	d.do(func(s *Session) { s.SetBlur(vision.Blur{Kernel: 9}) }) //nolint:errcheck // possible by construction
	d.until("the filter", settled)
	d.do(func(s *Session) {
		if s.State().Scan.Path != good || s.State().Problem != nil {
			t.Errorf("open is %s, problem %v", s.State().Scan.Path, s.State().Problem)
		}
	})
}

func TestBlurFollowsTheNewestValue(t *testing.T) {
	d := newDesk(t)
	path := write(t, "a.dcm", radiograph())
	d.do(func(s *Session) { s.Open(path) })
	d.until("an open scan", settled)
	d.do(func(s *Session) {
		for k := 1; k <= 31; k += 2 {
			if err := s.SetBlur(vision.Blur{Kernel: k, Sigma: 1.5}); err != nil {
				t.Error(err)
			}
		}
		var impossible *vision.BlurError
		if err := s.SetBlur(vision.Blur{Kernel: 8}); !errors.As(err, &impossible) {
			t.Errorf("an even kernel gives %v", err)
		}
		if s.State().Filters.Gaussian.Kernel != 31 {
			t.Error("a refused kernel changed the filter")
		}
	})
	d.until("kernel 31", func(st *State) bool { return applied(st) == vision.Blur{Kernel: 31, Sigma: 1.5} })
}

func TestWindowZoomPanInvertReset(t *testing.T) {
	d := newDesk(t)
	path := write(t, "a.dcm", radiograph())
	d.do(func(s *Session) { sized(s, image.Pt(200, 100)); s.Open(path) })
	d.until("an open scan", settled)
	d.do(func(s *Session) {
		st := s.State()
		before := *st
		s.DragWindow(50, 0, 1)
		if c, w := st.VOI.Window(); w <= 900 || c != 511 || st.VOI.Source != vision.SourceManual {
			t.Errorf("dragged right: %s", st.VOI.Label())
		}
		s.DragWindow(0, -50, 1)
		if c, _ := st.VOI.Window(); c >= 511 {
			t.Errorf("dragged up must be brighter, a lower centre: %g", c)
		}
		s.DragWindow(-1e6, 0, 1)
		if st.VOI.Width != 1 {
			t.Errorf("the narrowest window is %g", st.VOI.Width)
		}
		at := image.Pt(150, 20)
		x0, y0 := st.Viewport.ToImage(150, 20, 200, 100)
		s.ZoomBy(1.7, at)
		if x, y := st.Viewport.ToImage(150, 20, 200, 100); math.Abs(x-x0)+math.Abs(y-y0) > 1e-9 || st.FitToPane {
			t.Errorf("zoom moved (%g, %g) to (%g, %g)", x0, y0, x, y)
		}
		s.PanBy(1e9, -1e9)
		m := st.Scan.Values
		if x, y := st.Viewport.ToScreen(0, float64(m.Rows), 200, 100); x > 200-keptVisible+1 || y < keptVisible-1 {
			t.Errorf("the image was pushed out of sight: its corner is at (%g, %g)", x, y)
		}
		s.ZoomTo(1e9, at)
		if st.Viewport.Zoom != maxZoom {
			t.Errorf("zoom %g", st.Viewport.Zoom)
		}
		s.ToggleInvert()
		s.Reset()
		if st.VOI != before.VOI || st.Invert || st.Viewport != before.Viewport || !st.FitToPane {
			t.Errorf("reset gives %+v", st.Viewport)
		}
	})
}

// Up is brighter for MONOCHROME1 too, and after inverting.
func TestUpIsBrighterWhateverThePolarity(t *testing.T) {
	d := newDesk(t)
	m := dicomtest.Twin(dicomtest.Chest(160, 128, 10))
	m.Extra = []dicomtest.Element{dicomtest.DS(dicomtest.WindowCentre, "511"), dicomtest.DS(dicomtest.WindowWidth, "900")}
	path := write(t, "m1.dcm", m.Bytes())
	d.do(func(s *Session) { s.Open(path) })
	d.until("an open scan", settled)
	mean := func(s *Session) (sum int) {
		lut := s.State().Scan.DisplayLUT(s.State().Scan.Values, s.State().VOI, s.State().Invert)
		for _, p := range s.State().Scan.Values.Pix {
			sum += int(lut.Level[p])
		}
		return sum
	}
	d.do(func(s *Session) {
		for range 2 {
			before := mean(s)
			s.DragWindow(0, -30, 1)
			if after := mean(s); after <= before {
				t.Errorf("inverted %v: the sum of grey levels went from %d to %d", s.State().Invert, before, after)
			}
			s.Reset()
			s.ToggleInvert()
		}
	})
}

func TestProbe(t *testing.T) {
	d := newDesk(t)
	path := write(t, "a.dcm", radiograph(dicomtest.DS(dicomtest.RescaleSlope, "2"), dicomtest.DS(dicomtest.RescaleIntercept, "-100")))
	d.do(func(s *Session) { sized(s, image.Pt(128, 160)); s.Open(path) })
	d.until("an open scan", settled)
	d.do(func(s *Session) {
		s.SetCursor(0, image.Pt(40, 30), true)
		p, ok := s.State().Probe()
		stored := s.State().Scan.Stored.Value(40, 30, 0)
		if !ok || p.X != 40 || p.Y != 30 || p.Stored[0] != float64(stored) || p.Modality[0] != 2*float64(stored)-100 || p.Gray != p.Modality[0] {
			t.Errorf("%+v, stored %d", p, stored)
		}
		if p, ok = s.State().Panes[2].Probe(); !ok || p.Stored[0] != float64(stored) {
			t.Errorf("the linked cursor: %+v", p)
		}
		if want := blurred(s.State()).gray.Value(40, 30, 0); p.StoredView != want {
			t.Errorf("blurred %d, want %d", p.StoredView, want)
		}
		s.SetCursor(0, image.Pt(40, 30), false)
		if _, ok := s.State().Probe(); ok {
			t.Error("values without a pointer")
		}
	})
}

func TestFolderAndSteps(t *testing.T) {
	d := newDesk(t)
	folder := t.TempDir()
	for name, data := range map[string][]byte{
		"1 notes.txt": []byte("no scan"), "2.dcm": radiograph(), "3.png": colourPNG(t), ".hidden.dcm": radiograph(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d.do(func(s *Session) { s.Open(folder) })
	d.until("the first scan", settled)
	open := func() (name string) {
		d.do(func(s *Session) { name = filepath.Base(s.State().Scan.Path) })
		return name
	}
	if open() != "2.dcm" {
		t.Errorf("first is %s", open())
	}
	d.do(func(s *Session) { s.Step(1) })
	d.until("the next scan", func(st *State) bool { return settled(st) && st.StackIndex == 1 })
	if open() != "3.png" {
		t.Errorf("second is %s", open())
	}
	d.do(func(s *Session) {
		if r := s.Settings().Recent; len(r) != 1 || r[0] != folder {
			t.Errorf("the recent list has %q", r)
		}
		s.Step(1) // past the end: nothing
		s.Step(-1)
	})
	d.until("back", func(st *State) bool { return settled(st) && st.StackIndex == 0 })
	d.do(func(s *Session) { s.Step(-1) }) // before the beginning: nothing
	d.do(func(s *Session) { s.Step(1) })
	d.until("forward again", func(st *State) bool { return settled(st) && st.StackIndex == 1 })
	empty := t.TempDir()
	d.do(func(s *Session) { s.Open(empty) })
	d.until("a sentence about the empty folder", func(st *State) bool { return st.Problem != nil })
	if open() != "3.png" {
		t.Error("an empty folder closed the scan")
	}
}

func TestExportFromTheWindow(t *testing.T) {
	d := newDesk(t)
	path := write(t, "病例.dcm", radiograph())
	d.do(func(s *Session) { s.Open(path) })
	d.until("an open scan", settled)
	out := filepath.Join(t.TempDir(), "导 出")
	done := make(chan []string, 1)
	d.do(func(s *Session) { s.Export(out, func(files []string) { done <- files }) })
	if files := <-done; len(files) != 3 || filepath.Base(files[2]) != "病例.blur.png" {
		t.Errorf("%q", files)
	}
}
