package marks

import (
	"fmt"
	"math"

	"lightbox/vision"
)

// Value is one thing that a mark measures.
type Value struct {
	Name   Term
	Number float64
	Unit   string // mm, mm², px, px², ° or that of the modality values, e.g. HU; empty where there is none
	Digits int    // after the point, where it is shown
	// Provenance of what Unit rests on: of mm and mm², and of px and px², where it is
	// vision.NoSource; empty for what needs no scale.
	Provenance vision.Provenance
	Main       bool // shown beside the mark, the others in the list
	Bins       int  // of the histogram that an entropy is that of; 0 of all else
}

// String is the number with its unit.
func (v Value) String() string {
	text := fmt.Sprintf("%.*f", v.Digits, v.Number)
	switch v.Unit {
	case "":
		return text
	case "°":
		return text + v.Unit
	}
	return text + " " + v.Unit
}

// Result is what a mark measures on a frame.
type Result struct {
	Values    []Value           // none of an arrow and of text
	Histogram *vision.Histogram // of a region, in the unit of its values
	Scale     Scale             // what lengths rest on
	Remarks   []Sentence        // what is to be known of the values
	Refused   *Refusal          // why there are none; nil otherwise
}

// Digits of what is measured, after the point.
const (
	lengthDigits = 1 // of mm and px: a tenth of a pixel is what a hand can place
	areaDigits   = 1
	angleDigits  = 1
	ratioDigits  = 2
	shapeDigits  = 2 // of skewness, kurtosis and entropy
)

// Measure works out what a mark measures on a frame. It has no notion of how the frame
// is turned on the screen: points, rows and columns are those of the image.
//
// Lengths and areas are in mm and mm² where a source says what a pixel is, the
// distances of rows and of columns taken each by itself; otherwise in px and px².
//
// An Angle is that between the two segments, 0° … 180°, as seen from the ends that
// are nearest to each other: which ends were drawn first does not matter. The
// supplementary angle stands beside it. A Cobb angle is that between the end
// plates, 0° … 180°: each is taken in the direction across the line through their
// middles, so that it does not matter which end was drawn first, nor how the film
// lies, and curves above 90° are measured rightly. Both are angles in the patient:
// where pixels are not square they are worked out in millimetres.
//
// A region gives mean, standard deviation (see vision.Statistics), minimum, maximum,
// median, skewness and excess kurtosis of the modality values of its pixels, the entropy
// of their histogram, their number, and area and
// perimeter of its outline as it was drawn, inside the image or not. The values are the
// file's, whatever filter, window or polarity the pane shows them under.
//
// A CTR is the heart's width over that of the thorax, see Eligible.
func Measure(m Mark, s *vision.Scan, c Calibration) Result {
	if why := m.Check(); why != nil {
		return Result{Refused: why}
	}
	r := Result{Scale: c.At(s, Handles(m)...)}
	switch m.Kind {
	case Length:
		r.length(m)
	case Angle, Cobb:
		r.angle(m, s)
	case Ellipse, Rectangle, Polygon:
		r.region(m, s)
	case CTR:
		r.cardiothoracic(m, s)
	case Reference:
		r.reference(m, s)
	}
	return r
}

func (r *Result) refuse(s Sentence) { r.Values, r.Refused = nil, refuse(s) }

func (r *Result) remark(s Sentence) { r.Remarks = append(r.Remarks, s) }

// distance is a value in mm or px.
func (r *Result) distance(name Term, number float64, main bool) {
	unit := "px"
	if r.Scale.Known() {
		unit = "mm"
	}
	r.Values = append(r.Values, Value{Name: name, Number: number, Unit: unit, Digits: lengthDigits, Provenance: r.Scale.Provenance, Main: main})
}

func (r *Result) length(m Mark) {
	d := r.Scale.apart(m.Points[0], m.Points[1])
	if d == 0 {
		r.refuse(noExtent)
		return
	}
	r.distance(NameLength, d, true)
}

