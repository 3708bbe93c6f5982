package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/model/metrics"
)

// Streams keep the random numbers of a run's parts apart, so that, say, one
// more augmentation does not change the order of the pictures.
const (
	streamInit = iota + 1
	streamShuffle
	streamAugment
	streamFolds
)

// Progress is where a run stands. ValAUC is NaN until an epoch is complete
// or where there is no validation split.
type Progress struct {
	Stage  string // "train", or "fold 2/5" during calibration
	Epoch  int    // counted from 1
	Epochs int
	Step   int // within the epoch, counted from 1
	Steps  int
	Loss   float64 // mean over the epoch so far
	ValAUC float64
}

// Options are the parts of a run that do not change its weights.
type Options struct {
	// Progress, if set, is called after every step and every epoch, from the
	// goroutine of the run.
	Progress func(Progress)
	// Stage is the Progress.Stage; empty means "train".
	Stage string
	// Val, if set, is scored after each epoch, to be looked at. Nothing is
	// selected by it: the weights are always those of the final epoch.
	Val *dataset.Dataset
}

// Fit trains a new network on the data and returns the weights of the final
// epoch. The same data, recipe and seed give the same weights, bit for bit,
// on one kind of machine. A cancelled ctx ends the run within one step, with
// its error.
func Fit(ctx context.Context, data *dataset.Dataset, recipe Recipe, seed uint64, opt Options) (*model.Network, error) {
	f, err := newFit(data, recipe, seed, opt)
	if err != nil {
		return nil, err
	}
	defer f.stepper.close()
	for epoch := 1; epoch <= recipe.Epochs; epoch++ {
		if err := f.epoch(ctx, epoch); err != nil {
			return nil, err
		}
	}
	return f.net, f.net.Validate()
}

// fit is the state of one run.
type fit struct {
	recipe  Recipe
	opt     Options
	net     *model.Network
	stepper *stepper
	inputs  [][]float32 // 784 values each; standardised unless augmented later
	targets []float32
	shuffle *rand.Rand
	augment *rand.Rand
}

func newFit(data *dataset.Dataset, recipe Recipe, seed uint64, opt Options) (*fit, error) {
	if err := recipe.Validate(); err != nil {
		return nil, err
	}
	if err := data.Validate(); err != nil {
		return nil, err
	}
	negatives, positives := data.Counts()
	if negatives == 0 || positives == 0 {
		return nil, fmt.Errorf("%w: %d pictures without and %d with the finding", ErrBadData, negatives, positives)
	}
	if data.Len() < recipe.Batch {
		return nil, fmt.Errorf("%w: %d pictures do not fill one batch of %d", ErrBadData, data.Len(), recipe.Batch)
	}
	if opt.Stage == "" {
		opt.Stage = "train"
	}
	f := &fit{
		recipe: recipe, opt: opt, net: model.NewNetwork(),
		shuffle: rand.New(rand.NewPCG(seed, streamShuffle)),
		augment: rand.New(rand.NewPCG(seed, streamAugment)),
	}
	f.net.InitGlorot(rand.New(rand.NewPCG(seed, streamInit)))
	if err := f.load(data); err != nil {
		return nil, err
	}
	var err error
	f.stepper, err = model.Building(func() (*stepper, error) { return newStepper(f.net, recipe.Batch) })
	return f, err
}

// load prepares every picture once. Augmentation works on pixels in 0..1 and
// standardises afterwards, so those are kept unstandardised.
func (f *fit) load(data *dataset.Dataset) error {
	p := f.recipe.Preprocessing()
	if f.recipe.Augment {
		p.Standardise = model.StandardiseNone
	}
	for i, g := range data.Images {
		prepared, err := model.Prepare(g, p)
		if err != nil {
			return fmt.Errorf("%s: %w", data.Names[i], err)
		}
		f.inputs = append(f.inputs, prepared)
		s := f.recipe.Smoothing
		f.targets = append(f.targets, float32(s+(1-2*s)*float64(data.Labels[i])))
	}
	return nil
}

func (f *fit) epoch(ctx context.Context, epoch int) error {
	if rate, starts := f.recipe.rateAt(epoch); starts {
		f.stepper.setRate(rate)
	}
	order := f.shuffle.Perm(len(f.inputs))
	batch := f.recipe.Batch
	steps := len(order) / batch // the last, partial batch is dropped
	state := Progress{Stage: f.opt.Stage, Epoch: epoch, Epochs: f.recipe.Epochs, Steps: steps, ValAUC: math.NaN()}
	var total float64
	for step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.fill(order[step*batch : (step+1)*batch])
		loss, err := f.stepper.step()
		if err != nil {
			return fmt.Errorf("epoch %d, step %d: %w", epoch, step+1, err)
		}
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return fmt.Errorf("epoch %d, step %d: %w: the loss is %v", epoch, step+1, ErrDiverged, loss)
		}
		total += loss
		state.Step, state.Loss = step+1, total/float64(step+1)
		f.report(state)
	}
	if f.opt.Val == nil {
		return nil
	}
	predictions, err := Predict(ctx, f.net, f.recipe, f.opt.Val)
	if err != nil {
		return err
	}
	state.ValAUC = metrics.AUC(Logits(predictions), f.opt.Val.Labels)
	f.report(state)
	return nil
}

// fill writes one batch into the graph's input.
func (f *fit) fill(positions []int) {
	for i, at := range positions {
		dst := f.stepper.input[i*pixels : (i+1)*pixels]
		if f.recipe.Augment {
			augment(dst, f.inputs[at], f.augment)
		} else {
			copy(dst, f.inputs[at])
		}
		f.stepper.target[i] = f.targets[at]
	}
}

func (f *fit) report(p Progress) {
	if f.opt.Progress != nil {
		f.opt.Progress(p)
	}
}

// Predict runs a network under its recipe's test-time rules over a data set.
func Predict(ctx context.Context, net *model.Network, recipe Recipe, data *dataset.Dataset) ([]model.Prediction, error) {
	m, err := model.New(net.Clone(), model.Meta{
		Architecture:    model.Architecture,
		Preprocessing:   recipe.Preprocessing(),
		MirrorAveraging: recipe.MirrorAveraging,
		Threshold:       model.DefaultThreshold,
	})
	if err != nil {
		return nil, err
	}
	return m.PredictBatch(ctx, data.Images, nil)
}

// Logits picks the logits out of predictions.
func Logits(predictions []model.Prediction) []float64 {
	out := make([]float64, len(predictions))
	for i, p := range predictions {
		out[i] = p.Logit
	}
	return out
}
