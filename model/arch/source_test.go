package arch_test

import (
	"math"
	"math/rand/v2"
	"testing"

	_ "go4.org/unsafe/assume-no-moving-gc"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model"
	"lightbox/model/arch"
)

func sourceNetwork(r *rand.Rand) *model.Network {
	n := model.NewNetwork()
	n.InitGlorot(r)
	for _, t := range n.Tensors() {
		for i := range t.Data {
			t.Data[i] += float32(0.05 * r.NormFloat64())
		}
	}
	return n
}

// stockLogits runs the network by Gorgonia's own operators, channels before
// rows, from the tensors as the weights file has them.
func stockLogits(t *testing.T, n *model.Network, x []float32, batch int) []float32 {
	t.Helper()
	g := gorgonia.NewGraph()
	node := func(name string, data []float32, shape ...int) *gorgonia.Node {
		return gorgonia.NewTensor(g, tensor.Float32, len(shape), gorgonia.WithName(name), gorgonia.WithShape(shape...),
			gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))))
	}
	var params []*gorgonia.Node
	for _, p := range n.Tensors() {
		params = append(params, node(p.Name, p.Data, p.Shape...))
	}
	must := func(n *gorgonia.Node, err error) *gorgonia.Node {
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	convolve := func(x, weight, bias *gorgonia.Node) *gorgonia.Node {
		y := must(gorgonia.Conv2d(x, weight, tensor.Shape{3, 3}, []int{0, 0}, []int{1, 1}, []int{1, 1}))
		b := must(gorgonia.Reshape(bias, tensor.Shape{1, bias.Shape()[0], 1, 1}))
		y = must(gorgonia.Rectify(must(gorgonia.BroadcastAdd(y, b, nil, []byte{0, 2, 3}))))
		return must(gorgonia.MaxPool2D(y, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	}
	dense := func(x, weight, bias *gorgonia.Node) *gorgonia.Node {
		b := must(gorgonia.Reshape(bias, tensor.Shape{1, bias.Shape()[0]}))
		return must(gorgonia.BroadcastAdd(must(gorgonia.Mul(x, weight)), b, nil, []byte{0}))
	}
	y := convolve(node("input", x, batch, 1, model.InputSize, model.InputSize), params[0], params[1])
	y = must(gorgonia.Reshape(convolve(y, params[2], params[3]), tensor.Shape{batch, 1600}))
	y = dense(must(gorgonia.Rectify(dense(y, params[4], params[5]))), params[6], params[7])
	return run(t, g, y)
}

func run(t *testing.T, g *gorgonia.ExprGraph, y *gorgonia.Node) []float32 {
	t.Helper()
	var out gorgonia.Value
	gorgonia.Read(y, &out)
	vm := gorgonia.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return append([]float32(nil), out.Data().([]float32)...)
}

// TestSourceEqualsStockOperators compares graph and plan of source-28 with
// Gorgonia's own convolution and pooling.
func TestSourceEqualsStockOperators(t *testing.T) {
	const batch = 5
	r := rand.New(rand.NewPCG(11, 12))
	for range 3 {
		n := sourceNetwork(r)
		x := make([]float32, batch*model.InputSize*model.InputSize)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		want := stockLogits(t, n, x, batch)
		g := gorgonia.NewGraph()
		graph, err := arch.BuildGraph(g, model.SourceNet(), n.Weights(), batch)
		if err != nil {
			t.Fatal(err)
		}
		if err := gorgonia.Let(graph.Input, tensor.New(tensor.WithShape(graph.Input.Shape()...), tensor.WithBacking(x))); err != nil {
			t.Fatal(err)
		}
		plan, err := arch.NewPlan(model.SourceNet(), n.Weights())
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string][]float32{"graph": run(t, g, graph.Output), "plan": plan.NewRun(batch).Forward(x, batch)} {
			if len(got) != batch {
				t.Fatalf("%s: %d logits", name, len(got))
			}
			for i, v := range got {
				if d := math.Abs(float64(v - want[i])); !(d <= 1e-5*math.Max(1, math.Abs(float64(want[i])))) {
					t.Errorf("%s, picture %d: logit %.7f, by stock operators %.7f", name, i, v, want[i])
				}
			}
		}
	}
}
