package study

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"lightbox/vision/dicom"
	"lightbox/vision/space"
)

func TestPlaneOfAFrame(t *testing.T) {
	h := slice(1, 30)
	h.PixelSpacing = []float64{0.5, 2} // between rows, between columns
	f := one(t, []*Item{itemOf(h)}).Frames[0]
	p, ok := f.Plane()
	// Column 10 lies 20 mm to the left of the first pixel, row 10 lies 5 mm behind it.
	if !ok || p.Columns != 32 || p.Rows != 64 || p.FrameOfReference != "1.4" || p.At(10.5, 0.5) != [3]float64{-80, -100, 30} || p.At(0.5, 10.5) != [3]float64{-100, -95, 30} {
		t.Errorf("%+v, %v", p, ok)
	}
	for name, edit := range map[string]func(h *dicom.Header){
		"no spacing":     func(h *dicom.Header) { h.PixelSpacing = nil },
		"no position":    func(h *dicom.Header) { h.ImagePosition = nil },
		"no orientation": func(h *dicom.Header) { h.ImageOrientation = nil },
		"zero cosines":   func(h *dicom.Header) { h.ImageOrientation = make([]float64, 6) },
		"slanted":        func(h *dicom.Header) { h.ImageOrientation = []float64{1, 0, 0, 0.08, 1, 0} },
		"many frames":    func(h *dicom.Header) { h.Frames = 2 }, // of which one place at most is told
	} {
		h := h
		edit(&h)
		it := itemOf(h)
		for n := range it.Frames {
			if p, ok := (Frame{Item: it, Index: n}).Plane(); ok {
				t.Errorf("%s: frame %d lies at %+v", name, n, p)
			}
		}
	}
}

// The frames of an enhanced object have places, directions and spacings of their own.
func TestPlanesOfAnEnhancedObject(t *testing.T) {
	h := slice(1, 0)
	h.Frames, h.ImagePosition, h.PixelSpacing, h.FrameOfReferenceUID = 3, []float64{9, 9, 9}, []float64{7, 7}, ""
	h.PerFrame = []dicom.FrameInfo{
		{Position: []float64{0, 0, 5}, Spacing: []float64{1, 3}},
		{Position: []float64{0, 0, 6}, Orientation: sagittal},
		{},
	}
	it := itemOf(h)
	first, ok := Frame{Item: it}.Plane()
	if !ok || first.At(1.5, 1.5) != [3]float64{3, 1, 5} {
		t.Errorf("%+v, %v", first, ok)
	}
	second, ok := Frame{Item: it, Index: 1}.Plane()
	if !ok || second.At(1.5, 0.5) != [3]float64{0, 7, 6} || !first.Same(second) {
		t.Errorf("%+v, %v", second, ok)
	}
	for _, n := range []int{2, 3, 1000} {
		if p, ok := (Frame{Item: it, Index: n}).Plane(); ok {
			t.Errorf("frame %d lies at %+v", n, p)
		}
	}
}

// stackAt is a stack of slices at these heights, in mm.
func stackAt(t *testing.T, heights ...float64) *Stack {
	t.Helper()
	return one(t, series(len(heights), 0, func(i int, h *dicom.Header) {
		h.ImagePosition[2], h.PixelSpacing = heights[i], []float64{1, 1}
	}))
}

func TestNearest(t *testing.T) {
	even := stackAt(t, 0, 3, 6, 9, 12)
	gap := stackAt(t, 0, 3, 6, 30, 33, 36)
	doubled := stackAt(t, 0, 3, 3, 6)
	nearly := stackAt(t, 0, 3, 3.004, 6) // one place, but for rounding
	film := stackAt(t, 7, 7, 7)
	alone := stackAt(t, 7)
	thick := one(t, series(1, 0, func(_ int, h *dicom.Header) { h.SliceThickness, h.PixelSpacing = " 12.0 ", []float64{1, 1} }))
	unplaced := one(t, series(3, 0, func(_ int, h *dicom.Header) { h.ImagePosition = nil }))
	for _, c := range []struct {
		name     string
		k        *Stack
		z        float64
		now      int
		frame    int
		distance float64
		ok       bool
	}{
		{"on a slice", even, 6, 0, 2, 0, true},
		{"between", even, 7, 0, 2, 1, true},
		{"nearer to the next", even, 8, 0, 3, -1, true},
		{"half way, coming from above", even, 4.5, 2, 2, -1.5, true},
		{"half way, coming from below", even, 4.5, 0, 1, 1.5, true},
		{"a spacing below", even, -3, 4, 0, -3, true},
		{"beyond the feet", even, -3.1, 4, 0, -3.1, false},
		{"beyond the head", even, 500, 1, 4, 488, false},
		{"in the gap", gap, 16, 0, 2, 10, true},
		{"in the gap, from there", gap, 25, 0, 3, -5, true},
		{"twice", doubled, 3, 0, 1, 0, true},
		{"twice, on the second", doubled, 3, 2, 2, 0, true},
		{"nearly twice", nearly, 3.004, 0, 1, 0.004, true},
		{"nearly twice, on the second", nearly, 3, 2, 2, -0.004, true},
		{"film", film, 8, 2, 2, 1, true},
		{"film, far off", film, 80, 2, 2, 73, false},
		{"alone", alone, 11, 0, 0, 4, true},
		{"alone, far off", alone, 13, 0, 0, 6, false},
		{"thick", thick, 11, 0, 0, 11, true},
		{"now is none", even, 7, 99, 2, 1, true},
		{"now is less", even, 7, -1, 2, 1, true},
		{"without places", unplaced, 7, 1, -1, 0, false},
		{"NaN", even, math.NaN(), 1, -1, 0, false},
		{"infinite", even, math.Inf(1), 1, -1, 0, false},
		{"no stack", nil, 7, 0, -1, 0, false},
		{"no frames", &Stack{}, 7, 0, -1, 0, false},
	} {
		frame, distance, ok := Nearest(c.k, [3]float64{10, 20, c.z}, c.now)
		if frame != c.frame || math.Abs(distance-c.distance) > 1e-9 || ok != c.ok {
			t.Errorf("%s: frame %d, %g mm, %v; want %d, %g mm, %v", c.name, frame, distance, ok, c.frame, c.distance, c.ok)
		}
	}
	if even.Film() || alone.Film() || !film.Film() {
		t.Error("what a film is")
	}
}

