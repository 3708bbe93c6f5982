// Package lungs finds the lungs on a frontal chest radiograph and prepares what
// lies in them for a network that reads nothing else.
package lungs

import (
	"fmt"

	"lightbox/model/arch"
	"lightbox/model/plane"
)

// Sides of the square pictures, in pixels. Films are stretched to them whatever
// their aspect ratio, as the films that trained the networks were.
const (
	Side     = 64  // of what the segmenter sees
	FilmSide = 128 // of films and masks between the steps
)

// Net is the segmenter: one logit for each pixel.
func Net() *arch.Net { return arch.UNet("lungs", Side, 1, 16, 32, 48, 64) }

// Segmenter finds lungs. It is safe for concurrent use.
type Segmenter struct{ plan *arch.Plan }

// NewSegmenter runs [Net] with these weights.
func NewSegmenter(w arch.Weights) (*Segmenter, error) {
	plan, err := arch.NewPlan(Net(), w)
	if err != nil {
		return nil, fmt.Errorf("the lung segmenter: %w", err)
	}
	return &Segmenter{plan}, nil
}

// floor is added to the standard deviation of pictures of values 0 … 1.
const floor = 0.01

// segmenterInput is what the segmenter sees of a film: Side × Side values,
// standardised.
func segmenterInput(film plane.Plane) []float32 {
	x := film.Stretch(Side, Side)
	plane.Standardise(x.Pix, nil, floor)
	return x.Pix
}

// Lungs is what was found.
type Lungs struct {
	// Mask is FilmSide × FilmSide, 0 or 1: both lungs, with gaps that disease
	// makes closed, a little wider than found.
	Mask plane.Plane
	// Found is the segmenter's answer before that: Side × Side, 0 … 1.
	Found plane.Plane
}

// Find looks for the lungs on a film of any size, 0 black … 1 white.
func (s *Segmenter) Find(film plane.Plane) Lungs {
	mask, found := s.outline(film)
	return Lungs{Mask: Close(mask), Found: found}
}

// outline is the segmenter's answer for a film of any size, Side × Side: where the
// two largest parts of the lungs are, 0 or 1, and how sure it is, 0 … 1.
func (s *Segmenter) outline(film plane.Plane) (mask, found plane.Plane) {
	logits := s.plan.NewBatch(1).Forward(segmenterInput(film), 1)
	mask, found = plane.New(Side, Side), plane.New(Side, Side)
	for i, z := range logits {
		found.Pix[i] = sigmoid(z)
		if z > 0 {
			mask.Pix[i] = 1
		}
	}
	mask.Largest(2)
	return mask, found
}

// Close turns a mask of any size into one of FilmSide × FilmSide whose gaps are
// closed: consolidated lung is as bright as what surrounds it and is often left
// out, and a network must not learn from the hole.
func Close(mask plane.Plane) plane.Plane {
	m := plane.New(FilmSide, FilmSide)
	mask.Warp(m.Pix, FilmSide, FilmSide, plane.Identity(), false)
	threshold(m.Pix)
	m.Grow(widen)
	m.Grow(-narrow)
	return m
}

// Pixels of FilmSide by which masks are widened and then narrowed.
const (
	widen  = 5
	narrow = 3
)

// Change is a random change of a film for training; the zero value, with Place
// set to plane.Identity, is none.
type Change struct {
	Place plane.Affine
	// Film and Result change the grey values before and after they are
	// standardised; nil leaves them.
	Film   func(film, mask plane.Plane)
	Result func(x, mask plane.Plane)
}

// Input is what a classifier of side × side pixels sees: the film, FilmSide ×
// FilmSide, standardised inside the mask and zero outside. ok is false where
// there are no lungs to speak of.
func Input(film, mask plane.Plane, side int, c Change) (x []float32, ok bool) {
	p, m := plane.New(side, side), plane.New(side, side)
	film.Warp(p.Pix, side, side, c.Place, false)
	mask.Warp(m.Pix, side, side, c.Place, true)
	if c.Film != nil {
		c.Film(p, m)
	}
	ok = plane.Standardise(p.Pix, m.Pix, floor)
	if c.Result != nil {
		c.Result(p, m)
	}
	return p.Pix, ok
}
