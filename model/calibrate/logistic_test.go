package calibrate

import (
	"errors"
	"math"
	"testing"
)

// repeated makes n films with one logit, the first k of them positive.
func repeated(s Sample, logit float64, k, n int) Sample {
	for i := range n {
		s.Logits, s.Labels = append(s.Logits, logit), append(s.Labels, 0)
		if i < k {
			s.Labels[len(s.Labels)-1] = 1
		}
	}
	return s
}

// With two different logits Platt's two numbers fit the mean target at each
// exactly: worked by hand, 80 of 100 at +1 and 30 of 100 at -1.
func TestPlattClosedForm(t *testing.T) {
	m := must[Map](t)(FitPlatt(repeated(repeated(Sample{}, 1, 80, 100), -1, 30, 100)))
	high, low := 111./112, 1./92 // N+ = 110, N- = 90
	up := .8*high + .2*low
	down := .3*high + .7*low
	if p := m.Probability(1); !near(p, up, 1e-9) {
		t.Errorf("at +1: %v, want %v", p, up)
	}
	if p := m.Probability(-1); !near(p, down, 1e-9) {
		t.Errorf("at -1: %v, want %v", p, down)
	}
	if a := (logOdds(up) - logOdds(down)) / 2; !near(m.Slope, a, 1e-8) {
		t.Errorf("slope %v, want %v", m.Slope, a)
	}
}

// A symmetric sample has N+ = N-, and one equation for the slope.
func TestTemperatureClosedForm(t *testing.T) {
	m := must[Map](t)(FitTemperature(repeated(repeated(Sample{}, 2, 70, 100), -2, 30, 100)))
	p := .7*101./102 + .3/102
	if !near(m.Slope, logOdds(p)/2, 1e-9) || m.Intercept != 0 {
		t.Errorf("slope %v, intercept %v, want %v and 0", m.Slope, m.Intercept, logOdds(p)/2)
	}
}

func TestLogisticRecoversTruth(t *testing.T) {
	world := twoNormals{d: 2.5, prevalence: .4}
	s := world.sample(newRand(1), 20000, func(l float64) float64 { return 3*l - 2 })
	m := must[Map](t)(FitPlatt(s)) // l = (z+2)/3
	if !near(1/m.Slope, 3, .12) || !near(m.Intercept, 2./3, .06) {
		t.Errorf("temperature %v, intercept %v, truth 3 and 0.667", 1/m.Slope, m.Intercept)
	}
	s = world.sample(newRand(2), 20000, func(l float64) float64 { return 3 * l })
	if m := must[Map](t)(FitTemperature(s)); !near(1/m.Slope, 3, .12) {
		t.Errorf("temperature %v, truth 3", 1/m.Slope)
	}
}

// The loss must rise in every direction from the fit; it is written down here
// a second time.
func TestPlattIsAMinimum(t *testing.T) {
	s := twoNormals{d: 1.5, prevalence: .3}.sample(newRand(3), 200, same)
	m := must[Map](t)(FitPlatt(s))
	loss := func(a, b float64) (sum float64) {
		for i, z := range s.Logits {
			p := 1 / (1 + math.Exp(-a*z-b))
			target := 1 / float64(m.Counts.NegativeGroups+2)
			if s.Labels[i] == 1 {
				target = float64(m.Counts.PositiveGroups+1) / float64(m.Counts.PositiveGroups+2)
			}
			sum -= target*math.Log(p) + (1-target)*math.Log(1-p)
		}
		return sum
	}
	best := loss(m.Slope, m.Intercept)
	for k := range 64 {
		dy, dx := math.Sincos(2 * math.Pi * float64(k) / 64)
		if there := loss(m.Slope+1e-3*dx, m.Intercept+1e-3*dy); there <= best {
			t.Errorf("direction %d: loss %v, at the fit %v", k, there, best)
		}
	}
}

func TestLogisticOddInputs(t *testing.T) {
	separated := Sample{Logits: []float64{-3, -2, -1, 1, 2, 3}, Labels: []int{0, 0, 0, 1, 1, 1}}
	for _, fit := range []func(Sample) (Map, error){FitPlatt, FitTemperature} {
		m := must[Map](t)(fit(separated))
		rises(t, m, -100, 100)
		if err := m.Validate(); err != nil {
			t.Error(err)
		}
		if _, err := fit(Sample{Logits: separated.Logits, Labels: []int{1, 1, 1, 0, 0, 0}}); !errors.Is(err, ErrNotRising) {
			t.Errorf("turned round: %v", err)
		}
	}
	if _, err := FitPlatt(Sample{Logits: []float64{.3, .3, .3}, Labels: []int{0, 1, 1}}); !errors.Is(err, ErrNotRising) {
		t.Errorf("one logit: %v", err)
	}
	// Scale and offset of the logits change nothing.
	s := twoNormals{d: 1.5, prevalence: .3}.sample(newRand(4), 300, same)
	moved := Sample{Labels: s.Labels}
	for _, z := range s.Logits {
		moved.Logits = append(moved.Logits, 1e-4*z+3e5)
	}
	a, b := must[Map](t)(FitPlatt(s)), must[Map](t)(FitPlatt(moved))
	for i := range s.Logits {
		if p, q := a.Probability(s.Logits[i]), b.Probability(moved.Logits[i]); !near(p, q, 1e-4) {
			t.Fatalf("%v, moved %v", p, q)
		}
	}
}

// Copies of a film in its patient's group are no evidence.
func TestCopiesChangeNoMap(t *testing.T) {
	s := twoNormals{d: 2, prevalence: .5}.sample(newRand(5), 60, same)
	for _, kind := range Kinds() {
		a, b := must[Map](t)(fitSample(s, kind)), must[Map](t)(fitSample(copies(s, 4), kind))
		for k := range 50 {
			z := float64(k)/5 - 5
			if p, q := a.Probability(z), b.Probability(z); !near(p, q, 1e-6) {
				t.Fatalf("%s at %v: %v, with copies %v", kind, z, p, q)
			}
		}
	}
}
