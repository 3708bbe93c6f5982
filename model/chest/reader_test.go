package chest

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/model/arch"
	"lightbox/model/lungs"
	"lightbox/model/plane"
)

// weights are random, with logits that differ from film to film.
func weights(t *testing.T, seed uint64) arch.Weights {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	w, err := arch.NewWeights(Net(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"logit.weight", "logit.bias"} {
		for i := range w.Get(name) {
			w.Get(name)[i] = float32(r.NormFloat64())
		}
	}
	return w
}

// found is a mask of two lungs, not mirror images of each other.
func found() lungs.Lungs {
	m := plane.New(lungs.FilmSide, lungs.FilmSide)
	for y := 30; y < 100; y++ {
		for x := 20; x < 55; x++ {
			m.Pix[y*lungs.FilmSide+x] = 1
		}
		for x := 75; x < 105; x++ {
			m.Pix[y*lungs.FilmSide+x] = 1
		}
	}
	return lungs.Lungs{Mask: m}
}

func film(seed uint64) plane.Plane {
	r := rand.New(rand.NewPCG(seed, 2))
	p := plane.New(150, 170)
	for i := range p.Pix {
		p.Pix[i] = r.Float32()
	}
	return p
}

// TestTheLogitIsTheMean of those of the networks on both views.
func TestTheLogitIsTheMean(t *testing.T) {
	e, err := New(nil, []arch.Weights{weights(t, 1), weights(t, 2)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := e.ReadIn(film(3), found())
	if err != nil {
		t.Fatal(err)
	}
	var mean float64
	for _, pair := range r.Logits {
		mean += (pair[0] + pair[1]) / 4
	}
	if math.Abs(mean-r.Logit) > 1e-9 || r.Spread <= 0 {
		t.Errorf("logits %v, mean %v, spread %v", r.Logits, r.Logit, r.Spread)
	}
}

// TestNothingHasNoInfluence: where lungs are even, no place speaks for anything.
func TestNothingHasNoInfluence(t *testing.T) {
	e, err := New(nil, []arch.Weights{weights(t, 1), weights(t, 2)})
	if err != nil {
		t.Fatal(err)
	}
	_, even := e.ensemble.Explain(plane.New(Side, Side))
	for _, v := range even.Pix {
		if v != 0 {
			t.Fatalf("an influence of %v", v)
		}
	}
}

// TestMirrorImage: a film and its mirror image have the same logit, and maps
// that are mirror images.
func TestMirrorImage(t *testing.T) {
	e, err := New(nil, []arch.Weights{weights(t, 4)})
	if err != nil {
		t.Fatal(err)
	}
	p, f := film(5), found()
	mirror := func(p plane.Plane) plane.Plane {
		q := plane.New(p.Rows, p.Columns)
		p.Warp(q.Pix, p.Rows, p.Columns, plane.Mirror(), false)
		return q
	}
	a, err := e.ReadIn(p, f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := e.ReadIn(mirror(p), lungs.Lungs{Mask: mirror(f.Mask)})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(a.Logit-b.Logit) > 1e-3*(1+math.Abs(a.Logit)) {
		t.Errorf("logits %v and %v", a.Logit, b.Logit)
	}
	_, values := e.ensemble.Explain(a.Input)
	_, turned := e.ensemble.Explain(b.Input)
	var most float64
	for _, v := range values.Pix {
		most = math.Max(most, math.Abs(float64(v)))
	}
	n := values.Columns
	for i, v := range values.Pix {
		if w := turned.Pix[i/n*n+n-1-i%n]; math.Abs(float64(v-w)) > 1e-2*most || most == 0 {
			t.Fatalf("place %d: %v and %v of at most %v", i, v, w, most)
		}
	}
}

// TestOnlyTheLungsCount: what lies outside the mask changes nothing at all.
func TestOnlyTheLungsCount(t *testing.T) {
	e, err := New(nil, []arch.Weights{weights(t, 6)})
	if err != nil {
		t.Fatal(err)
	}
	f := found()
	p := plane.New(lungs.FilmSide, lungs.FilmSide)
	r := rand.New(rand.NewPCG(7, 7))
	for i := range p.Pix {
		p.Pix[i] = r.Float32()
	}
	a, err := e.ReadIn(p, f)
	if err != nil {
		t.Fatal(err)
	}
	wide := f.Mask.Clone()
	wide.Grow(3) // sampling reaches a pixel beyond the mask
	for i, v := range wide.Pix {
		if v == 0 {
			p.Pix[i] = r.Float32()
		}
	}
	b, err := e.ReadIn(p, f)
	if err != nil {
		t.Fatal(err)
	}
	if a.Logit != b.Logit {
		t.Errorf("logit %v, and %v with another surrounding", a.Logit, b.Logit)
	}
	if _, err := e.ReadIn(p, lungs.Lungs{Mask: plane.New(lungs.FilmSide, lungs.FilmSide)}); !errors.Is(err, ErrNoLungs) {
		t.Errorf("without lungs: %v", err)
	}
}

func TestNoNetworks(t *testing.T) {
	if _, err := New(nil, nil); err == nil {
		t.Error("an ensemble of none was made")
	}
	w := weights(t, 8)
	w[0].Data = w[0].Data[:1]
	if _, err := New(nil, []arch.Weights{w}); !errors.Is(err, arch.ErrBadNet) {
		t.Errorf("short weights: %v", err)
	}
}
