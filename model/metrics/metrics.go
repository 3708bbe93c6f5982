package metrics

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrBadInput marks predictions and labels no figure can be computed from.
var ErrBadInput = errors.New("cannot compute metrics")

// AUC is the area under the ROC curve: the probability that a random positive
// scores higher than a random negative, ties counting one half (the
// Mann-Whitney statistic). It is NaN where a class is absent, a score is not a
// number, or the lengths differ.
// Source: Hanley and McNeil, Radiology 143, 1982.
func AUC(scores []float64, labels []int) float64 {
	if len(scores) != len(labels) || slices.ContainsFunc(scores, math.IsNaN) {
		return math.NaN()
	}
	return aucOf(order(scores), scores, labels, nil)
}

// order lists the indices by ascending score.
func order(scores []float64) []int {
	index := make([]int, len(scores))
	for i := range index {
		index[i] = i
	}
	slices.SortFunc(index, func(a, b int) int {
		switch {
		case scores[a] < scores[b]:
			return -1
		case scores[a] > scores[b]:
			return 1
		default:
			return a - b
		}
	})
	return index
}

// aucOf computes the AUC over a list ordered by score, each item counted
// weight times (nil: once). Resampling only changes the weights, so that the
// order is found once.
func aucOf(index []int, scores []float64, labels []int, weight []int) float64 {
	var positives, negatives, wins float64
	for i := 0; i < len(index); {
		var tiedPositive, tiedNegative float64
		j := i
		for ; j < len(index) && scores[index[j]] == scores[index[i]]; j++ {
			w := 1.0
			if weight != nil {
				w = float64(weight[index[j]])
			}
			if labels[index[j]] == 1 {
				tiedPositive += w
			} else {
				tiedNegative += w
			}
		}
		wins += tiedPositive * (negatives + tiedNegative/2)
		positives += tiedPositive
		negatives += tiedNegative
		i = j
	}
	if positives == 0 || negatives == 0 {
		return math.NaN()
	}
	return wins / (positives * negatives)
}

// counts is a weighted confusion table.
type counts struct{ tp, fp, tn, fn float64 }

// confusion calls positive what scores at least the threshold.
func confusion(scores []float64, labels, weight []int, threshold float64) counts {
	var c counts
	for i, s := range scores {
		w := 1.0
		if weight != nil {
			w = float64(weight[i])
		}
		switch positive := s >= threshold; {
		case labels[i] == 1 && positive:
			c.tp += w
		case labels[i] == 1:
			c.fn += w
		case positive:
			c.fp += w
		default:
			c.tn += w
		}
	}
	return c
}

func (c counts) accuracy() float64    { return (c.tp + c.tn) / (c.tp + c.tn + c.fp + c.fn) }
func (c counts) sensitivity() float64 { return c.tp / (c.tp + c.fn) }
func (c counts) specificity() float64 { return c.tn / (c.tn + c.fp) }

// brier is the mean squared distance of probability and outcome.
// Source: Brier, Monthly Weather Review 78, 1950.
func brier(probabilities []float64, labels, weight []int) float64 {
	var sum, n float64
	for i, p := range probabilities {
		w := 1.0
		if weight != nil {
			w = float64(weight[i])
		}
		d := p - float64(labels[i])
		sum += w * d * d
		n += w
	}
	return sum / n
}

// eceBins divides the confidences 0..1; max(p, 1-p) fills the upper half.
const eceBins = 15

// ece is the expected calibration error: the mean over pictures of the
// distance, within equal-width bins of confidence max(p, 1-p), of mean
// confidence and share of correct calls at 0.5.
// Source: Guo et al., ICML 2017, equation 3.
func ece(probabilities []float64, labels, weight []int) float64 {
	var confidence, correct [eceBins]float64
	var n float64
	for i, p := range probabilities {
		w := 1.0
		if weight != nil {
			w = float64(weight[i])
		}
		c := math.Max(p, 1-p)
		bin := min(int(c*eceBins), eceBins-1)
		confidence[bin] += w * c
		if (p >= 0.5) == (labels[i] == 1) {
			correct[bin] += w
		}
		n += w
	}
	var sum float64
	for bin := range confidence {
		sum += math.Abs(confidence[bin] - correct[bin])
	}
	return sum / n
}

// check refuses input the figures would be silently wrong on.
func (in Input) check() error {
	n := len(in.Probabilities)
	if n == 0 {
		return fmt.Errorf("%w: no predictions", ErrBadInput)
	}
	if len(in.Labels) != n || (len(in.Groups) != 0 && len(in.Groups) != n) {
		return fmt.Errorf("%w: %d predictions, %d labels, %d groups", ErrBadInput, n, len(in.Labels), len(in.Groups))
	}
	for i, p := range in.Probabilities {
		if !(p >= 0 && p <= 1) {
			return fmt.Errorf("%w: prediction %d is %v, not a probability", ErrBadInput, i, p)
		}
		if label := in.Labels[i]; label != 0 && label != 1 {
			return fmt.Errorf("%w: label %d is %d, not 0 or 1", ErrBadInput, i, label)
		}
	}
	if !(in.Threshold >= 0 && in.Threshold <= 1) {
		return fmt.Errorf("%w: threshold %v is not a probability", ErrBadInput, in.Threshold)
	}
	return nil
}
