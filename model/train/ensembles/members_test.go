package ensembles

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"lightbox/model/arch"
	"lightbox/model/ensemble"
	"lightbox/model/fit"
	"lightbox/model/metrics"
)

const toySide = 8

// toy is a kind of which a case is its number. What its networks say of held-out
// cases is as good as the next of answers.
type toy struct {
	answers *[]float64 // areas under the curve: 0, 0.5 or 1
}

func (toy) Net() *arch.Net { return arch.ResNet("toy", toySide, 1, 16, 16) }

func (toy) Example(r *rand.Rand, i int, input, target, weight []float32) {
	for k := range input {
		input[k] = float32(i) + r.Float32()
	}
	target[0], weight[0] = float32(i%2), 1
}

func (k toy) Reader([]arch.Weights) (func(int) (ensemble.Answer, bool), error) {
	auc := (*k.answers)[0]
	*k.answers = (*k.answers)[1:]
	return func(i int) (ensemble.Answer, bool) {
		return ensemble.Answer{Logit: (auc - 0.5) * float64(i%2)}, true
	}, nil
}

func toyCases(n int) (cases []Case) {
	for i := range n {
		cases = append(cases, Case{Set: "toys", Group: fmt.Sprint(i / 2), Label: i % 2})
	}
	return cases
}

func toyTraining(answers []float64) Training {
	kind := toy{&answers}
	cases := toyCases(40)
	return Training{
		Cases: cases, Kind: kind, Teacher: kind, Seed: 3, Every: 2, Data: "toys",
		Recipe: Recipe{Name: "toy", Steps: 12, Rate: 1e-3, Folds: 3, Strata: Balanced(cases, 8), One: true},
	}
}

// TestOneNetworkOfAll: the last network sees all cases, is measured on none, and with
// patience ends where those of the folds were best in the middle.
func TestOneNetworkOfAll(t *testing.T) {
	// Best after 2, 6 and 4 steps, and two measurements later they end.
	run := toyTraining([]float64{1, .5, .5 /**/, 0, .5, 1, .5, .5 /**/, .5, 1, .5, .5})
	run.Patience, run.Recipe.Steps = 2, 20
	steps := map[string]int{}
	run.Progress = func(p Progress) {
		steps[p.Network] = p.Step
		if p.Of != 4 || p.Steps != 20 {
			t.Errorf("%+v", p)
		}
	}
	members, err := run.Members(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]int{"1": 6, "2": 10, "3": 8, Whole: 4}; !reflect.DeepEqual(steps, want) {
		t.Errorf("steps %v, want %v", steps, want)
	}
	last := members[3]
	if last.Fold != NoFold || len(last.Curve.Points) != 2 || !math.IsNaN(float64(last.Curve.Points[0].Value)) {
		t.Errorf("%+v", last.Curve)
	}
	if held := run.heldOut(NoFold); held != nil {
		t.Errorf("%v are held out from the network of all", held)
	}
	if seen := run.seen(NoFold, func(Case) bool { return true }); len(seen) != 40 {
		t.Errorf("it sees %d of 40 cases", len(seen))
	}
}

func TestStops(t *testing.T) {
	curve := func(values ...float64) (c Curve) {
		for i, v := range values {
			c.Points = append(c.Points, fit.Point{Step: 10 * (i + 1), Quality: fit.Quality{Value: metrics.Number(v)}})
		}
		return c
	}
	nan := math.NaN()
	members := []Member{
		{Curve: curve(.5, .9, .9), Teachers: []Curve{curve(nan, nan)}},
		{Curve: curve(.9, .5, .6), Teachers: []Curve{curve(nan, .5)}},
		{Curve: curve(nan, .5, .6), Teachers: []Curve{curve(.6, .5)}},
	}
	run := Training{Recipe: Recipe{Teaching: &Teaching{Teachers: 1}}}
	if got := run.stops(members); got != nil {
		t.Errorf("%v without patience", got)
	}
	run.Patience = 1
	if got := run.stops(members); !reflect.DeepEqual(got, []int{20, 10}) {
		t.Errorf("%v", got)
	}
}

