package dicom

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"testing"

	"lightbox/vision/dicom/codec"
	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// echo gives a frame's codestream back as its pixels, so that the tests see
// which fragments were joined.
type echo struct{}

func (echo) Decode(_ context.Context, j codec.Job) (*codec.Picture, error) {
	if err := codec.Check(j.Rows, j.Columns, 1, 8, 1<<26); err != nil {
		return nil, err
	}
	data := make([]byte, j.Rows*j.Columns)
	copy(data, j.Data)
	return &codec.Picture{Rows: j.Rows, Columns: j.Columns, Samples: 1, Bits: 8, Data: data, Decoded: j.Rows}, nil
}

const rleUID = "1.2.840.10008.1.2.5"

// encapsulate writes an object of several frames from fragments, the offset
// table first.
func encapsulate(frames int, extra []dt.Element, fragments ...[]byte) []byte {
	m := dt.Image{Syntax: rleUID, Rows: 2, Columns: 8, Stored: 8, FrameCount: frames}
	m.Extra = append([]dt.Element{{Tag: dt.Pixels, VR: "OB", Fragments: fragments, Length: dt.Undefined}}, extra...)
	return m.Bytes()
}

func offsets(at ...uint32) []byte {
	var b []byte
	for _, o := range at {
		b = binary.LittleEndian.AppendUint32(b, o)
	}
	return b
}

func long(values ...uint64) []byte {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return b
}

func TestFragmentsBecomeFrames(t *testing.T) {
	soi := "\xff\xd8\xff\xe0" // a JPEG's beginning
	extended := func(o, l []byte) []dt.Element {
		return []dt.Element{{Tag: 0x7FE00001, VR: "OV", Value: o}, {Tag: 0x7FE00002, VR: "OV", Value: l}}
	}
	for _, c := range []struct {
		name string
		data []byte
		want []string
		note bool
	}{
		{"one frame in three", encapsulate(1, nil, nil, []byte("ab"), []byte("cd"), []byte("ef")), []string{"abcdef"}, false},
		{"a fragment a frame, no table", encapsulate(3, nil, nil, []byte("aa"), []byte("bb"), []byte("cc")), []string{"aa", "bb", "cc"}, false},
		{"basic table, several to a frame", encapsulate(2, nil, offsets(0, 20), []byte("aa"), []byte("bb"), []byte("cc"), []byte("dd")), []string{"aabb", "ccdd"}, false},
		{"wrong basic table", encapsulate(2, nil, offsets(0, 11), []byte("aa"), []byte("bb")), []string{"aa", "bb"}, true},
		{"basic table of too many", encapsulate(2, nil, offsets(0, 10, 20), []byte("aa"), []byte("bb")), []string{"aa", "bb"}, true},
		{"basic table not from zero", encapsulate(2, nil, offsets(10, 20), []byte("aa"), []byte("bb")), []string{"aa", "bb"}, true},
		{"extended table", encapsulate(2, extended(long(0, 10), long(2, 2)), nil, []byte("aa"), []byte("bb")), []string{"aa", "bb"}, false},
		{"extended table over a wrong basic one", encapsulate(2, extended(long(0, 10), long(2, 2)), offsets(4, 4), []byte("aa"), []byte("bb")), []string{"aa", "bb"}, false},
		{"wrong extended, right basic", encapsulate(2, extended(long(0, 1<<40), long(2, 2)), offsets(0, 20), []byte("aa"), []byte("bb"), []byte("cc")), []string{"aabb", "cc"}, true},
		{"no table, told by content", encapsulate(2, nil, nil, []byte(soi+"1!"), []byte("22"), []byte(soi+"3!")), []string{soi + "1!22", soi + "3!"}, false},
	} {
		f := parseOrFail(t, c.data)
		f.Decoder = echo{}
		for i, want := range c.want {
			n, err := f.Frame(context.Background(), i)
			if err != nil {
				t.Errorf("%s: frame %d: %v", c.name, i, err)
				continue
			}
			if got := string(bytes.TrimRight(n.Data, "\x00")); got != want {
				t.Errorf("%s: frame %d is %q, want %q", c.name, i, got, want)
			}
			noted := slices.ContainsFunc(n.Notes, func(e error) bool { return bytes.Contains([]byte(e.Error()), []byte("offset table")) })
			if noted != c.note {
				t.Errorf("%s: notes %v", c.name, n.Notes)
			}
		}
	}
}

