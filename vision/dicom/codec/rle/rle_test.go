package rle

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/fault"
)

// pack is a second reading of PS3.5 G.3.1, for the tests: runs of three and
// more are replicated, everything else is literal.
func pack(plane []byte) []byte {
	var out []byte
	for i := 0; i < len(plane); {
		run := 1
		for i+run < len(plane) && run < 128 && plane[i+run] == plane[i] {
			run++
		}
		if run >= 3 {
			out = append(out, byte(257-run), plane[i])
			i += run
			continue
		}
		end := i + 1
		for end < len(plane) && end-i < 128 && (end+2 >= len(plane) || plane[end] != plane[end+1] || plane[end] != plane[end+2]) {
			end++
		}
		out = append(append(out, byte(end-i-1)), plane[i:end]...)
		i = end
	}
	if len(out)%2 != 0 {
		out = append(out, 0)
	}
	return out
}

// encode makes an RLE frame of a native one, colour by pixel.
func encode(frame []byte, samples, bits int) []byte {
	width := max(bits/8, 1)
	out := make([]byte, headerBytes)
	binary.LittleEndian.PutUint32(out, uint32(samples*width))
	for s := range samples {
		for b := width - 1; b >= 0; b-- {
			var plane []byte
			for i := s*width + b; i < len(frame); i += samples * width {
				plane = append(plane, frame[i])
			}
			binary.LittleEndian.PutUint32(out[4+4*(s*width+width-1-b):], uint32(len(out)))
			out = append(out, pack(plane)...)
		}
	}
	return out
}

func packed(rows, columns int) []byte {
	out := make([]byte, (rows*columns+7)/8)
	for i, v := range codectest.Values(rows, columns, 1, 8, false) {
		out[i/8] |= byte(v>>7) << (i % 8)
	}
	return out
}

type shape struct{ rows, columns, samples, bits int }

func shapes() []shape {
	var out []shape
	for _, size := range [][2]int{{1, 1}, {1, 9}, {7, 3}, {16, 128}, {67, 41}, {3, 300}} {
		for _, samples := range []int{1, 3} {
			for _, bits := range []int{8, 16, 32} {
				out = append(out, shape{size[0], size[1], samples, bits})
			}
		}
		out = append(out, shape{size[0], size[1], 1, 1})
	}
	return out
}

func (s shape) frame() []byte {
	if s.bits == 1 {
		return packed(s.rows, s.columns)
	}
	return codectest.Pack(codectest.Values(s.rows, s.columns, s.samples, min(s.bits, 30), false), s.bits/8)
}

func (s shape) job(data []byte) codec.Job {
	return codec.Job{Format: codec.RLE, Data: data, Rows: s.rows, Columns: s.columns, Samples: s.samples, BitsAllocated: s.bits}
}

func (s shape) String() string {
	return fmt.Sprintf("%d×%d×%d, %d bits", s.rows, s.columns, s.samples, s.bits)
}

func TestRoundTrip(t *testing.T) {
	for _, s := range shapes() {
		want := s.frame()
		for _, tail := range []string{"", "\x00", "\x80\x80"} {
			p, err := Decode(context.Background(), s.job(append(encode(want, s.samples, s.bits), tail...)))
			if err != nil {
				t.Fatalf("%v: %v", s, err)
			}
			if !bytes.Equal(p.Data, want) || p.Rows != s.rows || p.Columns != s.columns || p.Samples != s.samples || p.Bits != s.bits || p.Decoded != s.rows || p.Lossy || p.Signed {
				t.Errorf("%v: another picture", s)
			}
		}
	}
}

// TestOddRuns: runs over the end of a row, no-operations, single replicated
// bytes and a run past the end of the plane, which encoders write.
func TestOddRuns(t *testing.T) {
	head := make([]byte, headerBytes)
	head[0], head[4] = 1, headerBytes
	for stream, want := range map[string]string{
		"\xfb\x07":                     "\x07\x07\x07\x07\x07\x07",
		"\x80\x80\x05abcdef":           "abcdef",
		"\x00a\x80\xff\x62\x02cde\x00": "abbcde",
		"\x03abcd\xf0e":                "abcdee",
		"\x07abcdefgh":                 "abcdef",
	} {
		p, err := Decode(context.Background(), shape{3, 2, 1, 8}.job(append(head[:headerBytes:headerBytes], stream...)))
		if err != nil || string(p.Data) != want {
			t.Errorf("%q: %v %v", stream, p, err)
		}
	}
}

