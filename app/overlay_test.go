package app

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox/app/frames"
	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// openResult opens a phantom that the chest model reads.
func openResult(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	path := write(t, "胸片.dcm", radiograph())
	d.do(func(s *Session) { s.Open(path) })
	d.until("a result", func(st *State) bool { return settled(st) && st.Reading.Status == Result })
	return d
}

// enclosed is the area within closed lines, by the shoelace formula.
func enclosed(lines [][]plane.Point) (sum float64) {
	for _, line := range lines {
		for i, p := range line {
			q := line[(i+1)%len(line)]
			sum += (q.X*p.Y - p.X*q.Y) / 2
		}
	}
	return sum
}

func TestTheLungsAreOutlinedByDefault(t *testing.T) {
	d := openResult(t)
	d.do(func(s *Session) {
		st := s.State()
		w := st.Why()
		if w == nil || !st.Overlay.Outlines || st.Overlay.Heat() || w.Method != GradCAM {
			t.Fatalf("%+v, %+v", st.Overlay, w)
		}
		want := st.Reading.Explanation.Lungs.Area()
		if got := enclosed(w.Lungs); math.Abs(got-want) > 0.02*want || want < 0.1 {
			t.Errorf("the lines enclose %.4f of the picture, the mask %.4f", got, want)
		}
		if l := st.Legend(); l.Lungs == nil || l.High != "" {
			t.Errorf("%+v", l)
		}
		s.SetOverlay(Overlay{})
		if l := st.Legend(); l.Lungs != nil || l.Hot != nil || l.Notes != nil || l.Caveat != nil || l.High != "" {
			t.Errorf("switched off: %+v", l)
		}
	})
}

// The occlusion map is computed when it is first asked for, once, and it is that
// of the explanation.
func TestOcclusionComesWhenAskedFor(t *testing.T) {
	d := openResult(t)
	wanted := Overlay{HeatMap: true, Method: Occlusion}
	d.do(func(s *Session) {
		s.SetOverlay(Overlay{})
		clear(s.explained.occlusions)
		s.SetOverlay(Overlay{Method: Occlusion}) // nothing of it is drawn
		if s.occlusion.cancel != nil {
			t.Error("it is computed though it is not drawn")
		}
		s.SetOverlay(wanted)
		w, l := s.State().Why(), s.State().Legend()
		if s.occlusion.cancel == nil || w == nil || len(w.Map.Pix) != 0 || w.Method != Occlusion || !strings.Contains(l.Notes[0].String(), "being computed") || l.High != "" {
			t.Errorf("while it is computed: %+v, %+v", w, l)
		}
	})
	there := func(st *State) bool { w := st.Why(); return w != nil && w.Method == Occlusion && len(w.Map.Pix) > 0 }
	d.until("the occlusion map", there)
	var x *model.Explanation
	var got plane.Plane
	d.do(func(s *Session) {
		x, got = s.State().Reading.Explanation, s.State().Why().Map
		if w := s.State().Why(); w.Within != x.Within {
			t.Errorf("it lies over %+v, computed over %+v", w.Within, x.Within)
		}
		if !slices.Contains(d.events, OverlayChanged) {
			t.Error("nobody was told")
		}
		s.SetOverlay(Overlay{HeatMap: true})
		if w := s.State().Why(); w.Method != GradCAM || &w.Map.Pix[0] != &x.Influence.Pix[0] {
			t.Error("Grad-CAM is not the explanation's")
		} else if w.Within != x.Over {
			t.Errorf("Grad-CAM lies over %+v, its places over %+v", w.Within, x.Over)
		}
		s.SetOverlay(wanted)
		if s.occlusion.cancel != nil || !there(s.State()) {
			t.Error("it is computed a second time")
		}
	})
	want, err := x.Occlude(context.Background())
	if err != nil || !slices.Equal(got.Pix, want.Pix) {
		t.Errorf("another map than the explanation's: %v", err)
	}
}

