package chest

import (
	"math/rand/v2"

	"lightbox/model/lungs"
	"lightbox/model/plane"
)

// The recipe of the classifiers: how a film becomes one example for training.
// Films of every source are changed alike, so that none is known by its
// sharpness or contrast; holes are torn into the lungs of all, so that no single
// place is relied on.
var places = plane.Ranges{Turn: 12, Scale: 0.18, Squeeze: 0.1, Shift: 0.06, Mirror: true}

var exposure = plane.Exposure{Gamma: [2]float64{0.6, 0.9}, Blur: [2]float64{0.3, 0.9}}

const (
	mostNoise           = 0.15 // standard deviations of the film, every second one
	mostHoles           = 2
	leastHole, mostHole = 0.03, 0.13 // parts of Side
	smoothing           = 0.03       // labels become this and one less this
)

// Example makes what a classifier sees of a film, Side × Side values, and what
// it should answer: 1 for opacity, 0 for normal, smoothed. film and mask are
// lungs.FilmSide squared; the mask is one of [lungs.Segmenter.Find] or
// [lungs.CutOut].
func Example(r *rand.Rand, film, mask plane.Bytes, opacity bool, input, target, weight []float32) {
	change := lungs.Change{Place: places.Random(r)}
	change.Film = func(x, m plane.Plane) {
		switch r.IntN(4) {
		case 0:
			m.Grow(1)
		case 1:
			m.Grow(-1)
		}
		exposure.Change(r, x)
	}
	change.Result = func(x, m plane.Plane) {
		if r.IntN(2) == 0 {
			x.Noise(r, mostNoise*r.Float64(), m.Pix)
		}
		for range r.IntN(mostHoles + 1) {
			x.Erase(r, leastHole, mostHole)
		}
	}
	x, _ := lungs.Input(film.Square(lungs.FilmSide), mask.Square(lungs.FilmSide), Side, change)
	copy(input, x)
	target[0], weight[0] = smoothing, 1
	if opacity {
		target[0] = 1 - smoothing
	}
}
