//go:build bench && linux

package onnx

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"lightbox/model"
	"lightbox/model/arch"
)

// measuredNet is a network that is timed. ours and stock make the contestants
// for so many pictures and threads.
type measuredNet struct {
	name           string
	flop           float64 // of a picture, two for a multiplication with its addition
	channels, side int
	model          []byte
	input          func(images int) []float32 // channels first
	ours, stock    func(t *testing.T, images, thread int) *contestant
}

func measuredNets(t *testing.T) []measuredNet {
	t.Helper()
	m := embedded(t)
	source := planned(t, example{model.SourceNet(), m.Network().Weights()}, films)
	var err error
	if source.model, err = Model(m, ""); err != nil {
		t.Fatal(err)
	}
	source.stock = stockOf(m)
	whole := source
	whole.name, whole.ours, whole.stock = "the same, as Predict does, preparation included", predicting(m), none
	nets := []measuredNet{source, whole}
	for _, n := range []*arch.Net{
		arch.ResNet("ResNet 32-48-96-128", 96, 1, 32, 48, 96, 128),
		arch.UNet("U-Net 16-32-48-64", 64, 1, 16, 32, 48, 64),
	} {
		w, err := arch.NewWeights(n, rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		randomise(w, 1)
		nets = append(nets, planned(t, example{n, w}, func(images int) []float32 { return pictures(n, images, 7) }))
	}
	return nets
}

// none is no contestant.
func none(*testing.T, int, int) *contestant { return &contestant{missing: "–"} }

// planned is a network of one channel that arch.Plan runs.
func planned(t *testing.T, e example, input func(images int) []float32) measuredNet {
	t.Helper()
	plan, err := arch.NewPlan(e.Net, e.weights)
	if err != nil {
		t.Fatal(err)
	}
	return measuredNet{
		name: fmt.Sprintf("%s, %d px", e.Name, e.Side), flop: flop(t, e.Net), channels: e.Channels, side: e.Side, model: written(t, e),
		input: input, stock: none,
		ours: func(_ *testing.T, images, thread int) *contestant {
			run, x := plan.NewRun(images), input(images)
			return &contestant{
				output: func() ([]float32, error) { return append([]float32(nil), run.Forward(x, images)...), nil },
				burst: func(ms float64) (took, error) {
					return timed(ms, thread, func() error { run.Forward(x, images); return nil })
				},
			}
		},
	}
}

// predicting is source-28 from pictures to predictions.
func predicting(m *model.Model) func(*testing.T, int, int) *contestant {
	return func(t *testing.T, images, thread int) *contestant {
		g := grays(films(images))
		predict := func() error {
			_, err := m.PredictBatch(context.Background(), g, nil)
			return err
		}
		if images == 1 {
			predict = func() error {
				_, err := m.Predict(context.Background(), g[0])
				return err
			}
		}
		return &contestant{
			output: func() ([]float32, error) { return predicted(t, m, films(images)), nil },
			burst:  func(ms float64) (took, error) { return timed(ms, thread, predict) },
		}
	}
}

// stockOf is source-28 by Gorgonia's own operators.
func stockOf(m *model.Model) func(*testing.T, int, int) *contestant {
	return func(t *testing.T, images, thread int) *contestant {
		s, err := newStock(m.Network(), images)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.close)
		x := films(images)
		return &contestant{
			output: func() ([]float32, error) { return s.run(x) },
			burst: func(ms float64) (took, error) {
				return timed(ms, thread, func() error { _, err := s.run(x); return err })
			},
		}
	}
}

// flop counts convolutions and logits.
func flop(t *testing.T, n *arch.Net) (sum float64) {
	t.Helper()
	shapes, err := n.Shapes()
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range n.Layers {
		places := float64(shapes[i].Rows * shapes[i].Columns)
		switch l.Op {
		case arch.Conv:
			sum += 2 * places * float64(l.Conv.Weights())
		case arch.Dense:
			sum += 2 * places * float64(shapes[l.In[0]].Channels)
		}
	}
	return sum
}

// rival is another runtime with all networks open.
type rival struct {
	title   string // with its version
	missing string
	process *reference
}

// startRivals starts the other runtimes in the order of their columns.
func startRivals(t *testing.T, nets []measuredNet, images, thread int) (rivals []rival) {
	t.Helper()
	dir := t.TempDir()
	var jobs []job
	for _, n := range nets {
		jobs = append(jobs, newJob(t, dir, n.model, n.input(images), []int{images, n.channels, n.side, n.side}, thread))
	}
	for _, name := range []string{"ONNX Runtime", "OpenCV DNN"} {
		r := rival{title: name}
		command, missing := references[name]()
		if r.missing = missing; missing == "" {
			process, err := start(t, name, command, jobs)
			if r.process, r.title = process, process.name; err != nil {
				r.missing = "fails: " + err.Error()
			}
		}
		rivals = append(rivals, r)
	}
	return rivals
}

func (r rival) contestant(i int) *contestant {
	return &contestant{
		missing: r.missing,
		output:  func() ([]float32, error) { return r.process.output(i) },
		burst: func(ms float64) (took, error) {
			a, err := r.process.ask(map[string]any{"job": i, "ms": ms, "out": ""})
			return took{a.MS, a.CPU}, err
		},
	}
}
