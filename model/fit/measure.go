package fit

import (
	"context"
	"errors"
	"math"

	"lightbox/model/metrics"
)

// Quality says how good weights are. Value is the larger the better, and not a
// number where that cannot be said; Parts are its parts by name, for people.
type Quality struct {
	Value metrics.Number            `json:"value"`
	Parts map[string]metrics.Number `json:"parts,omitempty"`
}

// Point is one point of a job's curve: Loss is the mean over the steps since the
// point before.
type Point struct {
	Step int            `json:"step"`
	Loss metrics.Number `json:"loss"`
	Quality
}

// history is what a job has seen so far.
type history struct {
	points []Point
	sum    float64 // of the losses since the last point
	count  int
	since  int // measurements since the best
}

func (h *history) add(loss float64) {
	h.sum += loss
	h.count++
}

// measured tells whether the steps that are done have their point.
func (r *running) measured() bool {
	if r.Measure == nil {
		return true
	}
	n := len(r.points)
	return n > 0 && r.points[n-1].Step == r.done
}

// measure adds a point, where there is something to measure with, and writes the
// checkpoint. Where it is cancelled, the checkpoint holds the steps without it.
func (r *running) measure(ctx context.Context) error {
	if r.Measure == nil {
		return r.saveNow()
	}
	q, err := r.Measure(ctx, r.average)
	if err != nil {
		if ctx.Err() != nil {
			err = errors.Join(err, r.saveNow())
		}
		return err
	}
	best := math.Inf(-1)
	for _, p := range r.points {
		best = math.Max(best, orNever(float64(p.Value)))
	}
	switch v := float64(q.Value); {
	case math.IsNaN(v): // nothing can be said
	case v > best:
		r.since = 0
		for i, t := range r.best {
			copy(t.Data, r.average[i].Data)
		}
	default:
		r.since++
	}
	p := Point{r.done, metrics.Number(r.sum / float64(r.count)), q}
	r.points = append(r.points, p)
	r.sum, r.count = 0, 0
	if err := r.saveNow(); err != nil {
		return err
	}
	if r.Measured != nil {
		r.Measured(p)
	}
	return nil
}

// orNever is a value below all others where there is none.
func orNever(v float64) float64 {
	if math.IsNaN(v) {
		return math.Inf(-1)
	}
	return v
}

// patienceEnded tells whether the job is over before its last step.
func (r *running) patienceEnded() bool { return r.Patience > 0 && r.since >= r.Patience }
