package jpeg

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// forward gives the quantized coefficients of a component's samples, by the
// definition of the DCT, one dimension after the other.
func (s *stream) forward(c *part) {
	var table [8][8]float64
	for u := range table {
		for x := range table[u] {
			table[u][x] = math.Cos(float64(2*x+1)*float64(u)*math.Pi/16) / 2
			if u == 0 {
				table[u][x] = math.Sqrt2 / 4
			}
		}
	}
	cols, rows := s.size(*c)
	across, down := s.mcus()
	across, down = across*c.h, down*c.v
	c.coefs = make([][64]int, across*down)
	for b := range c.coefs {
		var half [8][8]float64 // by sample row and coefficient column
		for y := range 8 {
			var line [8]float64
			for x := range line {
				line[x] = float64(c.samples[min(b/across*8+y, rows-1)*cols+min(b%across*8+x, cols-1)]) - float64(int(1)<<(s.bits-1))
			}
			for u := range 8 {
				for x, v := range line {
					half[y][u] += v * table[u][x]
				}
			}
		}
		for k := range 64 {
			u, w, sum := natural[k]%8, natural[k]/8, 0.0
			for y := range 8 {
				sum += half[y][u] * table[w][y]
			}
			c.coefs[b][k] = int(math.Round(sum / float64(s.quant[k])))
		}
	}
}

// photograph gives a stream of a phantom in a DCT process. Coarse is the
// quantization of the lowest frequency.
func photograph(bits, rows, cols, coarse int, factors ...[2]int) *stream {
	s := &stream{sof: 0xC1, bits: bits, rows: rows, cols: cols}
	if bits == 8 {
		s.sof = 0xC0
	}
	for k := range s.quant {
		s.quant[k] = coarse * (8 + k) / 8
	}
	for _, f := range factors {
		s.comps = append(s.comps, part{h: f[0], v: f[1]})
	}
	for i := range s.comps {
		w, h := s.size(s.comps[i])
		s.comps[i].samples = dicomtest.Phantom(h, w, bits)
		s.forward(&s.comps[i])
	}
	return s
}

const side = 2048

func streams() map[string]func() *stream {
	lossless := func(bits, predictor int) func() *stream {
		return func() *stream {
			s := losslessStream(bits, 1, 1, [2]int{1, 1})
			s.rows, s.cols, s.predictor = side, side, predictor
			s.comps[0].samples = dicomtest.Phantom(side, side, min(bits, 12))
			return s
		}
	}
	return map[string]func() *stream{
		"baseline gray":       func() *stream { return photograph(8, side, side, 1, [2]int{1, 1}) },
		"baseline colour 420": func() *stream { return photograph(8, side, side, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1}) },
		"baseline colour 444": func() *stream { return photograph(8, side, side, 1, [2]int{1, 1}, [2]int{1, 1}, [2]int{1, 1}) },
		"extended 12":         func() *stream { return photograph(12, side, side, 16, [2]int{1, 1}) },
		"lossless 16 SV1":     lossless(16, 1),
		"lossless 16 sv6":     lossless(16, 6),
		"lossless 8 SV1":      lossless(8, 1),
		"lossless colour SV1": func() *stream {
			s := losslessStream(8, 1, 1, [2]int{1, 1}, [2]int{1, 1}, [2]int{1, 1})
			s.rows, s.cols = side, side
			for i := range s.comps {
				s.comps[i].samples = dicomtest.Phantom(side, side, 8)
			}
			return s
		},
	}
}

// BenchmarkDecode gives the time for a megapixel.
func BenchmarkDecode(b *testing.B) {
	for name, make := range streams() {
		var data []byte
		b.Run(name, func(b *testing.B) {
			if data == nil {
				data = make().encode()
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				p, err := decode(data)
				if err != nil {
					b.Fatal(err)
				}
				n = len(p.Data)
			}
			b.SetBytes(int64(n))
			b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N)/(side*side/1e6), "ms/MP")
			b.ReportMetric(float64(len(data)*8)/(side*side), "bits/pixel")
		})
	}
}

// TestWriteBenchmarkFiles writes the benchmark's streams as DICOM files of many
// frames to the folder that LIGHTBOX_JPEG_BENCH names, so that other decoders
// can be timed on them: LIGHTBOX_JPEG_FRAMES frames.
func TestWriteBenchmarkFiles(t *testing.T) {
	dir := os.Getenv("LIGHTBOX_JPEG_BENCH")
	if dir == "" {
		t.Skip("LIGHTBOX_JPEG_BENCH does not name a folder for the files")
	}
	frames, err := strconv.Atoi(os.Getenv("LIGHTBOX_JPEG_FRAMES"))
	if err != nil {
		t.Fatal(err)
	}
	for name, make := range streams() {
		s := make()
		data := s.encode()
		var all [][]byte
		for range frames {
			all = append(all, data)
		}
		if err := os.WriteFile(fmt.Sprintf("%s/%s.dcm", dir, name), wrap(side, side, len(s.comps), s.bits, all...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
