package radiograph

import (
	"context"
	"errors"
	"slices"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/kernel"
	"lightbox/model/lungs"
	"lightbox/model/train/ensembles"
)

// DefaultPatients are the populations of the embedded model.
func DefaultPatients() []ensembles.Population {
	return []ensembles.Population{
		{From: 1, Until: 6, Sets: []string{SetChildren}, Text: model.PopulationKermany},
		{From: 18, Until: 120, Sets: []string{setMasked}, Text: model.PopulationAdults},
	}
}

// PatientsFor are the default populations where the films are those of the
// default recipe, and otherwise anyone, with a text of the caller's.
func PatientsFor(films []Film, text string) []ensembles.Population {
	if ensembles.HasStrata(Cases(films), DefaultChest().Strata) {
		return DefaultPatients()
	}
	return []ensembles.Population{{Text: text}}
}

// Assembly is what a model is put together from.
type Assembly struct {
	Films    []Film // with masks, see FindLungs
	Lungs    arch.Weights
	Members  []ensembles.Member
	Folds    int
	Patients []ensembles.Population
	Seed     uint64
	// Shape tells what lungs look like to the segmenter, see [LearnShape]; with nil
	// the model cannot tell whether a picture shows a chest.
	Shape *lungs.Shape
	Meta  model.Meta // name, version, population, recipe, data sets
}

// Assemble puts the model together.
func (a Assembly) Assemble(ctx context.Context) (*ensembles.Assembled, error) {
	meta := a.Meta
	meta.Architecture, meta.Preprocessing, meta.Shape = model.ChestArchitecture, model.ChestPreprocessing, a.Shape
	meta.MirrorAveraging = true
	return ensembles.Assembly{
		Cases: Cases(a.Films), Kind: Kind(a.Films), Members: a.Members, Folds: a.Folds,
		Populations: a.Patients, Seed: a.Seed, Meta: meta, Segmenter: a.Lungs,
	}.Assemble(ctx)
}

// shapeLeast is how many films of a set it takes for the shape of lungs to be
// learned from them.
const shapeLeast = 50

// LearnShape learns what lungs look like from whole films, set by set; nil where
// they are too few, or too much alike to say.
func LearnShape(ctx context.Context, all []Film, segmenter arch.Weights) (*lungs.Shape, error) {
	s, err := lungs.NewSegmenter(segmenter)
	if err != nil {
		return nil, err
	}
	cutOut := CutOutSets(all)
	var films []*Film
	for i := range all {
		if f := &all[i]; !f.Held && !cutOut[f.Set] {
			films = append(films, f)
		}
	}
	described := make([][]float64, len(films))
	kernel.Parallel(len(films), func(from, to int) {
		for i := from; i < to && ctx.Err() == nil; i++ {
			described[i] = s.Describe(films[i].Picture.Square(lungs.FilmSide))
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var names []string
	sets := map[string][][]float64{}
	for i, f := range films {
		if !slices.Contains(names, f.Set) {
			names = append(names, f.Set)
		}
		sets[f.Set] = append(sets[f.Set], described[i])
	}
	var list [][][]float64
	total := 0
	for _, name := range names {
		if n := len(sets[name]); n >= shapeLeast {
			list, total = append(list, sets[name]), total+n
		}
	}
	if total < lungs.LeastFilms {
		return nil, nil
	}
	shape, err := lungs.NewShape(list)
	if errors.Is(err, lungs.ErrBadShape) {
		return nil, nil
	}
	return shape, err
}
