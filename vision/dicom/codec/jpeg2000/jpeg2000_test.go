package jpeg2000

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/dicom/codec/jpeg2000/internal/encode"
	"lightbox/vision/fault"
)

// lossless are forms whose pictures must come back as they are.
func lossless() []encode.Form {
	var out []encode.Form
	for _, size := range [][2]int{{1, 1}, {1, 9}, {23, 1}, {67, 41}} {
		for _, bits := range []int{1, 8, 12, 16} {
			for _, signed := range []bool{false, true} {
				f := encode.Form{Rows: size[0], Columns: size[1], Samples: 1, Bits: bits, Signed: signed, Resolutions: 1}
				if size[0] > 32 {
					f.Resolutions = 4
				}
				out = append(out, f)
				f.Samples = 3
				out = append(out, f)
				f.Transform, f.JP2 = true, true
				out = append(out, f)
			}
		}
	}
	f := encode.Form{Rows: 67, Columns: 41, Samples: 3, Bits: 8, TileWidth: 16, TileHeight: 20, Resolutions: 3}
	for progression := range 5 {
		f.Progression, f.TileParts, f.Layers, f.Precinct = progression, progression%2 == 1, 1+progression%3, 32*(progression%2)
		out = append(out, f)
	}
	return append(out, encode.Form{Rows: 30, Columns: 20, Samples: 1, Bits: 12, X0: 7, Y0: 5, TileWidth: 16, TileHeight: 16, Resolutions: 2},
		encode.Form{Rows: 9, Columns: 8, Samples: 2, Bits: 24, Resolutions: 2}, encode.Form{Rows: 9, Columns: 8, Samples: 4, Bits: 8, Resolutions: 2})
}

// values makes a picture by pixel and by component.
func values(f encode.Form) (byPixel, byComponent []int32) {
	byPixel = codectest.Values(f.Rows, f.Columns, f.Samples, f.Bits, f.Signed)
	for s := range f.Samples {
		for i := s; i < len(byPixel); i += f.Samples {
			byComponent = append(byComponent, byPixel[i])
		}
	}
	return byPixel, byComponent
}

func encoded(t testing.TB, f encode.Form) (data []byte, want []int32) {
	t.Helper()
	want, planes := values(f)
	data, err := encode.Encode(f, planes)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	return data, want
}

func TestLossless(t *testing.T) {
	for _, f := range lossless() {
		data, want := encoded(t, f)
		for name, variant := range map[string][]byte{"as it is": data, "padded": append(data[:len(data):len(data)], 0), "without EOC": data[:len(data)-2]} {
			p, err := decode(variant)
			if err != nil {
				t.Errorf("%+v, %s: %v", f, name, err)
				continue
			}
			if !bytes.Equal(p.Data, codectest.Pack(want, codec.WidthOf(f.Bits))) || p.Rows != f.Rows || p.Columns != f.Columns || p.Samples != f.Samples ||
				p.Bits != f.Bits || p.Signed != f.Signed || p.Lossy || p.Transformed != f.Transform || p.Decoded != f.Rows {
				t.Errorf("%+v, %s: another picture", f, name)
			}
		}
	}
}

// TestLossy: near the original, as the rate is low, and said to be lossy; that
// the values are OpenJPEG's own is for TestOpenJPEG.
func TestLossy(t *testing.T) {
	for _, f := range []encode.Form{{Rows: 67, Columns: 41, Samples: 1, Bits: 12, Lossy: true, Resolutions: 4}, {Rows: 67, Columns: 41, Samples: 3, Bits: 8, Lossy: true, Transform: true, Resolutions: 4}} {
		data, want := encoded(t, f)
		p, err := decode(data)
		if err != nil || !p.Lossy || p.Transformed != f.Transform {
			t.Fatalf("%+v: %+v %v", f, p, err)
		}
		sum := 0.0
		for i, v := range want {
			got := int32(p.Data[i*p.Width()])
			if p.Width() == 2 {
				got = int32(binary.LittleEndian.Uint16(p.Data[2*i:]))
			}
			sum += float64((got - v) * (got - v))
		}
		if mse := sum / float64(len(want)); mse > float64(int(1)<<(2*f.Bits-6)) {
			t.Errorf("%+v: mean square error %g", f, mse)
		}
	}
}

