package study

import (
	"math"
	"strings"

	"lightbox/vision/space"
)

// normalised reports whether v can be the direction cosines of a row and a
// column: of length one and at right angles, as far as files keep to that.
func normalised(v []float64) bool {
	row, column := [3]float64(v[:3]), [3]float64(v[3:])
	for _, n := range []float64{space.Norm(row), space.Norm(column)} {
		if !(math.Abs(n-1) < 0.1) { // NaN too
			return false
		}
	}
	return math.Abs(space.Dot(row, column)) < 0.1
}

// axis is the direction in which slices of an orientation are ordered: their
// normal (PS3.3 C.7.6.2.1.1), turned to the head where it runs mainly along
// the body.
func axis(o [6]float64) [3]float64 {
	n := space.Cross([3]float64(o[:3]), [3]float64(o[3:]))
	l := space.Norm(n)
	if math.Abs(n[2]) > math.Abs(n[0]) && math.Abs(n[2]) > math.Abs(n[1]) && n[2] < 0 {
		l = -l
	}
	return [3]float64{n[0] / l, n[1] / l, n[2] / l}
}

// parallel reports whether two orientations are the same within tolerance.
func parallel(a, b [6]float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > sameDirection {
			return false
		}
	}
	return true
}

// letters names the main directions of row and column, as "L/P".
func letters(o [6]float64) string {
	name := func(v []float64) string {
		best := 0
		for i := range v {
			if math.Abs(v[i]) > math.Abs(v[best]) {
				best = i
			}
		}
		if v[best] < 0 {
			return "RAF"[best : best+1]
		}
		return "LPH"[best : best+1]
	}
	return strings.Join([]string{name(o[:3]), name(o[3:])}, "/")
}
