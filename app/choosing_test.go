package app

import (
	"bytes"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"lightbox/model"
	"lightbox/vision/dicom/dicomtest"
)

// adult is a chest film of an adult, with all that a calibration wants to know.
func adult() []byte {
	m := dicomtest.Chest(160, 128, 10)
	m.Extra = []dicomtest.Element{
		{Tag: 0x00080060, VR: "CS", Value: "CR"}, {Tag: 0x00180015, VR: "CS", Value: "CHEST"}, {Tag: 0x00185101, VR: "CS", Value: "PA"},
		{Tag: 0x00101010, VR: "AS", Value: "040Y"},
		dicomtest.DS(dicomtest.WindowCentre, "511"), dicomtest.DS(dicomtest.WindowWidth, "900"),
	}
	return m.Bytes()
}

func pa() dicomtest.Element { return dicomtest.Element{Tag: 0x00185101, VR: "CS", Value: "PA"} }

// Another model reads the frame on screen again, and auto comes back to the
// first; nothing of the model before is kept.
func TestAnotherModelReadsAgain(t *testing.T) {
	d := newDesk(t)
	path := write(t, "a.dcm", radiograph(pa()))
	d.do(func(s *Session) { s.Open(path) })
	d.until("a result", func(st *State) bool { return settled(st) && st.Reading.Status == Result })
	var first Reading
	d.do(func(s *Session) {
		first = s.State().Reading
		if s.State().Model != AutoModel || first.Chosen == nil {
			t.Errorf("model %q, chosen because %v", s.State().Model, first.Chosen)
		}
		s.UseModel(model.DefaultName)
		if st := s.State(); st.Reading.Status != Running || st.Stability != nil || len(s.readings) != 0 {
			t.Errorf("the reading before is kept: %v, %d readings", st.Reading.Status, len(s.readings))
		}
	})
	d.until("the other model's result", func(st *State) bool { return st.Reading.Status == Result })
	d.do(func(s *Session) {
		st := s.State()
		if st.Reading.Model != model.DefaultName || st.Model != model.DefaultName || st.Reading.Chosen != nil {
			t.Errorf("read by %q, asked for %q, chosen because %v", st.Reading.Model, st.Model, st.Reading.Chosen)
		}
		if len(s.readings) != 1 {
			t.Errorf("%d readings kept", len(s.readings))
		}
		s.UseModel(AutoModel)
	})
	d.until("the first again", func(st *State) bool { return st.Reading.Status == Result && st.Reading.Model == first.Model })
	d.do(func(s *Session) {
		if z := s.State().Reading.Logit; z != first.Logit {
			t.Errorf("logit %v, before %v", z, first.Logit)
		}
	})
	// A model that is not there fails in one sentence; auto stays possible.
	d.do(func(s *Session) { s.UseModel(filepath.Join(t.TempDir(), "none.safetensors")) })
	d.until("a failure", func(st *State) bool { return st.Reading.Status == Failed })
	d.do(func(s *Session) { s.UseModel(AutoModel) })
	d.until("the first once more", func(st *State) bool { return st.Reading.Status == Result })
}

func TestChoicesOfAScan(t *testing.T) {
	d := newDesk(t)
	path := write(t, "a.dcm", radiograph())
	d.do(func(s *Session) { s.Choices(func([]Choice) { t.Error("choices without a scan") }); s.Open(path) })
	d.until("a result", settled)
	got := make(chan []Choice, 1)
	d.do(func(s *Session) { s.Choices(func(list []Choice) { got <- list }) })
	list := <-got
	for _, name := range model.EmbeddedNames() {
		i := slices.IndexFunc(list, func(c Choice) bool { return c.Name == name })
		if i < 0 {
			t.Fatalf("%s is not offered: %+v", name, list)
		}
		if c := list[i]; c.Eligible != (name != model.BreastName) || c.Eligible != (c.Reason == nil) {
			t.Errorf("%+v", c)
		}
	}
}

