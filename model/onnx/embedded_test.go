package onnx

import (
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/model"
)

// part is one network of an embedded model with its file.
type part struct {
	example
	name string
	file []byte
}

// embeddedParts are all networks of all embedded models.
func embeddedParts(t testing.TB) (all []part) {
	t.Helper()
	for _, name := range model.EmbeddedNames() {
		m, err := model.Embedded(name)
		if err != nil {
			t.Fatal(err)
		}
		parts := m.Parts()
		for _, p := range parts {
			file, err := Model(m, p.Name)
			if err != nil {
				t.Fatal(err)
			}
			full := name
			if len(parts) > 1 {
				full += " " + p.Name
			}
			all = append(all, part{example{p.Net, p.Weights}, full, file})
		}
	}
	if len(all) == 0 {
		t.Fatal("no model is embedded")
	}
	return all
}

// prepared are pictures of one channel as the networks are given them: two
// ellipses of texture, standardised, and zeros around them as around lungs.
func prepared(side, images int) []float32 {
	r := rand.New(rand.NewPCG(7, uint64(side)))
	x := make([]float32, 0, images*side*side)
	for range images {
		phase, wave := 6*r.Float64(), 4+10*r.Float64()
		for row := range side {
			for column := range side {
				v, u := (float64(row)/float64(side)-0.5)/0.4, math.Abs(float64(column)/float64(side)-0.5)
				inside := v*v+math.Pow((u-0.22)/0.16, 2) < 1
				texture := 0.9*math.Sin(wave*v+phase)*math.Cos(wave*u) + 0.5*r.NormFloat64()
				if !inside {
					texture = 0
				}
				x = append(x, float32(texture))
			}
		}
	}
	return x
}

// apart is the largest difference.
func apart(got, want []float32) (d float64) {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	for i, v := range want {
		if each := math.Abs(float64(got[i]) - float64(v)); !(each <= d) { // NaN is worst
			d = each
		}
	}
	return d
}

// TestEmbeddedNetworks: of every network of every embedded model, what reads
// scans, Gorgonia's own operators and the file for other runtimes give the same
// logits.
func TestEmbeddedNetworks(t *testing.T) {
	const images = 2
	for _, p := range embeddedParts(t) {
		t.Run(p.name, func(t *testing.T) {
			if p.Channels != 1 {
				t.Fatalf("%d channels", p.Channels)
			}
			x := prepared(p.Side, images)
			want := forward(t, p.example, x, images)
			graph, err := newStock(p.Net, p.weights, images)
			if err != nil {
				t.Fatal(err)
			}
			defer graph.close()
			byStock, err := graph.run(x)
			if err != nil {
				t.Fatal(err)
			}
			f := read(t, p.file)
			checkNames(t, f)
			byFile := narrowed(f.interpret(array{[]int{images, 1, p.Side, p.Side}, widened(x)}).data)
			for other, got := range map[string][]float32{"Gorgonia's stock operators": byStock, "the file": byFile} {
				if d := apart(got, want); !(d <= tolerance) {
					t.Errorf("%s: logits differ by %g", other, d)
				} else {
					t.Logf("%s: logits of %.3g differ by %.1g at most", other, want[0], d)
				}
			}
			if apart(want[:len(want)/images], want[len(want)/images:]) < 0.01 {
				t.Error("the pictures are all the same to the network")
			}
		})
	}
}

// TestStockOperators: the stock graph has every operator in every role, so that
// other networks can be held to it.
func TestStockOperators(t *testing.T) {
	const images = 3
	for _, e := range examples(t) {
		x := pictures(e.Net, images, 6)
		graph, err := newStock(e.Net, e.weights, images)
		if err != nil {
			t.Errorf("%s: %v", e.Name, err)
			continue
		}
		got, err := graph.run(channelsFirst(x, images, e.Channels))
		graph.close()
		if d := worst(got, forward(t, e, x, images)); err != nil || !(d <= tolerance) {
			t.Errorf("%s: differs by %g, %v", e.Name, d, err)
		}
	}
}
