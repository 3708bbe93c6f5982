package vision

import (
	"math"
)

// voisOf lists the windows of a gray DICOM image, the default first: VOI LUTs,
// windows, and always the automatic one.
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
	return append(out, s.autoVOI())
}

// Percentiles of the automatic window.
const (
	autoLow  = 0.001
	autoHigh = 0.999
)

// autoVOI is the LINEAR window between the 0.1st and the 99.9th percentile of
// the modality values that are not padding.
func (s *Scan) autoVOI() VOI {
	hist := make([]int64, 1<<16)
	bias := s.Values.bias()
	var n int64
	masked := s.masked()
	for i, p := range s.Values.Pix {
		if masked && s.excluded(i) {
			continue
		}
		hist[p^bias]++
		n++
	}
	if n == 0 {
		return VOI{Centre: 0.5, Width: 2, Function: Linear, Source: SourceAuto}
	}
	at := func(q float64) float64 {
		want, sum := int64(math.Ceil(q*float64(n))), int64(0)
		for k, c := range hist {
			if sum += c; sum >= want && c > 0 {
				return s.Modality.Value(s.Values.number(uint16(k) ^ bias))
			}
		}
		return 0
	}
	low, high := at(autoLow), at(autoHigh)
	if low > high { // a negative slope turns the order round
		low, high = high, low
	}
	if low == high { // one value everywhere: neither black nor white
		return VOI{Centre: low + 0.5, Width: 2, Function: Linear, Source: SourceAuto}
	}
	// LINEAR rises from c-0.5-(w-1)/2 to c-0.5+(w-1)/2.
	return VOI{Centre: (low+high)/2 + 0.5, Width: high - low + 1, Function: Linear, Source: SourceAuto}.Valid()
}
