// Package marks holds what a reader puts on images: measures, regions, arrows and
// words. A mark is points on a frame; what they measure is worked out of the frame
// each time, so that it cannot grow stale.
package marks

import "time"

// Kind is what a mark is.
type Kind string

// The kinds, with the number and the meaning of their points.
const (
	Length    Kind = "length"    // 2: the ends
	Angle     Kind = "angle"     // 4: two segments, which need not meet; IHE BIR asks for four clicks
	Cobb      Kind = "cobb"      // 4: an upper and a lower end plate, left and right end of each
	Ellipse   Kind = "ellipse"   // 2: opposite corners of the box around it, whose sides follow rows and columns
	Rectangle Kind = "rectangle" // 2: opposite corners, sides along rows and columns
	Polygon   Kind = "polygon"   // 3 or more, closed
	CTR       Kind = "ctr"       // 4: the heart's right and left border, the thorax's inner right and left border
	Arrow     Kind = "arrow"     // 2: its tip and its tail, where its text stands
	Text      Kind = "text"      // 1: where it begins
	Reference Kind = "reference" // 2: the ends of a length that the reader knows, see Mark.Known
)

// Point is a position in an image in pixels, from its top left corner: the middle
// of the first pixel is (0.5, 0.5).
type Point struct {
	X float64 `json:"x"` // across, along a row
	Y float64 `json:"y"` // down
}

// Mark is one mark on one frame.
type Mark struct {
	ID     string    `json:"id"` // of this mark for ever, unique on its frame
	Kind   Kind      `json:"kind"`
	Points []Point   `json:"points"`
	Name   string    `json:"name,omitempty"` // the reader's own words; of Text and Arrow, what they say
	Made   time.Time `json:"made"`

	// Known is the length of a Reference in mm.
	Known float64 `json:"known_mm,omitempty"`
	// Confirmed tells that the reader wants a CTR although the film is not known to
	// be a PA one.
	Confirmed bool `json:"confirmed,omitempty"`
}

// Needs is how many points a mark of the kind has, and whether it may have more.
func (k Kind) Needs() (points int, more bool) {
	switch k {
	case Text:
		return 1, false
	case Angle, Cobb, CTR:
		return 4, false
	case Polygon:
		return 3, true
	}
	return 2, false
}

// Clone is a mark that shares no points with m.
func (m Mark) Clone() Mark {
	m.Points = append([]Point(nil), m.Points...)
	return m
}
