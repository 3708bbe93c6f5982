package onnx

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"lightbox/model"
)

// comparison is a model with an input and what Lightbox makes of it.
type comparison struct {
	name  string
	model []byte
	input []float32 // channels first
	dims  []int
	want  []float32
	// differ is the largest difference of outputs.
	differ func(got, want []float32) float64
}

func comparisons(t *testing.T) []comparison {
	t.Helper()
	const images = 3
	var all []comparison
	for _, e := range examples(t) {
		x := pictures(e.Net, images, 6)
		all = append(all, comparison{e.Name, written(t, e), channelsFirst(x, images, e.Channels), []int{images, e.Channels, e.Side, e.Side}, forward(t, e, x, images), worst})
	}
	m := embedded(t)
	data, err := Model(m, "")
	if err != nil {
		t.Fatal(err)
	}
	x, dims := films(images), []int{images, 1, model.InputSize, model.InputSize}
	all = append(all, comparison{m.Meta.Name, data, x, dims, predicted(t, m, x), worst},
		comparison{"source-28 by layers", written(t, example{model.SourceNet(), sourceNet(m).Weights()}), x, dims, predicted(t, m, x), worst})
	for _, p := range embeddedParts(t) {
		x := prepared(p.Side, images)
		all = append(all, comparison{"embedded " + p.name, p.file, x, []int{images, 1, p.Side, p.Side}, forward(t, p.example, x, images), apart})
	}
	return all
}

// embedded is the embedded source-28 with no more of preprocessing and averaging
// than is in the graph.
func embedded(t testing.TB) *model.Model {
	t.Helper()
	whole, err := model.Embedded(model.DefaultName)
	if err != nil {
		t.Fatal(err)
	}
	meta := whole.Meta
	meta.Preprocessing.Standardise, meta.MirrorAveraging = model.StandardiseNone, false
	meta.Similar, meta.Far = 0, 0 // pictures for comparison are not kept
	m, err := model.New(sourceNet(whole), meta)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sourceNet is the network of a model that has the source document's.
func sourceNet(m *model.Model) *model.Network {
	net, _ := m.Network()
	return net
}

// films are random pictures for source-28, 0 … 1.
func films(images int) []float32 {
	r := rand.New(rand.NewPCG(8, 8))
	x := make([]float32, images*model.InputSize*model.InputSize)
	for i := range x {
		x[i] = r.Float32()
	}
	return x
}

// grays are the films as a model takes them.
func grays(x []float32) (g []model.Gray) {
	const size = model.InputSize
	for pix := range slices.Chunk(x, size*size) {
		g = append(g, model.Gray{Rows: size, Columns: size, Pix: pix})
	}
	return g
}

func predicted(t testing.TB, m *model.Model, x []float32) (logits []float32) {
	t.Helper()
	found, err := m.PredictBatch(context.Background(), grays(x), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found {
		logits = append(logits, float32(p.Logit))
	}
	return logits
}

// TestONNXRuntime and TestOpenCVDNN run what was written in other runtimes.
func TestONNXRuntime(t *testing.T) { testRuntime(t, "ONNX Runtime") }
func TestOpenCVDNN(t *testing.T)   { testRuntime(t, "OpenCV DNN") }

func testRuntime(t *testing.T, name string) {
	command, missing := references[name]()
	if missing != "" {
		t.Skip(missing)
	}
	all := comparisons(t)
	dir := t.TempDir()
	var jobs []job
	for _, c := range all {
		jobs = append(jobs, newJob(t, dir, c.model, c.input, c.dims, 1))
	}
	r, err := start(t, name, command, jobs)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range all {
		got, err := r.output(i)
		if err != nil {
			t.Errorf("%s, %s: %v", r.name, c.name, err)
		} else if d := c.differ(got, c.want); !(d <= tolerance) {
			t.Errorf("%s, %s: differs by %g", r.name, c.name, d)
		} else {
			t.Logf("%s, %s: differs by %.1g at most", r.name, c.name, d)
		}
	}
}

// TestSource28 compares the embedded model with its file and with Gorgonia's
// stock convolution.
func TestSource28(t *testing.T) {
	const images = 3
	m, x := embedded(t), films(images)
	data, err := Model(m, "")
	if err != nil {
		t.Fatal(err)
	}
	f := read(t, data)
	checkNames(t, f)
	if !slices.Equal(f.inputs[0].dims, []any{"batch", 1, 28, 28}) || !slices.Equal(f.outputs[0].dims, []any{"batch"}) {
		t.Errorf("%+v, %+v", f.inputs, f.outputs)
	}
	if f.metadata["weights_sha256"] != m.SHA256() || f.metadata["name"] != m.Meta.Name || f.metadata["finding"] == "" || f.metadata["preprocessing"] == "" || f.doc == "" {
		t.Errorf("%v, %q", f.metadata, f.doc)
	}
	want := predicted(t, m, x)
	if d := worst(narrowed(f.interpret(array{[]int{images, 1, 28, 28}, widened(x)}).data), want); d > tolerance {
		t.Errorf("the file and the model differ by %g", d)
	}
	stock, err := newStock(model.SourceNet(), sourceNet(m).Weights(), images)
	if err != nil {
		t.Fatal(err)
	}
	defer stock.close()
	got, err := stock.run(x)
	if err != nil {
		t.Fatal(err)
	}
	if d := worst(got, want); d > tolerance {
		t.Errorf("Gorgonia's stock graph and the model differ by %g", d)
	}
}
