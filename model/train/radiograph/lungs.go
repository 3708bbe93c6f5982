package radiograph

import (
	"context"
	"fmt"
	"math/rand/v2"

	"lightbox/model/arch"
	"lightbox/model/fit"
	"lightbox/model/kernel"
	"lightbox/model/lungs"
	"lightbox/model/plane"
)

// LungsRecipe is how the segmenter is trained.
type LungsRecipe struct {
	Steps, Batch int
	Rate, Decay  float64
	// Most is about how many films of a set are taken, evenly spread, so that no
	// set outweighs the others.
	Most int
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

// Lungs trains the segmenter on the films that came with a mask and measures it
// on a tenth of their groups, which it does not train on: the mean overlap for
// each set and class.
func Lungs(ctx context.Context, films []Film, recipe LungsRecipe, seed uint64, progress func(step int, loss float64)) (w arch.Weights, dice map[string]float64, err error) {
	perSet, seen := map[string]int{}, map[string]int{}
	for i := range films {
		if films[i].Drawn != nil && !films[i].Test {
			perSet[films[i].Set]++
		}
	}
	var learn, measure []*Film
	for i := range films {
		f := &films[i]
		if f.Drawn == nil || f.Test {
			continue
		}
		seen[f.Set]++
		if every := max(1, perSet[f.Set]/recipe.Most); seen[f.Set]%every != 0 {
			continue
		}
		if f.Fold(lungFolds) == heldOut {
			measure = append(measure, f)
		} else {
			learn = append(learn, f)
		}
	}
	if len(learn) < recipe.Batch || len(measure) == 0 {
		return nil, nil, fmt.Errorf("radiograph: %d films with a mask of the lungs are too few for a segmenter", len(learn)+len(measure))
	}
	job := fit.Job{
		Net: lungs.Net(), Batch: recipe.Batch, Steps: recipe.Steps, Seed: seed,
		Rate: recipe.Rate, Warm: 0.2, Decay: recipe.Decay, Keep: 0.99,
		Fill: func(r *rand.Rand, _ int, input, target, weight []float32) {
			f := learn[r.IntN(len(learn))]
			lungs.Example(r, f.Picture, f.Drawn, input, target, weight)
		},
		Progress: func(step int, loss float64, _ arch.Weights) { progress(step, loss) },
	}
	if w, err = job.Run(ctx); err != nil {
		return nil, nil, err
	}
	dice, err = overlap(w, measure)
	return w, dice, err
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

// FindLungs gives every film the mask that the classifier looks through.
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
			var mask plane.Plane
			if cutOut[f.Set] {
				mask = lungs.CutOut(picture)
			} else {
				mask = s.Find(picture).Mask
			}
			f.Lungs = mask.Bytes()
		}
	})
	return ctx.Err()
}
