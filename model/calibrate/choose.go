package calibrate

import (
	"fmt"
	"math"
	"slices"

	"lightbox/model/metrics"
)

const (
	// chooseFolds of cross-validation decide between the kinds of maps.
	chooseFolds = 5
	// minGroups is the least number of patients of each class that anything is
	// fitted on. With ten, the odds of the fit are known to a factor of two
	// (1.96/√10 on the log scale), and the finest conformal level is 1/11;
	// below, cross-validation folds hold single patients.
	minGroups = 10
)

// whyMinGroups is the half sentence of a [TooFewError].
const whyMinGroups = "with fewer the odds are not even known to a factor of two"

// Candidate is one kind of map in the choice.
type Candidate struct {
	Kind Kind `json:"kind"`
	// LogLoss is the mean cross-validated log loss, nats a film.
	LogLoss metrics.Number `json:"log_loss"`
	// Excess is how much that is above the best candidate's, Error the
	// standard error of this difference, paired by patient.
	Excess metrics.Number `json:"excess"`
	Error  metrics.Number `json:"standard_error"`
	Chosen bool           `json:"chosen"`
	// Failed says why this kind could not be fitted.
	Failed string `json:"failed,omitempty"`
}

// Choose fits the simplest of the kinds whose cross-validated log loss is
// within one standard error of the smallest (Breiman et al., Classification
// and Regression Trees, 1984, section 3.4.3), on the whole sample. kinds nil
// means all. The same sample and seed give the same choice. Errors:
// [ErrBadInput], [ErrOneClass], [ErrTooFew] below ten patients of a class,
// [ErrNotRising] where no kind can be fitted.
func Choose(s Sample, kinds []Kind, seed uint64) (Map, []Candidate, error) {
	c, err := s.check()
	if err != nil {
		return Map{}, nil, err
	}
	if err := enough(c.counts(), minGroups, whyMinGroups); err != nil {
		return Map{}, nil, err
	}
	if kinds, err = ordered(kinds); err != nil {
		return Map{}, nil, err
	}
	return choose(c, kinds, seed)
}

// ordered lists the kinds that were asked for, the simplest first; none means
// all.
func ordered(kinds []Kind) ([]Kind, error) {
	if len(kinds) == 0 {
		return Kinds(), nil
	}
	for _, k := range kinds {
		if !slices.Contains(Kinds(), k) {
			return nil, fmt.Errorf("%w: unknown kind %q", ErrBadInput, k)
		}
	}
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !slices.Contains(kinds, k) }), nil
}

func enough(n Counts, need int, why string) error {
	if n.PositiveGroups < need {
		return &TooFewError{Label: 1, Have: n.PositiveGroups, Need: need, Why: why}
	}
	if n.NegativeGroups < need {
		return &TooFewError{Label: 0, Have: n.NegativeGroups, Need: need, Why: why}
	}
	return nil
}

// choose expects the simplest kind first.
func choose(c cases, kinds []Kind, seed uint64) (Map, []Candidate, error) {
	folds := c.folds(chooseFolds, seed)
	out := make([]Candidate, len(kinds))
	losses := make([][]float64, len(kinds))
	var failure error
	best := -1
	for k, kind := range kinds {
		out[k] = Candidate{Kind: kind, LogLoss: nan, Excess: nan, Error: nan}
		p, err := c.outOfFold(folds, func(part cases) (Map, error) { return fitKind(part, kind) })
		if err != nil {
			failure, out[k].Failed = err, err.Error()
			continue
		}
		losses[k] = make([]float64, len(p))
		var sum float64
		for i := range p {
			losses[k][i] = logLoss(p[i], c.y[i])
			sum += losses[k][i]
		}
		out[k].LogLoss = metrics.Number(sum / float64(len(p)))
		if best < 0 || out[k].LogLoss < out[best].LogLoss {
			best = k
		}
	}
	if best < 0 {
		return Map{}, out, fmt.Errorf("no kind of map can be fitted: %w", failure)
	}
	members := c.members()
	for k := range kinds {
		if losses[k] == nil {
			continue
		}
		excess, se := pairedDifference(losses[k], losses[best], members)
		out[k].Excess, out[k].Error = metrics.Number(excess), metrics.Number(se)
	}
	for k, kind := range kinds {
		if losses[k] == nil || out[k].Excess > out[k].Error {
			continue
		}
		m, err := fitKind(c, kind)
		if err != nil { // good enough in every fold, not on all of them
			failure, out[k].Failed = err, err.Error()
			continue
		}
		out[k].Chosen = true
		return m, out, nil
	}
	return Map{}, out, fmt.Errorf("no kind of map can be fitted: %w", failure)
}

var nan = metrics.Number(math.NaN())

// pairedDifference is the mean of a-b over films and its standard error when
// whole groups are the independent units (a ratio estimate: Cochran, Sampling
// Techniques, 1977, section 9A).
func pairedDifference(a, b []float64, members [][]int) (mean, se float64) {
	n := float64(len(a))
	for i := range a {
		mean += (a[i] - b[i]) / n
	}
	groups := float64(len(members))
	var sum float64
	for _, g := range members {
		var d float64
		for _, i := range g {
			d += a[i] - b[i] - mean
		}
		sum += d * d
	}
	return mean, math.Sqrt(sum*groups/(groups-1)) / n
}
