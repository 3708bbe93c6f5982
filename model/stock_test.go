package model

import (
	"context"
	"math"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// runStock runs pictures of 784 values each through [BuildGraph], Gorgonia's own
// operators, and gives the value of one of its nodes.
func runStock(t testing.TB, net *Network, prepared []float32, of func(*Graph) *gorgonia.Node) gorgonia.Value {
	t.Helper()
	batch := len(prepared) / inputPixels
	g := gorgonia.NewGraph()
	graph, err := BuildGraph(g, tensor.Float32, batch)
	if err != nil {
		t.Fatal(err)
	}
	bind := func(n *gorgonia.Node, data []float32, shape ...int) {
		if err := gorgonia.Let(n, tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range net.Tensors() {
		bind(graph.Params[i], p.Data, ParamShape(p)...)
	}
	bind(graph.Input, prepared, batch, 1, InputSize, InputSize)
	var value gorgonia.Value
	gorgonia.Read(of(graph), &value)
	vm := gorgonia.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return value
}

// stockLogits are the logits of pictures by Gorgonia's own operators.
func stockLogits(t testing.TB, net *Network, prepared []float32) []float64 {
	t.Helper()
	logits := runStock(t, net, prepared, func(g *Graph) *gorgonia.Node { return g.Logits })
	var out []float64
	for _, z := range logits.Data().([]float32) {
		out = append(out, float64(z))
	}
	return out
}

// The logits that are shown come of a plan; Gorgonia's graph from the same
// weights must give the same.
func TestPredictEqualsGorgonia(t *testing.T) {
	const count = 24
	for _, name := range EmbeddedNames() {
		m, err := Embedded(name)
		if err != nil {
			t.Fatal(err)
		}
		net, ok := m.Network()
		if !ok {
			continue // package onnx holds the networks of the ensembles to Gorgonia, one by one
		}
		views := 1
		if m.Meta.MirrorAveraging {
			views = 2
		}
		var prepared []float32
		var pictures []Gray
		for i := range count / views {
			g := randomGray(uint64(i), 30+2*i, 40+i)
			if i%2 == 0 { // smooth, so that the logits are not all alike
				for p := range g.Pix {
					g.Pix[p] = float32(0.5 + 0.5*math.Sin(float64(p%g.Columns*(i+1))/30)*math.Cos(float64(p/g.Columns)/9))
				}
			}
			one, err := Prepare(g, m.Meta.Preprocessing)
			if err != nil {
				t.Fatal(err)
			}
			pictures, prepared = append(pictures, g), append(prepared, one...)
			if views == 2 {
				flipped := make([]float32, inputPixels)
				mirror(flipped, one, InputSize)
				prepared = append(prepared, flipped...)
			}
		}
		got, err := m.PredictBatch(context.Background(), pictures, nil)
		if err != nil {
			t.Fatal(err)
		}
		stock := stockLogits(t, net, prepared)
		for i, p := range got {
			want := 0.0
			for v := range views {
				want += stock[i*views+v] / float64(views)
			}
			if !(math.Abs(p.Logit-want) <= 1e-4) {
				t.Errorf("%s, picture %d: logit %.7f, by Gorgonia %.7f", name, i, p.Logit, want)
			}
		}
	}
}
