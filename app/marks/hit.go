package marks

import "math"

// Body is the part of a mark that is no point: its lines.
const Body = -1

// Hit tells which part of a mark lies within reach, in image pixels, of p: the number of the nearest
// of its Handles, or Body for its lines. Points come before lines, so that a small
// mark can still be changed.
func Hit(m Mark, p Point, reach float64) (part int, ok bool) {
	part, nearest := Body, math.Inf(1)
	for i, h := range Handles(m) {
		if d := math.Hypot(h.X-p.X, h.Y-p.Y); d <= reach && d < nearest {
			part, nearest = i, d
		}
	}
	return part, part != Body || Distance(m, p) <= reach
}

// Distance is how far p is from the lines of a mark, or from its point where it has
// no lines, in image pixels; +Inf for what is no mark. Of several marks within reach
// it tells the nearest.
func Distance(m Mark, p Point) float64 {
	d := math.Inf(1)
	for _, line := range Lines(m) {
		for i := range line[1:] {
			d = min(d, toSegment(p, line[i], line[i+1]))
		}
	}
	if len(m.Points) == 1 {
		d = math.Hypot(m.Points[0].X-p.X, m.Points[0].Y-p.Y)
	}
	if math.IsNaN(d) {
		return math.Inf(1)
	}
	return d
}

// toSegment is how far p is from the segment from a to b.
func toSegment(p, a, b Point) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = min(max(((p.X-a.X)*dx+(p.Y-a.Y)*dy)/l, 0), 1)
	}
	return math.Hypot(a.X+t*dx-p.X, a.Y+t*dy-p.Y)
}

// Move is m with one of its Handles moved, or all of it where part is Body. Of an
// ellipse and a rectangle the corner opposite stays. A part that m does not have
// changes nothing.
func Move(m Mark, part int, dx, dy float64) Mark {
	m = m.Clone()
	switch {
	case part == Body:
		for i := range m.Points {
			m.Points[i].X += dx
			m.Points[i].Y += dy
		}
	case part < 0 || part >= len(Handles(m)):
	case m.cornered():
		// The handles go round from the first point over (second's X, first's Y).
		of := [4][2]int{{0, 0}, {1, 0}, {1, 1}, {0, 1}}[part]
		m.Points[of[0]].X += dx
		m.Points[of[1]].Y += dy
	default:
		m.Points[part].X += dx
		m.Points[part].Y += dy
	}
	return m
}

// Label is where the text of a mark begins, as far as the mark is concerned: at the
// tail of an arrow, at the point of a text, at the lower right corner of a region,
// and else at the point that lies furthest right.
func Label(m Mark) Point {
	switch {
	case len(m.Points) == 0:
		return Point{}
	case m.Kind == Arrow || m.Kind == Text:
		return m.Points[len(m.Points)-1]
	case m.Kind.Region():
		b := boxOf(m.Points)
		return Point{b.x1, b.y1}
	}
	at := m.Points[0]
	for _, p := range m.Points[1:] {
		if p.X > at.X || p.X == at.X && p.Y > at.Y {
			at = p
		}
	}
	return at
}
