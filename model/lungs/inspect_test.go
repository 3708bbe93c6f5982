package lungs

import (
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/model/plane"
)

// ellipses is a mask of two lungs: upright ellipses side by side, turned together
// about the middle by degrees to the right.
func ellipses(degrees float64) plane.Plane {
	m := plane.New(Side, Side)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	for y := range Side {
		for x := range Side {
			u, v := float64(x)-Side/2+0.5, float64(y)-Side/2+0.5
			u, v = u*cos+v*sin, v*cos-u*sin // turned back
			if a, b := (math.Abs(u)-12)/8, v/20; a*a+b*b < 1 {
				m.Pix[y*Side+x] = 1
			}
		}
	}
	return m
}

func TestTilt(t *testing.T) {
	for _, want := range []float64{-40, -20, -5, 0, 5, 20, 40} {
		if got := tilt(ellipses(want)); math.Abs(got-want) > 1 {
			t.Errorf("turned by %v°: %.1f°", want, got)
		}
	}
	one := ellipses(20)
	one.Largest(1)
	if tilt(one) != 0 || tilt(plane.New(Side, Side)) != 0 {
		t.Error("a single lung is tilted")
	}
}

func TestBelow(t *testing.T) {
	m := ellipses(0)
	if n := below(m); n != 0 {
		t.Errorf("whole lungs: %d pixels on the edge", n)
	}
	half := plane.New(Side, Side) // the upper half, enlarged: both are 16 wide in the middle
	m.Warp(half.Pix, Side, Side, plane.Affine{XX: 1, YY: 0.5}, true)
	if n := below(half); n < 28 || n > 32 {
		t.Errorf("cut in half: %d pixels on the edge", n)
	}
}

// TestTurning: what was turned is upright after it was turned back.
func TestTurning(t *testing.T) {
	for _, degrees := range []float64{-25, 15} {
		m, back := ellipses(degrees), plane.New(Side, Side)
		m.Warp(back.Pix, Side, Side, turning(degrees), true)
		if d := Dice(back, ellipses(0)); d < 0.95 {
			t.Errorf("%v°: turned back, they overlap upright ones by %.3f", degrees, d)
		}
	}
}

// TestCovered: lungs of one shade, or of noise, are covered, also where only a half
// of them is; lungs whose brightness varies are not, however little and however
// white, nor are those of a noisy film.
func TestCovered(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	m := ellipses(0)
	texture := plane.New(FilmSide, FilmSide)
	for i := range texture.Pix {
		texture.Pix[i] = float32(r.NormFloat64())
	}
	texture.Blur(1.5)
	film := func(inside func(x, y int, v float32) float32) plane.Plane {
		p := plane.New(FilmSide, FilmSide)
		for i := range p.Pix {
			x, y := i%FilmSide, i/FilmSide
			v := 0.05 * texture.Pix[i] / 0.19 // of unit deviation
			if p.Pix[i] = 0.7 + v; m.Pix[y/2*Side+x/2] > plane.Inside {
				p.Pix[i] = inside(x, y, v)
			}
		}
		return p
	}
	for name, c := range map[string]struct {
		inside func(x, y int, v float32) float32
		want   bool
	}{
		"lungs":         {func(_, _ int, v float32) float32 { return 0.3 + v }, false},
		"faint":         {func(_, _ int, v float32) float32 { return 0.3 + v/3 }, false},
		"white":         {func(_, _ int, v float32) float32 { return 0.75 + v/3 }, false},
		"noisy":         {func(_, _ int, v float32) float32 { return 0.3 + v + 0.02*float32(r.NormFloat64()) }, false},
		"black":         {func(_, _ int, _ float32) float32 { return 0 }, true},
		"gray":          {func(_, _ int, _ float32) float32 { return 0.5 }, true},
		"shaded":        {func(_, y int, _ float32) float32 { return 0.2 + 0.1*float32(y)/FilmSide }, true},
		"noise":         {func(_, _ int, _ float32) float32 { return 0.5 + 0.15*float32(r.NormFloat64()) }, true},
		"one lung gray": {func(x, _ int, v float32) float32 { return 0.3 + v*float32(x/(FilmSide/2)) }, true},
	} {
		if got := covered(film(c.inside), m); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if covered(texture, plane.New(Side, Side)) {
		t.Error("no lungs are covered")
	}
}
