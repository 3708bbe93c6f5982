package app

import (
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

func seq(tag uint32, items ...[]dicomtest.Element) dicomtest.Element {
	return dicomtest.Element{Tag: tag, VR: "SQ", Items: items}
}

func elem(tag uint32, vr string, value any) dicomtest.Element {
	return dicomtest.Element{Tag: tag, VR: vr, Value: value}
}

// softcopy is a Softcopy VOI LUT Sequence of one window.
func softcopy(centre, width string) dicomtest.Element {
	return seq(dicomtest.SoftcopyVOIs, []dicomtest.Element{dicomtest.DS(dicomtest.WindowCentre, centre), dicomtest.DS(dicomtest.WindowWidth, width)})
}

// withStates is a folder of a radiograph of 128 × 160 pixels and presentation states.
func withStates(t *testing.T, list ...dicomtest.Set) string {
	t.Helper()
	files := [][]byte{radiograph()}
	for _, s := range list {
		files = append(files, dicomtest.File(dicomtest.ExplicitLE, s))
	}
	return folderOf(t, files...)
}

func folderOf(t *testing.T, files ...[]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "study")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i, data := range files {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%c.dcm", 'a'+i)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// opensWhole opens a path on a desk with panes of one size, until all files are known.
func opensWhole(t *testing.T, d *desk, path string) {
	t.Helper()
	d.do(func(s *Session) { sized(s, image.Pt(400, 500)); s.Open(path) })
	d.until("an open study", func(st *State) bool { return settled(st) && !st.Indexing && st.Busy == nil })
}

func state(extra ...dicomtest.Element) dicomtest.Set { return dicomtest.State(128, 160, extra...) }

// A presentation state is applied when its image is opened, says so, can be left and
// taken again, and all that can be undone.
func TestPresentationStateIsApplied(t *testing.T) {
	d := newDesk(t)
	opensWhole(t, d, withStates(t, state(softcopy("300", "200"), elem(0x00700042, "US", 90), elem(0x00700041, "CS", "Y"),
		seq(dicomtest.DisplayedArea, dicomtest.Area(128, 1, 65, 80, "SCALE TO FIT")))))
	applied := func(s *Session, when string) {
		t.Helper()
		st := s.State()
		name, ok := st.PresentationOf(st.Pane)
		want := PresentationName{"READ", "a synthetic state", "Reader^Ruth", "20240102", "101112"}
		if !ok || name != want {
			t.Fatalf("%s: %v %+v", when, ok, name)
		}
		for _, p := range st.Panes {
			if p.VOI.Centre != 300 || p.VOI.Width != 200 || p.VOI.Source != vision.SourceState {
				t.Errorf("%s: window %+v", when, p.VOI)
			}
			if p.Viewport.Turn != (vision.Turn{}.Rotated(1).FlippedHorizontally()) {
				t.Errorf("%s: turn %+v", when, p.Viewport.Turn)
			}
			// Columns 65 … 128 of rows 1 … 80, across the pane after a quarter of a turn.
			if v := p.Viewport; v.CentreX != 96 || v.CentreY != 40 || math.Abs(v.Zoom-min(400.0/80, 500.0/64)) > 1e-9 {
				t.Errorf("%s: viewport %+v", when, v)
			}
		}
	}
	own := func(s *Session, when string) {
		t.Helper()
		p := s.State().Pane
		if p.Presented != nil || !p.OwnShown || p.VOI.Centre != 511 || p.VOI.Width != 900 || p.VOI.Source != vision.SourceFile ||
			!p.Viewport.Turn.Identity() || p.Viewport != vision.Fit(128, 160, 400, 500) {
			t.Errorf("%s: %v %+v %+v", when, p.Presented, p.VOI, p.Viewport)
		}
	}
	var before []float32
	d.do(func(s *Session) {
		applied(s, "opened")
		_, _, before, _ = s.State().Scan.ModelInput(t.Context())
		if got := len(s.State().VOIs()); got != 3 || s.State().VOIs()[1] != s.State().Scan.VOIs[0] {
			t.Errorf("%d windows: %v", got, s.State().VOIs())
		}
		s.TogglePresentation()
		own(s, "left")
		s.Undo()
		applied(s, "undone")
		s.Redo()
		own(s, "done again")
		s.ChoosePresentation(s.Presentations()[0].UID)
		applied(s, "chosen")
		s.SetWindow(100, 50)
		s.PanBy(30, 0)
		s.Reset()
		applied(s, "reset")
		s.Fit()
		if v := s.State().Viewport; v.CentreX != 64 || v.CentreY != 80 {
			t.Errorf("fitted: %+v", v)
		}
	})
	// What the network is given is not touched.
	alone := newDesk(t)
	opensWhole(t, alone, write(t, "a.dcm", radiograph()))
	alone.do(func(s *Session) {
		if _, _, want, _ := s.State().Scan.ModelInput(t.Context()); !slices.Equal(before, want) {
			t.Error("the model is given something else with a presentation state")
		}
	})
}

// Of several states the newest is applied, and one is chosen among those that refer to
// the image.
func TestPresentationStatesAreChosen(t *testing.T) {
	d := newDesk(t)
	named := func(uid, label, date, centre string) dicomtest.Set {
		return state(elem(0x00080018, "UI", uid), elem(0x00700080, "CS", label), elem(0x00700082, "DA", date), softcopy(centre, "100"))
	}
	other := state(elem(0x00080018, "UI", "1.9.9"), seq(0x00081115, []dicomtest.Element{{Tag: 0x0020000E, VR: "UI", Value: "1.2"}, dicomtest.ImageRefs("1.2.3")}))
	opensWhole(t, d, withStates(t, named("1.9.1", "OLD", "20230101", "100"), named("1.9.2", "NEW", "20240101", "200"), other))
	d.do(func(s *Session) {
		list := s.Presentations()
		if len(list) != 2 || list[0].Name.Label != "NEW" || !list[0].On || list[1].Name.Label != "OLD" || s.State().VOI.Centre != 200 {
			t.Fatalf("%+v, window %+v", list, s.State().VOI)
		}
		s.ChoosePresentation(list[1].UID)
		if s.State().VOI.Centre != 100 || !s.Presentations()[1].On {
			t.Errorf("window %+v", s.State().VOI)
		}
		s.ChoosePresentation("1.9.9") // is for another image
		if s.State().VOI.Centre != 100 {
			t.Error("a state of another image is applied")
		}
		notes := s.PresentationNotes()
		if len(notes) != 1 || !strings.Contains(Explain(notes[0]).String(), "images that are not open (images: 1)") {
			t.Errorf("of the state without an image it says %v", notes)
		}
	})
}

// What the reader chose comes back with the study.
func TestPresentationChoiceIsKept(t *testing.T) {
	folder, path := t.TempDir(), withStates(t, state(softcopy("300", "200")))
	first := newKeptDesk(t, folder)
	opensWhole(t, first, path)
	first.do(func(s *Session) { s.TogglePresentation() })
	first.leave()
	second := newKeptDesk(t, folder)
	opensWhole(t, second, path)
	second.do(func(s *Session) {
		if p := s.State().Pane; p.Presented != nil || !p.OwnShown || p.VOI.Centre != 511 {
			t.Errorf("the state is applied again: %+v", p.VOI)
		}
	})
}

// Presentation states that contradict themselves or ask for too much are not applied,
// and it is said why; nothing else is lost.
func TestBadPresentationStates(t *testing.T) {
	graphic := func(g []dicomtest.Element) dicomtest.Element {
		return seq(dicomtest.Graphics, dicomtest.Annotation("L", [][]dicomtest.Element{g}, nil))
	}
	many := make([][]dicomtest.Element, 130)
	for i := range many {
		many[i] = dicomtest.Graphic("PIXEL", "POLYLINE", make([]float64, 16_000)...)
	}
	for want, c := range map[string]dicomtest.Set{
		"refers to no image":           state(seq(0x00081115)),
		"no place in an image":         state(graphic(dicomtest.Graphic("PIXEL", "POLYLINE", 1, 2, math.NaN(), 4))),
		"the type \"BLOB\"":            state(graphic(dicomtest.Graphic("PIXEL", "BLOB", 1, 2))),
		"CIRCLE with 1 points":         state(graphic(dicomtest.Graphic("PIXEL", "CIRCLE", 1, 2))),
		"odd number":                   state(graphic(dicomtest.Graphic("PIXEL", "POLYLINE", 1, 2, 3))),
		"the unit \"MATRIX\"":          state(graphic(dicomtest.Graphic("MATRIX", "POLYLINE", 1, 2, 3, 4))),
		"more than 100000 points":      state(seq(dicomtest.Graphics, dicomtest.Annotation("L", many, nil))),
		"rotation by 45 degrees":       state(elem(0x00700042, "US", 45)),
		"area whose corners cannot be": state(seq(dicomtest.DisplayedArea, dicomtest.Area(1, 1, 2_000_000_000, 5, "SCALE TO FIT"))),
		"no window and no table":       state(softcopy("300", "-4")),
		"\"POLYGONAL\" that cannot be": state(elem(0x00181600, "CS", "POLYGONAL"), elem(0x00181620, "IS", `1\1\5\5`)),
	} {
		d := newDesk(t)
		opensWhole(t, d, withStates(t, c))
		d.do(func(s *Session) {
			notes := s.PresentationNotes()
			if len(notes) != 1 || !strings.Contains(Explain(notes[0]).String(), want) || !strings.Contains(Explain(notes[0]).String(), "b.dcm") {
				t.Errorf("%s: it says %v", want, notes)
			}
			if p := s.State().Pane; p.Presented != nil || p.VOI.Centre != 511 {
				t.Errorf("%s: applied all the same: %+v", want, p.VOI)
			}
			if why := s.NoPresentation(); why == nil || why.String() != "No presentation state refers to this image." {
				t.Errorf("%s: %v", want, why)
			}
		})
		d.leave()
	}
}

// What people wrote into a state may name the patient: the demo mode has none of it.
func TestDemoModeMasksPresentationStates(t *testing.T) {
	d := newDesk(t)
	text := []dicomtest.Element{{Tag: 0x00700004, VR: "CS", Value: "PIXEL"}, {Tag: 0x00700006, VR: "ST", Value: secret},
		{Tag: 0x00700014, VR: "FL", Value: []float64{10, 20}}, {Tag: 0x00700015, VR: "CS", Value: "Y"}}
	window := softcopy("300", "200")
	window.Items[0] = append(window.Items[0], elem(0x00281055, "LO", secret))
	opensWhole(t, d, withStates(t, state(window, elem(0x00700080, "CS", secret), elem(0x00700081, "LO", secret), elem(0x00700084, "PN", secret),
		seq(dicomtest.Graphics, dicomtest.Annotation("L", nil, [][]dicomtest.Element{text})))))
	told := func(s *Session) string {
		st := s.State()
		name, _ := st.PresentationOf(st.Pane)
		return fmt.Sprintf("%+v %+v %+v %+v %v", name, st.VOI, st.VOIs(), st.Presented.Texts, s.Presentations())
	}
	d.do(func(s *Session) {
		if n := strings.Count(told(s), secret); n < 6 {
			t.Fatalf("the test plants too little: %d\n%s", n, told(s))
		}
		s.SetDemo(true)
		if strings.Contains(told(s), secret) {
			t.Errorf("the demo mode tells %s", told(s))
		}
		if s.State().VOI.Centre != 300 {
			t.Error("the state is applied no more")
		}
	})
}
