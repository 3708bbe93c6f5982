package calibrate

import (
	"fmt"
	"math"

	"lightbox/model/metrics"
)

// Shift turns a probability that holds at one prevalence into that at another,
// as Bayes' theorem does when films with the finding look the same in both
// populations, and so do films without: odds·(to/(1-to))/(from/(1-from)). NaN
// where an argument is not inside (0, 1).
// Source: Saerens, Latinne and Decaestecker, Neural Computation 14, 2002,
// equation 2.4.
func Shift(p, from, to float64) float64 {
	if !inside(p) || !inside(from) || !inside(to) {
		return math.NaN()
	}
	q := sigmoid(logOdds(p) + logOdds(to) - logOdds(from))
	// Rounding must not make a certainty of it.
	return min(max(q, math.SmallestNonzeroFloat64), math.Nextafter(1, 0))
}

func inside(p float64) bool { return p > 0 && p < 1 }

// LikelihoodRatio says how many times likelier a result is with the finding
// than without: the odds of a probability over the odds of the prevalence it
// holds at. Posterior odds = prior odds × this. NaN as for [Shift].
func LikelihoodRatio(p, prevalence float64) float64 {
	if !inside(p) || !inside(prevalence) {
		return math.NaN()
	}
	return math.Exp(logOdds(p) - logOdds(prevalence))
}

// At is the probability at a stated prevalence.
func (m Map) At(logit, prevalence float64) float64 {
	return Shift(m.Probability(logit), m.Counts.Prevalence(), prevalence)
}

// IntervalAt is [Map.Interval] at a stated prevalence.
func (m Map) IntervalAt(logit, prevalence float64) (low, high float64) {
	low, high = m.Interval(logit)
	from := m.Counts.Prevalence()
	return Shift(low, from, prevalence), Shift(high, from, prevalence)
}

// LikelihoodRatio is that of a logit. It does not depend on any prevalence.
func (m Map) LikelihoodRatio(logit float64) float64 {
	return LikelihoodRatio(m.Probability(logit), m.Counts.Prevalence())
}

// PrevalenceEstimate is the share of findings in a set of films without
// labels. The interval is over resampled patients; it takes the map as true.
type PrevalenceEstimate struct {
	metrics.Estimate
	Cases  int    `json:"cases"`
	Groups int    `json:"groups"`
	Seed   uint64 `json:"bootstrap_seed"`
}

// EstimatePrevalence finds the prevalence under which the logits of a set
// without labels are likeliest, if films with and without the finding look as
// they did where the map was fitted. It is where the EM algorithm of Saerens
// et al. 2002 (section 2.3) ends, found as the root of the likelihood's
// falling derivative instead, because EM crawls where classes overlap. Groups
// is nil or names each film's patient. The estimate can be 0 or 1. Errors:
// [ErrBadInput], [ErrBadFile] for a map that is none.
func EstimatePrevalence(m Map, logits []float64, groups []string, seed uint64) (PrevalenceEstimate, error) {
	if err := m.Validate(); err != nil {
		return PrevalenceEstimate{}, err
	}
	c, err := unlabelled(logits, groups)
	if err != nil {
		return PrevalenceEstimate{}, err
	}
	// Likelihoods of each result with and without the finding, up to a factor.
	with, without := make([]float64, len(logits)), make([]float64, len(logits))
	prior := m.Counts.Prevalence()
	for i, z := range logits {
		p := m.Probability(z)
		with[i], without[i] = p/prior, (1-p)/(1-prior)
	}
	members := c.members()
	drawn := bootstrap(members, len(logits), seed, func(weight []float64) []float64 {
		return []float64{likeliestShare(with, without, weight)}
	})
	value := likeliestShare(with, without, ones(len(logits)))
	return PrevalenceEstimate{
		Estimate: interval95(value, drawn[0]),
		Cases:    len(logits), Groups: len(members), Seed: seed,
	}, nil
}

// likeliestShare maximises Σ w·log(q·a + (1-q)·b) over q in 0..1. The sum is
// concave: its derivative falls, and Newton's steps are kept inside the
// bracket around the root.
func likeliestShare(a, b, weight []float64) float64 {
	derivative := func(q float64) (first, second float64) {
		for i, w := range weight {
			if w == 0 {
				continue
			}
			r := (a[i] - b[i]) / (q*a[i] + (1-q)*b[i])
			first += w * r
			second -= w * r * r
		}
		return first, second
	}
	if d, _ := derivative(0); d <= 0 {
		return 0
	}
	if d, _ := derivative(1); d >= 0 {
		return 1
	}
	low, high, q := 0.0, 1.0, 0.5
	for range 100 {
		first, second := derivative(q)
		if first > 0 {
			low = q
		} else {
			high = q
		}
		next := q - first/second
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		if math.Abs(next-q) < 1e-12 {
			return next
		}
		q = next
	}
	return q
}

// checkPrevalence is for functions that return errors.
func checkPrevalence(p float64) error {
	if !inside(p) {
		return fmt.Errorf("%w: prevalence %v is not inside (0, 1)", ErrBadInput, p)
	}
	return nil
}
