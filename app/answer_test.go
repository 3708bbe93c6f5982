package app

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"lightbox/model"
	"lightbox/model/calibrate"
)

// fitted calibrates logits that are true log odds at a prevalence of one half.
func fitted(t *testing.T, n int) *calibrate.Fitted {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, 7))
	var s calibrate.Sample
	for i := range n {
		y := i % 2
		x := rng.NormFloat64() + 2*float64(y) - 1
		s.Logits, s.Labels, s.Groups = append(s.Logits, 2*x), append(s.Labels, y), append(s.Groups, fmt.Sprint(i))
	}
	f, err := calibrate.Fit(s, calibrate.Options{Model: strings.Repeat("0a", 32), Population: "phantoms"})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// calibrated is a result with a calibration.
func calibrated(t *testing.T, logit float64) *Reading {
	t.Helper()
	f := fitted(t, 400)
	r := &Reading{
		Status: Result, Finding: model.FindingOpacity, Logit: logit, Score: model.Sigmoid(logit), Calibrated: true,
		Probability: f.Map.Probability(logit), Calibration: f, Measured: f, scale: f.Map.Probability,
		ThresholdLogit: 0.5, Threshold: f.Map.Probability(0.5),
		Explanation: &model.Explanation{Logits: [][2]float64{{logit - 1, logit}, {logit + 1, logit}}},
		Similar:     []model.Case{{Positive: true, Distance: .1}, {Positive: false, Distance: .2}, {Positive: true, Distance: .3}},
	}
	return r
}

func text(m Message, ok bool) string {
	if !ok {
		return ""
	}
	return m.String()
}

// The user's prevalence changes the odds by the ratio of the prior odds, and
// nothing else.
func TestPrevalenceShiftsTheOdds(t *testing.T) {
	r := calibrated(t, 1.2)
	odds := func(p float64) float64 { return p / (1 - p) }
	for _, prevalence := range []float64{.01, .05, .5, .9} {
		a, ok := NewAnswer(r, Terms{Prevalence: prevalence})
		if !ok || a.Own == nil || a.Shown == nil {
			t.Fatalf("%+v", a)
		}
		want := odds(r.Probability) / odds(.5) * odds(prevalence) // half of the films had the finding
		if got := odds(a.Own.Probability); math.Abs(got/want-1) > 1e-9 {
			t.Errorf("at %v the odds are %v, want %v", prevalence, got, want)
		}
		if a.Shown.Probability != r.Probability || a.Number() != r.Probability {
			t.Error("the number itself moved")
		}
		if !(a.Own.Low < a.Own.Probability && a.Own.Probability < a.Own.High) {
			t.Errorf("interval %v–%v around %v", a.Own.Low, a.Own.High, a.Own.Probability)
		}
		if a.Own.Set != a.Shown.Set {
			t.Error("the set depends on the prevalence")
		}
		if said := text(a.AtOwn()); !strings.HasPrefix(said, "at your prevalence of "+ExactPercent(prevalence)+": "+Percent(a.Own.Probability)+" (95 % interval ") {
			t.Errorf("%q", said)
		}
		if said := text(a.At()); said != "at a prevalence of 50 %" {
			t.Errorf("%q", said)
		}
	}
}

// A score is never moved to a prevalence, and never called a probability.
func TestAScoreStaysAScore(t *testing.T) {
	r := calibrated(t, 1.2)
	r.Calibrated, r.Calibration, r.scale = false, nil, model.Sigmoid
	a, ok := NewAnswer(r, Terms{Prevalence: .05})
	if !ok || a.Own != nil || a.Shown != nil {
		t.Fatalf("%+v", a)
	}
	if a.Name().String() != "score, uncalibrated" || a.Value() != "0.77" {
		t.Errorf("%s %s", a.Name(), a.Value())
	}
	if said := text(a.AtOwn()); !strings.Contains(said, "not applied") {
		t.Errorf("%q", said)
	}
	for _, s := range []string{text(a.At()), text(a.Interval()), text(a.Set()), text(a.SetMeaning()), text(a.HoldsFor())} {
		if s != "" {
			t.Errorf("a score comes with %q", s)
		}
	}
	for _, m := range append(a.Reliability(), a.Discrimination()...) {
		if strings.Contains(m.String(), "were given") {
			t.Errorf("%q is about this picture", m)
		}
	}
	if s := text(a.Spread()); !strings.Contains(s, "0.55–0.90") { // 1/(1+exp(-0.2)) and 1/(1+exp(-2.2))
		t.Errorf("spread %q", s)
	}
	r.Status = Refused
	if _, ok := NewAnswer(r, Terms{}); ok {
		t.Error("a refusal has an answer")
	}
}

