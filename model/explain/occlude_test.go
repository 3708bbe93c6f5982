package explain

import (
	"context"
	"errors"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/model/plane"
)

func random(side int, seed uint64) plane.Plane {
	r := rand.New(rand.NewPCG(seed, 1))
	p := plane.New(side, side)
	for i := range p.Pix {
		p.Pix[i] = float32(r.NormFloat64())
	}
	return p
}

// TestOccludeLinear: for a network that is a weighted sum, a square of one pixel
// tells each pixel's part of it exactly, and larger squares its mean.
func TestOccludeLinear(t *testing.T) {
	const side = 9
	picture, weight := random(side, 1), random(side, 2)
	logits := func(pictures []float32, at []image.Point) ([]float64, error) {
		out := make([]float64, len(at))
		for k := range out {
			for i, w := range weight.Pix {
				out[k] += float64(w) * float64(pictures[k*side*side+i])
			}
		}
		return out, nil
	}
	const fill = 0.25
	part := func(i int) float64 { return float64(weight.Pix[i]) * (float64(picture.Pix[i]) - fill) }
	got, err := Occlude(context.Background(), picture, plane.Plane{}, Squares{1, 1, fill}, logits)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got.Pix {
		if math.Abs(float64(v)-part(i)) > 1e-5 {
			t.Fatalf("pixel %d: %v, its part is %v", i, v, part(i))
		}
	}
	// Under squares of 3, a step of 1 apart, a pixel sees its neighbours two
	// pixels around weighted 3-|d| in each direction.
	got, err = Occlude(context.Background(), picture, plane.Plane{}, Squares{3, 1, fill}, logits)
	if err != nil {
		t.Fatal(err)
	}
	for y := range side {
		for x := range side {
			var want float64
			for v := max(y-2, 0); v <= min(y+2, side-1); v++ {
				for u := max(x-2, 0); u <= min(x+2, side-1); u++ {
					want += part(v*side+u) * (3 - math.Abs(float64(v-y))) * (3 - math.Abs(float64(u-x))) / 9
				}
			}
			if g := float64(got.Pix[y*side+x]); math.Abs(g-want) > 1e-4 {
				t.Fatalf("pixel (%d, %d): %v, want %v", x, y, g, want)
			}
		}
	}
}

// TestOccludeInside: what lies outside is neither covered nor blamed.
func TestOccludeInside(t *testing.T) {
	picture, inside := random(12, 3), plane.New(12, 12)
	for y := 4; y < 8; y++ {
		for x := 2; x < 9; x++ {
			inside.Pix[y*12+x] = 1
		}
	}
	got, err := Occlude(context.Background(), picture, inside, Squares{4, 2, 0}, func(pictures []float32, at []image.Point) ([]float64, error) {
		out := make([]float64, len(at))
		for k := range out {
			for i, v := range pictures[k*144 : (k+1)*144] {
				if inside.Pix[i] == 0 && v != picture.Pix[i] {
					t.Fatal("a pixel outside was covered")
				}
				out[k] += float64(v)
			}
		}
		return out, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got.Pix {
		if inside.Pix[i] == 0 && v != 0 {
			t.Fatal("a pixel outside was blamed")
		}
	}
}

func TestOccludeStops(t *testing.T) {
	stopped, stop := context.WithCancel(context.Background())
	fails := errors.New("no")
	if _, err := Occlude(stopped, random(4, 4), plane.Plane{}, Squares{2, 1, 0}, func([]float32, []image.Point) ([]float64, error) { return nil, fails }); !errors.Is(err, fails) {
		t.Errorf("%v", err)
	}
	_, err := Occlude(stopped, random(4, 4), plane.Plane{}, Squares{2, 1, 0}, func(_ []float32, at []image.Point) ([]float64, error) {
		stop()
		return make([]float64, len(at)), nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
