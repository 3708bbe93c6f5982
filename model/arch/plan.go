package arch

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"lightbox/model/kernel"
	"lightbox/model/layer"
)

// Plan runs a network forward, with its biases and normalisations folded into
// the convolutions before them. It is safe for concurrent use; every user brings a
// [Run].
type Plan struct {
	net    *Net
	shapes []Shape
	steps  []step
	alone  int // the first so many steps can be taken with a picture by itself
}

// step is one thing to do; it writes what layer out gives.
type step struct {
	op      Op
	out, in int
	other   int // the second input; −1 for none
	conv    *kernel.Convolution
	bias    []float32
	scale   []float32 // of a normalisation that could not be folded
	weight  []float32 // of a dense layer, and of a convolution
	relu    bool
}

// NewPlan folds the weights; they are copied.
func NewPlan(n *Net, w Weights) (*Plan, error) {
	shapes, err := n.Shapes()
	if err != nil {
		return nil, err
	}
	for _, t := range w {
		for _, v := range t.Data {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return nil, fmt.Errorf("%w %s: %s holds %v", ErrBadNet, n.Name, t.Name, v)
			}
		}
	}
	used := make([]int, len(n.Layers))
	for _, l := range n.Layers {
		for _, i := range l.In {
			used[i]++
		}
	}
	folded := map[int]bool{} // convolutions that are done with what is behind them
	for _, l := range n.Layers {
		if (l.Op == Norm || l.Op == Bias) && n.Layers[l.In[0]].Op == Conv && used[l.In[0]] == 1 {
			folded[l.In[0]] = true
		}
	}
	p := &planner{Plan: Plan{net: n, shapes: shapes}, weights: w}
	for i, l := range n.Layers {
		if i > 0 && !folded[i] {
			p.steps = append(p.steps, p.step(i, l, folded))
		}
	}
	if p.err != nil {
		return nil, p.err
	}
	p.alone = slices.IndexFunc(p.steps, step.batched)
	if p.alone < 0 {
		p.alone = len(p.steps)
	}
	return &p.Plan, nil
}

// batched tells whether the batch is what a step makes matrix products of.
func (s step) batched() bool { return s.op == Dense || s.conv != nil && s.conv.Covers() }

// planner keeps the first error.
type planner struct {
	Plan
	weights Weights
	err     error
}

// get is a tensor of the weights.
func (p *planner) get(l Layer, suffix string, size int) []float32 {
	data := p.weights.Get(l.Name + "." + suffix)
	if len(data) == size {
		return data
	}
	if p.err == nil {
		p.err = fmt.Errorf("%w %s: %d values for %s.%s, not %d", ErrBadNet, p.net.Name, len(data), l.Name, suffix, size)
	}
	return make([]float32, size)
}

func (p *planner) step(i int, l Layer, folded map[int]bool) step {
	s := step{op: l.Op, out: i, in: l.In[0], other: -1, relu: l.ReLU}
	if len(l.In) > 1 {
		s.other = l.In[1]
	}
	switch l.Op {
	case Conv:
		s.conv, s.weight = p.convolution(l, nil)
	case Norm:
		c := p.shapes[i].Channels
		norm := kernel.Norm{C: c, Epsilon: layer.Epsilon}
		m := kernel.Moments{Mean: p.get(l, "mean", c), Variance: p.get(l, "variance", c)}
		s.scale, s.bias = norm.Fold(m, p.get(l, "gamma", c), p.get(l, "beta", c))
	case Bias:
		s.bias = append([]float32(nil), p.get(l, "bias", p.shapes[i].Channels)...)
	case Dense:
		s.weight = append([]float32(nil), p.get(l, "weight", p.shapes[s.in].Channels)...)
		s.bias = append([]float32(nil), p.get(l, "bias", 1)...)
	}
	if folded[s.in] {
		conv := p.net.Layers[s.in]
		s.op, s.in = Conv, conv.In[0]
		s.conv, s.weight = p.convolution(conv, s.scale)
	}
	return s
}

// convolution plans layer l with its weights times scale, if there is one.
func (p *planner) convolution(l Layer, scale []float32) (*kernel.Convolution, []float32) {
	from := p.shapes[l.In[0]]
	c, err := kernel.NewConvolution(l.Conv, from.Rows, from.Columns)
	if err != nil {
		p.err = err
		return nil, nil
	}
	weights := append([]float32(nil), p.get(l, "weight", l.Conv.Weights())...)
	if scale != nil {
		for k := range weights {
			weights[k] *= scale[k%len(scale)]
		}
	}
	c.SetWeights(weights, false)
	return c, weights
}

// Net is the network that the plan was made of.
func (p *Plan) Net() *Net { return p.net }

