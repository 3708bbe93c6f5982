package ensembles

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/ensemble"
	"lightbox/model/fit"
	"lightbox/model/kernel"
	"lightbox/model/metrics"
)

// ErrNoCases marks data that an ensemble cannot be trained on.
var ErrNoCases = errors.New("unusable training data")

// Training is that of the networks of a model.
type Training struct {
	Cases   []Case
	Kind    Kind
	Teacher Kind // of the networks that teach, where the recipe wants any
	Recipe  Recipe
	Seed    uint64
	// Start makes the weights that the network of a fold begins with, or, with the
	// number of folds, that of all cases; nil for arch.NewWeights. Data or Recipe.Begun
	// must tell one start from another.
	Start func(fold int, r *rand.Rand) arch.Weights

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

// NoFold is the fold of a network that is trained on all cases.
const NoFold = -1

// Member is one network with the fold that it was not trained on, and how it and
// its teachers were trained.
type Member struct {
	Fold     int
	Weights  arch.Weights
	Curve    Curve
	Teachers []Curve
}

// Members trains the networks of all folds, one after the other: each uses all
// cores by itself. With Recipe.One, that of all cases comes last.
func (t Training) Members(ctx context.Context) (members []Member, err error) {
	if t.Recipe.Folds < 2 {
		return nil, fmt.Errorf("%w: %d folds", ErrNoCases, t.Recipe.Folds)
	}
	for fold := range t.Recipe.Folds { // found out before the long work, not in it
		if _, err := t.drawing(fold, 0); err != nil {
			return nil, err
		}
	}
	for fold := range t.Recipe.Folds {
		m, err := t.Member(ctx, fold)
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	if !t.Recipe.One {
		return members, nil
	}
	whole, err := t.member(ctx, NoFold, t.stops(members))
	if err != nil {
		return nil, err
	}
	return append(members, whole), nil
}

// Member trains the network of one fold on the cases of all others.
func (t Training) Member(ctx context.Context, fold int) (Member, error) {
	return t.member(ctx, fold, nil)
}

// stops are the steps after which the network of all cases, and each of its
// teachers after it, ends: with patience, the middle of those after which the
// networks of the folds were best, since it has no fold to be measured on.
func (t Training) stops(members []Member) []int {
	if t.Patience == 0 {
		return nil
	}
	stops := make([]int, 1+t.Recipe.teachers())
	for k := range stops {
		var best []int
		for _, m := range members {
			curve := m.Curve
			if k > 0 {
				curve = m.Teachers[k-1]
			}
			best = append(best, curve.best())
		}
		slices.Sort(best)
		stops[k] = best[(len(best)-1)/2]
	}
	return stops
}

// member trains the teachers of a network, and then the network. until is what
// [Training.stops] gives, or nil.
func (t Training) member(ctx context.Context, fold int, until []int) (m Member, err error) {
	n := network{fold: fold}
	if until != nil {
		n.until = until[0]
	}
	if count := t.Recipe.teachers(); count > 0 {
		var weights []arch.Weights
		for k := 1; k <= count; k++ {
			teacher := network{fold: fold, teacher: k}
			if until != nil {
				teacher.until = until[k]
			}
			w, curve, err := t.train(ctx, teacher)
			if err != nil {
				return m, err
			}
			weights, m.Teachers = append(weights, w), append(m.Teachers, curve)
		}
		if n.taught, err = newTeachers(t.Teacher.Net(), weights); err != nil {
			return m, err
		}
	}
	m.Fold = fold
	m.Weights, m.Curve, err = t.train(ctx, n)
	return m, err
}

// network is one that is trained.
type network struct {
	fold    int // that it does not see
	teacher int // from 1; 0 for the one that is taught
	until   int // the step after which it ends; 0 for the last
	taught  *teachers
}

// train trains one network.
func (t Training) train(ctx context.Context, n network) (arch.Weights, Curve, error) {
	kind, r := t.Kind, t.Recipe
	if n.teacher > 0 {
		kind, r = t.Teacher, r.teacher()
	}
	place, name, each := n.fold, fmt.Sprint(n.fold+1), 1+t.Recipe.teachers()
	if n.fold == NoFold {
		place, name = r.Folds, Whole
	}
	seed := t.Seed + uint64(place)<<32 + uint64(n.teacher)<<24
	from, err := t.drawing(n.fold, seed)
	if err != nil {
		return nil, Curve{}, err
	}
	data, err := t.identity(r)
	if err != nil {
		return nil, Curve{}, err
	}
	job := fit.Job{
		Net: kind.Net(), Batch: len(from.slots), Steps: r.steps(len(from.slots[0])), Seed: seed, Until: n.until,
		Rate: r.Rate, Warm: r.Warm, Decay: r.Decay, Keep: r.Keep, Constant: r.Constant, Epsilon: r.Epsilon,
		Fill: t.fill(kind, from, n.taught), Measure: t.measure(kind, n.fold), Every: t.Every, Data: data,
	}
	if n.fold != NoFold {
		job.Patience = t.Patience
	}
	at := Progress{Network: name, Number: t.Before + (place+1)*each, Of: t.Before + r.Folds*each, Mixed: each > 1}
	file := "network-" + name
	if n.teacher > 0 {
		at.Network, at.Number = TeacherName(name, n.teacher), at.Number-each+n.teacher
		file += fmt.Sprintf("-teacher-%d", n.teacher)
	} else {
		if t.Start != nil {
			job.Start = func(r *rand.Rand) arch.Weights { return t.Start(place, r) }
		}
	}
	if r.One {
		at.Of += each
	}
	if t.Folder != "" {
		job.Checkpoint = filepath.Join(t.Folder, file+".checkpoint")
	}
	curve := Follow(&job, at, t.Progress)
	curve.Fold = n.fold
	w, err := job.Run(ctx)
	return w, *curve, err
}

// identity tells the data, and what the recipe says of them that the job itself does
// not, from others.
func (t Training) identity(r Recipe) (string, error) {
	said := Recipe{Epochs: r.Epochs, Begun: r.Begun, Changes: r.Changes, Teaching: r.Teaching}
	if reflect.ValueOf(said).IsZero() {
		return t.Data, nil
	}
	text, err := json.Marshal(said)
	if err != nil {
		return "", fmt.Errorf("the recipe cannot be written: %w", err)
	}
	return t.Data + " " + string(text), nil
}

// fill makes the examples of a network: as its kind has them, some mixed with
// another, and with the answers of its teachers.
func (t Training) fill(kind Kind, from *drawing, taught *teachers) func(*rand.Rand, int, []float32, []float32, []float32) {
	mixup, soft := 0.0, float32(0)
	if c := t.Recipe.Changes; c != nil {
		mixup = c.Mixup
	}
	if taught != nil {
		soft = float32(t.Recipe.Teaching.Soft)
	}
	return func(r *rand.Rand, place int, input, target, weight []float32) {
		kind.Example(r, from.at(r, place), input, target, weight)
		if mixup > 0 && r.Float64() < mixup {
			other := [3][]float32{make([]float32, len(input)), make([]float32, len(target)), make([]float32, len(weight))}
			kind.Example(r, from.any(r), other[0], other[1], other[2])
			mix(r.Float32(), [3][]float32{input, target, weight}, other)
		}
		if taught != nil {
			p := float32(model.Sigmoid(taught.logit(input)))
			target[0] += soft * (p - target[0])
		}
	}
}

// mix makes one example of two, of which share is the part of the second.
// Source: Zhang et al., ICLR 2018.
func mix(share float32, one, other [3][]float32) {
	for k := range one {
		for i, v := range other[k] {
			one[k][i] += share * (v - one[k][i])
		}
	}
}

// measuredCases is about how many cases of the fold that was held out a network
// is measured on while it trains.
const measuredCases = 400

// measure is the mean, over the sets of the held-out fold with both labels, of
// the area under the ROC curve; of a network without such a fold nothing is known.
func (t Training) measure(kind Kind, fold int) func(context.Context, arch.Weights) (fit.Quality, error) {
	if fold == NoFold {
		return func(context.Context, arch.Weights) (fit.Quality, error) {
			return fit.Quality{Value: metrics.Number(math.NaN())}, nil
		}
	}
	held := t.heldOut(fold)
	every := max(1, (len(held)+measuredCases-1)/measuredCases)
	var some []int
	for k := 0; k < len(held); k += every {
		some = append(some, held[k])
	}
	return func(ctx context.Context, w arch.Weights) (fit.Quality, error) {
		answers, ok, err := Read(ctx, kind, []arch.Weights{w}, some)
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
