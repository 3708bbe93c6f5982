package jpegls

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/dicom/codec/jpegls/internal/encode"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// example is the stream of T.87, H.3, and the 4 × 4 picture it stands for.
const example = "\xFF\xD8\xFF\xF7\x00\x0B\x08\x00\x04\x00\x04\x01\x01\x11\x00\xFF\xDA\x00\x08\x01\x01\x00\x00\x00\x00" +
	"\xC0\x00\x00\x6C\x80\x20\x8E\x01\xC0\x00\x00\x57\x40\x00\x00\x6E\xE6\x00\x00\x01\xBC\x18\x00\x00\x05\xD8\x00\x00\x91\x60\xFF\xD9"

var examplePicture = []byte{0, 0, 90, 74, 68, 50, 43, 205, 64, 145, 145, 145, 100, 145, 145, 145}

func decode(data []byte) (*codec.Picture, error) {
	return Decode(context.Background(), codec.Job{Format: codec.JPEGLS, Data: data})
}

func TestStandardsExample(t *testing.T) {
	p, err := decode([]byte(example))
	if err != nil || !bytes.Equal(p.Data, examplePicture) || p.Bits != 8 || p.Samples != 1 || p.Lossy || p.Decoded != 4 {
		t.Errorf("%+v %v", p, err)
	}
}

func forms() []encode.Form {
	var out []encode.Form
	for _, size := range [][2]int{{1, 1}, {1, 17}, {23, 1}, {67, 41}} {
		for _, bits := range []int{2, 7, 8, 10, 12, 16} {
			for _, near := range []int{0, 3} {
				if near > 0 && bits < 7 {
					continue
				}
				f := encode.Form{Rows: size[0], Columns: size[1], Samples: 1, Bits: bits, Near: near}
				out = append(out, f)
				for mode := range 3 {
					f.Samples, f.Interleave = 3, mode
					out = append(out, f)
				}
			}
		}
	}
	return append(out, encode.Form{Rows: 9, Columns: 8, Samples: 3, Bits: 8, Interleave: 2, Transform: 1},
		encode.Form{Rows: 9, Columns: 8, Samples: 4, Bits: 8, Interleave: 2}, encode.Form{Rows: 9, Columns: 8, Samples: 2, Bits: 12})
}

func frame(f encode.Form) []byte {
	return codectest.Pack(codectest.Values(f.Rows, f.Columns, f.Samples, f.Bits, false), codec.WidthOf(f.Bits))
}

func planes(data []byte, f encode.Form) []byte {
	w := codec.WidthOf(f.Bits)
	var out []byte
	for s := range f.Samples {
		for i := s * w; i < len(data); i += f.Samples * w {
			out = append(out, data[i:i+w]...)
		}
	}
	return out
}

func encoded(t testing.TB, f encode.Form) (data, want []byte) {
	t.Helper()
	want = frame(f)
	in := want
	if f.Interleave == 0 {
		in = planes(want, f)
	}
	data, err := encode.Encode(f, in)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	return data, want
}

// within tells whether no sample differs by more than near.
func within(a, b []byte, bits, near int) bool {
	if len(a) != len(b) {
		return false
	}
	w := codec.WidthOf(bits)
	for i := 0; i < len(a); i += w {
		x, y := int(a[i]), int(b[i])
		if w == 2 {
			x, y = x+int(a[i+1])<<8, y+int(b[i+1])<<8
		}
		if x-y > near || y-x > near {
			return false
		}
	}
	return true
}

// TestRoundTrip: every interleaving and depth, exact or within NEAR; the same
// with a comment, fill bytes, padding behind each scan and without an EOI.
func TestRoundTrip(t *testing.T) {
	for _, f := range forms() {
		data, want := encoded(t, f)
		for name, variant := range variants(data) {
			p, err := decode(variant)
			if err != nil {
				t.Errorf("%+v, %s: %v", f, name, err)
				continue
			}
			if !within(p.Data, want, f.Bits, f.Near) || p.Lossy != (f.Near > 0) || p.Bits != f.Bits || p.Samples != f.Samples ||
				p.Rows != f.Rows || p.Columns != f.Columns || p.Decoded != f.Rows || p.Transformed != (f.Transform != 0) {
				t.Errorf("%+v, %s: another picture", f, name)
			}
		}
	}
}

