package metrics

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// tens are ten negatives and twenty positives. Of the negatives 0.80 is tied with a
// positive; by falling score: 14 positives from 0.90 up, then a negative at 0.85, two
// positives at 0.82, a positive and a negative at 0.80, two positives at 0.70, a
// positive at 0.30 among the other eight negatives, which lie from 0.40 to 0.10.
func tens() (in Input) {
	add := func(label, n int, score float64) {
		for range n {
			in.Probabilities, in.Labels = append(in.Probabilities, score), append(in.Labels, label)
		}
	}
	add(1, 14, 0.90)
	add(0, 1, 0.85)
	add(1, 2, 0.82)
	add(1, 1, 0.80)
	add(0, 1, 0.80)
	add(1, 2, 0.70)
	add(0, 2, 0.40)
	add(1, 1, 0.30)
	add(0, 6, 0.10)
	in.Threshold, in.Seed = 0.75, 1
	return in
}

func TestFurtherByHand(t *testing.T) {
	f, err := EvaluateFurther(tens())
	if err != nil {
		t.Fatal(err)
	}
	// 90 % of ten negatives: one may be called, so 0.82 is the lowest threshold. 95 %:
	// none, so 0.90. 19 of 20 positives: down to 0.70, which calls two negatives.
	r := f.Reached
	for name, c := range map[string]struct {
		got  Estimate
		want float64
	}{
		"sensitivity at 90 %": {r.SensitivityAtSpecificity90, 16. / 20},
		"sensitivity at 95 %": {r.SensitivityAtSpecificity95, 14. / 20},
		"specificity at 95 %": {r.SpecificityAtSensitivity95, 8. / 10},
	} {
		if !close9(float64(c.got.Value), c.want) || !(c.got.Low <= c.got.Value && c.got.Value <= c.got.High) {
			t.Errorf("%s: %+v, want %v", name, c.got, c.want)
		}
	}
	// At 0.75: 17 of 20 found, 8 of 10 without left alone. Of 10,000 patients of whom
	// 5 % are ill, 425 of 500 and 1900 of 9500 are called; and so on.
	want := []struct{ prevalence, ppv, npv float64 }{
		{0.05, 425. / (425 + 1900), 7600. / (7600 + 75)},
		{0.20, 1700. / (1700 + 1600), 6400. / (6400 + 300)},
		{0.60, 5100. / (5100 + 800), 3200. / (3200 + 900)},
	}
	if len(f.Predictive) != len(want) {
		t.Fatalf("%+v", f.Predictive)
	}
	for i, w := range want {
		p := f.Predictive[i]
		if p.Prevalence != w.prevalence || !close9(float64(p.PPV.Value), w.ppv) || !close9(float64(p.NPV.Value), w.npv) {
			t.Errorf("%+v, want %v", p, w)
		}
		for _, e := range []Estimate{p.PPV, p.NPV} {
			if !(e.Low < e.Value && e.Value < e.High) {
				t.Errorf("at %v: %+v", w.prevalence, e)
			}
		}
	}
	again, err := EvaluateFurther(tens())
	if err != nil || fmt.Sprint(again) != fmt.Sprint(f) {
		t.Error("the same input gave other intervals")
	}
}

// TestReachedAgainstThresholds: on random scores with ties and weights, no threshold
// there is reaches more, and one reaches as much.
func TestReachedAgainstThresholds(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 50 {
		var scores []float64
		var labels, weight []int
		for range 60 {
			scores, labels, weight = append(scores, float64(rng.IntN(25))/25), append(labels, rng.IntN(2)), append(weight, rng.IntN(4))
		}
		curve := reached{order(scores), scores, labels, weight}
		for _, target := range []float64{0.5, 0.9, 0.95, 1} {
			sensitivity, specificity := 0.0, 0.0
			for _, threshold := range append([]float64{2}, scores...) {
				c := confusion(scores, labels, weight, threshold)
				if c.specificity() >= target-1e-12 {
					sensitivity = math.Max(sensitivity, c.sensitivity())
				}
				if c.sensitivity() >= target-1e-12 {
					specificity = math.Max(specificity, c.specificity())
				}
			}
			if got := curve.sensitivityAt(target); !close9(got, sensitivity) {
				t.Errorf("sensitivity at %v: %v, want %v", target, got, sensitivity)
			}
			if got := curve.specificityAt(target); !close9(got, specificity) {
				t.Errorf("specificity at %v: %v, want %v", target, got, specificity)
			}
		}
	}
}

// TestFurtherOfOneClass: what takes both classes is no number without one.
func TestFurtherOfOneClass(t *testing.T) {
	for label := range 2 {
		f, err := EvaluateFurther(Input{Probabilities: []float64{0.2, 0.7}, Labels: []int{label, label}, Threshold: 0.5, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []Estimate{f.Reached.SensitivityAtSpecificity90, f.Reached.SpecificityAtSensitivity95, f.Predictive[0].PPV, f.Predictive[2].NPV} {
			if !math.IsNaN(float64(e.Value)) || !math.IsNaN(float64(e.Low)) {
				t.Errorf("class %d alone: %+v", label, e)
			}
		}
	}
	if _, err := EvaluateFurther(Input{}); !errors.Is(err, ErrBadInput) {
		t.Error(err)
	}
}
