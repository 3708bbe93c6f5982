package calibrate

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 99)) }

// normalCDF is the standard normal distribution function.
func normalCDF(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// twoNormals is a world whose every probability is known: x is normal with
// mean +d/2 with the finding and -d/2 without, sd 1. The log likelihood ratio
// of x is then d·x, and the true log odds d·x + logOdds(prevalence).
type twoNormals struct{ d, prevalence float64 }

func (w twoNormals) draw(rng *rand.Rand) (x float64, label int) {
	x = rng.NormFloat64() - w.d/2
	if rng.Float64() < w.prevalence {
		return x + w.d, 1
	}
	return x, 0
}

func (w twoNormals) logOdds(x float64) float64 { return w.d*x + logOdds(w.prevalence) }

// sample draws n films; the logit is what report makes of the true log odds.
func (w twoNormals) sample(rng *rand.Rand, n int, report func(float64) float64) Sample {
	var s Sample
	for range n {
		x, y := w.draw(rng)
		s.Logits, s.Labels = append(s.Logits, report(w.logOdds(x))), append(s.Labels, y)
	}
	return s
}

func same(t float64) float64 { return t }

// copies repeats every film, all copies in one group.
func copies(s Sample, times int) Sample {
	var out Sample
	for i := range s.Logits {
		for range times {
			out.Logits, out.Labels = append(out.Logits, s.Logits[i]), append(out.Labels, s.Labels[i])
			out.Groups = append(out.Groups, strconv.Itoa(i))
		}
	}
	return out
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// rises checks that a map never falls and stays inside (0, 1).
func rises(t *testing.T, m Map, from, to float64) {
	t.Helper()
	last := 0.0
	for k := range 2001 {
		z := from + (to-from)*float64(k)/2000
		p := m.Probability(z)
		if !(p > 0 && p < 1 && p >= last) {
			t.Fatalf("%s: probability %v at %v, before %v", m.Kind, p, z, last)
		}
		last = p
	}
	for _, z := range []float64{math.Inf(-1), math.Inf(1), -maxLogit, maxLogit} {
		if p := m.Probability(z); !inside(p) {
			t.Errorf("%s: probability %v at %v", m.Kind, p, z)
		}
	}
	if !math.IsNaN(m.Probability(math.NaN())) {
		t.Errorf("%s: a logit that is no number must give none", m.Kind)
	}
}
