package model

import (
	"fmt"
	"sync"

	// Gorgonia refuses to start on Go versions this module does not vouch for.
	_ "go4.org/unsafe/assume-no-moving-gc"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Graph is the network as Gorgonia nodes for one batch size, by Gorgonia's own
// operators: what the faster ways to run and train it are compared with.
//
// Values of inner nodes may be read only through gorgonia.Read declared
// before the machine is made: after a run node.Value() can show the memory of
// another node (Gorgonia issue 576).
type Graph struct {
	Input  *gorgonia.Node // (batch, 1, 28, 28), prepared pixels
	Params gorgonia.Nodes // in the order of [Network.Tensors]
	Conv1  *gorgonia.Node // (batch, 32, 26, 26), after ReLU
	Conv2  *gorgonia.Node // (batch, 64, 11, 11), after ReLU
	Logits *gorgonia.Node // (batch)
	Batch  int
}

// building admits one maker of graphs at a time.
var building sync.Mutex

// Building makes or compiles a Gorgonia graph while no other goroutine does:
// Gorgonia numbers what it builds by a global counter without a lock
// (internal/encoding.NewGroup). Compiled machines run without it.
func Building[T any](f func() (T, error)) (T, error) {
	building.Lock()
	defer building.Unlock()
	return f()
}

// BuildGraph adds the network to g for a fixed batch size in the given
// floating-point type (tensor.Float32, or tensor.Float64 for checking
// gradients). Parameter nodes carry no values yet.
func BuildGraph(g *gorgonia.ExprGraph, dt tensor.Dtype, batch int) (*Graph, error) {
	if batch < 1 {
		return nil, fmt.Errorf("model: batch size %d, at least 1 is needed", batch)
	}
	b := &builder{}
	out := &Graph{Batch: batch}
	out.Input = gorgonia.NewTensor(g, dt, 4, gorgonia.WithName("input"),
		gorgonia.WithShape(batch, 1, InputSize, InputSize))
	for _, t := range (&Network{}).Tensors() {
		shape := ParamShape(t)
		out.Params = append(out.Params, gorgonia.NewTensor(g, dt, len(shape),
			gorgonia.WithName(t.Name), gorgonia.WithShape(shape...)))
	}
	p := out.Params

	out.Conv1 = b.convolve(out.Input, p[0], p[1])
	x := b.pool(out.Conv1)
	out.Conv2 = b.convolve(x, p[2], p[3])
	x = b.pool(out.Conv2)
	x = b.reshape(x, batch, flatSize)
	x = b.relu(b.dense(x, p[4], p[5]))
	x = b.dense(x, p[6], p[7])
	out.Logits = b.reshape(x, batch)
	if b.err != nil {
		return nil, fmt.Errorf("model: cannot build the network for batch size %d: %w", batch, b.err)
	}
	return out, nil
}

// ParamShape is the shape a parameter has as a node: biases are rows, which is
// what the broadcast over samples and positions wants.
func ParamShape(t Tensor) []int {
	if len(t.Shape) == 1 {
		return []int{1, t.Shape[0]}
	}
	return t.Shape
}

// builder keeps the first error so that the network above reads as a list of
// layers.
type builder struct{ err error }

func (b *builder) keep(n *gorgonia.Node, err error) *gorgonia.Node {
	if b.err == nil && err != nil {
		b.err = err
	}
	if b.err != nil {
		return nil
	}
	return n
}

func (b *builder) reshape(x *gorgonia.Node, shape ...int) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	return b.keep(gorgonia.Reshape(x, shape))
}

func (b *builder) relu(x *gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	return b.keep(gorgonia.Rectify(x))
}

func (b *builder) pool(x *gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	return b.keep(gorgonia.MaxPool2D(x, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
}

func (b *builder) dense(x, weight, bias *gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	y := b.keep(gorgonia.Mul(x, weight))
	if b.err != nil {
		return nil
	}
	return b.keep(gorgonia.BroadcastAdd(y, bias, nil, []byte{0}))
}

// convolve is a 3×3 convolution without padding, plus bias, then ReLU. It is
// written as the matrix product that gorgonia.Conv2d makes of it, with bias
// and ReLU applied to the (positions × channels) matrix before the axes are
// put back: there the bias is one broadcast row instead of three repeats.
func (b *builder) convolve(x, weight, bias *gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	batch, side := x.Shape()[0], x.Shape()[2]-kernelSize+1
	out, in := weight.Shape()[0], weight.Shape()[1]
	columns := b.keep(gorgonia.Im2Col(x, tensor.Shape{kernelSize, kernelSize},
		[]int{0, 0}, []int{1, 1}, []int{1, 1}))
	patches := b.reshape(columns, batch*side*side, in*kernelSize*kernelSize)
	filters := b.reshape(weight, out, in*kernelSize*kernelSize)
	if b.err != nil {
		return nil
	}
	filters = b.keep(gorgonia.Transpose(filters, 1, 0))
	y := b.relu(b.dense(patches, filters, bias))
	y = b.reshape(y, batch, side, side, out)
	if b.err != nil {
		return nil
	}
	return b.keep(gorgonia.Transpose(y, 0, 3, 1, 2))
}
