package miniature

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/metrics"
	"lightbox/model/plane"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/radiograph"
)

// discs are noise, with a bright disc where there is pneumonia.
func discs(n int) (films []radiograph.Film) {
	r := rand.New(rand.NewPCG(1, 7))
	for i := range n {
		f := radiograph.Film{Set: SetMNIST, Group: string(rune('a' + i)), Class: radiograph.Normal}
		p, x, y := plane.New(Side, Side), 8+12*r.Float64(), 8+12*r.Float64()
		if i%2 == 1 {
			f.Class = radiograph.Opacity
		}
		for k := range p.Pix {
			p.Pix[k] = 0.6 * r.Float32()
			if i%2 == 1 && math.Hypot(float64(k%Side)-x, float64(k/Side)-y) < 5 {
				p.Pix[k] += 0.35
			}
		}
		f.Picture = p.Bytes()
		films = append(films, f)
	}
	return films
}

func sourceModel(t *testing.T, seed uint64, c *ensembles.Changes) (*model.Model, arch.Weights) {
	t.Helper()
	n := model.NewNetwork()
	n.InitGlorot(rand.New(rand.NewPCG(seed, 1)))
	m, err := model.New(n, meta(model.Meta{}, c))
	if err != nil {
		t.Fatal(err)
	}
	return m, n.Weights()
}

// TestSeenAsRead: a picture that is not changed is learned as the model reads it, and a
// training reads it as the model does.
func TestSeenAsRead(t *testing.T) {
	films := discs(4)
	for _, c := range []*ensembles.Changes{nil, {}} {
		kind := Kind{films, c}
		m, w := sourceModel(t, 3, c)
		read, err := kind.Reader([]arch.Weights{w})
		if err != nil {
			t.Fatal(err)
		}
		for i := range films {
			g := kind.gray(i)
			want, err := model.Prepare(g, m.Meta.Preprocessing)
			if err != nil {
				t.Fatal(err)
			}
			var got [Side * Side]float32
			var target, weight [1]float32
			kind.Example(rand.New(rand.NewPCG(1, 1)), i, got[:], target[:], weight[:])
			for k := range want {
				if math.Abs(float64(got[k]-want[k])) > 0.02 {
					t.Fatalf("%+v, picture %d: pixel %d is %v, the model sees %v", c, i, k, got[k], want[k])
				}
			}
			if target[0] != float32(i%2) || weight[0] != 1 {
				t.Errorf("target %v, weight %v", target[0], weight[0])
			}
			p, err := m.Predict(context.Background(), g)
			if a, ok := read(i); err != nil || !ok || a.Logit != p.Logit || len(a.Features) == 0 {
				t.Errorf("logit %v, the model says %v (%v)", a.Logit, p.Logit, err)
			}
		}
		if m.Meta.MirrorAveraging != (c != nil) {
			t.Errorf("%+v", m.Meta)
		}
	}
}

// TestChanges: changed pictures stay standardised, but for noise and what is erased,
// and labels are smoothed.
func TestChanges(t *testing.T) {
	films := discs(2)
	c := *Averaged().Changes
	c.Erase, c.Blur = 0, 1
	kind := Kind{films, &c}
	r := rand.New(rand.NewPCG(1, 1))
	var seen [2][Side * Side]float32
	for k := range 60 {
		x := seen[k%2][:]
		var target, weight [1]float32
		kind.Example(r, 1, x, target[:], weight[:])
		var sum, squares float64
		for _, v := range x {
			sum, squares = sum+float64(v), squares+float64(v)*float64(v)
		}
		n := float64(len(x))
		if math.Abs(sum/n) > 1e-4 || math.Abs(squares/n-1) > 0.02 || target[0] != c.Label(1) {
			t.Fatalf("mean %v, mean square %v, target %v", sum/n, squares/n, target[0])
		}
		if k > 0 && seen[0] == seen[1] {
			t.Fatal("two changes are the same")
		}
	}
}

// TestLearns: discs that a network did not see are told from noise, by the network and
// by a teacher.
func TestLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("trains networks")
	}
	films := discs(120)
	recipe, _ := For(films, Averaged())
	recipe.Steps, recipe.Folds, recipe.Teaching = 80, 3, &ensembles.Teaching{Teachers: 1, Steps: 40, Rate: 3e-3, Soft: 0.5}
	run := Training(films, recipe)
	run.Seed, run.Every = 4, 100
	m, err := run.Member(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]ensembles.Curve{"network": m.Curve, "teacher": m.Teachers[0]} {
		if auc := c.Points[len(c.Points)-1].Value; !(auc > 0.9) {
			t.Errorf("%s: AUC %.3f on the held-out fold", name, auc)
		}
	}
	read, err := Kind{films, recipe.Changes}.Reader([]arch.Weights{m.Weights})
	if err != nil {
		t.Fatal(err)
	}
	var logits []float64
	var labels []int
	for i := range films {
		if films[i].Fold(3) == 1 {
			a, _ := read(i)
			logits, labels = append(logits, a.Logit), append(labels, films[i].Class.Label())
		}
	}
	if auc := metrics.AUC(logits, labels); auc != float64(m.Curve.Points[0].Value) {
		t.Errorf("AUC %v, the curve ends with %v", auc, m.Curve.Points[0].Value)
	}
}

func TestRecipes(t *testing.T) {
	for _, name := range append(RecipeNames(), "") {
		r, err := Recipe(name)
		if err == nil {
			err = r.Validate()
		}
		if err != nil || !r.One {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	path := filepath.Join(t.TempDir(), "mine.json")
	if err := os.WriteFile(path, []byte(`{"steps": 7, "changes": {"turn_degrees": 3}, "teaching": {"teachers": 2}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	want := Averaged()
	want.Name, want.Steps, want.Changes.Turn, want.Teaching.Teachers = "mine", 7, 3, 2
	if got, err := Recipe(path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := Recipe("better"); !errors.Is(err, ensembles.ErrBadRecipe) {
		t.Errorf("%v", err)
	}
	films := discs(4)
	if r, ours := For(films, Averaged()); !ours || len(r.Strata) != 2 || r.Strata[0].Count != batch/2 || r.Name != "averaged" {
		t.Errorf("%+v, %v", r, ours)
	}
	films[0].Set, films[1].Set = "ward", "ward"
	if r, ours := For(films, Averaged()); ours || len(r.Strata) != 4 || r.Name != "averaged, other data" {
		t.Errorf("%+v, %v", r, ours)
	}
	if SetOf("PneumoniaMNIST_64") != SetMNIST || SetOf("ward") != "ward" {
		t.Error("sets")
	}
	if p := Patients(true, "x")[0]; p.Text != model.PopulationKermany || p.Until != 6 {
		t.Errorf("%+v", p)
	}
	if p := Patients(false, "x")[0]; p.Text != "x" || p.Until != 0 {
		t.Errorf("%+v", p)
	}
}

func TestReduce(t *testing.T) {
	if _, err := Reduce(plane.New(27, 300)); !errors.Is(err, model.ErrBadImage) {
		t.Errorf("27 rows: %v", err)
	}
	p := plane.New(60, 40) // the centre square is bright
	for i := range p.Pix {
		if y := i / 40; y >= 10 && y < 50 {
			p.Pix[i] = 1
		}
	}
	small, err := Reduce(p)
	if err != nil || len(small) != Side*Side || small[0] != 255 || small[len(small)-1] != 255 {
		t.Errorf("%d pixels, %v", len(small), err)
	}
}
