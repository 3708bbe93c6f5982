package arch

import (
	"fmt"
	"slices"

	"lightbox/model/kernel"
)

// Back carries the derivative of what a network gives back to one of its layers,
// along the steps of a plan. It is safe for concurrent use.
type Back struct {
	plan  *Plan
	layer int
	steps []backStep // from the last to the first
}

// backStep is a step of the plan, backward.
type backStep struct {
	*step
	conv *kernel.Convolution // with its weights turned
	// Whether the layer, or what is made of it, is the first or the second input:
	// other inputs need no gradient.
	in, other bool
}

// NewBack plans the way back to a layer: one that [Run.Layer] knows, and that
// the output is made of. Behind it all convolutions must take a multiple of
// kernel.Lanes channels. The error wraps [ErrBadNet].
func (p *Plan) NewBack(layer int) (*Back, error) {
	b := &Back{plan: p, layer: layer}
	reached := map[int]bool{layer: true}
	for i := range p.steps {
		s := backStep{step: &p.steps[i]}
		s.in, s.other = reached[s.step.in], reached[s.step.other]
		if s.out <= layer || !s.in && !s.other {
			continue
		}
		if s.op == Conv && s.in {
			from := p.shapes[s.step.in]
			if from.Channels%kernel.Lanes != 0 {
				return nil, fmt.Errorf("%w %s: no gradient of %d channels", ErrBadNet, p.net.Name, from.Channels)
			}
			var err error
			if s.conv, err = kernel.NewConvolution(s.step.conv.Conv, from.Rows, from.Columns); err != nil {
				return nil, err
			}
			s.conv.SetWeights(s.weight, true)
		}
		reached[s.out] = true
		b.steps = append(b.steps, s)
	}
	if !reached[len(p.shapes)-1] {
		return nil, fmt.Errorf("%w %s: its output is not made of layer %d", ErrBadNet, p.net.Name, layer)
	}
	slices.Reverse(b.steps)
	return b, nil
}

// Gradient is the derivative of the sum of what the network gave by each value
// that the layer had, in the last Forward of r on so many pictures: (images, rows,
// columns, channels). As pictures do not know of each other, that is the derivative
// of each picture's own logit.
func (b *Back) Gradient(r *Run, images int) []float32 {
	p := b.plan
	found := make([][]float32, len(p.shapes)) // gradients of layers
	last := len(p.shapes) - 1
	found[last] = make([]float32, images*p.shapes[last].Size())
	for i := range found[last] {
		found[last][i] = 1
	}
	// give adds what makes a gradient of layer i to what it has of it.
	give := func(i int, fill func(dx []float32)) {
		dx := make([]float32, images*p.shapes[i].Size())
		fill(dx)
		if found[i] == nil {
			found[i] = dx
			return
		}
		for k, v := range dx {
			found[i][k] += v
		}
	}
	for _, s := range b.steps {
		dy := found[s.out]
		found[s.out] = nil // nobody asks for it again
		if s.relu {
			kernel.RectifierGradient(dy, r.values[s.out][:len(dy)], dy, p.shapes[s.out].Channels)
		}
		if s.in {
			give(s.step.in, func(dx []float32) { b.carry(s, r, dx, dy, images) })
		}
		if s.other {
			give(s.step.other, func(dx []float32) { b.carryOther(s, dx, dy, images) })
		}
	}
	return found[b.layer]
}

// carry makes dx, the gradient of a step's first input, of dy behind its
// rectifier.
func (b *Back) carry(s backStep, r *Run, dx, dy []float32, images int) {
	from, to := b.plan.shapes[s.step.in], b.plan.shapes[s.out]
	switch s.op {
	case Conv:
		s.conv.BackwardInput(dx, dy, images)
	case Bias:
		copy(dx, dy)
	case Norm:
		kernel.Affine(dx, dy, nil, s.scale, make([]float32, len(s.scale)), false)
	case MaxPool:
		kernel.MaxPoolGradient(dx, r.values[s.step.in][:len(dx)], r.values[s.out][:len(dy)], dy, images, from.Rows, from.Columns, from.Channels)
	case Mean:
		kernel.MeanGradient(dx, dy, images, from.Rows*from.Columns, from.Channels)
	case Upsample:
		kernel.UpsampleGradient(dx, dy, images, from.Rows, from.Columns, from.Channels)
	case Concat:
		kernel.CopyChannels(dx, 0, from.Channels, dy, 0, to.Channels, from.Channels, images*to.Rows*to.Columns)
	case Dense:
		kernel.DotsInputGradient(dx, s.weight, dy)
	}
}

// carryOther makes that of the second input, which is added to the first, or
// whose channels come behind.
func (b *Back) carryOther(s backStep, dx, dy []float32, images int) {
	if s.op != Concat {
		copy(dx, dy)
		return
	}
	first, c, to := b.plan.shapes[s.step.in], b.plan.shapes[s.step.other].Channels, b.plan.shapes[s.out]
	kernel.CopyChannels(dx, 0, c, dy, first.Channels, to.Channels, c, images*to.Rows*to.Columns)
}
