package calibrate

import (
	"math"

	"lightbox/model/metrics"
)

// sigmoid is 1/(1+exp(-z)) without overflow at either end.
func sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

// logOdds is the inverse of sigmoid.
func logOdds(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

// softplus is log(1+exp(z)) without overflow.
func softplus(z float64) float64 { return math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

// logLoss is -log of the probability that was given to what came true, nats.
func logLoss(p float64, label int) float64 {
	if label == 1 {
		return -math.Log(p)
	}
	return -math.Log1p(-p)
}

// quantile interpolates linearly between order statistics (Hyndman and Fan's
// type 7, as in package metrics).
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	f := at - float64(low)
	return sorted[low]*(1-f) + sorted[high]*f
}

// interval95 is a value with the 2.5th and 97.5th percentile of sorted draws.
func interval95(value float64, sorted []float64) metrics.Estimate {
	return metrics.Estimate{
		Value: metrics.Number(value),
		Low:   metrics.Number(quantile(sorted, 0.025)),
		High:  metrics.Number(quantile(sorted, 0.975)),
	}
}
