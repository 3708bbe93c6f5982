package ensembles

import (
	"math"
	"math/rand/v2"

	"lightbox/model/plane"
)

// Changes are what becomes of pictures and labels at random, for kinds of networks
// that leave it to their recipe: half ranges about no change, most of them on a log
// scale, as package plane has them.
type Changes struct {
	Turn    float64 `json:"turn_degrees"`
	Scale   float64 `json:"scale_log"`
	Squeeze float64 `json:"squeeze_log"`
	Shift   float64 `json:"shift_parts"`
	Mirror  bool    `json:"mirror"`
	Gamma   float64 `json:"gamma_log"`
	Shade   float64 `json:"shade_log"` // standard deviation, see plane.Plane.Shade
	// Of every second picture: standard deviations of a blur, in pixels, and of noise,
	// in those of the picture, up to these.
	Blur  float64 `json:"blur_pixels"`
	Noise float64 `json:"noise_sd"`
	// Parts of the pictures of which a spot is erased, and that are mixed with another.
	Erase float64 `json:"erase_part"`
	Mixup float64 `json:"mixup_part"`
	// Smoothing is what labels become, and one less.
	Smoothing float64 `json:"label_smoothing"`
}

func (c *Changes) valid() bool {
	const mostBlur = 14 // pixels, half of the smallest picture
	return parts(c.Scale, c.Squeeze, c.Shift, c.Gamma, c.Shade, c.Noise, c.Erase, c.Mixup, c.Turn/180, c.Blur/mostBlur, 2*c.Smoothing) && c.Smoothing < 0.5
}

// Spots that are erased have radii of these parts of the side.
const (
	leastSpot = 0.07
	mostSpot  = 0.18
)

// Picture makes x of a picture of values 0 … 1: moved, its grey curve bent, blurred and
// shaded. A seed fixes how.
func (c *Changes) Picture(r *rand.Rand, of, x plane.Plane) {
	places := plane.Ranges{Turn: c.Turn, Scale: c.Scale, Squeeze: c.Squeeze, Shift: c.Shift, Mirror: c.Mirror}
	of.Warp(x.Pix, x.Rows, x.Columns, places.Random(r), false)
	least := math.Exp(-c.Gamma)
	plane.Exposure{Gamma: [2]float64{least, 1/least - least}, Blur: [2]float64{0, c.Blur}}.Change(r, x)
	if c.Shade > 0 {
		x.Shade(r, c.Shade)
	}
}

// Input adds noise to what a network would see, whose mean is zero and standard
// deviation one, and erases spots of it.
func (c *Changes) Input(r *rand.Rand, x plane.Plane) {
	if noise := c.Noise * r.Float64(); r.IntN(2) == 0 && noise > 0 {
		x.Noise(r, noise, nil)
	}
	if r.Float64() < c.Erase {
		x.Erase(r, leastSpot, mostSpot)
	}
}

// Label is what an answer of 0 or 1 becomes.
func (c *Changes) Label(label int) float32 {
	return float32(c.Smoothing + (1-2*c.Smoothing)*float64(label))
}