// A change of the frame, and Cancel, stop the occlusion map.
func TestOcclusionIsCancelled(t *testing.T) {
	d := newDesk(t)
	folder := t.TempDir()
	for i := range 2 {
		data := radiograph(dicomtest.Element{Tag: 0x0020000E, VR: "UI", Value: "1.2.3.4"}, dicomtest.Element{Tag: 0x00200013, VR: "IS", Value: fmt.Sprint(i)},
			dicomtest.Element{Tag: 0x00080018, VR: "UI", Value: fmt.Sprintf("1.2.3.4.%d", i+1)})
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.dcm", i)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	result := func(name string) func(st *State) bool {
		return func(st *State) bool {
			return settled(st) && filepath.Base(st.Scan.Path) == name && st.Reading.Status == Result && st.Frames() == 2
		}
	}
	d.do(func(s *Session) { s.Open(folder) })
	d.until("the first result", result("0.dcm"))
	asked := Overlay{Outlines: true, Method: Occlusion}
	d.do(func(s *Session) {
		s.SetOverlay(asked)
		s.Cancel()
		if s.occlusion.cancel != nil || s.State().Overlay.Method != GradCAM || s.State().Why().Method != GradCAM {
			t.Error("Cancel leaves it running, or on screen")
		}
	})
	// The next frame is on the screen before the map of the first can be: what
	// displays a frame runs before anything that the job posts.
	var first *model.Explanation
	d.do(func(s *Session) {
		st := s.State()
		first = st.Reading.Explanation
		s.SetOverlay(asked)
		id := s.occlusion.id
		next := st.Stack().Frames[1]
		scan, err := readFrame(context.Background(), next)
		if err != nil || s.occlusion.cancel == nil {
			t.Fatal(err)
		}
		p, err := prepareViews(context.Background(), scan, []vision.ViewKind{vision.ViewGaussian}, st.Filters)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range st.Panes {
			p.Frame = 1
		}
		s.display(frames.KeyOf(next), p, st.Panes)
		if s.occlusion.cancel != nil || s.occlusion.current(id) || st.Why() != nil {
			t.Errorf("the frame changed, the map is still computed, or drawn: %+v", st.Why())
		}
	})
	d.until("the second result", result("1.dcm"))
	d.until("its map", func(st *State) bool { w := st.Why(); return w != nil && len(w.Map.Pix) > 0 })
	d.do(func(s *Session) {
		if _, ok := s.explained.occlusions[first]; ok || len(s.explained.occlusions) != 1 {
			t.Errorf("%d maps are kept, that of the frame before %v", len(s.explained.occlusions), ok)
		}
	})
}

func TestNothingIsDrawnWithoutAResult(t *testing.T) {
	for name, data := range map[string][]byte{
		"refused": slice(1, 0), "colour.png": colourPNG(t),
		"failed": radiograph(),
	} {
		d := newDesk(t)
		path := write(t, name, data)
		d.do(func(s *Session) {
			if name == "failed" {
				s.network = broken()
			}
			s.SetOverlay(Overlay{Outlines: true, HeatMap: true, Method: Occlusion})
			s.Open(path)
		})
		d.until("no result", settled)
		d.do(func(s *Session) {
			st := s.State()
			if l := st.Legend(); st.Why() != nil || l.Lungs != nil || l.Caveat != nil || l.High != "" || l.Notes != nil || s.occlusion.cancel != nil {
				t.Errorf("%s: %+v, %+v", name, st.Why(), l)
			}
			if st.Reading.Status == Result {
				t.Errorf("%s: a result", name)
			}
		})
	}
}

// A defect in the explanation costs a sentence, and the map that is there stays.
func TestAFailedOcclusionGivesWayToGradCAM(t *testing.T) {
	d := openResult(t)
	d.do(func(s *Session) {
		x := &model.Explanation{Influence: plane.Plane{Rows: 1, Columns: 2, Pix: []float32{1, -1}}, Within: model.WholePicture}
		s.state.Reading.Explanation = x // which nobody made: it cannot be asked
		s.publish(ReadingChanged)
		s.SetOverlay(Overlay{Outlines: true, Method: Occlusion})
	})
	d.until("a sentence", func(st *State) bool { return st.Problem != nil })
	d.do(func(s *Session) {
		if st := s.State(); st.Overlay.Method != GradCAM || st.Why() == nil || st.Why().Most != 1 || s.occlusion.cancel != nil {
			t.Errorf("%+v, %+v", st.Overlay, st.Why())
		}
	})
}

func TestWhy(t *testing.T) {
	explained := func(pix ...float32) *model.Explanation {
		return &model.Explanation{Influence: plane.Plane{Rows: 1, Columns: len(pix), Pix: pix}, Over: model.Box{X0: 0.25, Y0: 0, X1: 0.75, Y1: 1}, Within: model.WholePicture}
	}
	// 1 × 4 places over the middle half of the picture. Between the
	// middles of the first two places the map falls from 2 to −1: 1.5, half of the
	// scale's 3, is reached after a sixth of the way; what is outside of the first
	// middle is 2 too.
	w := newWhy(explained(2, -1, -3, -1), GradCAM, explained(2, -1, -3, -1).Influence)
	if w.Most != 2 || w.Least != -3 || w.Scale != 3 || w.HotLevel != 1.5 || len(w.Hot) != 1 {
		t.Fatalf("%+v", w)
	}
	least, most := 1.0, 0.0
	for _, p := range w.Hot[0] {
		least, most = min(least, p.X), max(most, p.X)
	}
	want := 0.25 + 0.5*(0.5+1.0/6)/4
	if math.Abs(least-0.25) > 1e-9 || math.Abs(most-want) > 0.5/128 {
		t.Errorf("outlined from %v to %v, want 0.25 to %v", least, most, want)
	}
	for name, c := range map[string]struct {
		pix       []float32
		most, end float64
	}{
		"nothing for it":   {[]float32{-1, -2, 0}, 0, 2},
		"little for it":    {[]float32{0.9, -2, 0}, 0.9, 2}, // less than half of the scale
		"rounding":         {[]float32{1e-6, -2, 0}, 0, 2},
		"nothing":          {[]float32{0, 0}, 0, 0},
		"nothing computed": {nil, 0, 0},
	} {
		x := explained(c.pix...)
		w := newWhy(x, Occlusion, x.Influence)
		if math.Abs(w.Most-c.most) > 1e-6 || w.Scale != c.end || w.Hot != nil || w.InsideKnown {
			t.Errorf("%s: %+v", name, w)
		}
	}
	if w := newWhy(explained(-1e-6, 2), GradCAM, explained(-1e-6, 2).Influence); w.Least != 0 || len(w.Hot) != 1 {
		t.Errorf("rounding against it: %+v", w)
	}
}