// variants are streams that mean the same and that CharLS or others refuse.
func variants(data []byte) map[string][]byte {
	head, body := data[:2:2], data[2:]
	end := len(data) - 2
	zeros := []byte{}
	for at := 2; at < len(data); { // one zero byte behind each scan
		marker, _, next, err := segment(data, at)
		if err != nil || marker == markerEOI {
			zeros = append(zeros, data[at:]...)
			break
		}
		stop := next
		if marker == markerSOS {
			stop += entropy(data[next:])
		}
		zeros = append(zeros, data[at:stop]...)
		if at = stop; marker == markerSOS {
			zeros = append(zeros, 0)
		}
	}
	return map[string][]byte{
		"as it is":           data,
		"comment":            append(append(head, "\xFF\xFE\x00\x06\xFF\xD8\xFF\xD9"...), body...),
		"APP0 and fill":      append(append(head, "\xFF\xFF\xFF\xE0\x00\x02"...), body...),
		"fill before EOI":    append(data[:end:end], 0xFF, 0xFF, markerEOI),
		"zeros behind EOI":   append(data[:len(data):len(data)], 0, 0),
		"no EOI":             data[:end],
		"half an EOI":        data[:end+1],
		"zeros behind scans": append(head, zeros...),
	}
}

// TestTruncation cuts streams at every byte: what is said to be right is.
func TestTruncation(t *testing.T) {
	for _, f := range []encode.Form{{Rows: 31, Columns: 9, Samples: 1, Bits: 8}, {Rows: 13, Columns: 12, Samples: 1, Bits: 16},
		{Rows: 17, Columns: 11, Samples: 3, Bits: 8}, {Rows: 17, Columns: 11, Samples: 3, Bits: 8, Interleave: 1},
		{Rows: 17, Columns: 11, Samples: 3, Bits: 12, Interleave: 2}} {
		data, want := encoded(t, f)
		most := 0
		for n := range len(data) {
			p, err := decode(data[:n])
			if err == nil {
				if !bytes.Equal(p.Data, want) {
					t.Errorf("%+v cut at %d of %d: another picture without an error", f, n, len(data))
				}
				continue
			}
			if kind := fault.KindOf(err); kind != fault.Truncated && (kind != fault.Corrupt || n > 2) {
				t.Errorf("%+v cut at %d: %v", f, n, err)
			}
			if p == nil {
				continue
			}
			right := p.Decoded * f.Columns * f.Samples * p.Width()
			if !bytes.Equal(p.Data[:right], want[:right]) || len(bytes.Trim(p.Data[right:], "\x00")) > 0 || p.Decoded >= f.Rows {
				t.Errorf("%+v cut at %d of %d: %d rows are said to be right, and are not", f, n, len(data), p.Decoded)
			}
			most = max(most, p.Decoded)
		}
		if most < f.Rows-4 {
			t.Errorf("%+v: at most %d of %d rows from truncated data", f, most, f.Rows)
		}
	}
}

