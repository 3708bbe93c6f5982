package space

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The three usual directions of slices, as Image Orientation (0020,0037) has them.
var (
	axial    = []float64{1, 0, 0, 0, 1, 0}
	coronal  = []float64{1, 0, 0, 0, 0, -1}
	sagittal = []float64{0, 1, 0, 0, 0, -1}
)

const study = "1.2.3" // the frame of reference of most planes here

func plane(t *testing.T, position, orientation, spacing []float64, rows, columns int) Plane {
	t.Helper()
	p, ok := New(position, orientation, spacing, rows, columns, study)
	if !ok {
		t.Fatal("refused", position, orientation, spacing)
	}
	return p
}

func near(a, b [3]float64, tolerance float64) bool {
	return math.Abs(a[0]-b[0]) <= tolerance && math.Abs(a[1]-b[1]) <= tolerance && math.Abs(a[2]-b[2]) <= tolerance
}

// Worked out by hand from PS3.3 C.7.6.2.1.1: 0.5 mm between rows, 2 mm between columns.
func TestUsualPlanes(t *testing.T) {
	spacing := []float64{0.5, 2}
	for _, c := range []struct {
		name          string
		orientation   []float64
		x, y          float64
		place, normal [3]float64
	}{
		{"the first pixel", axial, 0.5, 0.5, [3]float64{-100, -50, 7}, [3]float64{0, 0, 1}},
		{"axial, ten columns on", axial, 10.5, 0.5, [3]float64{-80, -50, 7}, [3]float64{0, 0, 1}},
		{"axial, ten rows down", axial, 0.5, 10.5, [3]float64{-100, -45, 7}, [3]float64{0, 0, 1}},
		{"the image's corner", axial, 0, 0, [3]float64{-101, -50.25, 7}, [3]float64{0, 0, 1}},
		{"coronal", coronal, 10.5, 20.5, [3]float64{-80, -50, -3}, [3]float64{0, 1, 0}},
		{"sagittal", sagittal, 10.5, 20.5, [3]float64{-100, -30, -3}, [3]float64{-1, 0, 0}},
	} {
		p := plane(t, []float64{-100, -50, 7}, c.orientation, spacing, 64, 32)
		if got := p.At(c.x, c.y); !near(got, c.place, 1e-12) {
			t.Errorf("%s: %v lies at %v", c.name, got, c.place)
		}
		if got := p.Normal(); !near(got, c.normal, 1e-12) {
			t.Errorf("%s: normal %v", c.name, got)
		}
		before := plus(c.place, 3, c.normal)
		if x, y, d := p.Project(before); math.Abs(x-c.x)+math.Abs(y-c.y)+math.Abs(d-3) > 1e-12 {
			t.Errorf("%s: %v projects to %g, %g, %g mm", c.name, before, x, y, d)
		}
	}
}

