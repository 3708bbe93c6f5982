package train

import (
	"math"
	"math/rand/v2"

	"lightbox/model"
)

// Half ranges of the random changes, uniform about no change.
const (
	maxTurn     = 12 * math.Pi / 180 // rotation, radians
	maxScale    = 0.15               // both axes
	maxSqueeze  = 0.06               // x axis on top
	maxShift    = 2.5                // pixels, x and y each
	maxLogGamma = 0.35               // exponent of the grey curve, log scale
	gammaFloor  = 0.001              // keeps 0 to the power of g away from its singularity

	eraseChance = 0.5
	eraseMin    = 4 // pixels, height and width each
	eraseMax    = 10
)

// augment writes one random variant of src (784 values in 0..1) into dst,
// standardised as the last step. Every call takes its random numbers from
// rng in the same order, so a seed fixes the whole run.
func augment(dst, src []float32, rng *rand.Rand) {
	warp(dst, src, rng)
	bend(dst, math.Exp(uniform(rng, maxLogGamma)))
	if rng.Float64() < eraseChance {
		erase(dst, rng)
	}
	model.Standardise(dst)
}

func uniform(rng *rand.Rand, half float64) float64 { return (2*rng.Float64() - 1) * half }

// warp applies rotation, scale, shift and perhaps a mirroring as one inverse
// affine map about the picture's centre (13.5, 13.5), sampled bilinearly;
// coordinates outside are clamped to the edge.
func warp(dst, src []float32, rng *rand.Rand) {
	turn := uniform(rng, maxTurn)
	scaleY := 1 + uniform(rng, maxScale)
	scaleX := scaleY * (1 + uniform(rng, maxSqueeze))
	shiftX, shiftY := uniform(rng, maxShift), uniform(rng, maxShift)
	if rng.Float64() < 0.5 {
		scaleX = -scaleX
	}
	sin, cos := math.Sincos(turn)
	const centre = (side - 1) / 2.0
	for y := range side {
		for x := range side {
			dx, dy := float64(x)-centre-shiftX, float64(y)-centre-shiftY
			dst[y*side+x] = bilinear(src,
				centre+(cos*dx+sin*dy)/scaleX,
				centre+(cos*dy-sin*dx)/scaleY)
		}
	}
}

func bilinear(src []float32, x, y float64) float32 {
	const last = side - 1
	x, y = min(max(x, 0), last), min(max(y, 0), last)
	x0, y0 := int(x), int(y)
	x1, y1 := min(x0+1, last), min(y0+1, last)
	fx, fy := x-float64(x0), y-float64(y0)
	top := float64(src[y0*side+x0])*(1-fx) + float64(src[y0*side+x1])*fx
	bottom := float64(src[y1*side+x0])*(1-fx) + float64(src[y1*side+x1])*fx
	return float32(top*(1-fy) + bottom*fy)
}

// erase fills one rectangle inside the frame with one random grey, so that
// the network cannot rest on a single spot.
func erase(pix []float32, rng *rand.Rand) {
	height := eraseMin + rng.IntN(eraseMax-eraseMin+1)
	width := eraseMin + rng.IntN(eraseMax-eraseMin+1)
	top, left := rng.IntN(side-height+1), rng.IntN(side-width+1)
	grey := float32(rng.Float64())
	for y := top; y < top+height; y++ {
		for x := left; x < left+width; x++ {
			pix[y*side+x] = grey
		}
	}
}
