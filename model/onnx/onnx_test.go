package onnx

import (
	"bytes"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/kernel"
)

// example is a network with random weights.
type example struct {
	*arch.Net
	weights arch.Weights
}

// examples have between them every operator in every role that is written
// differently.
func examples(t testing.TB) []example {
	t.Helper()
	odd := arch.New("odd", 21, 3) // pooling drops a row; a normalisation stands alone; both its input and it are used
	x := odd.Conv(0, "first", kernel.Conv{In: 3, Out: 16, Kernel: 5, Stride: 2, Pad: 2})
	y := odd.NormOnly(odd.MaxPool(x), "alone")
	z := odd.NormAdd(y, odd.MaxPool(x), "sum")
	odd.Dense(odd.Mean(odd.Concat(z, odd.MaxPool(odd.Upsample(y)))), "score")

	inner := arch.New("inner", 8, 1) // a logit in the middle; no logit at the end
	x = inner.Dense(inner.Mean(inner.Conv(0, "a", kernel.Conv{In: 1, Out: 16, Kernel: 3, Stride: 1})), "one")
	inner.Conv(inner.Upsample(inner.Upsample(x)), "a.weight", kernel.Conv{In: 1, Out: 16, Kernel: 1, Stride: 1})

	biased := arch.New("biased", 10, 1)
	x = biased.Bias(biased.Conv(0, "a", kernel.Conv{In: 1, Out: 16, Kernel: 3, Stride: 1}), "a", true)
	y = biased.Conv(biased.MaxPool(x), "b", kernel.Conv{In: 16, Out: 32, Kernel: 4, Stride: 1})
	z = biased.Bias(y, "b", false) // its convolution is used twice
	biased.Dense(biased.Bias(biased.Concat(z, y), "c", true), "logit")

	var out []example
	for i, n := range []*arch.Net{arch.ResNet("resnet", 20, 2, 16, 32), arch.UNet("unet", 16, 1, 16, 32, 48), odd, inner, biased} {
		w, err := arch.NewWeights(n, rand.New(rand.NewPCG(uint64(i), 1)))
		if err != nil {
			t.Fatal(err)
		}
		randomise(w, uint64(i))
		out = append(out, example{n, w})
	}
	return out
}

// randomise gives everything but convolutions random values, so that no part
// may be left out unnoticed.
func randomise(w arch.Weights, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2))
	for _, p := range w {
		for i := range p.Data {
			switch {
			case strings.HasSuffix(p.Name, ".variance"):
				p.Data[i] = 0.5 + r.Float32()
			case len(p.Shape) == 1:
				p.Data[i] += float32(0.3 * r.NormFloat64())
			}
		}
	}
}

// pictures are random, (image, row, column, channel).
func pictures(n *arch.Net, images int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 3))
	x := make([]float32, images*n.Side*n.Side*n.Channels)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// channelsFirst turns (image, place, channel) into (image, channel, place).
func channelsFirst(x []float32, images, channels int) []float32 {
	places := len(x) / images / channels
	y := make([]float32, len(x))
	for i, v := range x {
		image, place, c := i/channels/places, i/channels%places, i%channels
		y[(image*channels+c)*places+place] = v
	}
	return y
}

func forward(t testing.TB, e example, x []float32, images int) []float32 {
	t.Helper()
	plan, err := arch.NewPlan(e.Net, e.weights)
	if err != nil {
		t.Fatal(err)
	}
	shapes, err := e.Shapes()
	if err != nil {
		t.Fatal(err)
	}
	return channelsFirst(plan.NewRun(images).Forward(x, images), images, shapes[len(shapes)-1].Channels)
}

