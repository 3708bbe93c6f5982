package model

import (
	"fmt"
	"sync"

	"lightbox/model/arch"
)

// engine runs one network forward by a plan. It is safe for concurrent use:
// everyone who runs it has memory of his own, which is kept for the next.
type engine struct {
	plan *arch.Plan
	runs sync.Pool // of *arch.Run, for up to evaluationBatch pictures each
}

// newEngine copies the weights of net, which must be valid.
func newEngine(net *Network) (*engine, error) {
	plan, err := arch.NewPlan(SourceNet(), net.Weights())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadWeights, err)
	}
	return &engine{plan: plan}, nil
}

// logits runs batch pictures of 784 values each.
func (e *engine) logits(prepared []float32, batch int) ([]float64, error) {
	if batch < 1 || len(prepared) != batch*inputPixels {
		return nil, fmt.Errorf("%w: %d values for a batch of %d", ErrBadImage, len(prepared), batch)
	}
	out := make([]float64, 0, batch)
	for len(out) < batch {
		n := min(batch-len(out), evaluationBatch)
		run := e.take(n)
		for _, z := range run.Forward(prepared[len(out)*inputPixels:], n) {
			out = append(out, float64(z))
		}
		e.runs.Put(run)
	}
	return out, nil
}

// take gives memory for n pictures.
func (e *engine) take(n int) *arch.Run {
	if run, ok := e.runs.Get().(*arch.Run); ok && run.Images() >= n {
		return run
	}
	return e.plan.NewRun(n)
}
