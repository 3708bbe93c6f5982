package radiograph

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/calibrate"
	"lightbox/model/chest"
	"lightbox/model/kernel"
	"lightbox/model/lungs"
	"lightbox/model/metrics"
)

// Member is one classifier with the fold that it was not trained on.
type Member struct {
	Fold    int
	Weights arch.Weights
}

// Patients are those whom a calibration holds for, and the sets of films that it
// is fitted on.
type Patients struct {
	From, Until float64 // years; both 0 for anyone
	Sets        []string
	Text        string
}

// DefaultPatients are the populations of the embedded model.
func DefaultPatients() []Patients {
	return []Patients{
		{1, 6, []string{"kermany-cxr-224"}, model.PopulationKermany},
		{18, 120, []string{"rsna-nih-lungs-masked"}, model.PopulationAdults},
	}
}

// Assembly is what a model is put together from.
type Assembly struct {
	Films    []Film // with masks, see FindLungs
	Lungs    arch.Weights
	Members  []Member
	Folds    int
	Patients []Patients
	Seed     uint64
	Meta     model.Meta // name, version, population, recipe, data sets
}

// Bounds of what a model keeps of its training films.
const (
	keptFilms  = 2000 // whose features are kept for comparison
	shapeLeast = 50   // films of a set from which the shape of lungs is learned
	farPart    = 0.995
)

// OutOfFold is how films are read by the classifiers that were not trained on
// them.
type OutOfFold struct {
	Films  []*Film
	Sample calibrate.Sample
}

// Assemble puts the model together, and its calibrations, from what the
// classifiers say about films that they were not trained on.
func (a Assembly) Assemble(ctx context.Context) (*model.Model, *model.Calibrations, OutOfFold, error) {
	var held OutOfFold
	if len(a.Members) == 0 {
		return nil, nil, held, errors.New("radiograph: a model of no classifiers")
	}
	meta := a.Meta
	meta.Architecture, meta.Preprocessing, meta.MirrorAveraging = model.ChestArchitecture, model.ChestPreprocessing, true
	meta.Members, meta.Seed = len(a.Members), a.Seed
	for _, p := range a.Patients {
		if p.Until > 0 {
			meta.Ages = append(meta.Ages, model.Ages{From: p.From, Until: p.Until})
		}
	}
	if meta.Date == "" {
		meta.Date = time.Now().Format(time.DateOnly)
	}
	var err error
	if meta.Shape, err = a.shape(ctx); err != nil {
		return nil, nil, held, err
	}
	if held, err = a.outOfFold(ctx); err != nil {
		return nil, nil, held, err
	}
	features, labels, far, err := a.features(ctx)
	if err != nil {
		return nil, nil, held, err
	}
	meta.Similar, meta.Far = len(labels), far
	scores := make([]float64, len(held.Sample.Logits))
	for i, z := range held.Sample.Logits {
		scores[i] = model.Sigmoid(z)
	}
	meta.Threshold = metrics.Youden(scores, held.Sample.Labels)
	meta.ThresholdSource = fmt.Sprintf("Youden's index on the scores of %d films that each classifier had not seen", len(scores))
	var weights []arch.Weights
	for _, m := range a.Members {
		weights = append(weights, m.Weights)
	}
	tensors := append(model.EnsembleTensors(a.Lungs, weights), model.SimilarTensors(features, labels)...)
	m, err := model.NewModel(meta, tensors)
	if err != nil {
		return nil, nil, held, err
	}
	calibrations, err := a.calibrate(m, held)
	return m, calibrations, held, err
}

