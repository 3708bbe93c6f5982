package model

import (
	"context"
	"fmt"
	"image"
	"math"
	"sync"

	"lightbox/model/arch"
	"lightbox/model/explain"
	"lightbox/model/kernel"
	"lightbox/model/plane"
)

// source runs the source document's network forward by a plan. It is safe for
// concurrent use: everyone who runs it has memory of his own, which is kept for
// the next.
type source struct {
	net           *Network
	plan          *arch.Plan
	gradients     *explain.Gradients
	batches       sync.Pool // of *arch.Run, for up to evaluationBatch pictures, without layers
	pairs         sync.Pool // of *arch.Run, for both views of a picture, with all layers
	preprocessing Preprocessing
	mirrored      bool
}

func sourcePreprocessing(p Preprocessing) error { return p.Validate() }

func newSource(m Meta, tensors []Tensor) (reader, error) {
	net := NewNetwork()
	for _, t := range net.Tensors() {
		copy(t.Data, tensorNamed(tensors, t.Name))
	}
	plan, err := arch.NewPlan(SourceNet(), net.Weights())
	if err != nil {
		return nil, err
	}
	gradients, err := explain.NewGradients(plan, sourceMap)
	if err != nil {
		return nil, err
	}
	return &source{net: net, plan: plan, gradients: gradients, preprocessing: m.Preprocessing, mirrored: m.MirrorAveraging}, nil
}

// views is the number of network inputs one picture makes.
func (e *source) views() int {
	if e.mirrored {
		return 2
	}
	return 1
}

// predict prepares pictures on all cores and runs them as one batch.
func (e *source) predict(_ context.Context, pictures []Gray) ([]answer, error) {
	views := e.views()
	input := make([]float32, len(pictures)*views*inputPixels)
	bad := make([]error, len(pictures))
	kernel.Parallel(len(pictures), func(from, to int) {
		for i := from; i < to; i++ {
			prepared, err := Prepare(pictures[i], e.preprocessing)
			if err != nil {
				bad[i] = fmt.Errorf("picture %d: %w", i, err)
				continue
			}
			at := input[i*views*inputPixels:]
			copy(at, prepared)
			if views == 2 {
				mirror(at[inputPixels:2*inputPixels], prepared, InputSize)
			}
		}
	})
	for _, err := range bad {
		if err != nil {
			return nil, err
		}
	}
	logits, err := e.logits(input, len(pictures)*views)
	if err != nil {
		return nil, err
	}
	out := make([]answer, len(pictures))
	for i := range out {
		out[i] = average(logits[i*views : (i+1)*views])
	}
	return out, nil
}

// average is the mean of logits and their standard deviation.
func average(logits []float64) (a answer) {
	n := float64(len(logits))
	for _, z := range logits {
		a.logit += z / n
	}
	for _, z := range logits {
		a.spread += (z - a.logit) * (z - a.logit) / n
	}
	a.spread = math.Sqrt(a.spread)
	return a
}

// logits runs batch pictures of 784 values each.
func (e *source) logits(prepared []float32, batch int) ([]float64, error) {
	if batch < 1 || len(prepared) != batch*inputPixels {
		return nil, fmt.Errorf("%w: %d values for a batch of %d", ErrBadImage, len(prepared), batch)
	}
	out := make([]float64, 0, batch)
	for len(out) < batch {
		n := min(batch-len(out), evaluationBatch)
		run := e.batch(n)
		for _, z := range run.Forward(prepared[len(out)*inputPixels:], n) {
			out = append(out, float64(z))
		}
		e.batches.Put(run)
	}
	return out, nil
}

// batch gives memory for n pictures.
func (e *source) batch(n int) *arch.Run {
	if run, ok := e.batches.Get().(*arch.Run); ok && run.Images() >= n {
		return run
	}
	return e.plan.NewBatch(n)
}

// pair gives memory for both views of a picture, and for what the layers make of them.
func (e *source) pair() *arch.Run {
	if run, ok := e.pairs.Get().(*arch.Run); ok {
		return run
	}
	return e.plan.NewRun(2)
}

// Places in [SourceNet] of what an explanation looks at.
const (
	sourceMap   = 5 // the second convolution, rectified: 11 × 11 × 64
	sourceDense = 8 // the hidden dense layer, rectified: 64
)

// explain reads a picture and says which places of the second convolution made
// the answer.
func (e *source) explain(_ context.Context, g Gray) (*Explanation, error) {
	prepared, err := Prepare(g, e.preprocessing)
	if err != nil {
		return nil, err
	}
	x := &Explanation{Seen: plane.Plane{Rows: InputSize, Columns: InputSize, Pix: prepared}, Within: centreBox(g)}
	left, top, right, bottom := e.gradients.Span()
	x.Over.X0, x.Over.Y0 = x.Within.Of(left, top)
	x.Over.X1, x.Over.Y1 = x.Within.Of(right, bottom)
	input := prepared
	views := e.views()
	if views == 2 {
		input = make([]float32, 2*inputPixels)
		copy(input, prepared)
		mirror(input[inputPixels:], prepared, InputSize)
	}
	run := e.pair()
	defer e.pairs.Put(run)
	var logits []float64
	for _, z := range run.Forward(input, views) {
		logits = append(logits, float64(z))
	}
	x.answer = average(logits)
	x.Logits = [][2]float64{{logits[0], logits[views-1]}}
	x.Features = append([]float32(nil), run.Layer(sourceDense)[:denseSize]...)
	x.Influence = e.gradients.Map(run, views)
	x.occlude = func(ctx context.Context) (plane.Plane, error) {
		return explain.Occlude(ctx, x.Seen, plane.Plane{}, explain.Squares{Size: 6, Step: 2, Fill: mean(x.Seen.Pix)}, func(pictures []float32, at []image.Point) ([]float64, error) {
			return e.logits(pictures, len(at))
		})
	}
	return x, nil
}

func mean(x []float32) (m float32) {
	for _, v := range x {
		m += v / float32(len(x))
	}
	return m
}

// centreBox is the part of a picture that [Prepare] keeps.
func centreBox(g Gray) Box {
	side := min(g.Rows, g.Columns)
	x, y := (g.Columns-side)/2, (g.Rows-side)/2
	w, h := float64(g.Columns), float64(g.Rows)
	return Box{float64(x) / w, float64(y) / h, float64(x+side) / w, float64(y+side) / h}
}

func (e *source) look(Gray) (Look, bool, error) { return Look{}, false, nil }
