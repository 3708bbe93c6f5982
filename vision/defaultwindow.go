package vision

import (
	"image"
	"math"
)

// voisOf lists the windows of a gray DICOM image, the default first: VOI LUTs,
// windows, and always the automatic one; clamped where the scan's are (see Clamps).
func voisOf(s *Scan) []VOI {
	var out []VOI
	h := &s.Header
	for i := range h.VOILUTs {
		l := &h.VOILUTs[i]
		if len(l.Data) > 0 {
			out = append(out, VOI{LUT: l, Source: SourceLUT, Explanation: l.Explanation})
		}
	}
	function := Function(h.VOIFunction)
	switch function {
	case Linear, LinearExact, Sigmoid:
	default:
		function = Linear // absent or unknown: the standard's default
	}
	for _, w := range h.Windows {
		if w.Width <= 0 || math.IsNaN(w.Width+w.Centre) || math.IsInf(w.Width+w.Centre, 0) {
			continue // not a window in any function of the standard
		}
		v := VOI{Centre: w.Centre, Width: w.Width, Function: function, Source: SourceFile, Explanation: w.Explanation}
		out = append(out, v.Valid())
	}
	out = append(out, s.autoVOI())
	for i, v := range out {
		out[i] = s.InMode(v, s.Clamps())
	}
	return out
}

// Percentiles of the automatic window, and of that of a region.
const (
	autoLow    = 0.001
	autoHigh   = 0.999
	regionLow  = 0.005
	regionHigh = 0.995
)

// autoVOI is the LINEAR window between the 0.1st and the 99.9th percentile of
// the modality values that are not padding.
func (s *Scan) autoVOI() VOI {
	v, ok := s.voiBetween(s.Values.Bounds(), autoLow, autoHigh, SourceAuto)
	if !ok {
		return VOI{Centre: 0.5, Width: 2, Function: Linear, Source: SourceAuto}
	}
	return v
}

// WindowOf is the LINEAR window between the 0.5th and the 99.5th percentile of the
// modality values in a part of the image that are not padding. It is not ok for
// colour, and where the part holds nothing but padding.
func (s *Scan) WindowOf(part image.Rectangle) (v VOI, ok bool) {
	if s.Values.Samples != 1 {
		return VOI{}, false
	}
	return s.voiBetween(part, regionLow, regionHigh, SourceRegion)
}

// voiBetween is the LINEAR window between two quantiles of the values in a part of
// the image.
func (s *Scan) voiBetween(part image.Rectangle, from, to float64, source Source) (v VOI, ok bool) {
	d := s.distribution(part)
	if d.n == 0 {
		return VOI{}, false
	}
	low, high := s.value(d.at(from)), s.value(d.at(to))
	if low > high { // a negative slope turns the order round
		low, high = high, low
	}
	return rising(low, high, source), true
}

// rising is the LINEAR window that rises from low to high: from c-0.5-(w-1)/2 to
// c-0.5+(w-1)/2 (PS3.3 C.11.2.1.2.1). Of one value everywhere it makes neither black
// nor white.
func rising(low, high float64, source Source) VOI {
	if low == high {
		return VOI{Centre: low + 0.5, Width: 2, Function: Linear, Source: source}
	}
	return VOI{Centre: (low+high)/2 + 0.5, Width: high - low + 1, Function: Linear, Source: source}.Valid()
}

// distribution is how often each number occurs among the values in a part of the
// image, padding and missing rows left out.
type distribution struct {
	values *Image
	counts []int64 // by ordered value, see Image.bias
	n      int64
}

func (s *Scan) distribution(part image.Rectangle) distribution {
	m := s.Values
	d := distribution{values: m, counts: make([]int64, 1<<16)}
	part = part.Intersect(m.Bounds())
	bias, masked := m.bias(), s.masked()
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for i := y*m.Columns + part.Min.X; i < y*m.Columns+part.Max.X; i++ {
			if masked && s.excluded(i) {
				continue
			}
			d.counts[m.Pix[i]^bias]++
			d.n++
		}
	}
	return d
}

// at is the quantile q, 0 … 1, by nearest rank: the least number that at least q of
// the values do not exceed.
func (d distribution) at(q float64) int {
	want, sum := int64(math.Ceil(q*float64(d.n))), int64(0)
	for k, c := range d.counts {
		if sum += c; sum >= want && c > 0 {
			return d.values.number(uint16(k) ^ d.values.bias())
		}
	}
	return 0
}
