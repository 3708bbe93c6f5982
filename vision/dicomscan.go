package vision

import (
	"context"
	"math"

	"lightbox/vision/dicom"
	"lightbox/vision/fault"
)

// fromDICOM builds the scan of frame i of a parsed file.
func fromDICOM(ctx context.Context, f *dicom.File, i int) (*Scan, error) {
	h := frameHeader(&f.Header, i)
	native, incomplete := f.Frame(ctx, i)
	if incomplete != nil && native.Decoded == 0 {
		return nil, incomplete
	}
	if incomplete == nil {
		incomplete = f.Missing()
	}
	// The frame may know better than the header.
	h.Rows, h.Columns, h.Samples = native.Rows, native.Columns, native.Samples
	h.BitsAllocated, h.BitsStored, h.HighBit = native.BitsAllocated, native.BitsStored, native.HighBit
	h.Signed, h.Photometric = native.Signed, native.Photometric
	if err := displayable(&h); err != nil {
		return nil, err
	}
	s := &Scan{
		Header: h, Notes: native.Notes, Incomplete: incomplete, Decoded: native.Decoded,
		Modality: Modality{Slope: h.RescaleSlope, Intercept: h.RescaleIntercept, Unit: unitOf(&h)},
		Inverse:  h.Photometric == "MONOCHROME1" || h.PresentationLUTShape == "INVERSE",
		Lossy:    native.Lossy || h.LossyCompression == "01",
		Spacing:  spacingOf(&h),
	}
	s.Header.Photometric = f.Photometric // what the file calls it is what is printed
	var err error
	if native.Wide() {
		err = s.readWide(native)
	} else {
		err = s.readValues(native)
	}
	if err != nil {
		return nil, err
	}
	if err := s.pipeline(&h, f); err != nil {
		return nil, err
	}
	for _, stated := range h.LossyRatios {
		if stated > s.LossyRatio && !math.IsInf(stated, 0) { // false for NaN
			s.LossyRatio = stated
		}
	}
	s.Lossy = s.Lossy || s.LossyRatio > 1
	if native.Lossy {
		s.LossyRatio = max(s.LossyRatio, s.codedRatio(native.Coded))
	}
	s.Overlay, err = overlayOf(ctx, f, i)
	if err != nil {
		s.Notes = append(s.Notes, err)
	}
	return s, nil
}

// frameHeader is the header of one frame: that of the object with what the
// functional groups say of the frame.
func frameHeader(of *dicom.Header, i int) dicom.Header {
	h := *of
	if i >= len(h.PerFrame) {
		return h
	}
	p := h.PerFrame[i]
	h.PerFrame = nil
	if p.Position != nil {
		h.ImagePosition = p.Position
	}
	if p.Orientation != nil {
		h.ImageOrientation = p.Orientation
	}
	if p.Spacing != nil {
		h.PixelSpacing = p.Spacing
	}
	if p.Thickness != "" {
		h.SliceThickness = p.Thickness
	}
	if p.RescaleSlope != 0 {
		h.RescaleSlope, h.RescaleIntercept, h.RescaleType = p.RescaleSlope, p.RescaleIntercept, p.RescaleType
	}
	if p.Windows != nil {
		h.Windows, h.VOIFunction = p.Windows, p.VOIFunction
	}
	return h
}

// readValues takes up to 16 bits a sample as they are.
func (s *Scan) readValues(native dicom.Native) error {
	values, err := native.Values()
	if err != nil {
		return err
	}
	s.Stored = &Image{
		Rows: native.Rows, Columns: native.Columns, Samples: native.Samples,
		Depth: depthOf(native.BitsStored), Signed: native.Signed && native.Samples == 1, Pix: values,
	}
	s.Values = s.Stored
	return nil
}

// readWide takes more bits, or floating point, in 16-bit steps.
func (s *Scan) readWide(native dicom.Native) error {
	wide, err := native.Numbers()
	if err != nil {
		return err
	}
	if native.Samples > 1 {
		s.Stored = narrowed(native.Rows, native.Columns, native.Samples, native.BitsStored, wide)
		s.Values = s.Stored
		return nil
	}
	padding := paddingOf(&s.Header)
	image, step, offset := quantized(native.Rows, native.Columns, wide, padding.holds)
	s.Stored, s.Values, s.Wide = image, image, wide
	m := s.Modality
	s.Modality = Modality{Slope: m.Slope * step, Intercept: m.Slope*offset + m.Intercept, Unit: m.Unit}
	return nil
}

// pipeline sets what stands between stored values and the screen: the Modality
// LUT, the windows, or the colour space.
func (s *Scan) pipeline(h *dicom.Header, f *dicom.File) error {
	switch {
	case h.Photometric == "PALETTE COLOR":
		p, err := f.PaletteTables()
		if err != nil {
			return err
		}
		s.colour(paletted(s.Stored, p))
		return nil
	case s.Stored.Samples == 3:
		bits := h.BitsStored
		if s.Stored.Depth == 16 && h.BitsStored > 16 {
			bits = 16
		}
		s.colour(rgb(s.Stored, h.Photometric, bits))
		s.VOIs[0] = rangeOf(bits)
		return nil
	}
	if s.Wide == nil {
		s.padding = paddingOf(h)
	}
	if h.ModalityLUT != nil && len(h.ModalityLUT.Data) > 0 && s.Wide == nil {
		s.Values = lookUp(s.Stored, h.ModalityLUT)
		s.Modality = Modality{Slope: 1, Unit: unitOf(h)}
	}
	s.VOIs = voisOf(s)
	if p := h.Palette; p != nil && p.Supplemental && s.Wide == nil {
		s.colour(supplemented(s, p))
	}
	return nil
}

// colour makes the scan one of red, green and blue, shown in its full range.
func (s *Scan) colour(values *Image) {
	s.Values = values
	s.Inverse, s.padding = false, nil
	s.Modality = Modality{Slope: 1}
	s.VOIs = []VOI{fullRange(values)}
}

// unitOf is the unit of modality values. "US" is how Rescale Type says that it
// is unspecified (PS3.3 C.11.1.1.2).
func unitOf(h *dicom.Header) string {
	if h.RescaleType == "US" {
		return ""
	}
	return h.RescaleType
}

// displayable refuses, by name, the pixel layouts that are not shown.
func displayable(h *dicom.Header) error {
	samples := 3
	switch h.Photometric {
	case "MONOCHROME1", "MONOCHROME2", "PALETTE COLOR":
		samples = 1
	case "RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "YBR_PARTIAL_422", "YBR_PARTIAL_420":
	case "":
		return fault.New(fault.BadHeader, "", "Photometric Interpretation (0028,0004) is missing")
	default:
		return fault.New(fault.PixelFormat, "", "photometric interpretation %s", h.Photometric)
	}
	if h.Samples != samples {
		return fault.New(fault.BadHeader, "", "%s with %d samples per pixel", h.Photometric, h.Samples)
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

// holds is contains for values of more than 16 bits.
func (p *paddingRange) holds(v float64) bool {
	return p != nil && v == math.Trunc(v) && math.Abs(v) < math.MaxInt32 && p.contains(int(v))
}
