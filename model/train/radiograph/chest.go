package radiograph

import (
	"math/rand/v2"

	"lightbox/model/arch"
	"lightbox/model/chest"
	"lightbox/model/ensemble"
	"lightbox/model/lungs"
	"lightbox/model/train/ensembles"
)

// Sets of films that the default recipe asks for, the last for the segmenter only.
const (
	SetChildren = "kermany-cxr-224"
	setMasked   = "rsna-nih-lungs-masked"
	setNormal   = "rsna-nih-normal"
)

// DefaultChest trained the ensemble that is embedded. Every source has as many
// films with as without opacity in a batch, so that none betrays the class:
// normal films without a counterpart taught that whole films of adults are normal.
func DefaultChest() ensembles.Recipe {
	return ensembles.Recipe{
		Name: "lungs-only", Steps: 2400, Rate: 3e-3, Warm: 0.25, Decay: 2e-2, Keep: 0.995, Folds: 5,
		Strata: []ensembles.Stratum{
			{Set: setMasked, Label: 1, Count: 12}, {Set: setMasked, Label: 0, Count: 12},
			{Set: SetChildren, Label: 1, Count: 9}, {Set: SetChildren, Label: 0, Count: 9},
		},
	}
}

// Further is a recipe for networks that were trained by another one before: a cycle
// that is shorter and lower.
func Further(r ensembles.Recipe) ensembles.Recipe {
	r.Name += ensembles.Continued
	r.Steps, r.Rate = 600, 1e-3
	return r
}

// Ours tells whether a recipe is for the sets of the default one, of which it is known
// whom they show.
func Ours(r ensembles.Recipe) bool { return r.Name == DefaultChest().Name }

// chestBatch is the size of a batch of films of other sets than those of the
// default recipe.
const chestBatch = 48

// RecipeFor is the default recipe where its sets are there, and otherwise one for
// whatever sets there are.
func RecipeFor(films []Film) ensembles.Recipe {
	r := DefaultChest()
	if cases := Cases(films); !ensembles.HasStrata(cases, r.Strata) {
		r.Name, r.Strata = "lungs-only, other data", ensembles.Balanced(cases, chestBatch)
	}
	return r
}

// Kind is films as package ensembles trains and reads them. [FindLungs] must have
// been there.
type Kind []Film

// Net is one classifier.
func (Kind) Net() *arch.Net { return chest.Net() }

// Example is chest.Example of a film.
func (k Kind) Example(r *rand.Rand, i int, input, target, weight []float32) {
	f := &k[i]
	chest.Example(r, f.Picture, f.Lungs, f.Class == Opacity, input, target, weight)
}

// Reader reads films with an ensemble; a film without lungs cannot be read.
func (k Kind) Reader(members []arch.Weights) (func(int) (ensemble.Answer, bool), error) {
	e, err := chest.New(nil, members)
	if err != nil {
		return nil, err
	}
	return func(i int) (ensemble.Answer, bool) {
		f := &k[i]
		read, err := e.ReadIn(f.Picture.Square(lungs.FilmSide), lungs.Lungs{Mask: f.Lungs.Square(lungs.FilmSide)})
		if err != nil { // it has no lungs
			return ensemble.Answer{}, false
		}
		return read.Answer, true
	}, nil
}
