package calibrate

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"testing"
)

// In worlds where the right kind is known, it is chosen nearly always.
func TestChooseTheRightKind(t *testing.T) {
	for _, c := range []struct {
		name   string
		n      int
		report func(float64) float64
		want   Kind
	}{
		{"only a temperature", 400, func(l float64) float64 { return 2.5 * l }, KindTemperature},
		{"a bias too", 600, func(l float64) float64 { return 2.5*l + 4 }, KindPlatt},
		{"no logistic curve", 6000, func(l float64) float64 { return math.Copysign(l*l, l) + 5*math.Max(l, 0) }, KindIsotonic},
	} {
		right, simpler := 0, 0
		for seed := range uint64(10) {
			s := twoNormals{2, .5}.sample(newRand(seed), c.n, c.report)
			m, candidates, err := Choose(s, nil, seed)
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Validate(); err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(candidates, func(k Candidate) bool { return k.Chosen })
			if candidates[at].Kind != m.Kind || candidates[at].Excess > candidates[at].Error {
				t.Errorf("%s: %s, %+v", c.name, m.Kind, candidates)
			}
			if m.Kind == c.want {
				right++
			}
			if candidates[at].Excess > 0 {
				simpler++
			}
		}
		if right < 8 {
			t.Errorf("%s: %s in %d of 10 samples", c.name, c.want, right)
		}
		// A kind that is only luckier does not displace a simpler one.
		if c.want == KindTemperature && simpler == 0 {
			t.Errorf("%s: always the smallest loss", c.name)
		}
	}
}

func TestChooseRefuses(t *testing.T) {
	good := twoNormals{2, .5}.sample(newRand(1), 100, same)
	turned := Sample{Labels: good.Labels}
	for _, z := range good.Logits {
		turned.Logits = append(turned.Logits, -z)
	}
	for name, c := range map[string]struct {
		s     Sample
		kinds []Kind
		want  error
	}{
		"turned round":        {turned, []Kind{KindTemperature, KindPlatt}, ErrNotRising},
		"unknown kind":        {good, []Kind{"beta"}, ErrBadInput},
		"nine positives":      {repeated(repeated(Sample{}, 1, 9, 9), 0, 0, 50), nil, ErrTooFew},
		"nine negatives":      {repeated(repeated(Sample{}, 1, 50, 50), 0, 0, 9), nil, ErrTooFew},
		"one class":           {repeated(Sample{}, 1, 30, 30), nil, ErrOneClass},
		"missing label":       {Sample{Logits: []float64{1, 2}, Labels: []int{1}}, nil, ErrBadInput},
		"missing group":       {Sample{Logits: []float64{1, 2}, Labels: []int{0, 1}, Groups: []string{"a"}}, nil, ErrBadInput},
		"label 2":             {Sample{Logits: []float64{1, 2}, Labels: []int{1, 2}}, nil, ErrBadInput},
		"infinite":            {Sample{Logits: []float64{1, math.Inf(1)}, Labels: []int{1, 0}}, nil, ErrBadInput},
		"not a number":        {Sample{Logits: []float64{1, math.NaN()}, Labels: []int{1, 0}}, nil, ErrBadInput},
		"beyond a logit":      {Sample{Logits: []float64{1, 1e300}, Labels: []int{1, 0}}, nil, ErrBadInput},
		"nothing at all":      {Sample{}, nil, ErrBadInput},
		"patients, not films": {copies(twoNormals{2, .5}.sample(newRand(2), 15, same), 10), nil, ErrTooFew},
	} {
		if _, _, err := Choose(c.s, c.kinds, 1); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	var few *TooFewError
	_, _, err := Choose(repeated(repeated(Sample{}, 1, 9, 9), 0, 0, 50), nil, 1)
	if !errors.As(err, &few) || few.Label != 1 || few.Have != 9 || few.Need != 10 {
		t.Errorf("%v", err)
	}
}

// Folds keep groups whole, cover every film once and leave both classes
// outside each; also where groups mix classes and one has most films.
func TestFolds(t *testing.T) {
	rng := newRand(3)
	for round := range 100 {
		var s Sample
		for g := range 12 + rng.IntN(40) {
			for range 1 + rng.IntN(1+g%7*3) {
				s.Logits = append(s.Logits, rng.NormFloat64())
				y := g % 2
				if round%3 == 0 {
					y = rng.IntN(2)
				}
				s.Labels, s.Groups = append(s.Labels, y), append(s.Groups, strconv.Itoa(g))
			}
		}
		c := must[cases](t)(s.check())
		if n := c.counts(); min(n.PositiveGroups, n.NegativeGroups) < minGroups-2 {
			continue
		}
		folds := c.folds(2+rng.IntN(9), uint64(round))
		seen, home := make([]int, len(c.z)), map[int]int{}
		for f, fold := range folds {
			outside := [2]int{}
			for _, i := range fold {
				seen[i]++
				if h, ok := home[c.group[i]]; ok && h != f {
					t.Fatalf("round %d: group %d in folds %d and %d", round, c.group[i], h, f)
				}
				home[c.group[i]] = f
			}
			for i, y := range c.y {
				if !slices.Contains(fold, i) {
					outside[y]++
				}
			}
			if outside[0] == 0 || outside[1] == 0 || len(fold) == 0 {
				t.Fatalf("round %d: outside fold %d: %v", round, f, outside)
			}
		}
		if slices.Min(seen) != 1 || slices.Max(seen) != 1 {
			t.Fatalf("round %d: films in %d to %d folds", round, slices.Min(seen), slices.Max(seen))
		}
	}
}

func TestPairedDifference(t *testing.T) {
	a, b := []float64{1, 2, 3, 6}, []float64{0, 2, 2, 2}
	// Differences 1, 0, 1, 4: mean 1.5, sd √3, standard error √3/2.
	mean, se := pairedDifference(a, b, [][]int{{0}, {1}, {2}, {3}})
	if !near(mean, 1.5, 1e-12) || !near(se, math.Sqrt(3)/2, 1e-12) {
		t.Errorf("%v ± %v", mean, se)
	}
	// In pairs: sums about the mean -2 and 2, √((4+4)·2/1)/4 = 1.
	if _, se := pairedDifference(a, b, [][]int{{0, 1}, {2, 3}}); !near(se, 1, 1e-12) {
		t.Errorf("paired: %v", se)
	}
}

// The band must hold the true probability about 95 times in 100.
func TestBandHoldsTheTruth(t *testing.T) {
	const rounds = 50
	world := twoNormals{2, .5}
	held := map[float64]int{}
	for round := range uint64(rounds) {
		s := world.sample(newRand(round), 100, same)
		m := must[Map](t)(FitPlatt(s))
		m.Band = band(must[cases](t)(s.check()), m.Kind, round)
		if err := m.Validate(); err != nil {
			t.Fatal(err)
		}
		for _, l := range []float64{-1.5, 0, 1.5} {
			if low, high := m.Interval(l); low <= sigmoid(l) && sigmoid(l) <= high {
				held[l]++
			}
		}
	}
	for l, n := range held {
		if n < 42 { // 47 expected, sd 1.5; smoothed targets pull in a little
			t.Errorf("at %v: %d of %d bands hold the truth", l, n, rounds)
		}
	}
	if low, high := (Map{}).Interval(0); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Error("a map without a band has no interval")
	}
}