// What the legend says, word for word.
func TestLegend(t *testing.T) {
	mask := plane.New(8, 8)
	for i := range mask.Pix {
		if i%8 < 4 {
			mask.Pix[i] = 1
		}
	}
	x := &model.Explanation{Influence: plane.Plane{Rows: 2, Columns: 2, Pix: []float32{0.5, 0.5, 0.5, 0.5}}, Over: model.WholePicture, Within: model.WholePicture, Lungs: mask}
	d := openResult(t)
	d.do(func(s *Session) {
		st := s.State()
		st.Reading.Explanation = x
		s.publish(ReadingChanged)
		s.SetOverlay(Overlay{Outlines: true, HeatMap: true})
		l := st.Legend()
		var got []string
		for _, m := range append([]Message{*l.Lungs, *l.Hot}, append(l.Notes, *l.Caveat)...) {
			got = append(got, m.String())
		}
		want := []string{
			"Where the model looked: the lungs",
			"Outlined: Grad-CAM 0.25 log-odds or more",
			"Grad-CAM: at most +0.5 log-odds for the finding, 0 against it",
			"Grad-CAM: 2×2 places, enlarged",
			"In the lungs: 50 % of what speaks for it",
			"Shows what the network's output hangs on, not where disease is.",
		}
		if !slices.Equal(got, want) || l.Low != "0" || l.High != "+0.5" {
			t.Errorf("%q, from %s to %s", got, l.Low, l.High)
		}
		s.SetOverlay(Overlay{Peek: true, Against: true})
		if l := st.Legend(); l.Lungs != nil || l.Hot != nil || l.Caveat == nil || l.Low != "-0.5" {
			t.Errorf("%+v", l)
		}
		// Nothing speaks for the finding: no outline and no colours, but the caveat,
		// for the heat map is switched on.
		st.Reading.Explanation = &model.Explanation{Influence: plane.Plane{Rows: 1, Columns: 2, Pix: []float32{-0.25, -1}}, Within: model.WholePicture}
		s.publish(ReadingChanged)
		s.SetOverlay(Overlay{Outlines: true, HeatMap: true})
		if l := st.Legend(); l.Hot != nil || l.Caveat == nil || l.High != "" || l.Notes[0].String() != "Grad-CAM: no place speaks for the finding; at most -1 log-odds against it" {
			t.Errorf("%+v", l)
		}
		s.SetOverlay(Overlay{Outlines: true})
		if l := st.Legend(); l.Caveat != nil {
			t.Errorf("a caveat for nothing: %+v", l)
		}
	})
}

func TestSeen(t *testing.T) {
	d := openResult(t)
	d.do(func(s *Session) {
		st := s.State()
		seen, ok := st.Reading.Seen(st.Scan)
		if !ok || seen.Picture.Rows != 96 || seen.Picture.Columns != 96 || seen.Least >= 0 || seen.Most <= 0 {
			t.Errorf("%v, %d×%d from %v to %v", ok, seen.Picture.Columns, seen.Picture.Rows, seen.Least, seen.Most)
		}
		if !strings.Contains(seen.Part.String(), "whole picture of 128×160") || !strings.Contains(seen.Standardised.String(), "lungs") {
			t.Errorf("%s %s", seen.Part, seen.Standardised)
		}
		r := Reading{Status: Refused, Explanation: st.Reading.Explanation}
		if _, ok := r.Seen(st.Scan); ok {
			t.Error("a refused picture was seen")
		}
		r, err := NewNetwork("source-28").Read(context.Background(), st.Scan)
		if err != nil || r.Status != Result {
			t.Fatalf("%+v, %v", r, err)
		}
		if seen, ok := r.Seen(st.Scan); !ok || seen.Picture.Rows != 28 || !strings.Contains(seen.Part.String(), "middle 128×128 of 128×160") {
			t.Errorf("%v, %s", ok, seen.Part)
		}
	})
}