// rotation is a random one: three rotations about fixed axes one after the other, as
// matrices are multiplied, which the plane itself never does.
func rotation(r *rand.Rand) [3][3]float64 {
	m := [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	for axis := range 3 {
		c, s := math.Cos(r.Float64()*2*math.Pi), 0.0
		s = math.Sqrt(1 - c*c)
		i, j := (axis+1)%3, (axis+2)%3
		turn := [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
		turn[i][i], turn[i][j], turn[j][i], turn[j][j] = c, -s, s, c
		var product [3][3]float64
		for a := range 3 {
			for b := range 3 {
				for k := range 3 {
					product[a][b] += turn[a][k] * m[k][b]
				}
			}
		}
		m = product
	}
	return m
}

func random(r *rand.Rand) (p Plane, m [3][3]float64) {
	m = rotation(r)
	position := make([]float64, 3) // so that the middle lies not far from 0
	for i := range position {
		position[i] = 200*(r.Float64()-0.5) - 100*(m[i][0]+m[i][1])
	}
	orientation := []float64{m[0][0], m[1][0], m[2][0], m[0][1], m[1][1], m[2][1]}
	p, ok := New(position, orientation, []float64{0.2 + r.Float64(), 0.2 + r.Float64()}, 100+r.IntN(400), 100+r.IntN(400), study)
	if !ok {
		panic("a rotation was refused")
	}
	return p, m
}

// solve is Cramer's rule for three equations.
func solve(m [3][3]float64, v [3]float64) (out [3]float64) {
	det := func(m [3][3]float64) float64 {
		return m[0][0]*(m[1][1]*m[2][2]-m[1][2]*m[2][1]) - m[0][1]*(m[1][0]*m[2][2]-m[1][2]*m[2][0]) + m[0][2]*(m[1][0]*m[2][1]-m[1][1]*m[2][0])
	}
	for c := range 3 {
		with := m
		for r := range 3 {
			with[r][c] = v[r]
		}
		out[c] = det(with) / det(m)
	}
	return out
}

// Places project to where the equations of PS3.3 C.7.6.2.1-1 are solved, whatever the
// direction; and At and Project undo each other.
func TestAnyDirection(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 9))
	for range 2000 {
		p, m := random(r)
		place := [3]float64{600 * (r.Float64() - 0.5), 600 * (r.Float64() - 0.5), 600 * (r.Float64() - 0.5)}
		scaled := m // columns: one step along a row, one down, one mm across
		for i := range 3 {
			scaled[i][0] *= p.PerColumn
			scaled[i][1] *= p.PerRow
		}
		want := solve(scaled, Minus(place, p.Origin))
		x, y, d := p.Project(place)
		if !near([3]float64{x - 0.5, y - 0.5, d}, want, 1e-8) {
			t.Fatalf("%v projects to %v, want %v", place, [3]float64{x - 0.5, y - 0.5, d}, want)
		}
		if back := plus(p.At(x, y), d, p.Normal()); !near(back, place, 1e-9) {
			t.Fatalf("%v came back as %v", place, back)
		}
	}
}

func TestRoundedCosines(t *testing.T) {
	// A head scan at 14.5°, with the three digits that some scanners write.
	p := plane(t, []float64{0, 0, 0}, []float64{1, 0, 0, 0, 0.968, 0.25}, []float64{1, 1}, 512, 512)
	if math.Abs(Norm(p.Along)-1)+math.Abs(Norm(p.Down)-1)+math.Abs(Dot(p.Along, p.Down)) > 1e-15 {
		t.Errorf("%v and %v are no unit vectors at right angles", p.Along, p.Down)
	}
	p = plane(t, []float64{0, 0, 0}, []float64{1, 0.004, 0, 0.004, 1, 0}, []float64{1, 1}, 512, 512)
	if math.Abs(Dot(p.Along, p.Down)) > 1e-15 || math.Abs(p.Along[1]) > 1e-4 || math.Abs(p.Down[0]) > 1e-4 {
		t.Errorf("%v and %v: the error was not shared", p.Along, p.Down)
	}
}

