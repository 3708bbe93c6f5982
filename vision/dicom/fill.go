package dicom

import (
	"math"
	"strings"

	"lightbox/vision/fault"
)

// header fills a Header from the attributes of a data set. Missing and
// ill-formed values are absent; Header.check tells whether the pixel data can
// be read with what is left.
func (a attributes) header(syntax Syntax) Header {
	h := Header{Syntax: syntax}
	set := charsetOf(a.asciis(tagCharacterSet))
	a.texts(&h, set)
	h.SOPClassUID, h.SOPInstanceUID = a.ascii(tagSOPClass), a.ascii(tagSOPInstance)
	h.StudyUID, h.SeriesUID = a.ascii(tagStudyUID), a.ascii(tagSeriesUID)
	h.Modality = a.ascii(tagModality)
	h.Sex, h.Age = a.ascii(tagSex), a.ascii(tagAge)
	h.BirthDate, h.StudyDate, h.StudyTime = date(a.ascii(tagBirthDate)), date(a.ascii(tagStudyDate)), clock(a.ascii(tagStudyTime))
	h.SeriesNumber, h.InstanceNumber = a.ascii(tagSeriesNumber), a.ascii(tagInstanceNumber)
	h.BodyPart, h.ViewPosition = a.ascii(tagBodyPart), a.ascii(tagViewPosition)
	for _, item := range a[tagViewCodes].items {
		if meaning := item.text(tagCodeMeaning); len(meaning) > 0 {
			h.ViewCode = set.decode(meaning[0])
			break
		}
	}
	if h.Laterality = a.ascii(tagImageLaterality); h.Laterality == "" {
		h.Laterality = a.ascii(tagLaterality)
	}
	h.PatientOrientation = a.asciis(tagPatientOrientation)
	h.SliceThickness, h.SliceLocation = a.ascii(tagSliceThickness), a.ascii(tagSliceLocation)
	h.ImagerPixelSpacing = a.spacing(tagImagerSpacing)
	h.PixelSpacingCalibrationType = a.ascii(tagSpacingCalibration)
	if m := a.decimals(tagMagnification); len(m) > 0 && m[0] > 0 && finite(m[0]) {
		h.Magnification = m[0]
	}
	h.LossyCompression, h.LossyRatios, h.LossyMethod = a.ascii(tagLossy), a.decimals(tagLossyRatio), a.ascii(tagLossyMethod)
	h.BurnedInAnnotation = a.ascii(tagBurnedIn)
	h.PresentationLUTShape = a.ascii(tagPresentationShape)
	a.seriesModules(&h)
	a.pixelModule(&h)
	a.pipeline(&h, set)
	h.Regions = a.regions()
	h.Palette, h.paletteFault = a.palette(&h)
	h.set = set
	return h
}

// seriesModules reads how the frames belong together and how fast they play.
func (a attributes) seriesModules(h *Header) {
	h.FrameOfReferenceUID, h.AcquisitionNumber = a.ascii(tagFrameOfReference), a.ascii(tagAcquisitionNumber)
	h.ImageType = a.asciis(tagImageType)
	h.EchoTime, h.TemporalPosition = a.ascii(tagEchoTime), a.ascii(tagTemporalPosition)
	h.SeriesDate, h.SeriesTime, h.ContentTime = date(a.ascii(tagSeriesDate)), clock(a.ascii(tagSeriesTime)), clock(a.ascii(tagContentTime))
	positive := func(t tag) float64 {
		if v := a.decimals(t); len(v) > 0 && finite(v[0]) && v[0] > 0 {
			return v[0]
		}
		return 0
	}
	h.SpacingBetweenSlices = positive(tagSpacingBetween)
	switch ms := positive(tagFrameTime); {
	case positive(tagDisplayFrameRate) > 0:
		h.FrameRate = positive(tagDisplayFrameRate)
	case positive(tagCineRate) > 0:
		h.FrameRate = positive(tagCineRate)
	case ms > 0:
		h.FrameRate = 1000 / ms
	}
}

