package app

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// slice is one slice of a CT phantom: its values are its number, so that the
// frame on screen can be told.
func slice(number int, z float64, extra ...dicomtest.Element) []byte {
	m := dicomtest.Image{Rows: 24, Columns: 20, Allocated: 16, Stored: 12, Values: make([]uint16, 480)}
	for i := range m.Values {
		m.Values[i] = uint16(number)
	}
	text := func(tag uint32, vr, value string) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: vr, Value: value}
	}
	m.Extra = append([]dicomtest.Element{
		text(0x00080060, "CS", "CT"), text(0x00080018, "UI", fmt.Sprintf("1.2.3.4.%d", number+1)), text(0x0020000D, "UI", "1.2.3"), text(0x0020000E, "UI", "1.2.3.4"),
		text(0x00200013, "IS", fmt.Sprint(number)), text(0x00200032, "DS", fmt.Sprintf(`0\0\%g`, z)),
		text(0x00200037, "DS", `1\0\0\0\1\0`), dicomtest.DS(dicomtest.PixelSpacing, `0.5\0.5`),
		dicomtest.DS(dicomtest.WindowCentre, "40"), dicomtest.DS(dicomtest.WindowWidth, "400"),
	}, extra...)
	return m.Bytes()
}

// series writes n slices under names that sort the other way round.
func series(t *testing.T, n int) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "头 颅")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d.dcm", n-i)), slice(i, float64(i)*1.5), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// showing is the number of the slice on screen, -1 without.
func showing(st *State) int {
	if st.Scan == nil {
		return -1
	}
	return st.Scan.Stored.Value(0, 0, 0)
}

func TestAStackIsScrolled(t *testing.T) {
	d := newDesk(t)
	folder := series(t, 40)
	d.do(func(s *Session) { sized(s, image.Pt(300, 400)); s.Open(folder) })
	d.until("the whole stack", func(st *State) bool { return settled(st) && st.Frames() == 40 && st.Frame == 0 && showing(st) == 0 })
	d.do(func(s *Session) {
		if k := s.State().Stack(); k.Spacing != 1.5 || len(k.Notes) != 0 {
			t.Errorf("spacing %g, notes %v", k.Spacing, k.Notes)
		}
		s.ZoomTo(3, s.State().Centre())
		s.SetWindow(100, 50)
		s.ScrollBy(7)
	})
	d.until("slice 7 in all panes", func(st *State) bool {
		return showing(st) == 7 && blurred(st) != nil && st.Views.Gray.Base.Pix[0] == 7 && blurred(st).Pyramid.Base.Pix[0] == 7
	})
	d.do(func(s *Session) {
		st := s.State()
		if st.VOI.Centre != 100 || st.VOI.Source != vision.SourceManual || st.Viewport.Zoom != 3 {
			t.Errorf("window %v, zoom %g did not stay", st.VOI, st.Viewport.Zoom)
		}
		s.ScrollTo(1000)
	})
	d.until("the end", func(st *State) bool { return showing(st) == 39 })
	d.do(func(s *Session) { s.ScrollBy(-1000) })
	d.until("the beginning", func(st *State) bool { return showing(st) == 0 })
	d.until("everything loaded", func(st *State) bool { return len(st.Loaded) == 40 })
	d.until("a reading", func(st *State) bool { return st.Reading.Status == Refused })
}