func written(t testing.TB, e example) []byte {
	t.Helper()
	data, err := Net(e.Net, e.weights, Info{Name: e.Name})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// worst is the largest difference, of large values relative to them.
func worst(got, want []float32) (d float64) {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	for i := range want {
		each := math.Abs(float64(got[i])-float64(want[i])) / (1 + math.Abs(float64(want[i])))
		if !(each <= d) { // NaN is worst
			d = each
		}
	}
	return d
}

// tolerance of logits of two implementations in float32.
const tolerance = 1e-4

func narrowed(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

func widened(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// TestWritten reads the files back: everything is named once, made before it is
// used, and of the shape that its layer has.
func TestWritten(t *testing.T) {
	for _, e := range examples(t) {
		t.Run(e.Name, func(t *testing.T) {
			data := written(t, e)
			m := read(t, data)
			if m.ir != 8 || m.opset != 13 || m.producer != "Lightbox" || m.name != e.Name {
				t.Errorf("IR %d, operator set %d, by %q, graph %q", m.ir, m.opset, m.producer, m.name)
			}
			if len(m.inputs) != 1 || m.inputs[0].name != "input" || m.inputs[0].element != 1 || !slices.Equal(m.inputs[0].dims, []any{"batch", e.Channels, e.Side, e.Side}) {
				t.Errorf("inputs %+v", m.inputs)
			}
			checkNames(t, m)
			const images = 2
			x := pictures(e.Net, images, 5)
			got := m.interpret(array{[]int{images, e.Channels, e.Side, e.Side}, widened(channelsFirst(x, images, e.Channels))})
			if len(m.outputs) != 1 || m.outputs[0].name != "logit" || m.outputs[0].element != 1 || len(m.outputs[0].dims) != len(got.dims) || m.outputs[0].dims[0] != "batch" {
				t.Fatalf("outputs %+v, given %v", m.outputs, got.dims)
			}
			for i, d := range got.dims[1:] {
				if m.outputs[0].dims[i+1] != d {
					t.Errorf("outputs %+v, given %v", m.outputs, got.dims)
				}
			}
			if d := worst(forward(t, e, x, images), narrowed(got.data)); d > tolerance {
				t.Errorf("outputs of the plan and of the graph differ by %g", d)
			}
			if !bytes.Equal(data, written(t, e)) {
				t.Error("the same network gives other bytes")
			}
		})
	}
}

// checkNames: single assignment, in topological order, as docs/IR.md demands.
func checkNames(t *testing.T, m file) {
	t.Helper()
	known := map[string]bool{"": true, "input": true}
	for name := range m.tensors {
		known[name] = true
	}
	if known["logit"] || len(known) != len(m.tensors)+2 {
		t.Errorf("weights take the name of input or output")
	}
	nodes := map[string]bool{}
	for _, n := range m.nodes {
		for _, in := range n.in {
			if !known[in] {
				t.Errorf("%s uses %q, which is not there yet", n.name, in)
			}
		}
		if len(n.out) != 1 || known[n.out[0]] || nodes[n.name] {
			t.Fatalf("%s makes %v anew", n.name, n.out)
		}
		known[n.out[0]], nodes[n.name] = true, true
		for name, a := range n.attributes {
			if ok := map[int64]bool{1: true, 2: true, 3: a.text != "", 7: len(a.list) > 0}[a.kind]; !ok {
				t.Errorf("%s: %s is %+v", n.name, name, a)
			}
		}
	}
	if !known["logit"] {
		t.Error("nothing makes the output")
	}
}

func TestOutputShapes(t *testing.T) {
	want := map[string][]any{"resnet": {"batch"}, "unet": {"batch", 16, 16}, "odd": {"batch"}, "inner": {"batch", 16, 4, 4}, "biased": {"batch"}}
	for _, e := range examples(t) {
		if got := read(t, written(t, e)).outputs[0].dims; !slices.Equal(got, want[e.Name]) {
			t.Errorf("%s gives %v, not %v", e.Name, got, want[e.Name])
		}
	}
}

// TestWeightOrder finds a weight that was put in one place.
func TestWeightOrder(t *testing.T) {
	e := examples(t)[0]
	c := e.Layers[1].Conv
	row, column, in, out := 2, 0, 1, 7
	data := e.weights.Get("stem.weight")
	clear(data)
	data[((row*c.Kernel+column)*c.In+in)*c.Out+out] = 3
	stem := read(t, written(t, e)).tensors["stem.weight"]
	if !slices.Equal(stem.dims, []int64{16, 2, 3, 3}) {
		t.Fatalf("the stem is %v", stem.dims)
	}
	for i, v := range stem.floats() {
		if at := ((out*2+in)*3+row)*3 + column; (v == 3) != (i == at) || v != 0 && v != 3 {
			t.Errorf("weight %d is %g; 3 belongs at %d", i, v, at)
		}
	}
}

func TestMetadata(t *testing.T) {
	e := examples(t)[0]
	data, err := Net(e.Net, e.weights, Info{Name: "胸片", Version: "1.2", SHA256: "ab", Doc: "words", Properties: map[string]string{"z": "1", "a": "2", "none": ""}})
	if err != nil {
		t.Fatal(err)
	}
	m := read(t, data)
	if !maps.Equal(m.metadata, map[string]string{"name": "胸片", "version": "1.2", "weights_sha256": "ab", "z": "1", "a": "2"}) || !slices.Equal(m.keys, []string{"name", "version", "weights_sha256", "a", "z"}) {
		t.Errorf("%v in the order %v", m.metadata, m.keys)
	}
	if m.doc != "words" || m.version != "1.2" {
		t.Errorf("doc %q, version %q", m.doc, m.version)
	}
	e.Name = ""
	if m = read(t, written(t, e)); m.name == "" || len(m.metadata) != 0 {
		t.Errorf("without a name: graph %q, %v", m.name, m.metadata)
	}
}

func TestImpossible(t *testing.T) {
	for name, spoil := range map[string]func(e *example){
		"no layers":      func(e *example) { e.Layers = nil },
		"unknown layer":  func(e *example) { e.Layers[2].Op = "eval" },
		"no weights":     func(e *example) { e.weights = nil },
		"short weights":  func(e *example) { e.weights[0].Data = e.weights[0].Data[:5] },
		"long moments":   func(e *example) { e.weights[3].Data = append(e.weights[3].Data, 1) },
		"no number":      func(e *example) { e.weights[1].Data[3] = float32(math.NaN()) },
		"infinite":       func(e *example) { e.weights[0].Data[3] = float32(math.Inf(1)) },
		"logit is short": func(e *example) { e.weights[len(e.weights)-1].Data = nil },
	} {
		e := examples(t)[0]
		spoil(&e)
		if data, err := Net(e.Net, e.weights, Info{}); !errors.Is(err, arch.ErrBadNet) || data != nil {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
	n := model.NewNetwork()
	n.Dense1.Weight = n.Dense1.Weight[:7]
	if _, err := Network(n, Info{}); !errors.Is(err, model.ErrBadWeights) {
		t.Errorf("short network: %v", err)
	}
}
