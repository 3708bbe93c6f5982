package vision

import (
	"math"
	"slices"
)

// Span is a run of pixels in one row: from column From up to before column To.
type Span struct{ Row, From, To int }

// Statistics is what the modality values of some pixels come to, in
// Modality.Unit. Of colour it is the luma that the grayscale view shows (see
// Scan.Gray).
type Statistics struct {
	Pixels   int // that count
	LeftOut  int // that do not: padding, rows that could not be decoded, what is no number
	Mean     float64
	SD       float64 // over Pixels, not Pixels − 1: the region is all there is of itself
	Min, Max float64
	Median   float64 // of an even number, the mean of the two in the middle

	// Skewness and excess kurtosis (0 of a normal distribution) are standardised moments
	// over Pixels; NaN where all values are the same.
	Skewness, Kurtosis float64

	Histogram Histogram
}

// Histogram tells how many values lie in each of some bins: in bin i those from
// Low + i·Width up to before Low + (i+1)·Width. Bins of whole numbers hold
// equally many numbers each, so that no bin is empty for that alone.
type Histogram struct {
	Low, Width float64
	Counts     []int
}

// histogramBins is how many bins a histogram has at most.
const histogramBins = 256

// Statistics counts the modality values of the pixels in spans: of files with more
// than 16 bits the values themselves, not the steps that are shown. What of the
// spans lies outside the image does not count.
func (s *Scan) Statistics(spans []Span) Statistics {
	if s.Wide != nil {
		return s.wideStatistics(spans)
	}
	counts, left := s.count(spans)
	return tallied(counts, left, s.Values.Signed, s.Modality)
}

// inside cuts spans to the rows that were decoded and calls f with the first and the
// last pixel's number plus one. It returns how many pixels of the image were not.
func (s *Scan) inside(spans []Span, f func(from, to int)) (undecoded int) {
	for _, p := range spans {
		from, to := max(p.From, 0), min(p.To, s.Stored.Columns)
		switch {
		case p.Row < 0 || p.Row >= s.Stored.Rows || from >= to:
		case p.Row >= s.Decoded:
			undecoded += to - from
		default:
			f(p.Row*s.Stored.Columns+from, p.Row*s.Stored.Columns+to)
		}
	}
	return undecoded
}

// count tells how often each pattern occurs in spans, and how many pixels are left
// out.
func (s *Scan) count(spans []Span) (counts []uint32, left int) {
	m := s.Values
	counts = make([]uint32, 1<<16)
	switch {
	case m.Samples == 3:
		left = s.inside(spans, func(from, to int) {
			for p := m.Pix[3*from : 3*to]; len(p) >= 3; p = p[3:] {
				counts[luma(p[0], p[1], p[2])]++
			}
		})
	case s.padding != nil && s.Values != s.Stored: // the table may take others to the same value
		padding := 0
		left = s.inside(spans, func(from, to int) {
			for i := from; i < to; i++ {
				if s.padding.contains(s.Stored.number(s.Stored.Pix[i])) {
					padding++
				} else {
					counts[m.Pix[i]]++
				}
			}
		})
		left += padding
	default:
		// Neighbours are often alike; two tables keep one's sum from waiting for the
		// other's.
		odd := make([]uint32, 1<<16)
		left = s.inside(spans, func(from, to int) {
			p := m.Pix[from:to]
			for ; len(p) >= 2; p = p[2:] {
				counts[p[0]]++
				odd[p[1]]++
			}
			if len(p) == 1 {
				counts[p[0]]++
			}
		})
		for k, n := range odd {
			counts[k] += n
		}
		left += s.takePadding(counts)
	}
	return counts, left
}

// takePadding empties the counts of padding values and tells how many they were.
func (s *Scan) takePadding(counts []uint32) (n int) {
	if s.padding == nil {
		return 0
	}
	for p := range counts {
		if s.padding.contains(s.Stored.number(uint16(p))) {
			n += int(counts[p])
			counts[p] = 0
		}
	}
	return n
}

// luma is the gray of a pixel in OpenCV's fixed point (cvtColor, RGB2GRAY: Rec. 601
// in 15 bits).
func luma(r, g, b uint16) uint16 {
	return uint16((9798*uint32(r) + 19235*uint32(g) + 3735*uint32(b) + 1<<14) >> 15)
}

// tallied works the statistics out of how often each pattern occurs. Sums of whole
// numbers are exact; what they come to is scaled at the end.
func tallied(counts []uint32, left int, signed bool, m Modality) Statistics {
	st := Statistics{LeftOut: left}
	number := func(k int) int { return k }
	if signed { // in the order of the numbers
		number = func(k int) int { return k - 1<<15 }
		counts = append(slices.Clone(counts[1<<15:]), counts[:1<<15]...)
	}
	low, high, sum := -1, 0, 0
	for k, c := range counts {
		if c == 0 {
			continue
		}
		if low < 0 {
			low = k
		}
		high = k
		st.Pixels += int(c)
		sum += int(c) * number(k)
	}
	if st.Pixels == 0 {
		return st
	}
	mean, about := float64(sum)/float64(st.Pixels), moments{}
	for k := low; k <= high; k++ {
		if counts[k] > 0 {
			about.add(float64(number(k))-mean, counts[k])
		}
	}
	st.Mean = m.Slope*mean + m.Intercept
	st.shape(&about, m.Slope, 1)
	a, b := ranked(counts, (st.Pixels-1)/2), ranked(counts, st.Pixels/2)
	st.Median = m.Slope*float64(number(a)+number(b))/2 + m.Intercept
	st.Min, st.Max = m.Value(number(low)), m.Value(number(high))
	step := (high-low)/histogramBins + 1
	st.Histogram = Histogram{Low: st.Min, Width: math.Abs(m.Slope) * float64(step), Counts: make([]int, (high-low)/step+1)}
	if m.Slope < 0 {
		st.Min, st.Max = st.Max, st.Min
		st.Histogram.Low = st.Min
	}
	for k := low; k <= high; k++ {
		bin := (k - low) / step
		if m.Slope < 0 {
			bin = (high - k) / step
		}
		st.Histogram.Counts[bin] += int(counts[k])
	}
	return st
}

// shape takes what moments tell of values that are slope · unit times what they are of.
func (st *Statistics) shape(about *moments, slope, unit float64) {
	st.SD = math.Abs(slope) * unit * about.sd()
	st.Skewness, st.Kurtosis = about.skewness(), about.kurtosis()
	switch {
	case slope < 0:
		st.Skewness = -st.Skewness
	case slope == 0:
		st.Skewness, st.Kurtosis = math.NaN(), math.NaN()
	}
}

// ranked is the index of the value that n others stand before.
func ranked(counts []uint32, n int) int {
	for k, c := range counts {
		if n -= int(c); n < 0 {
			return k
		}
	}
	return 0
}
