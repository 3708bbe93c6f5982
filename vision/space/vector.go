package space

import "math"

// Dot is the scalar product.
func Dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

// Cross is the vector product.
func Cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

// Minus is the way from b to a.
func Minus(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

// Norm is the length of a vector.
func Norm(a [3]float64) float64 { return math.Sqrt(Dot(a, a)) }

// plus gives a + f·b.
func plus(a [3]float64, f float64, b [3]float64) [3]float64 {
	return [3]float64{a[0] + f*b[0], a[1] + f*b[1], a[2] + f*b[2]}
}

func unit(a [3]float64) [3]float64 {
	n := Norm(a)
	return [3]float64{a[0] / n, a[1] / n, a[2] / n}
}
