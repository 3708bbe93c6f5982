package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model"
)

// TestGradients compares the gradients of the training graph with central
// differences of its loss. It runs the same builder in float64, where a
// difference quotient has digits to spare.
func TestGradients(t *testing.T) {
	const batch, step, perTensor = 3, 1e-6, 6
	rng := rand.New(rand.NewPCG(7, 7))
	l, err := buildLoss(tensor.Float64, batch)
	if err != nil {
		t.Fatal(err)
	}
	net := model.NewNetwork()
	net.InitGlorot(rng)
	var params [][]float64
	for i, p := range net.Tensors() {
		data := make([]float64, len(p.Data))
		for j, v := range p.Data {
			data[j] = float64(v) + 0.02*rng.NormFloat64() // biases away from zero too
		}
		params = append(params, data)
		bind(t, l.net.Params[i], data, model.ParamShape(p)...)
	}
	input := make([]float64, batch*pixels)
	for i := range input {
		input[i] = rng.NormFloat64()
	}
	bind(t, l.net.Input, input, batch, 1, side, side)
	bind(t, l.target, []float64{0.05, 1, 0}, batch)
	vm := gorgonia.NewTapeMachine(l.g, gorgonia.BindDualValues(l.net.Params...))
	defer vm.Close()

	loss := func() float64 {
		t.Helper()
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		value, err := scalar(l.loss)
		if err != nil {
			t.Fatal(err)
		}
		vm.Reset()
		return value
	}
	loss()
	var gradients [][]float64
	for _, p := range l.net.Params {
		value, err := p.Grad()
		if err != nil {
			t.Fatal(err)
		}
		gradients = append(gradients, append([]float64(nil), value.Data().([]float64)...))
	}
	for i, p := range net.Tensors() {
		for range perTensor {
			at := rng.IntN(len(params[i]))
			kept := params[i][at]
			params[i][at] = kept + step
			up := loss()
			params[i][at] = kept - step
			down := loss()
			params[i][at] = kept
			want := (up - down) / (2 * step)
			if got := gradients[i][at]; math.Abs(got-want) > 1e-6*math.Max(1, math.Abs(want)) {
				t.Errorf("%s[%d]: gradient %.9f, difference quotient %.9f", p.Name, at, got, want)
			}
		}
	}
}

func bind(t *testing.T, n *gorgonia.Node, data []float64, shape ...int) {
	t.Helper()
	if err := gorgonia.Let(n, tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))); err != nil {
		t.Fatal(err)
	}
}
