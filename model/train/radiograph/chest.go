package radiograph

import (
	"context"
	"fmt"
	"math/rand/v2"

	"lightbox/model/arch"
	"lightbox/model/chest"
	"lightbox/model/fit"
	"lightbox/model/kernel"
	"lightbox/model/lungs"
)

// Stratum is films of one set and class, of which so many are in every batch.
type Stratum struct {
	Set   string
	Class Class
	Count int
}

// ChestRecipe is how one classifier of the ensemble is trained.
type ChestRecipe struct {
	Steps       int
	Rate, Decay float64
	Strata      []Stratum
	Folds       int // one classifier for each, which does not see it
}

// DefaultChest trained the ensemble that is embedded. Every source has as many
// films with as without opacity in a batch, or nearly, so that none betrays the
// class: the normals that came without counterpart are few.
func DefaultChest() ChestRecipe {
	return ChestRecipe{
		Steps: 1600, Rate: 3e-3, Decay: 2e-2, Folds: 5,
		Strata: []Stratum{
			{"rsna-nih-lungs-masked", Opacity, 12}, {"rsna-nih-lungs-masked", Normal, 12},
			{"kermany-cxr-224", Opacity, 9}, {"kermany-cxr-224", Normal, 9},
			{"rsna-nih-normal", Normal, 6},
		},
	}
}

// OtherData is the recipe for films of other sets than ours: every set that
// has both classes, half of each.
func (r ChestRecipe) OtherData(films []Film) ChestRecipe {
	const batch = 48
	count := map[string][2]int{}
	var sets []string
	for i := range films {
		f := &films[i]
		n, known := count[f.Set]
		if !known {
			sets = append(sets, f.Set)
		}
		switch {
		case f.Test:
		case f.Class == Normal:
			n[0]++
		case f.Class == Opacity:
			n[1]++
		}
		count[f.Set] = n
	}
	r.Strata = nil
	var both []string
	for _, s := range sets {
		if n := count[s]; n[0] > 0 && n[1] > 0 {
			both = append(both, s)
		}
	}
	for _, s := range both {
		half := max(1, batch/2/len(both))
		r.Strata = append(r.Strata, Stratum{s, Opacity, half}, Stratum{s, Normal, half})
	}
	return r
}

// Chest trains the classifier of one fold on the films of all others. FindLungs
// must have been there.
func Chest(ctx context.Context, films []Film, recipe ChestRecipe, fold int, seed uint64, progress func(step int, loss float64)) (arch.Weights, error) {
	var slots [][]*Film // for each place of a batch what it is drawn from
	for _, s := range recipe.Strata {
		var of []*Film
		for i := range films {
			if f := &films[i]; f.Set == s.Set && f.Class == s.Class && !f.Test && f.Fold(recipe.Folds) != fold {
				of = append(of, f)
			}
		}
		if len(of) == 0 {
			return nil, fmt.Errorf("radiograph: %s has no films of the class that the recipe asks for", s.Set)
		}
		for range s.Count {
			slots = append(slots, of)
		}
	}
	if len(slots) == 0 {
		return nil, fmt.Errorf("radiograph: no set of films has both normal ones and ones with opacity")
	}
	return fit.Job{
		Net: chest.Net(), Batch: len(slots), Steps: recipe.Steps, Seed: seed + uint64(fold)<<32,
		Rate: recipe.Rate, Warm: 0.25, Decay: recipe.Decay, Keep: 0.995,
		Fill: func(r *rand.Rand, slot int, input, target, weight []float32) {
			f := slots[slot][r.IntN(len(slots[slot]))]
			chest.Example(r, f.Picture, f.Lungs, f.Class == Opacity, input, target, weight)
		},
		Progress: func(step int, loss float64, _ arch.Weights) { progress(step, loss) },
	}.Run(ctx)
}

// ChestLogits reads films with an ensemble; a film without lungs has ok false.
func ChestLogits(ctx context.Context, members []arch.Weights, films []*Film) (logits []float64, ok []bool, err error) {
	e, err := chest.New(nil, members)
	if err != nil {
		return nil, nil, err
	}
	logits, ok = make([]float64, len(films)), make([]bool, len(films))
	kernel.Parallel(len(films), func(from, to int) {
		for i := from; i < to && ctx.Err() == nil; i++ {
			f := films[i]
			r, readErr := e.ReadIn(f.Picture.Square(lungs.FilmSide), lungs.Lungs{Mask: f.Lungs.Square(lungs.FilmSide)})
			if readErr == nil {
				logits[i], ok[i] = r.Logit, true
			}
		}
	})
	return logits, ok, ctx.Err()
}
