package model

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// plainForward is the network written a second time, from its description,
// with plain loops in float64. It shares nothing with the Gorgonia graph but
// the weights.
func plainForward(n *Network, image []float32) float64 {
	input := make([]float64, len(image))
	for i, v := range image {
		input[i] = float64(v)
	}
	a, s := plainConv(input, 1, 28, n.Conv1, 32)
	a, s = plainPool(a, 32, s)
	a, s = plainConv(a, 32, s, n.Conv2, 64)
	a, _ = plainPool(a, 64, s)
	hidden := plainDense(a, n.Dense1, 64)
	for i, v := range hidden {
		hidden[i] = math.Max(v, 0)
	}
	return plainDense(hidden, n.Dense2, 1)[0]
}

func plainConv(in []float64, channels, side int, l Layer, out int) ([]float64, int) {
	small := side - 2
	result := make([]float64, out*small*small)
	for o := range out {
		for y := range small {
			for x := range small {
				sum := float64(l.Bias[o])
				for c := range channels {
					for dy := range 3 {
						for dx := range 3 {
							sum += in[(c*side+y+dy)*side+x+dx] * float64(l.Weight[((o*channels+c)*3+dy)*3+dx])
						}
					}
				}
				result[(o*small+y)*small+x] = math.Max(sum, 0)
			}
		}
	}
	return result, small
}

func plainPool(in []float64, channels, side int) ([]float64, int) {
	small := side / 2
	result := make([]float64, channels*small*small)
	for c := range channels {
		for y := range small {
			for x := range small {
				at := (c*side+2*y)*side + 2*x
				result[(c*small+y)*small+x] = max(in[at], in[at+1], in[at+side], in[at+side+1])
			}
		}
	}
	return result, small
}

func plainDense(in []float64, l Layer, out int) []float64 {
	result := make([]float64, out)
	for o := range out {
		result[o] = float64(l.Bias[o])
		for i, v := range in {
			result[o] += v * float64(l.Weight[i*out+o])
		}
	}
	return result
}

// randomModel has random weights and biases throughout.
// sourceOf is the network of a model that has the source document's.
func sourceOf(m *Model) *Network {
	net, _ := m.Network()
	return net
}

func randomModel(t testing.TB, seed uint64, meta func(*Meta)) *Model {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	n := NewNetwork()
	n.InitGlorot(rng)
	for _, p := range n.Tensors() {
		for i := range p.Data {
			p.Data[i] += float32(0.02 * rng.NormFloat64())
		}
	}
	m := Meta{
		Name: "test", Architecture: Architecture, Finding: FindingPneumonia, Population: PopulationKermany,
		Preprocessing: Preprocessing{Size: InputSize, Standardise: StandardiseNone},
		Threshold:     DefaultThreshold,
	}
	if meta != nil {
		meta(&m)
	}
	out, err := New(n, m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func randomGray(seed uint64, rows, columns int) Gray {
	rng := rand.New(rand.NewPCG(seed, 2))
	g := Gray{Rows: rows, Columns: columns, Pix: make([]float32, rows*columns)}
	for i := range g.Pix {
		g.Pix[i] = rng.Float32()
	}
	return g
}

const tolerance = 1e-5

func near(a, b float64) bool { return math.Abs(a-b) <= tolerance*math.Max(1, math.Abs(b)) }

func TestForwardAgainstPlainGo(t *testing.T) {
	for seed := range uint64(4) {
		m := randomModel(t, seed, func(m *Meta) { m.Preprocessing.Standardise = StandardisePerImage })
		for picture := range uint64(4) {
			g := randomGray(100*seed+picture, InputSize, InputSize)
			prepared, err := Prepare(g, m.Meta.Preprocessing)
			if err != nil {
				t.Fatal(err)
			}
			got, err := m.Predict(context.Background(), g)
			if err != nil {
				t.Fatal(err)
			}
			if want := plainForward(sourceOf(m), prepared); !near(got.Logit, want) {
				t.Errorf("weights %d, picture %d: logit %.7f, plain Go %.7f", seed, picture, got.Logit, want)
			}
		}
	}
}

func TestForwardOfEmbeddedModels(t *testing.T) {
	for _, name := range EmbeddedNames() {
		m, err := Embedded(name)
		if err != nil {
			t.Fatal(err)
		}
		net, ok := m.Network()
		if !ok {
			continue // package arch holds the others to plain Go
		}
		g := randomGray(3, 40, 50)
		prepared, err := Prepare(g, m.Meta.Preprocessing)
		if err != nil {
			t.Fatal(err)
		}
		want := plainForward(net, prepared)
		if m.Meta.MirrorAveraging {
			flipped := make([]float32, inputPixels)
			mirror(flipped, prepared, InputSize)
			want = (want + plainForward(net, flipped)) / 2
		}
		got, err := m.Predict(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		if !near(got.Logit, want) || !near(got.Score, 1/(1+math.Exp(-want))) {
			t.Errorf("%s: logit %.7f, score %.7f; plain Go logit %.7f", name, got.Logit, got.Score, want)
		}
	}
}

func TestParameterCount(t *testing.T) {
	total := 0
	for _, p := range NewNetwork().Tensors() {
		total += len(p.Data)
	}
	if total != ParameterCount {
		t.Errorf("%d parameters, want %d", total, ParameterCount)
	}
}
