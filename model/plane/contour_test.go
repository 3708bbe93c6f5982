package plane

import (
	"math"
	"testing"
)

// area is that which lines enclose, by the shoelace formula, in parts of the
// plane: holes count against it.
func area(lines [][]Point) (sum float64) {
	for _, line := range lines {
		for i, p := range line {
			q := line[(i+1)%len(line)]
			sum += (q.X*p.Y - p.X*q.Y) / 2
		}
	}
	return sum
}

// TestContourOfACone: the level lines of a cone are circles about its top.
func TestContourOfACone(t *testing.T) {
	const side, cx, cy, radius = 60, 33.0, 24.0, 17.0 // pixels
	p := New(side, side)
	for i := range p.Pix {
		p.Pix[i] = float32(-math.Hypot(float64(i%side)+0.5-cx, float64(i/side)+0.5-cy))
	}
	lines := p.Contours(-radius)
	if len(lines) != 1 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, q := range lines[0] {
		if r := math.Hypot(q.X*side-cx, q.Y*side-cy); math.Abs(r-radius) > 0.02 {
			t.Fatalf("(%v, %v) is %v pixels from the top, want %v", q.X*side, q.Y*side, r, radius)
		}
	}
	if got, want := area(lines)*side*side, math.Pi*radius*radius; math.Abs(got-want) > 0.01*want {
		t.Errorf("it encloses %v pixels, want %v", got, want)
	}
}

// TestContourOfAMask: half way between pixels inside and outside, along the edge
// of the plane, and around holes.
func TestContourOfAMask(t *testing.T) {
	p := New(10, 20)
	set := func(x0, y0, x1, y1 int, v float32) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				p.Pix[y*20+x] = v
			}
		}
	}
	set(0, 2, 9, 9, 1)
	set(3, 4, 6, 7, 0)
	lines := p.Contours(Inside)
	if len(lines) != 2 {
		t.Fatalf("%d lines, want one around it and one around the hole", len(lines))
	}
	// Each corner, of the hole too, is cut off by half a pixel: 8 of 1/8 pixel.
	// Those that lie on the edge of the plane are cut as the others are.
	want := 9*7 - 3*3 - 4.0/8 + 4.0/8
	if got := area(lines) * 200; math.Abs(got-want) > 1e-9 {
		t.Errorf("they enclose %v pixels, want %v", got, want)
	}
	least, most := 1.0, 0.0
	for _, q := range lines[0] {
		least, most = min(least, q.X), max(most, q.X)
	}
	if least != 0 || math.Abs(most-9.0/20) > 1e-12 {
		t.Errorf("from %v to %v, want 0 to %v", least, most, 9.0/20)
	}
}

// TestContoursAreClosed: any plane, with ties and saddles, gives lines that
// enclose as much as there is inside, to the half pixel at each crossing.
func TestContoursAreClosed(t *testing.T) {
	for seed := range uint64(20) {
		p := random(9, 7, seed)
		for i, v := range p.Pix {
			p.Pix[i] = float32(math.Round(float64(4*v))) / 4
		}
		lines := p.Contours(0.5)
		crossings, edges := 0, 0
		for _, line := range lines {
			crossings += len(line)
			for i, q := range line {
				r := line[(i+1)%len(line)]
				if math.Abs(q.X-r.X) > 1./7+1e-9 || math.Abs(q.Y-r.Y) > 1./9+1e-9 {
					t.Fatalf("seed %d: a line jumps from %v to %v", seed, q, r)
				}
			}
		}
		for y := -1; y < 9; y++ {
			for x := -1; x < 7; x++ {
				_, _, here := p.inside(x, y, 0.5)
				_, _, right := p.inside(x+1, y, 0.5)
				_, _, below := p.inside(x, y+1, 0.5)
				if here != right {
					edges++
				}
				if here != below {
					edges++
				}
			}
		}
		if crossings != edges {
			t.Errorf("seed %d: %d crossings on lines, there are %d", seed, crossings, edges)
		}
	}
	if lines := New(3, 3).Contours(0.5); lines != nil {
		t.Errorf("around nothing: %v", lines)
	}
	if lines := (Plane{}).Contours(0.5); lines != nil {
		t.Errorf("of no plane: %v", lines)
	}
	one := Plane{Rows: 1, Columns: 1, Pix: []float32{1}}
	if got := area(one.Contours(0.5)); got != 0.5 {
		t.Errorf("around one pixel: %v", got)
	}
}
