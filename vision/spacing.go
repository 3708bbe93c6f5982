package vision

import "lightbox/vision/dicom"

// Provenance says where a pixel spacing comes from, and so what a millimetre
// on the screen means.
type Provenance string

// The sources of a spacing, see PS3.3 10.7.1 and C.8.11.
const (
	AtScanner  Provenance = "at scanner"  // Pixel Spacing of CT, MR and the like
	AtDetector Provenance = "at detector" // Imager Pixel Spacing: not in the patient
	Magnified  Provenance = "magnified"   // Imager Pixel Spacing over the magnification factor
	Calibrated Provenance = "fiducial"    // Pixel Spacing with a calibration type
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
