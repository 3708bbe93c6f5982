package fit

import (
	"math"
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model"
)

// TestStockGradients compares the gradients of the stock graph with central
// differences of its loss. It runs the same builder in float64, where a
// difference quotient has digits to spare.
func TestStockGradients(t *testing.T) {
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
	input := make([]float64, batch*stockPixels)
	for i := range input {
		input[i] = rng.NormFloat64()
	}
	bind(t, l.net.Input, input, batch, 1, model.InputSize, model.InputSize)
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

const stockPixels = model.InputSize * model.InputSize

// TestGradientsEqualStock compares loss and gradients of a trainer of source-28,
// which computes in float32 by operators of our own, with those of Gorgonia's
// operators in float64.
func TestGradientsEqualStock(t *testing.T) {
	const batch = 6
	rng := rand.New(rand.NewPCG(8, 9))
	l, err := buildLoss(tensor.Float64, batch)
	if err != nil {
		t.Fatal(err)
	}
	net := model.NewNetwork()
	net.InitGlorot(rng)
	for i, p := range net.Tensors() {
		data := make([]float64, len(p.Data))
		for j := range p.Data {
			p.Data[j] += float32(0.02 * rng.NormFloat64())
			data[j] = float64(p.Data[j])
		}
		bind(t, l.net.Params[i], data, model.ParamShape(p)...)
	}
	trainer, err := New(model.SourceNet(), net.Weights(), batch)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	input, target := make([]float64, batch*stockPixels), []float64{0.05, 1, 0, 0.95, 0.5, 0}
	for i := range input {
		trainer.Input[i] = float32(rng.NormFloat64())
		input[i] = float64(trainer.Input[i])
	}
	for i, v := range target {
		trainer.Target[i], trainer.scaled[i] = float32(v), 1.0/batch
	}
	bind(t, l.net.Input, input, batch, 1, model.InputSize, model.InputSize)
	bind(t, l.target, target, batch)
	vm := gorgonia.NewTapeMachine(l.g, gorgonia.BindDualValues(l.net.Params...))
	defer vm.Close()
	for _, m := range []gorgonia.VM{vm, trainer.vm} {
		if err := m.RunAll(); err != nil {
			t.Fatal(err)
		}
	}
	want, err := scalar(l.loss)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := scalar(trainer.loss); err != nil || math.Abs(got-want) > 1e-5*want {
		t.Errorf("loss %.8f, by stock operators %.8f (%v)", got, want, err)
	}
	gradients, err := trainer.gradients()
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range net.Tensors() { // the trainer's gradients in the layout of the network
		turned := model.NewNetwork()
		w := turned.Weights()
		copy(w[i].Data, gradients[i])
		if err := turned.SetWeights(w); err != nil {
			t.Fatal(err)
		}
		value, err := l.net.Params[i].Grad()
		if err != nil {
			t.Fatal(err)
		}
		want := value.Data().([]float64)
		var square float64
		for _, v := range want {
			square += v * v
		}
		usual := math.Sqrt(square / float64(len(want)))
		for j, got := range turned.Tensors()[i].Data {
			if math.Abs(float64(got)-want[j]) > 1e-4*(usual+math.Abs(want[j])) {
				t.Fatalf("%s[%d]: gradient %.9f, by stock operators %.9f", p.Name, j, got, want[j])
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
