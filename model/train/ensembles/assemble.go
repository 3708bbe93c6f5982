package ensembles

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/calibrate"
	"lightbox/model/metrics"
)

// Population is whom a calibration holds for, and the sets that it is fitted on.
type Population struct {
	From, Until float64  // years; both 0 for anyone
	Sets        []string // nil for all
	Text        string
}

// Assembly is what a model is put together from.
type Assembly struct {
	Cases []Case
	Kind  Kind
	// Members are the networks: all make the model, but where one was trained on all
	// cases, it alone does, and the others only measure.
	Members     []Member
	Folds       int
	Populations []Population
	Seed        uint64
	// Meta says everything that does not come of the networks themselves. Without ages
	// they are those of the populations.
	Meta model.Meta
	// Segmenter is the network that finds where the members look; nil for none.
	Segmenter arch.Weights
	// Tensors lays the weights out; nil for those of an ensemble.
	Tensors func(networks []arch.Weights) ([]model.Tensor, error)
}

// made are the networks that make the model.
func (a Assembly) made() []Member {
	for i, m := range a.Members {
		if m.Fold == NoFold {
			return a.Members[i : i+1]
		}
	}
	return a.Members
}

// measuring are the networks that have a fold.
func (a Assembly) measuring() []Member {
	return slices.DeleteFunc(slices.Clone(a.Members), func(m Member) bool { return m.Fold == NoFold })
}

// Bounds of what a model keeps of its training pictures.
const (
	keptCases = 2000  // whose features are kept for comparison
	leastFar  = 50    // held-out cases of a set from which it is learned how far they lie
	farPart   = 0.995 // of them lie within
)

// OutOfFold is how cases are read by the networks that were not trained on them.
type OutOfFold struct {
	Cases  []Case
	Sample calibrate.Sample
}

// Uncalibrated says why there is no calibration for a population.
type Uncalibrated struct {
	Text string
	Err  error
}

// Assembled is a model with what was found out on the way.
type Assembled struct {
	Model        *model.Model // with its calibrations
	Calibrations *model.Calibrations
	Held         OutOfFold
	Uncalibrated []Uncalibrated
}

// Assemble puts the model together, and its calibrations, from what the networks
// say about cases that they were not trained on. A population that cannot be
// calibrated, mostly because of too few patients, leaves the model as it is.
func (a Assembly) Assemble(ctx context.Context) (*Assembled, error) {
	measuring, made := a.measuring(), a.made()
	if len(measuring) == 0 {
		return nil, errors.New("ensembles: no network can be measured")
	}
	meta := a.Meta
	meta.Members, meta.Seed, meta.Ages = len(made), a.Seed, a.ages()
	if meta.Date == "" {
		meta.Date = time.Now().Format(time.DateOnly)
	}
	out := &Assembled{}
	var err error
	if out.Held, err = a.outOfFold(ctx, measuring); err != nil {
		return nil, err
	}
	features, labels, far, err := a.features(ctx, made[0], measuring)
	if err != nil {
		return nil, err
	}
	meta.Similar, meta.Far = len(labels), far
	meta.Threshold = metrics.Youden(scoresOf(out.Held.Sample.Logits), out.Held.Sample.Labels)
	meta.ThresholdSource = fmt.Sprintf("Youden's index on the scores of %d pictures, each read by a network that had not seen it", len(out.Held.Cases))
	tensors, err := a.tensors(made)
	if err != nil {
		return nil, err
	}
	if len(labels) > 0 {
		tensors = append(tensors, model.SimilarTensors(features, labels)...)
	}
	if out.Model, err = model.NewModel(meta, tensors); err != nil {
		return nil, err
	}
	return out, a.calibrate(out)
}

// ages are those of the patients of the model.
func (a Assembly) ages() []model.Ages {
	ages := a.Meta.Ages
	for _, p := range a.Populations {
		if a.Meta.Ages == nil && p.Until > 0 {
			ages = append(ages, model.Ages{From: p.From, Until: p.Until})
		}
	}
	return ages
}

func (a Assembly) tensors(made []Member) ([]model.Tensor, error) {
	var weights []arch.Weights
	for _, m := range made {
		weights = append(weights, m.Weights)
	}
	if a.Tensors != nil {
		return a.Tensors(weights)
	}
	return model.EnsembleTensors(a.Segmenter, weights), nil
}

func scoresOf(logits []float64) []float64 {
	scores := make([]float64, len(logits))
	for i, z := range logits {
		scores[i] = model.Sigmoid(z)
	}
	return scores
}

// outOfFold reads every labelled case by the network of its fold.
func (a Assembly) outOfFold(ctx context.Context, members []Member) (out OutOfFold, err error) {
	for _, m := range members {
		held := Training{Cases: a.Cases, Recipe: Recipe{Folds: a.Folds}}.heldOut(m.Fold)
		answers, ok, err := Read(ctx, a.Kind, []arch.Weights{m.Weights}, held)
		if err != nil {
			return out, err
		}
		for k, i := range held {
			if ok[k] {
				c := a.Cases[i]
				out.Cases = append(out.Cases, c)
				out.Sample.Logits = append(out.Sample.Logits, answers[k].Logit)
				out.Sample.Labels = append(out.Sample.Labels, c.Label)
				out.Sample.Groups = append(out.Sample.Groups, c.Group)
			}
		}
	}
	if len(out.Cases) == 0 {
		return out, fmt.Errorf("%w: no picture was held out from any network", ErrNoCases)
	}
	return out, nil
}