// pixelModule reads the Image Pixel module (PS3.3 C.7.6.3).
func (a attributes) pixelModule(h *Header) {
	number := func(t tag, absent int) int {
		if n, ok := a.number(t, false); ok {
			return n
		}
		return absent
	}
	h.Photometric = strings.ToUpper(a.ascii(tagPhotometric))
	h.Rows, h.Columns = number(tagRows, 0), number(tagColumns, 0)
	samples := 1
	if h.Photometric == "RGB" || strings.HasPrefix(h.Photometric, "YBR") {
		samples = 3
	}
	h.Samples = number(tagSamples, samples)
	h.BitsAllocated = number(tagBitsAllocated, 0)
	h.BitsStored = number(tagBitsStored, number(tagHighBit, h.BitsAllocated-1)+1)
	h.HighBit = number(tagHighBit, h.BitsStored-1)
	if h.BitsAllocated == 24 && h.BitsStored == 24 && h.Samples == 1 {
		// ACR-NEMA's red, green and blue: one sample of three bytes.
		h.Samples, h.BitsAllocated, h.BitsStored, h.HighBit, h.Photometric = 3, 8, 8, 7, "RGB"
	}
	if h.Photometric == "" && h.Rows > 0 { // ACR-NEMA had no such attribute
		if h.Photometric = "MONOCHROME2"; h.Samples == 3 {
			h.Photometric = "RGB"
		}
	}
	h.Signed = number(tagPixelRepresentation, 0) == 1
	h.PlanarConfiguration = number(tagPlanar, 0)
	h.Frames = max(1, number(tagFrames, 1))
	if n, ok := a.number(tagPadding, h.Signed); ok {
		h.PaddingValue = &n
	}
	if n, ok := a.number(tagPaddingLimit, h.Signed); ok {
		h.PaddingLimit = &n
	}
}

// pipeline reads the Modality LUT, VOI LUT and spacing, from the top level or,
// in enhanced objects, from the functional groups of frame 0: the shared ones
// first (PS3.3 C.7.6.16).
func (a attributes) pipeline(h *Header, set charset) {
	measures, voi, modality := a, a, a
	if !a.has(tagPixelSpacing) {
		measures = a.functional(tagPixelMeasures)
	}
	if !a.has(tagWindowCentre) && !a.has(tagVOILUTs) {
		voi = a.functional(tagFrameVOILUT)
	}
	if !a.has(tagSlope) && !a.has(tagIntercept) && !a.has(tagModalityLUTs) {
		modality = a.functional(tagPixelValueTransformation)
	}
	plane, position := a, a
	if !a.has(tagImageOrientation) {
		plane = a.functional(tagPlaneOrientation)
	}
	if !a.has(tagImagePosition) {
		position = a.functional(tagPlanePosition)
	}
	h.ImageOrientation = plane.directions(tagImageOrientation)
	h.ImagePosition = position.point(tagImagePosition)
	h.PixelSpacing = measures.spacing(tagPixelSpacing)
	if h.SliceThickness == "" {
		h.SliceThickness = measures.ascii(tagSliceThickness)
	}
	a.modality(h, modality, set)
	h.windows(voi, set)
}

// modality reads the rescale from one set of attributes and the Modality LUT
// from the top level, where alone it may stand.
func (a attributes) modality(h *Header, rescale attributes, set charset) {
	h.rescale(rescale)
	for _, item := range a[tagModalityLUTs].items {
		if lut, err := item.lookup(set, h.Signed); err == nil {
			h.ModalityLUT = &lut
			break
		}
	}
}

// rescale reads slope and intercept.
func (h *Header) rescale(a attributes) {
	h.RescaleSlope, h.RescaleIntercept, h.RescaleType = 1, 0, a.ascii(tagRescaleType)
	if v := a.decimals(tagSlope); len(v) > 0 && finite(v[0]) && v[0] != 0 {
		h.RescaleSlope = v[0]
	}
	if v := a.decimals(tagIntercept); len(v) > 0 && finite(v[0]) {
		h.RescaleIntercept = v[0]
	}
}

