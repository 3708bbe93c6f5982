package lungs

import (
	"math/rand/v2"

	"lightbox/model/plane"
)

// The recipe of the segmenter: how a film with a mask becomes one example for
// training. Each time it is another one.
var segmenterPlaces = plane.Ranges{Turn: 12, Scale: 0.2, Squeeze: 0.08, Shift: 0.08, Mirror: true}

var exposure = plane.Exposure{Gamma: [2]float64{0.6, 0.9}, Blur: [2]float64{0.3, 1}}

const mostNoise = 0.04

// Example makes what the segmenter sees of a film and what it should answer:
// Side × Side values each. film and mask are FilmSide × FilmSide. Places where
// the mask is undecided weigh nothing.
func Example(r *rand.Rand, film, mask plane.Bytes, input, target, weight []float32) {
	place := segmenterPlaces.Random(r)
	x := plane.Plane{Rows: Side, Columns: Side, Pix: input}
	film.Square(FilmSide).Warp(input, Side, Side, place, false)
	mask.Square(FilmSide).Warp(target, Side, Side, place, true)
	exposure.Change(r, x)
	x.Noise(r, mostNoise*r.Float64(), nil)
	plane.Standardise(input, nil, floor)
	for i, v := range target {
		weight[i] = 1
		if v > 0.4 && v < 0.6 {
			weight[i] = 0
		}
	}
}

// Dice is the overlap of two masks: twice what both hold over what each holds;
// 1 for two empty ones.
// Source: Dice, Ecology 26, 1945.
func Dice(a, b plane.Plane) float64 {
	var both, each float64
	for i, v := range a.Pix {
		w := b.Pix[i] > plane.Inside
		if v > plane.Inside {
			each++
			if w {
				both++
			}
		}
		if w {
			each++
		}
	}
	if each == 0 {
		return 1
	}
	return 2 * both / each
}
