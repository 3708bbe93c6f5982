package metrics

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Resamples is the number of bootstrap resamples behind every interval.
const Resamples = 2000

// Number is a float64 that JSON writes as null where it is not a number,
// since JSON has no NaN.
type Number float64

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	if f := float64(n); math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

// Estimate is a figure with its 95 % confidence interval: the 2.5th and
// 97.5th percentile of the figure over bootstrap resamples of the pictures,
// or of the groups where pictures come in groups.
type Estimate struct {
	Value Number `json:"value"`
	Low   Number `json:"ci95_low"`
	High  Number `json:"ci95_high"`
}

// Text prints an estimate as "0.932 (0.913–0.951)", or a dash where there is none.
func (e Estimate) Text() string {
	if math.IsNaN(float64(e.Value)) {
		return "–"
	}
	return fmt.Sprintf("%.3f (%.3f–%.3f)", e.Value, e.Low, e.High)
}

// Unbiased moves the interval by as much as mean, the mean of the figure over the
// resamples, lies from the value; nothing falls below 0. Calibration errors need
// it: they add up absolute values, so that the chance in each resample adds to that
// in the pictures, and the percentiles may not even hold the value.
// Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 10.2.
func (e Estimate) Unbiased(mean float64) Estimate {
	bias := Number(mean) - e.Value
	e.Low, e.High = max(e.Low-bias, 0), max(e.High-bias, 0)
	return e
}

// Point is one operating point: what happens if a probability of at least
// Threshold counts as a positive call.
type Point struct {
	Threshold   float64  `json:"threshold"`
	Accuracy    Estimate `json:"accuracy"`
	Sensitivity Estimate `json:"sensitivity"`
	Specificity Estimate `json:"specificity"`
}

// Report is one evaluation.
type Report struct {
	N         int      `json:"n"`
	Positives int      `json:"positives"`
	Groups    int      `json:"groups"` // independent units resampled
	Resamples int      `json:"bootstrap_resamples"`
	Seed      uint64   `json:"bootstrap_seed"`
	AUC       Estimate `json:"auc"`
	Half      Point    `json:"at_half"`      // at probability 0.5
	Operating Point    `json:"at_threshold"` // at the model's threshold
	Brier     Estimate `json:"brier"`
	ECE       Estimate `json:"ece15"`
}

// Input is what a report is computed from. Probabilities and Labels have the
// same length; Labels are 0 or 1; Groups is nil or names for each picture the
// unit (patient, duplicate cluster) it belongs to.
type Input struct {
	Probabilities []float64
	Labels        []int
	Groups        []string
	Threshold     float64
	Seed          uint64
}

// figures is the order of the numbers measured on each resample.
const (
	figAUC = iota
	figAccuracy
	figSensitivity
	figSpecificity
	figAccuracyAt
	figSensitivityAt
	figSpecificityAt
	figBrier
	figECE
	figCount
)

// Evaluate computes the report. The same input gives the same intervals. The
// error wraps [ErrBadInput].
func Evaluate(in Input) (Report, error) {
	if err := in.check(); err != nil {
		return Report{}, err
	}
	index := order(in.Probabilities)
	measure := func(weight []int, f []float64) {
		half := confusion(in.Probabilities, in.Labels, weight, 0.5)
		at := confusion(in.Probabilities, in.Labels, weight, in.Threshold)
		f[figAUC] = aucOf(index, in.Probabilities, in.Labels, weight)
		f[figAccuracy], f[figSensitivity], f[figSpecificity] = half.accuracy(), half.sensitivity(), half.specificity()
		f[figAccuracyAt], f[figSensitivityAt], f[figSpecificityAt] = at.accuracy(), at.sensitivity(), at.specificity()
		f[figBrier] = brier(in.Probabilities, in.Labels, weight)
		f[figECE] = ece(in.Probabilities, in.Labels, weight)
	}
	members := Members(in.Groups, len(in.Labels))
	estimates, means := bootstrap(measure, figCount, members, len(in.Labels), in.Seed)
	positives := 0
	for _, l := range in.Labels {
		positives += l
	}
	return Report{
		N: len(in.Labels), Positives: positives, Groups: len(members),
		Resamples: Resamples, Seed: in.Seed,
		AUC:       estimates[figAUC],
		Half:      Point{0.5, estimates[figAccuracy], estimates[figSensitivity], estimates[figSpecificity]},
		Operating: Point{in.Threshold, estimates[figAccuracyAt], estimates[figSensitivityAt], estimates[figSpecificityAt]},
		Brier:     estimates[figBrier],
		ECE:       estimates[figECE].Unbiased(means[figECE]),
	}, nil
}

// Members lists the pictures of each group, groups in order of first
// appearance; without groups each picture stands alone.
func Members[K comparable](groups []K, n int) [][]int {
	var members [][]int
	if len(groups) == 0 {
		for i := range n {
			members = append(members, []int{i})
		}
		return members
	}
	position := map[K]int{}
	for i, g := range groups {
		at, ok := position[g]
		if !ok {
			at = len(members)
			position[g] = at
			members = append(members, nil)
		}
		members[at] = append(members[at], i)
	}
	return members
}

// bootstrap measures so many figures of the sample, then of resamples of whole groups
// drawn with replacement, whose means are given too. Resamples without one of the
// classes give no AUC, sensitivity or specificity and are left out of those intervals.
func bootstrap(measure func(weight []int, f []float64), figures int, members [][]int, n int, seed uint64) (out []Estimate, means []float64) {
	drawn := make([][]float64, figures)
	f := make([]float64, figures)
	rng := rand.New(rand.NewPCG(seed, bootstrapStream))
	weight := make([]int, n)
	for range Resamples {
		clear(weight)
		for range members {
			for _, i := range members[rng.IntN(len(members))] {
				weight[i]++
			}
		}
		measure(weight, f)
		for k, v := range f {
			if !math.IsNaN(v) {
				drawn[k] = append(drawn[k], v)
			}
		}
	}
	measure(nil, f)
	for k, v := range f {
		slices.Sort(drawn[k])
		out = append(out, Estimate{Number(v), quantile(drawn[k], 0.025), quantile(drawn[k], 0.975)})
		means = append(means, mean(drawn[k]))
	}
	return out, means
}

func mean(v []float64) float64 {
	var sum float64
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// bootstrapStream sets the bootstrap's random numbers apart from others that
// start from the same seed.
const bootstrapStream = 0x626f6f74

// quantile interpolates linearly between order statistics (Hyndman and Fan's
// type 7, the default of R and NumPy).
func quantile(sorted []float64, q float64) Number {
	if len(sorted) == 0 {
		return Number(math.NaN())
	}
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	f := at - float64(low)
	return Number(sorted[low]*(1-f) + sorted[high]*f)
}
