package radiograph

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"lightbox/model/arch"
	"lightbox/model/fit"
	"lightbox/model/kernel"
	"lightbox/model/lungs"
	"lightbox/model/metrics"
	"lightbox/model/train/ensembles"
)

// LungsRecipe is how the segmenter is trained.
type LungsRecipe struct {
	Steps int     `json:"steps"`
	Batch int     `json:"batch"`
	Rate  float64 `json:"learning_rate"`
	Decay float64 `json:"weight_decay"`
	// Most is about how many films of a set are taken, evenly spread, so that no
	// set outweighs the others.
	Most int `json:"most_of_a_set"`
}

// DefaultLungs trained the segmenter that is embedded.
func DefaultLungs() LungsRecipe {
	return LungsRecipe{Steps: 1600, Batch: 16, Rate: 3e-3, Decay: 1e-2, Most: 1200}
}

// heldOut is the fold that measures the segmenter, of so many.
const (
	heldOut   = 0
	lungFolds = 10
)

// dicedFilms is about how many films the segmenter is measured on while it
// trains.
const dicedFilms = 60

// LungsTraining is that of the segmenter; the fields are those of
// ensembles.Training.
type LungsTraining struct {
	Films    []Film
	Recipe   LungsRecipe
	Seed     uint64
	Folder   string
	Every    int
	Data     string
	Of       int // networks that are trained in all
	Progress func(ensembles.Progress)
}

// Segmenter is a trained one, with its overlap with the masks of films that it was
// not trained on, by set and class.
type Segmenter struct {
	Weights arch.Weights
	Dice    map[string]float64
	Curve   ensembles.Curve
}

// Enough tells whether as many films came with a mask as a segmenter needs.
func (t LungsTraining) Enough() bool {
	learn, measure := t.films()
	return len(learn) >= t.Recipe.Batch && len(measure) > 0
}

// Run trains the segmenter on the films that came with a mask and measures it on
// a tenth of their groups, which it does not train on.
func (t LungsTraining) Run(ctx context.Context) (s Segmenter, err error) {
	learn, measure := t.films()
	if !t.Enough() {
		return s, fmt.Errorf("%w: %d films with a mask of the lungs are too few for a segmenter; take over that of a model with --lungs", ensembles.ErrNoCases, len(learn)+len(measure))
	}
	job := fit.Job{
		Net: lungs.Net(), Batch: t.Recipe.Batch, Steps: t.Recipe.Steps, Seed: t.Seed,
		Rate: t.Recipe.Rate, Warm: 0.2, Decay: t.Recipe.Decay, Keep: 0.99,
		Fill: func(r *rand.Rand, _ int, input, target, weight []float32) {
			f := learn[r.IntN(len(learn))]
			lungs.Example(r, f.Picture, f.Drawn, input, target, weight)
		},
		Measure: func(_ context.Context, w arch.Weights) (fit.Quality, error) { return quality(w, measure) },
		Every:   t.Every, Data: t.Data,
	}
	if t.Folder != "" {
		job.Checkpoint = filepath.Join(t.Folder, "lungs.checkpoint")
	}
	curve := ensembles.Follow(&job, ensembles.Progress{Network: ensembles.Segmenter, Number: 1, Of: t.Of, Mixed: true}, t.Progress)
	if s.Weights, err = job.Run(ctx); err != nil {
		return s, err
	}
	s.Curve = *curve
	s.Dice, err = overlap(s.Weights, measure)
	return s, err
}

// films are those that the segmenter learns from and is measured on.
func (t LungsTraining) films() (learn, measure []*Film) {
	perSet, seen := map[string]int{}, map[string]int{}
	for i := range t.Films {
		if f := &t.Films[i]; f.Drawn != nil && !f.Held {
			perSet[f.Set]++
		}
	}
	for i := range t.Films {
		f := &t.Films[i]
		if f.Drawn == nil || f.Held {
			continue
		}
		seen[f.Set]++
		if every := max(1, perSet[f.Set]/t.Recipe.Most); seen[f.Set]%every != 0 {
			continue
		}
		if f.Fold(lungFolds) == heldOut {
			measure = append(measure, f)
		} else {
			learn = append(learn, f)
		}
	}
	if len(measure) > 0 || len(learn) == 0 {
		return learn, measure
	}
	// Of few patients none may be in that fold: the last one is held out.
	last := learn[len(learn)-1].Group
	mine := func(f *Film) bool { return f.Group == last }
	for _, f := range learn {
		if mine(f) {
			measure = append(measure, f)
		}
	}
	return slices.DeleteFunc(learn, mine), measure
}

// quality is the overlap on some films, each set and class weighing the same.
func quality(w arch.Weights, films []*Film) (q fit.Quality, err error) {
	every := max(1, (len(films)+dicedFilms-1)/dicedFilms)
	var some []*Film
	for k := 0; k < len(films); k += every {
		some = append(some, films[k])
	}
	dice, err := overlap(w, some)
	if err != nil {
		return q, err
	}
	q.Parts = map[string]metrics.Number{}
	var sum float64
	for _, key := range slices.Sorted(maps.Keys(dice)) { // sums must not depend on the order of a map
		q.Parts[key] = metrics.Number(dice[key])
		sum += dice[key]
	}
	q.Value = metrics.Number(sum / float64(len(dice)))
	return q, nil
}

// overlap measures a segmenter's own answer, before gaps are closed, by set and
// class.
func overlap(w arch.Weights, films []*Film) (map[string]float64, error) {
	s, err := lungs.NewSegmenter(w)
	if err != nil {
		return nil, err
	}
	found := make([]float64, len(films))
	kernel.Parallel(len(films), func(from, to int) {
		for i := from; i < to; i++ {
			drawn := films[i].Drawn.Square(lungs.FilmSide).Stretch(lungs.Side, lungs.Side)
			found[i] = lungs.Dice(s.Find(films[i].Picture.Square(lungs.FilmSide)).Found, drawn)
		}
	})
	sum, n := map[string]float64{}, map[string]float64{}
	for i, f := range films {
		key := f.Set
		if f.Class == Opacity {
			key += ", opacity"
		}
		sum[key] += found[i]
		n[key]++
	}
	for key := range sum {
		sum[key] /= n[key]
	}
	return sum, nil
}

// FindLungs gives every film the mask that the classifier looks through, and
// films that were cut out what lungs.CutOut makes of them.
func FindLungs(ctx context.Context, films []Film, w arch.Weights) error {
	s, err := lungs.NewSegmenter(w)
	if err != nil {
		return err
	}
	cutOut := CutOutSets(films)
	kernel.Parallel(len(films), func(from, to int) {
		for i := from; i < to && ctx.Err() == nil; i++ {
			f := &films[i]
			picture := f.Picture.Square(lungs.FilmSide)
			if cutOut[f.Set] {
				mended, mask := lungs.CutOut(picture)
				f.Picture, f.Lungs = mended.Bytes(), mask.Bytes()
			} else {
				f.Lungs = s.Find(picture).Mask.Bytes()
			}
		}
	})
	return ctx.Err()
}
