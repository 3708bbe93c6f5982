package calibrate

import (
	"errors"
	"math"
	"strconv"
	"testing"
)

func TestShiftByHand(t *testing.T) {
	for _, c := range []struct{ p, from, to, want float64 }{
		{.5, .5, .2, .2},       // an uninformative result is the prevalence
		{.74, .74, .05, .05},   //
		{.8, .5, .1, 4. / 13},  // odds 4 × 1/9
		{.9, .75, .25, .5},     // odds 9 × (1/3)/3 = 1
		{.3, .6, .6, .3},       // nothing changes
		{.01, .001, .5, .9099}, // odds 0.0101 × 999
	} {
		if got := Shift(c.p, c.from, c.to); !near(got, c.want, 1e-4) {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if r := LikelihoodRatio(.8, .5); !near(r, 4, 1e-12) {
		t.Errorf("likelihood ratio %v, want 4", r)
	}
	for _, bad := range []float64{0, 1, -1, 2, math.NaN(), math.Inf(1)} {
		if !math.IsNaN(Shift(bad, .5, .5)) || !math.IsNaN(Shift(.5, bad, .5)) || !math.IsNaN(Shift(.5, .5, bad)) || !math.IsNaN(LikelihoodRatio(.5, bad)) {
			t.Errorf("%v must give no number", bad)
		}
	}
	if p := Shift(math.Nextafter(1, 0), 1e-12, 1-1e-12); !inside(p) {
		t.Errorf("%v is a certainty", p)
	}
}

// In a world whose probabilities are known at every prevalence.
func TestMapAtAnotherPrevalence(t *testing.T) {
	fit, use := twoNormals{2, .74}, twoNormals{2, .1}
	m := must[Map](t)(FitPlatt(fit.sample(newRand(1), 40000, same)))
	for x := -1.5; x <= 1.5; x += .5 {
		z := fit.logOdds(x)
		if p, want := m.At(z, .1), sigmoid(use.logOdds(x)); !near(p, want, .02) {
			t.Errorf("x=%v: %v, truth %v", x, p, want)
		}
		if r := m.LikelihoodRatio(z); math.Abs(math.Log(r)-2*x) > .12 {
			t.Errorf("x=%v: likelihood ratio %v, truth %v", x, r, math.Exp(2*x))
		}
	}
	if !math.IsNaN(m.At(0, 0)) {
		t.Error("no prevalence, no probability")
	}
}

// likeliestShare must end where the EM iterations of the paper end.
func TestPrevalenceIsEMsFixedPoint(t *testing.T) {
	m := must[Map](t)(FitPlatt(twoNormals{1.2, .6}.sample(newRand(2), 2000, same)))
	for _, truth := range []float64{.02, .3, .9} {
		s := twoNormals{1.2, truth}.sample(newRand(3), 400, func(l float64) float64 { return l - logOdds(truth) + logOdds(.6) })
		got := must[PrevalenceEstimate](t)(EstimatePrevalence(m, s.Logits, nil, 1))
		prior := m.Counts.Prevalence()
		q := prior
		var p []float64
		for _, z := range s.Logits {
			p = append(p, m.Probability(z))
		}
		for range 20000 { // equation 2.9
			var next float64
			for _, p := range p {
				a, b := q/prior*p, (1-q)/(1-prior)*(1-p)
				next += a / (a + b) / float64(len(s.Logits))
			}
			q = next
		}
		if !near(float64(got.Value), q, 1e-4) {
			t.Errorf("truth %v: %v, EM %v", truth, got.Value, q)
		}
	}
}

// Over many sets, the interval must hold the truth about 95 times in 100.
func TestPrevalenceRecovered(t *testing.T) {
	const truth, rounds = .15, 50
	fit := twoNormals{2, .7}
	m := must[Map](t)(FitPlatt(fit.sample(newRand(4), 200000, same)))
	held, sum := 0, 0.0
	for round := range rounds {
		s := twoNormals{2, truth}.sample(newRand(uint64(100+round)), 250, func(l float64) float64 { return l - logOdds(truth) + logOdds(.7) })
		e := must[PrevalenceEstimate](t)(EstimatePrevalence(m, s.Logits, nil, uint64(round)))
		sum += float64(e.Value) / rounds
		if float64(e.Low) <= truth && truth <= float64(e.High) {
			held++
		}
	}
	if !near(sum, truth, .015) {
		t.Errorf("mean estimate %v, truth %v", sum, truth)
	}
	if held < 43 { // 47 expected, sd 1.5
		t.Errorf("%d of %d intervals hold the truth", held, rounds)
	}
}

func TestPrevalenceEdges(t *testing.T) {
	m := must[Map](t)(FitPlatt(twoNormals{4, .5}.sample(newRand(5), 500, same)))
	low, high := []float64{-9, -8, -9, -7}, []float64{9, 8}
	if e := must[PrevalenceEstimate](t)(EstimatePrevalence(m, low, nil, 1)); e.Value != 0 {
		t.Errorf("all far below: %v", e.Value)
	}
	if e := must[PrevalenceEstimate](t)(EstimatePrevalence(m, high, nil, 1)); e.Value != 1 {
		t.Errorf("all far above: %v", e.Value)
	}
	for _, logits := range [][]float64{nil, {math.NaN()}, {math.Inf(1)}} {
		if _, err := EstimatePrevalence(m, logits, nil, 1); !errors.Is(err, ErrBadInput) {
			t.Errorf("%v: %v", logits, err)
		}
	}
	if _, err := EstimatePrevalence(Map{}, low, nil, 1); !errors.Is(err, ErrBadFile) {
		t.Errorf("empty map: %v", err)
	}
	// Copies in one group leave the interval as wide as it was.
	s := twoNormals{2, .3}.sample(newRand(6), 150, same)
	c := copies(s, 5)
	a := must[PrevalenceEstimate](t)(EstimatePrevalence(m, s.Logits, nil, 1))
	b := must[PrevalenceEstimate](t)(EstimatePrevalence(m, c.Logits, c.Groups, 1))
	if r := float64((b.High - b.Low) / (a.High - a.Low)); r < .9 || r > 1.1 || b.Groups != 150 {
		t.Errorf("width %v times that of the films alone; %s groups", r, strconv.Itoa(b.Groups))
	}
}
