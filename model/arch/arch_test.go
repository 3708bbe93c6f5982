package arch

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	_ "go4.org/unsafe/assume-no-moving-gc"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model/kernel"
)

func nets() []*Net {
	return []*Net{ResNet("resnet", 20, 2, 16, 32), UNet("unet", 16, 1, 16, 32, 48), biased()}
}

// biased has biases that can be folded into the convolution before them and
// biases that cannot, with and without a rectifier, and a kernel as large as the
// picture.
func biased() *Net {
	n := New("biased", 12, 1)
	a := n.Conv(0, "a", kernel.Conv{In: 1, Out: 16, Kernel: 3, Stride: 1})
	b := n.Bias(n.MaxPool(n.Bias(a, "a", true)), "b", false) // 5 × 5
	c := n.Conv(b, "c", kernel.Conv{In: 16, Out: 32, Kernel: 3, Stride: 1, Pad: 1})
	d := n.Concat(n.Bias(c, "c", true), n.Bias(c, "d", false))
	n.Dense(n.Bias(n.Conv(d, "e", kernel.Conv{In: 64, Out: 48, Kernel: 5, Stride: 1}), "e", true), "logit")
	return n
}

func noise(r *rand.Rand, x []float32, sd float64) {
	for i := range x {
		x[i] = float32(sd * r.NormFloat64())
	}
}

// build makes n trainable: the loss is Σ output·direction.
func build(t *testing.T, n *Net, w Weights, x, direction []float32, batch int, gradients bool) (*Graph, gorgonia.VM, *gorgonia.Value, *gorgonia.Value) {
	t.Helper()
	g := gorgonia.NewGraph()
	graph, err := BuildGraph(g, n, w, batch)
	if err != nil {
		t.Fatal(err)
	}
	d := gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(len(direction)), gorgonia.WithName("direction"),
		gorgonia.WithValue(tensor.New(tensor.WithBacking(direction))))
	loss := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(graph.Output, d))))
	if gradients {
		if _, err := gorgonia.Grad(loss, graph.Params...); err != nil {
			t.Fatal(err)
		}
	}
	if err := gorgonia.Let(graph.Input, tensor.New(tensor.WithShape(graph.Input.Shape()...), tensor.WithBacking(x))); err != nil {
		t.Fatal(err)
	}
	var output, total gorgonia.Value
	gorgonia.Read(graph.Output, &output)
	gorgonia.Read(loss, &total)
	var options []gorgonia.VMOpt
	if gradients {
		options = append(options, gorgonia.BindDualValues(graph.Params...))
	}
	return graph, gorgonia.NewTapeMachine(g, options...), &output, &total
}

// TestGradients compares the derivative of the loss along a random direction
// of all weights with the difference of two runs.
func TestGradients(t *testing.T) {
	for _, n := range nets() {
		t.Run(n.Name, func(t *testing.T) {
			const batch = 3
			r := rand.New(rand.NewPCG(1, 2))
			w, err := NewWeights(n, r)
			if err != nil {
				t.Fatal(err)
			}
			noise(r, w.Get("logit.weight"), 0.5)
			for _, p := range w {
				if strings.HasSuffix(p.Name, ".bias") {
					noise(r, p.Data, 0.3)
				}
			}
			shapes, _ := n.Shapes()
			x, direction := make([]float32, batch*shapes[0].Size()), make([]float32, batch*shapes[len(shapes)-1].Size())
			noise(r, x, 1)
			noise(r, direction, 1)
			graph, vm, _, loss := build(t, n, w, x, direction, batch, true)
			defer vm.Close()
			graph.SetTraining(true)
			run := func() float64 {
				if err := vm.RunAll(); err != nil {
					t.Fatal(err)
				}
				defer vm.Reset()
				return float64((*loss).Data().(float32))
			}
			for range 2 { // the second run must not live on what the first left
				run()
				var slope, square float64
				var steps [][]float32
				for _, p := range graph.Params {
					g, err := p.Grad()
					if err != nil {
						t.Fatal(err)
					}
					step := make([]float32, len(g.Data().([]float32)))
					noise(r, step, 1)
					for i, v := range g.Data().([]float32) {
						slope += float64(v) * float64(step[i])
						square += float64(v) * float64(v)
					}
					clear(g.Data().([]float32)) // the machine adds to it
					steps = append(steps, step)
				}
				const h = 2e-5
				move := func(by float32) {
					for i, p := range graph.Params {
						for k, v := range p.Value().Data().([]float32) {
							p.Value().Data().([]float32)[k] = v + by*steps[i][k]
						}
					}
				}
				move(h)
				up := run()
				move(-2 * h)
				down := run()
				move(h)
				for _, p := range graph.Params {
					g, _ := p.Grad()
					clear(g.Data().([]float32))
				}
				if want := (up - down) / (2 * h); math.Abs(slope-want) > 0.02*math.Sqrt(square) { // the usual size of a slope
					t.Fatalf("derivative %g, by differences %g", slope, want)
				}
			}
		})
	}
}

