// Package arch describes networks as lists of layers, and builds from one
// description both Gorgonia's graph, which trains, and a plan that only runs
// forward, which is faster. Neither can drift from the other.
package arch

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"lightbox/model/kernel"
)

// Op is what a layer does.
type Op string

// The operators. Pictures are (image, row, column, channel).
const (
	Input    Op = "input"
	Conv     Op = "conv"     // without bias
	Bias     Op = "bias"     // one value is added to each channel
	Norm     Op = "norm"     // batch normalisation; a second input is added before the rectifier
	MaxPool  Op = "maxpool"  // 2 × 2
	Mean     Op = "mean"     // over rows and columns
	Upsample Op = "upsample" // repeats pixels twice in both directions
	Concat   Op = "concat"   // of the channels of two inputs
	Dense    Op = "dense"    // one value for each picture or pixel, with bias: logits
)

// Layer is one operator. In are the places of its inputs in the network.
type Layer struct {
	Op   Op          `json:"op"`
	Name string      `json:"name,omitempty"` // of its parameters
	In   []int       `json:"in,omitempty"`
	Conv kernel.Conv `json:"conv,omitzero"`
	ReLU bool        `json:"relu,omitempty"`
}

// Net is a network for square pictures of one size. Its last layer is the
// output.
type Net struct {
	Name     string  `json:"name"`
	Side     int     `json:"side"` // pixels
	Channels int     `json:"channels"`
	Layers   []Layer `json:"layers"`
}

// Shape is what a layer gives for one picture.
type Shape struct{ Rows, Columns, Channels int }

// Size is the number of values.
func (s Shape) Size() int { return s.Rows * s.Columns * s.Channels }

// New begins a network with its input, layer 0.
func New(name string, side, channels int) *Net {
	return &Net{Name: name, Side: side, Channels: channels, Layers: []Layer{{Op: Input}}}
}

func (n *Net) add(l Layer) int {
	n.Layers = append(n.Layers, l)
	return len(n.Layers) - 1
}

// Conv adds a convolution of layer x.
func (n *Net) Conv(x int, name string, c kernel.Conv) int {
	return n.add(Layer{Op: Conv, Name: name, In: []int{x}, Conv: c})
}

// Bias adds one value to each channel of layer x and, with relu, rectifies.
func (n *Net) Bias(x int, name string, relu bool) int {
	return n.add(Layer{Op: Bias, Name: name, In: []int{x}, ReLU: relu})
}

// Norm adds a normalisation of layer x, with a rectifier.
func (n *Net) Norm(x int, name string) int {
	return n.add(Layer{Op: Norm, Name: name, In: []int{x}, ReLU: true})
}

// NormOnly adds a normalisation without a rectifier.
func (n *Net) NormOnly(x int, name string) int {
	return n.add(Layer{Op: Norm, Name: name, In: []int{x}})
}

// NormAdd adds a normalisation of x, to which layer skip is added before the
// rectifier.
func (n *Net) NormAdd(x, skip int, name string) int {
	return n.add(Layer{Op: Norm, Name: name, In: []int{x, skip}, ReLU: true})
}

// MaxPool halves the sides of layer x.
func (n *Net) MaxPool(x int) int { return n.add(Layer{Op: MaxPool, In: []int{x}}) }

// Mean averages layer x over rows and columns.
func (n *Net) Mean(x int) int { return n.add(Layer{Op: Mean, In: []int{x}}) }

// Upsample doubles the sides of layer x.
func (n *Net) Upsample(x int) int { return n.add(Layer{Op: Upsample, In: []int{x}}) }

// Concat puts the channels of b behind those of a.
func (n *Net) Concat(a, b int) int { return n.add(Layer{Op: Concat, In: []int{a, b}}) }

// Dense makes one value of the channels of every place of layer x.
func (n *Net) Dense(x int, name string) int {
	return n.add(Layer{Op: Dense, Name: name, In: []int{x}})
}

// ErrBadNet marks a description that is no network.
var ErrBadNet = errors.New("impossible network")

// Limits of what a description may ask for.
const (
	maxLayers   = 1000
	maxSide     = 1024
	maxChannels = 1024
)

// arity is the least and the most inputs of an operator.
var arity = map[Op][2]int{Input: {0, 0}, Conv: {1, 1}, Bias: {1, 1}, Norm: {1, 2}, MaxPool: {1, 1}, Mean: {1, 1}, Upsample: {1, 1}, Concat: {2, 2}, Dense: {1, 1}}

