package model

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"lightbox/model/arch"
	"lightbox/model/breast"
	"lightbox/model/chest"
	"lightbox/model/lungs"
	"lightbox/model/plane"
)

// Architectures of the ensembles.
const (
	ChestArchitecture  = "lungs-unet-64-resnet-96-32-48-96-128"
	BreastArchitecture = "resnet-96-32-48-96-128"
)

// Sizes of the last maps of the ensembles, in channels.
const (
	chestFeatures  = 128
	breastFeatures = 128
)

// StandardiseLungs subtracts the mean of the pixels in the lungs and divides by
// their standard deviation; pixels outside are zero.
const StandardiseLungs Standardisation = "lungs"

// Preprocessing of the ensembles: the whole picture is stretched to a square.
var (
	ChestPreprocessing  = Preprocessing{Size: chest.Side, Standardise: StandardiseLungs}
	BreastPreprocessing = Preprocessing{Size: breast.Side, Standardise: StandardisePerImage}
)

func chestPreprocessing(p Preprocessing) error  { return exactly(p, ChestPreprocessing) }
func breastPreprocessing(p Preprocessing) error { return exactly(p, BreastPreprocessing) }

func exactly(p, want Preprocessing) error {
	if p != want {
		return fmt.Errorf("%w: preprocessing %+v, this network takes %+v", ErrBadWeights, p, want)
	}
	return nil
}

// lungsPrefix begins the names of the segmenter's tensors.
const lungsPrefix = "lungs."

func memberPrefix(i int) string { return fmt.Sprintf("%d.", i) }

func chestTensors(m Meta) ([]Tensor, error) {
	segmenter, err := room(lungsPrefix, lungs.Net())
	if err != nil {
		return nil, err
	}
	members, err := memberTensors(m, chest.Net())
	return append(segmenter, members...), err
}

func breastTensors(m Meta) ([]Tensor, error) { return memberTensors(m, breast.Net()) }

func memberTensors(m Meta, net *arch.Net) (list []Tensor, err error) {
	if m.Members < 1 {
		return nil, fmt.Errorf("%w: an ensemble of %d networks", ErrBadWeights, m.Members)
	}
	for i := range m.Members {
		part, err := room(memberPrefix(i), net)
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
	}
	return list, nil
}

// room is space for the weights of a network, under names that begin with prefix.
func room(prefix string, net *arch.Net) ([]Tensor, error) {
	w, err := arch.NewWeights(net, rand.New(rand.NewPCG(0, 0)))
	return Named(prefix, w), err
}

// Named lists weights as tensors whose names begin with prefix. Their values are
// shared.
func Named(prefix string, w arch.Weights) []Tensor {
	list := make([]Tensor, len(w))
	for i, t := range w {
		list[i] = Tensor{prefix + t.Name, t.Shape, t.Data}
	}
	return list
}

// weightsOf is the part of tensors whose names begin with prefix.
func weightsOf(prefix string, tensors []Tensor) (w arch.Weights) {
	for _, t := range tensors {
		if name, ok := strings.CutPrefix(t.Name, prefix); ok {
			w = append(w, arch.Tensor{Name: name, Shape: t.Shape, Data: t.Data})
		}
	}
	return w
}

func members(m Meta, tensors []Tensor) (all []arch.Weights) {
	for i := range m.Members {
		all = append(all, weightsOf(memberPrefix(i), tensors))
	}
	return all
}

// EnsembleTensors lists the parameters of an ensemble as [NewEnsemble] wants
// them. segmenter is nil but for the chest.
func EnsembleTensors(segmenter arch.Weights, members []arch.Weights) []Tensor {
	var list []Tensor
	if segmenter != nil {
		list = Named(lungsPrefix, segmenter)
	}
	for i, w := range members {
		list = append(list, Named(memberPrefix(i), w)...)
	}
	return list
}

// film is a picture as package plane has it.
func (g Gray) film() plane.Plane { return plane.Plane{Rows: g.Rows, Columns: g.Columns, Pix: g.Pix} }

// chestReader reads chest radiographs.
type chestReader struct {
	*chest.Reader
	segmenter *lungs.Segmenter
	shape     *lungs.Shape
}

func newChest(m Meta, tensors []Tensor) (reader, error) {
	segmenter, err := lungs.NewSegmenter(weightsOf(lungsPrefix, tensors))
	if err != nil {
		return nil, err
	}
	r, err := chest.New(segmenter, members(m, tensors))
	if err != nil {
		return nil, err
	}
	if m.Shape != nil {
		if err := m.Shape.Validate(); err != nil {
			return nil, err
		}
	}
	return &chestReader{r, segmenter, m.Shape}, nil
}