func TestRefused(t *testing.T) {
	position, spacing := []float64{1, 2, 3}, []float64{1, 1}
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		position, orientation, spacing []float64
		rows, columns                  int
	}{
		"nothing":             {},
		"no position":         {nil, axial, spacing, 1, 1},
		"two coordinates":     {[]float64{1, 2}, axial, spacing, 1, 1},
		"NaN":                 {[]float64{1, nan, 2}, axial, spacing, 1, 1},
		"infinite":            {[]float64{1, inf, 2}, axial, spacing, 1, 1},
		"out of the world":    {[]float64{1, 1e300, 2}, axial, spacing, 1, 1},
		"no orientation":      {position, nil, spacing, 1, 1},
		"zero cosines":        {position, make([]float64, 6), spacing, 1, 1},
		"a cosine is NaN":     {position, []float64{1, 0, 0, 0, nan, 0}, spacing, 1, 1},
		"one direction twice": {position, []float64{1, 0, 0, 1, 0, 0}, spacing, 1, 1},
		"slanted":             {position, []float64{1, 0, 0, 0.1, 0.995, 0}, spacing, 1, 1},
		"too long":            {position, []float64{1.1, 0, 0, 0, 1, 0}, spacing, 1, 1},
		"no spacing":          {position, axial, nil, 1, 1},
		"spacing 0":           {position, axial, []float64{0, 1}, 1, 1},
		"negative":            {position, axial, []float64{1, -1}, 1, 1},
		"spacing NaN":         {position, axial, []float64{nan, 1}, 1, 1},
		"spacing infinite":    {position, axial, []float64{inf, 1}, 1, 1},
		"no rows":             {position, axial, spacing, 0, 1},
		"no columns":          {position, axial, spacing, 1, -1},
	} {
		if p, ok := New(c.position, c.orientation, c.spacing, c.rows, c.columns, ""); ok || p != (Plane{}) {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestSameParallelWithin(t *testing.T) {
	a := plane(t, []float64{0, 0, 0}, axial, []float64{1, 1}, 10, 20)
	b := a
	if b.FrameOfReference = "1.2.4"; a.Same(b) || !a.Same(a) {
		t.Error("frames of reference are mixed up")
	}
	if b.FrameOfReference, a.FrameOfReference = "", ""; a.Same(b) {
		t.Error("two unknown frames of reference are not the same one")
	}
	for _, c := range []struct {
		stated, series, path string
		frames               int
		want                 string
	}{
		{"1.2", "3.4", "a", 9, "1.2"}, {"", "3.4", "a", 9, "series 3.4"}, {"", "3.4", "b", 1, "series 3.4"},
		{"", "", "a", 2, "file a"}, {"", "", "a", 1, ""},
	} {
		if got := Reference(c.stated, c.series, c.path, c.frames); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	turn := func(degrees float64) Plane {
		s, c := math.Sincos(degrees * math.Pi / 180)
		return plane(t, []float64{0, 0, 0}, []float64{1, 0, 0, 0, c, s}, []float64{1, 1}, 10, 10)
	}
	for _, c := range []struct {
		degrees, tolerance float64
		want               bool
	}{{0, 0, true}, {5, 4.9, false}, {5, 5.1, true}, {175, 5.1, true}, {180, 0.001, true}, {90, 89, false}} {
		if turn(c.degrees).Parallel(turn(0), c.tolerance) != c.want {
			t.Errorf("%g° within %g°: %v", c.degrees, c.tolerance, !c.want)
		}
	}
	for _, c := range []struct {
		place [3]float64
		mm    float64
		want  bool
	}{{[3]float64{0, 0, 1}, 1, true}, {[3]float64{0, 0, -1.01}, 1, false}, {[3]float64{19.5, 9.5, 0}, 1, true}, {[3]float64{19.6, 5, 0}, 1, false}, {[3]float64{-0.6, 5, 0}, 1, false}} {
		if a.Within(c.place, c.mm) != c.want {
			t.Errorf("%v within %g mm: %v", c.place, c.mm, !c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	var planes []Plane
	for z := range 10 {
		planes = append(planes, plane(t, []float64{0, 0, 3 * float64(z)}, axial, []float64{1, 1}, 10, 10))
	}
	for _, c := range []struct {
		z, distance float64
		index       int
	}{{0, 0, 0}, {-8, -8, 0}, {4, 1, 1}, {5, -1, 2}, {4.5, 1.5, 1}, {1000, 973, 9}} {
		if i, d := Nearest(planes, [3]float64{5, 5, c.z}); i != c.index || math.Abs(d-c.distance) > 1e-12 {
			t.Errorf("%g mm: plane %d, %g mm", c.z, i, d)
		}
	}
	for _, place := range [][3]float64{{math.NaN(), 0, 0}, {0, 0, math.NaN()}} {
		if i, _ := Nearest(planes, place); i != -1 {
			t.Errorf("%v is nearest to plane %d", place, i)
		}
	}
	if i, _ := Nearest(nil, [3]float64{}); i != -1 {
		t.Errorf("of no planes %d is the nearest", i)
	}
}
