package ensembles

import (
	"slices"
	"time"

	"lightbox/model/arch"
	"lightbox/model/fit"
)

// Segmenter is what progress and curves call the network that finds where the
// others look. Those others are called by the number of the fold that they do not
// see, from 1.
const Segmenter = "lungs"

// Progress is where a training stands.
type Progress struct {
	Network     string // what is being trained
	Number, Of  int    // of the networks, from 1
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
	Fold    int         `json:"fold"` // the one that it did not see and was measured on
	Points  []fit.Point `json:"points"`
}

// smooth is the weight of the losses before in the one that is shown.
const smooth = 0.95

// Follower makes progress of the steps of one network as they are taken.
type Follower struct {
	now   Progress
	first int // the first step that was taken since it began
	start time.Time
	known bool // a loss from before an interruption is
}

// NewFollower follows the network that is number of so many, from 1.
func NewFollower(name string, number, of, steps int) *Follower {
	return &Follower{now: Progress{Network: name, Number: number, Of: of, Steps: steps}}
}

// Step takes in a step, from 1, with the loss of its batch.
func (f *Follower) Step(step int, loss float64) Progress {
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

// Measured takes in what was measured after the last step.
func (f *Follower) Measured(p fit.Point) Progress {
	f.now.Point = &p
	return f.now
}

// Resume takes in what was done before an interruption.
func (f *Follower) Resume(step int, before []fit.Point) Progress {
	if n := len(before); n > 0 {
		f.now.Loss, f.known = float64(before[n-1].Loss), true // smoothing goes on from there
	}
	p := f.now
	p.Step, p.Resumed, p.Before = step, true, before
	return p
}

// Follow has a job tell where it stands, and collects its curve.
func Follow(job *fit.Job, name string, number, of int, tell func(Progress)) *Curve {
	c := &Curve{Network: name}
	if tell == nil {
		tell = func(Progress) {}
	}
	f := NewFollower(name, number, of, job.Steps)
	job.Measured = func(p fit.Point) { c.Points = append(c.Points, p) }
	job.Begun = func(done int) {
		if done > 0 {
			tell(f.Resume(done, slices.Clone(c.Points)))
		}
	}
	job.Progress = func(step int, loss float64, _ arch.Weights) {
		p := f.Step(step, loss)
		if n := len(c.Points); n > 0 && c.Points[n-1].Step == step {
			p = f.Measured(c.Points[n-1])
		}
		tell(p)
	}
	return c
}
