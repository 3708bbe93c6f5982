package calibrate

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
)

var (
	thisModel  = strings.Repeat("0f", 32)
	otherModel = strings.Repeat("a1", 32)
)

func options() Options {
	return Options{Model: thisModel, Population: "simulated films", Seed: 7}
}

// fifty is the least a user may bring: 25 films of each class.
func fifty(seed uint64) Sample {
	rng := newRand(seed)
	var s Sample
	for i := range 50 {
		y := i % 2
		s.Logits = append(s.Logits, 5*(rng.NormFloat64()+2.5*float64(y))-3)
		s.Labels = append(s.Labels, y)
	}
	return s
}

func TestFitOnFifty(t *testing.T) {
	f := must[*Fitted](t)(Fit(fifty(1), options()))
	s := f.Summary
	if s.After.Cases != 50 || s.After.Groups != 50 || s.Negative.Cases != 25 || s.Positive.Cases != 25 || s.Folds != 10 {
		t.Errorf("%+v", s)
	}
	// 25 cases at 0.05: one is left out, coverage is Beta(25, 1): x^25.
	if !near(float64(s.Negative.Low), math.Pow(.025, 1./25), 1e-9) || !near(float64(s.Negative.Mean), 25./26, 1e-12) {
		t.Errorf("coverage %+v", s.Negative)
	}
	if !near(s.SmallestAlpha, 1./26, 1e-12) {
		t.Errorf("smallest level %v", s.SmallestAlpha)
	}
	// So few cannot show a small calibration error, and the summary says so.
	if e := s.After.ECEMass; !(e.Low < e.Value && e.Value < e.High) || s.After.Chance.HighMass < .08 {
		t.Errorf("ECE %+v, by chance %+v", e, s.After.Chance)
	}
	if low, high := f.Map.Interval(3); !(low < f.Map.Probability(3) && f.Map.Probability(3) < high && high-low > .1) {
		t.Errorf("interval %v to %v around %v", low, high, f.Map.Probability(3))
	}
	rises(t, f.Map, -60, 60)
	for _, n := range f.Notes() {
		if text := n.String(); strings.Contains(text, "{{") || strings.Contains(text, "NaN") || len(text) < 20 {
			t.Errorf("%s: %s", n.Code, text)
		}
		t.Log(n)
	}
	again := must[*Fitted](t)(Fit(fifty(1), options()))
	a, b := must[[]byte](t)(f.Encode()), must[[]byte](t)(again.Encode())
	if !bytes.Equal(a, b) {
		t.Error("the same input gave another calibration")
	}
}

