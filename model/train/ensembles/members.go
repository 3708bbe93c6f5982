package ensembles

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"

	"lightbox/model/arch"
	"lightbox/model/ensemble"
	"lightbox/model/fit"
	"lightbox/model/kernel"
	"lightbox/model/metrics"
)

// ErrNoCases marks data that an ensemble cannot be trained on.
var ErrNoCases = errors.New("unusable training data")

// Training is that of the networks of an ensemble.
type Training struct {
	Cases  []Case
	Kind   Kind
	Recipe Recipe
	Seed   uint64

	// Folder, if set, is where checkpoints are kept, one a network; it is there. A
	// network that is complete is not trained again.
	Folder string
	// Every is how many steps lie between two measurements on the fold that was held
	// out, and between two checkpoints.
	Every int
	// Patience ends a network's training early; see fit.Job.
	Patience int
	// Data identifies the pictures, most often by a hash.
	Data string
	// Before is the number of networks that were trained before these, as a
	// segmenter; Progress is told of every step; nil for nobody.
	Before   int
	Progress func(Progress)
}

// Member is one network with the fold that it was not trained on.
type Member struct {
	Fold    int
	Weights arch.Weights
	Curve   Curve
}

// Members trains the networks of all folds, one after the other: each uses all
// cores by itself.
func (t Training) Members(ctx context.Context) ([]Member, error) {
	if t.Recipe.Folds < 2 {
		return nil, fmt.Errorf("%w: %d folds", ErrNoCases, t.Recipe.Folds)
	}
	members := make([]Member, t.Recipe.Folds)
	for fold := range members {
		m, err := t.Member(ctx, fold)
		if err != nil {
			return nil, err
		}
		members[fold] = m
	}
	return members, nil
}

// Member trains the network of one fold on the cases of all others.
func (t Training) Member(ctx context.Context, fold int) (Member, error) {
	slots, err := t.slots(fold)
	if err != nil {
		return Member{}, err
	}
	r := t.Recipe
	job := fit.Job{
		Net: t.Kind.Net(), Batch: len(slots), Steps: r.Steps, Seed: t.Seed + uint64(fold)<<32,
		Rate: r.Rate, Warm: r.Warm, Decay: r.Decay, Keep: r.Keep,
		Fill: func(r *rand.Rand, slot int, input, target, weight []float32) {
			t.Kind.Example(r, slots[slot][r.IntN(len(slots[slot]))], input, target, weight)
		},
		Measure: t.measure(fold), Every: t.Every, Patience: t.Patience, Data: t.Data,
	}
	if t.Folder != "" {
		job.Checkpoint = filepath.Join(t.Folder, fmt.Sprintf("network-%d.checkpoint", fold+1))
	}
	curve := Follow(&job, fmt.Sprint(fold+1), t.Before+fold+1, t.Before+r.Folds, t.Progress)
	curve.Fold = fold
	w, err := job.Run(ctx)
	return Member{fold, w, *curve}, err
}

// slots are, for each place of a batch, the cases that it is drawn from.
func (t Training) slots(fold int) (slots [][]int, err error) {
	for _, s := range t.Recipe.Strata {
		var of []int
		for i, c := range t.Cases {
			if c.learned() && c.Set == s.Set && c.Label == s.Label && Fold(c.Group, t.Recipe.Folds) != fold {
				of = append(of, i)
			}
		}
		if len(of) == 0 {
			return nil, fmt.Errorf("%w: outside fold %d of %d, %s has no pictures with the label %d, which the recipe asks for", ErrNoCases, fold+1, t.Recipe.Folds, s.Set, s.Label)
		}
		for range s.Count {
			slots = append(slots, of)
		}
	}
	if len(slots) == 0 {
		return nil, fmt.Errorf("%w: no set has both pictures with the finding and without", ErrNoCases)
	}
	return slots, nil
}

// measuredCases is about how many cases of the fold that was held out a network
// is measured on while it trains.
const measuredCases = 400

// measure is the mean, over the sets of the held-out fold with both labels, of
// the area under the ROC curve.
func (t Training) measure(fold int) func(context.Context, arch.Weights) (fit.Quality, error) {
	held := t.heldOut(fold)
	every := max(1, (len(held)+measuredCases-1)/measuredCases)
	var some []int
	for k := 0; k < len(held); k += every {
		some = append(some, held[k])
	}
	return func(ctx context.Context, w arch.Weights) (fit.Quality, error) {
		answers, ok, err := Read(ctx, t.Kind, []arch.Weights{w}, some)
		if err != nil {
			return fit.Quality{}, err
		}
		scores, labels := map[string][]float64{}, map[string][]int{}
		for k, i := range some {
			if ok[k] {
				c := t.Cases[i]
				scores[c.Set], labels[c.Set] = append(scores[c.Set], answers[k].Logit), append(labels[c.Set], c.Label)
			}
		}
		q := fit.Quality{Parts: map[string]metrics.Number{}}
		var sum float64
		for set := range scores {
			if auc := metrics.AUC(scores[set], labels[set]); !math.IsNaN(auc) {
				q.Parts[set] = metrics.Number(auc)
			}
		}
		for _, set := range inOrder(q.Parts) { // sums must not depend on the order of a map
			sum += float64(q.Parts[set])
		}
		q.Value = metrics.Number(sum / float64(len(q.Parts))) // 0/0 is not a number
		return q, nil
	}
}

// heldOut are the cases that the network of a fold was not trained on.
func (t Training) heldOut(fold int) (held []int) {
	for i, c := range t.Cases {
		if c.learned() && Fold(c.Group, t.Recipe.Folds) == fold {
			held = append(held, i)
		}
	}
	return held
}

// Read reads cases with networks.
func Read(ctx context.Context, kind Kind, members []arch.Weights, cases []int) (answers []ensemble.Answer, ok []bool, err error) {
	read, err := kind.Reader(members)
	if err != nil {
		return nil, nil, err
	}
	answers, ok = make([]ensemble.Answer, len(cases)), make([]bool, len(cases))
	kernel.Parallel(len(cases), func(from, to int) {
		for k := from; k < to && ctx.Err() == nil; k++ {
			answers[k], ok[k] = read(cases[k])
		}
	})
	return answers, ok, ctx.Err()
}
