package explain

import (
	"fmt"

	"lightbox/model/arch"
	"lightbox/model/plane"
)

// Gradients tells which places of a layer make a network's logit: the derivative
// of the logit by each value there, times what that value is more than on an even
// picture, one of zeros only. The sum over channels is what the logit would fall,
// to first order, if the place were as on an even picture: in nats, positive where
// it speaks for the finding. It is safe for concurrent use.
//
// That is Grad-CAM (Selvaraju et al., ICCV 2017) with the gradient of each place
// instead of the mean over all, as in HiResCAM (Draelos and Carin,
// arXiv:2011.08891), and with a reference, as in DeepLIFT (Shrikumar et al., ICML
// 2017): without it, what biases and borders make everywhere counts as well.
type Gradients struct {
	back  *arch.Back
	net   *arch.Net
	layer int
	shape arch.Shape
	even  []float32 // what the layer has on an even picture
}

// NewGradients prepares for a layer that p.Layer knows and whose places have a
// grid; the error wraps arch.ErrBadNet.
func NewGradients(p *arch.Plan, layer int) (*Gradients, error) {
	g := &Gradients{net: p.Net(), layer: layer}
	shapes, err := g.net.Shapes()
	if err != nil {
		return nil, err
	}
	if _, ok := g.net.Grid(layer); !ok {
		return nil, fmt.Errorf("%w %s: layer %d has no grid", arch.ErrBadNet, g.net.Name, layer)
	}
	if g.back, err = p.NewBack(layer); err != nil {
		return nil, err
	}
	g.shape = shapes[layer]
	run := p.NewRun(1)
	run.Forward(make([]float32, shapes[0].Size()), 1)
	g.even = run.Layer(layer)
	return g, nil
}

// Span is the part of the picture that the places of a map lie over, in parts of
// its side; it can reach beyond. Mean values of a picture and of its mirror image
// lie symmetrically.
func (g *Gradients) Span() (left, top, right, bottom float64) {
	grid, _ := g.net.Grid(g.layer)
	low, high := grid.Span(g.shape.Rows, g.net.Side)
	left = (low + 1 - high) / 2
	return left, low, 1 - left, high
}

// smoothed is how far a map is smoothed, in places: layers of stride 2 see some
// places more often than others, which draws a pattern of checks.
const smoothed = 1

// Map is the influence of each place in what r read last: the picture, and with
// two views its mirror image, as a mean of both.
func (g *Gradients) Map(r *arch.Run, views int) plane.Plane {
	s := g.shape
	m := plane.New(s.Rows, s.Columns)
	slopes, values := g.back.Gradient(r, views), r.Layer(g.layer)
	for view := range views {
		for at := range len(m.Pix) {
			var sum float32
			from := (view*len(m.Pix) + at) * s.Channels
			for c, even := range g.even[at*s.Channels:][:s.Channels] {
				sum += slopes[from+c] * (values[from+c] - even)
			}
			to := at
			if view == 1 {
				to = at/s.Columns*s.Columns + s.Columns - 1 - at%s.Columns
			}
			m.Pix[to] += sum / float32(views)
		}
	}
	m.Blur(smoothed)
	return m
}
