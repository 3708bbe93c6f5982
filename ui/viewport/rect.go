package viewport

import "lightbox/model/plane"

// rect is a rectangle in screen pixels.
type rect struct{ x0, y0, x1, y1 float64 }

func (r rect) meets(o rect) bool {
	return r.x0 < o.x1 && o.x0 < r.x1 && r.y0 < o.y1 && o.y0 < r.y1
}

func (r rect) within(o rect) bool {
	return r.x0 >= o.x0 && r.x1 <= o.x1 && r.y0 >= o.y0 && r.y1 <= o.y1
}

// nearest is the point of r nearest to p.
func (r rect) nearest(p plane.Point) plane.Point {
	return plane.Point{X: min(max(p.X, r.x0), r.x1), Y: min(max(p.Y, r.y0), r.y1)}
}

// clip is the part of a line within r (Liang and Barsky's method).
func (r rect) clip(a, b plane.Point) (from, to plane.Point, ok bool) {
	u, v := 0.0, 1.0
	dx, dy := b.X-a.X, b.Y-a.Y
	for _, side := range [4][2]float64{ // step towards a side, room until there
		{-dx, a.X - r.x0}, {dx, r.x1 - a.X}, {-dy, a.Y - r.y0}, {dy, r.y1 - a.Y},
	} {
		switch step, room := side[0], side[1]; {
		case step == 0 && room < 0:
			return a, b, false
		case step < 0:
			u = max(u, room/step)
		case step > 0:
			v = min(v, room/step)
		}
	}
	if u > v {
		return a, b, false
	}
	return plane.Point{X: a.X + u*dx, Y: a.Y + u*dy}, plane.Point{X: a.X + v*dx, Y: a.Y + v*dy}, true
}