// Terms are kept, told of, and refused with a sentence that changes nothing.
func TestTermsAreKept(t *testing.T) {
	d := newDesk(t)
	file := filepath.Join(t.TempDir(), "settings.json")
	d.do(func(s *Session) {
		s.settings.path = file
		if why := s.SetTerms(model.FindingOpacity, Terms{Prevalence: .05, Level: .9}); why != nil {
			t.Error(why)
		}
		if !slices.Contains(d.events, TermsChanged) {
			t.Error("nobody was told")
		}
		if why := s.SetTerms(model.FindingOpacity, Terms{Prevalence: 5}); why == nil || s.Settings().TermsOf(model.FindingOpacity).Prevalence != .05 {
			t.Errorf("refused with %v, kept %v", why, s.Settings().Prevalences)
		}
		if why := s.SetTerms(model.FindingMalignant, Terms{Prevalence: .2, Level: .8}); why != nil {
			t.Error(why)
		}
		if s.Finding() != model.FindingOpacity {
			t.Errorf("without a scan the terms are those of %q", s.Finding())
		}
	})
	again, err := LoadSettings(file)
	// Each finding keeps its prevalence, both have the last level.
	if err != nil || again.TermsOf(model.FindingOpacity) != (Terms{.05, .8}) || again.TermsOf(model.FindingMalignant) != (Terms{.2, .8}) || again.TermsOf(model.FindingPneumonia) != (Terms{0, .8}) {
		t.Errorf("%+v, %v", again, err)
	}
	for text, want := range map[string][3]Terms{ // of opacity, pneumonia, malignancy
		// A file of before, with the prevalence of the one finding that there was.
		`{"prevalence": 0.3, "set_level": 0.9}`: {{.3, .9}, {.3, .9}, {0, .9}},
		// What somebody wrote into the file by hand is checked too.
		`{"prevalence": 7, "set_level": 0.9}`:                                                    {{0, .9}, {0, .9}, {0, .9}},
		`{"prevalences": {"Pneumonia": -1, "Malignant breast lesion": 0.1}, "set_level": 3}`:     {{}, {}, {.1, 0}},
		`{"prevalence": 0.3, "prevalences": {"Malignant breast lesion": 0.1}, "set_level": 0.8}`: {{0, .8}, {0, .8}, {.1, .8}},
	} {
		if err := model.WriteFileAtomic(file, []byte(text)); err != nil {
			t.Fatal(err)
		}
		again, err := LoadSettings(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, finding := range []string{model.FindingOpacity, model.FindingPneumonia, model.FindingMalignant} {
			if got := again.TermsOf(finding); got != want[i] {
				t.Errorf("%s: %+v for %s", text, got, finding)
			}
		}
	}
}

// A patient of the calibrated population gets a probability with its interval,
// the operating point on the same scale; one who may not belong gets a score,
// and figures that are said not to be about him.
func TestCalibratedReading(t *testing.T) {
	d := newDesk(t)
	for name, want := range map[string]bool{"adult.dcm": true, "silent.dcm": false} {
		data := adult()
		if !want {
			data = bytes.Replace(radiograph(), []byte("004Y"), []byte("040Y"), 1) // no view
		}
		path := write(t, name, data)
		d.do(func(s *Session) { s.Open(path) })
		d.until("a result of "+name, func(st *State) bool { return settled(st) && st.Scan.Path == path })
		d.do(func(s *Session) {
			r := s.State().Reading
			a, ok := s.Answer()
			if !ok || r.Calibrated != want || (a.Shown != nil) != want || r.Measured == nil {
				t.Fatalf("%s: %+v", name, r)
			}
			if r.NumberAt(r.Logit) != r.Number() || math.IsNaN(r.Threshold) {
				t.Errorf("%s: number %v, at its logit %v, threshold %v", name, r.Number(), r.NumberAt(r.Logit), r.Threshold)
			}
			if (r.Number() >= r.Threshold) != (r.Logit >= r.ThresholdLogit) {
				t.Errorf("%s: number %v, threshold %v, but logits %v and %v", name, r.Number(), r.Threshold, r.Logit, r.ThresholdLogit)
			}
		})
	}
}
