package marks

import "math"

// box is the smallest one around some points, its sides along rows and columns.
type box struct{ x0, y0, x1, y1 float64 }

func boxOf(points []Point) box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, p := range points {
		b.x0, b.y0 = min(b.x0, p.X), min(b.y0, p.Y)
		b.x1, b.y1 = max(b.x1, p.X), max(b.y1, p.Y)
	}
	return b
}

// Handles are the points by which a mark is taken: its own, but of an ellipse and
// a rectangle all four corners, the first and the third of them stored.
func Handles(m Mark) []Point {
	if m.cornered() {
		a, c := m.Points[0], m.Points[1]
		return []Point{a, {c.X, a.Y}, c, {a.X, c.Y}}
	}
	return m.Points
}

// cornered tells the marks of which two corners stand for four.
func (m Mark) cornered() bool {
	return (m.Kind == Ellipse || m.Kind == Rectangle) && len(m.Points) == 2
}

// ellipseSides is how many sides the polygon has that stands for an ellipse where
// it is drawn and hit. It keeps within 1/6000 of the radius.
const ellipseSides = 180

// Lines are the lines of a mark, each through two points or more; closed ones end
// where they begin. A mark that is still being drawn has those that its points give.
func Lines(m Mark) (lines [][]Point) {
	p := m.Points
	switch {
	case len(p) < 2:
	case (m.Kind == Ellipse || m.Kind == Rectangle) && !m.cornered(): // no such mark
	case m.Kind == Ellipse:
		lines = [][]Point{ellipseOutline(p[0], p[1])}
	case m.Kind == Rectangle:
		h := Handles(m)
		lines = [][]Point{append(h, h[0])}
	case m.Kind == Polygon:
		lines = [][]Point{append(append(make([]Point, 0, len(p)+1), p...), p[0])}
	default: // one line, or two of two points each
		for ; len(p) >= 2; p = p[2:] {
			lines = append(lines, p[:2:2])
		}
	}
	return lines
}

func ellipseOutline(a, c Point) []Point {
	mx, my, rx, ry := (a.X+c.X)/2, (a.Y+c.Y)/2, (c.X-a.X)/2, (c.Y-a.Y)/2
	out := make([]Point, ellipseSides+1)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i%ellipseSides) / ellipseSides)
		out[i] = Point{mx + rx*cos, my + ry*sin}
	}
	return out
}

// area is what the outline of a region encloses, in the unit of the scale squared;
// of a polygon by the shoelace formula, which does not hold where it crosses itself.
func area(m Mark, s Scale) float64 {
	pixel := s.Row * s.Column
	b := boxOf(m.Points)
	switch m.Kind {
	case Ellipse:
		return math.Pi / 4 * (b.x1 - b.x0) * (b.y1 - b.y0) * pixel
	case Rectangle:
		return (b.x1 - b.x0) * (b.y1 - b.y0) * pixel
	}
	sum, o := 0.0, m.Points[0] // from a corner: differences of large products lose digits
	for i, p := range m.Points {
		q := m.Points[(i+1)%len(m.Points)]
		sum += (p.X-o.X)*(q.Y-o.Y) - (q.X-o.X)*(p.Y-o.Y)
	}
	return math.Abs(sum) / 2 * pixel
}

// perimeter is how long the outline of a region is.
func perimeter(m Mark, s Scale) float64 {
	b := boxOf(m.Points)
	w, h := (b.x1-b.x0)*s.Column, (b.y1-b.y0)*s.Row
	switch m.Kind {
	case Ellipse:
		// Ramanujan's second formula, 1914: within 5·10⁻⁴ even of the flattest.
		if w+h == 0 {
			return 0
		}
		x := (w - h) * (w - h) / ((w + h) * (w + h))
		return math.Pi / 2 * (w + h) * (1 + 3*x/(10+math.Sqrt(4-3*x)))
	case Rectangle:
		return 2 * (w + h)
	}
	sum := 0.0
	for i, p := range m.Points {
		sum += s.apart(p, m.Points[(i+1)%len(m.Points)])
	}
	return sum
}
