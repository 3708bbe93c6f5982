package model

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"lightbox/model/looks"
	"lightbox/model/plane"
)

// Box is a part of a picture: x and y from its upper left corner, in parts of
// its width and height.
type Box struct{ X0, Y0, X1, Y1 float64 }

// WholePicture is all of it.
var WholePicture = Box{0, 0, 1, 1}

// Has tells whether a place lies in the box.
func (b Box) Has(x, y float64) bool { return x >= b.X0 && x < b.X1 && y >= b.Y0 && y < b.Y1 }

// Of turns a place of the box, in parts of it, into one of the whole picture.
func (b Box) Of(x, y float64) (float64, float64) {
	return b.X0 + x*(b.X1-b.X0), b.Y0 + y*(b.Y1-b.Y0)
}

// Into turns a place of the whole picture into one of the box, in parts of it. An
// empty box is taken for the whole picture.
func (b Box) Into() plane.Affine {
	w, h := b.X1-b.X0, b.Y1-b.Y0
	if !(w > 0 && h > 0) {
		return plane.Identity()
	}
	return plane.Affine{XX: 1 / w, X0: -b.X0 / w, YY: 1 / h, Y0: -b.Y0 / h}
}

// Explanation is a prediction with what it hangs on.
type Explanation struct {
	Prediction Prediction
	// Logits are those of each network, on the picture and on its mirror image;
	// one of both where the model does not average.
	Logits [][2]float64
	// Features are what the first network made of the picture: what tells how
	// like another picture it is.
	Features []float32
	// Seen is the very input of the networks, standardised as Standardise says;
	// Within is the part of the picture that it shows. Mirrored tells that they
	// read its mirror image too.
	Seen        plane.Plane
	Standardise Standardisation
	Within      Box
	Mirrored    bool
	// Influence says which places speak for the finding (positive) and which
	// against, in nats: Grad-CAM by elements, that is gradients by the values of an
	// inner layer, times these, as explain.Gradients has them, averaged over networks
	// and views. Its places lie evenly over Over, which is not Within: it is where they look, see arch.Grid,
	// and can reach beyond the picture.
	Influence plane.Plane
	Over      Box
	// Lungs is where the model looked, over the whole picture, 0 or 1; without
	// pixels for a model that looks everywhere.
	Lungs plane.Plane

	answer  answer
	occlude func(context.Context) (plane.Plane, error)
}

// Occlude covers square after square of Seen and says how far the logit falls;
// see explain.Occlude. It reads the picture some hundred times.
func (x *Explanation) Occlude(ctx context.Context) (plane.Plane, error) { return x.occlude(ctx) }

// InsideLungs is the part of the positive influence that lies in the lungs, 0 …
// 1; ok is false where there are none, or there is no positive influence. Influence is
// enlarged to the lungs' mask bilinearly, as it is drawn.
func (x *Explanation) InsideLungs() (part float64, ok bool) {
	if len(x.Lungs.Pix) == 0 {
		return 0, false
	}
	large := plane.New(x.Lungs.Rows, x.Lungs.Columns)
	x.Influence.Warp(large.Pix, large.Rows, large.Columns, x.Over.Into(), true)
	var inside, all float64
	for i, v := range large.Pix {
		if v <= 0 {
			continue
		}
		all += float64(v)
		if x.Lungs.Pix[i] > plane.Inside {
			inside += float64(v)
		}
	}
	if all == 0 {
		return 0, false
	}
	return inside / all, true
}

// Look is what a picture looks like to a model, whatever its file says.
type Look struct {
	// Blank is true where there is nothing on the picture.
	Blank bool
	// Pose is looks.Upright where it looks like what the model reads, with all of it.
	Pose looks.Pose
	// Distance says how far from such it is, Limit how far it may be.
	Distance, Limit float64

	of *domain // what the model reads; nil for the chest
}

// blankSpread is the standard deviation of a picture of values 0 … 1 below which
// nothing is on it.
const blankSpread = 0.02

