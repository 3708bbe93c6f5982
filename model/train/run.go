package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/dataset"
	"lightbox/model/fit"
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
	Fold   int    // that is held out, counted from 1; 0 for none
	Epoch  int    // counted from 1
	Epochs int
	Step   int // within the epoch, counted from 1
	Steps  int
	Loss   float64 // mean over the epoch so far
	Last   float64 // loss of the step's own batch
	ValAUC float64
}

// Options are the parts of a run that do not change its weights.
type Options struct {
	// Progress, if set, is called after every step and every epoch, from the
	// goroutine of the run.
	Progress func(Progress)
	// Stage is the Progress.Stage; empty means "train".
	Stage string
	Fold  int // is the Progress.Fold
	// Val, if set, is scored after each epoch, to be looked at. Nothing is
	// selected by it: the weights are always those of the final epoch.
	Val *dataset.Dataset
	// Checkpoint, if set, is a file that is written after each epoch. Where it
	// exists, Fit goes on from it and ends with the same weights, bit for bit, as
	// without the interruption. It is refused where it belongs to other data,
	// another recipe or another seed, and left in place at the end.
	Checkpoint string
}

// Fit trains a new network on the data and returns the weights of the final
// epoch. The same data, recipe and seed give the same weights, bit for bit,
// on one kind of machine. A cancelled ctx ends the run within one step, with
// its error.
func Fit(ctx context.Context, data *dataset.Dataset, recipe Recipe, seed uint64, opt Options) (*model.Network, error) {
	r, err := newRun(data, recipe, seed, opt)
	if err != nil {
		return nil, err
	}
	defer r.trainer.Close()
	done, err := r.resume()
	if err != nil {
		return nil, err
	}
	for epoch := done + 1; epoch <= recipe.Epochs; epoch++ {
		if err := r.epoch(ctx, epoch); err != nil {
			return nil, err
		}
		if err := r.save(epoch); err != nil {
			return nil, err
		}
	}
	net, err := model.NetworkOf(r.weights)
	if err != nil {
		return nil, err
	}
	return net, net.Validate()
}

// run is the state of one run.
type run struct {
	recipe   Recipe
	opt      Options
	seed     uint64
	identity string       // of its checkpoints
	weights  arch.Weights // of model.SourceNet; the trainer changes them
	trainer  *fit.Trainer
	inputs   [][]float32 // 784 values each; standardised unless augmented later
	targets  []float32
	shuffle  *rand.Rand
}

func newRun(data *dataset.Dataset, recipe Recipe, seed uint64, opt Options) (*run, error) {
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
	net := model.NewNetwork()
	net.InitGlorot(rand.New(rand.NewPCG(seed, streamInit)))
	r := &run{
		recipe: recipe, opt: opt, seed: seed, weights: net.Weights(),
		shuffle: rand.New(rand.NewPCG(seed, streamShuffle)),
	}
	if err := r.load(data); err != nil {
		return nil, err
	}
	trainer, err := fit.New(model.SourceNet(), r.weights, recipe.Batch)
	if err != nil {
		return nil, err
	}
	trainer.Epsilon = adamEpsilon
	for i := range trainer.Weight {
		trainer.Weight[i] = 1 // all pictures count alike
	}
	r.trainer = trainer
	return r, nil
}

// adamEpsilon is Keras's, which the source document used.
const adamEpsilon = 1e-7

func (r *run) epoch(ctx context.Context, epoch int) error {
	rate, starts := r.recipe.rateAt(epoch)
	if starts {
		r.trainer.Restart()
	}
	order := r.shuffle.Perm(len(r.inputs))
	batch := r.recipe.Batch
	steps := len(order) / batch // the last, partial batch is dropped
	state := Progress{Stage: r.opt.Stage, Fold: r.opt.Fold, Epoch: epoch, Epochs: r.recipe.Epochs, Steps: steps, ValAUC: math.NaN()}
	var total float64
	for step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.fill(epoch, order[step*batch:(step+1)*batch])
		loss, err := r.trainer.Step(rate, 0)
		if err != nil {
			return fmt.Errorf("epoch %d, step %d: %w", epoch, step+1, err)
		}
		total += loss
		state.Step, state.Loss, state.Last = step+1, total/float64(step+1), loss
		r.report(state)
	}
	if r.opt.Val == nil {
		return nil
	}
	net, err := model.NetworkOf(r.weights)
	if err != nil {
		return err
	}
	predictions, err := Predict(ctx, net, r.recipe, r.opt.Val)
	if err != nil {
		return err
	}
	state.ValAUC = metrics.AUC(Logits(predictions), r.opt.Val.Labels)
	r.report(state)
	return nil
}

func (r *run) report(p Progress) {
	if r.opt.Progress != nil {
		r.opt.Progress(p)
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
