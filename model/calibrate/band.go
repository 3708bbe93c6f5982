package calibrate

import (
	"math/rand/v2"
	"slices"
)

const (
	// bandResamples draws give the 2.5th and 97.5th percentile ten draws each
	// beyond them.
	bandResamples = 400
	// bandKnots logits, equally spaced in rank, carry the band.
	bandKnots = 33
)

// band refits maps of one kind to resampled patients and keeps the middle
// 95 % of their values at logits all over the sample. Percentiles of rising
// curves rise.
func band(c cases, kind Kind, seed uint64) []BandPoint {
	sorted := slices.Sorted(slices.Values(c.z))
	var knots []float64
	for k := range bandKnots {
		knots = append(knots, quantile(sorted, float64(k)/(bandKnots-1)))
	}
	slices.Sort(knots) // rounding can turn ties round
	knots = slices.Compact(knots)
	rng := rand.New(rand.NewPCG(seed, streamBand))
	members := c.members()
	drawn := make([][]float64, len(knots))
	for range bandResamples {
		r := c.redraw(members, rng)
		n := r.counts()
		if n.Positives == 0 || n.Positives == n.Cases {
			continue // one class only: says nothing about the curve
		}
		m, err := fitKind(r, kind)
		for k, z := range knots {
			// Where no rising curve fits, the best rising one is level.
			p := min(max(n.Prevalence(), n.floor()), n.ceiling())
			if err == nil {
				p = m.Probability(z)
			}
			drawn[k] = append(drawn[k], p)
		}
	}
	if len(drawn[0]) < bandResamples/2 {
		return nil // too few resamples with both classes to call it an interval
	}
	out := make([]BandPoint, len(knots))
	for k, z := range knots {
		slices.Sort(drawn[k])
		out[k] = BandPoint{Logit: z, Low: quantile(drawn[k], 0.025), High: quantile(drawn[k], 0.975)}
		if k > 0 { // rounding alone
			out[k].Low, out[k].High = max(out[k].Low, out[k-1].Low), max(out[k].High, out[k-1].High)
		}
	}
	return out
}
