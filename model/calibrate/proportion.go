package calibrate

import (
	"math"

	"lightbox/model/metrics"
)

// Two-sided normal quantiles.
const (
	z95  = 1.959963984540054 // 95 %
	z975 = 2.241402727604945 // 97.5 %
)

// Proportion is a share with its 95 % interval by Wilson's score method; where
// cases come in groups, of as many independent cases as are worth the same
// (Rao and Scott, Biometrics 48, 1992). Not a number where N is 0.
type Proportion struct {
	Hits int `json:"hits"`
	N    int `json:"n"`
	metrics.Estimate
}

// Wilson is the score interval of hits among n independent cases; z is the
// normal quantile, 1.96 for 95 %. Source: Wilson, JASA 22, 1927.
func Wilson(hits, n, z float64) (low, high float64) {
	if !(n > 0) || !(hits >= 0 && hits <= n) {
		return math.NaN(), math.NaN()
	}
	p, zz := hits/n, z*z
	middle := (p + zz/(2*n)) / (1 + zz/n)
	half := z / (1 + zz/n) * math.Sqrt(p*(1-p)/n+zz/(4*n*n))
	low, high = max(0, middle-half), min(1, middle+half)
	if hits == 0 { // but for rounding
		low = 0
	}
	if hits == n {
		high = 1
	}
	return low, high
}

// tally counts hits among cases, group by group.
type tally struct {
	hits, n map[int]int
}

func newTally() tally { return tally{map[int]int{}, map[int]int{}} }

func (t tally) add(group int, hit bool) {
	t.n[group]++
	if hit {
		t.hits[group]++
	}
}

func (t tally) proportion() Proportion {
	var out Proportion
	for g, n := range t.n {
		out.N += n
		out.Hits += t.hits[g]
	}
	out.Value = metrics.Number(float64(out.Hits) / float64(out.N)) // 0/0 is not a number
	low, high := t.wilson(z95)
	out.Low, out.High = metrics.Number(low), metrics.Number(high)
	return out
}

// wilson is the interval for the effective number of cases: the number of
// independent cases whose share would vary as much as that of these groups.
func (t tally) wilson(z float64) (low, high float64) {
	var hits, n int
	for g, k := range t.n {
		n += k
		hits += t.hits[g]
	}
	effective := t.effective(hits, n)
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	return Wilson(float64(hits)*effective/float64(n), effective, z)
}

func (t tally) effective(hits, n int) float64 {
	groups := float64(len(t.n))
	if len(t.n) == n {
		return float64(n) // one case a group
	}
	if hits == 0 || hits == n || len(t.n) < 2 {
		return groups // no spread to learn from: cases of a group may all agree
	}
	p := float64(hits) / float64(n)
	// Whole numbers sum to the same in every order of the map.
	var hh, hn, nn int64
	for g, k := range t.n {
		h := int64(t.hits[g])
		hh, hn, nn = hh+h*h, hn+h*int64(k), nn+int64(k)*int64(k)
	}
	squares := float64(hh) - 2*p*float64(hn) + p*p*float64(nn)
	ofGroups := squares * groups / (groups - 1)
	design := ofGroups / (p * (1 - p) * float64(n))
	return max(1, float64(n)/max(1, design))
}