func TestMissingFragments(t *testing.T) {
	f := parseOrFail(t, encapsulate(3, nil, nil, []byte("aa"), []byte("bb")))
	f.Decoder = echo{}
	if _, err := f.Frame(context.Background(), 1); err != nil {
		t.Errorf("a frame that is there: %v", err)
	}
	if _, err := f.Frame(context.Background(), 2); fault.KindOf(err) != fault.Truncated {
		t.Errorf("a frame that is not there: %v", err)
	}
	f = parseOrFail(t, encapsulate(2, nil, nil, []byte("aa"), []byte("bb"), []byte("cc")))
	f.Decoder = echo{}
	if _, err := f.Frame(context.Background(), 0); fault.KindOf(err) != fault.Corrupt {
		t.Errorf("three fragments of two frames that nothing tells apart: %v", err)
	}
	// Cut at every byte: a frame or a sentence.
	whole := encapsulate(2, nil, offsets(0, 20), []byte("aaaa"), []byte("bb"), []byte("cc"))
	for n := range whole {
		f, err := ParseBytes(context.Background(), whole[:n], "cut.dcm")
		if err != nil {
			continue
		}
		f.Decoder = echo{}
		for i := range f.Frames {
			if _, err := f.Frame(context.Background(), i); err != nil && fault.KindOf(err) == fault.InternalError {
				t.Errorf("cut at %d, frame %d: %v", n, i, err)
			}
		}
	}
}

// What the codestream says stands over the header, with a note.
type wider struct{}

func (wider) Decode(_ context.Context, j codec.Job) (*codec.Picture, error) {
	return &codec.Picture{Rows: 4, Columns: 5, Samples: 3, Bits: 8, Data: make([]byte, 60), Decoded: 4, Transformed: true}, nil
}

func TestTheStreamDecides(t *testing.T) {
	m := dt.Image{Syntax: "1.2.840.10008.1.2.4.90", Rows: 2, Columns: 8, Stored: 8}
	m.Extra = []dt.Element{{Tag: dt.Pixels, VR: "OB", Fragments: [][]byte{nil, []byte("\xff\x4f\xff\x51")}, Length: dt.Undefined}}
	f := parseOrFail(t, m.Bytes())
	f.Decoder = wider{}
	n, err := f.Frame(context.Background(), 0)
	if err != nil || n.Rows != 4 || n.Columns != 5 || n.Samples != 3 || n.Photometric != "RGB" || len(n.Notes) != 2 {
		t.Errorf("%+v, %v", n, err)
	}
}

// A stream of another kind than the transfer syntax says is decoded as what it
// is.
func TestTheStreamsKindDecides(t *testing.T) {
	f := &File{Header: Header{Syntax: SyntaxOf("1.2.840.10008.1.2.4.50")}}
	for data, want := range map[string]codec.Format{
		"\xff\xd8\xff\xe0": codec.JPEG, "\xff\x4f\xff\x51": codec.JPEG2000, "\xff\xd8\xff\xf7": codec.JPEGLS, "xxxx": codec.JPEG,
	} {
		if got, note := f.formatOf([]byte(data + "\x00\x00\x00\x00")); got != want || (note != nil) != (want != codec.JPEG) {
			t.Errorf("%x: %s, %v", data, got, note)
		}
	}
}

