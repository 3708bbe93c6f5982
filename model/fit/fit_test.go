package fit

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model/arch"
	"lightbox/model/kernel"
)

const (
	toySide  = 8
	toyBatch = 16
)

// toy has what training treats differently: biases, normalisations and a dense
// layer.
func toy() *arch.Net {
	n := arch.New("toy", toySide, 1)
	x := n.MaxPool(n.Bias(n.Conv(0, "a", kernel.Conv{In: 1, Out: 16, Kernel: 3, Stride: 1, Pad: 1}), "a", true))
	x = n.Norm(n.Conv(x, "b", kernel.Conv{In: 16, Out: 16, Kernel: 3, Stride: 1, Pad: 1}), "b.norm")
	x = n.Bias(n.Conv(x, "c", kernel.Conv{In: 16, Out: 16, Kernel: 4, Stride: 1}), "c", true)
	n.Dense(x, "logit")
	return n
}

// fill makes a batch of noise, half of it with a brighter left side: that half
// is to be found.
func fill(t *Trainer, r *rand.Rand) {
	for b := range toyBatch {
		positive := r.IntN(2)
		for p := range toySide * toySide {
			v := r.NormFloat64()
			if p%toySide < toySide/2 {
				v += 1.5 * float64(positive)
			}
			t.Input[b*toySide*toySide+p] = float32(v)
		}
		t.Target[b], t.Weight[b] = float32(positive), 1
	}
}

func newToy(t testing.TB, seed uint64) (*Trainer, arch.Weights) {
	t.Helper()
	w, err := arch.NewWeights(toy(), rand.New(rand.NewPCG(seed, 1)))
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := New(toy(), w, toyBatch)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(trainer.Close)
	return trainer, w
}

// train takes steps and returns the loss of the last.
func train(t testing.TB, trainer *Trainer, r *rand.Rand, steps int) (loss float64) {
	t.Helper()
	for range steps {
		fill(trainer, r)
		var err error
		if loss, err = trainer.Step(5e-3, 1e-2); err != nil {
			t.Fatal(err)
		}
	}
	return loss
}

func TestLearns(t *testing.T) {
	trainer, w := newToy(t, 1)
	r := rand.New(rand.NewPCG(2, 3))
	train(t, trainer, r, 150)
	plan, err := arch.NewPlan(toy(), w)
	if err != nil {
		t.Fatal(err)
	}
	run := plan.NewRun(toyBatch)
	wrong, cases := 0, 0
	for range 20 { // pictures it has not seen
		fill(trainer, r)
		for i, z := range run.Forward(trainer.Input, toyBatch) {
			cases++
			if (z > 0) != (trainer.Target[i] == 1) {
				wrong++
			}
		}
	}
	if wrong > cases/50 { // means 1.5 apart over 32 pixels: 8 standard errors
		t.Errorf("%d of %d wrong", wrong, cases)
	}
}

// The same seed gives the same weights to the last bit, on one core and on
// several.
func TestReproducible(t *testing.T) {
	run := func(seed uint64) arch.Weights {
		trainer, w := newToy(t, seed)
		train(t, trainer, rand.New(rand.NewPCG(seed, 9)), 6)
		return w
	}
	want := run(1)
	if !reflect.DeepEqual(run(1), want) {
		t.Error("two runs from one seed differ")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !reflect.DeepEqual(run(1), want) {
		t.Error("one core gives other weights")
	}
	runtime.GOMAXPROCS(5)
	if !reflect.DeepEqual(run(1), want) {
		t.Error("five threads give other weights")
	}
	if reflect.DeepEqual(run(2), want) {
		t.Error("another seed changes nothing")
	}
}

func TestDivergenceIsAnError(t *testing.T) {
	trainer, w := newToy(t, 1)
	r := rand.New(rand.NewPCG(2, 3))
	train(t, trainer, r, 2)
	for _, v := range []float64{math.NaN(), math.Inf(1)} {
		before := learned(w)
		fill(trainer, r)
		trainer.Input[7] = float32(v)
		if _, err := trainer.Step(1e-3, 0); !errors.Is(err, ErrDiverged) {
			t.Errorf("a picture with %v: %v", v, err)
		}
		if !reflect.DeepEqual(learned(w), before) {
			t.Errorf("a picture with %v changed the weights", v)
		}
	}
}

func learned(w arch.Weights) (l arch.Weights) {
	for _, t := range w.Clone() {
		if t.Learned {
			l = append(l, t)
		}
	}
	return l
}

// TestAdam compares with Gorgonia's solver, which knows no decay, on gradients
// of any size.
func TestAdam(t *testing.T) {
	const values, steps, rate, eps = 50, 40, 1e-2, 1e-7
	r := rand.New(rand.NewPCG(4, 5))
	w := arch.Weights{{Name: "w", Shape: []int{5, 10}, Data: make([]float32, values), Learned: true}}
	start := make([]float32, values)
	for i := range start {
		start[i] = float32(r.NormFloat64())
	}
	copy(w[0].Data, start)
	g := gorgonia.NewGraph()
	node := gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(values), gorgonia.WithName("w"),
		gorgonia.WithValue(tensor.New(tensor.WithBacking(append([]float32(nil), start...)))))
	direction := gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(values), gorgonia.WithName("direction"))
	loss := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(node, direction))))
	if _, err := gorgonia.Grad(loss, node); err != nil {
		t.Fatal(err)
	}
	vm := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(node))
	defer vm.Close()
	solver := gorgonia.NewAdamSolver(gorgonia.WithLearnRate(rate), gorgonia.WithEps(eps))
	a := newAdam(w)
	for range steps {
		gradient := make([]float32, values)
		for i := range gradient {
			gradient[i] = float32(r.NormFloat64() * math.Pow(10, float64(i%9-7)))
		}
		a.step(w, [][]float32{gradient}, rate, 0, eps)
		if err := gorgonia.Let(direction, tensor.New(tensor.WithBacking(gradient))); err != nil {
			t.Fatal(err)
		}
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		if err := solver.Step(gorgonia.NodesToValueGrads(gorgonia.Nodes{node})); err != nil {
			t.Fatal(err)
		}
		vm.Reset()
	}
	for i, want := range node.Value().Data().([]float32) {
		if got := w[0].Data[i]; math.Abs(float64(got-want)) > 1e-5 {
			t.Errorf("weight %d: from %g to %g, by Gorgonia's solver to %g", i, start[i], got, want)
		}
	}
}

