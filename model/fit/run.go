package fit

import (
	"context"
	"errors"
	"io"
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
	// Constant keeps the learning rate at Rate instead; Epsilon is Adam's, 0 for 1e-8.
	Constant bool
	Epsilon  float64
	// Until, if set, is the step of the cycle after which the job ends, as others that
	// lost patience did.
	Until int
	// Keep is the weight of what was before in the moving average of the
	// weights, which is what the job makes; it grows to it over the first steps.
	Keep float64
	// Scale divides the loss of a batch; 0 is Batch times the outputs of a picture.
	Scale float32

	// Start makes the weights to begin with; nil for arch.NewWeights. Data must tell
	// one from another.
	Start func(r *rand.Rand) arch.Weights
	// Fill makes the picture at a place, counted over all batches: its input, and
	// target and weight of each of its outputs. It is called from several goroutines.
	Fill func(r *rand.Rand, place int, input, target, weight []float32)
	// Progress is told of each step, counted from 1, and the loss before it; nil
	// for nobody.
	Progress func(step int, loss float64, average arch.Weights)

	// Measure, if set, says how good the average is, the larger the better. It is
	// asked every Every steps and at the end, and changes no weights unless
	// Patience is set. Measured is told of each answer, after an interruption first
	// of those before it; nil for nobody.
	Measure  func(ctx context.Context, average arch.Weights) (Quality, error)
	Measured func(Point)
	// Begun is told before the first step how many were taken before an interruption;
	// nil for nobody.
	Begun func(done int)
	// Patience, if set, ends the job after so many measurements in a row of which
	// none was better than the best before them, and has it make the average that
	// was measured best.
	Patience int

	// Checkpoint, if set, is a file that is written every Every steps, at the end,
	// and when ctx is cancelled. Where it exists, the job goes on from it, to the
	// same weights as without the interruption. One of another job is refused; Data
	// tells pictures apart, most often by a hash, which Fill cannot.
	Checkpoint string
	Every      int
	Data       string

	write func(name string, fill func(io.Writer) error) error // in tests; nil writes files
}

// Run trains and returns the averaged weights, or ctx's error when it is
// cancelled.
func (j Job) Run(ctx context.Context) (arch.Weights, error) {
	weights, err := j.start()
	if err != nil {
		return nil, err
	}
	t, err := New(j.Net, weights, j.Batch)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	if j.Epsilon > 0 {
		t.Epsilon = j.Epsilon
	}
	if t.Scale = j.Scale; t.Scale == 0 {
		t.Scale = float32(len(t.Target))
	}
	r := running{Job: j, trainer: t, weights: weights, average: weights.Clone()}
	if j.Patience > 0 {
		r.best = weights.Clone()
	}
	if err := r.resume(); err != nil {
		return nil, err
	}
	if j.Measured != nil {
		for _, p := range r.points {
			j.Measured(p)
		}
	}
	if j.Begun != nil {
		j.Begun(r.done)
	}
	if err := r.run(ctx); err != nil {
		return nil, err
	}
	if len(r.points) > 0 && r.best != nil {
		return r.best, nil
	}
	return r.average, nil
}

func (j Job) start() (arch.Weights, error) {
	r := rand.New(rand.NewPCG(j.Seed, 0))
	if j.Start != nil {
		return j.Start(r), nil
	}
	return arch.NewWeights(j.Net, r)
}

// last is the number of steps that are taken unless patience ends them.
func (j Job) last() int {
	if j.Until > 0 {
		return min(j.Until, j.Steps)
	}
	return j.Steps
}

// rate is the learning rate of the step after so many.
func (j Job) rate(done int) float64 {
	if j.Constant {
		return j.Rate
	}
	return OneCycle(done, j.Steps, j.Rate, j.Warm)
}

// running is a job at work.
type running struct {
	Job
	trainer          *Trainer
	weights, average arch.Weights
	best             arch.Weights // the average that was measured best; nil without Patience
	done             int          // steps
	history
}

func (r *running) run(ctx context.Context) error {
	// An interruption may have come between a step and its measurement.
	if r.done > 0 && r.due() && !r.measured() {
		if err := r.measure(ctx); err != nil {
			return err
		}
	}
	for r.done < r.last() && !r.patienceEnded() {
		if err := ctx.Err(); err != nil {
			return errors.Join(err, r.saveNow())
		}
		loss, err := r.step()
		if err != nil {
			return err
		}
		if r.due() {
			if err := r.measure(ctx); err != nil {
				return err
			}
		}
		if r.Progress != nil {
			r.Progress(r.done, loss, r.average)
		}
	}
	return nil
}

// step takes one batch.
func (r *running) step() (loss float64, err error) {
	r.fill(r.trainer, r.done)
	if loss, err = r.trainer.Step(r.rate(r.done), r.Decay); err != nil {
		return 0, err
	}
	const settling = 10 // steps of which the first averages hold a tenth each
	Average(r.average, r.weights, math.Min(r.Keep, 1-settling/float64(r.done+settling+1)))
	r.done++
	r.add(loss)
	return loss, nil
}

// due tells whether it is time to measure and to write the checkpoint.
func (r *running) due() bool { return r.done%max(r.Every, 1) == 0 || r.done == r.last() }

// fill makes a batch on all cores.
func (j Job) fill(t *Trainer, step int) {
	in, out := len(t.Input)/j.Batch, len(t.Target)/j.Batch
	kernel.Parallel(j.Batch, func(from, to int) {
		for b := from; b < to; b++ {
			place := step*j.Batch + b
			r := rand.New(rand.NewPCG(j.Seed, uint64(place)+1))
			j.Fill(r, place, t.Input[b*in:(b+1)*in], t.Target[b*out:(b+1)*out], t.Weight[b*out:(b+1)*out])
		}
	})
}
