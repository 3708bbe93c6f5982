// Package breast is the network for ultrasound pictures of the breast: an
// ensemble of residual networks that reads each picture and its mirror image.
package breast

import (
	"context"

	"lightbox/model/arch"
	"lightbox/model/ensemble"
	"lightbox/model/explain"
	"lightbox/model/plane"
)

// Side is the side of what the networks see, in pixels. Pictures are stretched
// to it whatever their aspect ratio, as those that trained them were.
const Side = 96

// Net is one network: one logit, for malignant against benign or normal.
func Net() *arch.Net { return arch.ResNet("breast", Side, 1, 32, 48, 96, 128) }

// floor is added to the standard deviation of pictures of values 0 … 1.
const floor = 0.01

// PictureSide is the side in pixels that pictures of any size are reduced to first, as
// those that trained the networks were: without that step sharper ones would seem to lie
// far from them.
const PictureSide = 128

// Input is what the networks see of a picture of any size, 0 black … 1 white.
func Input(picture plane.Plane) plane.Plane {
	x := picture.Stretch(PictureSide, PictureSide).Stretch(Side, Side)
	Standardise(x)
	return x
}

// Standardise is the last step of [Input], on a picture of Side squared.
func Standardise(x plane.Plane) { plane.Standardise(x.Pix, nil, floor) }

// Reader reads pictures with several networks. It is safe for concurrent use.
type Reader struct{ ensemble *ensemble.Ensemble }

// New makes a reader with at least one network.
func New(members []arch.Weights) (*Reader, error) {
	e, err := ensemble.New(Net(), members)
	if err != nil {
		return nil, err
	}
	return &Reader{e}, nil
}

// Reading is what the networks make of a picture, and what they saw.
type Reading struct {
	ensemble.Answer
	Input plane.Plane
}

// Read reads a picture of any size, 0 black … 1 white.
func (r *Reader) Read(picture plane.Plane) *Reading {
	out := &Reading{Input: Input(picture)}
	out.Answer = r.ensemble.Read(out.Input)
	return out
}

// Explain is Read, and says which places speak for the finding and which against; see
// ensemble.Explain.
func (r *Reader) Explain(picture plane.Plane) (*Reading, plane.Plane) {
	out := &Reading{Input: Input(picture)}
	var influence plane.Plane
	out.Answer, influence = r.ensemble.Explain(out.Input)
	return out, influence
}

// Span is the part of the picture that the places of a map of influence lie over; see
// ensemble.Span.
func (r *Reader) Span() (left, top, right, bottom float64) { return r.ensemble.Span() }

// squares cover an eighth of the side with the picture's mean.
var squares = explain.Squares{Size: 12, Step: 6}

// Occlude says how far the logit of what was read falls where a square of it is
// covered; see explain.Occlude.
func (r *Reader) Occlude(ctx context.Context, read *Reading) (plane.Plane, error) {
	logits, err := r.ensemble.Squares(read.Input, squares.Size, explain.Batch)
	if err != nil {
		return plane.Plane{}, err
	}
	return explain.Occlude(ctx, read.Input, plane.Plane{}, squares, logits)
}
