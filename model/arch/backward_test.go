package arch

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// behind is what comes after a layer, as a network whose input that layer is, with
// its weights. Nothing else may lead past the layer.
func behind(t *testing.T, n *Net, w Weights, layer int) (*Net, Weights) {
	t.Helper()
	shapes, err := n.Shapes()
	if err != nil {
		t.Fatal(err)
	}
	rest := New(n.Name, shapes[layer].Rows, shapes[layer].Channels)
	moved := map[int]int{layer: 0}
	for i, l := range n.Layers {
		var in []int
		for _, k := range l.In {
			if to, ok := moved[k]; ok {
				in = append(in, to)
			}
		}
		if i <= layer || len(in) == 0 {
			continue
		}
		if len(in) != len(l.In) {
			t.Fatalf("something leads past layer %d to %d", layer, i)
		}
		l.In = in
		moved[i] = rest.add(l)
	}
	return rest, own(rest, w)
}

// own are the weights of a network whose layers are called like some of another's.
func own(n *Net, w Weights) (list Weights) {
	parameters := map[Op][]string{Conv: {"weight"}, Bias: {"bias"}, Norm: {"gamma", "beta", "mean", "variance"}, Dense: {"weight", "bias"}}
	for _, l := range n.Layers {
		for _, suffix := range parameters[l.Op] {
			for _, p := range w {
				if p.Name == l.Name+"."+suffix {
					list = append(list, p)
				}
			}
		}
	}
	return list
}

// byGorgonia is the gradient of the sum of what a network gives by its input, read
// from Gorgonia's graph.
func byGorgonia(t *testing.T, n *Net, w Weights, x []float32, batch int) []float32 {
	t.Helper()
	g := gorgonia.NewGraph()
	graph, err := BuildGraph(g, n, w, batch)
	if err != nil {
		t.Fatal(err)
	}
	gradients, err := gorgonia.Grad(gorgonia.Must(gorgonia.Sum(graph.Output)), graph.Input)
	if err != nil {
		t.Fatal(err)
	}
	if err := gorgonia.Let(graph.Input, tensor.New(tensor.WithShape(graph.Input.Shape()...), tensor.WithBacking(append([]float32(nil), x...)))); err != nil {
		t.Fatal(err)
	}
	var gradient gorgonia.Value
	gorgonia.Read(gradients[0], &gradient)
	vm := gorgonia.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return append([]float32(nil), gradient.Data().([]float32)...)
}

// stirred are random weights whose normalisations and biases do something.
func stirred(t *testing.T, n *Net, r *rand.Rand) Weights {
	t.Helper()
	w, err := NewWeights(n, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range w {
		switch {
		case !p.Learned:
			for i := range p.Data {
				p.Data[i] = 0.5 + r.Float32()
			}
		case len(p.Shape) == 1:
			noise(r, p.Data, 0.7)
		}
	}
	return w
}

// TestBackEqualsGorgonia: the gradient by every layer that all else goes through
// is that which Gorgonia derives of the rest of the network.
func TestBackEqualsGorgonia(t *testing.T) {
	for _, c := range []struct {
		net    *Net
		layers []int
	}{
		{ResNet("resnet", 40, 1, 16, 32, 48), []int{2, 6, 12, 18, 19}},
		{UNet("unet", 16, 1, 16, 32, 48), []int{2}},
		{biased(), []int{2, 3, 4, 8, 10}},
	} {
		for _, layer := range c.layers {
			t.Run(fmt.Sprint(c.net.Name, " ", layer), func(t *testing.T) {
				const batch = 3
				r := rand.New(rand.NewPCG(8, uint64(layer)))
				w := stirred(t, c.net, r)
				p, err := NewPlan(c.net, w)
				if err != nil {
					t.Fatal(err)
				}
				b, err := p.NewBack(layer)
				if err != nil {
					t.Fatal(err)
				}
				shapes, _ := c.net.Shapes()
				x := make([]float32, batch*shapes[0].Size())
				noise(r, x, 1)
				run := p.NewRun(batch + 1)
				run.Forward(x, batch)
				got := b.Gradient(run, batch)
				rest, weights := behind(t, c.net, w, layer)
				want := byGorgonia(t, rest, weights, run.Layer(layer)[:batch*shapes[layer].Size()], batch)
				var most float64
				for _, v := range want {
					most = math.Max(most, math.Abs(float64(v)))
				}
				if len(got) != len(want) || most == 0 {
					t.Fatalf("%d values, by Gorgonia %d of up to %g", len(got), len(want), most)
				}
				for i, v := range want {
					if math.Abs(float64(got[i]-v)) > 1e-5*most {
						t.Fatalf("%s, value %d: %g, by Gorgonia %g", c.net.Layers[layer].Name, i, got[i], v)
					}
				}
			})
		}
	}
}

// TestBackWithinABlock: other layers lead past the first convolution of the last
// block. As that block is not rectified, what is behind it is linear: a step in any
// direction tells the slope.
func TestBackWithinABlock(t *testing.T) {
	n := ResNet("resnet", 24, 1, 16, 32)
	const layer = 8
	if name := n.Layers[layer].Name; name != "block2.a.norm" {
		t.Fatalf("layer %d is %s", layer, name)
	}
	r := rand.New(rand.NewPCG(8, 100))
	w := stirred(t, n, r)
	p, err := NewPlan(n, w)
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.NewBack(layer)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, 24*24)
	noise(r, x, 1)
	run := p.NewRun(1)
	run.Forward(x, 1)
	tail := New("tail", 6, 32)
	tail.Dense(tail.Mean(tail.NormOnly(tail.Conv(0, "block2.b", n.Layers[layer+1].Conv), "block2.b.norm")), "logit")
	q, err := NewPlan(tail, own(tail, w))
	if err != nil {
		t.Fatal(err)
	}
	values := append([]float32(nil), run.Layer(layer)...)
	step := make([]float32, len(values))
	noise(r, step, 1)
	var slope, size float64
	for i, v := range b.Gradient(run, 1) {
		slope += float64(v) * float64(step[i])
		size += float64(v) * float64(v)
	}
	both := append(append([]float32(nil), values...), values...)
	for i, v := range step {
		both[i] += v
	}
	z := q.NewRun(2).Forward(both, 2)
	if want := float64(z[0] - z[1]); math.Abs(slope-want) > 1e-4*math.Sqrt(size) || size == 0 {
		t.Errorf("along a direction %g, by difference %g", slope, want)
	}
}

func TestNoWayBack(t *testing.T) {
	n := ResNet("resnet", 24, 1, 16, 32)
	p, err := NewPlan(n, stirred(t, n, rand.New(rand.NewPCG(8, 101))))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.NewBack(0); !errors.Is(err, ErrBadNet) {
		t.Errorf("to a picture of one channel: %v", err)
	}
	aside := New("aside", 8, 16)
	x := aside.Bias(0, "a", true)
	aside.Bias(x, "b", true)
	aside.Dense(x, "logit")
	if p, err = NewPlan(aside, stirred(t, aside, rand.New(rand.NewPCG(8, 102)))); err != nil {
		t.Fatal(err)
	}
	if _, err := p.NewBack(2); !errors.Is(err, ErrBadNet) {
		t.Errorf("to a layer that leads nowhere: %v", err)
	}
}
