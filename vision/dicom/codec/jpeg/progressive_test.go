package jpeg

import (
	"bytes"
	"fmt"
	"testing"
)

// progressive writes the coefficients of a DCT stream in the progressive
// process: spectral selection in two bands and one step of successive
// approximation for all. Without runs of end-of-band blocks; cjpeg and dcmcjpeg
// write those.
func (s *stream) progressive() []byte {
	p := *s
	p.sof, p.comps, p.noEOI = 0xC2, nil, true
	header := p
	for _, c := range s.comps {
		header.comps = append(header.comps, part{h: c.h, v: c.v})
	}
	full := header.headers()
	var all []int
	for i := range s.comps {
		all = append(all, i)
	}
	full = append(full, s.progressiveScan(all, 0, 0, 0, 1)...)
	for i := range s.comps {
		full = append(full, s.progressiveScan([]int{i}, 1, 5, 0, 1)...)
		full = append(full, s.progressiveScan([]int{i}, 6, 63, 0, 1)...)
	}
	full = append(full, s.progressiveScan(all, 0, 0, 1, 0)...)
	for i := range s.comps {
		full = append(full, s.progressiveScan([]int{i}, 1, 63, 1, 0)...)
	}
	return append(full, 0xFF, 0xD9)
}

// progressiveScan writes one scan. Bits that belong to no symbol are tokens of
// a table of their own.
func (s *stream) progressiveScan(members []int, start, end, high, low int) []byte {
	var tokens []token
	across, down := s.mcus()
	alone := len(members) == 1
	if alone {
		cols, rows := s.size(s.comps[members[0]])
		across, down = (cols+7)/8, (rows+7)/8
	}
	dc := map[int]int{}
	for mcu := range across * down {
		if s.restart > 0 && mcu > 0 && mcu%s.restart == 0 {
			tokens = append(tokens, token{table: -1})
			dc = map[int]int{}
		}
		for _, m := range members {
			c := s.comps[m]
			h, v := c.h, c.v
			if alone {
				h, v = 1, 1
			}
			for i := range h * v {
				wide, _ := s.mcus()
				q := &c.coefs[(mcu/across*v+i/h)*wide*c.h+mcu%across*h+i%h]
				switch {
				case start == 0 && high == 0:
					tokens = append(tokens, signed(0, 0, q[0]>>low-dc[m]))
					dc[m] = q[0] >> low
				case start == 0:
					tokens = append(tokens, token{rawBits, 0, uint32(q[0] >> low & 1), 1})
				case high == 0:
					tokens = append(tokens, band(q, start, end, low)...)
				default:
					tokens = append(tokens, refinement(q, start, end, low)...)
				}
			}
		}
	}
	return s.scan(members, tokens, start, end, high<<4|low)
}

// shrunk is a coefficient without its lowest bits, rounded towards zero.
func shrunk(v, low int) int {
	if v < 0 {
		return -(-v >> low)
	}
	return v >> low
}

func band(q *[64]int, start, end, low int) (out []token) {
	run := 0
	for _, v := range q[start : end+1] {
		if v = shrunk(v, low); v == 0 {
			run++
			continue
		}
		for ; run > 15; run -= 16 {
			out = append(out, token{table: 1, symbol: 0xF0})
		}
		out = append(out, signed(1, run, v))
		run = 0
	}
	if run > 0 {
		out = append(out, token{table: 1})
	}
	return out
}

// refinement gives the symbols of T.81 figure G.7.
func refinement(q *[64]int, start, end, low int) (out []token) {
	run := 0
	var corrections []token // of the coefficients passed over
	bit := func(v uint32) token { return token{rawBits, 0, v, 1} }
	lastNew := 0
	for k := start; k <= end; k++ {
		if v := shrunk(q[k], low); v == 1 || v == -1 {
			lastNew = k
		}
	}
	for k := start; k <= end; k++ {
		v := shrunk(q[k], low)
		if v == 0 {
			run++
			continue
		}
		for ; run > 15 && k <= lastNew; run -= 16 {
			out = append(append(out, token{table: 1, symbol: 0xF0}), corrections...)
			corrections = nil
		}
		if v < -1 || v > 1 {
			corrections = append(corrections, bit(uint32(max(v, -v)&1)))
			continue
		}
		out = append(out, token{table: 1, symbol: byte(run<<4 | 1)}, bit(uint32(v+1)/2))
		out = append(out, corrections...)
		corrections, run = nil, 0
	}
	if run > 0 || corrections != nil {
		out = append(append(out, token{table: 1}), corrections...)
	}
	return out
}

// TestProgressive wants the same picture from the same coefficients in the
// progressive and in the sequential process.
func TestProgressive(t *testing.T) {
	for _, bits := range []int{8, 12} {
		for _, factors := range [][][2]int{{{1, 1}}, {{1, 1}, {1, 1}, {1, 1}}, {{2, 1}, {1, 1}, {1, 1}}, {{2, 2}, {1, 1}, {1, 1}}} {
			for _, restart := range []int{0, 2} {
				for _, wild := range []bool{false, true} {
					s := dctStream(bits, 35, 50, wild, factors...)
					if bits == 8 {
						s.sof = 0xC1 // quantization tables of 16 bits in both
					}
					s.restart = restart
					want, err := decode(s.encode())
					if err != nil {
						t.Fatal(err)
					}
					got, err := decode(s.progressive())
					if what := fmt.Sprintf("%d bits, %v, restart %d, wild %v", bits, factors, restart, wild); err != nil {
						t.Errorf("%s: %v", what, err)
					} else if !bytes.Equal(got.Data, want.Data) || got.Decoded != 35 || !got.Lossy {
						t.Errorf("%s: differs from the sequential process", what)
					}
				}
			}
		}
	}
}
