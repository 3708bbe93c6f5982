package onnx

import (
	"fmt"
	"math"

	_ "go4.org/unsafe/assume-no-moving-gc"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/layer"
)

// stock is a network written with Gorgonia's own operators alone, as its
// documentation would have it, but for those that are wrong in the version that
// we use: AveragePool2D, and Mean over two axes.
type stock struct {
	vm     gorgonia.VM
	input  []float32 // channels first
	output gorgonia.Value
}

func newStock(n *arch.Net, w arch.Weights, batch int) (*stock, error) {
	shapes, err := n.Shapes()
	if err != nil {
		return nil, err
	}
	return model.Building(func() (*stock, error) {
		s := &stock{input: make([]float32, batch*shapes[0].Size())}
		b := &stockBuilder{g: gorgonia.NewGraph(), weights: w, batch: batch}
		values := make([]*gorgonia.Node, len(n.Layers))
		for i, l := range n.Layers {
			in := make([]*gorgonia.Node, 0, len(l.In))
			for _, at := range l.In {
				in = append(in, values[at])
			}
			if i == 0 {
				values[0] = b.bind("input", s.input, batch, n.Channels, n.Side, n.Side)
			} else {
				values[i] = b.layer(l, in, shapes[l.In[0]], shapes[i])
			}
			if b.err != nil {
				return nil, fmt.Errorf("stock graph: layer %d (%s): %w", i, l.Op, b.err)
			}
		}
		gorgonia.Read(values[len(values)-1], &s.output)
		s.vm = gorgonia.NewTapeMachine(b.g)
		return s, nil
	})
}

func (s *stock) run(x []float32) ([]float32, error) {
	copy(s.input, x)
	if err := s.vm.RunAll(); err != nil {
		return nil, err
	}
	defer s.vm.Reset()
	switch v := s.output.Data().(type) {
	case []float32:
		return append([]float32(nil), v...), nil
	case float32: // of a batch of one
		return []float32{v}, nil
	}
	return nil, fmt.Errorf("stock graph: %T", s.output.Data())
}

func (s *stock) close() { _ = s.vm.Close() }

// stockBuilder turns layers into nodes of (image, channel, row, column) and keeps
// the first error.
type stockBuilder struct {
	g       *gorgonia.ExprGraph
	weights arch.Weights
	batch   int
	err     error
}

func (b *stockBuilder) must(n *gorgonia.Node, err error) *gorgonia.Node {
	if err != nil && b.err == nil {
		b.err = err
	}
	return n
}

func (b *stockBuilder) bind(name string, data []float32, shape ...int) *gorgonia.Node {
	return gorgonia.NewTensor(b.g, tensor.Float32, len(shape), gorgonia.WithName(name), gorgonia.WithShape(shape...),
		gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))))
}

// perChannel is one value a channel for all images and places.
func (b *stockBuilder) perChannel(name string, values []float32) *gorgonia.Node {
	return b.bind(name, values, 1, len(values), 1, 1)
}

var elsewhere = []byte{0, 2, 3} // the axes over which one value a channel is repeated