// With many films of a network that is too sure of itself, calibration finds
// the truth and the measured error falls to what chance does.
func TestFitOnMany(t *testing.T) {
	world := twoNormals{2.5, .4}
	f := must[*Fitted](t)(Fit(world.sample(newRand(2), 3000, func(l float64) float64 { return 3*l + 2 }), options()))
	s := f.Summary
	if f.Map.Kind != KindPlatt || !near(1/f.Map.Slope, 3, .3) {
		t.Errorf("%s, temperature %v", f.Map.Kind, 1/f.Map.Slope)
	}
	if s.After.ECEMass.Value > 1.5*s.After.Chance.HighMass || s.Before.ECEMass.Value < 3*s.After.ECEMass.Value || s.Gain.Low <= 0 {
		t.Errorf("ECE before %v, after %v, chance %v, gain %v", s.Before.ECEMass, s.After.ECEMass, s.After.Chance, s.Gain)
	}
	// The abstentions foretold are those of new films.
	fresh := must[SetFigures](t)(MeasureSets(f.Conformal, world.sample(newRand(3), 20000, func(l float64) float64 { return 3*l + 2 }), f.Alpha))
	if a := s.Sets.Abstained; fresh.Abstained.Value < a.Low-.02 || fresh.Abstained.Value > a.High+.02 {
		t.Errorf("abstentions foretold %v, found %v", a, fresh.Abstained)
	}
	if c := fresh.PositiveCovered; c.High < s.Positive.Low || c.Low > s.Positive.High || c.Value < .93 {
		t.Errorf("coverage %v, foretold %v", c, s.Positive)
	}
	shown := must[Shown](t)(f.Show(2+3*world.logOdds(.5), .1, 0))
	want := sigmoid(twoNormals{2.5, .1}.logOdds(.5))
	if !near(shown.Probability, want, .05) || shown.Low >= shown.Probability || shown.High <= shown.Probability || shown.Alpha != .05 || shown.Prevalence != .1 {
		t.Errorf("%+v, truth %v", shown, want)
	}
	if at := must[Shown](t)(f.Show(0, 0, .2)); !near(at.Probability, at.FitProbability, 1e-12) || at.Alpha != .2 {
		t.Errorf("%+v", at)
	}
	for name, c := range map[string][3]float64{"logit": {math.NaN(), .1, .1}, "infinite": {math.Inf(1), .1, .1}, "prevalence": {0, 1, .1}, "level": {0, .1, 1}} {
		if _, err := f.Show(c[0], c[1], c[2]); !errors.Is(err, ErrBadInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFitRefuses(t *testing.T) {
	good := fifty(3)
	turned := Sample{Labels: good.Labels}
	for _, z := range good.Logits {
		turned.Logits = append(turned.Logits, -z)
	}
	with := func(change func(*Options)) Options {
		o := options()
		change(&o)
		return o
	}
	for name, c := range map[string]struct {
		s    Sample
		opt  Options
		want error
	}{
		"turned round":    {turned, options(), ErrNotRising},
		"one class":       {Sample{Logits: []float64{1, 2}, Labels: []int{1, 1}}, options(), ErrOneClass},
		"not finite":      {Sample{Logits: []float64{1, math.Inf(-1)}, Labels: []int{1, 0}}, options(), ErrBadInput},
		"nineteen":        {repeated(repeated(Sample{}, 1, 19, 19), 0, 0, 80), options(), ErrTooFew},
		"finer level":     {good, with(func(o *Options) { o.Alpha = .03 }), ErrTooFew},
		"no model":        {good, with(func(o *Options) { o.Model = "" }), ErrBadInput},
		"capital letters": {good, with(func(o *Options) { o.Model = strings.Repeat("AB", 32) }), ErrBadInput},
		"level":           {good, with(func(o *Options) { o.Alpha = .6 }), ErrBadInput},
		"no number":       {good, with(func(o *Options) { o.Alpha = math.NaN() }), ErrBadInput},
		"folds":           {good, with(func(o *Options) { o.Folds = 1 }), ErrBadInput},
		"kind":            {good, with(func(o *Options) { o.Kinds = []Kind{"x"} }), ErrBadInput},
		"long text":       {good, with(func(o *Options) { o.Population = strings.Repeat("x", maxTextBytes+1) }), ErrBadInput},
	} {
		if _, err := Fit(c.s, c.opt); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	// The refusal says how many it takes, why, and what would do.
	_, err := Fit(repeated(repeated(Sample{}, 1, 12, 12), 0, 0, 80), options())
	var few *TooFewError
	if !errors.As(err, &few) || few.Have != 12 || few.Need != 20 || !strings.Contains(err.Error(), "level 0.09") {
		t.Errorf("%v", err)
	}
	if _, err := Fit(repeated(repeated(Sample{}, 1, 12, 12), 0, 0, 80), with(func(o *Options) { o.Alpha = .09 })); err != nil {
		t.Errorf("the level that was offered: %v", err)
	}
}

// A film's figures must come from maps its patient had no part in: no map can
// beat the true probabilities on films it has not seen, though one fitted on
// these very films seems to.
func TestFitDoesNotFlatterItself(t *testing.T) {
	const rounds = 12
	world := twoNormals{1, .5}
	var measured, seeming, truth float64
	for round := range uint64(rounds) {
		s := world.sample(newRand(100+round), 80, same)
		o := options()
		o.Seed, o.Kinds = round, []Kind{KindIsotonic}
		f := must[*Fitted](t)(Fit(copies(s, 3), o))
		measured += float64(f.Summary.After.LogLoss.Value) / rounds
		for i, l := range s.Logits {
			truth += logLoss(sigmoid(l), s.Labels[i]) / rounds / 80
			seeming += logLoss(f.Map.Probability(l), s.Labels[i]) / rounds / 80
		}
	}
	if seeming > truth-.02 || measured < truth+.02 {
		t.Errorf("log loss of the truth %v, measured %v, on the films of the fit itself %v", truth, measured, seeming)
	}
}

func TestEncodeDecode(t *testing.T) {
	for _, kind := range Kinds() {
		o := options()
		o.Kinds = []Kind{kind}
		f := must[*Fitted](t)(Fit(copies(twoNormals{2, .4}.sample(newRand(5), 300, same), 2), o))
		text := must[[]byte](t)(f.Encode())
		back := must[*Fitted](t)(Decode(bytes.NewReader(text), thisModel))
		for z := -8.0; z < 8; z += .1 {
			a, b := must[Shown](t)(f.Show(z, .1, .1)), must[Shown](t)(back.Show(z, .1, .1))
			if a != b {
				t.Fatalf("%s at %v: %+v, read back %+v", kind, z, a, b)
			}
		}
		if again := must[[]byte](t)(back.Encode()); !bytes.Equal(text, again) {
			t.Errorf("%s: written again, it differs", kind)
		}
		if _, err := Decode(bytes.NewReader(text), otherModel); !errors.Is(err, ErrOtherModel) {
			t.Errorf("another model: %v", err)
		}
		for cut := 0; cut < len(text)-1; cut += 1 + len(text)/60 {
			if _, err := Decode(bytes.NewReader(text[:cut]), thisModel); !errors.Is(err, ErrBadFile) {
				t.Fatalf("cut at %d: %v", cut, err)
			}
		}
		if _, err := Decode(bytes.NewReader(append(text, '{')), thisModel); !errors.Is(err, ErrBadFile) {
			t.Errorf("something after it: %v", err)
		}
	}
	if _, err := Decode(strings.NewReader(strings.Repeat(" ", maxFileBytes+2)), thisModel); !errors.Is(err, ErrBadFile) {
		t.Errorf("too long: %v", err)
	}
}

// Every field that a result depends on is held against its limits.
func TestDecodeRefuses(t *testing.T) {
	o := options()
	o.Kinds = []Kind{KindIsotonic}
	iso := must[[]byte](t)(must[*Fitted](t)(Fit(twoNormals{2, .4}.sample(newRand(6), 200, same), o)).Encode())
	o.Kinds = []Kind{KindPlatt}
	platt := must[[]byte](t)(must[*Fitted](t)(Fit(twoNormals{2, .4}.sample(newRand(6), 200, same), o)).Encode())
	for name, c := range map[string]struct {
		text []byte
		path []any
		to   any
	}{
		"format":            {iso, []any{"format"}, 2},
		"model":             {iso, []any{"model_sha256"}, "xyz"},
		"level":             {iso, []any{"alpha"}, 0.9},
		"long text":         {iso, []any{"population"}, strings.Repeat("x", maxTextBytes+1)},
		"unknown field":     {iso, []any{"extra"}, 1},
		"unknown in map":    {iso, []any{"map", "extra"}, 1},
		"kind":              {iso, []any{"map", "kind"}, "step"},
		"blocks as slope":   {iso, []any{"map", "kind"}, "platt"},
		"no blocks":         {iso, []any{"map", "blocks"}, []any{}},
		"falling block":     {iso, []any{"map", "blocks", 1, "low"}, -1e5},
		"huge block":        {iso, []any{"map", "blocks", 0, "low"}, -1e300},
		"count":             {iso, []any{"map", "blocks", 0, "n"}, 1 << 40},
		"negative count":    {iso, []any{"map", "blocks", 0, "positives"}, -1},
		"no patients":       {iso, []any{"map", "blocks", 0, "groups"}, 0},
		"counts disagree":   {iso, []any{"map", "counts", "cases"}, 199},
		"one class":         {iso, []any{"map", "counts", "positives"}, 0},
		"band beyond one":   {iso, []any{"map", "band", 3, "high"}, 1.5},
		"band falls":        {iso, []any{"map", "band", 30, "low"}, 1e-9},
		"slope in blocks":   {iso, []any{"map", "slope"}, 1},
		"no slope":          {platt, []any{"map", "slope"}, 0},
		"falling":           {platt, []any{"map", "slope"}, -1},
		"steep":             {platt, []any{"map", "slope"}, 1e12},
		"intercept":         {platt, []any{"map", "intercept"}, 1e300},
		"bias in T":         {platt, []any{"map", "kind"}, "temperature"},
		"blocks in platt":   {platt, []any{"map", "blocks"}, []any{map[string]any{"low": 0, "high": 1, "n": 1, "positives": 0, "groups": 1}}},
		"no scores":         {iso, []any{"conformal", "positive", "scores"}, []any{}},
		"scores fall":       {iso, []any{"conformal", "positive", "scores", 5}, -1e5},
		"weights rise":      {iso, []any{"conformal", "negative", "tail", 5}, 1e5},
		"weights sum":       {iso, []any{"conformal", "negative", "tail", 0}, 3},
		"more patients":     {iso, []any{"conformal", "negative", "groups"}, 1 << 30},
		"other sample":      {iso, []any{"conformal", "negative", "cases"}, 5000},
		"not a number":      {iso, []any{"conformal", "negative", "scores", 0}, "NaN"},
		"scores are absent": {iso, []any{"conformal"}, map[string]any{}},
		"map is absent":     {iso, []any{"map"}, nil},
	} {
		var whole any
		if err := json.Unmarshal(c.text, &whole); err != nil {
			t.Fatal(err)
		}
		set(whole, c.path, c.to)
		text := must[[]byte](t)(json.Marshal(whole))
		if _, err := Decode(bytes.NewReader(text), thisModel); !errors.Is(err, ErrBadFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (&Fitted{}).Validate(); !errors.Is(err, ErrBadFile) {
		t.Errorf("empty: %v", err)
	}
	if _, err := (&Fitted{}).Encode(); !errors.Is(err, ErrBadFile) {
		t.Errorf("empty: %v", err)
	}
}

// set changes one value deep in decoded JSON.
func set(in any, path []any, to any) {
	for _, key := range path[:len(path)-1] {
		switch k := key.(type) {
		case string:
			in = in.(map[string]any)[k]
		case int:
			in = in.([]any)[k]
		}
	}
	switch k := path[len(path)-1].(type) {
	case string:
		in.(map[string]any)[k] = to
	case int:
		in.([]any)[k] = to
	}
}

// Whatever is read is usable: rising, inside (0, 1), sets for every level.
func FuzzDecode(f *testing.F) {
	s := repeated(repeated(repeated(Sample{}, -1, 1, 9), 0, 5, 9), 2, 8, 9)
	for _, kind := range Kinds() { // without a summary, which would be slow
		fitted := Fitted{Format: fileFormat, Model: thisModel, Alpha: .05}
		var err error
		if fitted.Map, err = fitSample(s, kind); err != nil {
			f.Fatal(err)
		}
		fitted.Map.Band = []BandPoint{{-1, .05, .3}, {2, .6, .95}}
		if fitted.Conformal, err = FitConformal(s); err != nil {
			f.Fatal(err)
		}
		text, err := fitted.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Decode(bytes.NewReader(text), thisModel)
		if err != nil {
			if !errors.Is(err, ErrBadFile) && !errors.Is(err, ErrOtherModel) {
				t.Fatal(err)
			}
			return
		}
		rises(t, c.Map, -30, 30)
		for _, z := range []float64{-1e6, -3, 0, 3, 1e6} {
			shown, err := c.Show(z, .2, .1)
			if err != nil {
				t.Fatal(err)
			}
			if !inside(shown.Probability) || shown.Low > shown.High || shown.PNegative <= 0 || shown.PNegative > 1 {
				t.Fatalf("%+v", shown)
			}
		}
		c.Notes()
	})
}

func BenchmarkFit5000(b *testing.B) {
	s := twoNormals{2, .5}.sample(newRand(1), 5000, func(l float64) float64 { return 2 * l })
	for b.Loop() {
		if _, err := Fit(s, options()); err != nil {
			b.Fatal(err)
		}
	}
}
