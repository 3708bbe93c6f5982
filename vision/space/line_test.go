package space

import (
	"math"
	"math/rand/v2"
	"testing"
)

func close2(a, b [2]float64, tolerance float64) bool {
	return math.Hypot(a[0]-b[0], a[1]-b[1]) <= tolerance
}

func sameLine(a, b, c, d [2]float64, tolerance float64) bool {
	return close2(a, c, tolerance) && close2(b, d, tolerance) || close2(a, d, tolerance) && close2(b, c, tolerance)
}

// A head: axial slices of 200 × 200 mm, a sagittal and a coronal localizer.
func TestLocalizerLines(t *testing.T) {
	slice := plane(t, []float64{-99.5, -99.5, 20}, axial, []float64{1, 1}, 200, 200)
	scout := plane(t, []float64{0, -149, 148}, sagittal, []float64{2, 2}, 150, 150)
	// On the sagittal image z 20 lies (150-20)/2 − ½ rows below the upper edge, which
	// is at z 149; the slice ends at y −100 and 100, the image at −150 and 150.
	a, b, ok := scout.Line(slice)
	if !ok || !sameLine(a, b, [2]float64{25, 64.5}, [2]float64{125, 64.5}, 1e-9) {
		t.Errorf("on the scout: %v to %v, %v", a, b, ok)
	}
	// The other way round the scout is wider than the slice and cuts all of it.
	a, b, ok = slice.Line(scout)
	if !ok || !sameLine(a, b, [2]float64{100, 0}, [2]float64{100, 200}, 1e-9) {
		t.Errorf("on the slice: %v to %v, %v", a, b, ok)
	}
	front := plane(t, []float64{-50, 30, 30}, coronal, []float64{1, 1}, 100, 40) // x −50.5…−10.5, z 30.5…−69.5
	a, b, ok = slice.Line(front)
	if !ok || !sameLine(a, b, [2]float64{49.5, 130}, [2]float64{89.5, 130}, 1e-9) {
		t.Errorf("of a narrow image: %v to %v, %v", a, b, ok)
	}
}

func TestNoLine(t *testing.T) {
	slice := plane(t, []float64{-99.5, -99.5, 20}, axial, []float64{1, 1}, 200, 200)
	other := slice
	other.Origin[2] = 30
	elsewhere := plane(t, []float64{0, -149, 148}, sagittal, []float64{2, 2}, 150, 150)
	elsewhere.FrameOfReference = "9"
	unknown := elsewhere
	unknown.FrameOfReference = ""
	above := plane(t, []float64{0, -149, 148}, sagittal, []float64{1, 1}, 100, 100)    // ends at z 48
	beside := plane(t, []float64{110, -149, 148}, sagittal, []float64{2, 2}, 150, 150) // x 110
	turn := func(degrees float64) Plane {
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		return plane(t, []float64{-99.5, -99.5, 20}, []float64{cos, 0, sin, 0, 1, 0}, []float64{1, 1}, 200, 200)
	}
	if a, b, ok := slice.Line(turn(1.5)); !ok || !sameLine(a, b, [2]float64{0.5, 0}, [2]float64{0.5, 200}, 1e-9) {
		t.Errorf("at 1.5°: %v to %v, %v", a, b, ok)
	}
	for name, o := range map[string]Plane{"nearly parallel": turn(0.9), "parallel": other, "itself": slice, "another frame of reference": elsewhere, "unknown": unknown, "above": above, "beside": beside, "zero": {FrameOfReference: study}} {
		if a, b, ok := slice.Line(o); ok {
			t.Errorf("%s: %v to %v", name, a, b)
		}
	}
}

// The line is where points of the other image, sampled densely along the line that
// two planes have in common (Hesse's form of both), lie on both images. And both
// images agree on it.
func TestLineAnyDirection(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const steps = 20000
	lines, none := 0, 0
	for range 300 {
		p, _ := random(r)
		o, _ := random(r)
		if p.Parallel(o, 5) {
			continue
		}
		n, m := p.Normal(), o.Normal()
		u := Cross(n, m)
		h, k := Dot(n, p.Origin), Dot(m, o.Origin)
		base := Cross(Minus([3]float64{h * m[0], h * m[1], h * m[2]}, [3]float64{k * n[0], k * n[1], k * n[2]}), u)
		uu := Dot(u, u)
		for i := range base {
			base[i] /= uu
		}
		direction := unit(u)
		var first, last float64
		found := false
		const reach = 1500.0 // mm each way
		for i := range steps + 1 {
			f := reach * (2*float64(i)/steps - 1)
			place := plus(base, f, direction)
			if p.Within(place, 1e-6) && o.Within(place, 1e-6) {
				if !found {
					first = f
				}
				last, found = f, true
			}
		}
		a, b, ok := p.Line(o)
		c, d, back := o.Line(p)
		if ok != back {
			t.Fatalf("%v one way, %v the other", ok, back)
		}
		const step = 2 * reach / steps // mm
		if !ok {
			if found && last-first > 2*step {
				t.Fatalf("no line, but %g mm are on both images", last-first)
			}
			none++
			continue
		}
		lines++
		from, to := p.At(a[0], a[1]), p.At(b[0], b[1])
		if x, y := o.At(c[0], c[1]), o.At(d[0], d[1]); !(near(from, x, 1e-6) && near(to, y, 1e-6) || near(from, y, 1e-6) && near(to, x, 1e-6)) {
			t.Fatalf("%v–%v one way, %v–%v the other", from, to, x, y)
		}
		length := Norm(Minus(to, from))
		if !found {
			if length > 2*step {
				t.Fatalf("a line of %g mm, but no place on both images", length)
			}
			continue
		}
		x, y := plus(base, first, direction), plus(base, last, direction)
		if !(near(from, x, 2*step) && near(to, y, 2*step) || near(from, y, 2*step) && near(to, x, 2*step)) {
			t.Fatalf("%v–%v, sampled %v–%v", from, to, x, y)
		}
	}
	if lines < 50 || none < 20 {
		t.Errorf("%d lines and %d pairs without one tell little", lines, none)
	}
}

// Numbers that are none, in planes that New would not make, end without a panic and
// without a line.
func TestGarbage(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 1e308, -1e308, 5e-324}
	for range 20000 {
		p, _ := random(r)
		o, _ := random(r)
		for _, q := range []*Plane{&p, &o} {
			fields := []*float64{&q.Origin[0], &q.Origin[2], &q.Along[0], &q.Along[1], &q.Down[2], &q.Down[1], &q.PerColumn, &q.PerRow}
			for range r.IntN(3) {
				*fields[r.IntN(len(fields))] = odd[r.IntN(len(odd))]
			}
			if r.IntN(10) == 0 {
				q.Rows, q.Columns = r.IntN(3)-1, math.MinInt
			}
		}
		a, b, ok := p.Line(o)
		if ok {
			for _, v := range append(a[:], b[:]...) {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%v to %v of %+v and %+v", a, b, p, o)
				}
			}
		}
		p.Within(o.At(1, 1), 3)
		Nearest([]Plane{p, o}, o.At(3, 4))
	}
}

func BenchmarkLine(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	p, _ := random(r)
	o, _ := random(r)
	for b.Loop() {
		p.Line(o)
	}
}