var noExtent = Say("The mark has no extent: draw it larger.")

// reference gives what the reader said, and what the file says of the same length.
func (r *Result) reference(m Mark, s *vision.Scan) {
	if m.Points[0] == m.Points[1] {
		r.refuse(noExtent)
		return
	}
	own, holds := referred(s, m, nil)
	switch {
	case holds:
	case oneRegion(s, m.Points): // so short that a pixel were kilometres
		r.refuse(noExtent)
		return
	default:
		r.refuse(Say("A reference must lie within one region of the ultrasound picture, and not where time runs along an axis: draw it there."))
		return
	}
	r.Scale = own
	r.distance(NameReference, m.Known, true)
	r.Scale = byFile(s, m.Points)
	if r.Scale.Known() {
		r.distance(NameByFile, r.Scale.apart(m.Points[0], m.Points[1]), false)
	} else {
		r.distance(NameLength, r.Scale.apart(m.Points[0], m.Points[1]), false)
	}
	r.Scale = own
}

// vector is a direction in the unit of a scale.
type vector struct{ x, y float64 }

func (s Scale) from(p, q Point) vector { return vector{(q.X - p.X) * s.Column, (q.Y - p.Y) * s.Row} }

func (v vector) cross(w vector) float64 { return v.x*w.y - v.y*w.x }
func (v vector) dot(w vector) float64   { return v.x*w.x + v.y*w.y }

// between is the angle of two directions in degrees, 0 … 180. The arc cosine would
// lose digits near both ends.
func between(v, w vector) float64 {
	return math.Atan2(math.Abs(v.cross(w)), v.dot(w)) * 180 / math.Pi
}

func (r *Result) angle(m Mark, s *vision.Scan) {
	p := m.Points
	switch {
	case p[0] == p[1] || p[2] == p[3]:
		r.refuse(noExtent)
		return
	case noLengths(s, p):
		r.refuse(Say("Angles mean nothing here: an axis of this region of the ultrasound picture is no length."))
		return
	}
	if !r.Scale.Square() {
		r.remark(Say("The pixels are not square: the angle was worked out in millimetres."))
	}
	degrees := func(name Term, number float64, main bool) {
		v := Value{Name: name, Number: number, Unit: "°", Digits: angleDigits, Main: main}
		if !r.Scale.Square() {
			v.Provenance = r.Scale.Provenance
		}
		r.Values = append(r.Values, v)
	}
	if m.Kind == Cobb {
		degrees(NameCobb, r.Scale.cobb(p), true)
		return
	}
	angle := r.Scale.corner(p)
	degrees(NameAngle, angle, true)
	degrees(NameSupplement, 180-angle, false)
}

// corner is the angle between two segments as seen from their nearest ends.
func (s Scale) corner(p []Point) float64 {
	a, b := [2]Point{p[0], p[1]}, [2]Point{p[2], p[3]}
	i, j, nearest := 0, 0, math.Inf(1)
	for k := range 4 {
		if d := s.apart(a[k/2], b[k%2]); d < nearest {
			i, j, nearest = k/2, k%2, d
		}
	}
	return between(s.from(a[i], a[1-i]), s.from(b[j], b[1-j]))
}

// cobb is the angle between two end plates, each taken across the line through their
// middles; where their middles are one, the acute angle.
func (s Scale) cobb(p []Point) float64 {
	middle := func(p, q Point) Point { return Point{(p.X + q.X) / 2, (p.Y + q.Y) / 2} }
	along := s.from(middle(p[0], p[1]), middle(p[2], p[3]))
	upper, lower := s.from(p[0], p[1]), s.from(p[2], p[3])
	angle := between(upper, lower)
	a, b := along.cross(upper), along.cross(lower)
	if a*b < 0 || a*b == 0 && angle > 90 {
		angle = 180 - angle
	}
	return angle
}