func blank(p plane.Plane) bool {
	var sum, squares float64
	for _, v := range p.Pix {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	n := float64(len(p.Pix))
	return squares/n-sum*sum/(n*n) < blankSpread*blankSpread
}

// Look tells what a picture looks like; ok is false for a model that was not
// taught to tell. The error wraps [ErrBadImage].
func (m *Model) Look(g Gray) (l Look, ok bool, err error) { return m.reader.look(g) }

// Explain reads one picture and says why. It is safe for concurrent use.
func (m *Model) Explain(ctx context.Context, g Gray) (*Explanation, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	x, err := m.reader.explain(ctx, g)
	if err != nil {
		return nil, err
	}
	x.Standardise, x.Mirrored = m.Meta.Preprocessing.Standardise, m.Meta.MirrorAveraging
	x.Prediction, err = judge(x.answer)
	return x, err
}

// Case is a picture of training that resembles another.
type Case struct {
	Positive bool
	Distance float64 // between their features, in standard deviations
}

// Nearest finds the count pictures of training whose features are nearest to
// those of x; none where the model keeps no pictures' features.
func (m *Model) Nearest(x *Explanation, count int) []Case {
	return m.similar.Nearest(x.Features, count)
}

// DistanceFromTraining is how far the picture lies from those of training: the
// distance to the fifth nearest, over the distance within which 99.5 % of
// held-out pictures lie. Above 1 it is unlike them. ok is false where the model
// cannot tell.
func (m *Model) DistanceFromTraining(x *Explanation) (distance float64, ok bool) {
	if m.Meta.Far <= 0 {
		return 0, false
	}
	d, ok := m.similar.Distance(x.Features, Neighbours)
	return d / m.Meta.Far, ok
}

// TooFar is the reason to refuse a picture of such a [Model.DistanceFromTraining];
// nil where it lies near enough.
func TooFar(d float64) *Note {
	if d <= 1 {
		return nil
	}
	return &Note{CodeFar, "this picture is unlike those that the model was trained on: it lies {{.Distance}} times as far from them as is allowed", map[string]any{"Distance": math.Round(100*d) / 100}}
}

// Neighbours of which the farthest says how far a picture lies from training.
const Neighbours = 5

// Comparison holds the features of known pictures, which others are compared
// with.
type Comparison struct {
	features []float32
	labels   []float32
	scale    []float32 // one over each feature's standard deviation
}

// NewComparison takes features and labels as [SimilarTensors] lays them out; nil,
// with which nothing is like anything, without any.
func NewComparison(features, labels []float32) *Comparison {
	n := len(labels)
	if n == 0 {
		return nil
	}
	size := len(features) / n
	s := &Comparison{features, labels, make([]float32, size)}
	for k := range size {
		var sum, squares float64
		for i := range n {
			v := float64(features[i*size+k])
			sum += v
			squares += v * v
		}
		mean := sum / float64(n)
		s.scale[k] = float32(1 / math.Sqrt(math.Max(squares/float64(n)-mean*mean, 0)+1e-6))
	}
	return s
}

// Distance is that of a picture's features to the count-th nearest known ones; ok
// is false where there are not so many.
func (s *Comparison) Distance(features []float32, count int) (distance float64, ok bool) {
	near := s.Nearest(features, count)
	if len(near) < count {
		return 0, false
	}
	return near[count-1].Distance, true
}

// Nearest finds the count known pictures whose features are nearest.
func (s *Comparison) Nearest(features []float32, count int) []Case {
	if s == nil || len(features) != len(s.scale) {
		return nil
	}
	cases := make([]Case, len(s.labels))
	for i, label := range s.labels {
		var sum float64
		for k, v := range s.features[i*len(features) : (i+1)*len(features)] {
			d := float64((v - features[k]) * s.scale[k])
			sum += d * d
		}
		cases[i] = Case{label > 0.5, math.Sqrt(sum / float64(len(features)))}
	}
	slices.SortFunc(cases, func(a, b Case) int { return cmp.Compare(a.Distance, b.Distance) })
	return cases[:min(count, len(cases))]
}

// checkSimilar refuses labels that are none.
func checkSimilar(labels []float32) error {
	for i, v := range labels {
		if v != 0 && v != 1 {
			return fmt.Errorf("%w: picture %d for comparison has the label %v", ErrBadWeights, i, v)
		}
	}
	return nil
}
