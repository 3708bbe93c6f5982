package model

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model/arch"
	"lightbox/model/breast"
	"lightbox/model/chest"
	"lightbox/model/lungs"
	"lightbox/model/plane"
)

// stockInfluence is the influence of the places of the second convolution by
// Gorgonia's own operators and gradients: the gradient of the logit by each value,
// times what that is more than on a picture of zeros, smoothed by one place.
func stockInfluence(t *testing.T, net *Network, prepared []float32) []float32 {
	t.Helper()
	read := func(prepared []float32) []float32 {
		return append([]float32(nil), dense(t, runStock(t, net, prepared, func(g *Graph) *gorgonia.Node { return g.Conv2 }))...)
	}
	a, even := read(prepared), read(make([]float32, inputPixels))
	d := tailGradient(t, net, a)
	out := plane.New(conv2Side, conv2Side)
	for i, v := range d {
		out.Pix[i%len(out.Pix)] += v * (a[i] - even[i])
	}
	out.Blur(1)
	return out.Pix
}

// tailGradient is the gradient of the logit by the second convolution's map.
// Gorgonia differentiates by inputs only, so the rest of the network begins with
// the map.
func tailGradient(t *testing.T, net *Network, maps []float32) []float32 {
	t.Helper()
	g := gorgonia.NewGraph()
	input := func(data []float32, shape ...int) *gorgonia.Node {
		return gorgonia.NewTensor(g, tensor.Float32, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(fmt.Sprint("x", len(g.AllNodes()))),
			gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(append([]float32(nil), data...)))))
	}
	var b builder
	x := input(maps, 1, conv2Channels, conv2Side, conv2Side)
	hidden := b.relu(b.dense(b.reshape(b.pool(x), 1, flatSize), input(net.Dense1.Weight, flatSize, denseSize), input(net.Dense1.Bias, 1, denseSize)))
	logit := b.dense(hidden, input(net.Dense2.Weight, denseSize, 1), input(net.Dense2.Bias, 1, 1))
	if b.err != nil {
		t.Fatal(b.err)
	}
	sum, err := gorgonia.Sum(logit)
	if err != nil {
		t.Fatal(err)
	}
	gradients, err := gorgonia.Grad(sum, x)
	if err != nil {
		t.Fatal(err)
	}
	var gradient gorgonia.Value
	gorgonia.Read(gradients[0], &gradient)
	vm := gorgonia.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return dense(t, gradient)
}

// dense is the data of a value, channels first.
func dense(t *testing.T, v gorgonia.Value) []float32 {
	t.Helper()
	x, ok := v.(*tensor.Dense)
	if !ok {
		t.Fatalf("%T", v)
	}
	x, ok = x.Materialize().(*tensor.Dense)
	if !ok {
		t.Fatal("no dense tensor")
	}
	return x.Data().([]float32)
}

