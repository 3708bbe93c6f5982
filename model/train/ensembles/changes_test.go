package ensembles

import (
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/model/plane"
)

// TestInputChanges: a spot that is erased is zero and as large as it may be; noise has
// at most the spread that was asked for, and every second picture has none.
func TestInputChanges(t *testing.T) {
	const side, rounds = 32, 200
	r := rand.New(rand.NewPCG(1, 3))
	c := Changes{Erase: 1, Noise: 0.5}
	quiet := 0
	for range rounds {
		x := plane.New(side, side)
		for i := range x.Pix {
			x.Pix[i] = 100
		}
		c.Input(r, x)
		erased, squares := 0, 0.0
		for _, v := range x.Pix {
			if v == 0 {
				erased++
			} else {
				squares += float64(v-100) * float64(v-100)
			}
		}
		if part := float64(erased) / (side * side); part < 0.003 || part > math.Pi*mostSpot*mostSpot+0.02 {
			t.Fatalf("%.3f of the picture is erased", part)
		}
		switch sd := math.Sqrt(squares / float64(side*side-erased)); {
		case sd == 0:
			quiet++
		case sd > 1.1*c.Noise:
			t.Fatalf("noise of %v", sd)
		}
	}
	if quiet < rounds/3 || quiet > 2*rounds/3 {
		t.Errorf("%d of %d pictures have no noise", quiet, rounds)
	}
}

// TestNoChange: without ranges a picture of the same size stays as it is, but for the
// thousandth that plane.Plane.Gamma lifts black by.
func TestNoChange(t *testing.T) {
	const side = 8
	of, x := plane.New(side, side), plane.New(side, side)
	r := rand.New(rand.NewPCG(1, 3))
	for i := range of.Pix {
		of.Pix[i] = r.Float32()
	}
	var c Changes
	c.Picture(r, of, x)
	c.Input(r, x)
	for i, v := range of.Pix {
		if math.Abs(float64(v-x.Pix[i])) > 2e-3 {
			t.Fatalf("pixel %d is %v, was %v", i, x.Pix[i], v)
		}
	}
	c.Smoothing = 0.1
	if c.Label(0) != 0.1 || c.Label(1) != 0.9 {
		t.Errorf("labels %v, %v", c.Label(0), c.Label(1))
	}
}
