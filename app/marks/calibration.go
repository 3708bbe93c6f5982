package marks

import (
	"math"
	"slices"
	"time"

	"lightbox/vision"
)

// Calibration is what the reader knows of the scale of a frame; the zero value
// leaves it to the file.
//
// A length that the reader knows counts before all that the file says, for its frame
// and those of its stack: it was measured in the patient, and the file's spacing
// mostly at the detector. In a picture with ultrasound regions it counts in its own
// region only. Where the file's pixels are not square, their ratio is kept.
type Calibration struct {
	references []Mark // the nearest first
}

// Calibrate takes up the references among the marks of a frame and among those of
// the other frames of its stack. The frame's own come first, and of several the one
// made last. The stack's are to come from frames of the same pixels: the caller
// gives none of a stack of single films, or of frames of other sizes.
func Calibrate(frame, stack []Mark) Calibration {
	var c Calibration
	for _, marks := range [][]Mark{frame, stack} {
		var usable []Mark
		for _, m := range marks {
			if m.Kind == Reference && m.Check() == nil && m.Points[0] != m.Points[1] {
				usable = append(usable, m.Clone())
			}
		}
		slices.SortStableFunc(usable, func(a, b Mark) int { return b.Made.Compare(a.Made) })
		c.references = append(c.references, usable...)
	}
	return c
}

// Scale is what a pixel measures at a place, in mm, and how that is known. Where it
// is not, Provenance is vision.NoSource and Row and Column are 1.
type Scale struct {
	vision.Spacing

	// Of a scale that is the reader's own: the reference's name and when it was
	// made.
	By string
	At time.Time
}

// Known tells that lengths are millimetres and not pixels.
func (s Scale) Known() bool { return s.Provenance != vision.NoSource }

// Square tells that pixels are as high as they are wide.
func (s Scale) Square() bool { return math.Abs(s.Row-s.Column) <= 1e-6*max(s.Row, s.Column) }

// apart is how far two points are from each other.
func (s Scale) apart(p, q Point) float64 {
	return math.Hypot((q.X-p.X)*s.Column, (q.Y-p.Y)*s.Row)
}

// At is the scale that holds for all the points.
func (c Calibration) At(s *vision.Scan, points ...Point) Scale {
	for _, m := range c.references {
		if scale, ok := referred(s, m, points); ok {
			return scale
		}
	}
	return byFile(s, points)
}

// byFile is the scale that the file itself has.
func byFile(s *vision.Scan, points []Point) Scale {
	b := boxOf(points)
	if sp := s.SpacingIn(b.x0, b.y0, b.x1, b.y1); sp != nil && sane(sp.Row) && sane(sp.Column) {
		return Scale{Spacing: *sp}
	}
	return Scale{Spacing: vision.Spacing{Row: 1, Column: 1, Provenance: vision.NoSource}}
}

// sane keeps a spacing that is a number from making areas that are none.
func sane(mm float64) bool { return mm > 1e-9 && mm < 1e9 }

// referred is the scale by a reference, and whether it holds for the points.
func referred(s *vision.Scan, m Mark, points []Point) (Scale, bool) {
	all := append(slices.Clone(m.Points), points...)
	if !oneRegion(s, all) {
		return Scale{}, false
	}
	scale := byFile(s, all)
	factor := m.Known / scale.apart(m.Points[0], m.Points[1])
	scale.Row, scale.Column = scale.Row*factor, scale.Column*factor
	if !sane(scale.Row) || !sane(scale.Column) {
		return Scale{}, false
	}
	scale.Provenance, scale.By, scale.At = vision.ByUser, m.Name, m.Made
	return scale, true
}

// oneRegion tells that the points lie within one ultrasound region, of whose axes
// none is known to be anything but a length, or that the picture has no regions.
func oneRegion(s *vision.Scan, points []Point) bool {
	if len(s.Header.Regions) == 0 {
		return true
	}
	b := boxOf(points)
	regions := s.RegionsIn(b.x0, b.y0, b.x1, b.y1)
	for _, r := range regions {
		if !r.Lengths() {
			return false
		}
	}
	return len(regions) > 0
}

// noLengths tells that the points lie where an axis is known to be no length.
func noLengths(s *vision.Scan, points []Point) bool {
	b := boxOf(points)
	for _, r := range s.RegionsIn(b.x0, b.y0, b.x1, b.y1) {
		if !r.Lengths() {
			return true
		}
	}
	return false
}
