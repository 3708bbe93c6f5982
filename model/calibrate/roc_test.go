package calibrate

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"lightbox/model/metrics"
)

func TestROCByHand(t *testing.T) {
	c := must[Conformal](t)(FitConformal(Sample{
		Logits: []float64{-2, -1, 0, 0, 3, 1},
		Labels: []int{0, 0, 0, 1, 1, 1},
	}))
	want := []ROCPoint{
		{math.Inf(1), 0, 0}, {3, 1. / 3, 0}, {1, 2. / 3, 0}, {0, 1, 1. / 3}, {-1, 1, 2. / 3}, {-2, 1, 1},
	}
	got := c.ROC()
	if len(got) != len(want) {
		t.Fatalf("%+v, want %+v", got, want)
	}
	for i, w := range want {
		if got[i].Threshold != w.Threshold || !near(got[i].Sensitivity, w.Sensitivity, 1e-12) || !near(got[i].FalsePositive, w.FalsePositive, 1e-12) {
			t.Errorf("point %d is %+v, want %+v", i, got[i], w)
		}
	}
	// 8 of 9 pairs in order, one tie.
	if auc := float64(c.AUC().Value); !near(auc, 8.5/9, 1e-12) {
		t.Errorf("AUC %v", auc)
	}
	r := c.RatesAt(0.5)
	if !near(float64(r.Sensitivity.Value), 2./3, 1e-12) || r.Specificity.Value != 1 {
		t.Errorf("%+v", r)
	}
	// Wilson for 2 of 3, worked out by his formula: (2+1.92)/(3+3.84) ± …
	if !near(float64(r.Sensitivity.Low), .2077, 1e-4) || !near(float64(r.Sensitivity.High), .9385, 1e-4) {
		t.Errorf("interval %+v", r.Sensitivity)
	}
	if nan := c.RatesAt(math.NaN()); !math.IsNaN(float64(nan.Sensitivity.Value)) {
		t.Errorf("%+v", nan)
	}
}

// On any sample with one film a patient, points are the counts at every cut and
// the area is the share of ordered pairs.
func TestROCAgainstCounting(t *testing.T) {
	rng := newRand(3)
	for range 200 {
		s := twoNormals{1.5, .4}.sample(rng, 5+rng.IntN(60), func(l float64) float64 { return math.Round(3*l) / 3 })
		c, err := FitConformal(s)
		if err != nil {
			continue // one class
		}
		if got, want := float64(c.AUC().Value), metrics.AUC(s.Logits, s.Labels); !near(got, want, 1e-9) {
			t.Fatalf("area %v, pairs in order %v", got, want)
		}
		for _, p := range c.ROC()[1:] {
			o := must[Operating](t)(OperatingAt(s, p.Threshold))
			if !near(p.Sensitivity, float64(o.Sensitivity.Value), 1e-9) || !near(1-p.FalsePositive, float64(o.Specificity.Value), 1e-9) {
				t.Fatalf("%+v, counted %+v", p, o)
			}
			r := c.RatesAt(p.Threshold)
			if !near(float64(r.Sensitivity.Low), float64(o.Sensitivity.Low), 1e-9) || !near(float64(r.Specificity.High), float64(o.Specificity.High), 1e-9) {
				t.Fatalf("%+v, counted %+v", r, o)
			}
		}
	}
}

// Copies of films add nothing.
func TestROCCountsPatients(t *testing.T) {
	s := twoNormals{1, .5}.sample(newRand(4), 80, same)
	one, many := must[Conformal](t)(FitConformal(s)), must[Conformal](t)(FitConformal(copies(s, 3)))
	a, b := one.ROC(), many.ROC()
	if len(a) != len(b) {
		t.Fatalf("%d points, with copies %d", len(a), len(b))
	}
	for i := range a {
		if a[i].Threshold != b[i].Threshold || !near(a[i].Sensitivity, b[i].Sensitivity, 1e-9) || !near(a[i].FalsePositive, b[i].FalsePositive, 1e-9) {
			t.Errorf("%+v, with copies %+v", a[i], b[i])
		}
	}
	if x, y := one.AUC(), many.AUC(); !near(float64(x.Low), float64(y.Low), 1e-9) {
		t.Errorf("%+v, with copies %+v", x, y)
	}
	// A patient of two films, one of them found, is half found.
	c := must[Conformal](t)(FitConformal(Sample{Logits: []float64{1, -1, 0}, Labels: []int{1, 1, 0}, Groups: []string{"a", "a", "b"}}))
	if got := float64(c.RatesAt(.5).Sensitivity.Value); got != .5 {
		t.Errorf("sensitivity %v", got)
	}
}

// With more scores than are kept the curve rises from corner to corner, and
// never lies above the full one.
func TestROCOfThinnedScores(t *testing.T) {
	s := twoNormals{2, .5}.sample(newRand(5), 6000, same)
	c := must[Conformal](t)(FitConformal(s))
	if len(c.Negative.Scores) != maxScores {
		t.Fatalf("%d scores are kept: not enough films for this test", len(c.Negative.Scores))
	}
	curve := c.ROC()
	if last := curve[len(curve)-1]; last.Sensitivity != 1 || last.FalsePositive != 1 {
		t.Errorf("the last point is %+v", last)
	}
	if !slices.IsSortedFunc(curve, func(a, b ROCPoint) int {
		if a.Threshold > b.Threshold && a.Sensitivity <= b.Sensitivity && a.FalsePositive <= b.FalsePositive {
			return -1
		}
		return 1
	}) {
		t.Error("the curve does not rise")
	}
	for k := -40; k <= 40; k++ {
		cut := float64(k) / 10
		r, o := c.RatesAt(cut), must[Operating](t)(OperatingAt(s, cut))
		if r.Sensitivity.Value > o.Sensitivity.Value+1e-12 || r.Specificity.Value > o.Specificity.Value+1e-12 ||
			!near(float64(r.Sensitivity.Value), float64(o.Sensitivity.Value), .01) || !near(float64(r.Specificity.Value), float64(o.Specificity.Value), .01) {
			t.Errorf("at %v: %+v, counted %+v", cut, r, o)
		}
	}
}

// Of many samples from two normal distributions, whose area is Φ(d/√2), the
// interval holds it in about 95 of 100.
func TestAUCIntervalHolds(t *testing.T) {
	const rounds = 400
	rng := newRand(6)
	for _, d := range []float64{1, 2.3} {
		truth, held := normalCDF(d/math.Sqrt2), 0
		for range rounds {
			var s Sample
			for i := range 120 {
				s.Logits = append(s.Logits, rng.NormFloat64()+d*float64(i%2))
				s.Labels, s.Groups = append(s.Labels, i%2), append(s.Groups, strconv.Itoa(i))
			}
			a := must[Conformal](t)(FitConformal(s)).AUC()
			if float64(a.Low) <= truth && truth <= float64(a.High) {
				held++
			}
		}
		if held < rounds*92/100 {
			t.Errorf("distance %v: %d of %d intervals hold the area", d, held, rounds)
		}
	}
	// Everything in order: no standard error can be learned from it.
	c := must[Conformal](t)(FitConformal(Sample{Logits: []float64{0, 1, 2, 3}, Labels: []int{0, 0, 1, 1}}))
	if a := c.AUC(); a.Value != 1 || !math.IsNaN(float64(a.Low)) {
		t.Errorf("%+v", a)
	}
}
