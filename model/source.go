package model

import (
	"fmt"

	"lightbox/model/arch"
	"lightbox/model/kernel"
)

// SourceNet describes the source document's network for package arch. The
// first dense layer is a convolution whose kernel covers the 5×5 map.
func SourceNet() *arch.Net {
	n := arch.New(DefaultName, InputSize, 1)
	convolve := func(x int, name string, c kernel.Conv) int {
		return n.Bias(n.Conv(x, name, c), name, true)
	}
	x := n.MaxPool(convolve(0, "conv1", kernel.Conv{In: 1, Out: conv1Channels, Kernel: kernelSize, Stride: 1}))
	x = n.MaxPool(convolve(x, "conv2", kernel.Conv{In: conv1Channels, Out: conv2Channels, Kernel: kernelSize, Stride: 1}))
	x = convolve(x, "dense1", kernel.Conv{In: conv2Channels, Out: denseSize, Kernel: pool2Side, Stride: 1})
	n.Dense(x, "dense2")
	return n
}

// Weights copies the parameters in the order and the layouts of [SourceNet].
func (n *Network) Weights() arch.Weights {
	var w arch.Weights
	for _, t := range n.Tensors() {
		to := arch.Tensor{Name: t.Name, Shape: sourceShape(t), Data: make([]float32, len(t.Data)), Learned: true}
		reorder(t, func(here, there int) { to.Data[there] = t.Data[here] })
		w = append(w, to)
	}
	return w
}

// NetworkOf is the network whose [Network.Weights] are w; other weights give an
// error that wraps [ErrBadWeights].
func NetworkOf(w arch.Weights) (*Network, error) {
	n := NewNetwork()
	return n, n.SetWeights(w)
}

// SetWeights takes over what [Network.Weights] gave; other weights give an
// error that wraps [ErrBadWeights].
func (n *Network) SetWeights(w arch.Weights) error {
	tensors := n.Tensors()
	if len(w) != len(tensors) {
		return fmt.Errorf("%w: %d tensors, this network has %d", ErrBadWeights, len(w), len(tensors))
	}
	for i, t := range tensors {
		if w[i].Name != t.Name || len(w[i].Data) != len(t.Data) {
			return fmt.Errorf("%w: %s with %d values where %s with %d belongs", ErrBadWeights, w[i].Name, len(w[i].Data), t.Name, len(t.Data))
		}
	}
	for i, t := range tensors {
		reorder(t, func(here, there int) { t.Data[here] = w[i].Data[there] })
	}
	return nil
}

// sourceShape is the shape of t in [SourceNet].
func sourceShape(t Tensor) []int {
	switch {
	case len(t.Shape) == 4: // (out, in, row, column) there becomes (row, column, in, out)
		return []int{t.Shape[2], t.Shape[3], t.Shape[1], t.Shape[0]}
	case t.Shape[0] == flatSize:
		return []int{pool2Side, pool2Side, conv2Channels, denseSize}
	}
	return t.Shape[:1] // one value a channel
}

// reorder calls move with the places of every value of t, in the network and in
// [SourceNet].
func reorder(t Tensor, move func(here, there int)) {
	var inputs, outputs, rows, columns int // channels and kernel
	var out, in int                        // strides in the network
	switch {
	case len(t.Shape) == 4:
		outputs, inputs, rows, columns = t.Shape[0], t.Shape[1], t.Shape[2], t.Shape[3]
		out, in = inputs*rows*columns, 1
	case t.Shape[0] == flatSize:
		outputs, inputs, rows, columns = denseSize, conv2Channels, pool2Side, pool2Side
		out, in = 1, denseSize
	default:
		for i := range t.Data {
			move(i, i)
		}
		return
	}
	there := 0
	for r := range rows {
		for c := range columns {
			for i := range inputs {
				for o := range outputs {
					move(o*out+((i*rows+r)*columns+c)*in, there)
					there++
				}
			}
		}
	}
}
