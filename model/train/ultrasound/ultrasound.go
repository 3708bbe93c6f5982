// Package ultrasound trains what reads ultrasound of the breast: the ensemble
// that tells malignant from benign or normal. What the training of an ensemble
// takes whatever it looks at is in package ensembles.
package ultrasound

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/breast"
	"lightbox/model/ensemble"
	"lightbox/model/plane"
	"lightbox/model/train/ensembles"
)

// Class is what a picture shows, as far as it is known.
type Class int

// Classes of pictures of the breast.
const (
	Unknown Class = iota
	Normal
	Benign
	Malignant
)

// classes are the names that data sets give them, in lower case.
var classes = map[string]Class{
	"normal": Normal, "benign": Benign, "malignant": Malignant, "cancer": Malignant, "carcinoma": Malignant,
	"0": Benign, "negative": Benign, "1": Malignant, "positive": Malignant,
}

// ClassOf reads the name of a class, in lower case.
func ClassOf(name string) Class { return classes[name] }

// Label is 1 for a malignant lesion, 0 for a benign one or none, and
// [ensembles.Unknown] where it is not known.
func (c Class) Label() int {
	switch c {
	case Normal, Benign:
		return 0
	case Malignant:
		return 1
	}
	return ensembles.Unknown
}

// Picture is one for training or measuring, reduced to Side squared.
type Picture struct {
	Set, Name, Group, View string
	Class                  Class
	Held                   bool // never trained on
	Pixels                 plane.Bytes
}

// Side of pictures for training, in pixels: some more than the networks see, so
// that turned and enlarged ones are sharp.
const Side = breast.PictureSide

// Cases are the pictures as package ensembles has them.
func Cases(pictures []Picture) []ensembles.Case {
	cases := make([]ensembles.Case, len(pictures))
	for i := range pictures {
		p := &pictures[i]
		cases[i] = ensembles.Case{Set: p.Set, Name: p.Name, Group: p.Group, View: p.View, Label: p.Class.Label(), Held: p.Held}
	}
	return cases
}

// setBUSI is the set that the recipe was made for; batch is the size of a batch.
const (
	setBUSI = "busi-breast-us-256"
	batch   = 32
)

// RecipeName is that of the recipe on the set that it was made for.
const RecipeName = "ultrasound"

// RecipeFor has as many malignant pictures as others in every batch, of each set
// that has both.
func RecipeFor(pictures []Picture) ensembles.Recipe {
	r := ensembles.Recipe{
		Name: RecipeName, Steps: 1000, Rate: 1e-3, Warm: 0.25, Decay: 5e-2, Keep: 0.995, Folds: 5,
		Strata: ensembles.Balanced(Cases(pictures), batch),
		// The probe is held at any angle, depth and gain differ between machines and
		// examiners, and left and right tell nothing.
		Changes: &ensembles.Changes{
			Turn: 25, Scale: 0.3, Squeeze: 0.2, Shift: 0.15, Mirror: true, Gamma: 0.6, Blur: 1.4, Noise: 0.3,
			Erase: 0.5, Mixup: 0.2, Smoothing: 0.05,
		},
	}
	if slices.ContainsFunc(r.Strata, func(s ensembles.Stratum) bool { return s.Set != setBUSI }) {
		r.Name += ", other data"
	}
	return r
}

// Further is a recipe for networks that begin with those of a model: where these read
// ultrasound already, pictures are changed less, so that what is fine can be learned.
func Further(r ensembles.Recipe, with *model.Model) ensembles.Recipe {
	if with.Meta.Architecture == model.BreastArchitecture {
		r.Name += ensembles.Continued
		r.Changes = &ensembles.Changes{
			Turn: 15, Scale: 0.2, Squeeze: 0.12, Shift: 0.1, Mirror: true, Gamma: 0.4, Blur: 1, Noise: 0.2,
			Erase: 0.5, Smoothing: 0.05,
		}
	}
	return r
}

// Kind is pictures as package ensembles trains and reads them. Without changes they are
// learned as they are.
type Kind struct {
	Pictures []Picture
	Changes  *ensembles.Changes
}

// Net is one network.
func (Kind) Net() *arch.Net { return breast.Net() }

// Example is a picture, changed at random and then standardised as one that is read.
func (k Kind) Example(r *rand.Rand, i int, input, target, weight []float32) {
	p := &k.Pictures[i]
	weight[0], target[0] = 1, float32(p.Class.Label())
	if k.Changes == nil {
		copy(input, breast.Input(p.Pixels.Square(Side)).Pix)
		return
	}
	target[0] = k.Changes.Label(p.Class.Label())
	x := plane.Plane{Rows: breast.Side, Columns: breast.Side, Pix: input}
	k.Changes.Picture(r, p.Pixels.Square(Side), x)
	breast.Standardise(x)
	k.Changes.Input(r, x)
}

// Reader reads pictures with an ensemble; all can be read.
func (k Kind) Reader(members []arch.Weights) (func(int) (ensemble.Answer, bool), error) {
	e, err := breast.New(members)
	if err != nil {
		return nil, err
	}
	return func(i int) (ensemble.Answer, bool) { return e.Read(k.Pictures[i].Pixels.Square(Side)).Answer, true }, nil
}

// Training is that of the networks by a recipe; the caller adds seed, data and what
// else a training has.
func Training(pictures []Picture, recipe ensembles.Recipe) ensembles.Training {
	return ensembles.Training{Cases: Cases(pictures), Kind: Kind{pictures, recipe.Changes}, Recipe: recipe}
}

// answer begins the names of the weights that make the logit of the last map.
const answer = "logit."

// Begin has networks begin with those of a model whose networks are of the same form,
// each with another: those for the breast go on, see ensembles.Continue; what others
// answered, which learned to read other pictures, is begun anew. The error wraps
// model.ErrBadWeights or ensembles.ErrOtherFolds.
func Begin(with *model.Model, folds int) (start func(fold int, r *rand.Rand) arch.Weights, err error) {
	if with.Meta.Architecture == model.BreastArchitecture {
		return ensembles.Continue(with, breast.Net(), folds)
	}
	return ensembles.Begin(with, breast.Net(), func(tensor string) bool { return strings.HasPrefix(tensor, answer) })
}

// Assembly is what a model is put together from.
type Assembly struct {
	Pictures []Picture
	Members  []ensembles.Member
	Folds    int
	Patients []ensembles.Population // see [PatientsFor]
	Seed     uint64
	// Look tells what the pictures look like, see [LearnLook]; with nil the model cannot
	// tell whether a picture shows a breast.
	Look *breast.Look
	Meta model.Meta // name, version, population, recipe, data sets
}

// Assemble puts the model together.
func (a Assembly) Assemble(ctx context.Context) (*ensembles.Assembled, error) {
	meta := a.Meta
	meta.Architecture, meta.Preprocessing, meta.Look = model.BreastArchitecture, model.BreastPreprocessing, a.Look
	meta.MirrorAveraging = true
	return ensembles.Assembly{
		Cases: Cases(a.Pictures), Kind: Kind{Pictures: a.Pictures}, Members: a.Members, Folds: a.Folds,
		Populations: a.Patients, Seed: a.Seed, Meta: meta,
	}.Assemble(ctx)
}
