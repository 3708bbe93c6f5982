package model

import (
	"fmt"
	"math"
)

// Gray is one monochrome picture as the eye sees it: row-major, 0 is black
// and 1 is white (MONOCHROME2 polarity), at the scan's default VOI window.
// Whatever photometric interpretation, modality LUT and windowing the file
// asks for has been done before.
type Gray struct {
	Rows, Columns int
	Pix           []float32
}

// maxSide bounds the picture a caller may hand over, in pixels per side. It
// is well above any radiographic detector and keeps Rows*Columns in range.
const maxSide = 65535

// Validate reports a picture that cannot be prepared: impossible sizes, a
// wrong number of pixels, or pixels that are not finite numbers. The error
// wraps [ErrBadImage].
func (g Gray) Validate() error {
	if g.Rows < 1 || g.Columns < 1 || g.Rows > maxSide || g.Columns > maxSide {
		return fmt.Errorf("%w: %d×%d pixels", ErrBadImage, g.Columns, g.Rows)
	}
	if len(g.Pix) != g.Rows*g.Columns {
		return fmt.Errorf("%w: %d pixel values for %d×%d pixels", ErrBadImage, len(g.Pix), g.Columns, g.Rows)
	}
	for i, v := range g.Pix {
		if !finite(v) {
			return fmt.Errorf("%w: pixel (%d, %d) is %v", ErrBadImage, i%g.Columns, i/g.Columns, v)
		}
	}
	return nil
}

// Standardisation says what is done to the resampled pixels last.
type Standardisation string

const (
	// StandardiseNone leaves the pixels in 0..1, as pixels/255 does in the
	// source recipe.
	StandardiseNone Standardisation = "none"
	// StandardisePerImage subtracts the picture's mean and divides by its
	// population standard deviation plus 1e-4.
	StandardisePerImage Standardisation = "per-image"
)

// standardiseFloor keeps a picture of one colour from dividing by zero.
const standardiseFloor = 1e-4

// Preprocessing is what must be done to a picture before the network sees
// it. It is stored with the weights, because weights are meaningless without.
type Preprocessing struct {
	// Size is the side of the square network input in pixels; 28 here.
	Size int `json:"size"`
	// Standardise is the last step.
	Standardise Standardisation `json:"standardise"`
}

// Validate refuses preprocessing this program does not know; the error wraps
// [ErrBadWeights], since it is read from a weights file.
func (p Preprocessing) Validate() error {
	if p.Size != InputSize {
		return fmt.Errorf("%w: input size %d, this network takes %d", ErrBadWeights, p.Size, InputSize)
	}
	switch p.Standardise {
	case StandardiseNone, StandardisePerImage:
		return nil
	}
	return fmt.Errorf("%w: unknown standardisation %q", ErrBadWeights, p.Standardise)
}

// Prepare turns a picture into the network's input: Size×Size float32 values,
// row-major. It is the only preprocessing in the program, used by training,
// the window and the command line alike.
//
//  1. Centre crop to the square of the short side (the odd pixel is dropped
//     at the right or at the bottom).
//  2. Antialiased bicubic resampling (a = -0.5, support widened by the
//     shrinking factor, edges renormalised), as Pillow's BICUBIC; a picture
//     that already is Size×Size passes through unchanged, bit for bit.
//  3. Clamp to 0..1, because bicubic overshoots at edges.
//  4. Nothing more, or per-image standardisation, as p says.
//
// Steps 1 and 2 are how the MedMNIST 28-pixel sets were made (Yang et al.,
// Scientific Data 10:41, 2023). The error wraps [ErrBadImage] or
// [ErrBadWeights].
func Prepare(g Gray, p Preprocessing) ([]float32, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := g.Validate(); err != nil {
		return nil, err
	}
	out := resample(centreSquare(g), p.Size)
	for i, v := range out {
		out[i] = min(max(v, 0), 1)
	}
	if p.Standardise == StandardisePerImage {
		Standardise(out)
	}
	return out, nil
}

// Standardise subtracts the mean of pix and divides by its population
// standard deviation plus 1e-4, in place. Training applies it after
// augmentation, [Prepare] after resampling.
func Standardise(pix []float32) {
	if len(pix) == 0 {
		return
	}
	var sum float64
	for _, v := range pix {
		sum += float64(v)
	}
	mean := sum / float64(len(pix))
	var square float64
	for _, v := range pix {
		d := float64(v) - mean
		square += d * d
	}
	scale := 1 / (math.Sqrt(square/float64(len(pix))) + standardiseFloor)
	for i, v := range pix {
		pix[i] = float32((float64(v) - mean) * scale)
	}
}

// mirror writes the left-right mirror image of a square picture into dst.
func mirror(dst, src []float32, side int) {
	for y := range side {
		row := src[y*side : (y+1)*side]
		for x, v := range row {
			dst[y*side+side-1-x] = v
		}
	}
}
