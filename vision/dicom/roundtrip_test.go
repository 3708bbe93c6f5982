package dicom

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	second "github.com/suyashkumar/dicom"
	secondtag "github.com/suyashkumar/dicom/pkg/tag"

	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

var nativeSyntaxes = []string{ImplicitLE, ExplicitLE, ExplicitBE, DeflatedLE}

func parseOrFail(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := ParseBytes(context.Background(), data, "test.dcm")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func frameValues(t testing.TB, f *File, i int) []uint16 {
	t.Helper()
	n, err := f.Frame(context.Background(), i)
	if err != nil {
		t.Fatal(err)
	}
	v, err := n.Values()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// ramp gives values that use every stored bit, with the sign extended.
func ramp(count, bits int, signed bool) []uint16 {
	out := make([]uint16, count)
	for i := range out {
		v := uint16(i*2654435761>>7) & uint16(uint32(1)<<bits-1)
		if signed {
			v = uint16(int16(v<<(16-bits)) >> (16 - bits))
		}
		out[i] = v
	}
	return out
}

// TestStoredValues writes values in every syntax and layout, and reads back the same.
func TestStoredValues(t *testing.T) {
	const rows, columns = 5, 7 // odd and not square: padding and stride faults show
	for _, syntax := range nativeSyntaxes {
		for _, bits := range []int{1, 8, 10, 12, 16} {
			for _, signed := range []bool{false, true} {
				for _, samples := range []int{1, 3} {
					for _, planar := range []bool{false, true} {
						for _, frames := range []int{1, 3} {
							if samples == 1 && planar || bits == 1 && (signed || samples == 3) {
								continue
							}
							m := dt.Image{Syntax: syntax, Rows: rows, Columns: columns, Samples: samples, Stored: bits, Signed: signed,
								Planar: planar, FrameCount: frames, Values: ramp(rows*columns*samples*frames, bits, signed)}
							if bits == 1 {
								m.Allocated = 1
							}
							name := fmt.Sprintf("%s/%d bits/signed %t/%d samples/planar %t/%d frames", SyntaxOf(syntax).Name, bits, signed, samples, planar, frames)
							t.Run(name, func(t *testing.T) { checkImage(t, m, m.Bytes()) })
						}
					}
				}
			}
		}
	}
}

func checkImage(t *testing.T, m dt.Image, data []byte) {
	t.Helper()
	f := parseOrFail(t, data)
	size := len(m.Values) / max(m.FrameCount, 1)
	for i := range max(m.FrameCount, 1) {
		if got, want := frameValues(t, f, i), m.Values[i*size:(i+1)*size]; !slices.Equal(got, want) {
			t.Fatalf("frame %d: got %v, want %v", i, got, want)
		}
	}
	if f.Rows != m.Rows || f.Columns != m.Columns || f.Signed != m.Signed {
		t.Errorf("header says %d × %d, signed %t", f.Rows, f.Columns, f.Signed)
	}
}

// TestLayouts holds the layouts that real files have beside the ordinary ones.
func TestLayouts(t *testing.T) {
	chest := dt.Chest(40, 30, 12)
	high := chest
	high.HighBit = 15
	dirty := chest
	dirty.Raw = make([]byte, 2*40*30)
	for i, v := range chest.Values {
		dirty.Raw[2*i], dirty.Raw[2*i+1] = byte(v), byte(v>>8)|0xA0 // overlay bits above the stored ones
	}
	small := dt.Chest(5, 7, 8)
	bytesInWords := small
	bytesInWords.Syntax, bytesInWords.PixelVR = ExplicitBE, "OW"
	negative := dt.Image{Rows: 2, Columns: 2, Stored: 12, Signed: true, HighBit: 13, Values: []uint16{0xF800, 0xFFFF, 0, 0x07FF}}
	eight := dt.Image{Rows: 2, Columns: 2, Stored: 7, Allocated: 8, Signed: true, Values: []uint16{0xFFC0, 0xFFFF, 0, 63}}
	padded := dt.Chest(3, 3, 16)
	padded.Raw = append(binary16(padded.Values), 9, 9, 9, 9)
	for name, m := range map[string]dt.Image{"high bit 15": high, "dirty upper bits": dirty, "8 bit in OW, big endian": bytesInWords,
		"signed with high bit 13": negative, "signed 7 bit": eight, "padded pixel data": padded} {
		t.Run(name, func(t *testing.T) { checkImage(t, m, m.Bytes()) })
	}
}

func binary16(v []uint16) []byte {
	var b []byte
	for _, x := range v {
		b = append(b, byte(x), byte(x>>8))
	}
	return b
}

// TestBareFiles reads files without preamble, without meta information and
// with a transfer syntax that the data set contradicts.
func TestBareFiles(t *testing.T) {
	for _, syntax := range []string{ImplicitLE, ExplicitLE, ExplicitBE} {
		m := dt.Chest(6, 4, 12)
		m.Syntax = syntax
		body := dt.Body(syntax, m.Set())
		if !Sniff(body) || !Sniff(m.Bytes()[:512]) {
			t.Errorf("%s: not recognized", syntax)
		}
		t.Run("bare "+syntax, func(t *testing.T) {
			checkImage(t, m, body)
			if f := parseOrFail(t, body); f.Syntax.UID != syntax {
				t.Errorf("assumed %s", f.Syntax)
			}
		})
		t.Run("no preamble "+syntax, func(t *testing.T) { checkImage(t, m, m.Bytes()[132:]) })
		t.Run("prefix only "+syntax, func(t *testing.T) {
			checkImage(t, m, append(append(make([]byte, 128), "DICM"...), body...))
		})
	}
	m := dt.Chest(6, 4, 12)
	m.Syntax = ImplicitLE
	t.Run("implicit called explicit", func(t *testing.T) {
		checkImage(t, m, dt.File("1.2.840.10008.1.2.1", nil, dt.Body(ImplicitLE, m.Set())...))
	})
	m.Syntax = ExplicitLE
	t.Run("explicit called implicit", func(t *testing.T) { checkImage(t, m, dt.File(ImplicitLE, nil, dt.Body(ExplicitLE, m.Set())...)) })
}

// TestMixedElements reads past elements that break the rules of their data set
// without hiding what follows.
func TestMixedElements(t *testing.T) {
	m := dt.Chest(6, 4, 12)
	name := dt.Set{{Tag: dt.PatientName, VR: "PN", Value: "Slipped^In"}}
	for what, odd := range map[string][]byte{
		"implicit in explicit":  dt.Body(ImplicitLE, name),
		"VR of a later edition": append(dt.Body(ExplicitLE, name), 0x11, 0, 0x10, 0, 'Z', 'Z', 0, 0, 4, 0, 0, 0, 1, 2, 3, 4),
		"no VR, short length":   append(dt.Body(ExplicitLE, name), 0x11, 0, 0x10, 0, '?', '?', 2, 0, 1, 2),
		"repeated meta element": append(dt.Body(ExplicitLE, dt.Set{{Tag: 0x00020010, VR: "UI", Value: ImplicitLE}}), dt.Body(ExplicitLE, name)...),
		"stray delimiters":      append([]byte{0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0}, dt.Body(ExplicitLE, name)...),
		"name twice":            append(dt.Body(ExplicitLE, name), dt.Body(ExplicitLE, dt.Set{{Tag: dt.PatientName, VR: "PN", Value: "Second^Name"}})...),
		"UN name":               dt.Body(ExplicitLE, dt.Set{{Tag: dt.PatientName, VR: "UN", Value: "Slipped^In"}}),
		"icon with pixels": append(dt.Body(ExplicitLE, name), dt.Body(ExplicitLE, dt.Set{{Tag: 0x00880200, VR: "SQ", Length: dt.Undefined,
			Items: [][]dt.Element{dt.Chest(2, 2, 8).Set()}}})...),
	} {
		t.Run(what, func(t *testing.T) {
			head := dt.Body(ExplicitLE, dt.Set{{Tag: 0x00080060, VR: "CS", Value: "CR"}})
			body := append(append(head, odd...), dt.Body(ExplicitLE, m.Set().Without(0x00080060, dt.PatientName))...)
			data := dt.File(ExplicitLE, nil, body...)
			checkImage(t, m, data)
			if f := parseOrFail(t, data); f.PatientName != "Slipped^In" || f.Modality != "CR" {
				t.Errorf("name %q, modality %q", f.PatientName, f.Modality)
			}
		})
	}
}

func TestSniffRefuses(t *testing.T) {
	for name, head := range map[string]string{
		"PNG": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "JPEG": "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "TIFF": "II*\x00\x08\x00\x00\x00",
		"TIFF big": "MM\x00*\x00\x00\x00\x08", "BMP": "BM\x36\x00\x0c\x00\x00\x00", "gzip": "\x1f\x8b\x08\x00\x00\x00\x00\x00",
		"text": "Patient: none\nFindings: none at all, thank you.\n", "zeros": string(make([]byte, 600)), "empty": "", "short": "\x08\x00\x05",
		"zip": "PK\x03\x04\x14\x00\x08\x00\x08\x00", "words": "\x08\x00\x08\x00\x08\x00\x08\x00\x08\x00\x08\x00\x08\x00\x08\x00",
	} {
		if Sniff([]byte(head)) {
			t.Errorf("%s is taken for DICOM", name)
		}
	}
}

// TestSecondReader lets an independent reader see what ours sees. It reads no
// planar colour and no packed bits correctly, so these are left out.
func TestSecondReader(t *testing.T) {
	for _, syntax := range nativeSyntaxes {
		for _, bits := range []int{8, 10, 12, 16} {
			for _, samples := range []int{1, 3} {
				m := dt.Image{Syntax: syntax, Rows: 9, Columns: 6, Samples: samples, Stored: bits, Values: ramp(9*6*samples, bits, false)}
				data := m.Bytes()
				ds, err := second.Parse(bytes.NewReader(data), int64(len(data)), nil)
				if err != nil {
					t.Fatal(err)
				}
				el, err := ds.FindElementByTag(secondtag.PixelData)
				if err != nil {
					t.Fatal(err)
				}
				native, err := second.MustGetPixelDataInfo(el.Value).Frames[0].GetNativeFrame()
				if err != nil {
					t.Fatal(err)
				}
				ours := frameValues(t, parseOrFail(t, data), 0)
				for y := range m.Rows {
					for x := range m.Columns {
						px, err := native.GetPixel(x, y)
						if err != nil {
							t.Fatal(err)
						}
						for s, v := range px {
							if o := ours[(y*m.Columns+x)*samples+s]; int(o) != v {
								t.Fatalf("%s, %d bits, row %d column %d: ours %d, theirs %d", SyntaxOf(syntax).Name, bits, y, x, o, v)
							}
						}
					}
				}
			}
		}
	}
}

// TestWideAndFloat gives bytes for what has no 16-bit values, and says so.
func TestWideAndFloat(t *testing.T) {
	floats := []float64{0, 1.5, -2.25, 1e9}
	cases := map[string]dt.Image{
		"32 bits":    {Rows: 2, Columns: 2, Stored: 32, Values: []uint16{1, 2, 3, 65535}},
		"float":      {Rows: 2, Columns: 2, Stored: 32, Omit: []uint32{dt.Pixels}, Extra: []dt.Element{{Tag: 0x7FE00008, VR: "OF", Value: floats}}},
		"double":     {Rows: 2, Columns: 2, Allocated: 64, Stored: 32, Omit: []uint32{dt.Pixels}, Extra: []dt.Element{{Tag: 0x7FE00009, VR: "OD", Value: floats}}},
		"two in one": {Rows: 2, Columns: 2, Samples: 2, Photometric: "MONOCHROME2"},
	}
	var hash [2][]byte
	for name, m := range cases {
		for k, syntax := range []string{ExplicitLE, ExplicitBE} {
			m.Syntax = syntax
			f := parseOrFail(t, m.Bytes())
			n, err := f.Frame(context.Background(), 0)
			if name == "two in one" {
				if fault.KindOf(err) != fault.PixelFormat {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(name, err)
			}
			if _, err := n.Values(); fault.KindOf(err) != fault.PixelFormat {
				t.Errorf("%s: %v", name, err)
			}
			want := floats
			if name == "32 bits" {
				want = []float64{1, 2, 3, 65535}
			}
			if got, err := n.Numbers(); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %v, %v, want %v", name, got, err, want)
			}
			hash[k] = n.Data
		}
		if !bytes.Equal(hash[0], hash[1]) {
			t.Errorf("%s: little endian % x, big endian % x", name, hash[0], hash[1])
		}
	}
}

// TestPacked reads samples of 12 bits without gaps, as ACR-NEMA wrote them:
// the bits are set one by one here.
func TestPacked(t *testing.T) {
	want := []uint16{0x123, 0xFFF, 0, 0x800, 0xABC, 1}
	raw := make([]byte, 10)
	for i, v := range want {
		for b := range 12 {
			if v>>b&1 == 1 {
				raw[(12*i+b)/8] |= 1 << ((12*i + b) % 8)
			}
		}
	}
	m := dt.Image{Rows: 2, Columns: 3, Allocated: 12, Stored: 12, Raw: raw}
	if got := frameValues(t, parseOrFail(t, m.Bytes()), 0); !slices.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

// TestSubsampled spreads native 4:2:2.
func TestSubsampled(t *testing.T) {
	m := dt.Image{Rows: 1, Columns: 4, Samples: 3, Stored: 8, Photometric: "YBR_FULL_422", Raw: []byte{10, 20, 1, 2, 30, 40, 3, 4}}
	got := frameValues(t, parseOrFail(t, m.Bytes()), 0)
	if want := []uint16{10, 1, 2, 20, 1, 2, 30, 3, 4, 40, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTwin(t *testing.T) {
	for _, signed := range []bool{false, true} {
		m := dt.Chest(8, 6, 12)
		m.Signed = signed
		if signed {
			for i := range m.Values {
				m.Values[i] -= 2048
			}
		}
		twin := dt.Twin(m)
		checkImage(t, twin, twin.Bytes())
		back := dt.Twin(twin)
		if !slices.Equal(back.Values, m.Values) || twin.Photometric != "MONOCHROME1" || back.Photometric != "MONOCHROME2" {
			t.Error("the twin of the twin differs")
		}
	}
}
