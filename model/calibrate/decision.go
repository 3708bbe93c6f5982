package calibrate

import (
	"fmt"
	"slices"

	"lightbox/model/metrics"
)

// NetBenefit is a point of the decision curve. Someone who would act from a
// probability of Threshold on weighs a needless action as
// Threshold/(1-Threshold) of a missed finding; Benefit is the net number of
// findings acted on, per film, if the model decides, and Gain what that is
// above the better of acting on all and acting on none (whose benefit is 0).
type NetBenefit struct {
	Threshold float64          `json:"threshold"`
	Benefit   metrics.Estimate `json:"benefit"`
	TreatAll  metrics.Estimate `json:"treat_all"`
	Gain      metrics.Estimate `json:"gain"`
}

// DecisionCurve measures the net benefit of probabilities at thresholds
// inside (0, 1). prevalence 0 means that of the films themselves; otherwise
// films with and without the finding are weighted to the stated one, and the
// probabilities must already hold there ([Shift]). Intervals are over
// resampled patients. Source: Vickers and Elkin, Medical Decision Making 26,
// 2006. Errors: [ErrBadInput], [ErrOneClass] where a prevalence is stated.
func DecisionCurve(in Predictions, thresholds []float64, prevalence float64, seed uint64) ([]NetBenefit, error) {
	f, err := in.check()
	if err != nil {
		return nil, err
	}
	if err := checkThresholds(thresholds); err != nil {
		return nil, err
	}
	if prevalence != 0 {
		if err := checkPrevalence(prevalence); err != nil {
			return nil, err
		}
		if !slices.Contains(f.y, 0) || !slices.Contains(f.y, 1) {
			return nil, fmt.Errorf("%w: they cannot be weighted to another prevalence", ErrOneClass)
		}
	}
	rising := slices.Sorted(slices.Values(thresholds))
	benefit := f.netBenefit(rising, prevalence)
	n := len(f.p)
	value, drawn := benefit(ones(n)), bootstrap(metrics.Members(f.group, len(f.group)), n, seed, benefit)
	var out []NetBenefit
	for _, t := range thresholds {
		at, _ := slices.BinarySearch(rising, t)
		out = append(out, NetBenefit{
			Threshold: t,
			Benefit:   interval95(value[3*at], drawn[3*at]),
			TreatAll:  interval95(value[3*at+1], drawn[3*at+1]),
			Gain:      interval95(value[3*at+2], drawn[3*at+2]),
		})
	}
	return out, nil
}

func checkThresholds(thresholds []float64) error {
	if len(thresholds) == 0 || len(thresholds) > maxThresholds {
		return fmt.Errorf("%w: %d thresholds; between 1 and %d are possible", ErrBadInput, len(thresholds), maxThresholds)
	}
	for _, t := range thresholds {
		if !inside(t) {
			return fmt.Errorf("%w: threshold %v is not inside (0, 1)", ErrBadInput, t)
		}
	}
	return nil
}

// netBenefit returns a function of the films' weights: for each threshold the
// benefit of the model, of treating all, and the gain.
func (f forecast) netBenefit(rising []float64, prevalence float64) func([]float64) []float64 {
	// A film is acted on at the thresholds up to its probability: the first
	// level[i] of them.
	level := make([]int, len(f.p))
	for i, p := range f.p {
		level[i], _ = slices.BinarySearchFunc(rising, p, func(t, p float64) int {
			if t > p {
				return 1
			}
			return -1
		})
	}
	return func(weight []float64) []float64 {
		acted := make([][2]float64, len(rising)+1) // weight of each class by level
		var total [2]float64
		for i, w := range weight {
			acted[level[i]][f.y[i]] += w
			total[f.y[i]] += w
		}
		share := total[1] / (total[0] + total[1])
		if prevalence != 0 {
			share = prevalence
		}
		// Per film of a class; a class that is absent (0/0) has no films to lose.
		per := [2]float64{(1 - share) / max(total[0], 1), share / max(total[1], 1)}
		if prevalence != 0 && (total[0] == 0 || total[1] == 0) {
			return slices.Repeat([]float64{float64(nan)}, 3*len(rising))
		}
		out := make([]float64, 3*len(rising))
		var above [2]float64
		for k := len(rising) - 1; k >= 0; k-- {
			for y := range above {
				above[y] += acted[k+1][y]
			}
			odds := rising[k] / (1 - rising[k])
			model := above[1]*per[1] - above[0]*per[0]*odds
			all := share - (1-share)*odds
			out[3*k], out[3*k+1], out[3*k+2] = model, all, model-max(all, 0)
		}
		return out
	}
}
