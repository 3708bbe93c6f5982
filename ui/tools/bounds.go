package tools

import (
	"math"

	"fyne.io/fyne/v2"

	"lightbox/app/marks"
)

// bounds is the image in which points lie: 0 to x across, 0 to y down.
type bounds struct{ x, y float64 }

// imageOf is the image of a host; not ok without one.
func imageOf(h Marking) (bounds, bool) {
	columns, rows := h.Bounds()
	return bounds{float64(columns), float64(rows)}, columns > 0 && rows > 0
}

// clamp is the point of the image nearest to p.
func (b bounds) clamp(p marks.Point) marks.Point {
	return marks.Point{X: min(max(p.X, 0), b.x), Y: min(max(p.Y, 0), b.y)}
}

// near tells whether p lies in the image or within some distance of it.
func (b bounds) near(p marks.Point, distance float64) bool { return apart(p, b.clamp(p)) <= distance }

// shorten is p, pulled towards from until it lies in the image: the direction
// stays.
func (b bounds) shorten(from, p marks.Point) marks.Point {
	t := 1.0
	for _, side := range [2][3]float64{{from.X, p.X, b.x}, {from.Y, p.Y, b.y}} {
		switch at, to, most := side[0], side[1], side[2]; {
		case to > most:
			t = min(t, (most-at)/(to-at))
		case to < 0:
			t = min(t, at/(at-to))
		}
	}
	return b.clamp(marks.Point{X: from.X + t*(p.X-from.X), Y: from.Y + t*(p.Y-from.Y)})
}

// fitting is how far points can be moved of (dx, dy) without leaving the image.
func (b bounds) fitting(points []marks.Point, dx, dy float64) (x, y float64) {
	for _, p := range points {
		dx = min(max(dx, min(0, -p.X)), max(0, b.x-p.X))
		dy = min(max(dy, min(0, -p.Y)), max(0, b.y-p.Y))
	}
	return dx, dy
}

func apart(p, q marks.Point) float64 { return math.Hypot(p.X-q.X, p.Y-q.Y) }

// boxed tells the kinds whose two points are corners of a box.
func boxed(k marks.Kind) bool { return k == marks.Ellipse || k == marks.Rectangle }

// distinct tells whether two points of a mark are not the same for a hand; those of
// a box must be so in both directions.
func distinct(k marks.Kind, p, q marks.Point, unit float64) bool {
	if boxed(k) {
		return min(math.Abs(p.X-q.X), math.Abs(p.Y-q.Y)) >= minApart*unit
	}
	return apart(p, q) >= minApart*unit
}

// toward is where the second of two points of a mark lies when the pointer is at p:
// there, or with Shift held where the line is at 0, 45 or 90 degrees and the box a
// square; always in the image.
func (b bounds) toward(k marks.Kind, from, p marks.Point, modifier fyne.KeyModifier) marks.Point {
	if modifier&fyne.KeyModifierShift == 0 {
		return b.clamp(p)
	}
	dx, dy := p.X-from.X, p.Y-from.Y
	if boxed(k) {
		side := max(math.Abs(dx), math.Abs(dy))
		return b.shorten(from, marks.Point{X: from.X + math.Copysign(side, dx), Y: from.Y + math.Copysign(side, dy)})
	}
	// The nearest of the eight directions, and on it the point nearest to p.
	turn := math.Round(math.Atan2(dy, dx)/(math.Pi/4)) * (math.Pi / 4)
	sin, cos := math.Sincos(turn)
	along := dx*cos + dy*sin
	q := marks.Point{X: from.X + along*cos, Y: from.Y + along*sin}
	if math.Abs(cos) < 1e-9 { // exactly upright or level, whatever sine and cosine are
		q.X = from.X
	}
	if math.Abs(sin) < 1e-9 {
		q.Y = from.Y
	}
	return b.shorten(from, q)
}
