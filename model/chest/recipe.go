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
	// blanks is the part of the films whose lungs are painted over, and whose label is
	// then as much one as the other: without lungs, nothing that is left may speak.
	blanks = 0.12
	// mostRim is by how much more or less than the lungs is painted over, in pixels of
	// lungs.FilmSide: whoever blanks a film knows them by another mask.
	mostRim = 3
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
	f, m := film.Square(lungs.FilmSide), mask.Square(lungs.FilmSide)
	target[0], weight[0] = smoothing, 1
	if opacity {
		target[0] = 1 - smoothing
	}
	if r.Float64() < blanks {
		blank(r, f, m)
		target[0] = 0.5
	}
	x, _ := lungs.Input(f, m, Side, change)
	copy(input, x)
}

// blank paints over what lies in the mask: black, with a mean or any other grey, even
// or with noise.
func blank(r *rand.Rand, film, mask plane.Plane) {
	m := mask.Clone()
	m.Grow(r.IntN(2*mostRim+1) - mostRim)
	var grey, noise float32
	switch r.IntN(4) {
	case 0: // black
	case 1:
		grey = r.Float32()
	case 2:
		grey = mean(film, nil)
	default:
		grey = mean(film, mask.Pix)
	}
	if r.IntN(2) == 0 {
		noise = 0.2 * r.Float32()
	}
	for i, v := range m.Pix {
		if v > plane.Inside {
			film.Pix[i] = grey + noise*float32(r.NormFloat64())
		}
	}
}

// mean of a film where mask is inside; nil is everywhere.
func mean(film plane.Plane, mask []float32) float32 {
	var sum float64
	n := 0
	for i, v := range film.Pix {
		if mask == nil || mask[i] > plane.Inside {
			sum, n = sum+float64(v), n+1
		}
	}
	return float32(sum / float64(max(n, 1)))
}
