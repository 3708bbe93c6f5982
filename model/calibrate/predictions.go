package calibrate

import (
	"cmp"
	"fmt"
	"slices"
)

// Predictions are calibrated probabilities of the finding with what came true.
// Groups is nil or names each film's patient; otherwise all three have the
// same length.
type Predictions struct {
	Probabilities []float64
	Labels        []int
	Groups        []string
}

// forecast is Predictions that were checked.
type forecast struct {
	p     []float64
	y     []int
	group []int
}

func (in Predictions) check() (forecast, error) {
	n := len(in.Probabilities)
	if err := checkSizes(n, in.Groups); err != nil {
		return forecast{}, err
	}
	for i, p := range in.Probabilities {
		if !(p >= 0 && p <= 1) {
			return forecast{}, fmt.Errorf("%w: prediction %d is %v, not a probability", ErrBadInput, i, p)
		}
	}
	if err := checkLabels(in.Labels, n); err != nil {
		return forecast{}, err
	}
	return forecast{in.Probabilities, in.Labels, groupNumbers(in.Groups, n)}, nil
}

// massBins is the number of bins of equal mass for n cases: fifteen, but ten
// cases in each if there are so many.
func massBins(n int) int { return max(1, min(15, n/10)) }

// equalMass deals the cases into at most k bins of equal numbers by rising
// probability. Equal probabilities share a bin, so bins can be fewer.
func (f forecast) equalMass(k int) [][]int {
	order := make([]int, len(f.p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if d := cmp.Compare(f.p[a], f.p[b]); d != 0 {
			return d
		}
		return a - b
	})
	var bins [][]int
	from := 0
	for b := 1; b <= k; b++ {
		to := b * len(order) / k
		for to > 0 && to < len(order) && f.p[order[to]] == f.p[order[to-1]] {
			to++
		}
		if to > from {
			bins = append(bins, order[from:to])
			from = to
		}
	}
	return bins
}
