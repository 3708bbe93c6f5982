package onnx

import (
	"fmt"
	"math"

	"lightbox/model/arch"
	"lightbox/model/layer"
)

// Net writes a network with its weights. A description that is no network, or
// weights that do not fit it, give an error that wraps [arch.ErrBadNet].
func Net(n *arch.Net, w arch.Weights, info Info) ([]byte, error) {
	shapes, err := n.Shapes()
	if err != nil {
		return nil, err
	}
	c := &converter{graph: newGraph(n.Name, n.Channels, n.Side), net: n, weights: w, shapes: shapes, used: make([]int, len(n.Layers))}
	for _, l := range n.Layers {
		for _, i := range l.In {
			c.used[i]++
		}
	}
	values := make([]string, len(n.Layers))
	for i, l := range n.Layers {
		values[i] = InputName
		if i > 0 {
			in := make([]string, 0, len(l.In))
			for _, at := range l.In {
				in = append(in, values[at])
			}
			values[i] = c.layer(i, l, in)
		}
	}
	if c.err != nil {
		return nil, c.err
	}
	last := len(shapes) - 1
	c.end(values[last], shapes[last].Channels, shapes[last].Rows, shapes[last].Columns)
	return c.file(info)
}

// converter turns layers into nodes and keeps the first error.
type converter struct {
	*graph
	net     *arch.Net
	weights arch.Weights
	shapes  []arch.Shape
	used    []int // how many layers a layer is the input of
	err     error
}

// get is a tensor of the weights.
func (c *converter) get(l arch.Layer, suffix string, size int) []float32 {
	name := l.Name + "." + suffix
	data := c.weights.Get(name)
	refuse := func(format string, args ...any) []float32 {
		if c.err == nil {
			c.err = fmt.Errorf("%w %s: %s", arch.ErrBadNet, c.net.Name, fmt.Sprintf(format, args...))
		}
		return nil
	}
	if len(data) != size {
		return refuse("%d values for %s, not %d", len(data), name, size)
	}
	for _, v := range data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return refuse("%s holds %v", name, v)
		}
	}
	return data
}

// vector adds a tensor of one value a channel.
func (c *converter) vector(l arch.Layer, suffix string, channels int) string {
	return c.floats(l.Name+"."+suffix, c.get(l, suffix, channels), channels)
}

// layer writes layer i and gives the name of what it makes.
func (c *converter) layer(i int, l arch.Layer, in []string) string {
	name := l.Name
	if name == "" {
		name = fmt.Sprintf("layer%d", i)
	}
	switch l.Op {
	case arch.Conv:
		return c.convolution(i, l, name, in[0])
	case arch.Norm:
		return c.norm(i, l, name, in)
	case arch.Bias:
		return c.bias(i, l, name, in[0])
	case arch.MaxPool:
		return c.node("MaxPool", name, in, list("kernel_shape", 2, 2), list("strides", 2, 2))
	case arch.Mean:
		return c.node("GlobalAveragePool", name, in)
	case arch.Upsample:
		scales := c.floats(name+".scales", []float32{1, 1, 2, 2}, 4)
		return c.node("Resize", name, []string{in[0], "", scales}, text("mode", "nearest"),
			text("coordinate_transformation_mode", "asymmetric"), text("nearest_mode", "floor"))
	case arch.Concat:
		return c.node("Concat", name, in, integer("axis", 1))
	case arch.Dense:
		return c.dense(i, l, name, in[0])
	}
	if c.err == nil {
		c.err = fmt.Errorf("%w %s: layer %d (%s) has no counterpart in ONNX", arch.ErrBadNet, c.net.Name, i, l.Op)
	}
	return ""
}

// convolution takes the bias with it, where one follows.
func (c *converter) convolution(i int, l arch.Layer, name, x string) string {
	k := l.Conv
	data := c.get(l, "weight", k.Weights())
	if data == nil {
		return ""
	}
	inputs := []string{x, c.floats(name+".weight", outputFirst(data, k.Kernel*k.Kernel, k.In, k.Out), k.Out, k.In, k.Kernel, k.Kernel)}
	if next := i + 1; c.joined(next) {
		inputs = append(inputs, c.vector(c.net.Layers[next], "bias", k.Out))
	}
	return c.node("Conv", name, inputs, list("kernel_shape", k.Kernel, k.Kernel),
		list("pads", k.Pad, k.Pad, k.Pad, k.Pad), list("strides", k.Stride, k.Stride))
}

// joined tells whether layer i is a bias that the convolution just before it
// takes with it.
func (c *converter) joined(i int) bool {
	layers := c.net.Layers
	return i < len(layers) && layers[i].Op == arch.Bias && layers[i].In[0] == i-1 && layers[i-1].Op == arch.Conv && c.used[i-1] == 1
}

// outputFirst turns (place, input, output) into (output, input, place).
func outputFirst(data []float32, places, in, out int) []float32 {
	turned := make([]float32, len(data))
	for p := range places {
		for i := range in {
			for o := range out {
				turned[(o*in+i)*places+p] = data[(p*in+i)*out+o]
			}
		}
	}
	return turned
}

// norm is the normalisation by running moments, the addition and the rectifier.
func (c *converter) norm(i int, l arch.Layer, name string, in []string) string {
	inputs := []string{in[0]}
	for _, suffix := range []string{"gamma", "beta", "mean", "variance"} {
		inputs = append(inputs, c.vector(l, suffix, c.shapes[i].Channels))
	}
	x := c.node("BatchNormalization", name, inputs, floating("epsilon", layer.Epsilon))
	if len(in) == 2 {
		x = c.node("Add", name, []string{x, in[1]})
	}
	return c.rectified(l, name, x)
}

func (c *converter) bias(i int, l arch.Layer, name, x string) string {
	if !c.joined(i) { // (channels, 1, 1): OpenCV 4.6 would not repeat a fourth dimension over a batch
		channels := c.shapes[i].Channels
		x = c.node("Add", name, []string{x, c.floats(name+".bias", c.get(l, "bias", channels), channels, 1, 1)})
	}
	return c.rectified(l, name, x)
}

func (c *converter) rectified(l arch.Layer, name, x string) string {
	if !l.ReLU {
		return x
	}
	return c.node("Relu", name, []string{x})
}

// dense is a product with one row of weights: of whole pictures a matrix
// product, of pixels a convolution.
func (c *converter) dense(i int, l arch.Layer, name, x string) string {
	from := c.shapes[l.In[0]]
	w, b := c.get(l, "weight", from.Channels), c.get(l, "bias", 1)
	if from.Rows == 1 && from.Columns == 1 && i == len(c.shapes)-1 {
		x = c.node("Flatten", name, []string{x})
		return c.node("Gemm", name, []string{x, c.floats(name+".weight", w, 1, from.Channels), c.floats(name+".bias", b, 1)}, integer("transB", 1))
	}
	return c.node("Conv", name, []string{x, c.floats(name+".weight", w, 1, from.Channels, 1, 1), c.floats(name+".bias", b, 1)},
		list("kernel_shape", 1, 1))
}
