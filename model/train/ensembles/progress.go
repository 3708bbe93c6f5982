package ensembles

import (
	"math"
	"slices"
	"time"

	"lightbox/model/arch"
	"lightbox/model/fit"
)

// Segmenter is what progress and curves call the network that finds where the
// others look. Those others are called by the number of the fold that they do not
// see, from 1, or [Whole], and their teachers after them.
const Segmenter = "lungs"

// Progress is where a training stands.
type Progress struct {
	Network     string // what is being trained
	Number, Of  int    // of the networks, from 1
	Mixed       bool   // those to come are not like this one
	Step, Steps int
	Loss        float64       // smoothed over the last steps
	Last        float64       // of the last step's own batch
	PerSecond   float64       // steps
	Left        time.Duration // of this network, estimated
	Point       *fit.Point    // what was just measured; nil at most steps

	// Resumed is set once, before the first step, for a network of which Step steps
	// were taken before an interruption; Before is what was measured then. There is
	// no speed yet, and Loss is the last that was noted.
	Resumed bool
	Before  []fit.Point
}

// Curve is how the training of one network went.
type Curve struct {
	Network string      `json:"network"`
	Fold    int         `json:"fold"` // the one that it did not see and was measured on, or NoFold
	Points  []fit.Point `json:"points"`
}

// best is the step after which the network was best; 0 where nothing was measured.
func (c Curve) best() (step int) {
	most := math.Inf(-1)
	for _, p := range c.Points {
		if v := float64(p.Value); v > most {
			most, step = v, p.Step
		}
	}
	return step
}

// smooth is the weight of the losses before in the one that is shown.
const smooth = 0.95

// follower makes progress of the steps of one network as they are taken.
type follower struct {
	now   Progress
	first int // the first step that was taken since it began
	start time.Time
	known bool // a loss from before an interruption is
}

// step takes in a step, from 1, with the loss of its batch.
func (f *follower) step(step int, loss float64) Progress {
	if f.first == 0 {
		// What the first step takes is mostly preparation.
		f.first, f.start = step, time.Now()
		if !f.known {
			f.now.Loss = loss
		}
	}
	f.now.Step, f.now.Last, f.now.Point = step, loss, nil
	f.now.Loss += (1 - smooth) * (loss - f.now.Loss)
	if seconds := time.Since(f.start).Seconds(); step > f.first && seconds > 0 {
		f.now.PerSecond = float64(step-f.first) / seconds
		f.now.Left = time.Duration(float64(f.now.Steps-step) / f.now.PerSecond * float64(time.Second))
	}
	return f.now
}

// measured takes in what was measured after the last step.
func (f *follower) measured(p fit.Point) Progress {
	f.now.Point = &p
	return f.now
}

// resume takes in what was done before an interruption.
func (f *follower) resume(step int, before []fit.Point) Progress {
	if n := len(before); n > 0 {
		f.now.Loss, f.known = float64(before[n-1].Loss), true // smoothing goes on from there
	}
	p := f.now
	p.Step, p.Resumed, p.Before = step, true, before
	return p
}

// Follow has a job tell where it stands, and collects its curve. now says which
// network it is, and of how many.
func Follow(job *fit.Job, now Progress, tell func(Progress)) *Curve {
	c := &Curve{Network: now.Network}
	if tell == nil {
		tell = func(Progress) {}
	}
	now.Steps = job.Steps
	f := &follower{now: now}
	job.Measured = func(p fit.Point) { c.Points = append(c.Points, p) }
	job.Begun = func(done int) {
		if done > 0 {
			tell(f.resume(done, slices.Clone(c.Points)))
		}
	}
	job.Progress = func(step int, loss float64, _ arch.Weights) {
		p := f.step(step, loss)
		if n := len(c.Points); n > 0 && c.Points[n-1].Step == step {
			p = f.measured(c.Points[n-1])
		}
		tell(p)
	}
	return c
}
