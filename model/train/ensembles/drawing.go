package ensembles

import (
	"fmt"
	"math/rand/v2"
	"sync"
)

// drawing says which cases come where in the batches of one network.
type drawing struct {
	slots [][]int // for each place of a batch, the cases that it is drawn from
	order *order  // nil where they are drawn at random
}

// drawing is that of the network that does not see a fold.
func (t Training) drawing(fold int, seed uint64) (*drawing, error) {
	if t.Recipe.Epochs > 0 {
		return t.inEpochs(fold, seed)
	}
	d := &drawing{}
	for _, s := range t.Recipe.Strata {
		of := t.seen(fold, func(c Case) bool { return c.Set == s.Set && c.Label == s.Label })
		if len(of) == 0 {
			return nil, fmt.Errorf("%w: %s%s has no pictures with the label %d, which the recipe asks for", ErrNoCases, t.outside(fold), s.Set, s.Label)
		}
		for range s.Count {
			d.slots = append(d.slots, of)
		}
	}
	if len(d.slots) == 0 {
		return nil, fmt.Errorf("%w: no set has both pictures with the finding and without", ErrNoCases)
	}
	return d, nil
}

// inEpochs goes through all cases.
func (t Training) inEpochs(fold int, seed uint64) (*drawing, error) {
	of := t.seen(fold, func(Case) bool { return true })
	positive := len(t.seen(fold, func(c Case) bool { return c.Label == 1 }))
	if len(of) < t.Recipe.Batch || positive == 0 || positive == len(of) {
		return nil, fmt.Errorf("%w: %s%d pictures, %d of them with the finding; a batch takes %d of both classes", ErrNoCases, t.outside(fold), len(of), positive, t.Recipe.Batch)
	}
	d := &drawing{order: &order{cases: of, batch: t.Recipe.Batch, seed: seed}}
	for range t.Recipe.Batch {
		d.slots = append(d.slots, of)
	}
	return d, nil
}

func (t Training) outside(fold int) string {
	if fold == NoFold {
		return ""
	}
	return fmt.Sprintf("outside fold %d of %d, ", fold+1, t.Recipe.Folds)
}

// seen are the cases that the network of a fold is trained on.
func (t Training) seen(fold int, also func(Case) bool) (of []int) {
	for i, c := range t.Cases {
		if c.learned() && Fold(c.Group, t.Recipe.Folds) != fold && also(c) {
			of = append(of, i)
		}
	}
	return of
}

// at is the case at a place, counted over all batches.
func (d *drawing) at(r *rand.Rand, place int) int {
	if d.order != nil {
		return d.order.at(place)
	}
	of := d.slots[place%len(d.slots)]
	return of[r.IntN(len(of))]
}

// any is one that might come at any place of a batch.
func (d *drawing) any(r *rand.Rand) int {
	of := d.slots[r.IntN(len(d.slots))]
	return of[r.IntN(len(of))]
}

// order is another one of the same cases in every epoch.
type order struct {
	cases []int
	batch int
	seed  uint64

	mu    sync.Mutex
	epoch int // whose order is known
	now   []int
}

func (o *order) at(place int) int {
	each := len(o.cases) / o.batch * o.batch // a last part of a batch is left out
	epoch := place / each
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.now == nil || epoch != o.epoch {
		o.epoch, o.now = epoch, rand.New(rand.NewPCG(o.seed, ^uint64(epoch))).Perm(len(o.cases))
	}
	return o.cases[o.now[place%each]]
}
