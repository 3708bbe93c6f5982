package calibrate

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"testing"
)

func TestConformalByHand(t *testing.T) {
	// Negatives at 1..9 (scores the logits), positives at 4..12 (scores -12..-4).
	var s Sample
	for k := 1; k <= 9; k++ {
		s.Logits, s.Labels = append(s.Logits, float64(k), float64(k+3)), append(s.Labels, 0, 1)
	}
	c := must[Conformal](t)(FitConformal(s))
	for z, want := range map[float64][2]float64{
		9.5: {.1, .7}, // no negative is as high; positives at most 9.5: 4..9
		9:   {.2, .7}, // the negative at 9 itself
		4:   {.7, .2}, // negatives 4..9; the positive at 4
		3.5: {.7, .1}, //
		100: {.1, 1},  //
		-9:  {1, .1},  //
	} {
		n, p := c.PValues(z)
		if !near(n, want[0], 1e-12) || !near(p, want[1], 1e-12) {
			t.Errorf("at %v: %v and %v, want %v", z, n, p, want)
		}
	}
	for z, want := range map[float64]Set{9.5: OnlyPositive, 9: Both, 4: Both, 3.5: OnlyNegative} {
		if got := must[Set](t)(c.Set(z, .1)); got != want {
			t.Errorf("at %v: %v, want %v", z, got, want)
		}
	}
	// Below 1/10 nine cases rule nothing out.
	if got := must[Set](t)(c.Set(1e5, .0999)); got != Both || !near(c.SmallestAlpha(), .1, 1e-12) {
		t.Errorf("%v, smallest level %v", got, c.SmallestAlpha())
	}
	// At ½ the classes leave a gap between them; the film in it is like neither.
	wide := Sample{Logits: []float64{-3, -2, -1, 1, 2, 3}, Labels: []int{0, 0, 0, 1, 1, 1}}
	if got := must[Set](t)(must[Conformal](t)(FitConformal(wide)).Set(0, .5)); got != Neither {
		t.Errorf("in the gap: %v", got)
	}
	for _, bad := range []float64{0, 1, -1, math.NaN()} {
		if _, err := c.Set(0, bad); !errors.Is(err, ErrBadInput) {
			t.Errorf("level %v: %v", bad, err)
		}
	}
	if _, err := c.Set(math.NaN(), .1); !errors.Is(err, ErrBadInput) {
		t.Error(err)
	}
}

// The set rule must be the textbook's: a class stays while its score is at
// most the ⌈(n+1)(1-α)⌉-th smallest calibration score.
func TestConformalIsTheQuantileRule(t *testing.T) {
	rng := newRand(1)
	for range 300 {
		n := 5 + rng.IntN(60)
		var s Sample
		for range n {
			s.Logits, s.Labels = append(s.Logits, math.Round(8*rng.NormFloat64())/4), append(s.Labels, 0)
		}
		scores := slices.Sorted(slices.Values(s.Logits))
		s.Logits, s.Labels = append(s.Logits, 0), append(s.Labels, 1)
		c := must[Conformal](t)(FitConformal(s))
		percentLevel := 1 + rng.IntN(50)
		k := (n + 1) * (100 - percentLevel) // ⌈k/100⌉ in whole numbers
		k = (k + 99) / 100
		for z := -4.0; z <= 4; z += .125 {
			want := k > n || z <= scores[k-1]
			if got := must[Set](t)(c.Set(z, float64(percentLevel)/100)).Has(0); got != want {
				t.Fatalf("n=%d, level %d %%, score %v: %v, want %v", n, percentLevel, z, got, want)
			}
		}
	}
}

// Over many calibration samples, the coverage of new films, known exactly from
// the normal distribution, must be distributed as the theory says, class by
// class: mean within simulation error, distribution by Kolmogorov and Smirnov.
func TestCoverageIsAsPromised(t *testing.T) {
	const rounds, n, alpha = 1500, 50, .1
	rng := newRand(2)
	var coverage [2][]float64
	for range rounds {
		var s Sample
		for i := range 2 * n {
			y := i % 2
			s.Logits, s.Labels = append(s.Logits, rng.NormFloat64()+2*float64(y)), append(s.Labels, y)
		}
		c := must[Conformal](t)(FitConformal(s))
		coverage[0] = append(coverage[0], normalCDF(edge(t, c.Negative, alpha)))
		coverage[1] = append(coverage[1], normalCDF(edge(t, c.Positive, alpha)+2))
	}
	d, _, err := CoverageDistribution(n, alpha)
	if err != nil {
		t.Fatal(err)
	}
	for y, got := range coverage {
		slices.Sort(got)
		var mean, distance float64
		for i, v := range got {
			mean += v / rounds
			distance = math.Max(distance, math.Abs(d.CDF(v)-(float64(i)+.5)/rounds))
		}
		sd := math.Sqrt(d.A * d.B / ((d.A + d.B) * (d.A + d.B) * (d.A + d.B + 1)))
		if !near(mean, d.Mean(), 3*sd/math.Sqrt(rounds)) || mean < 1-alpha {
			t.Errorf("class %d: mean coverage %v, theory %v", y, mean, d.Mean())
		}
		if distance > 1.63/math.Sqrt(rounds) { // the 1 % point
			t.Errorf("class %d: distance %v from Beta(%v, %v)", y, distance, d.A, d.B)
		}
		low, high := quantile(got, .025), quantile(got, .975)
		p := must[Coverage](t)(CoverageOf(n, alpha))
		if !near(low, float64(p.Low), .01) || !near(high, float64(p.High), .01) {
			t.Errorf("class %d: 95 %% between %v and %v, stated %v and %v", y, low, high, p.Low, p.High)
		}
	}
}

