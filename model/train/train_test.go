package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/model/fit"
)

// blobs is a learnable set: noise, with a bright disc where the label is 1.
func blobs(n int, seed uint64) *dataset.Dataset {
	rng := rand.New(rand.NewPCG(seed, 99))
	d := &dataset.Dataset{SHA256: strings.Repeat("0", 64)}
	for i := range n {
		g := model.Gray{Rows: side, Columns: side, Pix: make([]float32, pixels)}
		cx, cy := 8+12*rng.Float64(), 8+12*rng.Float64()
		for p := range g.Pix {
			g.Pix[p] = rng.Float32() * 0.6
			if dx, dy := float64(p%side)-cx, float64(p/side)-cy; i%2 == 1 && dx*dx+dy*dy < 25 {
				g.Pix[p] += 0.35
			}
		}
		d.Names = append(d.Names, strconv.Itoa(i))
		d.Images = append(d.Images, g)
		d.Labels = append(d.Labels, i%2)
	}
	d.Groups = dataset.DuplicateGroups(d.Images)
	return d
}

// quick is a recipe small enough for a test.
func quick(r Recipe, batch, epochs int) Recipe {
	r = r.WithEpochs(epochs)
	r.Batch = batch
	return r
}

func TestSameSeedSameWeights(t *testing.T) {
	data := blobs(24, 1)
	for _, recipe := range []Recipe{quick(Source(), 8, 1), quick(Augmented(), 8, 1)} {
		run := func(seed uint64) *model.Network {
			t.Helper()
			net, err := Fit(context.Background(), data, recipe, seed, Options{}) // three steps
			if err != nil {
				t.Fatal(err)
			}
			return net
		}
		first := run(3)
		if !reflect.DeepEqual(first, run(3)) {
			t.Errorf("%s: two runs from one seed differ", recipe.Name)
		}
		if reflect.DeepEqual(first, run(4)) {
			t.Errorf("%s: another seed changes nothing", recipe.Name)
		}
	}
}

// Folds train side by side: what one run computes must not depend on what
// runs beside it.
func TestRunsSideBySide(t *testing.T) {
	data, recipe := blobs(48, 1), quick(Augmented(), 8, 2)
	run := func(seed uint64) *model.Network {
		net, err := Fit(context.Background(), data, recipe, seed, Options{})
		if err != nil {
			t.Error(err)
		}
		return net
	}
	var alone, together [3]*model.Network
	for i := range alone {
		alone[i] = run(uint64(i))
	}
	var wait sync.WaitGroup
	for i := range together {
		wait.Go(func() { together[i] = run(uint64(i)) })
	}
	wait.Wait()
	if !reflect.DeepEqual(alone, together) {
		t.Error("runs side by side differ from the same runs alone")
	}
}