// shape learns what lungs look like from whole films, set by set.
func (a Assembly) shape(ctx context.Context) (*lungs.Shape, error) {
	s, err := lungs.NewSegmenter(a.Lungs)
	if err != nil {
		return nil, err
	}
	cutOut := CutOutSets(a.Films)
	var films []*Film
	for i := range a.Films {
		if f := &a.Films[i]; !f.Test && !cutOut[f.Set] {
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
		if sets[f.Set] == nil {
			names = append(names, f.Set)
		}
		sets[f.Set] = append(sets[f.Set], described[i])
	}
	var list [][][]float64
	for _, name := range names {
		if len(sets[name]) >= shapeLeast {
			list = append(list, sets[name])
		}
	}
	return lungs.NewShape(list)
}

// outOfFold reads every film of a class by the classifier of its fold.
func (a Assembly) outOfFold(ctx context.Context) (out OutOfFold, err error) {
	for _, m := range a.Members {
		var films []*Film
		for i := range a.Films {
			f := &a.Films[i]
			if !f.Test && (f.Class == Normal || f.Class == Opacity) && f.Fold(a.Folds) == m.Fold {
				films = append(films, f)
			}
		}
		logits, ok, err := ChestLogits(ctx, []arch.Weights{m.Weights}, films)
		if err != nil {
			return out, err
		}
		for i, f := range films {
			if ok[i] {
				out.Films = append(out.Films, f)
				out.Sample.Logits = append(out.Sample.Logits, logits[i])
				out.Sample.Labels = append(out.Sample.Labels, f.label())
				out.Sample.Groups = append(out.Sample.Groups, f.Group)
			}
		}
	}
	if len(out.Films) == 0 {
		return out, errors.New("radiograph: no film was held out from any classifier")
	}
	return out, nil
}

func (f *Film) label() int {
	if f.Class == Opacity {
		return 1
	}
	return 0
}

// features are what the first classifier makes of training films, about as many
// of each set and class, and far is the distance to the fifth nearest of them within
// which 99.5 % of the films of every set lie that it was not trained on.
func (a Assembly) features(ctx context.Context) (features, labels []float32, far float64, err error) {
	reader, err := chest.New(nil, []arch.Weights{a.Members[0].Weights})
	if err != nil {
		return nil, nil, 0, err
	}
	strata := map[Stratum][]*Film{}
	var order []Stratum
	var held []*Film
	for i := range a.Films {
		f := &a.Films[i]
		switch {
		case f.Test || f.Class != Normal && f.Class != Opacity:
		case f.Fold(a.Folds) == a.Members[0].Fold:
			held = append(held, f)
		default:
			k := Stratum{Set: f.Set, Class: f.Class}
			if strata[k] == nil {
				order = append(order, k)
			}
			strata[k] = append(strata[k], f)
		}
	}
	r := rand.New(rand.NewPCG(a.Seed, uint64(len(order))))
	var kept []*Film
	for _, k := range order {
		of := strata[k]
		r.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		kept = append(kept, of[:min(len(of), keptFilms/len(order))]...)
	}
	read := func(films []*Film) ([][]float32, error) {
		out := make([][]float32, len(films))
		kernel.Parallel(len(films), func(from, to int) {
			for i := from; i < to && ctx.Err() == nil; i++ {
				answer, readErr := reader.ReadIn(films[i].Picture.Square(lungs.FilmSide), lungs.Lungs{Mask: films[i].Lungs.Square(lungs.FilmSide)})
				if readErr == nil { // films without lungs are compared with none
					out[i] = answer.Features
				}
			}
		})
		return out, ctx.Err()
	}
	known, err := read(kept)
	if err != nil {
		return nil, nil, 0, err
	}
	for i, v := range known {
		if v != nil {
			features, labels = append(features, v...), append(labels, float32(kept[i].label()))
		}
	}
	unseen, err := read(held)
	if err != nil {
		return nil, nil, 0, err
	}
	distances := map[string][]float64{}
	for i, v := range unseen {
		if d, ok := model.DistanceTo(features, labels, v, model.Neighbours); ok {
			distances[held[i].Set] = append(distances[held[i].Set], d)
		}
	}
	for _, of := range distances {
		slices.Sort(of)
		if len(of) >= shapeLeast {
			far = max(far, of[min(int(farPart*float64(len(of))), len(of)-1)])
		}
	}
	return features, labels, far, nil
}

// calibrate fits the calibrations of all populations.
func (a Assembly) calibrate(m *model.Model, held OutOfFold) (*model.Calibrations, error) {
	c := &model.Calibrations{}
	for _, p := range a.Patients {
		var s calibrate.Sample
		for i, f := range held.Films {
			if slices.Contains(p.Sets, f.Set) {
				s.Logits = append(s.Logits, held.Sample.Logits[i])
				s.Labels = append(s.Labels, held.Sample.Labels[i])
				s.Groups = append(s.Groups, held.Sample.Groups[i])
			}
		}
		fitted, err := calibrate.Fit(s, calibrate.Options{Model: m.SHA256(), Population: p.Text, Seed: a.Seed})
		if err != nil {
			return nil, fmt.Errorf("radiograph: the calibration for %s: %w", p.Text, err)
		}
		c.Populations = append(c.Populations, model.Population{From: p.From, Until: p.Until, Fitted: fitted})
	}
	return c, nil
}