// TestSubsampled: a component with half the samples has each of them repeated.
func TestSubsampled(t *testing.T) {
	const rows, columns = 7, 5
	f := encode.Form{Rows: rows, Columns: columns, Samples: 3, Bits: 8, Subsampled: 2, Resolutions: 1}
	full := codectest.Values(rows, columns, 1, 8, false)
	half := codectest.Values((rows+1)/2, (columns+1)/2, 2, 8, false) // two values a place
	in := append([]int32{}, full...)
	for s := range 2 {
		for i := s; i < len(half); i += 2 {
			in = append(in, half[i])
		}
	}
	data, err := encode.Encode(f, in)
	if err != nil {
		t.Fatal(err)
	}
	p, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	for y := range rows {
		for x := range columns {
			at := (y/2*((columns+1)/2) + x/2) * 2
			want := []byte{byte(full[y*columns+x]), byte(half[at]), byte(half[at+1])}
			if got := p.Data[(y*columns+x)*3:][:3]; !bytes.Equal(got, want) {
				t.Errorf("%d,%d: %v, want %v", x, y, got, want)
			}
		}
	}
}

// TestTruncation cuts streams at every byte: rows that are said to be right
// are, and nothing that is missing goes unsaid.
func TestTruncation(t *testing.T) {
	for _, f := range []encode.Form{{Rows: 12, Columns: 9, Samples: 1, Bits: 8, Resolutions: 2}, {Rows: 40, Columns: 24, Samples: 1, Bits: 12, TileWidth: 16, TileHeight: 16, Resolutions: 2},
		{Rows: 20, Columns: 9, Samples: 3, Bits: 8, Transform: true, JP2: true, TileWidth: 16, TileHeight: 8, Resolutions: 2},
		{Rows: 20, Columns: 16, Samples: 1, Bits: 8, TileWidth: 16, TileHeight: 8, Resolutions: 3, TileParts: true}} {
		data, values := encoded(t, f)
		want := codectest.Pack(values, codec.WidthOf(f.Bits))
		most := 0
		for n := range len(data) {
			p, err := decode(data[:n])
			if err == nil {
				if !bytes.Equal(p.Data, want) || n < len(data)-2 {
					t.Errorf("%+v cut at %d of %d: no error", f, n, len(data))
				}
				continue
			}
			if fault.KindOf(err) != fault.Truncated {
				t.Errorf("%+v cut at %d of %d: %v", f, n, len(data), err)
			}
			if p == nil {
				continue
			}
			if right := p.Decoded * f.Columns * f.Samples * p.Width(); !bytes.Equal(p.Data[:right], want[:right]) || p.Decoded == f.Rows {
				t.Errorf("%+v cut at %d of %d: %d rows are said to be right, and are not", f, n, len(data), p.Decoded)
			}
			most = max(most, p.Decoded)
		}
		if whole := (f.Rows - 1) / max(f.TileHeight, 1) * f.TileHeight; most != whole {
			t.Errorf("%+v: at most %d rows from truncated data, want %d", f, most, whole)
		}
	}
}