func TestReadingsAreKeptPerFrame(t *testing.T) {
	d := newDesk(t)
	folder := t.TempDir()
	for i := range 3 {
		data := radiograph(dicomtest.Element{Tag: 0x0020000E, VR: "UI", Value: "1.2.3.4"}, dicomtest.Element{Tag: 0x00200013, VR: "IS", Value: fmt.Sprint(i)},
			dicomtest.Element{Tag: 0x00080018, VR: "UI", Value: fmt.Sprintf("1.2.3.4.%d", i+1)})
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.dcm", i)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d.do(func(s *Session) { s.Open(folder) })
	d.until("the first reading", func(st *State) bool { return settled(st) && st.Frames() == 3 && st.Reading.Status == Result })
	d.do(func(s *Session) { s.ScrollTo(1) })
	d.until("the second", func(st *State) bool { return filepath.Base(st.Scan.Path) == "1.dcm" && st.Reading.Status == Result })
	var first time.Duration
	d.do(func(s *Session) {
		if len(s.readings) != 2 {
			t.Errorf("%d readings kept", len(s.readings))
		}
		for _, r := range s.readings {
			first += r.Elapsed
		}
		s.ScrollTo(0)
	})
	d.until("the first again", func(st *State) bool {
		return filepath.Base(st.Scan.Path) == "0.dcm" && st.Reading.Status == Result && settled(st)
	})
	d.do(func(s *Session) {
		var again time.Duration
		for _, r := range s.readings {
			again += r.Elapsed
		}
		if again != first {
			t.Error("a frame was read twice")
		}
	})
}

// A frame that cannot be decoded must not show its neighbour.
func TestABrokenFrameShowsNoPicture(t *testing.T) {
	d := newDesk(t)
	folder := series(t, 5)
	bad := filepath.Join(folder, "003.dcm")
	data := slice(2, 3)
	// The data are cut within the first row.
	if err := os.WriteFile(bad, data[:len(data)-24*20*2+10], 0o644); err != nil {
		t.Fatal(err)
	}
	d.do(func(s *Session) { s.Open(folder) })
	d.until("the stack", func(st *State) bool { return settled(st) && st.Frames() == 5 && showing(st) == 0 })
	d.do(func(s *Session) { s.ScrollTo(2) })
	d.until("a sentence instead of a picture", func(st *State) bool {
		return st.Scan == nil && st.FrameFault != nil && st.Views == nil
	})
	d.do(func(s *Session) { s.ScrollTo(3) })
	d.until("the next slice", func(st *State) bool { return showing(st) == 3 && st.FrameFault == nil })
}

// A stack whose first frame cannot be decoded says so when it is chosen; it
// does not wait for a picture that never comes.
func TestARefusedStackSaysWhy(t *testing.T) {
	d := newDesk(t)
	folder := series(t, 1)
	refused := dicomtest.Chest(8, 8, 8)
	refused.Syntax = "1.2.840.10008.1.2.4.110"
	refused.Extra = []dicomtest.Element{{Tag: 0x0020000E, VR: "UI", Value: "9.9"}, {Tag: 0x00080018, VR: "UI", Value: "9.9.9"}}
	if err := os.WriteFile(filepath.Join(folder, "900.dcm"), refused.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	d.do(func(s *Session) { s.Open(folder) })
	d.until("both stacks", func(st *State) bool { return settled(st) && len(st.Stacks) == 2 })
	for range 2 { // and again, when it is known already
		d.do(func(s *Session) { s.SelectStack(1 - s.State().StackIndex) })
		d.until("the sentence", func(st *State) bool {
			return st.Scan == nil && st.FrameFault != nil && strings.Contains(st.FrameFault.String(), "1.2.840.10008.1.2.4.110")
		})
		d.do(func(s *Session) { s.SelectStack(1 - s.State().StackIndex) })
		d.until("the slice", func(st *State) bool { return st.Scan != nil && st.FrameFault == nil })
	}
}

func TestCine(t *testing.T) {
	d := newDesk(t)
	folder := series(t, 6)
	d.do(func(s *Session) { s.Open(folder) })
	d.until("the stack", func(st *State) bool { return settled(st) && st.Frames() == 6 })
	seen := map[int]bool{}
	d.do(func(s *Session) {
		s.SetRate(60)
		s.Listen(func(e Event) {
			if e == FrameShown {
				seen[showing(s.State())] = true
			}
		})
		s.Play()
	})
	d.until("all slices played", func(*State) bool { return len(seen) == 6 })
	d.do(func(s *Session) { s.ScrollBy(1) })
	d.do(func(s *Session) {
		if s.State().Playing {
			t.Error("scrolling does not stop the cine")
		}
		s.SetRate(1000)
		if s.State().Problem == nil || s.State().Rate != 60 {
			t.Error("an impossible rate was taken")
		}
	})
	// A rate that was set belongs to its stack.
	other := series(t, 3)
	d.do(func(s *Session) { s.Open(other) })
	d.until("the other stack", func(st *State) bool { return settled(st) && st.Frames() == 3 })
	d.do(func(s *Session) {
		if s.State().Rate != defaultRate {
			t.Errorf("another study begins with %v images/s", s.State().Rate)
		}
	})
}

func TestTheCacheIsBounded(t *testing.T) {
	d := newDesk(t)
	folder := series(t, 30)
	d.do(func(s *Session) {
		s.useCache(10 * 24 * 20 * 2)
		s.Open(folder)
	})
	d.until("the stack", func(st *State) bool { return settled(st) && st.Frames() == 30 })
	for _, i := range []int{29, 15, 0, 20} {
		d.do(func(s *Session) { s.ScrollTo(i) })
		d.until(fmt.Sprint("slice ", i), func(st *State) bool { return showing(st) == i })
		d.do(func(s *Session) {
			if used := s.cache.Used(); used > s.cache.Limit() || len(s.State().Loaded) > 10 {
				t.Errorf("%d bytes of %d, %d frames", used, s.cache.Limit(), len(s.State().Loaded))
			}
		})
	}
}
