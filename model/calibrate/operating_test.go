package calibrate

import (
	"errors"
	"math"
	"testing"

	"lightbox/model/metrics"
)

func TestThresholdsByHand(t *testing.T) {
	s := Sample{Logits: []float64{1, 2, 3, 4, 5, 6, 7, 8}, Labels: []int{0, 0, 1, 0, 1, 0, 1, 1}}
	// Positives 3, 5, 7, 8; negatives 1, 2, 4, 6.
	for target, want := range map[float64]float64{1: 2.5, .75: 4.5, .6: 4.5, .5: 6.5, .01: 7.5} {
		if got := must[float64](t)(ThresholdAtSensitivity(s, target)); got != want {
			t.Errorf("sensitivity %v: %v, want %v", target, got, want)
		}
	}
	for target, want := range map[float64]float64{1: 6.5, .75: 4.5, .5: 2.5, .2: 1.5} {
		if got := must[float64](t)(ThresholdAtSpecificity(s, target)); got != want {
			t.Errorf("specificity %v: %v, want %v", target, got, want)
		}
	}
	for _, bad := range []float64{0, -1, 1.1, math.NaN()} {
		if _, err := ThresholdAtSensitivity(s, bad); !errors.Is(err, ErrBadInput) {
			t.Errorf("%v: %v", bad, err)
		}
		if _, err := ThresholdAtSpecificity(s, bad); !errors.Is(err, ErrBadInput) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if _, err := OperatingAt(s, math.NaN()); !errors.Is(err, ErrBadInput) {
		t.Error(err)
	}
	if _, err := OperatingAt(s, 1, .5, 0); !errors.Is(err, ErrBadInput) {
		t.Error(err)
	}
}

// On any sample, ties and all, a threshold reaches its target on that sample,
// and the next worse one would not be needed: no other cut with the target
// reached is better on the other class.
func TestThresholdsAgainstAllCuts(t *testing.T) {
	rng := newRand(1)
	for range 300 {
		s := twoNormals{1, .5}.sample(rng, 3+rng.IntN(30), func(l float64) float64 { return math.Round(2*l) / 2 })
		if _, err := s.check(); err != nil {
			continue // one class
		}
		target := float64(1+rng.IntN(20)) / 20
		bestSpec, bestSens := 0.0, 0.0
		cuts := append([]float64{math.Inf(1)}, s.Logits...)
		for _, cut := range cuts {
			o := must[Operating](t)(OperatingAt(s, cut))
			if float64(o.Sensitivity.Value) >= target-1e-9 {
				bestSpec = max(bestSpec, float64(o.Specificity.Value))
			}
			if float64(o.Specificity.Value) >= target-1e-9 {
				bestSens = max(bestSens, float64(o.Sensitivity.Value))
			}
		}
		o := must[Operating](t)(OperatingAt(s, must[float64](t)(ThresholdAtSensitivity(s, target))))
		if float64(o.Sensitivity.Value) < target-1e-9 || float64(o.Specificity.Value) != bestSpec {
			t.Fatalf("sensitivity %v: %+v, best specificity %v", target, o, bestSpec)
		}
		o = must[Operating](t)(OperatingAt(s, must[float64](t)(ThresholdAtSpecificity(s, target))))
		if float64(o.Specificity.Value) < target-1e-9 || float64(o.Sensitivity.Value) != bestSens {
			t.Fatalf("specificity %v: %+v, best sensitivity %v", target, o, bestSens)
		}
	}
}

// 981 of 1,000 and 832 of 1,000: the figures worked out for these rates at
// prevalences of 5, 20 and 60 %.
func TestPredictiveValues(t *testing.T) {
	s := repeated(repeated(Sample{}, 1, 981, 981+168), 0, 19, 19+832)
	o := must[Operating](t)(OperatingAt(s, .5, .05, .2, .6))
	want := [][2]float64{{.24, .999}, {.59, .994}, {.90, .967}}
	for i, p := range o.Predictive {
		if !near(float64(p.PPV.Value), want[i][0], .006) || !near(float64(p.NPV.Value), want[i][1], .0006) {
			t.Errorf("%+v, want %v", p, want[i])
		}
		if !(p.PPV.Low < p.PPV.Value && p.PPV.Value < p.PPV.High && p.NPV.Low < p.NPV.Value && p.NPV.Value < p.NPV.High) {
			t.Errorf("intervals %+v", p)
		}
	}
	// Bayes on natural frequencies: of 10,000, 500 ill, 490.5 found; 1,596 false.
	if got := float64(o.Predictive[0].PPV.Value); !near(got, 490.5/(490.5+1596), 1e-12) {
		t.Errorf("PPV %v", got)
	}
}

// Over samples with known rates, the intervals of predictive values hold.
func TestPredictiveIntervalsHold(t *testing.T) {
	const rounds = 300
	rng := newRand(2)
	truth := metrics.PPV(.85, .9, .1)
	held := 0
	for range rounds {
		var s Sample
		for i := range 160 {
			right := rng.Float64() < []float64{.9, .85}[i%2]
			z := float64(i%2) - .5
			if !right {
				z = -z
			}
			s.Logits, s.Labels = append(s.Logits, z), append(s.Labels, i%2)
		}
		p := must[Operating](t)(OperatingAt(s, 0, .1)).Predictive[0].PPV
		if float64(p.Low) <= truth && truth <= float64(p.High) {
			held++
		}
	}
	if held < 280 { // at least 285 expected, sd 4
		t.Errorf("%d of %d intervals hold the truth", held, rounds)
	}
}

func TestDecisionCurveByHand(t *testing.T) {
	in := Predictions{Probabilities: []float64{.9, .8, .3, .6, .2, .1, .05, .3, .1, .05}, Labels: []int{1, 1, 1, 0, 0, 0, 0, 0, 0, 0}}
	c := must[[]NetBenefit](t)(DecisionCurve(in, []float64{.5, .25, .3}, 0, 1))
	for i, want := range [][2]float64{
		{2./10 - 1./10*1, .3 - .7},       // at ½: two right, one needless
		{3./10 - 2./10/3, .3 - .7/3},     // at ¼ a third weight: three right, two needless
		{3./10 - 2./10*3/7, .3 - .7*3/7}, // 0.3 itself counts as acted on
	} {
		if !near(float64(c[i].Benefit.Value), want[0], 1e-12) || !near(float64(c[i].TreatAll.Value), want[1], 1e-12) ||
			!near(float64(c[i].Gain.Value), want[0]-max(want[1], 0), 1e-12) {
			t.Errorf("%+v, want %v", c[i], want)
		}
	}
	// At a prevalence of 10 %: sensitivity 2/3, one needless in seven.
	c = must[[]NetBenefit](t)(DecisionCurve(in, []float64{.5}, .1, 1))
	if want := .1*2/3 - .9/7; !near(float64(c[0].Benefit.Value), want, 1e-12) {
		t.Errorf("%v, want %v", c[0].Benefit.Value, want)
	}
	if c[0].TreatAll.Low != c[0].TreatAll.High {
		t.Errorf("acting on all does not depend on the films: %+v", c[0].TreatAll)
	}
	for name, f := range map[string]func() error{
		"no threshold":   func() error { _, err := DecisionCurve(in, nil, 0, 1); return err },
		"threshold one":  func() error { _, err := DecisionCurve(in, []float64{1}, 0, 1); return err },
		"prevalence":     func() error { _, err := DecisionCurve(in, []float64{.5}, 2, 1); return err },
		"no predictions": func() error { _, err := DecisionCurve(Predictions{}, []float64{.5}, 0, 1); return err },
	} {
		if err := f(); !errors.Is(err, ErrBadInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	one := Predictions{Probabilities: []float64{.5, .6}, Labels: []int{1, 1}}
	if _, err := DecisionCurve(one, []float64{.5}, .1, 1); !errors.Is(err, ErrOneClass) {
		t.Error(err)
	}
	if c := must[[]NetBenefit](t)(DecisionCurve(one, []float64{.55}, 0, 1)); !near(float64(c[0].Benefit.Value), .5, 1e-12) {
		t.Errorf("%+v", c)
	}
}

// Probabilities that are exactly right lose to neither default policy.
func TestDecisionCurveOfTheTruth(t *testing.T) {
	in := perfect(5, 4000)
	for _, b := range must[[]NetBenefit](t)(DecisionCurve(in, []float64{.1, .3, .5, .7}, 0, 1)) {
		if b.Gain.Value <= 0 || !(b.Gain.Low < b.Gain.Value && b.Gain.Value < b.Gain.High) {
			t.Errorf("%+v", b)
		}
	}
}
