package plane

import (
	"math"
	"math/rand/v2"
	"testing"
)

func random(rows, columns int, seed uint64) Plane {
	r := rand.New(rand.NewPCG(seed, 1))
	p := New(rows, columns)
	for i := range p.Pix {
		p.Pix[i] = r.Float32()
	}
	return p
}

// TestStretch compares with the integral of the picture over each new pixel,
// taken by fine steps.
func TestStretch(t *testing.T) {
	p := random(7, 11, 1)
	const fine = 220 // a multiple of all sides
	for _, to := range [][2]int{{7, 11}, {5, 4}, {1, 1}, {14, 22}, {10, 20}} {
		q := p.Stretch(to[0], to[1])
		for y := range to[0] {
			for x := range to[1] {
				var sum float64
				ny, nx := fine*7/to[0], fine*11/to[1]
				for i := range ny {
					for k := range nx {
						sy, sx := (float64(y*ny+i)+0.5)/fine, (float64(x*nx+k)+0.5)/fine
						sum += float64(p.Pix[int(sy)*11+int(sx)])
					}
				}
				if want := sum / float64(ny*nx); math.Abs(want-float64(q.Pix[y*to[1]+x])) > 0.01 {
					t.Fatalf("%v: pixel %d, %d is %v, want %v", to, x, y, q.Pix[y*to[1]+x], want)
				}
			}
		}
	}
}

func TestWarp(t *testing.T) {
	p := random(6, 6, 2)
	out := make([]float32, 36)
	p.Warp(out, 6, 6, Identity(), false)
	for i, v := range out {
		if v != p.Pix[i] {
			t.Fatalf("identity changes pixel %d from %v to %v", i, p.Pix[i], v)
		}
	}
	p.Warp(out, 6, 6, Mirror(), false)
	for i, v := range out {
		if want := p.Pix[i/6*6+5-i%6]; math.Abs(float64(v-want)) > 1e-6 {
			t.Fatalf("mirror: pixel %d is %v, want %v", i, v, want)
		}
	}
	p.Warp(out, 6, 6, Affine{XX: 1, YY: 1, X0: 2. / 6}, true) // two pixels to the left
	for i, v := range out {
		want := float32(0)
		if i%6 < 4 {
			want = p.Pix[i+2]
		}
		if math.Abs(float64(v-want)) > 1e-6 {
			t.Fatalf("shift: pixel %d is %v, want %v", i, v, want)
		}
	}
	// A quarter turn: what was at the top comes to a side, and four bring all back.
	quarter := Ranges{}.Random(rand.New(rand.NewPCG(1, 1)))
	if math.Abs(quarter.XX-1) > 1e-12 || math.Abs(quarter.X0) > 1e-12 {
		t.Errorf("no range is %+v", quarter)
	}
}

func TestGrowAndLargest(t *testing.T) {
	p := New(9, 9)
	p.Pix[4*9+4], p.Pix[0] = 1, 1
	p.Grow(1)
	if n := p.Area() * 81; math.Round(n) != 9+4 {
		t.Errorf("a pixel and a corner grow to %v pixels, want 13", n)
	}
	p.Largest(1)
	if n := p.Area() * 81; math.Round(n) != 9 || p.Pix[0] != 0 {
		t.Errorf("the largest part has %v pixels, want 9", n)
	}
	p.Grow(-1)
	if n := p.Area() * 81; math.Round(n) != 1 || p.Pix[4*9+4] != 1 {
		t.Errorf("shrunk to %v pixels, want the one", n)
	}
	p.Largest(2) // fewer than asked for
	New(3, 3).Largest(1)
}

func TestStandardise(t *testing.T) {
	p := random(8, 8, 3)
	mask := random(8, 8, 4)
	x := append([]float32(nil), p.Pix...)
	if !Standardise(x, mask.Pix, 0) {
		t.Fatal("too few pixels")
	}
	var sum, squares, n float64
	for i, v := range x {
		if mask.Pix[i] <= Inside {
			if v != 0 {
				t.Fatalf("outside is %v", v)
			}
			continue
		}
		sum, squares, n = sum+float64(v), squares+float64(v)*float64(v), n+1
	}
	if math.Abs(sum/n) > 1e-5 || math.Abs(squares/n-1) > 1e-5 {
		t.Errorf("mean %v, mean square %v", sum/n, squares/n)
	}
	flat := []float32{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	if !Standardise(flat, nil, 0.01) || flat[0] != 0 {
		t.Errorf("a flat picture becomes %v", flat[0])
	}
	if Standardise(x, make([]float32, 64), 0.01) || x[0] != 0 {
		t.Error("an empty mask was taken")
	}
}

func TestBlurKeepsTheMean(t *testing.T) {
	p := New(15, 15)
	p.Pix[7*15+7] = 1
	p.Blur(1)
	var sum float64
	for _, v := range p.Pix {
		sum += float64(v)
	}
	// The kernel reaches 3 pixels; the peak is its middle value squared.
	var k float64
	for i := -3; i <= 3; i++ {
		k += math.Exp(-float64(i*i) / 2)
	}
	if math.Abs(sum-1) > 1e-5 || math.Abs(float64(p.Pix[7*15+7])-1/(k*k)) > 1e-5 {
		t.Errorf("sum %v, peak %v, want 1 and %v", sum, p.Pix[7*15+7], 1/(k*k))
	}
}

// TestShade: what a picture is multiplied by is the exponential of a polynomial of
// second degree, without a mixed term, and has the spread that was asked for.
func TestShade(t *testing.T) {
	const side, sd = 9, 0.2
	r := rand.New(rand.NewPCG(1, 2))
	var squares, n float64
	for range 400 {
		p := New(side, side)
		for i := range p.Pix {
			p.Pix[i] = 2
		}
		p.Shade(r, sd)
		at := func(x, y int) float64 { return math.Log(float64(p.Pix[y*side+x]) / 2) }
		bend := at(2, 4) - 2*at(3, 4) + at(4, 4)
		for y := range side - 2 {
			for x := range side - 2 {
				if d := at(x, y) - 2*at(x+1, y) + at(x+2, y); math.Abs(d-bend) > 1e-5 {
					t.Fatalf("second difference across %v, elsewhere %v", d, bend)
				}
				if d := at(x, y) - 2*at(x, y+1) + at(x, y+2); math.Abs(d-bend) > 1e-5 {
					t.Fatalf("second difference down %v, across %v", d, bend)
				}
				if d := at(x+1, y+1) - at(x+1, y) - at(x, y+1) + at(x, y); math.Abs(d) > 1e-5 {
					t.Fatalf("mixed difference %v", d)
				}
			}
		}
		slope := (at(5, 0) - at(3, 0)) * side / 4
		squares += slope * slope
		n++
	}
	if got := math.Sqrt(squares / n); math.Abs(got-sd) > 0.02 {
		t.Errorf("slopes spread by %v, not %v", got, sd)
	}
}
