package calibrate

import (
	"errors"
	"math"
	"testing"

	"lightbox/model/metrics"
)

// perfect draws outcomes from known probabilities.
func perfect(seed uint64, n int) Predictions {
	rng := newRand(seed)
	var out Predictions
	for range n {
		p := sigmoid(2 * rng.NormFloat64())
		y := 0
		if rng.Float64() < p {
			y = 1
		}
		out.Probabilities, out.Labels = append(out.Probabilities, p), append(out.Labels, y)
	}
	return out
}

func TestFiguresByHand(t *testing.T) {
	f := must[Figures](t)(Measure(Predictions{Probabilities: []float64{.9, .6, .4, .2, .5}, Labels: []int{1, 0, 1, 0, 1}}, 1))
	for name, c := range map[string]struct{ got, want float64 }{
		"Brier":    {float64(f.Brier.Value), (.01 + .36 + .36 + .04 + .25) / 5},
		"log loss": {float64(f.LogLoss.Value), -(math.Log(.9) + math.Log(.4) + math.Log(.4) + math.Log(.8) + math.Log(.5)) / 5},
		"ECE15":    {float64(f.ECE15.Value), (.5 + 1.2 + .2 + .1) / 5}, // as in package metrics, by hand
		"ECE mass": {float64(f.ECEMass.Value), math.Abs(2.6-3) / 5},    // one bin
		// One bin: mean probability 0.52, share 0.6.
		"reliability": {f.Parts.Reliability, .08 * .08},
		"resolution":  {f.Parts.Resolution, 0},
		"uncertainty": {f.Parts.Uncertainty, .24},
	} {
		if !near(c.got, c.want, 1e-12) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	f = must[Figures](t)(Measure(Predictions{Probabilities: []float64{0, 1}, Labels: []int{1, 1}}, 1))
	if !math.IsInf(float64(f.LogLoss.Value), 1) {
		t.Errorf("a certainty that was wrong costs %v", f.LogLoss.Value)
	}
}

// ECE and Brier must be those of package metrics, which was written apart.
func TestFiguresAgainstMetrics(t *testing.T) {
	in := perfect(1, 700)
	f := must[Figures](t)(Measure(in, 1))
	r := must[metrics.Report](t)(metrics.Evaluate(metrics.Input{Probabilities: in.Probabilities, Labels: in.Labels, Threshold: .5, Seed: 1}))
	if !near(float64(f.ECE15.Value), float64(r.ECE.Value), 1e-12) || !near(float64(f.Brier.Value), float64(r.Brier.Value), 1e-12) {
		t.Errorf("ECE %v and %v, Brier %v and %v", f.ECE15.Value, r.ECE.Value, f.Brier.Value, r.Brier.Value)
	}
	if !near(float64(f.Brier.Low), float64(r.Brier.Low), .004) || !near(float64(f.ECE15.High), float64(r.ECE.High), .01) {
		t.Errorf("intervals %v and %v, %v and %v", f.Brier, r.Brier, f.ECE15, r.ECE)
	}
	// The parts sum to the score.
	sum := f.Parts.Reliability - f.Parts.Resolution + f.Parts.Uncertainty + f.Parts.Within
	if !near(sum, float64(f.Brier.Value), 1e-12) {
		t.Errorf("parts sum to %v, Brier %v", sum, f.Brier.Value)
	}
	// Where every probability has a bin of its own, nothing varies within:
	// Murphy's three parts, by hand.
	bins := Predictions{Probabilities: []float64{.2, .2, .2, .2, .2, .7, .7, .7, .7, .7}, Labels: []int{0, 0, 0, 0, 1, 1, 1, 1, 0, 0}}
	checked := must[forecast](t)(bins.check())
	if p := checked.brierParts(checked.equalMass(2)); !near(p.Reliability, .5*.1*.1, 1e-12) || !near(p.Resolution, .2*.2, 1e-12) || !near(p.Uncertainty, .24, 1e-12) || !near(p.Within, 0, 1e-12) {
		t.Errorf("%+v", p)
	}
}

// For probabilities that are exactly right, the error found must be what
// chance is said to do.
func TestChanceECE(t *testing.T) {
	const rounds = 40
	var mean15, meanMass, said15, saidMass float64
	above := 0
	for seed := range uint64(rounds) {
		f := must[Figures](t)(Measure(perfect(100+seed, 120), seed))
		mean15, said15 = mean15+float64(f.ECE15.Value)/rounds, said15+float64(f.Chance.Mean15)/rounds
		meanMass, saidMass = meanMass+float64(f.ECEMass.Value)/rounds, saidMass+float64(f.Chance.MeanMass)/rounds
		if f.ECEMass.Value > f.Chance.HighMass {
			above++
		}
	}
	if !near(mean15, said15, .01) || !near(meanMass, saidMass, .01) || mean15 < .02 {
		t.Errorf("found %v and %v, said %v and %v", mean15, meanMass, said15, saidMass)
	}
	if above > 6 { // 2 expected
		t.Errorf("%d of %d above the 95th percentile", above, rounds)
	}
}

func TestReliabilityBins(t *testing.T) {
	in := perfect(2, 1000)
	bins := must[[]Bin](t)(Reliability(in, 10))
	total, holds := 0, 0
	for i, b := range bins {
		total += b.Rate.N
		if b.Rate.N != 100 || b.Low > b.Mean || b.Mean > b.High || i > 0 && b.Low < bins[i-1].High {
			t.Errorf("bin %d: %+v", i, b)
		}
		if b.Mean >= float64(b.Rate.Low) && b.Mean <= float64(b.Rate.High) {
			holds++
		}
	}
	if total != 1000 || len(bins) != 10 || holds < 8 {
		t.Errorf("%d films in %d bins, %d hold their mean", total, len(bins), holds)
	}
	// Equal probabilities are not torn apart.
	tied := must[[]Bin](t)(Reliability(Predictions{Probabilities: []float64{.1, .3, .3, .3, .3, .9}, Labels: []int{0, 0, 1, 0, 0, 1}}, 3))
	if len(tied) != 2 || tied[0].Rate.N != 5 || tied[1].Rate.N != 1 {
		t.Errorf("%+v", tied)
	}
	for _, n := range []int{0, 101} {
		if _, err := Reliability(in, n); !errors.Is(err, ErrBadInput) {
			t.Errorf("%d bins: %v", n, err)
		}
	}
	for name, bad := range map[string]Predictions{
		"nothing":     {},
		"above one":   {Probabilities: []float64{1.01}, Labels: []int{1}},
		"no number":   {Probabilities: []float64{math.NaN()}, Labels: []int{1}},
		"label":       {Probabilities: []float64{.5}, Labels: []int{7}},
		"no label":    {Probabilities: []float64{.5}},
		"half groups": {Probabilities: []float64{.5, .5}, Labels: []int{0, 1}, Groups: []string{"a"}},
	} {
		if _, err := Measure(bad, 1); !errors.Is(err, ErrBadInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWilson(t *testing.T) {
	// None of 10: 0 to z²/(n+z²). Half of 10: ½ ± z/(2√(n+z²)).
	low, high := Wilson(0, 10, z95)
	if low != 0 || !near(high, z95*z95/(10+z95*z95), 1e-12) {
		t.Errorf("0 of 10: %v to %v", low, high)
	}
	low, high = Wilson(5, 10, z95)
	if half := z95 / (2 * math.Sqrt(10+z95*z95)); !near(low, .5-half, 1e-12) || !near(high, .5+half, 1e-12) {
		t.Errorf("5 of 10: %v to %v", low, high)
	}
	// The ends solve (p-q)² = z²·q(1-q)/n, which defines them.
	low, high = Wilson(83, 97, z95)
	for _, q := range []float64{low, high} {
		if d := 83./97 - q; !near(d*d, z95*z95*q*(1-q)/97, 1e-12) {
			t.Errorf("end %v", q)
		}
	}
	for _, c := range [][2]float64{{1, 0}, {3, 2}, {-1, 5}, {math.NaN(), 4}} {
		if low, _ := Wilson(c[0], c[1], z95); !math.IsNaN(low) {
			t.Errorf("%v: %v", c, low)
		}
	}
	if !near(normalCDF(z95), .975, 1e-12) || !near(normalCDF(z975), .9875, 1e-12) {
		t.Errorf("quantiles %v and %v", normalCDF(z95), normalCDF(z975))
	}
}

// Copies in one group leave an interval as it was; films of a patient that
// differ as films of different patients do are as good as those.
func TestProportionOfGroups(t *testing.T) {
	rng := newRand(3)
	single, copied, mixed := newTally(), newTally(), newTally()
	for g := range 100 {
		hit := rng.Float64() < .7
		single.add(g, hit)
		for range 5 {
			copied.add(g, hit)
			mixed.add(g, rng.Float64() < .7)
		}
	}
	width := func(p Proportion) float64 { return float64(p.High - p.Low) }
	s, c, m := single.proportion(), copied.proportion(), mixed.proportion()
	if r := width(c) / width(s); r < .98 || r > 1.03 || c.N != 500 || c.Value != s.Value {
		t.Errorf("copies: %v times as wide, %+v", r, c)
	}
	low, high := Wilson(float64(m.Hits), 500, z95)
	if r := width(m) / (high - low); r < .99 || r > 1.25 {
		t.Errorf("independent films: %v times as wide as %v to %v", r, low, high)
	}
	all := newTally()
	for g := range 8 {
		for range 50 {
			all.add(g, true)
		}
	}
	if low, _ := Wilson(8, 8, z95); !near(float64(all.proportion().Low), low, 1e-12) {
		t.Errorf("all of 8 patients: %v, want %v", all.proportion().Low, low)
	}
	if p := newTally().proportion(); p.N != 0 || !math.IsNaN(float64(p.Value)) || !math.IsNaN(float64(p.Low)) {
		t.Errorf("of nothing: %+v", p)
	}
}