// A run must not live on what the one before left in memory: on other pictures it
// gives the gradients of a new graph.
func TestGradientsAfterOtherPictures(t *testing.T) {
	for _, n := range nets() {
		t.Run(n.Name, func(t *testing.T) {
			const batch = 3
			r := rand.New(rand.NewPCG(5, 6))
			w, err := NewWeights(n, r)
			if err != nil {
				t.Fatal(err)
			}
			noise(r, w.Get("logit.weight"), 0.5)
			shapes, _ := n.Shapes()
			x, direction := make([]float32, batch*shapes[0].Size()), make([]float32, batch*shapes[len(shapes)-1].Size())
			noise(r, direction, 1)
			gradients := func(pictures ...[]float32) (all [][]float32) {
				graph, vm, _, _ := build(t, n, w, x, direction, batch, true)
				defer vm.Close()
				graph.SetTraining(true)
				for _, p := range pictures {
					copy(x, p)
					all = nil
					if err := vm.RunAll(); err != nil {
						t.Fatal(err)
					}
					for _, p := range graph.Params {
						g, err := p.Grad()
						if err != nil {
							t.Fatal(err)
						}
						data := g.Data().([]float32)
						all = append(all, append([]float32(nil), data...))
						clear(data) // the machine adds to it
					}
					vm.Reset()
				}
				return all
			}
			first, second := make([]float32, len(x)), make([]float32, len(x))
			noise(r, first, 1)
			noise(r, second, 1)
			if !reflect.DeepEqual(gradients(first, second), gradients(second)) {
				t.Error("the gradients depend on the pictures before")
			}
		})
	}
}

// TestPlanEqualsGraph compares the folded plan with Gorgonia's graph by running
// moments.
func TestPlanEqualsGraph(t *testing.T) {
	for _, n := range nets() {
		t.Run(n.Name, func(t *testing.T) {
			const batch = 4
			r := rand.New(rand.NewPCG(3, 4))
			w, err := NewWeights(n, r)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range w {
				switch {
				case len(p.Shape) == 1 && p.Learned:
					noise(r, p.Data, 0.5)
				case !p.Learned:
					for i := range p.Data {
						p.Data[i] = 0.5 + r.Float32()
					}
				}
			}
			shapes, _ := n.Shapes()
			x, direction := make([]float32, batch*shapes[0].Size()), make([]float32, batch*shapes[len(shapes)-1].Size())
			noise(r, x, 1)
			_, vm, output, _ := build(t, n, w, x, direction, batch, false)
			defer vm.Close()
			if err := vm.RunAll(); err != nil {
				t.Fatal(err)
			}
			want := (*output).Data().([]float32)
			p, err := NewPlan(n, w)
			if err != nil {
				t.Fatal(err)
			}
			run, many := p.NewRun(batch), p.NewBatch(batch)
			for _, images := range []int{batch, 1, batch} {
				got := run.Forward(x[:images*shapes[0].Size()], images)
				if also := many.Forward(x[:images*shapes[0].Size()], images); !slices.Equal(also, got) {
					t.Fatalf("without the layers: %g, with them %g", also, got)
				}
				for i, v := range got {
					if math.Abs(float64(v-want[i])) > 1e-4*(1+math.Abs(float64(want[i]))) {
						t.Fatalf("output %d of %d pictures: %g, in the graph %g", i, images, v, want[i])
					}
				}
			}
		})
	}
}

func TestImpossibleNets(t *testing.T) {
	good := ResNet("good", 32, 1, 16)
	if _, err := good.Shapes(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(n *Net){
		"no layers":        func(n *Net) { n.Layers = nil },
		"a loop":           func(n *Net) { n.Layers[1].In[0] = 1 },
		"a negative input": func(n *Net) { n.Layers[1].In[0] = -1 },
		"an unknown layer": func(n *Net) { n.Layers[2].Op = "eval" },
		"huge sides":       func(n *Net) { n.Side = 1 << 30 },
		"huge channels":    func(n *Net) { n.Layers[1].Conv.Out = 1 << 30 },
		"wrong channels":   func(n *Net) { n.Layers[1].Conv.In = 16 },
		"no stride":        func(n *Net) { n.Layers[1].Conv.Stride = 0 },
		"a thin bias":      func(n *Net) { n.Layers = n.Layers[:1]; n.Bias(0, "x", true) },
		"two inputs":       func(n *Net) { n.Layers[1].In = []int{0, 0} },
	} {
		n := ResNet("bad", 32, 1, 16)
		spoil(n)
		if _, err := n.Shapes(); !errors.Is(err, ErrBadNet) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := NewWeights(n, rand.New(rand.NewPCG(1, 1))); !errors.Is(err, ErrBadNet) {
			t.Errorf("weights of %s: %v", name, err)
		}
	}
	w, _ := NewWeights(good, rand.New(rand.NewPCG(1, 1)))
	w[0].Data = w[0].Data[:5]
	if _, err := NewPlan(good, w); !errors.Is(err, ErrBadNet) {
		t.Errorf("short weights: %v", err)
	}
	w, _ = NewWeights(good, rand.New(rand.NewPCG(1, 1)))
	w[3].Data[1] = float32(math.NaN())
	if _, err := NewPlan(good, w); !errors.Is(err, ErrBadNet) {
		t.Errorf("NaN: %v", err)
	}
}
