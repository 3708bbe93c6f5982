// Package ensemble reads pictures with several residual networks that were
// trained alike, each picture and its mirror image, and says which places of
// the picture made the answer.
package ensemble

import (
	"errors"
	"fmt"
	"image"
	"math"
	"slices"
	"sync"

	"lightbox/model/arch"
	"lightbox/model/explain"
	"lightbox/model/kernel"
	"lightbox/model/plane"
)

// Ensemble is networks of one description, arch.ResNet, of at least two blocks. It
// is safe for concurrent use.
type Ensemble struct {
	net       *arch.Net
	plans     []*arch.Plan
	gradients []*explain.Gradients
	runs      sync.Pool // of []*arch.Run
}

// explained is the layer whose places are shown: the first convolution of the
// second block, rectified. Farther back, the pointing game on films that a network
// had not seen finds disease less often, and behind the last map, which is not
// rectified, what a place knows of its neighbours counts there; the blocks before
// are more work for no more hits. The figures are in model/TESTLOG.md.
const explained = "block2.a.norm"

// New makes an ensemble of at least one network. Weights that do not fit give
// an error that wraps arch.ErrBadNet.
func New(net *arch.Net, members []arch.Weights) (*Ensemble, error) {
	if len(members) == 0 {
		return nil, errors.New("an ensemble of no networks")
	}
	mean := len(net.Layers) - 2
	layer := slices.IndexFunc(net.Layers, func(l arch.Layer) bool { return l.Op == arch.Norm && l.Name == explained })
	if mean < 0 || net.Layers[mean].Op != arch.Mean || layer < 0 {
		return nil, fmt.Errorf("%w %s: no residual network of two blocks", arch.ErrBadNet, net.Name)
	}
	e := &Ensemble{net: net}
	for i, w := range members {
		plan, err := arch.NewPlan(net, w)
		if err != nil {
			return nil, fmt.Errorf("network %d of the ensemble: %w", i+1, err)
		}
		g, err := explain.NewGradients(plan, layer)
		if err != nil {
			return nil, fmt.Errorf("network %d of the ensemble: %w", i+1, err)
		}
		e.plans, e.gradients = append(e.plans, plan), append(e.gradients, g)
	}
	return e, nil
}

// Members is the number of networks.
func (e *Ensemble) Members() int { return len(e.plans) }

// Side is the side in pixels of the pictures that the networks see.
func (e *Ensemble) Side() int { return e.net.Side }

// Span is the part of the picture that the places of a map of influence lie over, in parts
// of its side; it can reach beyond.
func (e *Ensemble) Span() (left, top, right, bottom float64) { return e.gradients[0].Span() }

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
}

// Read reads a picture, Side squared values, as the networks see it.
func (e *Ensemble) Read(picture plane.Plane) Answer {
	runs := e.take()
	defer e.runs.Put(&runs)
	return e.read(runs, picture)
}

func (e *Ensemble) read(runs []*arch.Run, picture plane.Plane) Answer {
	pair := e.pair(picture)
	a := Answer{Logits: make([][2]float64, len(runs))}
	kernel.Parallel(len(runs), func(from, to int) {
		for i := from; i < to; i++ {
			z := runs[i].Forward(pair, views)
			a.Logits[i] = [2]float64{float64(z[0]), float64(z[1])}
		}
	})
	var sum, squares float64
	for _, pair := range a.Logits {
		for _, v := range pair {
			sum += v
			squares += v * v
		}
	}
	n := float64(views * len(runs))
	a.Logit = sum / n
	a.Spread = math.Sqrt(math.Max(squares/n-a.Logit*a.Logit, 0))
	mean := runs[0].Layer(len(e.net.Layers) - 2)
	a.Features = slices.Clone(mean[:len(mean)/views])
	return a
}

// Explain is Read with the influence of each place on Answer.Logit, in nats: the mean
// over networks and views of what explain.Gradients finds. Its places lie over Span.
func (e *Ensemble) Explain(picture plane.Plane) (Answer, plane.Plane) {
	runs := e.take()
	defer e.runs.Put(&runs)
	a := e.read(runs, picture)
	maps := make([]plane.Plane, len(runs))
	kernel.Parallel(len(runs), func(from, to int) {
		for i := from; i < to; i++ {
			maps[i] = e.gradients[i].Map(runs[i], views)
		}
	})
	m := plane.New(maps[0].Rows, maps[0].Columns)
	for _, one := range maps {
		for i, v := range one.Pix {
			m.Pix[i] += v / float32(len(maps))
		}
	}
	return a, m
}

// views are what each network reads: a picture and its mirror image.
const views = 2

// pair is a picture and its mirror image.
func (e *Ensemble) pair(picture plane.Plane) []float32 {
	side := e.net.Side
	pair := make([]float32, views*side*side)
	copy(pair, picture.Pix)
	picture.Warp(pair[side*side:], side, side, plane.Mirror(), false)
	return pair
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
		runs = append(runs, p.NewRun(views))
	}
	return runs
}
