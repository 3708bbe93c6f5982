package jpeg

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"lightbox/vision/dicom/codec"
)

func decode(data []byte) (*codec.Picture, error) {
	return Decode(context.Background(), codec.Job{Format: codec.JPEG, Data: data})
}

// values gives a picture's samples.
func values(p *codec.Picture) []uint16 {
	var out []uint16
	for i := 0; i < len(p.Data); i += p.Width() {
		if p.Width() == 1 {
			out = append(out, uint16(p.Data[i]))
		} else {
			out = append(out, binary.LittleEndian.Uint16(p.Data[i:]))
		}
	}
	return out
}

// noisy gives samples of so many bits: steps, a ramp and noise, so that all
// sizes of differences occur.
func noisy(n, bits int, seed uint64) []uint16 {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]uint16, n)
	v := 0
	for i := range out {
		if r.IntN(50) == 0 {
			v = r.IntN(1 << bits)
		}
		v += r.IntN(7) - 3
		out[i] = uint16(v & (1<<bits - 1))
	}
	return out
}

// losslessStream gives a stream of n components of random samples with these
// sampling factors.
func losslessStream(bits, rows, cols int, factors ...[2]int) *stream {
	s := &stream{sof: 0xC3, bits: bits, rows: rows, cols: cols, predictor: 1}
	for _, f := range factors {
		s.comps = append(s.comps, part{h: f[0], v: f[1]})
	}
	for i := range s.comps {
		w, h := s.size(s.comps[i])
		s.comps[i].samples = noisy(w*h, bits, uint64(i+1))
	}
	return s
}

// want gives the samples that a lossless stream stands for, subsampled
// components repeated.
func (s *stream) want() (out []uint16) {
	h, v := s.factors()
	for y := range s.rows {
		for x := range s.cols {
			for _, c := range s.comps {
				cols, _ := s.size(c)
				out = append(out, c.samples[y*c.v/v*cols+x*c.h/h]>>s.shift<<s.shift)
			}
		}
	}
	return out
}

func check(t *testing.T, what string, s *stream, p *codec.Picture, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	if p.Rows != s.rows || p.Columns != s.cols || p.Samples != len(s.comps) || p.Bits != s.bits || p.Decoded != s.rows || p.Lossy || p.Transformed || p.Signed {
		t.Errorf("%s: %d×%d, %d × %d bits, %d decoded, %+v", what, p.Columns, p.Rows, p.Samples, p.Bits, p.Decoded, p.Lossy)
		return
	}
	got, want := values(p), s.want()
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: sample %d is %d, want %d", what, i, got[i], want[i])
			return
		}
	}
}

// TestLossless encodes samples and wants them back.
func TestLossless(t *testing.T) {
	one, three := [][2]int{{1, 1}}, [][2]int{{1, 1}, {1, 1}, {1, 1}}
	for bits := 2; bits <= 16; bits++ {
		for predictor := 1; predictor <= 7; predictor++ {
			for _, factors := range [][][2]int{one, three} {
				s := losslessStream(bits, 13, 29, factors...)
				s.predictor = predictor
				s.shift = predictor % min(bits, 4)
				s.skewed = predictor%2 == 0
				if predictor > 3 {
					s.restart = 2 * s.cols
				}
				p, err := decode(s.encode())
				check(t, fmt.Sprintf("%d bits, predictor %d, %d components", bits, predictor, len(factors)), s, p, err)
			}
		}
	}
}

// TestLosslessLayouts has components of different sizes, in one scan or in one
// each, and pictures of every small size.
func TestLosslessLayouts(t *testing.T) {
	for _, factors := range [][][2]int{
		{{1, 1}}, {{2, 2}}, {{3, 1}}, {{1, 1}, {1, 1}}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}},
		{{2, 1}, {1, 1}, {1, 1}}, {{2, 2}, {1, 1}, {1, 1}}, {{1, 2}, {1, 1}, {1, 1}}, {{4, 1}, {1, 1}, {2, 1}}, {{1, 1}, {2, 2}, {1, 2}},
	} {
		for _, size := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {2, 3}, {5, 4}, {17, 23}} {
			for _, bits := range []int{8, 12} {
				for _, apart := range []bool{false, true} {
					s := losslessStream(bits, size[0], size[1], factors...)
					s.apart, s.predictor = apart, 4
					p, err := decode(s.encode())
					check(t, fmt.Sprintf("%v, %v, apart %v", factors, size, apart), s, p, err)
					if !apart && len(factors) > 1 {
						x, _ := s.mcus()
						s.restart = x
						p, err = decode(s.encode())
						check(t, fmt.Sprintf("%v, %v, restarts", factors, size), s, p, err)
					}
				}
			}
		}
	}
}

// extremeStream has differences of category 16, and predictions that leave the
// range.
func extremeStream(predictor int) *stream {
	s := losslessStream(16, 16, 64, [2]int{1, 1})
	s.predictor = predictor
	extremes := []uint16{0, 32768, 65535, 32767, 0, 65535}
	r := rand.New(rand.NewPCG(5, uint64(predictor)))
	for i := range s.comps[0].samples {
		s.comps[0].samples[i] = extremes[r.IntN(len(extremes))]
	}
	return s
}

func TestLosslessExtremes(t *testing.T) {
	for predictor := 1; predictor <= 7; predictor++ {
		s := extremeStream(predictor)
		p, err := decode(s.encode())
		check(t, fmt.Sprintf("predictor %d", predictor), s, p, err)
	}
}

// TestLosslessWide has samples that exceed the precision that the frame header
// says, as encoders of sign-extended values write them: nothing may be lost.
func TestLosslessWide(t *testing.T) {
	s := losslessStream(12, 9, 9, [2]int{1, 1})
	for i := range s.comps[0].samples {
		s.comps[0].samples[i] = uint16(i*37 - 500)
	}
	p, err := decode(s.encode())
	s.bits = 16
	check(t, "sign-extended", s, p, err)
}

// TestLines tells the rows after the first scan, in a DNL segment.
func TestLines(t *testing.T) {
	s := losslessStream(10, 21, 5, [2]int{1, 1}, [2]int{1, 1})
	for _, apart := range []bool{false, true} {
		s.dnl, s.apart = true, apart
		p, err := decode(s.encode())
		check(t, "DNL", s, p, err)
	}
}