func TestRefused(t *testing.T) {
	sof := "\xFF\xF7\x00\x0B\x08\x00\x04\x00\x04\x01\x01\x11\x00"
	sos := "\xFF\xDA\x00\x08\x01\x01\x00\x00\x00\x00"
	replace := func(old, with string) string {
		return string(bytes.Replace([]byte(example), []byte(old), []byte(with), 1))
	}
	for name, c := range map[string]struct {
		data string
		want fault.Kind
	}{
		"nothing":           {"", fault.Corrupt},
		"PNG":               {"\x89PNG\r\n\x1a\n", fault.Corrupt},
		"end at once":       {"\xFF\xD8\xFF\xD9", fault.Corrupt},
		"no frame":          {replace(sof, ""), fault.Corrupt},
		"two frames":        {replace(sof, sof+sof), fault.Corrupt},
		"two scans":         {replace(sos, sos+"\x00"+sos), fault.Corrupt},
		"no scan":           {"\xFF\xD8" + sof + "\xFF\xD9", fault.Corrupt},
		"cut before a scan": {"\xFF\xD8" + sof, fault.Truncated},
		"0 rows":            {replace("\x00\x04\x00\x04", "\x00\x00\x00\x04"), fault.Corrupt},
		"65535 × 65535":     {replace("\x00\x04\x00\x04", "\xFF\xFF\xFF\xFF"), fault.TooLarge},
		"1 bit":             {replace("\x00\x0B\x08", "\x00\x0B\x01"), fault.Corrupt},
		"17 bits":           {replace("\x00\x0B\x08", "\x00\x0B\x11"), fault.Corrupt},
		"point transform":   {replace(sos, "\xFF\xDA\x00\x08\x01\x01\x00\x00\x00\x01"), fault.Syntax},
		"mapping table":     {replace(sos, "\xFF\xDA\x00\x08\x01\x01\x01\x00\x00\x00"), fault.Syntax},
		"oversize":          {replace(sof, "\xFF\xF8\x00\x05\x04\x02\x00"+sof), fault.Syntax},
		"baseline JPEG":     {replace("\xFF\xF7", "\xFF\xC0"), fault.Corrupt},
		"more rows":         {replace("\x00\x04\x00\x04", "\x00\x09\x00\x04"), fault.Corrupt},
		"fewer rows":        {replace("\x00\x04\x00\x04", "\x00\x02\x00\x04"), fault.Corrupt},
	} {
		p, err := decode([]byte(c.data))
		if p != nil || fault.KindOf(err) != c.want {
			t.Errorf("%s: %v %v, want %s", name, p, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Decode(ctx, codec.Job{Data: []byte(example)}); fault.KindOf(err) != fault.Interrupted {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := Decode(context.Background(), codec.Job{Data: []byte(example), MaxBytes: 15}); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("over the limit: %v", err)
	}
}

// FuzzParse: whatever the bytes, the markers are read, and each scan is handed
// on as a stream of its own. CharLS itself is not called here: it ends its
// process by assertions on damaged scans, which only a worker can survive
// (vision/worker's FuzzPool).
func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	for _, form := range forms() {
		data, _ := encoded(f, form)
		f.Add(data)
	}
	if dicomtest.SharedFolder() != "" {
		for _, public := range codectest.Publics(f, "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81") {
			if file, err := codectest.Read(public.Path); err == nil && len(file.Frames[0]) < 1<<16 {
				f.Add(file.Frames[0])
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parse(data)
		if err != nil {
			codectest.Consistent(t, nil, err, -1)
			return
		}
		for _, c := range s.scans {
			if len(s.alone(c)) > len(data)+100*(1+len(s.components)) {
				t.Errorf("a stream of %d bytes made of %d", len(s.alone(c)), len(data))
			}
		}
	})
}

// BenchmarkDecode decodes about 4 megapixels; the figure of interest is ms/MP.
func BenchmarkDecode(b *testing.B) {
	for _, f := range []encode.Form{{Rows: 2048, Columns: 2048, Samples: 1, Bits: 12}, {Rows: 2048, Columns: 2048, Samples: 3, Bits: 8, Interleave: 2},
		{Rows: 2048, Columns: 2048, Samples: 3, Bits: 8}} {
		data, _ := encoded(b, f)
		b.Run(fmt.Sprintf("%d×%d bits, mode %d", f.Samples, f.Bits, f.Interleave), func(b *testing.B) {
			for b.Loop() {
				if _, err := decode(data); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N)/(float64(f.Rows*f.Columns)/1e6), "ms/MP")
		})
	}
}

// Streams of up to 7 bits from encoders with CharLS 1's thresholds, which they
// do not state.
func TestUnstatedThresholds(t *testing.T) {
	for _, bits := range []int{6, 7} {
		for _, near := range []int{1, 2, 3} {
			f := encode.Form{Rows: 67, Columns: 41, Samples: 1, Bits: bits, Near: near, Thresholds: [3]int{2 + 3*near, 3 + 5*near, 4 + 7*near}}
			stated, in := encoded(t, f)
			want, err := decode(stated)
			if err != nil {
				t.Fatal(err)
			}
			at := bytes.Index(stated, []byte{0xFF, 0xF8, 0, 13})
			unstated := append(append([]byte{}, stated[:at]...), stated[at+15:]...)
			p, err := decode(unstated)
			if err != nil || !bytes.Equal(p.Data, want.Data) || !within(p.Data, in, bits, near) {
				t.Errorf("%d bits, near %d: %v", bits, near, err)
			}
		}
	}
}
