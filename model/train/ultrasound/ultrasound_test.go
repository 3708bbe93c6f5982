package ultrasound

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/breast"
	"lightbox/model/breast/breasttest"
	"lightbox/model/looks"
	"lightbox/model/metrics"
	"lightbox/model/plane"
	"lightbox/model/train/ensembles"
)

// phantoms are speckle with a dark lesion: round where benign, with spikes where
// malignant, none where normal.
func phantoms(n int) []Picture {
	r := rand.New(rand.NewPCG(1, 3))
	var list []Picture
	for i := range n {
		class := []Class{Benign, Malignant, Normal, Malignant}[i/2%4]
		p := plane.New(Side, Side)
		cx, cy, phase := 44+40*r.Float64(), 44+40*r.Float64(), 6*r.Float64()
		for k := range p.Pix {
			x, y := float64(k%Side)-cx, float64(k/Side)-cy
			edge := 20.0
			if class == Malignant {
				edge *= 1 + 0.45*math.Sin(9*math.Atan2(y, x)+phase)
			}
			v := 0.5 + 0.1*r.NormFloat64()
			if class != Normal && math.Hypot(x, y) < edge {
				v = 0.15 + 0.05*r.NormFloat64()
			}
			p.Pix[k] = float32(v)
		}
		list = append(list, Picture{Set: "phantoms", Name: fmt.Sprint(i), Group: fmt.Sprint(i / 2), Class: class, Pixels: p.Bytes()})
	}
	return list
}

func training(list []Picture, steps int) ensembles.Training {
	recipe := RecipeFor(list)
	recipe.Steps, recipe.Folds = steps, 3
	for i := range recipe.Strata {
		recipe.Strata[i].Count = 8
	}
	t := Training(list, recipe)
	t.Seed, t.Every = 4, 100
	return t
}

// TestLearns: malignant phantoms that it did not see are told from the others.
func TestLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a network")
	}
	list := phantoms(72)
	m, err := training(list, 60).Member(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var held, labels []int
	for i, c := range Cases(list) {
		if ensembles.Fold(c.Group, 3) == 0 {
			held, labels = append(held, i), append(labels, c.Label)
		}
	}
	answers, _, err := ensembles.Read(context.Background(), Kind{Pictures: list}, []arch.Weights{m.Weights}, held)
	if err != nil {
		t.Fatal(err)
	}
	var logits []float64
	for _, a := range answers {
		logits = append(logits, a.Logit)
	}
	if auc := metrics.AUC(logits, labels); auc < 0.9 {
		t.Errorf("AUC %.3f on %d pictures that were held out", auc, len(held))
	}
}

