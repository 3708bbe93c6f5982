package vision

import (
	"lightbox/vision/dicom"
	"lightbox/vision/space"
)

// Plane tells where the frame lies in the patient; ok is false where the file does
// not say, as with films and pictures. It is the same as that of study.Frame.Plane,
// which needs no pixels.
func (s *Scan) Plane() (p space.Plane, ok bool) {
	h := &s.Header
	if !s.placed {
		return space.Plane{}, false
	}
	return space.New(h.ImagePosition, h.ImageOrientation, h.PixelSpacing, h.Rows, h.Columns,
		space.Reference(h.FrameOfReferenceUID, h.SeriesUID, s.Path, h.Frames))
}

// placed tells whether what a header says of a place is said of frame i: an object
// of several frames without functional groups names that of the first at most.
func placed(h *dicom.Header, i int) bool {
	if len(h.PerFrame) > 0 {
		return len(h.PerFrame) == h.Frames && i < h.Frames && h.PerFrame[i].Position != nil
	}
	return h.Frames <= 1
}