func TestInfluenceEqualsGorgonia(t *testing.T) {
	for _, mirrored := range []bool{false, true} {
		m := randomModel(t, 9, func(m *Meta) { m.MirrorAveraging = mirrored })
		g := randomGray(4, 61, 47)
		x, err := m.Explain(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		want := stockInfluence(t, sourceOf(m), x.Seen.Pix)
		if mirrored {
			flipped := make([]float32, inputPixels)
			mirror(flipped, x.Seen.Pix, InputSize)
			turned := make([]float32, len(want))
			mirror(turned, stockInfluence(t, sourceOf(m), flipped), conv2Side)
			for i, v := range turned {
				want[i] = (want[i] + v) / 2
			}
		}
		var largest float64
		for _, v := range want {
			largest = math.Max(largest, math.Abs(float64(v)))
		}
		for i, v := range x.Influence.Pix {
			if d := math.Abs(float64(v - want[i])); d > 1e-5*largest || largest == 0 {
				t.Fatalf("mirrored %v, place %d: %v, by Gorgonia %v", mirrored, i, v, want[i])
			}
		}
		p, err := m.Predict(context.Background(), g)
		if err != nil || p != x.Prediction {
			t.Errorf("%+v explained, %+v predicted: %v", x.Prediction, p, err)
		}
		if x.Within.X0 != 0 || x.Within.X1 != 1 || math.Abs(x.Within.Y0-7./61) > 1e-9 || math.Abs(x.Within.Y1-54./61) > 1e-9 {
			t.Errorf("47 of 47 × 61 pixels are seen within %+v", x.Within)
		}
	}
}

// randomChest is a chest model of random weights.
func randomChest(t *testing.T, members int, similar int) *Model {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 3))
	var all []arch.Weights
	for range members {
		w, err := arch.NewWeights(chest.Net(), r)
		if err != nil {
			t.Fatal(err)
		}
		for i := range w.Get("logit.weight") {
			w.Get("logit.weight")[i] = float32(r.NormFloat64())
		}
		all = append(all, w)
	}
	segmenter, err := arch.NewWeights(lungs.Net(), r)
	if err != nil {
		t.Fatal(err)
	}
	for i := range segmenter.Get("logit.weight") {
		segmenter.Get("logit.weight")[i] = float32(r.NormFloat64())
	}
	tensors := EnsembleTensors(segmenter, all)
	if similar > 0 {
		features, labels := make([]float32, similar*chestFeatures), make([]float32, similar)
		for i := range features {
			features[i] = float32(r.NormFloat64())
		}
		for i := range labels {
			labels[i] = float32(i % 2)
		}
		tensors = append(tensors, SimilarTensors(features, labels)...)
	}
	m, err := NewModel(Meta{
		Name: ChestName, Architecture: ChestArchitecture, Finding: FindingOpacity, Population: PopulationChest,
		Preprocessing: ChestPreprocessing, MirrorAveraging: true, Threshold: 0.5, Members: members, Similar: similar, Far: 2,
	}, tensors)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEnsembleFile(t *testing.T) {
	m := randomChest(t, 2, 6)
	file := encode(t, m)
	back, err := Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	g := randomGray(8, 150, 170)
	a, errA := m.Explain(context.Background(), g)
	b, errB := back.Explain(context.Background(), g)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if a.Prediction != b.Prediction || back.SHA256() != m.SHA256() || back.Meta.Far != 2 {
		t.Errorf("%+v written, %+v read back", a.Prediction, b.Prediction)
	}
	p, err := m.Predict(context.Background(), g)
	if err != nil || p != a.Prediction || p.Spread <= 0 {
		t.Errorf("%+v explained, %+v predicted: %v", a.Prediction, p, err)
	}
	if near := m.Nearest(a, 4); len(near) != 4 || near[0].Distance > near[3].Distance {
		t.Errorf("%+v", near)
	}
	if d, ok := m.DistanceFromTraining(a); !ok || math.Abs(d-m.Nearest(a, 5)[4].Distance/2) > 1e-9 {
		t.Errorf("distance %v, %v", d, ok)
	}
	if len(m.Parts()) != 3 {
		t.Errorf("%d parts", len(m.Parts()))
	}
	for name, bad := range map[string][]byte{
		"cut":              file[:len(file)/2],
		"without networks": bytes.Replace(file, []byte(`"members":"2"`), []byte(`"members":"0"`), 1),
		"too many":         bytes.Replace(file, []byte(`"members":"2"`), []byte(`"members":"9"`), 1),
		"another":          bytes.Replace(file, []byte(ChestArchitecture), []byte("lungs-unet-64-resnet-96-32-48-96-129"), 1),
		"source's":         bytes.Replace(file, []byte(ChestArchitecture), []byte(Architecture[:len(ChestArchitecture)]), 1),
		"other input":      bytes.Replace(file, []byte(`\"size\":96`), []byte(`\"size\":97`), 1),
	} {
		if _, err := Parse(bad); !errors.Is(err, ErrBadWeights) {
			t.Errorf("%s: %v", name, err)
		}
	}
	nan := encode(t, m)
	copy(nan[len(nan)-4:], []byte{0, 0, 0xc0, 0x7f})
	if _, err := Parse(nan); !errors.Is(err, ErrBadWeights) {
		t.Errorf("not a number: %v", err)
	}
}

// TestInsideLungs: half of the influence in the lungs is one half.
func TestInsideLungs(t *testing.T) {
	x := &Explanation{Influence: plane.New(4, 4), Over: WholePicture, Lungs: plane.New(8, 8)}
	if _, ok := x.InsideLungs(); ok {
		t.Error("a part of no influence")
	}
	for i := range x.Influence.Pix {
		x.Influence.Pix[i] = 1
	}
	for i := range x.Lungs.Pix {
		if i%8 < 4 {
			x.Lungs.Pix[i] = 1
		}
	}
	if part, ok := x.InsideLungs(); !ok || part != 0.5 {
		t.Errorf("%v, %v", part, ok)
	}
	// The lungs are the left half. Of a map over the lower right quarter nothing
	// lies there; of one from a quarter of the width on, one of three parts.
	x.Over = Box{0.5, 0.5, 1, 1}
	if part, ok := x.InsideLungs(); !ok || part != 0 {
		t.Errorf("outside: %v, %v", part, ok)
	}
	x.Over = Box{0.25, -0.25, 1, 1.25}
	if part, ok := x.InsideLungs(); !ok || math.Abs(part-1./3) > 1e-9 {
		t.Errorf("a third: %v, %v", part, ok)
	}
	x.Lungs = plane.Plane{}
	if _, ok := x.InsideLungs(); ok {
		t.Error("a part in lungs that are not known")
	}
}

