// Package fit trains the networks of package arch in Gorgonia's graph, and keeps
// what it takes to go on after an interruption in a file.
package fit

import (
	"errors"
	"fmt"
	"math"

	// Gorgonia refuses to start on Go versions this module does not vouch for.
	_ "go4.org/unsafe/assume-no-moving-gc"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model"
	"lightbox/model/arch"
)

// ErrDiverged marks a step whose loss is no number.
var ErrDiverged = errors.New("training diverged")

// Trainer changes the weights of one network, batch by batch. It serves one
// goroutine; Input, Target and Weight are filled before each Step.
type Trainer struct {
	Input  []float32 // (batch, side, side, channels)
	Target []float32 // of each output, 0 … 1
	Weight []float32 // of each output in the loss; their sum is divided by Scale
	Scale  float32   // what the weighted losses are divided by, most often the batch
	// Epsilon is what keeps Adam from dividing by zero; 1e-8 unless it is changed.
	Epsilon float64

	net     *arch.Net
	weights arch.Weights
	graph   *arch.Graph
	vm      gorgonia.VM
	scaled  []float32 // Weight divided by Scale
	loss    gorgonia.Value
	output  gorgonia.Value
	adam    adam
}

// New prepares training of w, which it changes in place.
func New(n *arch.Net, w arch.Weights, batch int) (*Trainer, error) {
	shapes, err := n.Shapes()
	if err != nil {
		return nil, err
	}
	outputs := batch * shapes[len(shapes)-1].Size()
	t := &Trainer{
		Input:  make([]float32, batch*shapes[0].Size()),
		Target: make([]float32, outputs), Weight: make([]float32, outputs), Scale: float32(batch),
		Epsilon: epsilon, net: n, weights: w, scaled: make([]float32, outputs), adam: newAdam(w),
	}
	return model.Building(func() (*Trainer, error) {
		g := gorgonia.NewGraph()
		if t.graph, err = arch.BuildGraph(g, n, w, batch); err != nil {
			return nil, err
		}
		t.graph.SetTraining(true)
		loss, err := t.crossEntropy(g)
		if err != nil {
			return nil, fmt.Errorf("fit: cannot build the loss of %s: %w", n.Name, err)
		}
		if _, err := gorgonia.Grad(loss, t.graph.Params...); err != nil {
			return nil, fmt.Errorf("fit: cannot derive the gradients of %s: %w", n.Name, err)
		}
		if err := gorgonia.Let(t.graph.Input, tensor.New(tensor.WithShape(t.graph.Input.Shape()...), tensor.WithBacking(t.Input))); err != nil {
			return nil, err
		}
		t.vm = gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(t.graph.Params...))
		return t, nil
	})
}

// crossEntropy is the binary cross-entropy on logits,
//
//	Σ weight·(softplus(z) − target·z),
//
// which stays finite for every z.
func (t *Trainer) crossEntropy(g *gorgonia.ExprGraph) (*gorgonia.Node, error) {
	vector := func(name string, data []float32) *gorgonia.Node {
		return gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(len(data)), gorgonia.WithName(name),
			gorgonia.WithValue(tensor.New(tensor.WithShape(len(data)), tensor.WithBacking(data))))
	}
	z := t.graph.Output
	gorgonia.Read(z, &t.output)
	soft, err := gorgonia.Softplus(z)
	if err != nil {
		return nil, err
	}
	product, err := gorgonia.HadamardProd(vector("target", t.Target), z)
	if err != nil {
		return nil, err
	}
	each, err := gorgonia.Sub(soft, product)
	if err != nil {
		return nil, err
	}
	weighted, err := gorgonia.HadamardProd(each, vector("weight", t.scaled))
	if err != nil {
		return nil, err
	}
	loss, err := gorgonia.Sum(weighted)
	if err != nil {
		return nil, err
	}
	gorgonia.Read(loss, &t.loss)
	return loss, nil
}

// Step runs one batch forward and back, changes the weights, and returns the
// loss before. A loss that is no number wraps [ErrDiverged] and leaves all that
// gradients train as it was; running moments of normalisations have taken the
// batch in.
func (t *Trainer) Step(rate, decay float64) (float64, error) {
	for i, w := range t.Weight {
		t.scaled[i] = w / t.Scale
	}
	if err := t.vm.RunAll(); err != nil {
		return 0, fmt.Errorf("fit: a step of %s failed: %w", t.net.Name, err)
	}
	defer t.vm.Reset()
	gradients, err := t.gradients()
	if err != nil {
		return 0, err
	}
	defer func() {
		for _, g := range gradients {
			clear(g) // the machine adds to it
		}
	}()
	value, ok := t.loss.Data().(float32)
	loss := float64(value)
	if !ok || math.IsNaN(loss) || math.IsInf(loss, 0) {
		return 0, fmt.Errorf("fit: %w: the loss of %s is %v", ErrDiverged, t.net.Name, t.loss)
	}
	t.adam.step(t.weights, gradients, rate, decay, t.Epsilon)
	return loss, nil
}

// gradients are those of the learned tensors.
func (t *Trainer) gradients() ([][]float32, error) {
	all := make([][]float32, 0, len(t.graph.Params))
	for _, p := range t.graph.Params {
		v, err := p.Grad()
		if err != nil {
			return nil, fmt.Errorf("fit: %s has no gradient: %w", p.Name(), err)
		}
		g, ok := v.Data().([]float32)
		if !ok {
			return nil, fmt.Errorf("fit: the gradient of %s is %T", p.Name(), v.Data())
		}
		all = append(all, g)
	}
	return all, nil
}

// Output is what the last Step made of its batch before it changed the weights.
func (t *Trainer) Output() []float32 {
	z, _ := t.output.Data().([]float32)
	return z
}

// Close gives the memory back.
func (t *Trainer) Close() { _ = t.vm.Close() }