func TestJPEGColour(t *testing.T) {
	seg := func(m byte, body string) string {
		n := len(body) + 2
		return string([]byte{0xff, m, byte(n >> 8), byte(n)}) + body
	}
	sof := func(m byte, ids string) string {
		b := "\x08\x00\x01\x00\x01\x03"
		for i := range 3 {
			b += string([]byte{ids[i], 0x11, 0})
		}
		return seg(m, b)
	}
	adobe := func(transform byte) string {
		return seg(0xEE, "Adobe\x00\x64\x00\x00\x00\x00"+string([]byte{transform}))
	}
	jfif := seg(0xE0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
	for stream, want := range map[string]string{
		adobe(0) + sof(0xC0, "\x01\x02\x03"):              "RGB",
		adobe(1) + sof(0xC0, "\x01\x02\x03"):              "YBR_FULL",
		sof(0xC0, "RGB"):                                  "RGB",
		sof(0xC0, "\x01\x02\x03"):                         "",
		jfif + sof(0xC0, "\x01\x02\x03"):                  "YBR_FULL",
		jfif + sof(0xC3, "\x01\x02\x03"):                  "",
		jfif + adobe(0) + sof(0xC0, "\x01\x02\x03"):       "RGB",
		"\xff\xff" + adobe(0) + sof(0xC0, "\x01\x02\x03"): "RGB",
		"\xff\xee\x00":                                    "",
	} {
		if got := jpegColour([]byte("\xff\xd8" + stream)); got != want {
			t.Errorf("% x: %q, want %q", stream, got, want)
		}
	}
}

func TestPerFrameGroups(t *testing.T) {
	item := func(z, slope string, elements ...dt.Element) []dt.Element {
		return append([]dt.Element{
			{Tag: 0x00209113, VR: "SQ", Items: [][]dt.Element{{{Tag: 0x00200032, VR: "DS", Value: `1\2\` + z}}}},
			{Tag: 0x00209111, VR: "SQ", Items: [][]dt.Element{{{Tag: 0x00209056, VR: "SH", Value: "A"}, {Tag: 0x00209057, VR: "UL", Value: []byte{7, 0, 0, 0}}}}},
			{Tag: 0x00289145, VR: "SQ", Items: [][]dt.Element{{dt.DS(dt.RescaleSlope, slope), dt.DS(dt.RescaleIntercept, "3")}}},
		}, elements...)
	}
	window := dt.Element{Tag: 0x00289132, VR: "SQ", Items: [][]dt.Element{{dt.DS(dt.WindowCentre, "50"), dt.DS(dt.WindowWidth, "60")}}}
	for _, undefinedLengths := range []uint32{0, dt.Undefined} {
		for _, syntax := range nativeSyntaxes {
			m := dt.Image{Syntax: syntax, Rows: 2, Columns: 2, FrameCount: 2}
			if syntax == ExplicitBE {
				continue // the fixture writes UL as bytes
			}
			m.Extra = []dt.Element{
				{Tag: 0x52009229, VR: "SQ", Length: undefinedLengths, Items: [][]dt.Element{{
					{Tag: 0x00209116, VR: "SQ", Length: undefinedLengths, Items: [][]dt.Element{{{Tag: 0x00200037, VR: "DS", Value: `0\1\0\0\0\-1`}}}},
					{Tag: 0x00289110, VR: "SQ", Items: [][]dt.Element{{dt.DS(dt.PixelSpacing, `0.5\0.25`), {Tag: 0x00180050, VR: "DS", Value: "2"}}}}}}},
				{Tag: 0x52009230, VR: "SQ", Length: undefinedLengths, Items: [][]dt.Element{item("3", "2"), item("4.5", "4", window)}},
			}
			f := parseOrFail(t, m.Bytes())
			if len(f.PerFrame) != 2 {
				t.Fatalf("%s: %d frames described", SyntaxOf(syntax).Name, len(f.PerFrame))
			}
			p := f.PerFrame[1]
			if !slices.Equal(p.Position, []float64{1, 2, 4.5}) || !slices.Equal(p.Orientation, []float64{0, 1, 0, 0, 0, -1}) ||
				!slices.Equal(p.Spacing, []float64{0.5, 0.25}) || p.Thickness != "2" || p.RescaleSlope != 4 || p.RescaleIntercept != 3 ||
				p.StackID != "A" || p.InStackPosition != 7 || len(p.Windows) != 1 || p.Windows[0].Width != 60 {
				t.Errorf("%s: %+v", SyntaxOf(syntax).Name, p)
			}
			if f.PerFrame[0].Windows != nil || f.PerFrame[0].RescaleSlope != 2 || f.PerFrame[0].Position[2] != 3 {
				t.Errorf("%s: frame 0 %+v", SyntaxOf(syntax).Name, f.PerFrame[0])
			}
		}
	}
}

func words(values ...uint16) []byte {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	return b
}

// TestSegmentedPalette expands the example of PS3.3 C.7.9.2's kinds of
// segments: discrete, linear, indirect.
func TestSegmentedPalette(t *testing.T) {
	segmented := words(
		0, 3, 10, 20, 30, // discrete: 10 20 30
		1, 4, 70, // linear to 70 in four steps: 40 50 60 70
		2, 2, 0, 0, // the two segments from byte 0 again: 10 20 30, 40 50 60 70
	)
	want := []uint16{10, 20, 30, 40, 50, 60, 70, 10, 20, 30, 40, 50, 60, 70}
	m := dt.Image{Rows: 1, Columns: 2, Stored: 8, Photometric: "PALETTE COLOR"}
	for c := range uint32(3) {
		m.Extra = append(m.Extra,
			dt.Element{Tag: 0x00281101 + c, VR: "US", Value: []uint16{uint16(len(want)), 0, 16}},
			dt.Element{Tag: 0x00281221 + c, VR: "OW", Value: segmented})
	}
	f := parseOrFail(t, m.Bytes())
	p, err := f.PaletteTables()
	if err != nil || !slices.Equal(p.Red.Data, want) || !slices.Equal(p.Blue.Data, want) {
		t.Fatalf("%v, %v", p, err)
	}
	for name, broken := range map[string][]byte{
		"begins linear": words(1, 4, 70), "unknown opcode": words(7, 1, 1), "past the end": words(0, 99, 1), "points outside": words(0, 1, 5, 2, 1, 9999, 0),
		"points at itself": words(0, 1, 5, 2, 1, 6, 0), "too short": words(0, 2, 1, 2), "empty segment forever": words(0, 0, 0, 0),
	} {
		m.Extra[1].Value = broken
		if _, err := parseOrFail(t, m.Bytes()).PaletteTables(); fault.KindOf(err) != fault.BadHeader {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOverlays(t *testing.T) {
	us := func(tag uint32, v ...uint16) dt.Element { return dt.Element{Tag: tag, VR: "US", Value: v} }
	m := dt.Image{Rows: 4, Columns: 4, Stored: 12, FrameCount: 3, Values: make([]uint16, 48)}
	m.Extra = []dt.Element{
		us(0x60000010, 2), us(0x60000011, 5), {Tag: 0x60000050, VR: "SS", Value: words(2, 0xFFFF)},
		{Tag: 0x60000040, VR: "CS", Value: "G"}, {Tag: 0x60001500, VR: "LO", Value: "A label"},
		{Tag: 0x60003000, VR: "OW", Value: []byte{0b10100001, 0b10}},
		// One of two planes, for the second and third frame.
		us(0x60020010, 3), us(0x60020011, 3), {Tag: 0x60020015, VR: "IS", Value: "2"}, us(0x60020051, 2),
		{Tag: 0x60020050, VR: "SS", Value: words(1, 1)}, {Tag: 0x60023000, VR: "OW", Value: []byte{0xFF, 0b00000001, 0b10, 0}},
		// In bit 14 of the pixels themselves.
		us(0x60040010, 4), us(0x60040011, 4), us(0x60040100, 16), us(0x60040102, 14), {Tag: 0x60040050, VR: "SS", Value: words(1, 1)},
	}
	raw := make([]byte, 96)
	raw[2*5+1] = 0x40
	m.Raw = raw
	f := parseOrFail(t, m.Bytes())
	if len(f.Overlays) != 3 {
		t.Fatalf("%d overlays: %+v", len(f.Overlays), f.Overlays)
	}
	bits := func(k, frame int) []byte {
		b, err := f.OverlayBits(context.Background(), f.Overlays[k], frame)
		if err != nil {
			t.Errorf("overlay %d, frame %d: %v", k, frame, err)
		}
		return b
	}
	if o := f.Overlays[0]; o.Row != 1 || o.Column != -2 || o.Label != "A label" || !bytes.Equal(bits(0, 2), []byte{1, 0, 0, 0, 0, 1, 0, 1, 0, 1}) {
		t.Errorf("%+v %v", o, bits(0, 2))
	}
	if bits(1, 0) != nil || !bytes.Equal(bits(1, 1), []byte{1, 1, 1, 1, 1, 1, 1, 1, 1}) || !bytes.Equal(bits(1, 2), []byte{0, 0, 0, 0, 0, 0, 0, 0, 1}) {
		t.Errorf("planes %v, %v, %v", bits(1, 0), bits(1, 1), bits(1, 2))
	}
	want := make([]byte, 16)
	want[5] = 1
	if !bytes.Equal(bits(2, 0), want) || bytes.Equal(bits(2, 1), want) {
		t.Errorf("in the pixels: %v", bits(2, 0))
	}
}
