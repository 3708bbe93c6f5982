package space

import "math"

// Plane is where an image lies in the patient. New makes planes that are sound; the
// methods of others give numbers that mean nothing, but do not panic.
type Plane struct {
	Origin            [3]float64 // mm, the middle of the first pixel
	Along, Down       [3]float64 // unit vectors of increasing column and of increasing row, at right angles
	PerColumn, PerRow float64    // mm from one column to the next, from one row to the next
	Columns, Rows     int
	FrameOfReference  string // (0020,0052); places of different ones cannot be compared
}

// New makes a plane of what a file says: Image Position (0020,0032), Image
// Orientation (0020,0037), Pixel Spacing (0028,0030), size and frame of reference
// (PS3.3 C.7.6.2).
//
// Two of these are easily read the wrong way round. The first three cosines are the
// direction of a row, so that of increasing columns (C.7.6.2.1.1); the first spacing
// is that between rows, so the step downwards (10.7.1.3).
//
// ok is false where something is missing or can be no geometry: numbers that are not
// finite, spacings that are not positive, cosines that are no unit vectors at right
// angles. What is off by rounding is put right.
func New(position, orientation, spacing []float64, rows, columns int, frameOfReference string) (p Plane, ok bool) {
	if len(position) != 3 || len(orientation) != 6 || len(spacing) != 2 || rows < 1 || columns < 1 {
		return Plane{}, false
	}
	p = Plane{
		Origin: [3]float64(position), PerRow: spacing[0], PerColumn: spacing[1],
		Columns: columns, Rows: rows, FrameOfReference: frameOfReference,
	}
	if !(Norm(p.Origin) < farthest) || !(p.PerRow > least && p.PerRow < most) || !(p.PerColumn > least && p.PerColumn < most) {
		return Plane{}, false // NaN too
	}
	along, down := [3]float64(orientation[:3]), [3]float64(orientation[3:])
	skew := Dot(along, down)
	if !(math.Abs(Norm(along)-1) < crooked && math.Abs(Norm(down)-1) < crooked && math.Abs(skew) < crooked) {
		return Plane{}, false
	}
	// Each is turned by half of what is missing to the right angle; a remainder of
	// second order goes with the second direction.
	p.Along = unit(plus(along, -skew/2, down))
	down = plus(down, -skew/2, along)
	p.Down = unit(plus(down, -Dot(p.Along, down), p.Along))
	return p, true
}

// Reference is the frame of reference of a file's frames: the one that it states
// (0020,0052). Where it states none it is that of its series, of which all images share
// one (PS3.3 C.7.4.1.1.1), or, without a series, of the file, if that has several frames.
// Empty where nothing could share it.
func Reference(stated, seriesUID, path string, frames int) string {
	switch {
	case stated != "":
		return stated
	case seriesUID != "":
		return "series " + seriesUID
	case frames > 1:
		return "file " + path
	}
	return ""
}

// Normal is the unit vector across the image, Along × Down.
func (p Plane) Normal() [3]float64 { return Cross(p.Along, p.Down) }

// At is the place of an image position (PS3.3 equation C.7.6.2.1-1).
func (p Plane) At(x, y float64) [3]float64 {
	return plus(plus(p.Origin, (x-0.5)*p.PerColumn, p.Along), (y-0.5)*p.PerRow, p.Down)
}

// Project gives the image position at the foot of the perpendicular from a place, and
// how far in front of the image, along Normal, the place lies in mm; negative behind.
func (p Plane) Project(place [3]float64) (x, y, distance float64) {
	d := Minus(place, p.Origin)
	return Dot(d, p.Along)/p.PerColumn + 0.5, Dot(d, p.Down)/p.PerRow + 0.5, Dot(d, p.Normal())
}

// Same tells whether places on both planes can be compared: both are known to be of
// one frame of reference.
func (p Plane) Same(o Plane) bool {
	return p.FrameOfReference != "" && p.FrameOfReference == o.FrameOfReference
}

// Parallel tells whether two planes are at an angle of at most so many degrees,
// whichever sides they turn to each other.
func (p Plane) Parallel(o Plane, degrees float64) bool {
	n, m := p.Normal(), o.Normal()
	return math.Atan2(Norm(Cross(n, m)), math.Abs(Dot(n, m)))*180/math.Pi <= degrees
}

// Contains tells whether an image position lies on the image, edges included.
func (p Plane) Contains(x, y float64) bool {
	return x >= 0 && y >= 0 && x <= float64(p.Columns) && y <= float64(p.Rows)
}

// Within tells whether a place lies on the image or at most so many mm before or
// behind it, as within half a slice's thickness.
func (p Plane) Within(place [3]float64, mm float64) bool {
	x, y, d := p.Project(place)
	return math.Abs(d) <= mm && p.Contains(x, y)
}

// Nearest is the plane that a place is nearest to, and how far from it in mm it lies
// along the plane's Normal; of several that are, the first. The index is -1 without
// planes or for a place that is none.
func Nearest(planes []Plane, place [3]float64) (index int, distance float64) {
	index = -1
	for i := range planes {
		// Only the distance is needed of Project.
		d := Dot(Minus(place, planes[i].Origin), planes[i].Normal())
		if !math.IsNaN(d) && (index < 0 || math.Abs(d) < math.Abs(distance)) {
			index, distance = i, d
		}
	}
	return index, distance
}
