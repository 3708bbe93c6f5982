package jpeg

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// dctStream gives a stream of random coefficients: like those of pictures, or
// wild, such as no picture has.
func dctStream(bits, rows, cols int, wild bool, factors ...[2]int) *stream {
	s := &stream{sof: 0xC1, bits: bits, rows: rows, cols: cols}
	if bits == 8 {
		s.sof = 0xC0
	}
	r := rand.New(rand.NewPCG(uint64(bits), uint64(rows*1000+cols)))
	for k := range s.quant {
		s.quant[k] = 1 + r.IntN(8+k)
	}
	for _, f := range factors {
		s.comps = append(s.comps, part{h: f[0], v: f[1]})
	}
	x, y := s.mcus()
	top := float64(int(1) << bits)
	for i := range s.comps {
		c := &s.comps[i]
		c.coefs = make([][64]int, x*y*c.h*c.v)
		for b := range c.coefs {
			q := &c.coefs[b]
			if wild {
				for k := range q {
					if r.IntN(3) == 0 {
						limit := 1 << (1 + r.IntN(bits+2))
						q[k] = r.IntN(2*limit+1) - limit
					}
				}
				// Differences of DC coefficients have limits too.
				q[0] = min(max(q[0], -(1<<(bits+1))), 1<<(bits+1)-1)
				continue
			}
			q[0] = int((r.Float64() - 0.5) * 8 * top / float64(s.quant[0]))
			for k := 1; k < 64 && r.IntN(12) > 0; k++ {
				q[k] = int(r.NormFloat64() * top / 4 / float64(k*k) / float64(s.quant[k]) * 4)
			}
		}
	}
	return s
}

// formula gives the sample at column x, row y of a component by the definition
// of the inverse DCT (T.81 A.3.3), not yet limited.
func (s *stream) formula(c part, x, y int) float64 {
	wide, _ := s.mcus()
	q := c.coefs[y/8*wide*c.h+x/8]
	sum := 0.0
	for k, v := range q {
		u, w := int(natural[k]%8), int(natural[k]/8)
		a := float64(v * s.quant[k])
		if u == 0 {
			a *= math.Sqrt2 / 2
		}
		if w == 0 {
			a *= math.Sqrt2 / 2
		}
		sum += a * math.Cos(float64(2*(x%8)+1)*float64(u)*math.Pi/16) * math.Cos(float64(2*(y%8)+1)*float64(w)*math.Pi/16)
	}
	return sum/4 + float64(int(1)<<(s.bits-1))
}

// TestDCT compares with the definition: ±1, which is the rounding of the
// integer transform.
func TestDCT(t *testing.T) {
	for _, bits := range []int{8, 12} {
		for _, n := range []int{1, 3, 4} {
			for _, restart := range []int{0, 1, 3} {
				s := dctStream(bits, 27, 45, false, [][2]int{{1, 1}, {1, 1}, {1, 1}, {1, 1}}[:n]...)
				s.restart, s.dnl, s.apart = restart, restart == 1, restart == 3
				p, err := decode(s.encode())
				if err != nil {
					t.Fatal(err)
				}
				if p.Rows != 27 || p.Columns != 45 || p.Samples != n || p.Bits != bits || !p.Lossy || p.Decoded != 27 || p.Transformed {
					t.Fatalf("%+v", p)
				}
				got := values(p)
				differ := 0
				for i, v := range got {
					pixel := i / n
					want := s.formula(s.comps[i%n], pixel%45, pixel/45)
					want = min(max(want, 0), float64(int(1)<<bits-1))
					if d := math.Abs(float64(v) - want); d > 1 {
						t.Fatalf("%d bits, %d components: sample %d is %d, want %.3f", bits, n, i, v, want)
					} else if d > 0.5 {
						differ++
					}
				}
				if differ > len(got)/10 {
					t.Errorf("%d bits: %d of %d samples are not the nearest", bits, differ, len(got))
				}
			}
		}
	}
}

// TestZigzag compares the order with the first and last entries of T.81 figure
// A.6.
func TestZigzag(t *testing.T) {
	want := "[0 1 8 16 9 2 3 10 17 24 32 25 18 11 4 5"
	if got := fmt.Sprint(natural[:16]); got != want+"]" {
		t.Error(got)
	}
	seen := map[uint8]bool{}
	for k, n := range natural {
		seen[n] = true
		if natural[63-k] != 63-n {
			t.Errorf("place %d: the order is not symmetric", k)
		}
	}
	if len(seen) != 64 {
		t.Error("a place is missing")
	}
}