// What the sentences say is what was counted.
func TestAnswersInWords(t *testing.T) {
	r := calibrated(t, 1.2)
	a, _ := NewAnswer(r, Terms{})
	if s := text(a.Likeness()); s != "2 of the 3 most similar training pictures had the finding." {
		t.Errorf("%q", s)
	}
	if s := text(a.Operating()); !strings.Contains(s, "at or above") {
		t.Errorf("%q", s)
	}
	r.ThresholdLogit = 1.3
	if s := text(a.Operating()); !strings.Contains(s, "below") {
		t.Errorf("%q", s)
	}
	if low, high, n := a.Range(); n != 2 || low != r.NumberAt(.2) || high != r.NumberAt(2.2) {
		t.Errorf("range %v–%v of %d", low, high, n)
	}
	b := a.Bin()
	if b == nil || r.Probability < b.Low || r.Probability > b.High {
		t.Fatalf("bin %+v for %v", b, r.Probability)
	}
	if s := a.Reliability()[0].String(); !strings.HasPrefix(s, fmt.Sprintf("Of %d calibration pictures that were given", b.Rate.N)) {
		t.Errorf("%q", s)
	}
	said := ""
	for _, m := range a.Discrimination() {
		said += m.String()
	}
	// The area of two normals whose means are two standard deviations apart is
	// Φ(√2) = 0.921.
	if !strings.Contains(said, "AUC 0.9") || !strings.Contains(said, "200 patients with the finding and 200 without") {
		t.Errorf("%q", said)
	}
}

// The four sets, each with its sentence.
func TestSetsInWords(t *testing.T) {
	for _, c := range []struct {
		logit, level float64
		set, says    string
		decided      bool
	}{
		{6, .95, "{ Pneumonia or lung opacity }", "“normal” is ruled out at 95 %", true},
		{-6, .95, "{ normal }", "“Pneumonia or lung opacity” is ruled out at 95 %", true},
		{0, .95, "{ both }", "neither class can be ruled out", false},
		{0, .6, "{ neither }", "unlike the calibration pictures of either class", false},
	} {
		a, _ := NewAnswer(calibrated(t, c.logit), Terms{Level: c.level})
		if s := text(a.Set()); s != c.set || a.Decided() != c.decided {
			t.Errorf("logit %v at %v: %q, decided %v", c.logit, c.level, s, a.Decided())
		}
		if s := text(a.SetMeaning()); !strings.Contains(s, c.says) || strings.Contains(s, "No call") == c.decided {
			t.Errorf("logit %v at %v: %q", c.logit, c.level, s)
		}
		if p := a.Promise(); len(p) < 4 || !strings.Contains(p[0].String(), fmt.Sprintf("at least %.0f %%", 100*c.level)) {
			t.Errorf("promise %v", p)
		}
	}
	// Two hundred patients cannot speak for 99.9 %.
	a, _ := NewAnswer(calibrated(t, 6), Terms{Level: .999})
	p := a.Promise()
	if last := p[len(p)-1].String(); !strings.Contains(last, "too few") || a.Decided() {
		t.Errorf("%q, decided %v", last, a.Decided())
	}
}

func TestTermsAreChecked(t *testing.T) {
	for _, ok := range []Terms{{}, {Prevalence: .05}, {Level: .9}, {Prevalence: .999, Level: .5}} {
		if why := ok.Check(); why != nil {
			t.Errorf("%+v: %s", ok, why)
		}
	}
	for _, bad := range []Terms{{Prevalence: -1}, {Prevalence: 1}, {Prevalence: 5}, {Prevalence: math.NaN()}, {Level: .4}, {Level: 1}, {Level: 95}, {Level: math.NaN()}} {
		if bad.Check() == nil {
			t.Errorf("%+v is possible", bad)
		}
	}
}

// What each embedded model says of itself is what was measured of it: an AUC with
// its interval in brief, sensitivity and specificity in full, and pictures of one
// class without an AUC.
func TestPerformanceInWords(t *testing.T) {
	for _, name := range model.EmbeddedNames() {
		m, err := model.Embedded(name)
		if err != nil {
			t.Fatal(err)
		}
		list, measured := performanceOf(m), m.Performance()
		if len(list) == 0 || len(list) != len(measured) {
			t.Fatalf("%s: %d of %d", name, len(list), len(measured))
		}
		a, ok := NewAnswer(&Reading{Status: Result, Performance: list, ThresholdLogit: math.NaN()}, Terms{})
		if !ok {
			t.Fatal("no answer")
		}
		page := fmt.Sprint(a.Discrimination())
		for i, p := range measured {
			auc, at := p.Report.AUC, p.Report.Operating
			full := list[i].Full.String()
			for _, e := range []float64{float64(at.Specificity.Value), float64(at.Specificity.Low), float64(at.Specificity.High)} {
				if !strings.Contains(full, fmt.Sprintf("%.3f", e)) {
					t.Errorf("%s: %q lacks %.3f", name, full, e)
				}
			}
			if !strings.Contains(page, full) || strings.Contains(full, "NaN") {
				t.Errorf("%s: %q", name, full)
			}
			if math.IsNaN(float64(auc.Value)) {
				if list[i].Brief != nil || !strings.Contains(full, "AUC –") {
					t.Errorf("%s: an AUC of one class: %q", name, full)
				}
				continue
			}
			for _, said := range []string{full, list[i].Brief.String()} {
				if !strings.Contains(said, fmt.Sprintf("AUC %.3f", auc.Value)) || !strings.Contains(said, fmt.Sprint(p.Report.N)) {
					t.Errorf("%s: %q", name, said)
				}
			}
		}
	}
	recorded := model.Performance{On: model.Recorded, Set: "ward", Date: "2026-01-02", Refused: 7}
	if s := inFull(recorded).String(); !strings.HasPrefix(s, "Measured on ward (2026-01-02)") || !strings.Contains(s, "7 refused ones") {
		t.Errorf("%q", s)
	}
}
