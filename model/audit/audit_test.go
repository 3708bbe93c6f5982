package audit

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/model"
	"lightbox/model/metrics"
	"lightbox/model/plane"
	"lightbox/model/train/ensembles"
)

// drawn are cases whose feature 0 tells the label to the given degree; the others
// say nothing.
func drawn(n, size int, strength float64) (x [][]float64, y []int, groups []string) {
	r := rand.New(rand.NewPCG(1, 7))
	for i := range n {
		y = append(y, r.IntN(2))
		f := make([]float64, size)
		for k := range f {
			f[k] = 3 + 10*r.NormFloat64()
		}
		f[0] += 10 * strength * float64(y[i])
		x, groups = append(x, f), append(groups, fmt.Sprint(i/2))
	}
	return x, y, groups
}

// TestLinear: two normal distributions one spread·strength apart have the AUC
// Φ(strength/√2), however many features that say nothing stand beside.
func TestLinear(t *testing.T) {
	for _, strength := range []float64{0, 1, 2} {
		x, y, groups := drawn(2000, 8, strength)
		auc := metrics.AUC(Linear(x, y, groups, ensembles.Fold), y)
		want := 0.5 * (1 + math.Erf(strength/2))
		if math.Abs(auc-want) > 0.035 {
			t.Errorf("strength %v: AUC %.3f, want %.3f", strength, auc, want)
		}
	}
	x, y, groups := drawn(60, 3, 2)
	for i := range x {
		for k := range x[i] {
			x[i][k] = 5
		}
	}
	if auc := metrics.AUC(Linear(x, y, groups, ensembles.Fold), y); auc != 0.5 {
		t.Errorf("features that are all the same have AUC %v", auc)
	}
	for i := range y {
		y[i] = 1
	}
	Linear(x, y, groups, ensembles.Fold) // one label alone
	Linear(nil, nil, nil, ensembles.Fold)
}

// TestFitIsTheOptimum: at its weights the penalised likelihood has no slope, by
// finite differences.
func TestFitIsTheOptimum(t *testing.T) {
	x, y, _ := drawn(80, 4, 1)
	var all []int
	for i := range x {
		all = append(all, i)
	}
	mean, scale := moments(x, all)
	w := fit(x, y, all, mean, scale)
	cost := func(w []float64, constant float64) (sum float64) {
		for _, v := range w {
			sum += penalty / 2 * v * v
		}
		for i := range x {
			z := constant
			for k, v := range w {
				z += v * (x[i][k] - mean[k]) * scale[k]
			}
			sum += math.Log1p(math.Exp(z)) - z*float64(y[i])
		}
		return sum
	}
	// The best constant for these weights, by halving.
	low, high := -5.0, 5.0
	for range 80 {
		middle := (low + high) / 2
		if cost(w, middle+1e-6) > cost(w, middle-1e-6) {
			high = middle
		} else {
			low = middle
		}
	}
	for k := range w {
		up, down := append([]float64(nil), w...), append([]float64(nil), w...)
		up[k] += 1e-4
		down[k] -= 1e-4
		if slope := (cost(up, low) - cost(down, low)) / 2e-4; math.Abs(slope) > 1e-3 {
			t.Errorf("slope %v along weight %d", slope, k)
		}
	}
}

func TestFeatures(t *testing.T) {
	g := model.Gray{Rows: 64, Columns: 64, Pix: make([]float32, 64*64)}
	for i := range g.Pix {
		if x, y := i%64, i/64; x >= 6 && x < 58 && y >= 6 && y < 58 {
			g.Pix[i] = 1 // the inner part, of which the rim must know nothing
		}
	}
	f := RimFeatures(g)
	if len(f) != 32*32-26*26 {
		t.Errorf("%d pixels of the rim", len(f))
	}
	for _, v := range f {
		if v != 0 {
			t.Fatalf("the rim sees the inner part: %v", v)
		}
	}
	if a, b := SizeFeatures(10, 20), SizeFeatures(20, 10); len(a) != len(b) || a[4] != -b[4] {
		t.Errorf("%v %v", a, b)
	}
	if s := SourceFeatures([]string{"a", "b", "a"}); s[0][0] != 1 || s[1][1] != 1 || s[2][1] != 0 {
		t.Errorf("%v", s)
	}
}

// TestFill: what lies in the mask has the film's mean, and with noise its spread;
// what lies outside stays.
func TestFill(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	p, mask := plane.New(40, 40), plane.New(40, 40)
	var sum, squares, n float64
	for i := range p.Pix {
		p.Pix[i] = r.Float32()
		if i%40 > 10 {
			mask.Pix[i] = 1
			sum, squares, n = sum+float64(p.Pix[i]), squares+float64(p.Pix[i])*float64(p.Pix[i]), n+1
		}
	}
	mean := sum / n
	spread := math.Sqrt(squares/n - mean*mean)
	flat, noisy := fill(p, mask, nil), fill(p, mask, r)
	var s, q float64
	for i := range p.Pix {
		if mask.Pix[i] == 0 {
			if flat.Pix[i] != p.Pix[i] || noisy.Pix[i] != p.Pix[i] {
				t.Fatal("changed outside the mask")
			}
			continue
		}
		if math.Abs(float64(flat.Pix[i])-mean) > 1e-6 {
			t.Fatalf("%v inside, want %v", flat.Pix[i], mean)
		}
		s, q = s+float64(noisy.Pix[i]), q+float64(noisy.Pix[i])*float64(noisy.Pix[i])
	}
	if m := s / n; math.Abs(m-mean) > 0.05 || math.Abs(math.Sqrt(q/n-m*m)-spread) > 0.05 {
		t.Errorf("noise of mean %v and spread %v, want %v and %v", m, math.Sqrt(q/n-m*m), mean, spread)
	}
}

// TestReader: the rim's answer does not depend on what lies inside it.
func TestReader(t *testing.T) {
	m, err := model.Embedded(model.DefaultName)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(m)
	if err != nil {
		t.Fatal(err)
	}
	g := model.Gray{Rows: 128, Columns: 128, Pix: make([]float32, 128*128)}
	random := rand.New(rand.NewPCG(3, 3))
	for i := range g.Pix {
		g.Pix[i] = random.Float32()
	}
	a, err := r.Read(context.Background(), g, 1)
	if err != nil {
		t.Fatal(err)
	}
	mean := 0.
	for i := range g.Pix { // shuffle the inner part, whose mean stays
		if x, y := i%128, i/128; x >= 16 && y >= 16 && x < 112 && y < 112 {
			j := (16+random.IntN(96))*128 + 16 + random.IntN(96)
			g.Pix[i], g.Pix[j] = g.Pix[j], g.Pix[i]
			mean++
		}
	}
	b, err := r.Read(context.Background(), g, 1)
	if err != nil || math.Abs(a[CodeRim]-b[CodeRim]) > 1e-3 {
		t.Errorf("%v and %v, %v", a, b, err)
	}
}
