package marks

import (
	"cmp"
	"math"
	"slices"

	"lightbox/vision"
)

// spans are the pixels of a region, cut to an image of so many rows and columns:
// those whose middle lies inside its outline. Of a polygon that crosses itself, inside
// is what a line from outside reaches after an odd number of crossings. A middle on
// the outline itself belongs to what lies right of it or below, so that regions
// that share a side share no pixel.
func spans(m Mark, rows, columns int) []vision.Span {
	b := boxOf(m.Points)
	first, last := max(middle(b.y0), 0), min(middle(b.y1), rows)
	if first >= last {
		return nil
	}
	out := make([]vision.Span, 0, last-first)
	add := func(row int, x0, x1 float64) {
		if from, to := max(middle(x0), 0), min(middle(x1), columns); from < to {
			out = append(out, vision.Span{Row: row, From: from, To: to})
		}
	}
	switch m.Kind {
	case Rectangle:
		for row := first; row < last; row++ {
			add(row, b.x0, b.x1)
		}
	case Ellipse:
		mx, my, rx, ry := (b.x0+b.x1)/2, (b.y0+b.y1)/2, (b.x1-b.x0)/2, (b.y1-b.y0)/2
		for row := first; row < last; row++ {
			v := (float64(row) + 0.5 - my) / ry
			half := rx * math.Sqrt(max(0, 1-v*v))
			add(row, mx-half, mx+half)
		}
	case Polygon:
		for i, xs := range crossings(m.Points, first, last) {
			slices.Sort(xs)
			for k := 0; k+1 < len(xs); k += 2 {
				add(first+i, xs[k], xs[k+1])
			}
		}
	}
	return out
}

// middle is the first pixel whose middle does not lie before x.
func middle(x float64) int { return int(math.Ceil(x - 0.5)) }

// crossings are where the sides of a polygon cross the middles of the rows from
// first to before last.
func crossings(points []Point, first, last int) [][]float64 {
	out := make([][]float64, last-first)
	for i, p := range points {
		q := points[(i+1)%len(points)]
		if p.Y > q.Y {
			p, q = q, p
		}
		for row := max(middle(p.Y), first); row < min(middle(q.Y), last); row++ {
			t := (float64(row) + 0.5 - p.Y) / (q.Y - p.Y)
			out[row-first] = append(out[row-first], p.X+t*(q.X-p.X))
		}
	}
	return out
}

// crossesItself tells whether two sides of a polygon that are no neighbours meet.
func crossesItself(points []Point) bool {
	type side struct {
		p, q   Point
		number int
	}
	sides := make([]side, len(points))
	for i, p := range points {
		q := points[(i+1)%len(points)]
		if p.X > q.X {
			p, q = q, p
		}
		sides[i] = side{p, q, i}
	}
	slices.SortFunc(sides, func(a, b side) int { return cmp.Compare(a.p.X, b.p.X) })
	for i, a := range sides {
		for _, b := range sides[i+1:] {
			if b.p.X > a.q.X {
				break
			}
			d := a.number - b.number
			if d < 0 {
				d = -d
			}
			if d != 1 && d != len(points)-1 && meet(a.p, a.q, b.p, b.q) {
				return true
			}
		}
	}
	return false
}

// meet tells whether two segments cross, each at a point within the other.
func meet(a, b, c, d Point) bool {
	return turn(a, b, c)*turn(a, b, d) < 0 && turn(c, d, a)*turn(c, d, b) < 0
}

// turn is positive where a, b, c turn one way, negative where they turn the other.
func turn(a, b, c Point) float64 { return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X) }
