package viewport

import (
	"math"

	"lightbox/app/marks"
	"lightbox/model/plane"
)

// Shape is how a mark is drawn, without its text. Of one that is being made, and
// so has too few points or is not whole, there is what the points it has tell.
func Shape(m marks.Mark, whole bool) Annotation {
	points := make([]plane.Point, len(m.Points))
	for i, p := range m.Points {
		points[i] = plane.Point(p)
	}
	a := Annotation{Handles: points}
	if len(points) == 0 {
		return a
	}
	a.LabelAt = points[len(points)-1]
	switch m.Kind {
	case marks.Polygon:
		a.Strokes = polygon(points, whole)
		a.LabelAt = rightmost(points)
	case marks.Ellipse, marks.Rectangle:
		a.Strokes = []Stroke{{Points: points}}
		if len(points) == 2 {
			a.Handles = corners(points[0], points[1])
			a.LabelAt = plane.Point{X: max(points[0].X, points[1].X), Y: (points[0].Y + points[1].Y) / 2}
			if m.Kind == marks.Ellipse {
				a.Strokes = []Stroke{{Points: points, Ellipse: true}}
			} else {
				a.Strokes = []Stroke{{Points: a.Handles, Closed: true}}
			}
		}
	case marks.Angle, marks.Cobb:
		a.Strokes = pairs(points)
		if len(points) == 4 { // what belongs together, and where the label stands
			middle := Stroke{Points: []plane.Point{between(points[0], points[1]), between(points[2], points[3])}, Dotted: true}
			a.Strokes = append(a.Strokes, middle)
			a.LabelAt = between(middle.Points[0], middle.Points[1])
		}
	case marks.CTR:
		lying := len(points) > 1 && math.Abs(points[1].Y-points[0].Y) > math.Abs(points[1].X-points[0].X)
		for i := 0; i+1 < len(points); i += 2 {
			a.Strokes = append(a.Strokes, across(points[i], points[i+1], lying)...)
		}
		if len(points)%2 == 1 {
			a.Strokes = append(a.Strokes, Stroke{Points: points[len(points)-1:]})
		}
	case marks.Arrow:
		a.Strokes = []Stroke{{Points: points, Head: true}}
	default: // Length, Reference, Text, and what a newer version may know
		a.Strokes = []Stroke{{Points: points}}
		a.LabelAt = rightmost(points)
	}
	return a
}

// polygon is closed by dots as long as it is being made.
func polygon(points []plane.Point, whole bool) []Stroke {
	if whole {
		return []Stroke{{Points: points, Closed: true}}
	}
	open := []Stroke{{Points: points}}
	if len(points) > 2 {
		open = append(open, Stroke{Points: []plane.Point{points[len(points)-1], points[0]}, Dotted: true})
	}
	return open
}

// pairs are the lines between the first and the second point, the third and the
// fourth.
func pairs(points []plane.Point) (lines []Stroke) {
	for i := 0; i < len(points); i += 2 {
		lines = append(lines, Stroke{Points: points[i:min(i+2, len(points))]})
	}
	return lines
}

// across is a distance as that between two borders of the heart is taken: along the
// rows, or along the columns of a patient who lies across them. It is a line halfway
// between both points, and dots from each point to it.
func across(p, q plane.Point, lying bool) []Stroke {
	m := between(p, q)
	from, to := plane.Point{X: p.X, Y: m.Y}, plane.Point{X: q.X, Y: m.Y}
	if lying {
		from, to = plane.Point{X: m.X, Y: p.Y}, plane.Point{X: m.X, Y: q.Y}
	}
	return []Stroke{
		{Points: []plane.Point{from, to}}, {Points: []plane.Point{p}}, {Points: []plane.Point{q}},
		{Points: []plane.Point{p, from}, Dotted: true}, {Points: []plane.Point{q, to}, Dotted: true},
	}
}

func corners(a, b plane.Point) []plane.Point {
	return []plane.Point{a, {X: b.X, Y: a.Y}, b, {X: a.X, Y: b.Y}}
}

func between(a, b plane.Point) plane.Point {
	return plane.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
}

func rightmost(points []plane.Point) plane.Point {
	best := points[0]
	for _, p := range points {
		if p.X > best.X {
			best = p
		}
	}
	return best
}
