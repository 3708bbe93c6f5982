// Package fit trains the networks of package arch in Gorgonia's graph.
package fit

import (
	"fmt"
	"math"

	// Gorgonia refuses to start on Go versions this module does not vouch for.
	_ "go4.org/unsafe/assume-no-moving-gc"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model"
	"lightbox/model/arch"
)

// Trainer changes the weights of one network, batch by batch. It serves one
// goroutine; Input, Target and Weight are filled before each Step.
type Trainer struct {
	Input  []float32 // (batch, side, side, channels)
	Target []float32 // of each output, 0 … 1
	Weight []float32 // of each output in the loss; their sum is divided by Scale
	Scale  float32   // what the weighted losses are divided by, most often the batch

	net     *arch.Net
	weights arch.Weights
	graph   *arch.Graph
	vm      gorgonia.VM
	loss    gorgonia.Value
	output  gorgonia.Value
	adam    adam
}

// New prepares training of w, which it changes in place.
func New(n *arch.Net, w arch.Weights, batch int) (*Trainer, error) {
	shapes, err := n.Shapes()
	if err != nil {
		return nil, err
	}
	outputs := batch * shapes[len(shapes)-1].Size()
	t := &Trainer{
		Input:  make([]float32, batch*shapes[0].Size()),
		Target: make([]float32, outputs), Weight: make([]float32, outputs), Scale: float32(batch),
		net: n, weights: w,
	}
	return model.Building(func() (*Trainer, error) {
		g := gorgonia.NewGraph()
		if t.graph, err = arch.BuildGraph(g, n, w, batch); err != nil {
			return nil, err
		}
		t.graph.SetTraining(true)
		loss, err := t.crossEntropy(g)
		if err != nil {
			return nil, fmt.Errorf("fit: cannot build the loss of %s: %w", n.Name, err)
		}
		if _, err := gorgonia.Grad(loss, t.graph.Params...); err != nil {
			return nil, fmt.Errorf("fit: cannot derive the gradients of %s: %w", n.Name, err)
		}
		if err := gorgonia.Let(t.graph.Input, tensor.New(tensor.WithShape(t.graph.Input.Shape()...), tensor.WithBacking(t.Input))); err != nil {
			return nil, err
		}
		t.vm = gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(t.graph.Params...))
		return t, nil
	})
}

// crossEntropy is the binary cross-entropy on logits,
//
//	Σ weight·(softplus(z) − target·z),
//
// which stays finite for every z.
func (t *Trainer) crossEntropy(g *gorgonia.ExprGraph) (*gorgonia.Node, error) {
	vector := func(name string, data []float32) *gorgonia.Node {
		return gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(len(data)), gorgonia.WithName(name),
			gorgonia.WithValue(tensor.New(tensor.WithShape(len(data)), tensor.WithBacking(data))))
	}
	z := t.graph.Output
	gorgonia.Read(z, &t.output)
	soft, err := gorgonia.Softplus(z)
	if err != nil {
		return nil, err
	}
	product, err := gorgonia.HadamardProd(vector("target", t.Target), z)
	if err != nil {
		return nil, err
	}
	each, err := gorgonia.Sub(soft, product)
	if err != nil {
		return nil, err
	}
	weighted, err := gorgonia.HadamardProd(each, vector("weight", t.Weight))
	if err != nil {
		return nil, err
	}
	loss, err := gorgonia.Sum(weighted)
	if err != nil {
		return nil, err
	}
	gorgonia.Read(loss, &t.loss)
	return loss, nil
}

// Step runs one batch forward and back, changes the weights, and returns the
// loss before.
func (t *Trainer) Step(rate, decay float64) (float64, error) {
	for i := range t.Weight {
		t.Weight[i] /= t.Scale
	}
	if err := t.vm.RunAll(); err != nil {
		return 0, fmt.Errorf("fit: a step of %s failed: %w", t.net.Name, err)
	}
	defer t.vm.Reset()
	loss, ok := t.loss.Data().(float32)
	if !ok || math.IsNaN(float64(loss)) {
		return 0, fmt.Errorf("fit: the loss of %s is %v", t.net.Name, t.loss)
	}
	t.adam.begin(rate, decay)
	next := 0
	for _, w := range t.weights {
		if !w.Learned {
			continue
		}
		gradient, err := t.graph.Params[next].Grad()
		if err != nil {
			return 0, fmt.Errorf("fit: %s has no gradient: %w", w.Name, err)
		}
		g, ok := gradient.Data().([]float32)
		if !ok {
			return 0, fmt.Errorf("fit: the gradient of %s is %T", w.Name, gradient.Data())
		}
		t.adam.step(next, w, g)
		clear(g) // the machine adds to it
		next++
	}
	return float64(loss), nil
}

// Output is what the last Step made of its batch before it changed the weights.
func (t *Trainer) Output() []float32 {
	z, _ := t.output.Data().([]float32)
	return z
}

// Close gives the memory back.
func (t *Trainer) Close() { _ = t.vm.Close() }

// adam is Adam with decoupled weight decay, which spares everything of one
// dimension: biases and normalisations.
// Source: Loshchilov and Hutter, ICLR 2019, algorithm 2.
type adam struct {
	steps       int
	rate, decay float64
	first       [][]float32
	second      [][]float32
}

// Constants of Kingma and Ba, ICLR 2015.
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

func (a *adam) begin(rate, decay float64) {
	a.steps++
	a.rate, a.decay = rate, decay
}

func (a *adam) step(i int, w arch.Tensor, g []float32) {
	if i == len(a.first) {
		a.first, a.second = append(a.first, make([]float32, len(g))), append(a.second, make([]float32, len(g)))
	}
	m, v := a.first[i], a.second[i]
	bias1, bias2 := 1-math.Pow(beta1, float64(a.steps)), 1-math.Pow(beta2, float64(a.steps))
	keep := float32(1)
	if len(w.Shape) > 1 {
		keep = float32(1 - a.rate*a.decay)
	}
	rate, root := float32(a.rate/bias1), float32(1/math.Sqrt(bias2))
	for k, d := range g {
		m[k] += (1 - beta1) * (d - m[k])
		v[k] += (1 - beta2) * (d*d - v[k])
		w.Data[k] = w.Data[k]*keep - rate*m[k]/(float32(math.Sqrt(float64(v[k])))*root+epsilon)
	}
}

// OneCycle is the learning rate at step i of n: up from a 25th of most over the
// first part, then down by half a cosine to nearly nothing.
// Source: Smith and Topin, 2019.
func OneCycle(i, n int, most, warm float64) float64 {
	at, up := float64(i), warm*float64(n)
	if at < up {
		return most/25 + (most-most/25)*(0.5-0.5*math.Cos(math.Pi*at/up))
	}
	return most*1e-4 + (most-most*1e-4)*(0.5+0.5*math.Cos(math.Pi*(at-up)/math.Max(float64(n)-up, 1)))
}

// Average follows the weights by an exponential moving average, running
// statistics included.
func Average(slow, fast arch.Weights, keep float64) {
	for i, t := range slow {
		for k, v := range fast[i].Data {
			t.Data[k] += float32(1-keep) * (v - t.Data[k])
		}
	}
}