// Run is the memory of one user of a plan, for up to so many pictures at a time.
type Run struct {
	plan   *Plan
	values [][]float32
	images int
	// single, if set, are of [][]float32: memory for one picture, which is used for one
	// after the other. values has then only what more than one picture is needed for.
	single *sync.Pool
}

// NewRun allocates memory for batches of up to images.
func (p *Plan) NewRun(images int) *Run {
	r := &Run{plan: p, values: make([][]float32, len(p.shapes)), images: images}
	for _, s := range p.steps {
		r.values[s.out] = make([]float32, images*p.shapes[s.out].Size())
	}
	return r
}

// NewBatch allocates memory for batches of up to images of which nothing but the
// output is wanted: what the layers give stays in the caches of the cores.
func (p *Plan) NewBatch(images int) *Run {
	r := &Run{plan: p, values: make([][]float32, len(p.shapes)), images: images}
	for i, shape := range p.shapes {
		if i > 0 && p.shared(i) {
			r.values[i] = make([]float32, images*shape.Size())
		}
	}
	r.single = &sync.Pool{New: func() any {
		values := make([][]float32, len(p.shapes))
		for _, s := range p.steps[:p.alone] {
			if r.values[s.out] == nil {
				values[s.out] = make([]float32, p.shapes[s.out].Size())
			}
		}
		return &values
	}}
	return r
}

// shared tells whether what layer i gives is needed for all pictures of a batch.
func (p *Plan) shared(i int) bool {
	return i == len(p.shapes)-1 || slices.ContainsFunc(p.steps[p.alone:], func(s step) bool { return s.out == i || s.in == i || s.other == i })
}

// Images is the size of the largest batch there is memory for.
func (r *Run) Images() int { return r.images }

// Forward runs images pictures, (images, side, side, channels), through the
// network and returns what its last layer gives; it is overwritten by the next
// call.
func (r *Run) Forward(x []float32, images int) []float32 {
	p := r.plan
	r.values[0] = x
	// Picture by picture what one layer gives is still in a core's cache when the next
	// one needs it, and cores need not wait for each other behind every layer.
	kernel.Parallel(images, func(from, to int) {
		one := make([][]float32, len(p.shapes))
		if r.single != nil {
			own := r.single.Get().(*[][]float32)
			defer r.single.Put(own)
			copy(one, *own)
		}
		for n := from; n < to; n++ {
			for i, all := range r.values {
				if size := p.shapes[i].Size(); all != nil {
					one[i] = all[n*size : (n+1)*size]
				}
			}
			for i := range p.steps[:p.alone] {
				p.take(&p.steps[i], one, 1)
			}
		}
	})
	for i := range p.steps[p.alone:] {
		p.take(&p.steps[p.alone+i], r.values, images)
	}
	last := len(p.shapes) - 1
	return r.values[last][:images*p.shapes[last].Size()]
}

// take takes a step with the first pictures that there are values of.
func (p *Plan) take(s *step, values [][]float32, images int) {
	from, to := p.shapes[s.in], p.shapes[s.out]
	in, out := values[s.in][:images*from.Size()], values[s.out][:images*to.Size()]
	var other []float32
	if s.other >= 0 {
		other = values[s.other][:images*p.shapes[s.other].Size()]
	}
	switch s.op {
	case Conv:
		if other != nil {
			copy(out, other)
			s.conv.ForwardAdd(out, in, s.bias, images, s.relu)
		} else {
			s.conv.Forward(out, in, s.bias, images, s.relu)
		}
	case Bias:
		kernel.Bias(out, in, s.bias, s.relu)
	case Norm:
		kernel.Affine(out, in, other, s.scale, s.bias, s.relu)
	case MaxPool:
		kernel.MaxPool(out, in, images, from.Rows, from.Columns, from.Channels)
	case Mean:
		kernel.Mean(out, in, images, from.Rows*from.Columns, from.Channels)
	case Upsample:
		kernel.Upsample(out, in, images, from.Rows, from.Columns, from.Channels)
	case Concat:
		channels, pixels := p.shapes[s.other].Channels, images*to.Rows*to.Columns
		kernel.CopyChannels(out, 0, to.Channels, in, 0, from.Channels, from.Channels, pixels)
		kernel.CopyChannels(out, from.Channels, to.Channels, other, 0, channels, channels, pixels)
	case Dense:
		kernel.Dots(out, in, s.weight, s.bias[0])
	}
}

// Layer is what layer i gave in the last Forward; nil for a convolution that is
// folded into what is behind it, and for most of [Plan.NewBatch].
func (r *Run) Layer(i int) []float32 { return r.values[i] }
