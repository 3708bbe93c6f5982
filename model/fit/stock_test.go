package fit

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model"
)

// lossGraph is source-28 with its loss and gradients by Gorgonia's own operators
// for one batch size: what the trainer is compared with.
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
		return nil, fmt.Errorf("cannot build the loss: %w", err)
	}
	gorgonia.Read(loss, &l.loss)
	if _, err := gorgonia.Grad(loss, l.net.Params...); err != nil {
		return nil, fmt.Errorf("cannot derive the gradients: %w", err)
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

func scalar(v gorgonia.Value) (float64, error) {
	if v != nil {
		switch x := v.Data().(type) {
		case float32:
			return float64(x), nil
		case float64:
			return x, nil
		}
	}
	return 0, fmt.Errorf("the loss is %T, not a number", v)
}