// In any direction, evenly spaced or not, the frame that is found is the one that
// trying all planes finds.
func TestNearestInAnyDirection(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		along := [3]float64{r.Float64() - 0.5, r.Float64() - 0.5, r.Float64() - 0.5}
		other := [3]float64{r.Float64() - 0.5, r.Float64() - 0.5, r.Float64() - 0.5}
		normal := space.Cross(along, other)
		down := space.Cross(normal, along)
		var cosines []float64
		for _, v := range [][3]float64{along, down} {
			for i := range 3 {
				cosines = append(cosines, v[i]/space.Norm(v))
			}
		}
		n := 2 + r.IntN(40)
		k := one(t, series(n, 0, func(i int, h *dicom.Header) {
			at := 3*float64(i) + r.Float64()
			for a := range 3 {
				h.ImagePosition[a] = 10*float64(a) + at*normal[a]/space.Norm(normal)
			}
			h.ImageOrientation, h.PixelSpacing = cosines, []float64{0.7, 0.4}
		}))
		var planes []space.Plane
		for _, f := range k.Frames {
			p, ok := f.Plane()
			if !ok {
				t.Fatal("a frame has no plane")
			}
			planes = append(planes, p)
		}
		for range 100 {
			place := [3]float64{200 * (r.Float64() - 0.5), 200 * (r.Float64() - 0.5), 200 * (r.Float64() - 0.5)}
			want, d := space.Nearest(planes, place)
			got, distance, _ := Nearest(k, place, -1)
			if got != want || math.Abs(d-distance) > 1e-6 {
				t.Fatalf("frame %d at %g mm, want %d at %g mm", got, distance, want, d)
			}
		}
	}
}

// Views of many directions are tried one by one.
func TestNearestOfMixedDirections(t *testing.T) {
	k := one(t, series(12, 0, func(i int, h *dicom.Header) {
		s, c := math.Sincos(float64(i) * math.Pi / 12)
		h.ImageOrientation, h.ImagePosition, h.PixelSpacing = []float64{c, s, 0, 0, 0, -1}, []float64{0, 0, 0}, []float64{1, 1}
	}))
	if !k.Film() {
		t.Fatal("views from all around are in no order of places")
	}
	for i, f := range k.Frames {
		p, _ := f.Plane()
		if got, d, ok := Nearest(k, p.At(40, 3), -1); got != i || math.Abs(d) > 1e-9 || !ok {
			t.Errorf("on frame %d: frame %d, %g mm, %v", i, got, d, ok)
		}
	}
}

// A cursor is followed through the largest stacks.
func TestNearestIsFast(t *testing.T) {
	heights := make([]float64, 5000)
	for i := range heights {
		heights[i] = float64(i) / 2
	}
	k := stackAt(t, heights...)
	const calls = 10_000
	start := time.Now()
	for i := range calls {
		if f, _, _ := Nearest(k, [3]float64{1, 2, float64(i) / 4}, 0); f != min((i+1)/2, 4999) && f != i/2 {
			t.Fatalf("%g mm: frame %d", float64(i)/4, f)
		}
	}
	if took := time.Since(start) / calls; took > 50*time.Microsecond {
		t.Errorf("%v a call", took)
	}
}

func BenchmarkNearest(b *testing.B) {
	for _, n := range []int{100, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var items []*Item
			for i := range n {
				items = append(items, itemOf(slice(i+1, float64(i))))
			}
			stacks, _ := group(items)
			for b.Loop() {
				Nearest(stacks[0], [3]float64{1, 2, 70.3}, 0)
			}
		})
	}
}