// TestTeaching: the target is the label and the teachers' mean answer to the very
// picture, in their parts; mixing comes before.
func TestTeaching(t *testing.T) {
	run := toyTraining(nil)
	run.Recipe.Teaching = &Teaching{Teachers: 2, Soft: 0.75}
	net := run.Teacher.Net()
	var weights []arch.Weights
	for k := range uint64(2) {
		r := rand.New(rand.NewPCG(7, k))
		w, err := arch.NewWeights(net, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, tensor := range w {
			if len(tensor.Shape) == 1 && tensor.Learned { // the logit has no weights yet
				for i := range tensor.Data {
					tensor.Data[i] += float32(r.NormFloat64())
				}
			}
		}
		weights = append(weights, w)
	}
	taught, err := newTeachers(net, weights)
	if err != nil {
		t.Fatal(err)
	}
	from, err := run.drawing(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, mixup := range []float64{0, 1} {
		run.Recipe.Changes = &Changes{Mixup: mixup}
		fill := run.fill(run.Kind, from, taught)
		plain := run.fill(run.Kind, from, nil)
		for place := range 12 {
			var input, same [toySide * toySide]float32
			var target, label, weight [1]float32
			fill(rand.New(rand.NewPCG(1, uint64(place))), place, input[:], target[:], weight[:])
			plain(rand.New(rand.NewPCG(1, uint64(place))), place, same[:], label[:], weight[:])
			var z float64
			for _, w := range weights {
				plan, err := arch.NewPlan(net, w)
				if err != nil {
					t.Fatal(err)
				}
				z += float64(plan.NewRun(1).Forward(input[:], 1)[0]) / 2
			}
			want := 0.75/(1+math.Exp(-z)) + 0.25*float64(label[0])
			if input != same || math.Abs(float64(target[0])-want) > 1e-5 {
				t.Errorf("place %d: %v, want %v of %v", place, target[0], want, label[0])
			}
			if pure := label[0] == 0 || label[0] == 1; mixup == 0 && !pure {
				t.Errorf("label %v without mixing", label[0])
			}
		}
	}
	one, other := [3][]float32{{1, 2}, {0}, {1}}, [3][]float32{{3, -2}, {1}, {1}}
	mix(0.25, one, other)
	if want := ([3][]float32{{1.5, 1}, {0.25}, {1}}); !reflect.DeepEqual(one, want) {
		t.Errorf("%v, want %v", one, want)
	}
}

// TestEpochs: every case comes once in each epoch, but for a last part of a batch, in
// another order each time; the held-out fold never.
func TestEpochs(t *testing.T) {
	run := toyTraining(nil)
	run.Recipe.Epochs, run.Recipe.Batch, run.Recipe.Strata = 2, 4, nil
	d, err := run.drawing(1, 5)
	if err != nil {
		t.Fatal(err)
	}
	seen := run.seen(1, func(Case) bool { return true })
	each := len(seen) / 4 * 4
	run.Recipe.Steps = 0
	if got := run.Recipe.steps(len(seen)); got != 2*each/4 {
		t.Errorf("%d steps of %d cases", got, len(seen))
	}
	var epochs [2][]int
	for e := range epochs {
		for k := range each {
			i := d.at(nil, e*each+k)
			if slices.Contains(epochs[e], i) || !slices.Contains(seen, i) {
				t.Fatalf("epoch %d: case %d again, or of the held-out fold", e, i)
			}
			epochs[e] = append(epochs[e], i)
		}
	}
	if reflect.DeepEqual(epochs[0], epochs[1]) || slices.IsSorted(epochs[0]) {
		t.Error("no other order")
	}
	if again := d.at(nil, 1); again != epochs[0][1] {
		t.Error("an epoch that is gone back to has another order")
	}
	run.Recipe.Batch = 100
	if _, err := run.drawing(1, 5); !errors.Is(err, ErrNoCases) {
		t.Errorf("cases for no batch: %v", err)
	}
	if got := run.Recipe.Sets(run.Cases); !reflect.DeepEqual(got, []string{"toys"}) {
		t.Errorf("sets %v", got)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]struct {
		network string
		teacher int
	}{TeacherName("2", 3): {"2", 3}, TeacherName(Whole, 1): {Whole, 1}, "4": {"4", 0}, "4, teacher x": {"4, teacher x", 0}} {
		if network, teacher := Teacher(name); network != want.network || teacher != want.teacher {
			t.Errorf("%q is teacher %d of %q", name, teacher, network)
		}
	}
}

func TestValidateRecipe(t *testing.T) {
	good := Recipe{Steps: 1, Rate: 1e-3, Folds: 2}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Recipe){
		"no steps":       func(r *Recipe) { r.Steps = 0 },
		"negative steps": func(r *Recipe) { r.Steps, r.Epochs = -1, 2 },
		"no batch":       func(r *Recipe) { r.Epochs = 1 },
		"one fold":       func(r *Recipe) { r.Folds = 1 },
		"no rate":        func(r *Recipe) { r.Rate = 0 },
		"NaN":            func(r *Recipe) { r.Decay = math.NaN() },
		"keeps all":      func(r *Recipe) { r.Keep = 1 },
		"smoothing":      func(r *Recipe) { r.Changes = &Changes{Smoothing: 0.5} },
		"blur":           func(r *Recipe) { r.Changes = &Changes{Blur: 1e9} },
		"idle teachers":  func(r *Recipe) { r.Teaching = &Teaching{Teachers: 1, Rate: 1} },
	} {
		r := good
		change(&r)
		if err := r.Validate(); !errors.Is(err, ErrBadRecipe) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