// windows reads VOI LUTs and windows.
func (h *Header) windows(voi attributes, set charset) {
	for _, item := range voi[tagVOILUTs].items {
		if lut, err := item.lookup(set, h.signedOutput()); err == nil && len(h.VOILUTs) < maxLUTs {
			h.VOILUTs = append(h.VOILUTs, lut)
		}
	}
	h.VOIFunction = "LINEAR"
	if f := strings.ToUpper(voi.ascii(tagVOIFunction)); f == "LINEAR_EXACT" || f == "SIGMOID" {
		h.VOIFunction = f
	}
	centres, widths := voi.decimals(tagWindowCentre), voi.decimals(tagWindowWidth)
	var names []string
	if v, ok := voi[tagWindowExplanation]; ok {
		names = strings.Split(set.decode(string(v.data)), `\`)
	}
	for i := 0; i < min(len(centres), len(widths), maxWindows); i++ {
		w := Window{Centre: centres[i], Width: widths[i]}
		if !finite(w.Centre) || !finite(w.Width) {
			continue
		}
		if i < len(names) {
			w.Explanation = strings.Trim(names[i], " \x00")
		}
		h.Windows = append(h.Windows, w)
	}
}

// signedOutput reports whether the modality transformation can give values
// below zero, which is how a VOI LUT's first input value is then read.
func (h *Header) signedOutput() bool {
	if h.ModalityLUT != nil {
		return false
	}
	bits := min(max(h.BitsStored, 1), 32)
	low, high := 0.0, math.Ldexp(1, bits)-1
	if h.Signed {
		low, high = -math.Ldexp(1, bits-1), math.Ldexp(1, bits-1)-1
	}
	return min(low*h.RescaleSlope, high*h.RescaleSlope)+h.RescaleIntercept < 0
}

func (a attributes) has(t tag) bool {
	v, ok := a[t]
	return ok && (len(v.data) > 0 || len(v.items) > 0)
}

// functional gives the macro of a functional group that applies to frame 0,
// empty if there is none.
func (a attributes) functional(macro tag) attributes {
	for _, groups := range []tag{tagSharedGroups, tagPerFrameGroups} {
		for _, item := range a[groups].items {
			for _, m := range item[macro].items {
				return m
			}
		}
	}
	return attributes{}
}

// spacing reads a pair of positive distances in mm.
func (a attributes) spacing(t tag) []float64 {
	v := a.decimals(t)
	if len(v) < 2 || !(v[0] > 0 && v[1] > 0) || !finite(v[0]) || !finite(v[1]) {
		return nil
	}
	return v[:2]
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// date keeps YYYYMMDD; ACR-NEMA's YYYY.MM.DD is read too. Anything else is absent.
func date(s string) string {
	s = strings.NewReplacer(".", "", "-", "").Replace(s)
	if len(s) != 8 || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

// clock keeps HHMMSS without the fraction, as much of it as is given.
func clock(s string) string {
	s, _, _ = strings.Cut(strings.ReplaceAll(s, ":", ""), ".")
	if len(s) > 6 || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

// check tells what makes the pixel description unusable (PS3.3 C.7.6.3.1).
func (h *Header) check(path string, pixels tag) error {
	bad := func(format string, args ...any) error { return fault.New(fault.BadHeader, path, format, args...) }
	switch {
	case h.Rows < 1 || h.Rows > 65535:
		return bad("Rows (0028,0010) is %d", h.Rows)
	case h.Columns < 1 || h.Columns > 65535:
		return bad("Columns (0028,0011) is %d", h.Columns)
	case h.Samples < 1:
		return bad("Samples per Pixel (0028,0002) is %d", h.Samples)
	case h.Samples != 1 && h.Samples != 3 && h.Samples != 4:
		return fault.New(fault.PixelFormat, path, "%d samples per pixel", h.Samples)
	case h.BitsAllocated < 1:
		return bad("Bits Allocated (0028,0100) is %d", h.BitsAllocated)
	case h.PlanarConfiguration < 0 || h.PlanarConfiguration > 1:
		return bad("Planar Configuration (0028,0006) is %d", h.PlanarConfiguration)
	case h.Frames > maxFrames:
		return fault.New(fault.TooLarge, path, "%d frames, limit %d", h.Frames, maxFrames)
	}
	if pixels == tagFloatPixels && h.BitsAllocated != 32 || pixels == tagDoublePixels && h.BitsAllocated != 64 {
		return bad("Bits Allocated (0028,0100) is %d for floating point pixel data %v", h.BitsAllocated, pixels)
	}
	switch {
	case h.BitsAllocated <= 16 && h.Samples == 1:
		return nil // other than 1, 8 and 16: packed, as ACR-NEMA has it
	case h.BitsAllocated == 1, h.BitsAllocated == 8, h.BitsAllocated == 16, h.BitsAllocated == 32, h.BitsAllocated == 64:
		return nil
	}
	return fault.New(fault.PixelFormat, path, "%d bits allocated per sample", h.BitsAllocated)
}
