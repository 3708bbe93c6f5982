package model

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Architecture is the identifier stored with the weights of the source
// document's network.
const Architecture = "cnn-28x28x1-conv32-pool-conv64-pool-dense64-dense1"

// Sizes of the network, in pixels and channels. Both convolutions are 3×3
// without padding ("valid"), both poolings 2×2 with stride 2 (the last odd
// row and column of the 11×11 map is dropped, as in Keras).
const (
	// InputSize is the side of the square input in pixels.
	InputSize = 28

	kernelSize    = 3
	conv1Channels = 32
	conv2Channels = 64
	conv1Side     = InputSize - kernelSize + 1            // 26
	pool1Side     = conv1Side / 2                         // 13
	conv2Side     = pool1Side - kernelSize + 1            // 11
	pool2Side     = conv2Side / 2                         // 5
	flatSize      = conv2Channels * pool2Side * pool2Side // 1,600
	denseSize     = 64

	inputPixels = InputSize * InputSize
)

// ParameterCount is the number of trainable parameters.
const ParameterCount = 121345

// Layer holds the weights and biases of one convolution or dense layer,
// row-major in the shapes given by [Network.Tensors].
type Layer struct {
	Weight []float32
	Bias   []float32
}

// Network is the set of weights of the source document's CNN: input 28×28×1,
// convolution 32, ReLU, max-pool, convolution 64, ReLU, max-pool, dense 64,
// ReLU, dense 1 (the logit). It is plain data; running it is the business of
// [Model.Predict] and of the training package.
type Network struct {
	Conv1, Conv2, Dense1, Dense2 Layer
}

// Tensor names one parameter tensor. Data is row-major and shared with the
// network it was taken from.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32
}

// Elements is the number of values the tensor's shape holds.
func (t Tensor) Elements() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Tensors lists the parameters in a fixed order. Convolution weights are
// (out, in, rows, columns); dense weights are (in, out), where the 1,600
// inputs of the first dense layer are ordered (channel, row, column).
func (n *Network) Tensors() []Tensor {
	return []Tensor{
		{"conv1.weight", []int{conv1Channels, 1, kernelSize, kernelSize}, n.Conv1.Weight},
		{"conv1.bias", []int{conv1Channels}, n.Conv1.Bias},
		{"conv2.weight", []int{conv2Channels, conv1Channels, kernelSize, kernelSize}, n.Conv2.Weight},
		{"conv2.bias", []int{conv2Channels}, n.Conv2.Bias},
		{"dense1.weight", []int{flatSize, denseSize}, n.Dense1.Weight},
		{"dense1.bias", []int{denseSize}, n.Dense1.Bias},
		{"dense2.weight", []int{denseSize, 1}, n.Dense2.Weight},
		{"dense2.bias", []int{1}, n.Dense2.Bias},
	}
}

// NewNetwork allocates a network with every parameter zero.
func NewNetwork() *Network {
	n := &Network{}
	slots := n.slots()
	for i, t := range n.Tensors() {
		*slots[i] = make([]float32, t.Elements())
	}
	return n
}

// slots addresses the slices in the order of Tensors, for filling them.
func (n *Network) slots() []*[]float32 {
	return []*[]float32{
		&n.Conv1.Weight, &n.Conv1.Bias, &n.Conv2.Weight, &n.Conv2.Bias,
		&n.Dense1.Weight, &n.Dense1.Bias, &n.Dense2.Weight, &n.Dense2.Bias,
	}
}

// InitGlorot fills the weights from the Glorot (Xavier) uniform distribution,
// U(-l, l) with l = sqrt(6/(fan_in+fan_out)), and sets every bias to zero.
// The same generator state gives the same weights on every machine.
// Source: Glorot and Bengio, AISTATS 2010, equation 16.
func (n *Network) InitGlorot(rng *rand.Rand) {
	for _, t := range n.Tensors() {
		limit := glorotLimit(t.Shape)
		for i := range t.Data {
			t.Data[i] = float32((2*rng.Float64() - 1) * limit)
		}
	}
}

// glorotLimit is zero for biases, so that they start at zero.
func glorotLimit(shape []int) float64 {
	switch len(shape) {
	case 4:
		field := shape[2] * shape[3]
		return math.Sqrt(6 / float64(field*(shape[0]+shape[1])))
	case 2:
		return math.Sqrt(6 / float64(shape[0]+shape[1]))
	default:
		return 0
	}
}

// Validate checks that every tensor has the length its shape asks for and
// holds finite numbers only; the error wraps [ErrBadWeights].
func (n *Network) Validate() error {
	for _, t := range n.Tensors() {
		if err := t.validate(); err != nil {
			return err
		}
	}
	return nil
}

func (t Tensor) validate() error {
	if len(t.Data) != t.Elements() {
		return fmt.Errorf("%w: %s holds %d values, its shape %v needs %d",
			ErrBadWeights, t.Name, len(t.Data), t.Shape, t.Elements())
	}
	for i, v := range t.Data {
		if !finite(v) {
			return fmt.Errorf("%w: %s holds %v at position %d", ErrBadWeights, t.Name, v, i)
		}
	}
	return nil
}

func finite(v float32) bool {
	f := float64(v)
	return !math.IsNaN(f) && !math.IsInf(f, 0)
}
