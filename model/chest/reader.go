package chest

import (
	"context"
	"errors"

	"lightbox/model/arch"
	"lightbox/model/ensemble"
	"lightbox/model/explain"
	"lightbox/model/lungs"
	"lightbox/model/plane"
)

// Reader finds the lungs on films and reads what lies in them. It is safe for
// concurrent use.
type Reader struct {
	segmenter *lungs.Segmenter
	ensemble  *ensemble.Ensemble
}

// New makes a reader with at least one network. segmenter may be nil where only
// ReadIn is used.
func New(segmenter *lungs.Segmenter, members []arch.Weights) (*Reader, error) {
	e, err := ensemble.New(Net(), members)
	if err != nil {
		return nil, err
	}
	return &Reader{segmenter, e}, nil
}

// ErrNoLungs tells that no lungs were found on a film.
var ErrNoLungs = errors.New("no lungs were found on the film")

// Reading is what the networks make of a film.
type Reading struct {
	ensemble.Answer
	// Lungs is where they looked, Input what they saw: Side squared, standardised
	// in Mask, zero outside.
	Lungs       lungs.Lungs
	Input, Mask plane.Plane
}

// Read reads a film of any size, 0 black … 1 white. Without lungs it is
// [ErrNoLungs].
func (r *Reader) Read(film plane.Plane) (*Reading, error) {
	return r.ReadIn(film, r.segmenter.Find(film))
}

// ReadIn reads a film whose lungs are known.
func (r *Reader) ReadIn(film plane.Plane, found lungs.Lungs) (*Reading, error) {
	out, err := seen(film, found)
	if err != nil {
		return nil, err
	}
	out.Answer = r.ensemble.Read(out.Input)
	return out, nil
}

// Explain is Read, and says which places speak for the finding and which against; see
// ensemble.Explain.
func (r *Reader) Explain(film plane.Plane) (*Reading, plane.Plane, error) {
	out, err := seen(film, r.segmenter.Find(film))
	if err != nil {
		return nil, plane.Plane{}, err
	}
	var influence plane.Plane
	out.Answer, influence = r.ensemble.Explain(out.Input)
	return out, influence, nil
}

// seen is what the networks see of a film whose lungs are known.
func seen(film plane.Plane, found lungs.Lungs) (*Reading, error) {
	small := film.Stretch(lungs.FilmSide, lungs.FilmSide)
	x, ok := lungs.Input(small, found.Mask, Side, lungs.Change{Place: plane.Identity()})
	if !ok {
		return nil, ErrNoLungs
	}
	out := &Reading{Lungs: found, Input: plane.Plane{Rows: Side, Columns: Side, Pix: x}, Mask: plane.New(Side, Side)}
	found.Mask.Warp(out.Mask.Pix, Side, Side, plane.Identity(), true)
	return out, nil
}

// Span is the part of the film that the places of a map of influence lie over; see
// ensemble.Span.
func (r *Reader) Span() (left, top, right, bottom float64) { return r.ensemble.Span() }

// squares cover what is looked at: an eighth of the side, filled with the mean
// of the lungs.
var squares = explain.Squares{Size: 12, Step: 6}

// Occlude says how far the logit of what was read falls where a square of the
// lungs is covered; see explain.Occlude.
func (r *Reader) Occlude(ctx context.Context, read *Reading) (plane.Plane, error) {
	logits, err := r.ensemble.Squares(read.Input, squares.Size, explain.Batch)
	if err != nil {
		return plane.Plane{}, err
	}
	return explain.Occlude(ctx, read.Input, read.Mask, squares, logits)
}
