package calibrate

import (
	"math"
	"testing"
)

// smallestError tries every way of cutting the rising logits into runs, with
// the mean as each run's value, and returns the smallest squared error of a
// fit that rises: what isotonic regression must reach. Equal logits are not
// cut apart.
func smallestError(z []float64, y []int) float64 {
	best := math.Inf(1)
	for cuts := range 1 << (len(z) - 1) {
		last, sum, ok := math.Inf(-1), 0.0, true
		for from := 0; from < len(z) && ok; {
			to := from + 1
			for to < len(z) && cuts>>(to-1)&1 == 0 {
				to++
			}
			ok = to == len(z) || z[to] != z[to-1]
			var mean float64
			for _, v := range y[from:to] {
				mean += float64(v) / float64(to-from)
			}
			ok = ok && mean >= last-1e-12
			for _, v := range y[from:to] {
				sum += (float64(v) - mean) * (float64(v) - mean)
			}
			last, from = mean, to
		}
		if ok {
			best = math.Min(best, sum)
		}
	}
	return best
}

func TestPoolAdjacentAgainstEveryPartition(t *testing.T) {
	rng := newRand(1)
	for round := range 400 {
		n := 2 + rng.IntN(9)
		c := cases{z: make([]float64, n), y: make([]int, n), group: make([]int, n)}
		at := 0.0
		for i := range n {
			if rng.IntN(3) > 0 {
				at++ // otherwise a tie
			}
			c.z[i], c.y[i], c.group[i] = at, rng.IntN(2), i
		}
		var sum float64
		last := -1.0
		for _, s := range poolAdjacent(c, byLogit(c.z)) {
			mean := float64(s.positives) / float64(s.n())
			if mean <= last {
				t.Fatalf("round %d: %v after %v", round, mean, last)
			}
			last = mean
			for _, y := range c.y[s.from:s.to] {
				sum += (float64(y) - mean) * (float64(y) - mean)
			}
		}
		if want := smallestError(c.z, c.y); !near(sum, want, 1e-9) {
			t.Fatalf("round %d: squared error %v, smallest %v for %v %v", round, sum, want, c.z, c.y)
		}
	}
}

// On many films the optimum shows in its conditions: each step is the mean of
// its films, and no cut inside a step makes two that rise (Best and Chakravarti,
// Mathematical Programming 47, 1990).
func TestPoolAdjacentOptimality(t *testing.T) {
	s := twoNormals{d: 1, prevalence: .4}.sample(newRand(2), 3000, same)
	c := must[cases](t)(s.check())
	order := byLogit(c.z)
	at := 0
	for _, step := range poolAdjacent(c, order) {
		if step.from != at {
			t.Fatalf("step from %d, expected %d", step.from, at)
		}
		at = step.to
		mean, sum := float64(step.positives)/float64(step.n()), 0.0
		for k, i := range order[step.from:step.to] {
			sum += float64(c.y[i])
			if sum/float64(k+1) < mean-1e-12 {
				t.Fatalf("the first %d films of a step have the mean %v, the step %v", k+1, sum/float64(k+1), mean)
			}
		}
		if int(sum) != step.positives {
			t.Fatalf("%v positives, counted %d", sum, step.positives)
		}
	}
	if at != len(c.z) {
		t.Fatalf("steps end at %d of %d", at, len(c.z))
	}
}

func TestIsotonicByHand(t *testing.T) {
	// Rates 0/3, 1/2, 3/3 at logits 0, 1, 2.
	s := repeated(repeated(repeated(Sample{}, 0, 0, 3), 1, 1, 2), 2, 3, 3)
	m := must[Map](t)(FitIsotonic(s))
	for z, want := range map[float64]float64{
		-5: 1. / 5, 0: 1. / 5, // none of 3: 1/(3+2)
		.5: (1./5 + .5) / 2, 1: .5,
		1.25: .75*.5 + .25*.8, 2: .8, 9: .8,
	} {
		if p := m.Probability(z); !near(p, want, 1e-12) {
			t.Errorf("at %v: %v, want %v", z, p, want)
		}
	}
	// None of 1 would be shown as 1/3, above the 1 of 10 that follow: pooled.
	m = must[Map](t)(FitIsotonic(repeated(repeated(Sample{}, 0, 0, 1), 1, 1, 10)))
	if len(m.Blocks) != 1 || !near(m.Probability(0), 1./11, 1e-12) {
		t.Errorf("blocks %+v", m.Blocks)
	}
	// The other way round, from above.
	m = must[Map](t)(FitIsotonic(repeated(repeated(Sample{}, 0, 9, 10), 1, 1, 1)))
	if len(m.Blocks) != 1 || !near(m.Probability(0), 10./11, 1e-12) {
		t.Errorf("blocks %+v", m.Blocks)
	}
	// Thirty films of one patient speak for one patient.
	s = repeated(repeated(Sample{}, 0, 0, 30), 1, 30, 30)
	for i := range s.Logits {
		s.Groups = append(s.Groups, map[bool]string{true: "a", false: "b"}[i < 30])
	}
	if m := must[Map](t)(FitIsotonic(s)); !near(m.Probability(0), 1./3, 1e-12) || !near(m.Probability(1), 2./3, 1e-12) {
		t.Errorf("one patient a class: %v and %v", m.Probability(0), m.Probability(1))
	}
}

func TestIsotonicRisesInsideTheUnit(t *testing.T) {
	rng := newRand(3)
	for round := range 200 {
		s := twoNormals{d: rng.Float64() * 4, prevalence: .2 + .6*rng.Float64()}.sample(rng, 4+rng.IntN(60), func(l float64) float64 {
			return math.Round(l*2) / 2 // ties
		})
		if round%2 == 0 {
			for range s.Logits {
				s.Groups = append(s.Groups, string(rune('a'+rng.IntN(12))))
			}
		}
		c, err := s.check()
		if err != nil {
			continue // one class
		}
		m := fitIsotonic(c)
		if err := m.Validate(); err != nil {
			t.Fatal(err)
		}
		rises(t, m, -12, 12)
	}
}

// A distortion no logistic curve can undo.
func TestIsotonicRecoversTruth(t *testing.T) {
	world := twoNormals{d: 2, prevalence: .5}
	s := world.sample(newRand(4), 20000, func(l float64) float64 { return l * l * l / 9 })
	m := must[Map](t)(FitIsotonic(s))
	for _, l := range []float64{-3, -2, -1, 0, 1, 2, 3} {
		// The fit's error is (4·p(1-p)·slope/(n·density))^⅓ times Chernoff's
		// distribution, whose sd is 0.52 (Groeneboom and Wellner, Journal of
		// Computational and Graphical Statistics 10, 2001). Log odds are normal
		// with mean ±d²/2 and sd d.
		p := sigmoid(l)
		density := (math.Exp(-(l-2)*(l-2)/8) + math.Exp(-(l+2)*(l+2)/8)) / 2 / math.Sqrt(8*math.Pi)
		sd := .52 * math.Cbrt(4*p*(1-p)*p*(1-p)/(20000*density))
		if got := m.Probability(l * l * l / 9); !near(got, p, 3*sd) {
			t.Errorf("true %v, found %v, sd %v", p, got, sd)
		}
	}
}
