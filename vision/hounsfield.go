package vision

import "lightbox/vision/dicom"

// The CT image storage classes (PS3.6 table A-1).
const (
	ctImage         = "1.2.840.10008.5.1.4.1.1.2"
	enhancedCTImage = "1.2.840.10008.5.1.4.1.1.2.1"
)

// Hounsfield tells whether the modality values are Hounsfield units: the file says so
// in Rescale Type (0028,1054), or says nothing of it and is an original CT image other
// than a localizer, whose values the standard requires to be (PS3.3 C.8.2.1.1: the type
// may be left out for HU alone). One whose values cannot fall below 0, where air would
// lie, was not rescaled, whatever it claims to be.
func (s *Scan) Hounsfield() bool {
	h := &s.Header
	if h.Modality != "CT" || s.Values.Samples != 1 {
		return false
	}
	switch {
	case s.Modality.Unit == "HU":
		return true
	case h.RescaleType != "" || h.SOPClassUID != ctImage && h.SOPClassUID != enhancedCTImage:
		return false
	}
	return originalSlice(h) && s.Modality.Value(s.Values.number(s.Values.bias())) < 0
}

// originalSlice reads Image Type (PS3.3 C.8.2.1.1.1).
func originalSlice(h *dicom.Header) bool {
	return len(h.ImageType) > 2 && h.ImageType[0] == "ORIGINAL" && h.ImageType[2] != "LOCALIZER"
}
