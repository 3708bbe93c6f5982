package radiograph

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/fit"
	"lightbox/model/lungs"
	"lightbox/model/metrics"
	"lightbox/model/plane"
	"lightbox/model/train/ensembles"
)

const side = lungs.FilmSide

// phantom is a film of two dark ovals; with opacity, a bright disc lies in one
// of them. The mask is the ovals.
func phantom(r *rand.Rand, set string, number int, opacity bool) Film {
	p, m := plane.New(side, side), plane.New(side, side)
	at := func(cx, cy, rx, ry float64, f func(i int)) {
		for y := range side {
			for x := range side {
				if dx, dy := (float64(x)-cx)/rx, (float64(y)-cy)/ry; dx*dx+dy*dy < 1 {
					f(y*side + x)
				}
			}
		}
	}
	for i := range p.Pix {
		p.Pix[i] = 0.6 + 0.05*r.Float32()
	}
	for _, cx := range [2]float64{40, 88} {
		at(cx+4*r.Float64(), 62+4*r.Float64(), 20, 36, func(i int) { p.Pix[i], m.Pix[i] = 0.2+0.05*r.Float32(), 1 })
	}
	f := Film{Set: set, Name: fmt.Sprint(number), Group: fmt.Sprint(set, number/2), Class: Normal}
	if opacity {
		f.Class = Opacity
		at([2]float64{42, 90}[r.IntN(2)], 50+24*r.Float64(), 12, 12, func(i int) { p.Pix[i] = 0.55 })
	}
	f.Picture, f.Drawn, f.Lungs = p.Bytes(), m.Bytes(), m.Bytes()
	return f
}

func phantoms(n int) []Film {
	r := rand.New(rand.NewPCG(1, 1))
	var films []Film
	for i := range n {
		films = append(films, phantom(r, "phantoms", i, i/2%2 == 1))
	}
	return films
}

// training is a short one on phantoms.
func training(films []Film, steps int) ensembles.Training {
	return ensembles.Training{
		Cases: Cases(films), Kind: Kind(films), Seed: 5, Every: 2, Data: "phantoms",
		Recipe: ensembles.Recipe{
			Steps: steps, Rate: 3e-3, Warm: 0.25, Decay: 2e-2, Keep: 0.995, Folds: 3,
			Strata: []ensembles.Stratum{{Set: "phantoms", Label: 1, Count: 8}, {Set: "phantoms", Label: 0, Count: 8}},
		},
	}
}

// TestChestLearns: opacities in films that it did not see are told from normal
// lungs.
func TestChestLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a network")
	}
	films := phantoms(60)
	run := training(films, 40)
	run.Every = 20
	m, err := run.Member(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	var held, labels []int
	for i := range films {
		if f := &films[i]; f.Fold(3) == 1 {
			held, labels = append(held, i), append(labels, f.Class.Label())
		}
	}
	answers, ok, err := ensembles.Read(context.Background(), Kind(films), []arch.Weights{m.Weights}, held)
	if err != nil {
		t.Fatal(err)
	}
	var logits []float64
	for k := range ok {
		if !ok[k] {
			t.Errorf("no lungs in phantom %d", held[k])
		}
		logits = append(logits, answers[k].Logit)
	}
	auc := metrics.AUC(logits, labels)
	if auc < 0.9 {
		t.Errorf("AUC %.3f on %d films that were held out", auc, len(held))
	}
	points := m.Curve.Points
	if len(points) != 2 || points[1].Step != 40 || math.Abs(float64(points[1].Value)-auc) > 1e-12 || m.Curve.Fold != 1 {
		t.Errorf("the curve ends with %+v, the AUC is %v", points, auc)
	}
}

// TestBitReproducible: the number of cores changes no bit of any network, nor does
// an interruption.
func TestBitReproducible(t *testing.T) {
	films := phantoms(40)
	run := func(folder string, stop int) ([]ensembles.Member, arch.Weights, error) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		segmenter, err := LungsTraining{
			Films: films, Recipe: LungsRecipe{Steps: 3, Batch: 4, Rate: 3e-3, Decay: 1e-2, Most: 100}, Seed: 5, Every: 2, Folder: folder, Data: "phantoms",
		}.Run(ctx)
		if err != nil {
			return nil, nil, err
		}
		chest := training(films, 3)
		chest.Folder = folder
		steps := 0
		chest.Progress = func(ensembles.Progress) {
			if steps++; steps == stop {
				cancel()
			}
		}
		members, err := chest.Members(ctx)
		return members, segmenter.Weights, err
	}
	old := runtime.GOMAXPROCS(2)
	defer runtime.GOMAXPROCS(old)
	want, wantLungs, err := run("", 0)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GOMAXPROCS(1)
	one, oneLungs, err := run("", 0)
	if err != nil || !reflect.DeepEqual(one, want) || !reflect.DeepEqual(oneLungs, wantLungs) {
		t.Errorf("one core makes other networks (%v)", err)
	}
	runtime.GOMAXPROCS(2)
	folder := t.TempDir()
	if _, _, err := run(folder, 5); !errors.Is(err, context.Canceled) { // in the second network
		t.Fatal(err)
	}
	again, againLungs, err := run(folder, 0)
	if err != nil || !reflect.DeepEqual(again, want) || !reflect.DeepEqual(againLungs, wantLungs) {
		t.Errorf("an interruption makes other networks or curves (%v)", err)
	}
	films[0].Group = "another fold perhaps"
	other := training(films, 3)
	other.Folder, other.Data = folder, "other phantoms"
	if _, err := other.Members(context.Background()); !errors.Is(err, fit.ErrBadCheckpoint) {
		t.Errorf("other films: %v", err)
	}
}

func TestLungsLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a network")
	}
	films := phantoms(60)
	var first, last float64
	s, err := LungsTraining{
		Films: films, Recipe: LungsRecipe{Steps: 60, Batch: 8, Rate: 3e-3, Decay: 1e-2, Most: 1000}, Seed: 2, Every: 30,
		Progress: func(p ensembles.Progress) {
			if last = p.Loss; p.Step == 1 {
				first = p.Loss
			}
		},
	}.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !(last < first) || len(s.Dice) == 0 || len(s.Curve.Points) != 2 {
		t.Errorf("loss %v to %v, %+v", first, last, s)
	}
	for set, d := range s.Dice {
		if d < 0.8 {
			t.Errorf("overlap of %s: %.3f", set, d)
		}
	}
	for i := range films {
		films[i].Lungs = nil
	}
	if err := FindLungs(context.Background(), films, s.Weights); err != nil {
		t.Fatal(err)
	}
	if a := films[0].Lungs.Square(side).Area(); a < 0.2 || a > 0.5 {
		t.Errorf("the lungs take %.2f of the film", a)
	}
}

// TestAssemble: the model reads a film as its networks do, keeps pictures of
// training but none that was held, and says why a population is not calibrated.
func TestAssemble(t *testing.T) {
	films := phantoms(40)
	for i := range 4 {
		films[i].Held = true
	}
	run := training(films, 2)
	members, err := run.Members(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	segmenter, err := arch.NewWeights(lungs.Net(), rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	out, err := Assembly{
		Films: films, Lungs: segmenter, Members: members, Folds: 3, Seed: 5, Patients: PatientsFor(films, "phantoms"),
		Meta: model.Meta{Name: "phantoms", Version: "1", Finding: model.FindingOpacity},
	}.Assemble(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(out.Held.Cases); n != 36 || out.Model.Meta.Similar == 0 || out.Model.Meta.Similar > 36 || out.Model.Meta.Members != 3 {
		t.Errorf("%d films held out of a network each, %+v", n, out.Model.Meta)
	}
	if out.Model.Meta.Shape != nil {
		t.Error("40 films say what lungs look like")
	}
	if len(out.Uncalibrated) != 1 || out.Calibrations != nil || out.Uncalibrated[0].Text != "phantoms" {
		t.Errorf("36 films are calibrated: %+v", out.Uncalibrated)
	}
	for i, c := range out.Held.Cases {
		if c.Held || ensembles.Fold(c.Group, 3) > 2 || out.Held.Sample.Labels[i] != c.Label {
			t.Errorf("%+v", c)
		}
	}
}

func TestCutOutSets(t *testing.T) {
	films := phantoms(10)
	for i := range films {
		films[i].Set = "whole"
		cut := films[i]
		cut.Set, cut.Picture = "cut", append(plane.Bytes(nil), cut.Picture...)
		for k, m := range cut.Drawn {
			if m == 0 {
				cut.Picture[k] = 3
			}
		}
		films = append(films, cut)
	}
	if got := CutOutSets(films); got["whole"] || !got["cut"] {
		t.Errorf("%v", got)
	}
}

func TestRefusals(t *testing.T) {
	films := phantoms(4)
	if _, err := (LungsTraining{Films: films, Recipe: DefaultLungs()}).Run(context.Background()); !errors.Is(err, ensembles.ErrNoCases) {
		t.Errorf("a segmenter of four films: %v", err)
	}
	run := training(films, 1)
	run.Recipe = DefaultChest()
	if _, err := run.Member(context.Background(), 0); !errors.Is(err, ensembles.ErrNoCases) {
		t.Errorf("a classifier without the sets of the recipe: %v", err)
	}
	run.Recipe.Strata = nil
	if _, err := run.Member(context.Background(), 0); !errors.Is(err, ensembles.ErrNoCases) {
		t.Errorf("a recipe without films: %v", err)
	}
	run.Recipe = RecipeFor(films)
	if s := run.Recipe.Strata; len(s) != 2 || s[0].Count != 24 || run.Recipe.Name == DefaultChest().Name {
		t.Errorf("%+v", s)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	run.Recipe.Folds = 100 // nothing held out
	if _, err := run.Member(stopped, 100); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if ClassOf("no lung opacity / not normal") != Other || ClassOf("lung opacity") != Opacity || ClassOf("") != Unknown {
		t.Error("classes")
	}
	if math.IsNaN(lungs.Dice(plane.New(2, 2), plane.New(2, 2))) {
		t.Error("the overlap of nothing")
	}
}
