package fit

import (
	"context"
	"math"
	"math/rand/v2"

	"lightbox/model/arch"
	"lightbox/model/kernel"
)

// Job is the training of one network over a number of batches. Everything
// random comes of Seed, step and place in the batch: the same job makes the
// same weights on the same machine, however many cores it has and wherever it
// was interrupted.
type Job struct {
	Net   *arch.Net
	Batch int
	Steps int
	Seed  uint64

	// Rate is the largest learning rate of the cycle, reached after the part
	// Warm of all steps; Decay is the weight decay.
	Rate, Warm, Decay float64
	// Keep is the weight of what was before in the moving average of the
	// weights, which is what the job makes; it grows to it over the first steps.
	Keep float64
	// Scale divides the loss of a batch; 0 is Batch times the outputs of a picture.
	Scale float32

	// Fill makes picture slot of a batch: its input, and target and weight of
	// each of its outputs. It is called from several goroutines.
	Fill func(r *rand.Rand, slot int, input, target, weight []float32)
	// Progress is told of each step, counted from 1, and the loss before it; nil
	// for nobody.
	Progress func(step int, loss float64, average arch.Weights)

	// Checkpoint, if set, is a file that is written every Every steps and at the
	// end. Where it exists, the job goes on from it, to the same weights as without
	// the interruption. One of another job is refused; Data tells pictures apart,
	// most often by a hash, which Fill cannot.
	Checkpoint string
	Every      int
	Data       string
}

// Run trains and returns the averaged weights, or ctx's error when it is
// cancelled.
func (j Job) Run(ctx context.Context) (arch.Weights, error) {
	weights, err := arch.NewWeights(j.Net, rand.New(rand.NewPCG(j.Seed, 0)))
	if err != nil {
		return nil, err
	}
	t, err := New(j.Net, weights, j.Batch)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	if t.Scale = j.Scale; t.Scale == 0 {
		t.Scale = float32(len(t.Target))
	}
	average := weights.Clone()
	first, err := j.resume(t, average)
	if err != nil {
		return nil, err
	}
	for step := first; step < j.Steps; step++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		j.fill(t, step)
		loss, err := t.Step(OneCycle(step, j.Steps, j.Rate, j.Warm), j.Decay)
		if err != nil {
			return nil, err
		}
		const settling = 10 // steps of which the first averages hold a tenth each
		Average(average, weights, math.Min(j.Keep, 1-settling/float64(step+settling+1)))
		if err := j.save(t, average, step+1); err != nil {
			return nil, err
		}
		if j.Progress != nil {
			j.Progress(step+1, loss, average)
		}
	}
	return average, nil
}

// fill makes a batch on all cores.
func (j Job) fill(t *Trainer, step int) {
	in, out := len(t.Input)/j.Batch, len(t.Target)/j.Batch
	kernel.Parallel(j.Batch, func(from, to int) {
		for b := from; b < to; b++ {
			r := rand.New(rand.NewPCG(j.Seed, uint64(step*j.Batch+b)+1))
			j.Fill(r, b, t.Input[b*in:(b+1)*in], t.Target[b*out:(b+1)*out], t.Weight[b*out:(b+1)*out])
		}
	})
}
