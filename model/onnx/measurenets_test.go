//go:build bench && linux

package onnx

import (
	"context"
	"fmt"
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

// measuredNets are all networks of all embedded models, and source-28 once more
// as Predict runs it.
func measuredNets(t *testing.T) (nets []measuredNet) {
	t.Helper()
	timed := map[string]string{} // by Gorgonia's operators, which are slow: one of each form
	for _, p := range embeddedParts(t) {
		n := planned(t, p)
		if first, ok := timed[p.Net.Name]; ok {
			n.stock = func(*testing.T, int, int) *contestant { return &contestant{missing: "as " + first} }
		} else {
			timed[p.Net.Name] = p.name
		}
		nets = append(nets, n)
	}
	m := embedded(t)
	whole := planned(t, part{example{model.SourceNet(), sourceNet(m).Weights()}, model.DefaultName, nil})
	var err error
	if whole.model, err = Model(m, ""); err != nil {
		t.Fatal(err)
	}
	whole.name, whole.input = model.DefaultName+" as Predict does, preparation included", films
	whole.ours, whole.stock = predicting(m), none
	return append(nets, whole)
}

// none is no contestant.
func none(*testing.T, int, int) *contestant { return &contestant{missing: "–"} }

// planned is a network of one channel that arch.Plan runs.
func planned(t *testing.T, p part) measuredNet {
	t.Helper()
	plan, err := arch.NewPlan(p.Net, p.weights)
	if err != nil {
		t.Fatal(err)
	}
	input := func(images int) []float32 { return prepared(p.Side, images) }
	return measuredNet{
		name: fmt.Sprintf("%s, %d px", p.name, p.Side), flop: flop(t, p.Net), channels: p.Channels, side: p.Side, model: p.file,
		input: input, stock: stockOf(p, input),
		ours: func(_ *testing.T, images, thread int) *contestant {
			run, x := plan.NewBatch(images), input(images)
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

// stockOf is a network by Gorgonia's own operators.
func stockOf(p part, input func(images int) []float32) func(*testing.T, int, int) *contestant {
	return func(t *testing.T, images, thread int) *contestant {
		s, err := newStock(p.Net, p.weights, images)
		if err != nil {
			t.Fatal(err)
		}
		x := input(images)
		return &contestant{
			done:   s.close,
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
