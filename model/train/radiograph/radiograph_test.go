package radiograph

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"lightbox/model/arch"
	"lightbox/model/lungs"
	"lightbox/model/metrics"
	"lightbox/model/plane"
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

// TestChestLearns: opacities in films that it did not see are told from normal
// lungs, and the same seed makes the same network.
func TestChestLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a network")
	}
	films := phantoms(60)
	recipe := ChestRecipe{Steps: 40, Rate: 3e-3, Decay: 2e-2, Folds: 3, Strata: []Stratum{{"phantoms", Opacity, 8}, {"phantoms", Normal, 8}}}
	train := func(steps int) arch.Weights {
		recipe.Steps = steps
		w, err := Chest(context.Background(), films, recipe, 1, 5, func(int, float64) {})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	if a, b := train(3), train(3); !reflect.DeepEqual(a, b) {
		t.Error("the same seed made two networks")
	}
	w := train(40)
	var held []*Film
	var labels []int
	for i := range films {
		if f := &films[i]; f.Fold(3) == 1 {
			held, labels = append(held, f), append(labels, map[Class]int{Opacity: 1}[f.Class])
		}
	}
	logits, ok, err := ChestLogits(context.Background(), []arch.Weights{w}, held)
	if err != nil {
		t.Fatal(err)
	}
	for i := range ok {
		if !ok[i] {
			t.Errorf("no lungs in phantom %d", i)
		}
	}
	if auc := metrics.AUC(logits, labels); auc < 0.9 {
		t.Errorf("AUC %.3f on %d films that were held out", auc, len(held))
	}
}

func TestLungsLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a network")
	}
	films := phantoms(60)
	recipe := LungsRecipe{Steps: 60, Batch: 8, Rate: 3e-3, Decay: 1e-2, Most: 1000}
	var first, last float64
	w, dice, err := Lungs(context.Background(), films, recipe, 2, func(step int, loss float64) {
		if last = loss; step == 1 {
			first = loss
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !(last < first) || len(dice) == 0 {
		t.Errorf("loss %v to %v, %v", first, last, dice)
	}
	for set, d := range dice {
		if d < 0.8 {
			t.Errorf("overlap of %s: %.3f", set, d)
		}
	}
	for i := range films {
		films[i].Lungs = nil
	}
	if err := FindLungs(context.Background(), films, w); err != nil {
		t.Fatal(err)
	}
	if a := films[0].Lungs.Square(side).Area(); a < 0.2 || a > 0.5 {
		t.Errorf("the lungs take %.2f of the film", a)
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
	if _, _, err := Lungs(context.Background(), films, DefaultLungs(), 1, nil); err == nil {
		t.Error("a segmenter of four films")
	}
	if _, err := Chest(context.Background(), films, DefaultChest(), 0, 1, nil); err == nil {
		t.Error("a classifier without the sets of the recipe")
	}
	if _, err := Chest(context.Background(), films, ChestRecipe{Folds: 2}, 0, 1, nil); err == nil {
		t.Error("a recipe without films")
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	recipe := DefaultChest().OtherData(films)
	if len(recipe.Strata) != 2 || recipe.Strata[0].Count != 24 {
		t.Errorf("%+v", recipe.Strata)
	}
	recipe.Folds = 100 // nothing held out
	if _, err := Chest(stopped, films, recipe, 100, 1, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if ClassOf("no lung opacity / not normal") != Other || ClassOf("lung opacity") != Opacity || ClassOf("") != Unknown {
		t.Error("classes")
	}
	if math.IsNaN(lungs.Dice(plane.New(2, 2), plane.New(2, 2))) {
		t.Error("the overlap of nothing")
	}
}
