package metrics

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func close9(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestAUC(t *testing.T) {
	for name, c := range map[string]struct {
		scores []float64
		labels []int
		want   float64
	}{
		"perfect":   {[]float64{.1, .2, .8, .9}, []int{0, 0, 1, 1}, 1},
		"reversed":  {[]float64{.9, .8, .2, .1}, []int{0, 0, 1, 1}, 0},
		"all tied":  {[]float64{.5, .5, .5, .5}, []int{0, 1, 0, 1}, .5},
		"by hand":   {[]float64{.1, .4, .35, .8}, []int{0, 0, 1, 1}, .75},
		"some ties": {[]float64{.1, .4, .4, .8, .4}, []int{0, 0, 1, 1, 0}, (1 + .5 + .5 + 3) / 6.},
	} {
		if got := AUC(c.scores, c.labels); !close9(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if !math.IsNaN(AUC([]float64{1, 2}, []int{1, 1})) {
		t.Error("one class only must give NaN")
	}
}

// The definition itself, pair by pair, on random numbers with ties.
func TestAUCAgainstPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	scores, labels := make([]float64, 200), make([]int, 200)
	for i := range scores {
		scores[i], labels[i] = float64(rng.IntN(40))/40, rng.IntN(2)
	}
	var wins, pairs float64
	for i, a := range scores {
		for j, b := range scores {
			if labels[i] == 1 && labels[j] == 0 {
				pairs++
				if a > b {
					wins++
				} else if a == b {
					wins += .5
				}
			}
		}
	}
	if got := AUC(scores, labels); !close9(got, wins/pairs) {
		t.Errorf("%v, pair by pair %v", got, wins/pairs)
	}
}

func TestReportByHand(t *testing.T) {
	r, err := Evaluate(Input{
		Probabilities: []float64{.9, .6, .4, .2, .5},
		Labels:        []int{1, 0, 1, 0, 1},
		Threshold:     .55,
		Seed:          1,
	})
	if err != nil {
		t.Fatal(err)
	}
	// At 0.5: 0.9 hit, 0.6 false, 0.4 missed, 0.2 right, 0.5 hit.
	// At 0.55: 0.5 is missed too.
	// ECE: bins of width 1/15; 0.5 and 0.6, 0.8, 0.9 lie in bins 7, 9 (0.6
	// twice: 0.6 and 1-0.4), 12, 13: |0.5-1| + |1.2-0| + |0.8-1| + |0.9-1|.
	for name, c := range map[string]struct{ got, want float64 }{
		"AUC":            {float64(r.AUC.Value), 4. / 6},
		"accuracy":       {float64(r.Half.Accuracy.Value), 3. / 5},
		"sensitivity":    {float64(r.Half.Sensitivity.Value), 2. / 3},
		"specificity":    {float64(r.Half.Specificity.Value), 1. / 2},
		"accuracy at":    {float64(r.Operating.Accuracy.Value), 2. / 5},
		"sensitivity at": {float64(r.Operating.Sensitivity.Value), 1. / 3},
		"specificity at": {float64(r.Operating.Specificity.Value), 1. / 2},
		"Brier":          {float64(r.Brier.Value), (.01 + .36 + .36 + .04 + .25) / 5},
		"ECE":            {float64(r.ECE.Value), (.5 + 1.2 + .2 + .1) / 5},
	} {
		if !close9(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if r.N != 5 || r.Positives != 3 || r.Groups != 5 || r.Resamples != Resamples {
		t.Errorf("counts: %+v", r)
	}
}

// For a proportion the bootstrap interval must come near the binomial one.
func TestIntervalOfAProportion(t *testing.T) {
	const n, hits = 400, 320
	in := Input{Threshold: .5, Seed: 3}
	for i := range n {
		in.Labels = append(in.Labels, 1)
		in.Probabilities = append(in.Probabilities, map[bool]float64{true: .9, false: .1}[i < hits])
	}
	r, err := Evaluate(in)
	if err != nil {
		t.Fatal(err)
	}
	half := 1.96 * math.Sqrt(.8*.2/n)
	e := r.Half.Sensitivity
	if math.Abs(float64(e.Low)-(.8-half)) > .006 || math.Abs(float64(e.High)-(.8+half)) > .006 {
		t.Errorf("interval %v to %v, binomial %v to %v", e.Low, e.High, .8-half, .8+half)
	}
	if !math.IsNaN(float64(r.AUC.Value)) || !math.IsNaN(float64(r.Half.Specificity.Low)) {
		t.Errorf("without negatives: AUC %v, specificity %v", r.AUC, r.Half.Specificity)
	}
	text, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(text), `"auc":{"value":null`) {
		t.Errorf("%s, %v", text, err)
	}
	var back Report
	if err := json.Unmarshal(text, &back); err != nil || !math.IsNaN(float64(back.AUC.Value)) {
		t.Errorf("read back %v, %v", back.AUC, err)
	}
}

// Copies in one group carry no information: intervals of every picture taken
// four times, grouped, are as wide as those of the pictures themselves.
func TestGroupsWidenIntervals(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	var single, copies, grouped Input
	for i := range 150 {
		label := i % 2
		p := min(max(.5+.25*(float64(label)-.5)+.2*rng.NormFloat64(), 0), 1)
		single.Probabilities, single.Labels = append(single.Probabilities, p), append(single.Labels, label)
		for range 4 {
			copies.Probabilities, copies.Labels = append(copies.Probabilities, p), append(copies.Labels, label)
			grouped.Groups = append(grouped.Groups, strconv.Itoa(i))
		}
	}
	grouped.Probabilities, grouped.Labels = copies.Probabilities, copies.Labels
	width := func(in Input) float64 {
		r, err := Evaluate(in)
		if err != nil {
			t.Fatal(err)
		}
		return float64(r.AUC.High - r.AUC.Low)
	}
	ws, wc, wg := width(single), width(copies), width(grouped)
	if math.Abs(wg/ws-1) > .1 || math.Abs(wc/ws-.5) > .1 {
		t.Errorf("widths: single %v, copies %v, grouped %v", ws, wc, wg)
	}
}

func TestSameSeedSameInterval(t *testing.T) {
	in := Input{Probabilities: []float64{.1, .7, .3, .9, .6, .2}, Labels: []int{0, 1, 1, 1, 0, 0}, Threshold: .5, Seed: 9}
	a, _ := Evaluate(in)
	b, err := Evaluate(in)
	if err != nil || a != b {
		t.Errorf("%+v and %+v, %v", a, b, err)
	}
}

func TestEvaluateRefuses(t *testing.T) {
	for name, in := range map[string]Input{
		"nothing":         {},
		"missing label":   {Probabilities: []float64{.1, .2}, Labels: []int{1}},
		"missing group":   {Probabilities: []float64{.1, .2}, Labels: []int{1, 0}, Groups: []string{"a"}},
		"label 2":         {Probabilities: []float64{.1}, Labels: []int{2}},
		"above one":       {Probabilities: []float64{1.1}, Labels: []int{1}},
		"not a number":    {Probabilities: []float64{math.NaN()}, Labels: []int{1}},
		"threshold":       {Probabilities: []float64{.1}, Labels: []int{1}, Threshold: 2},
		"negative number": {Probabilities: []float64{-.1}, Labels: []int{1}},
	} {
		if _, err := Evaluate(in); !errors.Is(err, ErrBadInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestECEInterval: probabilities that are all 0.1 too high have a calibration error
// of 0.1, which the interval holds about as often as it says; so that of exact ones
// holds what was measured.
func TestECEInterval(t *testing.T) {
	const rounds, n = 60, 400
	r := rand.New(rand.NewPCG(8, 8))
	held := 0
	for range rounds {
		for _, too := range []float64{0, 0.1} {
			in := Input{Probabilities: make([]float64, n), Labels: make([]int, n), Threshold: 0.5, Seed: r.Uint64()}
			for i := range n {
				p := 0.6 + 0.3*r.Float64()
				in.Probabilities[i] = p + too
				if r.Float64() < p {
					in.Labels[i] = 1
				}
			}
			got, err := Evaluate(in)
			if err != nil {
				t.Fatal(err)
			}
			e := got.ECE
			if !(e.Low <= e.Value && e.Value <= e.High) {
				t.Fatalf("%+v", e)
			}
			if too > 0 && e.Low <= 0.1 && 0.1 <= e.High {
				held++
			}
		}
	}
	if held < rounds*85/100 {
		t.Errorf("%d of %d intervals hold the error", held, rounds)
	}
}