// TestRefused changes the header of a good stream.
func TestRefused(t *testing.T) {
	good, _ := encoded(t, encode.Form{Rows: 40, Columns: 24, Samples: 1, Bits: 12, TileWidth: 16, TileHeight: 16, Resolutions: 2, Precinct: 32})
	cod := bytes.Index(good, []byte{0xFF, 0x52})
	sot := bytes.Index(good, []byte{0xFF, 0x90})
	with := func(at int, b ...byte) []byte {
		out := bytes.Clone(good)
		copy(out[at:], b)
		return out
	}
	for name, c := range map[string]struct {
		data []byte
		want fault.Kind
	}{
		"empty":                         {nil, fault.Truncated},
		"a JPEG":                        {[]byte("\xFF\xD8\xFF\xE0rest"), fault.Corrupt},
		"JP2 and no more":               {[]byte(signature), fault.Truncated},
		"JP2 palette":                   {[]byte(signature + "\x00\x00\x00\x10jp2h\x00\x00\x00\x08pclr"), fault.Syntax},
		"JP2 without stream":            {[]byte(signature + "\x00\x00\x00\x0Cjp2cABCD"), fault.Corrupt},
		"3.7 G columns":                 {with(8, 0xDD, 0xE0), fault.TooLarge},
		"2 G rows":                      {with(12, 0x7F), fault.TooLarge},
		"no columns":                    {with(8, 0, 0, 0, 0), fault.Corrupt},
		"origin behind":                 {with(16, 0, 1, 0, 0), fault.Corrupt},
		"tiny tiles":                    {with(8, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1), fault.TooLarge},
		"empty tiles":                   {with(24, 0, 0, 0, 0), fault.Corrupt},
		"tile outside":                  {with(32, 0, 0, 1), fault.Corrupt},
		"5 components":                  {with(40, 0, 5), fault.Corrupt}, // in a segment that has one
		"38 bits":                       {with(42, 37), fault.Syntax},
		"no spacing":                    {with(43, 0), fault.Corrupt},
		"no COD":                        {with(cod, 0xFF, 0x64), fault.Corrupt},
		"no layers":                     {with(cod+6, 0, 0), fault.Corrupt},
		"33 levels":                     {with(cod+9, 33), fault.Corrupt},
		"large blocks":                  {with(cod+10, 8, 8), fault.Corrupt},
		"wavelet 2":                     {with(cod+13, 2), fault.Corrupt},
		"65535 layers of 1×1 precincts": {with(4+4, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8, 0), ""},
		"tile 99":                       {with(sot+4, 0, 99), fault.Corrupt},
		"short tile":                    {with(sot+6, 0, 0, 0, 5), fault.Corrupt},
		"long tile":                     {with(sot+6, 0x7F), fault.Truncated},
		"header cut":                    {good[:sot-3], fault.Truncated},
	} {
		if c.want == "" {
			copy(c.data[cod+6:], []byte{0xFF, 0xFF})
			c.data[cod+14], c.data[cod+15] = 0x11, 0x11
			c.want = fault.TooLarge
		}
		if _, err := decode(c.data); fault.KindOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Decode(ctx, codec.Job{Data: good}); fault.KindOf(err) != fault.Interrupted {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := Decode(context.Background(), codec.Job{Data: good, MaxBytes: 40*24*2 - 1}); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("over the limit: %v", err)
	}
}

// TestThreads: one thread and four give the same values.
func TestThreads(t *testing.T) {
	for _, f := range []encode.Form{{Rows: 301, Columns: 257, Samples: 3, Bits: 8, Lossy: true, Transform: true}, {Rows: 301, Columns: 257, Samples: 1, Bits: 16, TileWidth: 100, TileHeight: 128}} {
		data, _ := encoded(t, f)
		h, at, err := readHeader(data, 0)
		if err != nil {
			t.Fatal(err)
		}
		found, err := h.walk(data, at)
		if err != nil {
			t.Fatal(err)
		}
		width := codec.WidthOf(f.Bits)
		var out [2][]byte
		for i, threads := range []int{1, 4} {
			out[i] = make([]byte, f.Rows*f.Columns*f.Samples*width)
			if _, err = h.openjpeg(data[:found.stop], out[i], width, true, threads); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(out[0], out[1]) {
			t.Errorf("%+v: threads change the values", f)
		}
	}
	if h := (&header{size: size{rows: 3000, columns: 3000}}); h.threads() < 1 || h.threads() > maxThreads {
		t.Errorf("%d threads", h.threads())
	}
}

// TestNothingInTile is an input that the fuzzer found: the data end where a
// tile-part's should begin, which took OpenJPEG 2.5.0 beyond its buffer before
// such streams were mended.
func TestNothingInTile(t *testing.T) {
	const data = "\xffO\xffQ\x00)00\x00\x0000\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x0000000000\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x8700\xffR\x00\f\x00\x0000\x00\x00\x04\x040\x01" +
		"\xff\\\x00%00000000000000000001000000100 2.5.0\xff\x90\x00\n\x00\x00\x00\x00\x00\x1b\x00\x01\xff\x93"
	if _, err := decode([]byte(data)); fault.KindOf(err) != fault.Truncated {
		t.Error(err)
	}
}
