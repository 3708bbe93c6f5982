// Package ensemble reads pictures with several residual networks that were
// trained alike, each picture and its mirror image, and says which places of
// the picture made the answer.
package ensemble

import (
	"errors"
	"fmt"
	"image"
	"math"
	"sync"

	"lightbox/model/arch"
	"lightbox/model/kernel"
	"lightbox/model/plane"
)

// Ensemble is networks of one description, whose last layers are a map, its mean
// over places and a weighted sum of that: arch.ResNet. It is safe for concurrent
// use.
type Ensemble struct {
	net   *arch.Net
	plans []*arch.Plan
	heads [][]float32 // the weights that make the logit of the last map
	runs  sync.Pool   // of []*arch.Run
}

// New makes an ensemble of at least one network. Weights that do not fit give
// an error that wraps arch.ErrBadNet.
func New(net *arch.Net, members []arch.Weights) (*Ensemble, error) {
	if len(members) == 0 {
		return nil, errors.New("an ensemble of no networks")
	}
	last := len(net.Layers) - 1
	if last < 2 || net.Layers[last].Op != arch.Dense || net.Layers[last-1].Op != arch.Mean || net.Layers[last].In[0] != last-1 {
		return nil, fmt.Errorf("%w %s: no mean before its logit", arch.ErrBadNet, net.Name)
	}
	e := &Ensemble{net: net}
	name := net.Layers[last].Name
	for i, w := range members {
		plan, err := arch.NewPlan(net, w)
		if err != nil {
			return nil, fmt.Errorf("network %d of the ensemble: %w", i+1, err)
		}
		e.plans = append(e.plans, plan)
		e.heads = append(e.heads, append([]float32(nil), w.Get(name+".weight")...))
	}
	return e, nil
}

// Members is the number of networks.
func (e *Ensemble) Members() int { return len(e.plans) }

// Side is the side in pixels of the pictures that the networks see.
func (e *Ensemble) Side() int { return e.net.Side }

// lastMap is the place of the map before the mean.
func (e *Ensemble) lastMap() int { return e.net.Layers[len(e.net.Layers)-2].In[0] }

// Span is the part of the picture that the places of Answer.Map lie over, in parts
// of its side; it can reach beyond. Mean values of a picture and of its mirror
// image lie symmetrically.
func (e *Ensemble) Span() (left, top, right, bottom float64) {
	shapes, err := e.net.Shapes()
	g, ok := e.net.Grid(e.lastMap())
	if err != nil || !ok {
		return 0, 0, 1, 1 // not for networks that New takes
	}
	low, high := g.Span(shapes[e.lastMap()].Rows, e.net.Side)
	left = (low + 1 - high) / 2
	return left, low, 1 - left, high
}

// Answer is what the ensemble makes of a picture.
type Answer struct {
	// Logit is the mean over networks and views.
	Logit float64
	// Spread is the standard deviation of Logits.
	Spread float64
	// Logits are those of each network on the picture and on its mirror image.
	Logits [][2]float64
	// Features are the mean over places of the first network's last map, of the
	// picture: what tells how like another picture this one is.
	Features []float32
	// Map is the influence of each place on Logit, in nats: its sum, and the mean
	// of the networks' biases, are Logit. Its places lie over Ensemble.Span.
	Map plane.Plane
}

// Read reads a picture, Side squared values, as the networks see it.
func (e *Ensemble) Read(picture plane.Plane) Answer {
	side := e.net.Side
	pair := make([]float32, 2*side*side)
	copy(pair, picture.Pix)
	mirrored := plane.Plane{Rows: side, Columns: side, Pix: pair[side*side:]}
	picture.Warp(mirrored.Pix, side, side, plane.Mirror(), false)
	runs := e.take()
	defer e.runs.Put(&runs)
	a := Answer{Logits: make([][2]float64, len(runs))}
	kernel.Parallel(len(runs), func(from, to int) {
		for i := from; i < to; i++ {
			z := runs[i].Forward(pair, 2)
			a.Logits[i] = [2]float64{float64(z[0]), float64(z[1])}
		}
	})
	var sum, squares float64
	for i, run := range runs {
		for _, v := range a.Logits[i] {
			sum += v
			squares += v * v
		}
		a.add(run.Layer(e.lastMap()), e.heads[i], i == 0)
	}
	views := float64(2 * len(runs))
	a.Logit = sum / views
	a.Spread = math.Sqrt(math.Max(squares/views-a.Logit*a.Logit, 0))
	for i := range a.Map.Pix {
		a.Map.Pix[i] /= float32(views)
	}
	return a
}

// Squares reads pictures that differ from one in a square of size pixels only, up
// to most at a time, without their mirror images: the mean over the networks for
// each. at are the squares' upper left corners. What is returned has one user.
func (e *Ensemble) Squares(picture plane.Plane, size, most int) (func(pictures []float32, at []image.Point) ([]float64, error), error) {
	patches := make([]*arch.Patches, len(e.plans))
	for i, p := range e.plans {
		var err error
		if patches[i], err = p.NewPatches(size, most); err != nil {
			return nil, err
		}
		patches[i].Base(picture.Pix)
	}
	return func(pictures []float32, at []image.Point) ([]float64, error) {
		out := make([]float64, len(at))
		for _, p := range patches {
			for i, z := range p.Forward(pictures, at) {
				out[i] += float64(z) / float64(len(patches))
			}
		}
		return out, nil
	}, nil
}

// take gives each network memory of its own for the two views.
func (e *Ensemble) take() []*arch.Run {
	if runs, ok := e.runs.Get().(*[]*arch.Run); ok {
		return *runs
	}
	var runs []*arch.Run
	for _, p := range e.plans {
		runs = append(runs, p.NewRun(2))
	}
	return runs
}

// add adds one network's last maps of both views to the map of influence:
// behind a mean over places and a weighted sum of channels, Grad-CAM is that
// weighted sum at each place (Zhou et al., CVPR 2016; Selvaraju et al., ICCV
// 2017, section 3.1), turned back for the mirror image.
func (a *Answer) add(maps, head []float32, first bool) {
	c := len(head)
	side := int(math.Sqrt(float64(len(maps) / 2 / c)))
	places := side * side
	if first {
		a.Map = plane.New(side, side)
		a.Features = make([]float32, c)
	}
	for view := range 2 {
		for p := range places {
			at := maps[(view*places+p)*c:][:c]
			var sum float32
			for i, v := range at {
				sum += v * head[i]
				if first && view == 0 {
					a.Features[i] += v / float32(places)
				}
			}
			to := p
			if view == 1 {
				to = p/side*side + side - 1 - p%side
			}
			a.Map.Pix[to] += sum / float32(places)
		}
	}
}
