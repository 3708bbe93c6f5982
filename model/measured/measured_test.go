package measured

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"lightbox/model/calibrate"
)

// drawn are pictures whose logits are those of a model that is right about its
// probabilities.
func drawn(n int, seed uint64) []Picture {
	r := rand.New(rand.NewPCG(seed, 1))
	var list []Picture
	for i := range n {
		z := 3 * r.NormFloat64()
		y := 0
		if r.Float64() < 1/(1+math.Exp(-z)) {
			y = 1
		}
		list = append(list, Picture{Set: []string{"a", "b"}[i%2], View: []string{"PA", "AP", ""}[i%3], Group: fmt.Sprint(i), Label: y, Logit: z})
	}
	return list
}

func fitted(t *testing.T, list []Picture) *calibrate.Fitted {
	t.Helper()
	var s calibrate.Sample
	for _, p := range list {
		s.Logits, s.Labels, s.Groups = append(s.Logits, p.Logit), append(s.Labels, p.Label), append(s.Groups, p.Group)
	}
	f, err := calibrate.Fit(s, calibrate.Options{Model: strings.Repeat("a", 64), Population: "drawn", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestMeasure(t *testing.T) {
	f := fitted(t, drawn(600, 1))
	list := drawn(900, 2)
	for i := range list {
		switch p := &list[i]; {
		case i < 30:
			p.Refused = "no chest"
		case i < 40:
			p.Failed = "damaged"
		case i < 100:
			p.Label = Other
		case i < 800:
			p.Fitted = f
		}
	}
	r, err := Measure(list, 0.5, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r.All.Given.All() != 900 || r.All.Refused.All() != 30 || r.All.Failed.All() != 10 || r.All.Given.Other != 60 || r.All.Score.N != 800 {
		t.Errorf("%+v", r.All)
	}
	if len(r.Reasons) != 2 || r.Reasons[0].Text != "no chest" || !r.Reasons[1].Failed || r.Reasons[1].All() != 10 {
		t.Errorf("%+v", r.Reasons)
	}
	c := r.All.Calibrated
	if c == nil || c.Report.N != 700 || c.Without != 100 || c.Reliability == nil || len(c.Populations) != 1 {
		t.Fatalf("%+v", c)
	}
	if f := r.All.Further; f == nil || !(f.Reached.SensitivityAtSpecificity95.Value <= f.Reached.SensitivityAtSpecificity90.Value) {
		t.Errorf("%+v", f)
	}
	// The model is right about its probabilities, and the sets keep their promise.
	if e := float64(c.Reliability.ECEMass.Value); e > float64(c.Reliability.Chance.HighMass)+0.02 {
		t.Errorf("calibration error %v", e)
	}
	for _, p := range []calibrate.Proportion{c.Sets.PositiveCovered, c.Sets.NegativeCovered} {
		if p.High < 0.94 || p.Low > 0.97 {
			t.Errorf("covered %+v, promised 0.95", p)
		}
	}
	called := 0
	for _, p := range list[40:100] {
		if p.Logit >= 0 {
			called++
		}
	}
	if o := r.All.OtherCalled; o.Hits != called || o.N != 60 {
		t.Errorf("%+v, want %d of 60", o, called)
	}
	names := ""
	for _, p := range r.Parts {
		if p.Further == nil || len(p.Further.Predictive) == 0 {
			t.Errorf("%s lacks what else the score is worth", p.Name)
		}
		names += p.By + " " + p.Name + ";"
	}
	if names != "set a;set b;view PA;view AP;" {
		t.Errorf("parts %s", names)
	}
	if scores, labels := Scores(list); len(scores) != 800 || len(labels) != 800 {
		t.Errorf("%d scores", len(scores))
	}
	if in := Probabilities(list); len(in.Labels) != 700 {
		t.Errorf("%d probabilities", len(in.Labels))
	}
}

// TestMeasureNothing: figures of nothing are absent, not wrong.
func TestMeasureNothing(t *testing.T) {
	r, err := Measure([]Picture{{Label: 1, Refused: "no chest"}, {Label: Other}}, 0.5, 0, 1)
	if err != nil || r.All.Score != nil || r.All.Calibrated != nil || r.All.Refused.Positive != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = Measure([]Picture{{Label: 1, Logit: 2, Set: "a"}}, 0.5, 0, 1)
	if err != nil || r.All.Score == nil || !math.IsNaN(float64(r.All.Score.AUC.Value)) || len(r.Parts) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
