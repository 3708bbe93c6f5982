package train

import (
	"fmt"
	"math"

	"lightbox/model"
)

// plattSteps bounds Newton's iteration; it needs about ten.
const plattSteps = 100

// fitPlatt finds a and b that minimise the mean of softplus(a·z+b) - y·(a·z+b)
// by Newton's method with step halving. Labels are taken as they are, without
// Platt's smoothing of the targets: there are thousands of them. It fails with
// [ErrNoCalibration] where no finite, rising curve fits best, as when the
// logits separate the classes without error.
// Source: Lin, Lin and Weng, Machine Learning 68, 2007, algorithm 1.
func fitPlatt(logits []float64, labels []int) (a, b float64, err error) {
	loss := func(a, b float64) float64 {
		var sum float64
		for i, z := range logits {
			t := a*z + b
			sum += math.Max(t, 0) + math.Log1p(math.Exp(-math.Abs(t))) - float64(labels[i])*t
		}
		return sum
	}
	if separated(logits, labels) {
		return 0, 0, fmt.Errorf("%w: %d logits separate the classes without error", ErrNoCalibration, len(logits))
	}
	a, b = 1, 0
	current := loss(a, b)
	for range plattSteps {
		var ga, gb, haa, hab, hbb float64
		for i, z := range logits {
			p := model.Sigmoid(a*z + b)
			d, w := p-float64(labels[i]), p*(1-p)
			ga, gb = ga+d*z, gb+d
			haa, hab, hbb = haa+w*z*z, hab+w*z, hbb+w
		}
		if math.Hypot(ga, gb) < 1e-9*float64(len(logits)) {
			return checkPlatt(a, b)
		}
		det := haa*hbb - hab*hab
		if !(det > 1e-12*haa*hbb) {
			break // the curve has become a step: nothing finite fits best
		}
		da, db := (hab*gb-hbb*ga)/det, (hab*ga-haa*gb)/det
		step := 1.0
		for ; step > 1e-10; step /= 2 {
			if next := loss(a+step*da, b+step*db); next < current {
				a, b, current = a+step*da, b+step*db, next
				break
			}
		}
		if step <= 1e-10 {
			return checkPlatt(a, b) // as low as float64 can tell
		}
	}
	return 0, 0, fmt.Errorf("%w: the fit does not settle on %d logits", ErrNoCalibration, len(logits))
}

// separated tells whether a threshold exists with all negatives at or below
// and all positives at or above it; the best curve is then an endless step.
// It holds as well where a class is missing.
func separated(logits []float64, labels []int) bool {
	highestNegative, lowestPositive := math.Inf(-1), math.Inf(1)
	for i, z := range logits {
		if labels[i] == 1 {
			lowestPositive = math.Min(lowestPositive, z)
		} else {
			highestNegative = math.Max(highestNegative, z)
		}
	}
	return highestNegative <= lowestPositive
}

func checkPlatt(a, b float64) (float64, float64, error) {
	const steepest = 1e3 // a fit this steep is a step function
	if !(a > 0) || a > steepest || math.IsNaN(b) || math.IsInf(b, 0) {
		return 0, 0, fmt.Errorf("%w: a=%v, b=%v", ErrNoCalibration, a, b)
	}
	return a, b, nil
}
