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
	runs          sync.Pool // of *arch.Run, for up to evaluationBatch pictures each
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
	return &source{net: net, plan: plan, preprocessing: m.Preprocessing, mirrored: m.MirrorAveraging}, nil
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
		run := e.take(n)
		for _, z := range run.Forward(prepared[len(out)*inputPixels:], n) {
			out = append(out, float64(z))
		}
		e.runs.Put(run)
	}
	return out, nil
}

// take gives memory for n pictures.
func (e *source) take(n int) *arch.Run {
	if run, ok := e.runs.Get().(*arch.Run); ok && run.Images() >= n {
		return run
	}
	return e.plan.NewRun(n)
}

// Places in [SourceNet] of what an explanation looks at.
const (
	sourceMap   = 5 // the second convolution, rectified: 11 × 11 × 64
	sourceDense = 8 // the hidden dense layer, rectified: 64
)

// explain reads a picture and makes Grad-CAM on the second convolution: its
// channels weighted by the mean gradient of the logit.
func (e *source) explain(_ context.Context, g Gray) (*Explanation, error) {
	prepared, err := Prepare(g, e.preprocessing)
	if err != nil {
		return nil, err
	}
	x := &Explanation{
		Seen: plane.Plane{Rows: InputSize, Columns: InputSize, Pix: prepared}, Within: centreBox(g),
		Influence: plane.New(conv2Side, conv2Side),
	}
	x.Over = mapBox(x.Within)
	input := prepared
	views := e.views()
	if views == 2 {
		input = make([]float32, 2*inputPixels)
		copy(input, prepared)
		mirror(input[inputPixels:], prepared, InputSize)
	}
	run := e.take(evaluationBatch)
	defer e.runs.Put(run)
	var logits []float64
	for _, z := range run.Forward(input, views) {
		logits = append(logits, float64(z))
	}
	x.answer = average(logits)
	x.Logits = [][2]float64{{logits[0], logits[views-1]}}
	maps, hidden := run.Layer(sourceMap), run.Layer(sourceDense)
	x.Features = append([]float32(nil), hidden[:denseSize]...)
	const places = conv2Side * conv2Side
	for view := range views {
		weight := e.channelWeights(hidden[view*denseSize : (view+1)*denseSize])
		for p := range places {
			var sum float32
			for c, w := range weight {
				sum += w * maps[(view*places+p)*conv2Channels+c]
			}
			to := p
			if view == 1 {
				to = p/conv2Side*conv2Side + conv2Side - 1 - p%conv2Side
			}
			x.Influence.Pix[to] += sum / float32(views)
		}
	}
	x.occlude = func(ctx context.Context) (plane.Plane, error) {
		return explain.Occlude(ctx, x.Seen, plane.Plane{}, explain.Squares{Size: 6, Step: 2, Fill: mean(x.Seen.Pix)}, func(pictures []float32, at []image.Point) ([]float64, error) {
			return e.logits(pictures, len(at))
		})
	}
	return x, nil
}

// mapBox is the part of a picture that the second convolution's map lies over, of
// that which is seen: 11 places two pixels apart, from the fourth pixel's edge to
// the fourth's from the other side.
func mapBox(within Box) (b Box) {
	if g, ok := SourceNet().Grid(sourceMap); ok {
		low, high := g.Span(conv2Side, InputSize)
		b.X0, b.Y0 = within.Of(low, low)
		b.X1, b.Y1 = within.Of(high, high)
	}
	return b
}

// channelWeights is the gradient of the logit by the second convolution's
// rectified map, averaged over its places: only the places that pooling took
// have one, and that of the dense layer goes through each.
func (e *source) channelWeights(hidden []float32) []float32 {
	n := e.net
	weight := make([]float32, conv2Channels)
	for k, h := range hidden {
		if h <= 0 {
			continue
		}
		for i := range flatSize { // ordered (channel, row, column)
			weight[i/(pool2Side*pool2Side)] += n.Dense1.Weight[i*denseSize+k] * n.Dense2.Weight[k] / (conv2Side * conv2Side)
		}
	}
	return weight
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
