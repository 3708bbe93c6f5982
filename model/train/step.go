package train

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model"
)

// lossGraph is the network with its loss and gradients for one batch size.
type lossGraph struct {
	g      *gorgonia.ExprGraph
	net    *model.Graph
	target *gorgonia.Node // (batch), 0..1
	loss   gorgonia.Value // scalar, valid after a run
}

// buildLoss adds to the network the binary cross-entropy on logits,
//
//	mean(softplus(z) - y·z),
//
// which equals -mean(y·log σ(z) + (1-y)·log(1-σ(z))) but stays finite for
// every z: softplus is evaluated as log1p(exp(z)), and as z where exp would
// overflow. Gradients for all parameters are part of the graph.
func buildLoss(dt tensor.Dtype, batch int) (*lossGraph, error) {
	l := &lossGraph{g: gorgonia.NewGraph()}
	var err error
	if l.net, err = model.BuildGraph(l.g, dt, batch); err != nil {
		return nil, err
	}
	l.target = gorgonia.NewVector(l.g, dt, gorgonia.WithName("target"), gorgonia.WithShape(batch))
	loss, err := crossEntropy(l.net.Logits, l.target)
	if err != nil {
		return nil, fmt.Errorf("train: cannot build the loss: %w", err)
	}
	gorgonia.Read(loss, &l.loss)
	if _, err := gorgonia.Grad(loss, l.net.Params...); err != nil {
		return nil, fmt.Errorf("train: cannot derive the gradients: %w", err)
	}
	return l, nil
}

func crossEntropy(z, y *gorgonia.Node) (*gorgonia.Node, error) {
	soft, err := gorgonia.Softplus(z)
	if err != nil {
		return nil, err
	}
	product, err := gorgonia.HadamardProd(y, z)
	if err != nil {
		return nil, err
	}
	each, err := gorgonia.Sub(soft, product)
	if err != nil {
		return nil, err
	}
	return gorgonia.Mean(each)
}

// stepper trains one network in place, one batch at a time.
type stepper struct {
	graph  *lossGraph
	vm     gorgonia.VM
	solver gorgonia.Solver
	batch  int
	input  []float32 // batch × 784, filled by the caller before each step
	target []float32 // batch
}

// newStepper binds net's slices to the graph: a step changes them directly.
func newStepper(net *model.Network, batch int) (*stepper, error) {
	graph, err := buildLoss(tensor.Float32, batch)
	if err != nil {
		return nil, err
	}
	s := &stepper{
		graph:  graph,
		batch:  batch,
		input:  make([]float32, batch*pixels),
		target: make([]float32, batch),
	}
	for i, t := range net.Tensors() {
		value := tensor.New(tensor.WithShape(model.ParamShape(t)...), tensor.WithBacking(t.Data))
		if err := gorgonia.Let(graph.net.Params[i], value); err != nil {
			return nil, fmt.Errorf("train: cannot bind %s: %w", t.Name, err)
		}
	}
	input := tensor.New(tensor.WithShape(batch, 1, side, side), tensor.WithBacking(s.input))
	if err := gorgonia.Let(graph.net.Input, input); err != nil {
		return nil, fmt.Errorf("train: cannot bind the input: %w", err)
	}
	target := tensor.New(tensor.WithShape(batch), tensor.WithBacking(s.target))
	if err := gorgonia.Let(graph.target, target); err != nil {
		return nil, fmt.Errorf("train: cannot bind the labels: %w", err)
	}
	s.vm = gorgonia.NewTapeMachine(graph.g, gorgonia.BindDualValues(graph.net.Params...))
	return s, nil
}

// setRate starts a new Adam with this learning rate and moments at zero.
// The batch option stays at 1: with it Adam would divide by the batch size a
// second time, after the mean in the loss.
// Source: Kingma and Ba, ICLR 2015, algorithm 1; epsilon 1e-7 as in Keras.
func (s *stepper) setRate(rate float64) {
	s.solver = gorgonia.NewAdamSolver(
		gorgonia.WithLearnRate(rate),
		gorgonia.WithBeta1(0.9),
		gorgonia.WithBeta2(0.999),
		gorgonia.WithEps(1e-7),
	)
}

// step runs one batch forward and back, updates the weights, and returns the
// batch's mean loss.
func (s *stepper) step() (float64, error) {
	if err := s.vm.RunAll(); err != nil {
		return 0, fmt.Errorf("train: step failed: %w", err)
	}
	loss, err := scalar(s.graph.loss)
	if err != nil {
		return 0, err
	}
	if err := s.solver.Step(gorgonia.NodesToValueGrads(s.graph.net.Params)); err != nil {
		return 0, fmt.Errorf("train: weight update failed: %w", err)
	}
	s.vm.Reset()
	return loss, nil
}

func (s *stepper) close() { _ = s.vm.Close() }

func scalar(v gorgonia.Value) (float64, error) {
	if v != nil {
		switch x := v.Data().(type) {
		case float32:
			return float64(x), nil
		case float64:
			return x, nil
		}
	}
	return 0, fmt.Errorf("train: the loss is %T, not a number", v)
}
