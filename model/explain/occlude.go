// Package explain asks a network why: which places of a picture its answer hangs
// on.
package explain

import (
	"context"
	"image"

	"lightbox/model/plane"
)

// Squares is how a picture is covered: squares of Size pixels, a step of Step
// pixels apart, filled with Fill.
type Squares struct {
	Size, Step int
	Fill       float32
}

// Occlude covers square after square of a picture and gives, for each pixel, by
// how much the logit fell on average under the squares that lay on it: positive
// where the picture speaks for the finding. inside, if it is not empty, has the
// size of the picture; squares that cover none of it are not tried, and what
// lies outside is not touched. logits reads as many pictures at once as there are
// corners, up to [Batch]: each is picture but for the square there.
// Source: Zeiler and Fergus, ECCV 2014, section 4.2.
func Occlude(ctx context.Context, picture, inside plane.Plane, s Squares, logits func(pictures []float32, at []image.Point) ([]float64, error)) (plane.Plane, error) {
	places := s.places(picture, inside)
	out, covered := plane.New(picture.Rows, picture.Columns), plane.New(picture.Rows, picture.Columns)
	whole, err := logits(picture.Pix, make([]image.Point, 1))
	if err != nil {
		return out, err
	}
	size := len(picture.Pix)
	pictures := make([]float32, 0, min(Batch, len(places))*size)
	for from := 0; from < len(places); from += Batch {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		part := places[from:min(from+Batch, len(places))]
		pictures = pictures[:0]
		for _, at := range part {
			pictures = append(pictures, picture.Pix...)
			s.each(at, picture, inside, func(i int) { pictures[len(pictures)-size+i] = s.Fill })
		}
		z, err := logits(pictures, part)
		if err != nil {
			return out, err
		}
		for k, at := range part {
			fall := float32(whole[0] - z[k])
			s.each(at, picture, inside, func(i int) {
				out.Pix[i] += fall
				covered.Pix[i]++
			})
		}
	}
	for i, n := range covered.Pix {
		if n > 0 {
			out.Pix[i] /= n
		}
	}
	return out, nil
}

// Batch is the most pictures that are read at once.
const Batch = 16

// places are the upper left corners of the squares that are tried, which may lie
// outside the picture: every pixel lies under as many squares as any other.
func (s Squares) places(picture, inside plane.Plane) []image.Point {
	var out []image.Point
	for y := s.Step - s.Size; y < picture.Rows; y += s.Step {
		for x := s.Step - s.Size; x < picture.Columns; x += s.Step {
			touched := false
			s.each(image.Pt(x, y), picture, inside, func(int) { touched = true })
			if touched {
				out = append(out, image.Pt(x, y))
			}
		}
	}
	return out
}

// each calls f with the pixels of a square that may be covered.
func (s Squares) each(at image.Point, picture, inside plane.Plane, f func(i int)) {
	for y := max(at.Y, 0); y < min(at.Y+s.Size, picture.Rows); y++ {
		for x := max(at.X, 0); x < min(at.X+s.Size, picture.Columns); x++ {
			if i := y*picture.Columns + x; len(inside.Pix) == 0 || inside.Pix[i] > plane.Inside {
				f(i)
			}
		}
	}
}