// One Adam step of size r from zero moments moves every weight with a clear
// gradient by r: a second division by the batch size, or a wrong epsilon,
// would show.
func TestFirstAdamStep(t *testing.T) {
	recipe := quick(Source(), 8, 1)
	r, err := newRun(blobs(8, 2), recipe, 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.trainer.Close()
	before := r.weights.Clone()
	if err := r.epoch(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	moved := math.Abs(float64(r.weights.Get("dense2.bias")[0] - before.Get("dense2.bias")[0]))
	if math.Abs(moved-recipe.Rate) > 1e-3*recipe.Rate {
		t.Errorf("the output bias moved by %v, want %v", moved, recipe.Rate)
	}
}

func TestTrainingLearns(t *testing.T) {
	var last Progress
	net, err := Fit(context.Background(), blobs(96, 5), quick(Source(), 16, 6), 1, Options{
		Val:      blobs(40, 6),
		Progress: func(p Progress) { last = p },
	})
	if err != nil {
		t.Fatal(err)
	}
	if last.Epoch != 6 || last.Epochs != 6 || last.Step != 6 || last.Steps != 6 || last.Stage != "train" {
		t.Errorf("last progress %+v", last)
	}
	if !(last.ValAUC > 0.9) {
		t.Errorf("AUC %v on unseen discs", last.ValAUC)
	}
	if err := net.Validate(); err != nil {
		t.Error(err)
	}
}

func TestCancelledTraining(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	_, err := Fit(ctx, blobs(64, 1), quick(Source(), 8, 3), 1, Options{Progress: func(Progress) {
		if steps++; steps == 2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || steps != 2 {
		t.Errorf("%d steps, %v", steps, err)
	}
}

// A run that is cut off between two epochs and started again ends with the
// weights of one that was not.
func TestResume(t *testing.T) {
	data, recipe := blobs(40, 1), quick(Augmented(), 8, 3)
	want, err := Fit(context.Background(), data, recipe, 5, Options{})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "run.checkpoint")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	opt := Options{Checkpoint: name, Progress: func(p Progress) {
		if p.Epoch == 2 && p.Step == 3 { // the work of this epoch is lost
			cancel()
		}
	}}
	if _, err := Fit(ctx, data, recipe, 5, opt); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	first := 0
	opt.Progress = func(p Progress) {
		if first == 0 {
			first = p.Epoch
		}
	}
	got, err := Fit(context.Background(), data, recipe, 5, opt)
	if err != nil {
		t.Fatal(err)
	}
	if first != 2 || !reflect.DeepEqual(got, want) {
		t.Errorf("resumed at epoch %d; the same weights: %v", first, reflect.DeepEqual(got, want))
	}
	if again, err := Fit(context.Background(), data, recipe, 5, opt); err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("a run that was over: %v", err)
	}
	for what, f := range map[string]func() error{
		"seed":   func() error { _, err := Fit(context.Background(), data, recipe, 6, opt); return err },
		"recipe": func() error { _, err := Fit(context.Background(), data, quick(Augmented(), 8, 4), 5, opt); return err },
		"data":   func() error { _, err := Fit(context.Background(), blobs(40, 2), recipe, 5, opt); return err },
	} {
		if err := f(); !errors.Is(err, fit.ErrBadCheckpoint) {
			t.Errorf("another %s: %v", what, err)
		}
	}
}

// However many cores there are and whoever is first, the weights are the same.
func TestSameWeightsOnAnyNumberOfCores(t *testing.T) {
	data, recipe := blobs(24, 1), quick(Augmented(), 8, 1)
	run := func() *model.Network {
		t.Helper()
		net, err := Fit(context.Background(), data, recipe, 3, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	want := run()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, n := range []int{1, 3} {
		runtime.GOMAXPROCS(n)
		if !reflect.DeepEqual(run(), want) {
			t.Errorf("%d threads give other weights", n)
		}
	}
}

// Pictures and epochs must not share random numbers, nor follow each other's.
func TestPictureRand(t *testing.T) {
	seen := map[uint64]bool{}
	var sum, product float64
	last := 0.0
	for seed := range uint64(3) {
		for epoch := range 10 {
			for picture := range 500 {
				r := pictureRand(seed, epoch, picture)
				first := r.Uint64()
				if seen[first] {
					t.Fatalf("seed %d, epoch %d, picture %d repeats another's numbers", seed, epoch, picture)
				}
				seen[first] = true
				x := r.Float64() - 0.5
				sum, product, last = sum+x, product+x*last, x
			}
		}
	}
	n := float64(len(seen)) // standard errors: √(1/12n) and 1/12·√(1/n)
	if math.Abs(sum/n) > 4*math.Sqrt(1/(12*n)) || math.Abs(product/n) > 4.0/12*math.Sqrt(1/n) {
		t.Errorf("mean %g, covariance of neighbours %g", sum/n, product/n)
	}
}

func TestFitRefuses(t *testing.T) {
	one := blobs(32, 1)
	for i := range one.Labels {
		one.Labels[i] = 1
	}
	unnamed := blobs(32, 1)
	unnamed.Names = nil
	broken := blobs(32, 1)
	broken.Images[4].Pix[3] = float32(math.NaN())
	for name, c := range map[string]struct {
		data   *dataset.Dataset
		recipe Recipe
	}{
		"one class":          {one, Source()},
		"less than a batch":  {blobs(31, 1), Source()},
		"empty":              {&dataset.Dataset{}, Source()},
		"parts do not match": {unnamed, Source()},
		"NaN":                {broken, Source()},
		"no epochs":          {blobs(32, 1), Recipe{Batch: 8, Rate: 1}},
		"no rate":            {blobs(32, 1), Recipe{Batch: 8, Epochs: 1}},
	} {
		if _, err := Fit(context.Background(), c.data, c.recipe, 1, Options{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRates(t *testing.T) {
	a := Augmented()
	for epoch, want := range map[int]struct {
		rate   float64
		starts bool
	}{1: {1e-3, true}, 2: {1e-3, false}, 19: {1e-3, false}, 20: {2.5e-4, true}, 26: {2.5e-4, false}, 27: {6.25e-5, true}, 30: {6.25e-5, false}} {
		if rate, starts := a.rateAt(epoch); rate != want.rate || starts != want.starts {
			t.Errorf("epoch %d: %v, %v", epoch, rate, starts)
		}
	}
	if rate, _ := Source().rateAt(10); rate != 1e-3 {
		t.Errorf("source, epoch 10: %v", rate)
	}
	if _, err := ByName("best"); !errors.Is(err, ErrUnknownRecipe) {
		t.Errorf("unknown recipe: %v", err)
	}
}

// BenchmarkEpoch is ten steps of the recipe that is embedded.
func BenchmarkEpoch(b *testing.B) {
	r, err := newRun(blobs(320, 1), Augmented(), 1, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer r.trainer.Close()
	epoch := 0
	for b.Loop() {
		epoch++
		if err := r.epoch(context.Background(), epoch); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAugmentStandardises(t *testing.T) {
	src, dst := blobs(2, 1).Images[1].Pix, make([]float32, pixels)
	rng := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		augment(dst, src, rng)
		var sum, square float64
		for _, v := range dst {
			sum, square = sum+float64(v), square+float64(v)*float64(v)
		}
		if math.Abs(sum/pixels) > 1e-4 || math.Abs(square/pixels-1) > 0.02 {
			t.Fatalf("mean %v, mean square %v", sum/pixels, square/pixels)
		}
	}
}

func TestBendEqualsPow(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		gamma := math.Exp(uniform(rng, maxLogGamma))
		pix := []float32{0, 1, 0.5, 1e-6, rng.Float32(), rng.Float32(), rng.Float32() / 100}
		bent := append([]float32(nil), pix...)
		bend(bent, gamma)
		for i, v := range pix {
			want := math.Pow(float64(v)+gammaFloor, gamma)
			if math.Abs(float64(bent[i])-want) > 1e-6*want {
				t.Fatalf("%v to the power of %v: %v, want %v", v, gamma, bent[i], want)
			}
		}
	}
}

func TestBilinear(t *testing.T) {
	src := make([]float32, pixels)
	for i := range src {
		src[i] = float32(i%side) + 100*float32(i/side)
	}
	for _, c := range []struct{ x, y, want float64 }{
		{3, 4, 403}, {3.5, 4, 403.5}, {3, 4.25, 428}, {-5, -5, 0}, {99, 99, 2727}, {27, 0.5, 77},
	} {
		if got := float64(bilinear(src, c.x, c.y)); math.Abs(got-c.want) > 1e-3 {
			t.Errorf("(%v, %v): %v, want %v", c.x, c.y, got, c.want)
		}
	}
}
