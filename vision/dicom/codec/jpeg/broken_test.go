package jpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// samples are small streams of every process, by name.
func samples() map[string][]byte {
	one, three := [][2]int{{1, 1}}, [][2]int{{1, 1}, {1, 1}, {1, 1}}
	out := map[string][]byte{}
	for _, bits := range []int{8, 12} {
		for _, factors := range [][][2]int{one, three, {{2, 2}, {1, 1}, {1, 1}}, {{2, 1}, {1, 1}, {1, 1}}} {
			name := fmt.Sprintf("%d bits %v", bits, factors)
			s := dctStream(bits, 37, 21, false, factors...)
			out["sequential "+name] = s.encode()
			s.restart = 3
			out["restarts "+name] = s.encode()
			s.apart = true
			out["apart "+name] = s.encode()
			s.sof = 0xC1
			out["progressive "+name] = s.progressive()
		}
	}
	for predictor := 1; predictor <= 7; predictor++ {
		s := losslessStream(16, 15, 11, one...)
		s.predictor = predictor
		out[fmt.Sprintf("lossless %d", predictor)] = s.encode()
		s = losslessStream(8, 15, 11, three...)
		s.predictor, s.restart, s.apart = predictor, 22, predictor > 4
		out[fmt.Sprintf("lossless colour %d", predictor)] = s.encode()
	}
	s := losslessStream(12, 15, 11, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
	s.dnl = true
	out["lossless subsampled"] = s.encode()
	return out
}

// consistent checks what is promised of every result.
func consistent(t *testing.T, what string, p *codec.Picture, err error) {
	t.Helper()
	var known *fault.Error
	var defect *panicked
	switch {
	case errors.As(err, &defect):
		t.Fatalf("%s: panic: %v\n%s", what, defect.value, defect.stack)
	case err != nil && !errors.As(err, &known):
		t.Fatalf("%s: error of type %T", what, err)
	case err == nil && p == nil:
		t.Fatalf("%s: neither picture nor error", what)
	case err != nil && p != nil && known.Kind != fault.Corrupt && known.Kind != fault.Truncated:
		t.Fatalf("%s: a picture beside %v", what, err)
	case p == nil:
		return
	case len(p.Data) != p.Rows*p.Columns*p.Samples*p.Width(), p.Decoded < 0, p.Decoded > p.Rows, (err == nil) != (p.Decoded == p.Rows) && err == nil:
		t.Fatalf("%s: %d bytes for %d×%d, %d × %d bits, %d rows decoded, %v", what, len(p.Data), p.Columns, p.Rows, p.Samples, p.Bits, p.Decoded, err)
	}
	for _, v := range p.Data[len(p.Data)/p.Rows*p.Decoded:] {
		if v != 0 {
			t.Fatalf("%s: rows after the first %d are not zero", what, p.Decoded)
		}
	}
}

// TestTruncated cuts streams at every byte: the rows that are said to be right
// are right, and they become more.
func TestTruncated(t *testing.T) {
	for name, data := range samples() {
		full, err := decode(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		last := 0
		for n := range data {
			what := fmt.Sprintf("%s, %d of %d bytes", name, n, len(data))
			p, err := decode(data[:n])
			consistent(t, what, p, err)
			if err == nil && n < len(data)-3 {
				t.Fatalf("%s: no error", what)
			}
			// A cut within the SOI is no JPEG stream at all.
			if k := fault.KindOf(err); err != nil && n > 1 && k != fault.Truncated && k != fault.Corrupt {
				t.Fatalf("%s: %v", what, err)
			}
			if p == nil {
				continue
			}
			if right := len(p.Data) / p.Rows * p.Decoded; !bytes.Equal(p.Data[:right], full.Data[:right]) {
				t.Fatalf("%s: the first %d rows are wrong", what, p.Decoded)
			}
			if p.Decoded < last {
				t.Fatalf("%s: %d rows, %d with less data", what, p.Decoded, last)
			}
			last = p.Decoded
		}
		if last == 0 {
			t.Errorf("%s: no rows before the end", name)
		}
	}
}

// TestTolerated has streams that are not quite right and lose nothing.
func TestTolerated(t *testing.T) {
	for name, data := range samples() {
		full, err := decode(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		body := data[2:]
		cases := map[string][]byte{
			"without EOI":           data[:len(data)-2],
			"half an EOI":           data[:len(data)-1],
			"padded":                append(data[:len(data):len(data)], 0),
			"followed by garbage":   append(data[:len(data):len(data)], "\xFF\xD8\xFF\xC0garbage"...),
			"with APPn and COM":     append([]byte("\xFF\xD8\xFF\xE0\x00\x04JF\xFF\xFE\x00\x02\xFF\xEF\x00\x03x"), body...),
			"with fill bytes":       append([]byte("\xFF\xD8\xFF\xFF\xFF"), body...),
			"with bytes before EOI": append(data[:len(data)-2:len(data)-2], 1, 2, 3, 0xFF, 0xD9),
			"with stray bytes":      append([]byte("\xFF\xD8\x00\x00\x11"), body...),
		}
		for what, data := range cases {
			p, err := decode(data)
			consistent(t, name+" "+what, p, err)
			if err != nil || !bytes.Equal(p.Data, full.Data) {
				t.Errorf("%s %s: %v", name, what, err)
			}
		}
	}
}

// TestRefused names what is not read.
func TestRefused(t *testing.T) {
	header := func(mark byte) []byte {
		return append([]byte{0xFF, 0xD8}, marker(mark, []byte{8, 0, 8, 0, 8, 1, 1, 0x11, 0})...)
	}
	for mark, word := range map[byte]string{
		0xC5: "hierarchical", 0xC6: "hierarchical", 0xC7: "hierarchical", 0xC9: "arithmetic", 0xCA: "arithmetic", 0xCB: "arithmetic",
		0xCD: "hierarchical JPEG with arithmetic", 0xCE: "arithmetic", 0xCF: "arithmetic", 0xCC: "arithmetic", 0xDE: "hierarchical", 0xF7: "JPEG-LS",
	} {
		p, err := decode(header(mark))
		if p != nil || fault.KindOf(err) != fault.Syntax || !bytes.Contains([]byte(err.Error()), []byte(word)) {
			t.Errorf("marker %X: %v", mark, err)
		}
	}
	fractional := losslessStream(8, 6, 6, [2]int{3, 1}, [2]int{2, 1})
	if p, err := decode(fractional.encode()); p != nil || fault.KindOf(err) != fault.Syntax {
		t.Errorf("sampling factors 3 and 2: %v", err)
	}
}

// TestLimits wants pictures refused before memory is taken for them.
func TestLimits(t *testing.T) {
	frame := func(sof byte, rows, cols, n int) []byte {
		body := []byte{8, byte(rows >> 8), byte(rows), byte(cols >> 8), byte(cols), byte(n)}
		for i := range n {
			body = append(body, byte(i+1), 0x11, 0)
		}
		return append([]byte{0xFF, 0xD8}, marker(sof, body)...)
	}
	scan := marker(0xDA, []byte{1, 1, 0, 1, 0, 0})
	table := marker(0xC4, append(append([]byte{0}, 1), make([]byte, 16)...))
	for _, sof := range []byte{0xC0, 0xC1, 0xC2, 0xC3} {
		for _, c := range []struct {
			rows, cols, n int
			limit         int64
			kind          fault.Kind
		}{
			{65535, 65535, 1, 0, fault.TooLarge},
			{65535, 65535, 3, 0, fault.TooLarge},
			{30000, 30000, 1, 0, fault.Truncated},
			{100, 100, 1, 9999, fault.TooLarge},
			{8, 8, 5, 0, fault.TooLarge},
			{8, 0, 1, 0, fault.Corrupt},
			{0, 8, 1, 0, fault.Corrupt},
			{8, 8, 0, 0, fault.Corrupt},
		} {
			data := append(append(append(frame(sof, c.rows, c.cols, c.n), table...), scan...), make([]byte, 1000)...)
			p, err := Decode(context.Background(), codec.Job{Data: data, MaxBytes: c.limit})
			if p != nil || fault.KindOf(err) != c.kind {
				t.Errorf("SOF%d, %+v: %v", sof-0xC0, c, err)
			}
		}
	}
}

// TestInterrupted cancels.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, data := range samples() {
		if p, err := Decode(ctx, codec.Job{Data: data}); p != nil || fault.KindOf(err) != fault.Interrupted {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestScans bounds the scans of a progressive stream.
func TestScans(t *testing.T) {
	s := dctStream(8, 8, 8, false, [2]int{1, 1})
	s.sof = 0xC1
	data := s.progressive()
	data = data[:len(data)-2]
	for range maxScans {
		data = append(data, s.progressiveScan([]int{0}, 0, 0, 1, 0)...)
	}
	if p, err := decode(data); p != nil || fault.KindOf(err) != fault.TooLarge {
		t.Error(err)
	}
}

// TestPasses bounds how often a short stream may have a large picture gone
// over: scans of two bytes, each of which says of all blocks that they have
// nothing new.
func TestPasses(t *testing.T) {
	s := dctStream(8, 512, 512, false, [2]int{1, 1})
	s.sof = 0xC1
	s.comps[0].coefs = make([][64]int, len(s.comps[0].coefs))
	data := s.progressive()
	data = data[:len(data)-2]
	// One code of one bit, for a run of 4096 blocks and 12 more bits.
	data = append(data, marker(0xC4, append(append([]byte{0x10, 1}, make([]byte, 15)...), 0xC0))...)
	for _, c := range []struct {
		scans int
		want  fault.Kind
	}{{0, ""}, {10, ""}, {60, fault.TooLarge}, {400, fault.TooLarge}} {
		stream := data[:len(data):len(data)]
		for range c.scans {
			stream = append(append(stream, marker(0xDA, []byte{1, 1, 0, 1, 63, 0x10})...), 0, 7)
		}
		if _, err := decode(append(stream, 0xFF, 0xD9)); fault.KindOf(err) != c.want {
			t.Errorf("%d scans: %v, want %q", c.scans, err, c.want)
		}
	}
}