func (b *stockBuilder) layer(l arch.Layer, in []*gorgonia.Node, from, to arch.Shape) *gorgonia.Node {
	x := in[0]
	switch l.Op {
	case arch.Conv:
		x = b.convolution(l, x, from)
	case arch.Bias:
		x = b.must(gorgonia.BroadcastAdd(x, b.perChannel(l.Name+".bias", b.weights.Get(l.Name+".bias")), nil, elsewhere))
	case arch.Norm:
		x = b.norm(l, in)
	case arch.MaxPool:
		x = b.must(gorgonia.MaxPool2D(x, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	case arch.Mean:
		x = b.must(gorgonia.Reshape(x, tensor.Shape{b.batch, from.Channels, from.Rows * from.Columns}))
		if b.err == nil {
			x = b.must(gorgonia.Mean(x, 2))
		}
		if b.err == nil {
			x = b.must(gorgonia.Reshape(x, tensor.Shape{b.batch, to.Channels, 1, 1}))
		}
	case arch.Upsample:
		x = b.must(gorgonia.Upsample2D(x, 2))
	case arch.Concat:
		x = b.must(gorgonia.Concat(1, x, in[1]))
	case arch.Dense:
		bias := b.perChannel(l.Name+".bias", b.weights.Get(l.Name+".bias"))
		x = b.places(l.Name+".weight", b.weights.Get(l.Name+".weight"), x, from, 1)
		if b.err == nil {
			x = b.must(gorgonia.BroadcastAdd(x, bias, nil, elsewhere))
		}
	default:
		b.err = fmt.Errorf("no stock operator")
	}
	if l.ReLU && b.err == nil {
		x = b.must(gorgonia.Rectify(x))
	}
	return x
}

// convolution is Conv2d, or, where the kernel covers the whole map, the product
// of a matrix.
func (b *stockBuilder) convolution(l arch.Layer, x *gorgonia.Node, from arch.Shape) *gorgonia.Node {
	k, name := l.Conv, l.Name+".weight"
	data := outputFirst(b.weights.Get(name), k.Kernel*k.Kernel, k.In, k.Out)
	if k.Kernel == from.Rows && k.Kernel == from.Columns && k.Pad == 0 {
		return b.product(name, data, x, k.Kernel*k.Kernel*k.In, k.Out)
	}
	return b.must(gorgonia.Conv2d(x, b.bind(name, data, k.Out, k.In, k.Kernel, k.Kernel), tensor.Shape{k.Kernel, k.Kernel},
		[]int{k.Pad, k.Pad}, []int{k.Stride, k.Stride}, []int{1, 1}))
}

// places makes of the channels of each place so many others.
func (b *stockBuilder) places(name string, data []float32, x *gorgonia.Node, from arch.Shape, out int) *gorgonia.Node {
	if from.Rows == 1 && from.Columns == 1 {
		return b.product(name, data, x, from.Channels, out)
	}
	return b.must(gorgonia.Conv2d(x, b.bind(name, data, out, from.Channels, 1, 1), tensor.Shape{1, 1}, []int{0, 0}, []int{1, 1}, []int{1, 1}))
}

// product multiplies all values of a picture by a matrix that has a row for each
// output.
func (b *stockBuilder) product(name string, data []float32, x *gorgonia.Node, in, out int) *gorgonia.Node {
	turned := make([]float32, len(data))
	for o := range out {
		for i := range in {
			turned[i*out+o] = data[o*in+i]
		}
	}
	x = b.must(gorgonia.Reshape(x, tensor.Shape{b.batch, in}))
	if b.err != nil {
		return nil
	}
	x = b.must(gorgonia.Mul(x, b.bind(name, turned, in, out)))
	if b.err != nil {
		return nil
	}
	return b.must(gorgonia.Reshape(x, tensor.Shape{b.batch, out, 1, 1}))
}

// norm is the normalisation by running moments: a factor and a summand for each
// channel.
func (b *stockBuilder) norm(l arch.Layer, in []*gorgonia.Node) *gorgonia.Node {
	get := func(suffix string) []float32 { return b.weights.Get(l.Name + "." + suffix) }
	gamma, beta, mean, variance := get("gamma"), get("beta"), get("mean"), get("variance")
	factor, summand := make([]float32, len(gamma)), make([]float32, len(gamma))
	for c := range gamma {
		f := float64(gamma[c]) / math.Sqrt(float64(variance[c])+layer.Epsilon)
		factor[c], summand[c] = float32(f), float32(float64(beta[c])-f*float64(mean[c]))
	}
	x := b.must(gorgonia.BroadcastHadamardProd(in[0], b.perChannel(l.Name+".factor", factor), nil, elsewhere))
	if b.err == nil {
		x = b.must(gorgonia.BroadcastAdd(x, b.perChannel(l.Name+".summand", summand), nil, elsewhere))
	}
	if len(in) == 2 && b.err == nil {
		x = b.must(gorgonia.Add(x, in[1]))
	}
	return x
}
