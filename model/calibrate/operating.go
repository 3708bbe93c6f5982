package calibrate

import (
	"fmt"
	"math"
	"slices"

	"lightbox/model/metrics"
)

// ThresholdAtSensitivity is the highest threshold that calls at least the
// target share of films with the finding positive (a logit of at least the
// threshold is a positive call). It lies half way between two logits. Choose
// it on other films than it is measured on. Errors: [ErrBadInput],
// [ErrOneClass].
func ThresholdAtSensitivity(s Sample, target float64) (float64, error) {
	logits, positives, err := ofClass(s, 1, target)
	if err != nil {
		return 0, err
	}
	// At least so many positives must stay at or above the threshold.
	k := int(math.Ceil(target*float64(len(positives)) - tolerance))
	lowest := positives[len(positives)-k]
	at, _ := slices.BinarySearch(logits, lowest)
	if at == 0 {
		return lowest, nil
	}
	return halfway(logits[at-1], lowest), nil
}

// ThresholdAtSpecificity is the lowest threshold that calls at least the
// target share of films without the finding negative; otherwise as
// [ThresholdAtSensitivity].
func ThresholdAtSpecificity(s Sample, target float64) (float64, error) {
	logits, negatives, err := ofClass(s, 0, target)
	if err != nil {
		return 0, err
	}
	k := int(math.Ceil(target*float64(len(negatives)) - tolerance))
	highest := negatives[k-1]
	at, _ := slices.BinarySearchFunc(logits, highest, func(v, of float64) int { // the first above
		if v > of {
			return 1
		}
		return -1
	})
	if at == len(logits) {
		return math.Nextafter(highest, math.Inf(1)), nil
	}
	return halfway(highest, logits[at]), nil
}

// halfway is half way from a to b, and above a however close they are.
func halfway(a, b float64) float64 {
	if m := a + (b-a)/2; m > a {
		return m
	}
	return b
}

// ofClass returns all logits and those of one class, both rising.
func ofClass(s Sample, label int, target float64) (all, class []float64, err error) {
	if _, err := s.check(); err != nil {
		return nil, nil, err
	}
	if !(target > 0 && target <= 1) {
		return nil, nil, fmt.Errorf("%w: target %v is not in (0, 1]", ErrBadInput, target)
	}
	for i, z := range s.Logits {
		if s.Labels[i] == label {
			class = append(class, z)
		}
	}
	all = slices.Sorted(slices.Values(s.Logits))
	slices.Sort(class)
	return all, class, nil
}

// Operating is what one threshold, given from elsewhere, does on a sample.
type Operating struct {
	Threshold   float64              `json:"threshold"`
	Sensitivity Proportion           `json:"sensitivity"`
	Specificity Proportion           `json:"specificity"`
	Predictive  []metrics.Predictive `json:"predictive,omitempty"`
}

// OperatingAt measures a threshold on a sample, and what calls are worth at
// the given prevalences inside (0, 1), which are taken as known. The intervals of
// predictive values take sensitivity and specificity at the worst and best ends of
// 97.5 % intervals at once, so that they hold in at least 95 of 100 samples
// (Bonferroni). Errors: [ErrBadInput], [ErrOneClass].
func OperatingAt(s Sample, threshold float64, prevalences ...float64) (Operating, error) {
	c, err := s.check()
	if err != nil {
		return Operating{}, err
	}
	if math.IsNaN(threshold) {
		return Operating{}, fmt.Errorf("%w: threshold is not a number", ErrBadInput)
	}
	right := [2]tally{newTally(), newTally()}
	for i, z := range c.z {
		right[c.y[i]].add(c.group[i], (z >= threshold) == (c.y[i] == 1))
	}
	out := Operating{Threshold: threshold, Sensitivity: right[1].proportion(), Specificity: right[0].proportion()}
	se, sp := float64(out.Sensitivity.Value), float64(out.Specificity.Value)
	seLow, seHigh := right[1].wilson(z975)
	spLow, spHigh := right[0].wilson(z975)
	for _, q := range prevalences {
		if err := checkPrevalence(q); err != nil {
			return Operating{}, err
		}
		out.Predictive = append(out.Predictive, metrics.Predictive{
			Prevalence: q,
			PPV:        estimate(metrics.PPV(se, sp, q), metrics.PPV(seLow, spLow, q), metrics.PPV(seHigh, spHigh, q)),
			NPV:        estimate(metrics.NPV(se, sp, q), metrics.NPV(seLow, spLow, q), metrics.NPV(seHigh, spHigh, q)),
		})
	}
	return out, nil
}

func estimate(value, low, high float64) metrics.Estimate {
	return metrics.Estimate{Value: metrics.Number(value), Low: metrics.Number(low), High: metrics.Number(high)}
}
