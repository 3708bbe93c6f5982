package vision

import (
	"context"
	"math"

	"lightbox/vision/dicom"
	"lightbox/vision/fault"
)

// openDICOM reads the first frame of a DICOM file.
func openDICOM(ctx context.Context, path string, progress ProgressFunc) (*Scan, error) {
	f, err := dicom.Open(ctx, path, progress)
	if err != nil {
		return nil, err
	}
	return fromDICOM(ctx, f, path)
}

// fromDICOM builds the scan of the first frame of a parsed file.
func fromDICOM(ctx context.Context, f *dicom.File, path string) (*Scan, error) {
	h := f.Header
	native, err := f.Frame(ctx, 0)
	if err != nil {
		return nil, err
	}
	if err := displayable(&h); err != nil {
		return nil, err
	}
	values, err := native.Values(h)
	if err != nil {
		return nil, err
	}
	stored := &Image{
		Rows: h.Rows, Columns: h.Columns, Samples: h.Samples,
		Depth: depthOf(h.BitsStored), Signed: h.Signed && h.Samples == 1, Pix: values,
	}
	s := &Scan{
		Path: path, Format: DICOM, Header: h, Stored: stored, Values: stored,
		Modality: Modality{Slope: h.RescaleSlope, Intercept: h.RescaleIntercept, Unit: unitOf(&h)},
		Inverse:  h.Photometric == "MONOCHROME1" || h.PresentationLUTShape == "INVERSE",
		Spacing:  spacingOf(&h), Incomplete: f.Missing(),
	}
	if stored.Samples == 3 {
		s.Inverse = false
		s.Modality = Modality{Slope: 1}
		s.VOIs = []VOI{fullRange(stored)}
		return s, nil
	}
	s.padding = paddingOf(&h)
	if h.ModalityLUT != nil && len(h.ModalityLUT.Data) > 0 {
		s.Values = lookUp(stored, h.ModalityLUT)
		s.Modality = Modality{Slope: 1, Unit: unitOf(&h)}
	}
	s.VOIs = voisOf(s)
	return s, nil
}

// unitOf is the unit of modality values. "US" is how Rescale Type says that it
// is unspecified (PS3.3 C.11.1.1.2).
func unitOf(h *dicom.Header) string {
	if h.RescaleType == "US" {
		return ""
	}
	return h.RescaleType
}

// displayable refuses, by name, the pixel layouts that this version does not
// show.
func displayable(h *dicom.Header) error {
	switch h.Photometric {
	case "MONOCHROME1", "MONOCHROME2":
		if h.Samples != 1 {
			return fault.New(fault.BadHeader, "", "%s with %d samples per pixel", h.Photometric, h.Samples)
		}
	case "RGB":
		if h.Samples != 3 {
			return fault.New(fault.BadHeader, "", "RGB with %d samples per pixel", h.Samples)
		}
	case "":
		return fault.New(fault.BadHeader, "", "Photometric Interpretation (0028,0004) is missing")
	default:
		return fault.New(fault.PixelFormat, "", "photometric interpretation %s", h.Photometric)
	}
	if int64(h.Rows)*int64(h.Columns) > maxPixels {
		return fault.New(fault.TooLarge, "", "%d×%d pixels, the limit is %d", h.Columns, h.Rows, maxPixels)
	}
	return nil
}

// depthOf is the depth that OpenCV works in for so many stored bits.
func depthOf(bitsStored int) int {
	if bitsStored <= 8 {
		return 8
	}
	return 16
}

// paddingRange is the range of stored values that fill up a frame and belong
// to no part of the patient (PS3.3 C.7.5.1.1.2), both ends included.
type paddingRange struct{ low, high int }

func paddingOf(h *dicom.Header) *paddingRange {
	if h.PaddingValue == nil {
		return nil
	}
	p := &paddingRange{*h.PaddingValue, *h.PaddingValue}
	if h.PaddingLimit != nil {
		p.low, p.high = min(p.low, *h.PaddingLimit), max(p.high, *h.PaddingLimit)
	}
	return p
}

func (p *paddingRange) contains(v int) bool { return p != nil && v >= p.low && v <= p.high }

// Padding tells whether the pixel in column x and row y is padding.
func (s *Scan) Padding(x, y int) bool {
	return s.padding != nil && s.padding.contains(s.Stored.Value(x, y, 0))
}

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
	for i, p := range s.Values.Pix {
		if s.padding != nil && s.padding.contains(s.Stored.number(s.Stored.Pix[i])) {
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
