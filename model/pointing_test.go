package model

import (
	"math"
	"testing"

	"lightbox/model/plane"
)

// TestPeak: a planted value is found at its place of the part that the map shows,
// and where the enlarged map is largest.
func TestPeak(t *testing.T) {
	m := plane.New(6, 11)
	m.Pix[4*11+2] = 3
	m.Pix[4*11+3] = 2
	within := Box{0.25, 0.1, 0.75, 0.9}
	x, y, v, ok := Peak(m, within)
	if wantX, wantY := 0.25+0.5*2.5/11, 0.1+0.8*4.5/6; !ok || v != 3 || math.Abs(x-wantX) > 1e-12 || math.Abs(y-wantY) > 1e-12 {
		t.Errorf("%v at (%v, %v), want (%v, %v)", v, x, y, wantX, wantY)
	}
	large := plane.New(6*11, 11*5) // odd multiples: middles fall on middles
	m.Warp(large.Pix, large.Rows, large.Columns, plane.Identity(), false)
	if u, w, v, _ := Peak(large, within); v != 3 || math.Abs(u-x) > 1e-12 || math.Abs(w-y) > 1e-12 {
		t.Errorf("enlarged, %v at (%v, %v)", v, u, w)
	}
	// Under a square of an occlusion map all values are equal; elsewhere there are as
	// large ones.
	flat := plane.New(8, 8)
	for _, i := range []int{2*8 + 3, 2*8 + 4, 3*8 + 3, 3*8 + 4, 7*8 + 7} {
		flat.Pix[i] = 1
	}
	if x, y, _, _ := Peak(flat, WholePicture); math.Abs(x-0.5) > 1e-12 || math.Abs(y-3./8) > 1e-12 {
		t.Errorf("the middle of four equal values is (%v, %v)", x, y)
	}
	if _, _, _, ok := Peak(plane.Plane{}, within); ok {
		t.Error("the peak of nothing")
	}
}

func TestPointingGame(t *testing.T) {
	peak := func(column, row int) plane.Plane {
		m := plane.New(4, 4)
		for i := range m.Pix {
			m.Pix[i] = -1
		}
		m.Pix[row*4+column] = 0.5
		return m
	}
	left := []Box{{0, 0, 0.5, 1}, {0.5, 0.75, 1, 1}}
	lungs := plane.New(8, 8) // the upper half
	for i := range 32 {
		lungs.Pix[i] = 1
	}
	var g PointingGame
	g.Add(peak(0, 1), WholePicture, lungs, left)           // in the first box
	g.Add(peak(3, 3), WholePicture, lungs, left)           // in the second
	g.Add(peak(2, 1), WholePicture, lungs, left)           // in neither
	g.Add(peak(0, 1), Box{0.5, 0, 1, 1}, lungs, left)      // in neither, for the part that the map shows
	g.Add(plane.New(4, 4), WholePicture, lungs, left)      // nothing speaks for it
	g.Add(plane.Plane{}, WholePicture, plane.Plane{}, nil) // and nothing is known of it
	if g.Pictures != 6 || g.Hits != 2 || g.Nowhere != 2 {
		t.Errorf("%+v", g)
	}
	if want := (5*0.5 + 0) / 6; math.Abs(g.Chance()-want) > 1e-12 {
		t.Errorf("by chance %v, want %v", g.Chance(), want)
	}
	share := g.Share()
	// The ends solve (p-q)² = z²·q(1-q)/n, which defines Wilson's interval.
	for _, q := range []float64{float64(share.Low), float64(share.High)} {
		if d := 2./6 - q; math.Abs(d*d-1.959963984540054*1.959963984540054*q*(1-q)/6) > 1e-12 {
			t.Errorf("end %v of the interval", q)
		}
	}
	var whole PointingGame
	whole.Add(peak(0, 0), Box{0.5, 0, 1, 1}, plane.Plane{}, left)
	if want := 0.25; math.Abs(whole.Chance()-want) > 1e-9 {
		t.Errorf("a quarter of what is looked at lies in boxes; by chance %v", whole.Chance())
	}
}