// TestTruncation cuts streams at every byte: the rows said to be decoded are
// those of the whole picture, the others zero.
func TestTruncation(t *testing.T) {
	for _, s := range []shape{{7, 5, 1, 8}, {5, 6, 3, 8}, {6, 5, 1, 16}, {4, 3, 3, 32}, {9, 7, 1, 1}} {
		want := s.frame()
		data := encode(want, s.samples, s.bits)
		whole := 0
		for n := range len(data) {
			p, err := Decode(context.Background(), s.job(data[:n]))
			if err == nil { // only padding is missing
				whole++
				if !bytes.Equal(p.Data, want) || n < len(data)-1 {
					t.Errorf("%v: %d of %d bytes are taken for the whole", s, n, len(data))
				}
				continue
			}
			if fault.KindOf(err) != fault.Truncated || (p == nil) != (n < headerBytes) {
				t.Errorf("%v cut at %d: %v %v", s, n, p, err)
			}
			if p != nil {
				checkRows(t, s, p, want)
			}
		}
		if whole > 1 {
			t.Errorf("%v: %d shorter streams give all", s, whole)
		}
	}
}

func checkRows(t *testing.T, s shape, p *codec.Picture, want []byte) {
	t.Helper()
	expect := make([]byte, len(want))
	if s.bits == 1 {
		for i := range p.Decoded * s.columns {
			expect[i/8] |= want[i/8] & (1 << (i % 8))
		}
	} else {
		copy(expect, want[:p.Decoded*s.columns*s.samples*s.bits/8])
	}
	if p.Decoded >= s.rows && s.rows > 0 && !bytes.Equal(p.Data, want) || !bytes.Equal(p.Data, expect) {
		t.Errorf("%v: of %d rows %d are said to be right, and are not", s, s.rows, p.Decoded)
	}
}

func TestRefused(t *testing.T) {
	s := shape{5, 6, 3, 8}
	good := encode(s.frame(), s.samples, s.bits)
	with := func(at int, v uint32) []byte {
		b := bytes.Clone(good)
		binary.LittleEndian.PutUint32(b[at:], v)
		return b
	}
	middle := binary.LittleEndian.Uint32(good[8:])
	for name, c := range map[string]struct {
		job  codec.Job
		want fault.Kind
	}{
		"empty":                      {s.job(nil), fault.Truncated},
		"too few segments":           {s.job(with(0, 2)), fault.Corrupt},
		"too many segments":          {s.job(with(0, 4)), fault.Corrupt},
		"no segments":                {s.job(with(0, 0)), fault.Corrupt},
		"first offset in the header": {s.job(with(4, 12)), fault.Corrupt},
		"offsets descend":            {s.job(with(12, middle-2)), fault.Corrupt},
		"offset past the end":        {s.job(with(12, 1<<31)), fault.Truncated},
		"short segment in the midst": {s.job(with(8, middle-4)), fault.Corrupt},
		"12 bits":                    {shape{5, 6, 1, 12}.job(good), fault.Syntax},
		"1 bit, three samples":       {shape{5, 6, 3, 1}.job(good), fault.Syntax},
		"16 segments":                {shape{5, 6, 4, 32}.job(good), fault.Syntax},
		"no rows":                    {shape{0, 6, 1, 8}.job(good), fault.Corrupt},
		"negative columns":           {shape{4, -6, 1, 8}.job(good), fault.Corrupt},
		"many rows":                  {shape{1 << 30, 1 << 30, 1, 8}.job(good), fault.TooLarge},
		"over the limit":             {codec.Job{Data: good, Rows: 5, Columns: 6, Samples: 3, BitsAllocated: 8, MaxBytes: 89}, fault.TooLarge},
	} {
		if _, err := Decode(context.Background(), c.job); fault.KindOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Decode(ctx, s.job(good)); fault.KindOf(err) != fault.Interrupted {
		t.Errorf("cancelled: %v", err)
	}
}
