package vision

import (
	"math"

	"lightbox/vision/dicom"
)

// Provenance says where a pixel spacing comes from, and so what a millimetre
// on the screen means.
type Provenance string

// The sources of a spacing, see PS3.3 10.7.1, C.8.5.5 and C.8.11.
const (
	AtScanner  Provenance = "at scanner"  // Pixel Spacing of CT, MR and the like
	AtDetector Provenance = "at detector" // Imager Pixel Spacing: not in the patient
	Magnified  Provenance = "magnified"   // Imager Pixel Spacing over the magnification factor
	Calibrated Provenance = "fiducial"    // Pixel Spacing with a calibration type
	AtRegion   Provenance = "US region"   // an ultrasound region's physical deltas, inside it only

	ByUser   Provenance = "user calibration" // a length that the reader knows
	NoSource Provenance = "no source"        // pixels only
)

// Spacing is the distance of pixel centres in mm.
type Spacing struct {
	Row, Column float64 // between rows (down), between columns (across)
	Provenance  Provenance
}

// projection tells the modalities whose detector lies behind the patient.
func projection(modality string) bool {
	switch modality {
	case "CR", "DX", "MG", "RF", "XA", "RG", "IO", "PX":
		return true
	}
	return false
}

// spacingOf picks the spacing that the header justifies, nil where there is
// none: millimetres are never guessed.
func spacingOf(h *dicom.Header) *Spacing {
	pixel, imager := h.PixelSpacing, h.ImagerPixelSpacing
	switch {
	case len(pixel) == 2 && h.PixelSpacingCalibrationType != "":
		return &Spacing{pixel[0], pixel[1], Calibrated}
	case len(pixel) == 2 && !projection(h.Modality):
		return &Spacing{pixel[0], pixel[1], AtScanner}
	case len(imager) == 2 && h.Magnification > 0:
		return &Spacing{imager[0] / h.Magnification, imager[1] / h.Magnification, Magnified}
	case len(imager) == 2:
		return &Spacing{imager[0], imager[1], AtDetector}
	case len(pixel) == 2:
		// A projection image with Pixel Spacing alone: written by the detector's
		// vendor, without a word on calibration.
		return &Spacing{pixel[0], pixel[1], AtDetector}
	}
	return nil
}

// sameScale is how much the deltas of overlapping regions may differ, as a part of
// them, and still be one: a tenth of what a length shows.
const sameScale = 1e-4

// SpacingIn is the spacing that holds in all of a box, whose corners are positions in
// pixels from the image's top left corner; nil where there is no source. In a file
// with ultrasound regions millimetres hold within a region only, whatever its Pixel
// Spacing says; where regions that disagree, or have other units than centimetres,
// lie over each other, no length is known (PS3.3 C.8.5.5).
func (s *Scan) SpacingIn(x0, y0, x1, y1 float64) *Spacing {
	if len(s.Header.Regions) == 0 {
		return s.Spacing
	}
	var found *Spacing
	for _, r := range s.RegionsIn(x0, y0, x1, y1) {
		sp := regionSpacing(r)
		if sp == nil || found != nil && !found.agrees(*sp) {
			return nil
		}
		found = sp
	}
	return found
}

// RegionsIn gives the ultrasound regions that all of a box lies in.
func (s *Scan) RegionsIn(x0, y0, x1, y1 float64) (in []dicom.Region) {
	for _, r := range s.Header.Regions {
		if x0 >= float64(r.MinX) && y0 >= float64(r.MinY) && x1 <= float64(r.MaxX)+1 && y1 <= float64(r.MaxY)+1 {
			in = append(in, r)
		}
	}
	return in
}

// regionSpacing is the spacing in an ultrasound region whose axes are both lengths,
// nil in others.
func regionSpacing(r dicom.Region) *Spacing {
	row, column := 10*math.Abs(r.DeltaY), 10*math.Abs(r.DeltaX) // cm
	if r.UnitX != dicom.UnitCentimetre || r.UnitY != dicom.UnitCentimetre || row == 0 || column == 0 {
		return nil
	}
	return &Spacing{row, column, AtRegion}
}

func (s *Spacing) agrees(o Spacing) bool {
	near := func(a, b float64) bool { return math.Abs(a-b) <= sameScale*max(a, b) }
	return near(s.Row, o.Row) && near(s.Column, o.Column)
}
