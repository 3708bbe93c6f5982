package calibrate

import (
	"math"
	"slices"
	"sort"

	"lightbox/model/metrics"
)

// ROCPoint is what one threshold does to the calibration cases: films with a
// logit of at least Threshold are called positive.
type ROCPoint struct {
	Threshold     float64 // logit; +Inf for the first point
	Sensitivity   float64
	FalsePositive float64 // 1 - specificity
}

// ROC is the receiver operating characteristic of the calibration cases, from
// (0, 0) to (1, 1) by falling threshold, with a point for every logit that is
// kept. The logits are those of networks that had not seen the films. Patients,
// not films, count one each: several films of one patient and class share its
// weight. Where too many scores were there to keep all of them, the curve lies
// below the full one, never above it.
func (c Conformal) ROC() []ROCPoint {
	var cuts []float64
	cuts = append(cuts, c.Negative.Scores...)
	for _, s := range c.Positive.Scores {
		cuts = append(cuts, score(s, 1))
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	slices.Reverse(cuts)
	out := []ROCPoint{{Threshold: math.Inf(1)}}
	for _, cut := range cuts {
		sensitivity, falsely := c.rates(cut)
		out = append(out, ROCPoint{cut, sensitivity, falsely})
	}
	return out
}

// rates are the shares of patients of either class whose logit is at least cut.
func (c Conformal) rates(cut float64) (sensitivity, falsePositive float64) {
	missed := c.Positive.beyond(score(cut, 1)) / float64(c.Positive.Groups)
	falsePositive = c.Negative.above(cut) / float64(c.Negative.Groups)
	return unit(1 - missed), unit(falsePositive)
}

// unit takes rounding out of a share.
func unit(share float64) float64 { return min(max(share, 0), 1) }

// beyond is the weight of calibration scores above a score.
func (s ClassScores) beyond(score float64) float64 {
	at := sort.Search(len(s.Scores), func(i int) bool { return s.Scores[i] > score })
	if at == len(s.Scores) {
		return 0
	}
	return s.Tail[at]
}

// Rates are what a threshold, chosen elsewhere, does to the calibration
// patients, with 95 % intervals by Wilson's score method.
type Rates struct {
	Sensitivity metrics.Estimate
	Specificity metrics.Estimate
}

// RatesAt measures a threshold on logits as [Conformal.ROC] does. Not a number
// where the threshold is none.
func (c Conformal) RatesAt(threshold float64) Rates {
	if math.IsNaN(threshold) {
		return Rates{estimate(threshold, threshold, threshold), estimate(threshold, threshold, threshold)}
	}
	sensitivity, falsely := c.rates(threshold)
	share := func(p float64, patients int) metrics.Estimate {
		low, high := Wilson(p*float64(patients), float64(patients), z95)
		return estimate(p, low, high)
	}
	return Rates{share(sensitivity, c.Positive.Groups), share(1-falsely, c.Negative.Groups)}
}

// AUC is the area under [Conformal.ROC], ties counting one half, with a 95 %
// interval for so many patients: Hanley and McNeil's standard error (Radiology
// 143, 1982), taken on the log-odds scale so that it stays inside (0, 1). Where
// the area is 0 or 1 the interval is not a number.
func (c Conformal) AUC() metrics.Estimate {
	var area float64
	curve := c.ROC()
	for i := 1; i < len(curve); i++ {
		a, b := curve[i-1], curve[i]
		area += (b.FalsePositive - a.FalsePositive) * (a.Sensitivity + b.Sensitivity) / 2
	}
	area = unit(area)
	p, n := float64(c.Positive.Groups), float64(c.Negative.Groups)
	q1, q2 := area/(2-area), 2*area*area/(1+area)
	variance := (area*(1-area) + (p-1)*(q1-area*area) + (n-1)*(q2-area*area)) / (p * n)
	if !inside(area) || !(variance >= 0) {
		return estimate(area, math.NaN(), math.NaN())
	}
	half := z95 * math.Sqrt(variance) / (area * (1 - area))
	return estimate(area, sigmoid(logOdds(area)-half), sigmoid(logOdds(area)+half))
}
