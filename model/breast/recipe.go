package breast

import (
	"math/rand/v2"

	"lightbox/model/plane"
)

// The recipe of the networks: how a picture becomes one example for training. The
// probe is held at any angle, depth and gain differ between machines and
// examiners, and left and right tell nothing.
var places = plane.Ranges{Turn: 15, Scale: 0.18, Squeeze: 0.08, Shift: 0.08, Mirror: true}

var exposure = plane.Exposure{Gamma: [2]float64{0.6, 1}, Blur: [2]float64{0.3, 0.9}}

const (
	mostNoise = 0.15 // standard deviations of the picture, every second one
	smoothing = 0.05 // labels become this and one less this
)

// Example makes what a network sees of a picture of side squared, Side × Side
// values, and what it should answer: 1 for malignant, 0 for benign and normal,
// smoothed.
func Example(r *rand.Rand, picture plane.Bytes, side int, malignant bool, input, target, weight []float32) {
	x := plane.Plane{Rows: Side, Columns: Side, Pix: input}
	picture.Square(side).Warp(input, Side, Side, places.Random(r), false)
	exposure.Change(r, x)
	plane.Standardise(input, nil, floor)
	if r.IntN(2) == 0 {
		x.Noise(r, mostNoise*r.Float64(), nil)
	}
	target[0], weight[0] = smoothing, 1
	if malignant {
		target[0] = 1 - smoothing
	}
}