// Shapes gives what each layer makes of one picture, or an error that wraps
// [ErrBadNet].
func (n *Net) Shapes() ([]Shape, error) {
	if len(n.Layers) == 0 || len(n.Layers) > maxLayers || n.Side < 1 || n.Side > maxSide || n.Channels < 1 || n.Channels > maxChannels {
		return nil, fmt.Errorf("%w %s: %d layers on %d × %d × %d", ErrBadNet, n.Name, len(n.Layers), n.Side, n.Side, n.Channels)
	}
	shapes := make([]Shape, 0, len(n.Layers))
	for i, l := range n.Layers {
		refuse := func(why string, args ...any) error {
			return fmt.Errorf("%w %s: layer %d (%s): %s", ErrBadNet, n.Name, i, l.Op, fmt.Sprintf(why, args...))
		}
		count, known := arity[l.Op]
		switch {
		case !known:
			return nil, refuse("unknown")
		case (l.Op == Input) != (i == 0):
			return nil, refuse("the input is the first layer and no other")
		case len(l.In) < count[0] || len(l.In) > count[1]:
			return nil, refuse("%d inputs", len(l.In))
		}
		in := make([]Shape, 0, len(l.In))
		for _, at := range l.In {
			if at < 0 || at >= i {
				return nil, refuse("input %d is not before it", at)
			}
			in = append(in, shapes[at])
		}
		out := Shape{n.Side, n.Side, n.Channels}
		if i > 0 {
			out = l.shape(in)
		}
		if !out.possible() {
			return nil, refuse("impossible on %v", in)
		}
		shapes = append(shapes, out)
	}
	return shapes, nil
}

func (s Shape) possible() bool {
	return s.Rows >= 1 && s.Rows <= maxSide && s.Columns >= 1 && s.Columns <= maxSide && s.Channels >= 1 && s.Channels <= maxChannels
}

// convolved is what a convolution makes of s; nothing if it cannot.
func (s Shape) convolved(c kernel.Conv) Shape {
	if c.In != s.Channels || c.Out%kernel.Lanes != 0 || c.Kernel < 1 || c.Kernel > maxSide || c.Stride < 1 || c.Pad < 0 || c.Pad >= c.Kernel ||
		s.Rows+2*c.Pad < c.Kernel || s.Columns+2*c.Pad < c.Kernel {
		return Shape{}
	}
	return Shape{c.Size(s.Rows), c.Size(s.Columns), c.Out}
}

// shape is what a layer makes of its inputs; nothing if it cannot.
func (l Layer) shape(in []Shape) Shape {
	s := in[0]
	switch l.Op {
	case Conv:
		return s.convolved(l.Conv)
	case Bias:
		if s.Channels%kernel.Lanes != 0 {
			return Shape{}
		}
	case Norm:
		if s.Channels%kernel.Lanes != 0 || len(in) == 2 && in[1] != s {
			return Shape{}
		}
	case MaxPool:
		return Shape{s.Rows / 2, s.Columns / 2, s.Channels}
	case Mean:
		return Shape{1, 1, s.Channels}
	case Upsample:
		return Shape{2 * s.Rows, 2 * s.Columns, s.Channels}
	case Concat:
		if in[1].Rows != s.Rows || in[1].Columns != s.Columns {
			return Shape{}
		}
		return Shape{s.Rows, s.Columns, s.Channels + in[1].Channels}
	case Dense:
		return Shape{s.Rows, s.Columns, 1}
	}
	return s
}

// Tensor is one parameter of a network. Data is row-major.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32
	// Learned marks what gradients train; the rest are running statistics.
	Learned bool
}

// Weights are the parameters of a network, in the order of its layers.
type Weights []Tensor

// NewWeights allocates the weights of n: convolutions from the normal
// distribution of He et al. (ICCV 2015), biases and logits at zero, normalisations
// neutral.
func NewWeights(n *Net, r *rand.Rand) (Weights, error) {
	shapes, err := n.Shapes()
	if err != nil {
		return nil, err
	}
	var w Weights
	add := func(learned bool, value float32, name string, shape ...int) []float32 {
		size := 1
		for _, d := range shape {
			size *= d
		}
		data := make([]float32, size)
		for i := range data {
			data[i] = value
		}
		w = append(w, Tensor{name, shape, data, learned})
		return data
	}
	for i, l := range n.Layers {
		switch l.Op {
		case Conv:
			c := l.Conv
			data := add(true, 0, l.Name+".weight", c.Kernel, c.Kernel, c.In, c.Out)
			sd := math.Sqrt(2 / float64(c.Kernel*c.Kernel*c.In))
			for k := range data {
				data[k] = float32(sd * r.NormFloat64())
			}
		case Bias:
			add(true, 0, l.Name+".bias", shapes[i].Channels)
		case Norm:
			add(true, 1, l.Name+".gamma", shapes[i].Channels)
			add(true, 0, l.Name+".beta", shapes[i].Channels)
			add(false, 0, l.Name+".mean", shapes[i].Channels)
			add(false, 1, l.Name+".variance", shapes[i].Channels)
		case Dense:
			add(true, 0, l.Name+".weight", shapes[l.In[0]].Channels)
			add(true, 0, l.Name+".bias", 1)
		}
	}
	return w, nil
}

// Get finds a tensor by its name; nil where there is none.
func (w Weights) Get(name string) []float32 {
	for _, t := range w {
		if t.Name == name {
			return t.Data
		}
	}
	return nil
}

// Learned counts the parameters that gradients train.
func (w Weights) Learned() (n int) {
	for _, t := range w {
		if t.Learned {
			n += len(t.Data)
		}
	}
	return n
}

// Clone is a deep copy.
func (w Weights) Clone() Weights {
	c := make(Weights, len(w))
	for i, t := range w {
		c[i] = t
		c[i].Data = append([]float32(nil), t.Data...)
	}
	return c
}
