package arch

import (
	"fmt"
	"image"

	"lightbox/model/kernel"
)

// Patches reads pictures that differ from one picture in a square only: in every
// layer it computes anew what can have changed and takes the rest from the picture
// itself. That is exact but for rounding, and several times faster. It has one
// user at a time.
type Patches struct {
	base    *Run // of the picture
	steps   []patchStep
	size    int // of the squares, in pixels
	windows []window
}

// window is the part of a layer that can have changed, of every picture of a
// batch: square, and equally large in all, so that they are convolved together.
type window struct {
	side, channels int // side is 0 for what is never asked for
	at             []image.Point
	values         []float32 // (picture, row, column, channel)
}

// patchStep is a step of the plan on windows.
type patchStep struct {
	*step
	conv  *kernel.Convolution // without padding, from a patch to a window
	patch []float32           // what it reads
	side  int                 // of the patch
	whole []float32           // what other operators read
}

// NewPatches plans for squares of size pixels and up to images pictures at a time.
// Only networks of convolutions, with sums of two, a mean and a logit can be read
// in this way: [ResNet].
func (p *Plan) NewPatches(size, images int) (*Patches, error) {
	q := &Patches{base: p.NewRun(1), size: min(size, p.net.Side), windows: make([]window, len(p.shapes))}
	for i := range p.steps {
		s := patchStep{step: &p.steps[i]}
		from, to := p.shapes[s.in], p.shapes[s.out]
		w := window{side: to.Rows, channels: to.Channels, at: make([]image.Point, images)}
		switch s.op {
		case Conv:
			c := s.step.conv.Conv
			changed := q.windows[s.in].side
			if s.in == 0 {
				changed = q.size
			}
			w.side = min((changed+c.Kernel-2)/c.Stride+1, to.Rows)
			s.side = (w.side-1)*c.Stride + c.Kernel
			c.Pad = 0
			var err error
			if s.conv, err = kernel.NewConvolution(c, s.side, s.side); err != nil {
				return nil, err
			}
			s.conv.SetWeights(s.weight, false)
			s.patch = make([]float32, images*s.side*s.side*from.Channels)
		case Mean, Dense:
			s.whole = make([]float32, images*from.Size())
		default:
			return nil, fmt.Errorf("%w %s: no patches of a %s", ErrBadNet, p.net.Name, s.op)
		}
		w.values = make([]float32, images*w.side*w.side*w.channels)
		q.windows[s.out], q.steps = w, append(q.steps, s)
	}
	q.windows[0] = window{side: p.net.Side, channels: p.net.Channels, at: make([]image.Point, images)}
	return q, nil
}

// Base reads the picture that others will be compared with.
func (q *Patches) Base(picture []float32) []float32 { return q.base.Forward(picture, 1) }

// Forward reads pictures like [Run.Forward]: each is that of Base but for a square,
// whose upper left corner is at; it may lie outside the picture in part.
func (q *Patches) Forward(pictures []float32, at []image.Point) []float32 {
	q.windows[0].values = pictures
	images := len(at)
	for i := range q.steps {
		s := &q.steps[i]
		w := &q.windows[s.out]
		out := w.values[:images*w.side*w.side*w.channels]
		switch s.op {
		case Conv:
			q.place(s, at)
			kernel.Parallel(images, func(from, to int) {
				for n := from; n < to; n++ {
					q.gather(s.patch, n, s.in, s.corner(w.at[n]), s.side)
					if s.other >= 0 {
						q.gather(out, n, s.other, w.at[n], w.side)
					}
				}
			})
			if s.other >= 0 {
				s.conv.ForwardAdd(out, s.patch, s.bias, images, s.relu)
			} else {
				s.conv.Forward(out, s.patch, s.bias, images, s.relu)
			}
		default:
			from := q.base.plan.shapes[s.in]
			for n := range images {
				q.gather(s.whole, n, s.in, image.Point{}, from.Rows)
			}
			if s.op == Mean {
				kernel.Mean(out, s.whole, images, from.Rows*from.Columns, from.Channels)
			} else {
				kernel.Dots(out, s.whole[:images*from.Size()], s.weight, s.bias[0])
			}
		}
	}
	last := q.windows[len(q.windows)-1]
	return last.values[:images*last.side*last.side*last.channels]
}

// place finds where the windows of a convolution lie: at the first place that can
// have changed, or as far towards it as the layer goes.
func (q *Patches) place(s *patchStep, squares []image.Point) {
	c := s.step.conv.Conv
	from, to := &q.windows[s.in], &q.windows[s.out]
	most := q.base.plan.shapes[s.out].Rows - to.side
	first := func(changed int) int {
		v := changed + c.Pad - c.Kernel + 1
		return min(max((v+c.Stride-1)/c.Stride, 0), most) // rounded up where it matters: v ≥ 0
	}
	for n := range squares {
		changed := from.at[n]
		if s.in == 0 {
			limit := q.base.plan.net.Side - q.size
			changed = image.Pt(min(max(squares[n].X, 0), limit), min(max(squares[n].Y, 0), limit))
		}
		to.at[n] = image.Pt(first(changed.X), first(changed.Y))
	}
}

// corner is that of the patch that a window at p is convolved from.
func (s *patchStep) corner(p image.Point) image.Point {
	c := s.step.conv.Conv
	return image.Pt(p.X*c.Stride-c.Pad, p.Y*c.Stride-c.Pad)
}

// gather copies a square of a layer of picture n, which may reach beyond it, from
// its window and, around that, from the base.
func (q *Patches) gather(dst []float32, n, layer int, corner image.Point, side int) {
	w, base := &q.windows[layer], q.base.values[layer]
	shape := q.base.plan.shapes[layer]
	c := shape.Channels
	dst = dst[n*side*side*c : (n+1)*side*side*c]
	own := w.values[n*w.side*w.side*c:]
	left, right := max(-corner.X, 0), min(side, shape.Columns-corner.X) // columns of dst inside the layer
	for y := range side {
		line, row := dst[y*side*c:(y+1)*side*c], corner.Y+y
		if row < 0 || row >= shape.Rows {
			clear(line)
			continue
		}
		clear(line[:left*c])
		clear(line[right*c:])
		copy(line[left*c:right*c], base[(row*shape.Columns+corner.X+left)*c:])
		if at := row - w.at[n].Y; at >= 0 && at < w.side {
			from, to := max(left, w.at[n].X-corner.X), min(right, w.at[n].X+w.side-corner.X)
			if from < to {
				copy(line[from*c:to*c], own[(at*w.side+corner.X+from-w.at[n].X)*c:])
			}
		}
	}
}
