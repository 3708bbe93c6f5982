package vision

import (
	"math"
	"slices"
)

// wideStatistics is Statistics for values of more than 16 bits.
func (s *Scan) wideStatistics(spans []Span) Statistics {
	padding := paddingOf(&s.Header)
	counts := make([]uint32, 1<<16) // of the steps, in which the middle is looked for
	most := 0
	s.inside(spans, func(from, to int) { most += to - from })
	values, steps := make([]float64, 0, most), make([]uint16, 0, most)
	st := Statistics{}
	skipped := 0
	st.LeftOut = s.inside(spans, func(from, to int) {
		for i, v := range s.Wide[from:to] {
			if v-v != 0 || padding.holds(v) { // v − v is NaN for NaN and both infinities
				skipped++
				continue
			}
			values, steps = append(values, v), append(steps, s.Stored.Pix[from+i])
			counts[s.Stored.Pix[from+i]]++
		}
	})
	st.LeftOut += skipped
	if st.Pixels = len(values); st.Pixels == 0 {
		return st
	}
	low, high, sum := values[0], values[0], 0.0
	for _, v := range values {
		low, high = min(low, v), max(high, v)
		sum += v - values[0]
	}
	mean := values[0] + sum/float64(st.Pixels)
	spread, about := max(high-mean, mean-low), moments{n: float64(st.Pixels)}
	if spread > 0 { // so that powers of large numbers do not overflow
		about.n = 0
		for _, v := range values {
			about.add((v-mean)/spread, 1)
		}
	}
	middle := middleOf(values, steps, counts)
	slope, intercept := s.Header.RescaleSlope, s.Header.RescaleIntercept
	st.Mean, st.Median = slope*mean+intercept, slope*middle+intercept
	st.shape(&about, slope, spread)
	st.Min, st.Max = slope*low+intercept, slope*high+intercept
	if slope < 0 {
		st.Min, st.Max = st.Max, st.Min
	}
	st.Histogram = wideHistogram(values, low, high, slope < 0)
	st.Histogram.Low, st.Histogram.Width = st.Min, math.Abs(slope)*st.Histogram.Width
	return st
}

// middleOf is the value in the middle of the order, or the mean of the two there. steps
// are the values' places in the order of counts, which takes all but a few out of the
// search.
func middleOf(values []float64, steps []uint16, counts []uint32) float64 {
	n := len(values)
	low, high := ranked(counts, (n-1)/2), ranked(counts, n/2)
	before := 0
	for _, c := range counts[:low] {
		before += int(c)
	}
	near := make([]float64, 0, int(counts[low])+int(counts[high])) // none lies between them
	for i, v := range values {
		if k := int(steps[i]); k == low || k == high {
			near = append(near, v)
		}
	}
	slices.Sort(near)
	return (near[(n-1)/2-before] + near[n/2-before]) / 2
}

// wideHistogram sorts values into bins from low to high; reversed, from high to low.
func wideHistogram(values []float64, low, high float64, reversed bool) Histogram {
	if low == high {
		return Histogram{Counts: []int{len(values)}}
	}
	h := Histogram{Width: (high - low) / histogramBins, Counts: make([]int, histogramBins)}
	for _, v := range values {
		from := v - low
		if reversed {
			from = high - v
		}
		h.Counts[min(int(from/h.Width), histogramBins-1)]++
	}
	return h
}
