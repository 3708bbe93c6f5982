package ensembles

import (
	"time"

	"lightbox/model/arch"
	"lightbox/model/fit"
)

// Progress is where a training stands.
type Progress struct {
	Network     string // what is being trained
	Number, Of  int    // of the networks, from 1
	Step, Steps int
	Loss        float64       // smoothed over the last steps
	PerSecond   float64       // steps
	Left        time.Duration // of this network, estimated
	Point       *fit.Point    // what was just measured; nil at most steps
}

// Curve is how the training of one network went.
type Curve struct {
	Network string      `json:"network"`
	Fold    int         `json:"fold"` // the one that it did not see and was measured on
	Points  []fit.Point `json:"points"`
}

// smooth is the weight of the losses before in the one that is shown.
const smooth = 0.95

// Follow has a job tell where it stands, and collects its curve.
func Follow(job *fit.Job, name string, number, of int, tell func(Progress)) *Curve {
	c := &Curve{Network: name}
	var last *fit.Point
	job.Measured = func(p fit.Point) {
		c.Points = append(c.Points, p)
		last = &p
	}
	now := Progress{Network: name, Number: number, Of: of, Steps: job.Steps}
	first := 0
	var start time.Time
	job.Progress = func(step int, loss float64, _ arch.Weights) {
		if first == 0 {
			// What the first step takes is mostly preparation.
			first, start, now.Loss = step, time.Now(), loss
		}
		now.Step, now.Point = step, nil
		now.Loss += (1 - smooth) * (loss - now.Loss)
		if seconds := time.Since(start).Seconds(); step > first && seconds > 0 {
			now.PerSecond = float64(step-first) / seconds
			now.Left = time.Duration(float64(job.Steps-step) / now.PerSecond * float64(time.Second))
		}
		if last != nil && last.Step == step {
			now.Point = last
		}
		if tell != nil {
			tell(now)
		}
	}
	return c
}