// brightness is a model of the source document's architecture whose logit is the
// brightness that its last pooling sees, and nothing else.
func brightness(t *testing.T) *Model {
	t.Helper()
	n := NewNetwork()
	const middle = kernelSize * kernelSize / 2
	n.Conv1.Weight[middle], n.Conv2.Weight[middle] = 1, 1
	for i := range pool2Side * pool2Side {
		n.Dense1.Weight[i*denseSize] = 1
	}
	n.Dense2.Weight[0] = 1
	m, err := New(n, Meta{
		Name: "test", Architecture: Architecture, Finding: FindingPneumonia, Population: PopulationKermany,
		Preprocessing: Preprocessing{Size: InputSize, Standardise: StandardiseNone}, Threshold: DefaultThreshold,
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// brightBreast is an ensemble for ultrasound whose logit is the brightness of the
// picture above its mean: every convolution on the one way averages.
func brightBreast(t *testing.T) *Model {
	t.Helper()
	w, err := arch.NewWeights(breast.Net(), rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range w {
		if len(p.Shape) != 4 {
			continue
		}
		clear(p.Data)
		if p.Name == "stem.weight" || strings.HasSuffix(p.Name, ".a.weight") || strings.HasSuffix(p.Name, ".b.weight") {
			for tap := range 9 {
				p.Data[tap*p.Shape[2]*p.Shape[3]] = 1. / 9
			}
		}
	}
	w.Get("logit.weight")[0] = 1
	m, err := NewModel(Meta{
		Name: BreastName, Architecture: BreastArchitecture, Finding: FindingMalignant, Population: PopulationBreast,
		Preprocessing: BreastPreprocessing, MirrorAveraging: true, Threshold: DefaultThreshold, Members: 1,
	}, EnsembleTensors(nil, []arch.Weights{w}))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestADotLightsUpInPlace: for networks that see brightness, a dot on a picture
// of any shape is where both maps are largest: not farther from its middle than
// half a place or half a square, and its own half.
func TestADotLightsUpInPlace(t *testing.T) {
	const radius = 15
	for name, c := range map[string]struct {
		m    *Model
		side [2]float64 // of a place and of a square, in pixels of 280
	}{"source-28": {brightness(t), [2]float64{20, 60}}, "breast": {brightBreast(t), [2]float64{280. / 24, 280. / 8}}} {
		t.Run(name, func(t *testing.T) {
			for _, size := range [][2]int{{280, 280}, {400, 280}, {280, 392}} {
				rows, columns := size[0], size[1]
				for _, at := range [][2]int{{40, 50}, {140, 140}, {230, 70}, {75, 228}, {215, 215}} {
					g := Gray{Rows: rows, Columns: columns, Pix: make([]float32, rows*columns)}
					y, x := at[0]+(rows-280)/2, at[1]+(columns-280)/2
					for i := range g.Pix {
						if dy, dx := i/columns-y, i%columns-x; dy*dy+dx*dx < radius*radius {
							g.Pix[i] = 1
						}
					}
					e, err := c.m.Explain(context.Background(), g)
					if err != nil {
						t.Fatal(err)
					}
					occlusion, err := e.Occlude(context.Background())
					if err != nil {
						t.Fatal(err)
					}
					for k, over := range []Box{e.Over, e.Within} {
						values := []plane.Plane{e.Influence, occlusion}[k]
						u, v, value, ok := Peak(values, over)
						dx, dy := u*float64(columns)-float64(x)-0.5, v*float64(rows)-float64(y)-0.5
						// What is seen is stretched to 280 pixels.
						w, h := (e.Within.X1-e.Within.X0)*float64(columns)/280, (e.Within.Y1-e.Within.Y0)*float64(rows)/280
						say := t.Logf
						if !ok || value <= 0 || math.Abs(dx) > w*c.side[k]/2+radius/2 || math.Abs(dy) > h*c.side[k]/2+radius/2 {
							say = t.Errorf
						}
						say("%d×%d, dot at (%d, %d): %s is largest (%.0f, %.0f) pixels from it", columns, rows, x, y, [...]string{"influence", "occlusion"}[k], dx, dy)
					}
				}
			}
		})
	}
}
