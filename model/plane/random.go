package plane

import (
	"math"
	"math/rand/v2"
)

// Ranges are the half ranges of random changes of place, uniform about none.
type Ranges struct {
	Turn    float64 // degrees
	Scale   float64 // both axes, log scale
	Squeeze float64 // the x axis on top, log scale
	Shift   float64 // parts of the side
	Mirror  bool    // every second picture
}

// Random draws a change of place; a seed fixes it.
func (a Ranges) Random(r *rand.Rand) Affine {
	turn := uniform(r, a.Turn) * math.Pi / 180
	sy := math.Exp(uniform(r, a.Scale))
	sx := sy * math.Exp(uniform(r, a.Squeeze))
	x, y := 0.5+uniform(r, a.Shift), 0.5+uniform(r, a.Shift)
	if r.IntN(2) == 0 && a.Mirror {
		sx = -sx
	}
	sin, cos := math.Sincos(turn)
	t := Affine{XX: cos * sx, XY: -sin * sy, YX: sin * sx, YY: cos * sy}
	t.X0, t.Y0 = x-(t.XX+t.XY)/2, y-(t.YX+t.YY)/2
	return t
}

func uniform(r *rand.Rand, half float64) float64 { return (2*r.Float64() - 1) * half }

// Exposure are random changes of contrast and sharpness: the exponent of the grey
// curve, and, of every second picture, the standard deviation of a blur in pixels.
// Both are uniform from the first value on, over as much as the second.
type Exposure struct{ Gamma, Blur [2]float64 }

// Change changes a picture; a seed fixes how.
func (e Exposure) Change(r *rand.Rand, p Plane) {
	p.Gamma(e.Gamma[0] + e.Gamma[1]*r.Float64())
	if r.IntN(2) == 0 {
		p.Blur(e.Blur[0] + e.Blur[1]*r.Float64())
	}
}

// Gamma bends the grey curve.
func (p Plane) Gamma(exponent float64) {
	const floor = 0.001 // keeps the slope at black finite
	for i, v := range p.Pix {
		p.Pix[i] = float32(math.Pow(math.Max(float64(v), 0)+floor, exponent))
	}
}

// Shade multiplies by a random smooth field, as uneven exposure does: the exponential
// of a polynomial that is linear along both axes and quadratic about the middle, whose
// coefficients are normal with a standard deviation of sd per half a side.
func (p Plane) Shade(r *rand.Rand, sd float64) {
	across, down, bowl := sd*r.NormFloat64(), sd*r.NormFloat64(), sd*r.NormFloat64()
	for y := range p.Rows {
		v := float64(2*y+1)/float64(p.Rows) - 1
		for x := range p.Columns {
			u := float64(2*x+1)/float64(p.Columns) - 1
			p.Pix[y*p.Columns+x] *= float32(math.Exp(across*u + down*v + bowl*(u*u+v*v)))
		}
	}
}

// Noise adds normal noise of a standard deviation of sd where mask is inside;
// nil is everywhere.
func (p Plane) Noise(r *rand.Rand, sd float64, mask []float32) {
	for i := range p.Pix {
		if v := float32(sd * r.NormFloat64()); mask == nil || mask[i] > Inside {
			p.Pix[i] += v
		}
	}
}

// Erase sets an ellipse of random place and radii, least to most parts of the
// side, to zero.
func (p Plane) Erase(r *rand.Rand, least, most float64) {
	h, w := float64(p.Rows), float64(p.Columns)
	cx, cy := r.Float64()*w, r.Float64()*h
	rx, ry := (least+(most-least)*r.Float64())*w, (least+(most-least)*r.Float64())*h
	for y := max(0, int(cy-ry)); y < min(p.Rows, int(cy+ry)+1); y++ {
		for x := max(0, int(cx-rx)); x < min(p.Columns, int(cx+rx)+1); x++ {
			dx, dy := (float64(x)-cx)/rx, (float64(y)-cy)/ry
			if dx*dx+dy*dy < 1 {
				p.Pix[y*p.Columns+x] = 0
			}
		}
	}
}