// features are what the first network of the model makes of training pictures, about
// as many of each set and label. far is the distance to the fifth nearest of them
// within which 99.5 % of the pictures of every set lie that it was not trained on;
// where it has seen all, that of the networks that have not, each among its own, and
// of those the largest.
func (a Assembly) features(ctx context.Context, first Member, measuring []Member) (features, labels []float32, far float64, err error) {
	if features, labels, err = a.known(ctx, first); err != nil {
		return nil, nil, 0, err
	}
	if first.Fold != NoFold {
		far, err = a.far(ctx, first, model.NewComparison(features, labels))
		return features, labels, far, err
	}
	for _, m := range measuring {
		known, of, err := a.known(ctx, m)
		if err != nil {
			return nil, nil, 0, err
		}
		d, err := a.far(ctx, m, model.NewComparison(known, of))
		if err != nil {
			return nil, nil, 0, err
		}
		far = max(far, d)
	}
	return features, labels, far, nil
}

// known are the features of pictures that a network was trained on.
func (a Assembly) known(ctx context.Context, m Member) (features, labels []float32, err error) {
	kept := a.kept(m.Fold)
	known, err := a.featuresOf(ctx, m, kept)
	if err != nil {
		return nil, nil, err
	}
	for k, v := range known {
		if v != nil {
			features, labels = append(features, v...), append(labels, float32(a.Cases[kept[k]].Label))
		}
	}
	return features, labels, nil
}

// far is how far the pictures of the fold that a network does not see lie from those
// that it does.
func (a Assembly) far(ctx context.Context, m Member, comparison *model.Comparison) (far float64, err error) {
	held := Training{Cases: a.Cases, Recipe: Recipe{Folds: a.Folds}}.heldOut(m.Fold)
	unseen, err := a.featuresOf(ctx, m, held)
	if err != nil {
		return 0, err
	}
	distances := map[string][]float64{}
	for k, v := range unseen {
		if d, ok := comparison.Distance(v, model.Neighbours); ok {
			set := a.Cases[held[k]].Set
			distances[set] = append(distances[set], d)
		}
	}
	for _, of := range distances {
		slices.Sort(of)
		if len(of) >= leastFar {
			far = max(far, of[min(int(farPart*float64(len(of))), len(of)-1)])
		}
	}
	return far, nil
}

// kept chooses the training pictures of a network that others are compared with.
func (a Assembly) kept(fold int) (kept []int) {
	strata := map[Stratum][]int{}
	var order []Stratum
	for i, c := range a.Cases {
		if !c.learned() || Fold(c.Group, a.Folds) == fold {
			continue
		}
		k := Stratum{Set: c.Set, Label: c.Label}
		if strata[k] == nil {
			order = append(order, k)
		}
		strata[k] = append(strata[k], i)
	}
	r := rand.New(rand.NewPCG(a.Seed, uint64(len(order))))
	for _, k := range order {
		of := strata[k]
		r.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		kept = append(kept, of[:min(len(of), keptCases/len(order))]...)
	}
	return kept
}

// featuresOf is nil for a case that cannot be read: it is compared with none.
func (a Assembly) featuresOf(ctx context.Context, m Member, cases []int) ([][]float32, error) {
	answers, ok, err := Read(ctx, a.Kind, []arch.Weights{m.Weights}, cases)
	if err != nil {
		return nil, err
	}
	out := make([][]float32, len(cases))
	for k := range cases {
		if ok[k] {
			out[k] = answers[k].Features
		}
	}
	return out, nil
}

// calibrate fits the calibrations of all populations.
func (a Assembly) calibrate(out *Assembled) error {
	c := &model.Calibrations{}
	for _, p := range a.Populations {
		fitted, err := calibrate.Fit(out.Held.of(p.Sets), calibrate.Options{Model: out.Model.SHA256(), Population: p.Text, Seed: a.Seed})
		if err != nil {
			out.Uncalibrated = append(out.Uncalibrated, Uncalibrated{p.Text, err})
			continue
		}
		c.Populations = append(c.Populations, model.Population{From: p.From, Until: p.Until, Fitted: fitted})
	}
	if len(c.Populations) == 0 {
		return nil
	}
	m, err := out.Model.Calibrated(c)
	if err == nil {
		out.Model, out.Calibrations = m, c
	}
	return err
}

// of is the part of the sample that belongs to sets; nil for all.
func (o OutOfFold) of(sets []string) calibrate.Sample {
	if sets == nil {
		return o.Sample
	}
	var s calibrate.Sample
	for i, c := range o.Cases {
		if slices.Contains(sets, c.Set) {
			s.Logits = append(s.Logits, o.Sample.Logits[i])
			s.Labels = append(s.Labels, c.Label)
			s.Groups = append(s.Groups, c.Group)
		}
	}
	return s
}

// inOrder lists the keys of a map in their order.
func inOrder[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
