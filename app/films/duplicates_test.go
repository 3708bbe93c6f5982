package films

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"lightbox/model/plane"
	"lightbox/vision/fault"
)

// smoothPicture is a few broad waves, as films are: two of them correlate highly
// without being the same.
func smoothPicture(r *rand.Rand, side int) plane.Bytes {
	p := plane.New(side, side)
	var a [4]float64
	for i := range a {
		a[i] = r.Float64()
	}
	for i := range p.Pix {
		x, y := float64(i%side)/float64(side), float64(i/side)/float64(side)
		p.Pix[i] = float32(0.5 + 0.2*math.Sin(3*x+a[0]) + 0.2*math.Cos(4*y+a[1]) + 0.05*math.Sin(9*x*y+6*a[2]) + 0.01*r.Float64())
	}
	return p.Bytes()
}

// correlation is Pearson's, of the means over blocks, in float64.
func correlation(a, b plane.Bytes, side int) float64 {
	const n = 32
	means := func(p plane.Bytes) []float64 {
		out := make([]float64, n*n)
		block := side / n
		for i, v := range p {
			out[i/side/block*n+i%side/block] += float64(v) / float64(block*block)
		}
		return out
	}
	x, y := means(a), means(b)
	var sx, sy, sxx, syy, sxy float64
	for i := range x {
		sx, sy, sxx, syy, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], syy+y[i]*y[i], sxy+x[i]*y[i]
	}
	const m = n * n
	return (sxy - sx*sy/m) / math.Sqrt((sxx-sx*sx/m)*(syy-sy*sy/m))
}

// TestDuplicates compares with every pair's correlation.
func TestDuplicates(t *testing.T) {
	const side = 64
	r := rand.New(rand.NewPCG(1, 2))
	var pictures []plane.Bytes
	for range 120 {
		pictures = append(pictures, smoothPicture(r, side))
	}
	for i := range 20 { // brighter, with more contrast, noisier
		c := append(plane.Bytes(nil), pictures[3*i]...)
		for k, v := range c {
			c[k] = uint8(min(255, max(0, 0.9*float64(v)+12+8*r.Float64())))
		}
		pictures = append(pictures, c)
	}
	pictures[7] = nil
	pictures[8] = make(plane.Bytes, side*side)
	var want [][2]int
	near := 0
	for i := range pictures {
		for j := range i {
			if pictures[i] == nil || pictures[j] == nil || i == 8 || j == 8 {
				continue
			}
			switch c := correlation(pictures[i], pictures[j], side); {
			case math.Abs(c-sameCorrelation) < 1e-6:
				t.Fatalf("pair %d, %d lies on the limit", j, i)
			case c > sameCorrelation:
				want = append(want, [2]int{j, i})
			case c > 0.99:
				near++
			}
		}
	}
	got := map[[2]int]bool{}
	for _, p := range Duplicates(pictures, side) {
		got[p] = true
	}
	if len(want) < 20 || near < 20 {
		t.Fatalf("%d pairs are the same and %d nearly: the test shows nothing", len(want), near)
	}
	if len(got) != len(want) {
		t.Errorf("%d pairs, want %d", len(got), len(want))
	}
	for _, p := range want {
		if !got[p] {
			t.Errorf("pair %v is missing", p)
		}
	}
	if len(Duplicates(nil, side)) != 0 {
		t.Error("duplicates of nothing")
	}
}

func TestMergeGroups(t *testing.T) {
	list := []Entry{{Group: "a"}, {Group: "b"}, {Group: "c"}, {Group: "b"}, {Group: "d"}}
	// The second picture of b is one of d, which is one of a.
	if n := MergeGroups(list, [][2]int{{3, 4}, {0, 4}, {1, 3}}); n != 2 {
		t.Errorf("%d groups merged", n)
	}
	var groups []string
	for _, e := range list {
		groups = append(groups, e.Group)
	}
	if want := []string{"a", "a", "c", "a", "a"}; !reflect.DeepEqual(groups, want) {
		t.Errorf("%v, want %v", groups, want)
	}
}

func TestContradictions(t *testing.T) {
	kind := func(class string) int { return map[string]int{"normal": 1, "pneumonia": 2}[class] }
	list := []Entry{
		{Path: "a", Name: "a", Class: "normal"}, {Path: "b", Name: "b", Class: "normal"}, {Path: "a", Name: "a", Class: "pneumonia"},
		{Path: "c", Name: "c", Class: "pneumonia"}, {Path: "d", Name: "d", Class: ""}, {Path: "b", Name: "b", Class: "normal"}, {Path: "e", Name: "e", Class: "normal"},
	}
	bad := Contradictions(list, [][2]int{{3, 4}, {1, 6}, {3, 6}}, kind)
	if len(bad) != 4 {
		t.Errorf("%v", bad)
	}
	for _, i := range []int{0, 2, 3, 6} {
		if fault.KindOf(bad[i]) != fault.Contradiction {
			t.Errorf("entry %d: %v", i, bad[i])
		}
	}
}