// edge is the largest score that stays at a level, by bisection on the set
// rule itself.
func edge(t *testing.T, s ClassScores, alpha float64) float64 {
	t.Helper()
	low, high := -50.0, 50.0
	for range 60 {
		middle := (low + high) / 2
		if holds(s.above(middle), s.Groups, alpha) {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// Of new films of a class, the share u at most has a p-value of at most u.
func TestPValuesAreNotTooSmall(t *testing.T) {
	rng := newRand(3)
	const rounds = 20000
	small := map[float64]int{.05: 0, .1: 0, .25: 0, .5: 0}
	for range rounds / 100 {
		s := twoNormals{1.5, .4}.sample(rng, 60, same)
		c := must[Conformal](t)(FitConformal(s))
		for range 100 {
			x, y := twoNormals{1.5, .4}.draw(rng)
			n, p := c.PValues(twoNormals{1.5, .4}.logOdds(x))
			for u := range small {
				if []float64{n, p}[y] <= u {
					small[u]++
				}
			}
		}
	}
	for u, n := range small {
		// Films of one round share their calibration: the rounds are the units.
		sd := math.Sqrt(u * (1 - u) * (1./rounds + 1./(24*rounds/100)))
		if share := float64(n) / rounds; share > u+3*sd {
			t.Errorf("p <= %v in the share %v", u, share)
		}
	}
}

// Patients who come back often and are easy would hide those who come once and
// are hard, if films were counted. The promise is about a new patient's film.
func TestGroupedCoverage(t *testing.T) {
	const rounds, alpha = 400, .1
	rng := newRand(4)
	patient := func() (centre float64, films int) {
		if rng.IntN(2) == 0 {
			return 0, 1 // hard for class 0: scores around 0
		}
		return -4, 12
	}
	sample := func() Sample {
		var s Sample
		for g := range 40 {
			centre, films := patient()
			centre += rng.NormFloat64()
			for range films {
				s.Logits, s.Labels = append(s.Logits, centre+.2*rng.NormFloat64()), append(s.Labels, 0)
				s.Groups = append(s.Groups, strconv.Itoa(g))
			}
		}
		s.Logits, s.Labels, s.Groups = append(s.Logits, 9), append(s.Labels, 1), append(s.Groups, "p")
		return s
	}
	sd := math.Hypot(1, .2)
	covers := func(edge float64) float64 { return normalCDF(edge/sd)/2 + normalCDF((edge+4)/sd)/2 }
	var byPatient, byFilm float64
	for range rounds {
		s := sample()
		byPatient += covers(edge(t, must[Conformal](t)(FitConformal(s)).Negative, alpha)) / rounds
		s.Groups = nil
		byFilm += covers(edge(t, must[Conformal](t)(FitConformal(s)).Negative, alpha)) / rounds
	}
	// One coverage has an sd of about √(0.1·0.9/41) = 0.05.
	if byPatient < 1-alpha-3*.05/math.Sqrt(rounds) || byPatient > 1-alpha+.03 {
		t.Errorf("coverage of a new patient's film: %v", byPatient)
	}
	if byFilm > .8 {
		t.Errorf("counted by films: %v; the test has lost its point", byFilm)
	}
}

func TestThinningIsConservative(t *testing.T) {
	rng := newRand(5)
	var s Sample
	for i := range 9000 {
		s.Logits, s.Labels = append(s.Logits, rng.NormFloat64()), append(s.Labels, 0)
		s.Groups = append(s.Groups, strconv.Itoa(i*2/3)) // some patients with two films
	}
	s.Logits, s.Labels, s.Groups = append(s.Logits, 5), append(s.Labels, 1), append(s.Groups, "p")
	full := must[cases](t)(s.check()).scores(0)
	thin := full.thin(maxScores)
	if len(full.Scores) < 8000 || len(thin.Scores) != maxScores {
		t.Fatalf("%d and %d scores", len(full.Scores), len(thin.Scores))
	}
	if err := thin.validate(); err != nil {
		t.Fatal(err)
	}
	coarse := float64(len(full.Scores)-maxScores/2) / (maxScores / 2) // scores a step
	most := math.Ceil(coarse) / float64(full.Groups+1)
	for z := -5.0; z < 5; z += .003 {
		a, b := full.pValue(z), thin.pValue(z)
		if b < a || b > a+most {
			t.Fatalf("at %v: p %v, thinned %v", z, a, b)
		}
		if a < .04 && a != b {
			t.Fatalf("at %v: p %v, thinned %v, though unusual", z, a, b)
		}
	}
	if few := full.thin(len(full.Scores)); len(few.Scores) != len(full.Scores) {
		t.Error("thinned without need")
	}
}

// Leaving a patient out must be the same as fitting without the patient.
func TestLeaveOneOutAgainstRefits(t *testing.T) {
	rng := newRand(6)
	var s Sample
	for range 120 {
		x, y := twoNormals{1.5, .5}.draw(rng)
		s.Logits, s.Labels = append(s.Logits, math.Round(16*x)/16), append(s.Labels, y)
		s.Groups = append(s.Groups, strconv.Itoa(rng.IntN(50))) // classes mixed
	}
	c := must[cases](t)(s.check())
	levels := []float64{.05, .11, .17, .23, .3, .37, .43, .5}
	var sets [][]Set
	for _, alpha := range levels {
		sets = append(sets, c.leaveOneOut(alpha))
	}
	for i, z := range s.Logits {
		var rest Sample
		for k := range s.Logits {
			if s.Groups[k] != s.Groups[i] {
				rest.Logits, rest.Labels, rest.Groups = append(rest.Logits, s.Logits[k]), append(rest.Labels, s.Labels[k]), append(rest.Groups, s.Groups[k])
			}
		}
		refit := must[Conformal](t)(FitConformal(rest))
		for k, alpha := range levels {
			if want := must[Set](t)(refit.Set(z, alpha)); sets[k][i] != want {
				t.Fatalf("film %d at %v: %v, without its patient %v", i, alpha, sets[k][i], want)
			}
		}
	}
}

func TestMeasureSets(t *testing.T) {
	var s Sample
	for k := 1; k <= 9; k++ {
		s.Logits, s.Labels = append(s.Logits, float64(k), float64(k+3)), append(s.Labels, 0, 1)
	}
	c := must[Conformal](t)(FitConformal(s))
	// At 0.1: below 4 negative, above 9 positive, between both.
	f := must[SetFigures](t)(MeasureSets(c, Sample{
		Logits: []float64{1, 2, 5, 20, 3, 8, 11, 12},
		Labels: []int{0, 0, 0, 0, 1, 1, 1, 1},
	}, .1))
	for name, v := range map[string][3]int{
		"negative covered": {f.NegativeCovered.Hits, f.NegativeCovered.N, 3*10 + 4},
		"positive covered": {f.PositiveCovered.Hits, f.PositiveCovered.N, 3*10 + 4},
		"abstained":        {f.Abstained.Hits, f.Abstained.N, 2*10 + 8},
		"both":             {f.Both.Hits, f.Both.N, 2*10 + 8},
		"neither":          {f.Neither.Hits, f.Neither.N, 8},
		"wrong":            {f.Wrong.Hits, f.Wrong.N, 2*10 + 6},
	} {
		if 10*v[0]+v[1] != v[2] {
			t.Errorf("%s: %d of %d", name, v[0], v[1])
		}
	}
	if _, err := MeasureSets(Conformal{}, s, .1); !errors.Is(err, ErrBadFile) {
		t.Error(err)
	}
	if _, err := MeasureSets(c, s, 0); !errors.Is(err, ErrBadInput) {
		t.Error(err)
	}
}

func TestSetWords(t *testing.T) {
	for s := Neither; s <= Both; s++ {
		text := must[[]byte](t)(json.Marshal(s))
		var back Set
		if err := json.Unmarshal(text, &back); err != nil || back != s {
			t.Errorf("%s: %v, %v", text, back, err)
		}
		if s.Has(2) || s.Has(-1) || s.Decided() != (s.Has(0) != s.Has(1)) {
			t.Errorf("%v", s)
		}
	}
	var s Set
	if err := json.Unmarshal([]byte(`"all"`), &s); !errors.Is(err, ErrBadFile) {
		t.Error(err)
	}
	if _, err := json.Marshal(Set(9)); err == nil || Set(9).String() != "Set(9)" {
		t.Error("a set that does not exist was written")
	}
}
