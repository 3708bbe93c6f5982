package nifti

import "math"

// The header's offsets and codes of geometry.
const (
	atPixdim = 76 // pixdim[0] … pixdim[7], float32
	atQcode  = 252
	atScode  = 254
	atQuat   = 256 // quatern_b, c, d, then the offsets x, y, z
	atSrow   = 280 // srow_x, srow_y, srow_z, four each

	unitsOfLength = 0x07 // of xyzt_units
	unitsOfTime   = 0x38
)

// matrix maps column, row and slice index (i, j, k) to mm: a column for each,
// then the offset.
type matrix [3][4]float64

// place works out spacing, orientation and positions from the units, pixdim and
// the affine: sform where the file has one, else qform, as nifti1.h leaves it
// to the reader and most readers do.
func (v *Volume) place(units byte, short func(int) int, float func(int) float64) {
	length, stated := 1.0, true
	switch units & unitsOfLength {
	case 1:
		length = 1000
	case 2:
	case 3:
		length = 0.001
	default:
		stated = false
	}
	v.UnitStated = stated
	second := map[byte]float64{8: 1, 16: 1e-3, 24: 1e-6}[units&unitsOfTime]
	if dt := float(atPixdim + 16); finite(dt) && dt > 0 {
		v.TimeStep = dt * second
	}
	for i := range v.Spacing {
		if d := math.Abs(float(atPixdim+4*(i+1))) * length; finite(d) {
			v.Spacing[i] = d
		}
	}
	var m matrix
	switch {
	case short(atScode) > 0:
		for r := range 3 {
			for c := range 4 {
				m[r][c] = float(atSrow + 16*r + 4*c)
			}
		}
		if v.orient(m, length) {
			v.GeometryFrom = "sform"
			return
		}
		fallthrough
	case short(atQcode) > 0:
		if short(atQcode) > 0 && v.orient(quaternion(float), length) {
			v.GeometryFrom = "qform"
		}
	}
}

// quaternion makes the matrix of qform: the rotation of the unit quaternion
// a + bi + cj + dk, columns scaled by pixdim, the third reversed where
// pixdim[0] is negative (nifti1.h, method 2).
func quaternion(float func(int) float64) matrix {
	b, c, d := float(atQuat), float(atQuat+4), float(atQuat+8)
	a := 1 - (b*b + c*c + d*d)
	if a < 0 { // rounding: a rotation by half a turn
		n := math.Sqrt(b*b + c*c + d*d)
		a, b, c, d = 0, b/n, c/n, d/n
	}
	a = math.Sqrt(a)
	x, y, z := float(atPixdim+4), float(atPixdim+8), float(atPixdim+12)
	if float(atPixdim) < 0 {
		z = -z
	}
	return matrix{
		{(a*a + b*b - c*c - d*d) * x, 2 * (b*c - a*d) * y, 2 * (b*d + a*c) * z, float(atQuat + 12)},
		{2 * (b*c + a*d) * x, (a*a + c*c - b*b - d*d) * y, 2 * (c*d - a*b) * z, float(atQuat + 16)},
		{2 * (b*d - a*c) * x, 2 * (c*d + a*b) * y, (a*a + d*d - b*b - c*c) * z, float(atQuat + 20)},
	}
}

// orient sets orientation, positions, spacing and how frames are turned from
// an affine; false leaves all as it was, because the affine is no geometry.
func (v *Volume) orient(m matrix, length float64) bool {
	vector := func(c int) []float64 { // from right, anterior to left, posterior; in mm
		return []float64{-m[0][c] * length, -m[1][c] * length, m[2][c] * length}
	}
	i, j, k, origin := vector(0), vector(1), vector(2), vector(3)
	di, dj, dk := norm(i), norm(j), norm(k)
	for _, d := range []float64{di, dj, dk, 1 + norm(origin)} {
		if !finite(d) || d < 1e-6 || d > 1e6 {
			return false
		}
	}
	// Rows and columns at a slant have no orientation that letters could tell.
	if math.Abs(dot(i, j))/(di*dj) > 0.1 {
		return false
	}
	v.FlippedColumns, v.FlippedRows = backwards(i, -1, -1, 0), backwards(j, 0, -1, 1)
	if v.FlippedColumns {
		origin, i = add(origin, float64(v.Columns-1), i), add([]float64{0, 0, 0}, -1, i)
	}
	if v.FlippedRows {
		origin, j = add(origin, float64(v.Rows-1), j), add([]float64{0, 0, 0}, -1, j)
	}
	v.Orientation = []float64{i[0] / di, i[1] / di, i[2] / di, j[0] / dj, j[1] / dj, j[2] / dj}
	v.Spacing = [3]float64{di, dj, dk}
	v.origin, v.step = origin, k
	return true
}

// backwards tells whether the direction runs mainly along an axis with the
// sign that is given as unusual for it; 0 where both are usual.
func backwards(d []float64, unusual ...float64) bool {
	main := 0
	for a := range 3 {
		if math.Abs(d[a]) > math.Abs(d[main]) {
			main = a
		}
	}
	return d[main]*unusual[main] > 0
}

func dot(a, b []float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func norm(a []float64) float64 { return math.Sqrt(dot(a, a)) }

// add gives a + f·b.
func add(a []float64, f float64, b []float64) []float64 {
	return []float64{a[0] + f*b[0], a[1] + f*b[1], a[2] + f*b[2]}
}
