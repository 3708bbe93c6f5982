package model

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"lightbox/model/arch"
	"lightbox/model/breast"
	"lightbox/model/calibrate"
)

// fitted is a calibration of simulated logits for a model.
func fitted(t *testing.T, sha, population string) *calibrate.Fitted {
	t.Helper()
	r := rand.New(rand.NewPCG(4, 4))
	var s calibrate.Sample
	for i := range 120 {
		s.Labels = append(s.Labels, i%2)
		s.Logits = append(s.Logits, 2*r.NormFloat64()+3*float64(i%2))
	}
	f, err := calibrate.Fit(s, calibrate.Options{Model: sha, Population: population})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCalibrationsOfPopulations(t *testing.T) {
	m := randomModel(t, 1, nil)
	c := &Calibrations{[]Population{{1, 6, fitted(t, m.SHA256(), "children")}, {18, 120, fitted(t, m.SHA256(), "adults")}}}
	text, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeCalibrations(bytes.NewReader(text), m.SHA256())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		age  *float64
		want string
	}{{years(3), "children"}, {years(6), ""}, {years(17.9), ""}, {years(18), "adults"}, {nil, ""}} {
		f, anyone := back.For(c.age)
		if got := f; (got == nil) != (c.want == "") || got != nil && got.Population != c.want || anyone {
			t.Errorf("age %v: %+v", c.age, f)
		}
	}
	anyone := &Calibrations{[]Population{{0, 0, fitted(t, m.SHA256(), "ours")}}}
	if f, own := anyone.For(nil); f == nil || !own {
		t.Error("a calibration for anyone is not for a patient of unknown age")
	}
	if f, _ := (*Calibrations)(nil).For(years(3)); f != nil {
		t.Error("no calibration has one")
	}
	with, err := m.Calibrated(back)
	if err != nil || with.Calibrations() != back || m.Calibrations() != nil {
		t.Errorf("%v", err)
	}
	other := randomModel(t, 2, nil)
	if _, err := other.Calibrated(back); !errors.Is(err, ErrBadCalibration) {
		t.Errorf("of other weights: %v", err)
	}
	for name, bad := range map[string]string{
		"empty":          "",
		"no JSON":        "{",
		"another format": strings.Replace(string(text), `"format": 1`, `"format": 2`, 1),
		"ages":           strings.Replace(string(text), `"from_years": 18`, `"from_years": 180`, 1),
		"unknown key":    strings.Replace(string(text), `"from_years"`, `"from_year"`, 1),
		"no population":  `{"format":1,"populations":[]}`,
	} {
		if _, err := DecodeCalibrations(strings.NewReader(bad), m.SHA256()); !errors.Is(err, ErrBadCalibration) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := DecodeCalibrations(bytes.NewReader(text), other.SHA256()); !errors.Is(err, ErrBadCalibration) {
		t.Error("a calibration of other weights was read")
	}
}

func TestGateOfBreast(t *testing.T) {
	w, err := arch.NewWeights(breast.Net(), rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewModel(breastMeta(), EnsembleTensors(nil, []arch.Weights{w}))
	if err != nil {
		t.Fatal(err)
	}
	us := Facts{Format: "DICOM", Modality: "US", BodyPart: "BREAST", AgeYears: years(50), Sex: "F", Rows: 400, Columns: 500}
	for name, c := range map[string]struct {
		change       func(*Facts)
		refusal      string
		inPopulation bool
		says         bool
	}{
		"breast":      {func(*Facts) {}, "", true, true},
		"a man":       {func(f *Facts) { f.Sex = "M" }, "", false, true},
		"other":       {func(f *Facts) { f.Sex = "O" }, "", false, true},
		"sex silent":  {func(f *Facts) { f.Sex = "" }, "", false, true},
		"padded":      {func(f *Facts) { f.Sex = "f " }, "", true, true},
		"a child":     {func(f *Facts) { f.AgeYears = years(9) }, "", false, true},
		"young":       {func(f *Facts) { f.AgeYears = years(20) }, "", false, true},
		"silent":      {func(f *Facts) { f.BodyPart = "" }, "", true, false},
		"a picture":   {func(f *Facts) { *f = Facts{Format: "PNG", Rows: 400, Columns: 500} }, "", false, false},
		"abdomen":     {func(f *Facts) { f.BodyPart = "ABDOMEN" }, CodeBodyPart, false, false},
		"a chest":     {func(f *Facts) { f.Modality, f.BodyPart = "DX", "CHEST" }, CodeModality, false, false},
		"mammography": {func(f *Facts) { f.Modality = "MG" }, CodeModality, false, false},
		"Doppler":     {func(f *Facts) { f.Colour = true }, CodeColour, false, true},
		"small":       {func(f *Facts) { f.Rows = 95 }, CodeTooSmall, false, true},
	} {
		f := us
		c.change(&f)
		v := Gate(m, f)
		if v.Eligible != (c.refusal == "") || v.Reason != nil && v.Reason.Code != c.refusal || v.InPopulation != c.inPopulation || SaysSo(m, f) != c.says {
			t.Errorf("%s: %+v, says so %v", name, v, SaysSo(m, f))
		}
	}
	us.Sex = "M"
	if v := Gate(m, us); !v.Unlike || len(v.Cautions) != 1 || !strings.Contains(v.Cautions[0].String(), "sex of this patient is M") {
		t.Errorf("a man: %+v", v)
	}
	us.Sex = ""
	if v := Gate(m, us); v.Unlike || len(v.Cautions) != 1 || v.Cautions[0].Code != CodeSexUnknown {
		t.Errorf("sex not known: %+v", v)
	}
	if !NeedsWords(m) || SameDomain(m, randomModel(t, 1, nil)) {
		t.Error("the domain")
	}
}
