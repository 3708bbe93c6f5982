package arch

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model/kernel"
	"lightbox/model/layer"
)

// Graph is a network in Gorgonia's graph for one size of batch. Its nodes hold
// the memory of the weights themselves.
type Graph struct {
	Input  *gorgonia.Node   // (batch, side, side, channels)
	Layers []*gorgonia.Node // as in the Net
	Output *gorgonia.Node   // the last of Layers
	Params gorgonia.Nodes   // of the learned tensors, in the order of Weights
	Norms  []*layer.Statistics
}

// Momentum of the running moments of normalisations.
const momentum = 0.1

// BuildGraph adds n with the weights w to g. Values of layers may be read only
// through gorgonia.Read, declared before a machine is made (Gorgonia issue 576).
// One graph serves one machine: the operators keep the memory of their results.
func BuildGraph(g *gorgonia.ExprGraph, n *Net, w Weights, batch int) (*Graph, error) {
	shapes, err := n.Shapes()
	if err != nil {
		return nil, err
	}
	out := &Graph{}
	next := 0
	param := func(suffix string, l Layer) *gorgonia.Node {
		t := w[next]
		next++
		if t.Name != l.Name+"."+suffix {
			err = fmt.Errorf("%w %s: the weights have %s where %s.%s belongs", ErrBadNet, n.Name, t.Name, l.Name, suffix)
		}
		node := gorgonia.NewTensor(g, tensor.Float32, len(t.Shape), gorgonia.WithName(t.Name), gorgonia.WithShape(t.Shape...),
			gorgonia.WithValue(tensor.New(tensor.WithShape(t.Shape...), tensor.WithBacking(t.Data))))
		out.Params = append(out.Params, node)
		return node
	}
	for i, l := range n.Layers {
		var node *gorgonia.Node
		in := func(k int) *gorgonia.Node { return out.Layers[l.In[k]] }
		switch l.Op {
		case Input:
			node = gorgonia.NewTensor(g, tensor.Float32, 4, gorgonia.WithName("input"), gorgonia.WithShape(batch, n.Side, n.Side, n.Channels))
			out.Input = node
		case Conv:
			node, err = layer.Conv(in(0), param("weight", l), l.Conv)
		case Bias:
			node, err = layer.Bias(in(0), param("bias", l), l.ReLU)
		case Norm:
			gamma, beta := param("gamma", l), param("beta", l)
			learned := &layer.Statistics{Moments: kernel.Moments{Mean: w[next].Data, Variance: w[next+1].Data}, Momentum: momentum}
			next += 2
			out.Norms = append(out.Norms, learned)
			var skip *gorgonia.Node
			if len(l.In) == 2 {
				skip = in(1)
			}
			node, err = layer.Norm(in(0), gamma, beta, skip, l.ReLU, learned)
		case MaxPool:
			node, err = layer.MaxPool(in(0))
		case Mean:
			node, err = layer.Mean(in(0))
		case Upsample:
			node, err = layer.Upsample(in(0))
		case Concat:
			node, err = layer.Concat(in(0), in(1))
		case Dense:
			node, err = layer.Dense(in(0), param("weight", l), param("bias", l))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: layer %d of %v: %w", n.Name, i, shapes[i], err)
		}
		out.Layers = append(out.Layers, node)
	}
	out.Output = out.Layers[len(out.Layers)-1]
	return out, nil
}

// SetTraining has normalisations learn from each batch, or not.
func (g *Graph) SetTraining(on bool) {
	for _, s := range g.Norms {
		s.Training = on
	}
}