// TestAssemble: any number of cores makes the same model, which reads a picture as
// its networks do.
func TestAssemble(t *testing.T) {
	list := phantoms(40)
	make1 := func(cores int) *ensembles.Assembled {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		members, err := training(list, 2).Members(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		out, err := Assembly{
			Pictures: list, Members: members, Folds: 3, Patients: PatientsFor(list, "phantoms"), Seed: 4,
			Meta: model.Meta{Name: "phantoms", Version: "1", Finding: model.FindingMalignant},
		}.Assemble(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	one, two := make1(1), make1(2)
	if one.Model.SHA256() != two.Model.SHA256() || !reflect.DeepEqual(one.Held.Sample, two.Held.Sample) {
		t.Error("the number of cores changes the model")
	}
	var members []arch.Weights
	for _, p := range one.Model.Parts() {
		members = append(members, p.Weights)
	}
	e, err := breast.New(members)
	if err != nil {
		t.Fatal(err)
	}
	p := list[1].Pixels.Square(Side)
	got, err := one.Model.Predict(context.Background(), model.Gray{Rows: Side, Columns: Side, Pix: p.Pix})
	if want := e.Read(p).Logit; err != nil || got.Logit != want {
		t.Errorf("logit %v, the networks say %v (%v)", got.Logit, want, err)
	}
	if len(one.Uncalibrated) != 1 || one.Uncalibrated[0].Text != "phantoms" || one.Model.Meta.Ages != nil {
		t.Errorf("40 phantoms of anyone: %+v, ages %v", one.Uncalibrated, one.Model.Meta.Ages)
	}
	if len(one.Held.Cases) != 40 || one.Model.Meta.Members != 3 {
		t.Errorf("%d held out, %+v", len(one.Held.Cases), one.Model.Meta)
	}
}

func TestClasses(t *testing.T) {
	for name, label := range map[string]int{"malignant": 1, "benign": 0, "normal": 0, "": ensembles.Unknown, "cyst?": ensembles.Unknown} {
		if got := ClassOf(name).Label(); got != label {
			t.Errorf("%q is %d", name, got)
		}
	}
	if s := RecipeFor(phantoms(8)).Strata; len(s) != 2 || s[0].Count != batch/2 {
		t.Errorf("%+v", s)
	}
	if s := RecipeFor(phantoms(2)[:1]).Strata; len(s) != 0 {
		t.Errorf("a recipe of one class: %+v", s)
	}
}

// TestPatients: the pictures of the recipe's own set are of women of known ages,
// outside whom nothing is calibrated; others are of whom the caller says.
func TestPatients(t *testing.T) {
	list := phantoms(8)
	if p := PatientsFor(list, "a folder"); len(p) != 1 || p[0].Until != 0 || p[0].Text != "a folder" {
		t.Errorf("other pictures: %+v", p)
	}
	for i := range list {
		list[i].Set = setBUSI
	}
	p := PatientsFor(list, "a folder")
	if len(p) != 1 || p[0].From != 25 || p[0].Until != 76 || p[0].Text != model.PopulationBreast || p[0].Sets != nil {
		t.Errorf("the recipe's pictures: %+v", p)
	}
}

// TestLearnLook: the look of sets that are large enough is learned, of the pictures
// that train, and by any number of cores; that of few pictures is not.
func TestLearnLook(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var list []Picture
	for i := range 300 {
		p := breasttest.Phantom(r, Side, Side, breasttest.Some(r))
		list = append(list, Picture{Set: "phantoms", Group: fmt.Sprint(i), Class: Benign, Pixels: p.Bytes()})
	}
	noise := plane.New(Side, Side)
	for i := range noise.Pix {
		noise.Pix[i] = r.Float32()
	}
	list = append(list,
		Picture{Set: "few", Group: "a", Class: Benign, Pixels: noise.Bytes()},
		Picture{Set: "phantoms", Group: "b", Class: Benign, Held: true, Pixels: noise.Bytes()},
		Picture{Set: "phantoms", Group: "c", Pixels: noise.Bytes()})
	look := func(cores int) *breast.Look {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		l, err := LearnLook(context.Background(), list, 5)
		if err != nil || l == nil {
			t.Fatalf("%v, %v", l, err)
		}
		return l
	}
	one, two := look(1), look(2)
	if one.Films != 300 || !reflect.DeepEqual(one, two) {
		t.Errorf("%d pictures; limits %v and %v", one.Films, one.Limit, two.Limit)
	}
	if pose, d := one.Judge(noise); pose == looks.Upright {
		t.Errorf("noise passes at %v, limit %v", d, one.Limit)
	}
	if l, err := LearnLook(context.Background(), list[:100], 5); l != nil || err != nil {
		t.Errorf("100 pictures: %v, %v", l, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := LearnLook(ctx, list, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestBegin: networks begin with those of another model, each with another, all but
// what these answered; a model of another form is refused.
func TestBegin(t *testing.T) {
	with, err := model.Embedded(model.ChestName)
	if err != nil {
		t.Fatal(err)
	}
	var others []arch.Weights
	for _, p := range with.Parts() {
		if p.Name != "lungs" {
			others = append(others, p.Weights)
		}
	}
	start, err := Begin(with, 7)
	if err != nil {
		t.Fatal(err)
	}
	for fold := range 7 {
		w := start(fold, rand.New(rand.NewPCG(1, 1)))
		for _, got := range w {
			want := others[fold%len(others)].Get(got.Name)
			if same := slices.Equal(got.Data, want); same == strings.HasPrefix(got.Name, answer) {
				t.Errorf("fold %d: %s is the other network's: %v", fold, got.Name, same)
			}
		}
		w[0].Data[0]++ // it is not shared
		if again := start(fold, rand.New(rand.NewPCG(1, 1))); again[0].Data[0] == w[0].Data[0] {
			t.Fatal("weights are shared")
		}
	}
	if with, err = model.Embedded(model.DefaultName); err != nil {
		t.Fatal(err)
	}
	if _, err := Begin(with, 5); !errors.Is(err, model.ErrBadWeights) {
		t.Errorf("another form: %v", err)
	}
}
