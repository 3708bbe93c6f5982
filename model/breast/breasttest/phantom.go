// Package breasttest makes pictures that look like ultrasound of the breast, for
// tests. They show nobody.
package breasttest

import (
	"math"
	"math/rand/v2"

	"lightbox/model/plane"
)

// Lesion is a dark ellipse; its places and radii are in parts of the width and
// height.
type Lesion struct{ X, Y, Across, Down float64 }

// Some is a lesion at random.
func Some(r *rand.Rand) Lesion {
	return Lesion{0.35 + 0.3*r.Float64(), 0.3 + 0.2*r.Float64(), 0.1 + 0.12*r.Float64(), 0.08 + 0.08*r.Float64()}
}

// speckled is the side of the grid on which speckle is made, in cells across; it has
// more downwards, as the beam is wider than its pulse is long.
const speckled = 60

// Phantom is a picture, 0 black … 1 white, with the skin above: skin, fat, glandular
// tissue, muscle, the dark of the depth, speckle over all, and a lesion with the
// brighter band behind it that fluid has.
func Phantom(r *rand.Rand, rows, columns int, lesion Lesion) plane.Plane {
	p := plane.New(rows, columns)
	tissue := plane.New(9, 7) // bright and dark patches
	for i := range tissue.Pix {
		tissue.Pix[i] = float32(0.75 + 0.5*r.Float64())
	}
	patches := plane.New(rows, columns)
	tissue.Warp(patches.Pix, rows, columns, plane.Identity(), false)
	speckle := plane.New(rows, columns)
	grain(r).Warp(speckle.Pix, rows, columns, plane.Identity(), false)
	tilt, gain := 0.04*r.NormFloat64(), 0.9+0.2*r.Float64()
	for i := range p.Pix {
		x, y := (float64(i%columns)+0.5)/float64(columns), (float64(i/columns)+0.5)/float64(rows)
		depth := y + tilt*math.Sin(5*x)
		v := gain * layer(depth) * float64(patches.Pix[i])
		switch u := (x - lesion.X) / math.Max(lesion.Across, 1e-9); {
		case math.Hypot(u, (y-lesion.Y)/math.Max(lesion.Down, 1e-9)) < 1:
			v *= 0.2
		case math.Abs(u) < 0.8 && y > lesion.Y:
			v *= 1.25
		}
		p.Pix[i] = float32(min(max(v*float64(speckle.Pix[i]), 0), 1))
	}
	return p
}

// Described are the figures by which describe tells what n phantoms look like, one set
// of them, dealt into five folds: what breast.NewLook learns from.
func Described(n int, r *rand.Rand, rows, columns int, describe func(plane.Plane) []float64) (sets [][][]float64, folds [][]int) {
	sets, folds = make([][][]float64, 1), make([][]int, 1)
	for i := range n {
		sets[0] = append(sets[0], describe(Phantom(r, rows, columns, Some(r))))
		folds[0] = append(folds[0], i%5)
	}
	return sets, folds
}

// layer is how bright it is at a depth, 0 at the skin … 1.
func layer(depth float64) float64 {
	at := [][2]float64{{0, 0.5}, {0.03, 0.6}, {0.06, 0.32}, {0.2, 0.3}, {0.28, 0.46}, {0.5, 0.4}, {0.6, 0.3}, {0.75, 0.18}, {1.1, 0.08}}
	for i := 1; i < len(at); i++ {
		if a, b := at[i-1], at[i]; depth < b[0] {
			return a[1] + (b[1]-a[1])*math.Max(depth-a[0], 0)/(b[0]-a[0])
		}
	}
	return 0
}

// grain is speckle with a mean of 1: the amplitude of waves that meet at random.
func grain(r *rand.Rand) plane.Plane {
	p := plane.New(2*speckled, speckled)
	for i := range p.Pix {
		p.Pix[i] = float32(0.55 + 0.45*math.Hypot(r.NormFloat64(), r.NormFloat64())/math.Sqrt(math.Pi/2))
	}
	return p
}