func (r *chestReader) predict(ctx context.Context, pictures []Gray) ([]answer, error) {
	return each(ctx, pictures, func(g Gray) (answer, error) {
		read, err := r.Read(g.film())
		if err != nil {
			return answer{}, unreadable(err)
		}
		return answer{read.Logit, read.Spread}, nil
	})
}

func (r *chestReader) explain(_ context.Context, g Gray) (*Explanation, error) {
	read, influence, err := r.Explain(g.film())
	if err != nil {
		return nil, unreadable(err)
	}
	return &Explanation{
		answer: answer{read.Logit, read.Spread}, Logits: read.Logits, Features: read.Features,
		Seen: read.Input, Within: WholePicture, Influence: influence, Over: boxOf(r.Span()), Lungs: read.Lungs.Mask,
		occlude: func(ctx context.Context) (plane.Plane, error) { return r.Occlude(ctx, read) },
	}, nil
}

func (r *chestReader) look(g Gray) (Look, bool, error) {
	if r.shape == nil {
		return Look{}, false, nil
	}
	if err := g.Validate(); err != nil {
		return Look{}, false, err
	}
	small := g.film().Stretch(lungs.FilmSide, lungs.FilmSide)
	l := Look{Limit: r.shape.Limit}
	if l.Blank = blank(small); !l.Blank {
		l.Pose, l.Distance = r.shape.Judge(r.segmenter, small)
	}
	return l, true, nil
}

// breastReader reads ultrasound pictures of the breast.
type breastReader struct {
	*breast.Reader
	appearance *breast.Look
}

func newBreast(m Meta, tensors []Tensor) (reader, error) {
	r, err := breast.New(members(m, tensors))
	if err != nil {
		return nil, err
	}
	return breastReader{r, m.Look}, nil
}

func (r breastReader) predict(ctx context.Context, pictures []Gray) ([]answer, error) {
	return each(ctx, pictures, func(g Gray) (answer, error) {
		read := r.Read(g.film())
		return answer{read.Logit, read.Spread}, nil
	})
}

func (r breastReader) explain(_ context.Context, g Gray) (*Explanation, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	read, influence := r.Explain(g.film())
	return &Explanation{
		answer: answer{read.Logit, read.Spread}, Logits: read.Logits, Features: read.Features,
		Seen: read.Input, Within: WholePicture, Influence: influence, Over: boxOf(r.Span()),
		occlude: func(ctx context.Context) (plane.Plane, error) { return r.Occlude(ctx, read) },
	}, nil
}

func (r breastReader) look(g Gray) (Look, bool, error) {
	if r.appearance == nil {
		return Look{}, false, nil
	}
	if err := g.Validate(); err != nil {
		return Look{}, false, err
	}
	small := g.film().Stretch(breast.LookSide, breast.LookSide)
	l := Look{Limit: r.appearance.Limit, of: &breastDomain}
	if l.Blank = blank(small); !l.Blank {
		l.Pose, l.Distance = r.appearance.Judge(small)
	}
	return l, true, nil
}

func boxOf(x0, y0, x1, y1 float64) Box { return Box{x0, y0, x1, y1} }

// each reads pictures one after the other; each uses all cores by itself.
func each(ctx context.Context, pictures []Gray, read func(Gray) (answer, error)) ([]answer, error) {
	out := make([]answer, len(pictures))
	for i, g := range pictures {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		err := g.Validate()
		if err == nil {
			out[i], err = read(g)
		}
		if err != nil {
			return nil, fmt.Errorf("picture %d: %w", i, err)
		}
	}
	return out, nil
}

// unreadable marks a film that cannot be read as [ErrBadImage].
func unreadable(err error) error {
	if errors.Is(err, chest.ErrNoLungs) {
		return fmt.Errorf("%w: %w", ErrBadImage, err)
	}
	return err
}

// Part is one of the networks that a model is made of.
type Part struct {
	Name    string
	Net     *arch.Net
	Weights arch.Weights
}

// Parts lists the networks of a model: "lungs" for the segmenter, then "1", "2"
// and so on; for the source document's network its own alone.
func (m *Model) Parts() []Part {
	if net, ok := m.Network(); ok {
		return []Part{{m.Meta.Name, SourceNet(), net.Weights()}}
	}
	var list []Part
	net := breast.Net()
	if m.Meta.Architecture == ChestArchitecture {
		list = append(list, Part{"lungs", lungs.Net(), weightsOf(lungsPrefix, m.tensors)})
		net = chest.Net()
	}
	for i, w := range members(m.Meta, m.tensors) {
		list = append(list, Part{fmt.Sprint(i + 1), net, w})
	}
	return list
}

// SimilarTensors lists pictures for comparison as [NewModel] wants them: features
// by picture, labels 0 or 1.
func SimilarTensors(features, labels []float32) []Tensor {
	n := len(labels)
	return []Tensor{{similarFeatures, []int{n, len(features) / max(n, 1)}, features}, {similarLabels, []int{n}, labels}}
}
