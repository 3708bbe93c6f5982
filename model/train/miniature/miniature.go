// Package miniature trains the source document's network, which reads chest
// radiographs at 28 × 28 pixels. The networks of the folds measure and calibrate; the
// model is one more, trained on all films. What the training of networks takes
// whatever they look at is in package ensembles.
package miniature

import (
	"context"
	"fmt"
	"math/rand/v2"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/ensemble"
	"lightbox/model/plane"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/radiograph"
)

// Side is that of what the network sees, and of the films that it is trained on, in
// pixels.
const Side = model.InputSize

// Reduce makes of a film of any size what it is trained on, by the preprocessing of
// the model. The error wraps model.ErrBadImage, also for a film that would have to be
// enlarged.
func Reduce(film plane.Plane) (plane.Bytes, error) {
	if min(film.Rows, film.Columns) < Side {
		return nil, fmt.Errorf("%w: %d×%d pixels are fewer than %d×%d", model.ErrBadImage, film.Columns, film.Rows, Side, Side)
	}
	pix, err := model.Prepare(model.Gray{Rows: film.Rows, Columns: film.Columns, Pix: film.Pix}, preprocessing(nil))
	if err != nil {
		return nil, err
	}
	return plane.Plane{Rows: Side, Columns: Side, Pix: pix}.Bytes(), nil
}

// preprocessing is that of the recipe: without changes it is the source document's,
// pixels from 0 to 1.
func preprocessing(c *ensembles.Changes) model.Preprocessing {
	p := model.Preprocessing{Size: Side, Standardise: model.StandardisePerImage}
	if c == nil {
		p.Standardise = model.StandardiseNone
	}
	return p
}

// meta is what decides how a picture is read.
func meta(m model.Meta, c *ensembles.Changes) model.Meta {
	m.Architecture, m.Preprocessing, m.MirrorAveraging = model.Architecture, preprocessing(c), c != nil
	return m
}

// Kind is films as package ensembles trains and reads them. Without changes they are
// learned as they are, with hard labels.
type Kind struct {
	Films   []radiograph.Film // whose pictures are those of Reduce
	Changes *ensembles.Changes
}

// Net is the source document's network.
func (Kind) Net() *arch.Net { return model.SourceNet() }

// Example is a film, changed at random and then standardised as one that is read.
func (k Kind) Example(r *rand.Rand, i int, input, target, weight []float32) {
	f := &k.Films[i]
	c := k.Changes
	weight[0], target[0] = 1, float32(f.Class.Label())
	if c == nil {
		copy(input, f.Picture.Square(Side).Pix)
		return
	}
	target[0] = c.Label(f.Class.Label())
	x := plane.Plane{Rows: Side, Columns: Side, Pix: input}
	c.Picture(r, f.Picture.Square(Side), x)
	model.Standardise(input)
	c.Input(r, x)
}

// Reader reads films as the model does.
func (k Kind) Reader(members []arch.Weights) (func(int) (ensemble.Answer, bool), error) {
	if len(members) != 1 {
		return nil, fmt.Errorf("%w: %d networks where one belongs", model.ErrBadWeights, len(members))
	}
	net, err := model.NetworkOf(members[0])
	if err != nil {
		return nil, err
	}
	m, err := model.New(net, meta(model.Meta{}, k.Changes))
	if err != nil {
		return nil, err
	}
	return func(i int) (ensemble.Answer, bool) {
		x, err := m.Explain(context.Background(), k.gray(i))
		if err != nil { // its weights overflow
			return ensemble.Answer{}, false
		}
		return ensemble.Answer{Logit: x.Prediction.Logit, Spread: x.Prediction.Spread, Logits: x.Logits, Features: x.Features}, true
	}, nil
}

func (k Kind) gray(i int) model.Gray {
	return model.Gray{Rows: Side, Columns: Side, Pix: k.Films[i].Picture.Square(Side).Pix}
}

// Teacher is the same films as larger networks learn and read them, from which the
// other one learns.
type Teacher struct{ Kind }

// Net is a residual network.
func (Teacher) Net() *arch.Net { return arch.ResNet("teacher", Side, 1, 32, 64, 128) }

// Reader reads films and their mirror images.
func (t Teacher) Reader(members []arch.Weights) (func(int) (ensemble.Answer, bool), error) {
	e, err := ensemble.New(t.Net(), members)
	if err != nil {
		return nil, err
	}
	return func(i int) (ensemble.Answer, bool) {
		pix, err := model.Prepare(t.gray(i), preprocessing(t.Changes))
		if err != nil {
			return ensemble.Answer{}, false
		}
		return e.Read(plane.Plane{Rows: Side, Columns: Side, Pix: pix}), true
	}, nil
}

// Start begins as the source document does, by Glorot and Bengio.
func Start(_ int, r *rand.Rand) arch.Weights {
	n := model.NewNetwork()
	n.InitGlorot(r)
	return n.Weights()
}

// Training is that of the networks by a recipe; the caller adds seed, data and what
// else a training has.
func Training(films []radiograph.Film, recipe ensembles.Recipe) ensembles.Training {
	kind := Kind{films, recipe.Changes}
	t := ensembles.Training{Cases: radiograph.Cases(films), Kind: kind, Teacher: Teacher{kind}, Recipe: recipe}
	if recipe.Changes == nil {
		t.Start = Start
	}
	return t
}

// Assembly is what a model is put together from.
type Assembly struct {
	Films    []radiograph.Film
	Members  []ensembles.Member // the last is that of all films
	Recipe   ensembles.Recipe
	Patients []ensembles.Population
	Seed     uint64
	Meta     model.Meta // name, version, finding, population, data sets
}

// Assemble puts the model together.
func (a Assembly) Assemble(ctx context.Context) (*ensembles.Assembled, error) {
	m := meta(a.Meta, a.Recipe.Changes)
	m.Epochs = a.Recipe.Epochs
	return ensembles.Assembly{
		Cases: radiograph.Cases(a.Films), Kind: Kind{a.Films, a.Recipe.Changes}, Members: a.Members, Folds: a.Recipe.Folds,
		Populations: a.Patients, Seed: a.Seed, Meta: m, Tensors: tensors,
	}.Assemble(ctx)
}

func tensors(networks []arch.Weights) ([]model.Tensor, error) {
	if len(networks) != 1 {
		return nil, fmt.Errorf("%w: %d networks where one belongs", model.ErrBadWeights, len(networks))
	}
	net, err := model.NetworkOf(networks[0])
	if err != nil {
		return nil, err
	}
	return net.Tensors(), nil
}
