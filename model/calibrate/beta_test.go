package calibrate

import (
	"errors"
	"math"
	"math/big"
	"testing"
)

// binomialTail is P(Bin(n, x) >= k) in exact rational arithmetic: for whole
// numbers, I_x(a, b) with n = a+b-1, k = a (DLMF 8.17.5).
func binomialTail(n, k int64, x float64) float64 {
	p := new(big.Rat).SetFloat64(x)
	q := new(big.Rat).Sub(big.NewRat(1, 1), p)
	power := func(v *big.Rat, e int64) *big.Rat {
		exponent := big.NewInt(e)
		return new(big.Rat).SetFrac(new(big.Int).Exp(v.Num(), exponent, nil), new(big.Int).Exp(v.Denom(), exponent, nil))
	}
	sum := new(big.Rat)
	for j := k; j <= n; j++ {
		term := new(big.Rat).SetInt(new(big.Int).Binomial(n, j))
		sum.Add(sum, term.Mul(term.Mul(term, power(p, j)), power(q, n-j)))
	}
	f, _ := sum.Float64()
	return f
}

func TestBetaCDF(t *testing.T) {
	for _, c := range []struct{ a, b int64 }{{1, 1}, {19, 2}, {2, 19}, {91, 10}, {46, 5}, {30, 30}, {1, 40}} {
		for _, x := range []float64{.015625, .25, .5, .875, .9375, .984375} {
			got, want := Beta{float64(c.a), float64(c.b)}.CDF(x), binomialTail(c.a+c.b-1, c.a, x)
			if math.Abs(got-want) > 1e-12+1e-11*want {
				t.Errorf("I_%v(%d, %d) = %v, exactly %v", x, c.a, c.b, got, want)
			}
		}
	}
	// Closed forms: one success left out of n, and the arcsine law.
	for _, x := range []float64{.1, .5, .9, .99} {
		if got := (Beta{50, 1}).CDF(x); !near(got, math.Pow(x, 50), 1e-13) {
			t.Errorf("x^50 at %v: %v", x, got)
		}
		if got, want := (Beta{.5, .5}).CDF(x), 2/math.Pi*math.Asin(math.Sqrt(x)); !near(got, want, 1e-12) {
			t.Errorf("arcsine at %v: %v, want %v", x, got, want)
		}
	}
	// A million cases: close to normal.
	d := Beta{900001, 100000}
	sd := math.Sqrt(.9 * .1 / 1e6)
	if got := d.CDF(d.Mean() + sd); !near(got, normalCDF(1), 1e-3) {
		t.Errorf("one sd above the mean: %v", got)
	}
	if q := (Beta{50, 1}).Quantile(.025); !near(q, math.Pow(.025, .02), 1e-12) {
		t.Errorf("quantile %v", q)
	}
	for _, v := range []float64{Beta{0, 1}.CDF(.5), Beta{1, 1}.CDF(math.NaN()), Beta{1, 1}.Quantile(2), Beta{-1, 2}.Quantile(.5)} {
		if !math.IsNaN(v) {
			t.Errorf("%v, want no number", v)
		}
	}
}

func TestBetaBinomial(t *testing.T) {
	// With Beta(1, 1) every number of successes is equally likely.
	d := BetaBinomial{20, Beta{1, 1}}
	for k := range 21 {
		if !near(d.PMF(k), 1./21, 1e-12) {
			t.Errorf("%d: %v", k, d.PMF(k))
		}
	}
	// One trial succeeds with the mean's chance.
	if p := (BetaBinomial{1, Beta{18, 2}}).PMF(1); !near(p, .9, 1e-12) {
		t.Errorf("one trial: %v", p)
	}
	d = BetaBinomial{200, Beta{46, 5}}
	low, high := d.Central(.95)
	var in, sum float64
	for k := range 201 {
		sum += d.PMF(k)
		if k >= low && k <= high {
			in += d.PMF(k)
		}
	}
	if !near(sum, 1, 1e-10) || in < .95 || in > .97 {
		t.Errorf("sum %v, %v inside %d to %d", sum, in, low, high)
	}
	if d.PMF(-1) != 0 || d.PMF(201) != 0 {
		t.Error("chance outside the range")
	}
}

// Table 1 of Angelopoulos and Bates: cases needed at level 0.1 for coverage
// within 0.9 ± slack with the probability 0.9. Whether a number will do jumps
// back and forth, as levels are whole numbers of cases; theirs will do, and
// ours is where the jumping ends.
func TestCasesForPublishedTable(t *testing.T) {
	enough := func(n int, slack float64) bool {
		d, always, err := CoverageDistribution(n, .1)
		return err == nil && !always && d.Quantile(.05) >= .9-slack && d.Quantile(.95) <= .9+slack
	}
	for slack, published := range map[float64]int{.1: 22, .05: 102, .01: 2491} {
		got := must[int](t)(CasesFor(.1, slack, .9))
		if !enough(published, slack) || got < published || got > published+30 {
			t.Errorf("slack %v: %d, published %d", slack, got, published)
		}
		if enough(got-1, slack) {
			t.Errorf("slack %v: %d would do", slack, got-1)
		}
		for n := got; n < got+200; n++ {
			if !enough(n, slack) {
				t.Fatalf("slack %v: %d said to be enough, %d is not", slack, got, n)
			}
		}
	}
	for _, bad := range [][3]float64{{0, .1, .9}, {.1, 0, .9}, {.1, .1, 1}, {.1, math.NaN(), .9}, {1, .1, .9}} {
		if _, err := CasesFor(bad[0], bad[1], bad[2]); !errors.Is(err, ErrBadInput) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestCoverageOfFew(t *testing.T) {
	// 19 cases at 0.05: the set misses only what lies beyond all of them, so
	// coverage has the distribution function x^19.
	c := must[Coverage](t)(CoverageOf(19, .05))
	if !near(float64(c.Mean), .95, 1e-12) || !near(float64(c.Low), math.Pow(.025, 1./19), 1e-9) || !near(float64(c.High), math.Pow(.975, 1./19), 1e-9) {
		t.Errorf("%+v", c)
	}
	if c := must[Coverage](t)(CoverageOf(18, .05)); c.Low != 1 || c.Mean != 1 {
		t.Errorf("18 cases rule nothing out: %+v", c)
	}
	if a := SmallestAlpha(19); !near(a, .05, 1e-15) {
		t.Errorf("smallest level %v", a)
	}
	low, high, err := CoveredOf(18, .05, 40)
	if err != nil || low != 40 || high != 40 {
		t.Errorf("%d to %d of 40, %v", low, high, err)
	}
	for _, f := range []func() error{
		func() error { _, err := CoverageOf(0, .1); return err },
		func() error { _, err := CoverageOf(10, math.NaN()); return err },
		func() error { _, _, err := CoveredOf(10, .1, 0); return err },
	} {
		if err := f(); !errors.Is(err, ErrBadInput) {
			t.Error(err)
		}
	}
}