func TestDecaySparesVectors(t *testing.T) {
	w := arch.Weights{
		{Name: "matrix", Shape: []int{1, 2}, Data: []float32{1, -2}, Learned: true},
		{Name: "mean", Shape: []int{2}, Data: []float32{3, 3}},
		{Name: "bias", Shape: []int{2}, Data: []float32{1, -2}, Learned: true},
	}
	a := newAdam(w)
	a.step(w, [][]float32{{0, 0}, {0, 0}}, 0.1, 0.5, 1e-8)
	if !reflect.DeepEqual(w[0].Data, []float32{0.95, -1.9}) || !reflect.DeepEqual(w[1].Data, []float32{3, 3}) || !reflect.DeepEqual(w[2].Data, []float32{1, -2}) {
		t.Errorf("matrix %v, running mean %v, bias %v", w[0].Data, w[1].Data, w[2].Data)
	}
}

// From moments at zero, Adam moves every weight with a clear gradient by the
// rate: a second division by the batch, or a wrong epsilon, would show.
func TestFirstStep(t *testing.T) {
	trainer, w := newToy(t, 1)
	r := rand.New(rand.NewPCG(2, 3))
	const rate = 1e-3
	before := w.Get("logit.bias")[0]
	fill(trainer, r)
	if _, err := trainer.Step(rate, 0); err != nil {
		t.Fatal(err)
	}
	if moved := math.Abs(float64(w.Get("logit.bias")[0] - before)); math.Abs(moved-rate) > 1e-2*rate {
		t.Errorf("moved by %g, not by %g", moved, rate)
	}
}

func TestOneCycle(t *testing.T) {
	const n, most, warm = 1000, 0.02, 0.3
	for i, want := range map[int]float64{0: most / 25, 300: most, n: most * 1e-4} {
		if got := OneCycle(i, n, most, warm); math.Abs(got-want) > 1e-12 {
			t.Errorf("step %d of %d: %g, want %g", i, n, got, want)
		}
	}
	for i := 1; i <= n; i++ {
		if rising := OneCycle(i, n, most, warm) > OneCycle(i-1, n, most, warm); rising != (i <= 300) {
			t.Fatalf("step %d: rising %v", i, rising)
		}
	}
	for _, warm := range []float64{0, 1} { // no division by zero at either end
		for i := range n {
			if rate := OneCycle(i, n, most, warm); !(rate > 0 && rate <= most) {
				t.Fatalf("warm %v, step %d: %g", warm, i, rate)
			}
		}
	}
}

func TestAverage(t *testing.T) {
	slow, fast := arch.Weights{{Data: []float32{1, 0}}}, arch.Weights{{Data: []float32{3, 0}}}
	Average(slow, fast, 0.75)
	if want := []float32{1.5, 0}; !reflect.DeepEqual(slow[0].Data, want) {
		t.Errorf("%v, want %v", slow[0].Data, want)
	}
}
