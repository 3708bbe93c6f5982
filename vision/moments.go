package vision

import "math"

// moments gathers the powers of distances from a mean.
type moments struct{ n, second, third, fourth float64 }

// add takes n values at the distance d.
func (m *moments) add(d float64, n uint32) {
	c, square := float64(n), d*d
	m.n += c
	m.second += c * square
	m.third += c * square * d
	m.fourth += c * square * square
}

// sd is the standard deviation over all values.
func (m *moments) sd() float64 { return math.Sqrt(m.second / m.n) }

// skewness and kurtosis are m3 / m2^1.5 and m4 / m2² − 3, with m the moments over all
// values, not corrected for a sample, as SD is not: the region is all there is of itself.
// Of values that are all the same they are not defined: NaN.
func (m *moments) skewness() float64 {
	if m.second == 0 {
		return math.NaN()
	}
	v := m.second / m.n
	return m.third / m.n / (v * math.Sqrt(v))
}

func (m *moments) kurtosis() float64 {
	if m.second == 0 {
		return math.NaN()
	}
	v := m.second / m.n
	return m.fourth/m.n/(v*v) - 3
}

// Entropy is Shannon's of the bins, −Σ p·log₂ p, in bits: 0 where all values lie in one
// bin, log₂ of the number of bins where they are spread evenly.
func (h Histogram) Entropy() float64 {
	n, sum := 0.0, 0.0
	for _, c := range h.Counts {
		n += float64(c)
	}
	for _, c := range h.Counts {
		if c > 0 {
			p := float64(c) / n
			sum -= p * math.Log2(p)
		}
	}
	return max(sum, 0) // of one bin it would be −0
}
