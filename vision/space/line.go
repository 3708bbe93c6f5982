package space

import "math"

// Line is where another image cuts this one: the ends, as positions of this image, of
// what lies on both. It is the line of a localizer, or the reference line of a slice.
//
// ok is false where there is no such line: in different frames of reference, of planes
// that are nearly parallel, of images that do not reach each other.
func (p Plane) Line(o Plane) (a, b [2]float64, ok bool) {
	if !p.Same(o) || p.Parallel(o, edgeOn) {
		return a, b, false
	}
	w, h := float64(o.Columns), float64(o.Rows)
	corners := [4][3]float64{o.At(0, 0), o.At(w, 0), o.At(w, h), o.At(0, h)}
	var before [4]float64 // how far before this plane each corner lies
	for i, c := range corners {
		before[i] = Dot(Minus(c, p.Origin), p.Normal())
	}
	var ends [][2]float64
	for i := range corners {
		k := (i + 1) % len(corners)
		if (before[i] < 0) == (before[k] < 0) { // of a rectangle two sides cross, or none
			continue
		}
		f := before[i] / (before[i] - before[k])
		x, y, _ := p.Project(plus(corners[i], f, Minus(corners[k], corners[i])))
		ends = append(ends, [2]float64{x, y})
	}
	if len(ends) != 2 {
		return a, b, false
	}
	return p.clip(ends[0], ends[1])
}

// clip leaves of a line from a to b what lies on the image (Liang and Barsky 1984).
func (p Plane) clip(a, b [2]float64) (from, to [2]float64, ok bool) {
	size := [2]float64{float64(p.Columns), float64(p.Rows)}
	first, last := 0.0, 1.0 // the part that is left
	for i, way := range [2]float64{b[0] - a[0], b[1] - a[1]} {
		low, high := -a[i]/way, (size[i]-a[i])/way
		switch {
		case way < 0:
			low, high = high, low
		case way == 0 && (a[i] < 0 || a[i] > size[i]):
			return from, to, false
		case way == 0:
			continue
		}
		first, last = max(first, low), min(last, high)
	}
	at := func(f float64) [2]float64 { return [2]float64{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])} }
	from, to = at(first), at(last)
	length := math.Hypot(to[0]-from[0], to[1]-from[1])
	ok = first < last && length > least && !math.IsInf(length, 0) // false for NaN
	return from, to, ok
}
