package vision

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestWindowOfARegion puts the region's modality values in order.
func TestWindowOfARegion(t *testing.T) {
	scans := []*Scan{openDICOMImage(t, bordered(1900)), openDICOMImage(t, phantom(8)), gradient(61, 47, true)}
	negative := gradient(61, 47, false)
	negative.Modality = Modality{Slope: -0.25, Intercept: 3}
	r := rand.New(rand.NewPCG(3, 5))
	for _, s := range append(scans, negative) {
		parts := []image.Rectangle{s.Values.Bounds(), image.Rect(-10, -10, 500, 20), image.Rect(20, 25, 21, 26)}
		for range 30 {
			x, y := r.IntN(s.Values.Columns), r.IntN(s.Values.Rows)
			parts = append(parts, image.Rect(x, y, x+1+r.IntN(30), y+1+r.IntN(30)))
		}
		for _, part := range parts {
			var numbers []int
			for y := range s.Values.Rows {
				for x := range s.Values.Columns {
					if image.Pt(x, y).In(part) && !s.Padding(x, y) {
						numbers = append(numbers, s.Values.Value(x, y, 0))
					}
				}
			}
			v, ok := s.WindowOf(part)
			if ok != (len(numbers) > 0) {
				t.Fatalf("%v of %v: %d pixels, ok %v", part, s.Values, len(numbers), ok)
			}
			if !ok {
				continue
			}
			slices.Sort(numbers)
			at := func(q float64) float64 {
				return s.Modality.Value(numbers[int(math.Ceil(q*float64(len(numbers))))-1])
			}
			low, high := min(at(0.005), at(0.995)), max(at(0.005), at(0.995))
			if low == high {
				low, high = low-0.5, high+0.5
			}
			if gotLow, gotHigh := v.Range(); math.Abs(gotLow-low)+math.Abs(gotHigh-high) > 1e-9 || v.Source != SourceRegion || v.Function != Linear {
				t.Fatalf("%v: %s, from %g to %g, want %g to %g", part, v.Label(), gotLow, gotHigh, low, high)
			}
		}
	}
}

func TestWindowOfNothing(t *testing.T) {
	padded := openDICOMImage(t, bordered(1900))
	for _, part := range []image.Rectangle{{}, image.Rect(100, 100, 120, 120), image.Rect(0, 0, 5, 5), image.Rect(40, 20, 41, 21)} {
		if v, ok := padded.WindowOf(part); ok {
			t.Errorf("%v has the window %s", part, v.Label())
		}
	}
	if v, ok := open(t, "a.png", pngBytes(t, colourPicture(9, 7))).WindowOf(image.Rect(0, 0, 9, 7)); ok {
		t.Errorf("colour has the window %s", v.Label())
	}
}
