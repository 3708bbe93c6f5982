package dicom

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"runtime"
	"strings"
	"testing"
	"time"

	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// ahead puts raw bytes before the first element of group 0010, where an element
// of group 0009 belongs.
func ahead(m dt.Image, raw string) []byte {
	data := m.Bytes()
	o := binary.AppendByteOrder(binary.LittleEndian)
	if m.Syntax == ExplicitBE {
		o = binary.BigEndian
	}
	name := o.AppendUint16(o.AppendUint16(nil, 0x0010), 0x0010)
	i := bytes.LastIndex(data[:bytes.Index(data, []byte("Synthetic"))], name)
	return append(append(append([]byte{}, data[:i]...), raw...), data[i:]...)
}

// Lengths and headers that writers got wrong, each met in public files: what
// follows must be read all the same.
func TestWrongLengths(t *testing.T) {
	value := "ABCDEFGHIJ"
	item := "\xfe\xff\x00\xe0"
	seqEnd := "\xfe\xff\xdd\xe0\x00\x00\x00\x00"
	inner := "\x08\x00\x50\x11UI\x04\x001.2\x00"
	for _, c := range []struct{ name, syntax, raw string }{
		{"13 for 10, implicit", ImplicitLE, "\x09\x00\x10\x10\x0d\x00\x00\x00" + value},
		{"13 for 10, explicit", ExplicitLE, "\x09\x00\x10\x10LO\x0d\x00" + value},
		{"13 for 10, big endian", ExplicitBE, "\x00\x09\x10\x10LO\x00\x0d" + value},
		{"a true 13", ExplicitLE, "\x09\x00\x10\x10LO\x0d\x00" + value + "abc"},
		{"6 for 4", ExplicitLE, "\x09\x00\x13\x11UL\x06\x00\x01\x00\x00\x00"},
		{"a true 6 before a lower tag", ImplicitLE, "\x09\x00\x13\x11\x06\x00\x00\x00ABCD\x09\x00\x08\x00\x70\x00\x06\x00\x00\x00Makers"},
		{"a true 6", ExplicitLE, "\x09\x00\x13\x11UL\x06\x00\x01\x00\x00\x00\x00\x00"},
		{"UN of 16-bit length", ExplicitLE, "\x09\x00\x10\x10UN\x0a\x00" + value},
		{"OB of 16-bit length", ExplicitLE, "\x09\x00\x10\x10OB\x0a\x00" + value},
		{"UN of 16-bit length, big endian", ExplicitBE, "\x00\x09\x10\x10UN\x00\x0a" + value},
		{"unknown VR of 16-bit length", ExplicitLE, "\x09\x00\x10\x10QQ\x0a\x00" + value},
		{"unknown VR of 32-bit length", ExplicitLE, "\x09\x00\x10\x10QQ\x00\x00\x0a\x00\x00\x00" + value},
		{"reserved bytes not zero", ExplicitLE, "\x09\x00\x10\x10OB\x34\x12\x0a\x00\x00\x00" + value},
		{"no VR in an explicit data set", ExplicitLE, "\x09\x00\x10\x10\x0a\x00\x00\x00" + value},
		{"explicit items in an UN", ExplicitLE, "\x09\x00\x10\x10UN\x00\x00\xff\xff\xff\xff" + item + "\xff\xff\xff\xff" +
			"\x08\x00\x50\x11UI\x04\x001.2\x00\xfe\xff\x0d\xe0\x00\x00\x00\x00" + seqEnd},
		{"item too short", ExplicitLE, "\x09\x00\x10\x10SQ\x00\x00\xff\xff\xff\xff" + item + "\x06\x00\x00\x00" + inner + seqEnd},
		{"item too long", ExplicitLE, "\x09\x00\x10\x10SQ\x00\x00\xff\xff\xff\xff" + item + "\x50\x01\x00\x00" + inner + seqEnd},
		{"no item at all", ExplicitLE, "\x09\x00\x10\x10SQ\x00\x00\xff\xff\xff\xff" + inner + seqEnd},
	} {
		m := dt.Chest(16, 12, 12)
		m.Syntax = c.syntax
		data := ahead(m, c.raw)
		f, err := ParseBytes(context.Background(), data, "wrong.dcm")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if f.PatientName != "Synthetic^Phantom" || f.Rows != 16 {
			t.Errorf("%s: what follows is read as %q, %d rows", c.name, f.PatientName, f.Rows)
		}
		n, err := f.Frame(context.Background(), 0)
		if got := frameValues(t, f, 0); err != nil || got[100] != m.Values[100] {
			t.Errorf("%s: pixel 100 is %d, want %d, %v", c.name, got[100], m.Values[100], err)
		}
		if noted := len(n.Notes) > 0; noted != strings.Contains(c.name, "item") {
			t.Errorf("%s: notes %v", c.name, n.Notes)
		}
	}
}

// What no other reading explains stays refused, and a file that is cut short is
// no file whose last length is wrong.
func TestHopelessLengths(t *testing.T) {
	m := dt.Chest(16, 12, 12)
	cut := append(dt.File(ExplicitLE, dt.Set{{Tag: 0x00080060, VR: "CS", Value: "CR"}}), "\x10\x00\x20\x00LO\x06\x00ABCD"...)
	if _, err := ParseBytes(context.Background(), cut, "cut.dcm"); fault.KindOf(err) != fault.Truncated {
		t.Errorf("cut in its last element: %v", err)
	}
	for name, raw := range map[string]string{
		"text past the end":      "\x09\x00\x10\x10LO\xfe\xff",
		"binary past the end":    "\x09\x00\x10\x10OB\x00\x00\xfe\xff\xff\xff",
		"sequence without end":   "\x09\x00\x10\x10SQ\x00\x00\xff\xff\xff\xff\x08\x00\x50\x11UI\x04\x001.2\x00",
		"delimiter, then no end": "\x09\x00\x10\x10SQ\x00\x00\xff\xff\xff\xffgarbage!\xfe\xff\xdd\xe0\x00\x00\x00\x00garbage!",
	} {
		_, err := ParseBytes(context.Background(), ahead(m, raw), "wrong.dcm")
		if k := fault.KindOf(err); k != fault.Truncated && k != fault.BadHeader {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Objects that are written otherwise than they say, or begin otherwise than
// PS3.10 has it.
func TestDeclaredOtherwise(t *testing.T) {
	m := dt.Chest(16, 12, 12)
	of := func(syntax string) dt.Image { m := m; m.Syntax = syntax; return m }
	body := func(syntax string) []byte { return dt.Body(syntax, of(syntax).Set()) }
	var wrapped bytes.Buffer
	z := zlib.NewWriter(&wrapped)
	if _, err := z.Write(body(ExplicitLE)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	group := func(e string, rest []byte) []byte { return append([]byte(e), rest...) }
	pixelsFirst := func() []byte {
		set := m.Set()
		var pixels, rest dt.Set
		for _, e := range set {
			if e.Tag == dt.Pixels {
				pixels = append(pixels, e)
			} else {
				rest = append(rest, e)
			}
		}
		return append(dt.Body(ExplicitLE, pixels), dt.Body(ExplicitLE, rest)...)
	}
	for name, data := range map[string][]byte{
		"little endian declared big":       dt.File(ExplicitBE, nil, body(ExplicitLE)...),
		"big endian declared little":       dt.File(ExplicitLE, nil, body(ExplicitBE)...),
		"deflated, wrapped by zlib":        dt.File(DeflatedLE, nil, wrapped.Bytes()...),
		"declared deflated, is not":        dt.File(DeflatedLE, nil, body(ExplicitLE)...),
		"Philips CT":                       dt.File("1.3.46.670589.33.1.4.1", nil, body(ExplicitLE)...),
		"Philips CT, deflated":             dt.File("1.3.46.670589.33.1.4.1", nil, body(DeflatedLE)...),
		"Papyrus":                          dt.File("1.2.840.10008.1.20", nil, body(ImplicitLE)...),
		"pixel data first":                 dt.File(ExplicitLE, nil, pixelsFirst()...),
		"bare, private group 0003":         group("\x03\x00\x10\x00\x04\x00\x00\x00IRAD", body(ImplicitLE)),
		"bare, private group 0005":         group("\x05\x00\x10\x00LO\x04\x00IRAD", body(ExplicitLE)),
		"bare, private group, big":         group("\x00\x05\x00\x10LO\x00\x04IRAD", body(ExplicitBE)),
		"bare, command group":              group("\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00", body(ImplicitLE)),
		"bare, group length of group 0004": group("\x04\x00\x00\x00UL\x04\x00\x00\x00\x00\x00", body(ExplicitLE)),
	} {
		f, err := ParseBytes(context.Background(), data, "otherwise.dcm")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.PatientName != "Synthetic^Phantom" {
			t.Errorf("%s: name %q", name, f.PatientName)
		}
		if got := frameValues(t, f, 0); got[100] != m.Values[100] {
			t.Errorf("%s: pixel 100 is %d, want %d", name, got[100], m.Values[100])
		}
	}
}

// A prefix with nothing of an object behind it is no object without an image.
func TestNothingBehindPrefix(t *testing.T) {
	prefix := append(make([]byte, 128), "DICM"...)
	for name, rest := range map[string]string{
		"zeros": strings.Repeat("\x00", 500), "ones": strings.Repeat("\xff", 500), "padding": "\xfc\xff\xfc\xffOB\x00\x00\x04\x00\x00\x00abcd",
	} {
		_, err := ParseBytes(context.Background(), append(prefix[:132:132], rest...), "prefix.dcm")
		if fault.KindOf(err) != fault.Truncated {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// fragmentsAt writes pixel data whose value, and whose length, are as given.
func fragmentsAt(frames int, length uint32, value ...string) []byte {
	m := dt.Image{Syntax: rleUID, Rows: 2, Columns: 8, Stored: 8, FrameCount: frames}
	raw := []byte(strings.Join(value, ""))
	if length == 0 {
		length = uint32(len(raw))
	}
	m.Extra = []dt.Element{{Tag: dt.Pixels, VR: "OB", Value: raw, Length: length}}
	return m.Bytes()
}

func TestFragmentsWrittenWrong(t *testing.T) {
	item := func(length uint32, value string) string {
		return string(binary.LittleEndian.AppendUint32([]byte{0xFE, 0xFF, 0x00, 0xE0}, length)) + value
	}
	good := func(value string) string { return item(uint32(len(value)), value) }
	end := "\xfe\xff\xdd\xe0\x00\x00\x00\x00"
	soi := "\xff\xd8\xff\xe0"
	for _, c := range []struct {
		name string
		data []byte
		want []string
	}{
		{"fragments of defined length", fragmentsAt(2, 0, good(""), good("aaaa"), good("bb"), end), []string{"aaaa", "bb"}},
		{"fragments of defined length, no delimiter", fragmentsAt(2, 0, good(""), good("aaaa"), good("bb")), []string{"aaaa", "bb"}},
		{"codestream without fragments", fragmentsAt(1, 0, soi+"12345678"), []string{soi + "12345678"}},
		{"no offset table", fragmentsAt(2, dt.Undefined, good(soi+"11"), good(soi+"22"), end), []string{soi + "11", soi + "22"}},
		{"no offset table, one frame", fragmentsAt(1, dt.Undefined, good(soi+"11"), end), []string{soi + "11"}},
		{"fragment longer than it says", fragmentsAt(2, dt.Undefined, good(""), item(4, "aaaaaaaa"), good("bb"), end), []string{"aaaaaaaa", "bb"}},
		{"last fragment longer than it says", fragmentsAt(1, dt.Undefined, good(""), item(4, "aaaa\xfe\xffaaaa"), end), []string{"aaaa\xfe\xffaaaa"}},
		{"garbage behind the last fragment", fragmentsAt(1, dt.Undefined, good(""), good("aaaa"), "\x0c\xb0\xb6\x0e"), []string{"aaaa"}},
		{"an empty fragment first", fragmentsAt(2, dt.Undefined, good(""), good(""), good("aa"), good("bb"), end), []string{"aa", "bb"}},
		{"more codestreams than frames", fragmentsAt(2, dt.Undefined, good(""), good(soi+"11"), good(soi+"22"), good(soi+"33"), end), []string{soi + "11", soi + "22"}},
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
		}
	}
	// Of no stated length: all that is left, the delimiter too.
	f := parseOrFail(t, fragmentsAt(1, dt.Undefined, good(""), item(0xFFFFFFFF, soi+"12"), end))
	f.Decoder = echo{}
	if n, err := f.Frame(context.Background(), 0); err != nil || !bytes.HasPrefix(n.Data, []byte(soi+"12")) {
		t.Errorf("a fragment of no stated length: %q, %v", n.Data, err)
	}
}

// A deflated frame that cannot be as large as the header says is refused before
// memory is asked for.
func TestDeflatedFrameBomb(t *testing.T) {
	m := dt.Image{Syntax: deflatedFrame, Rows: 30000, Columns: 17000, Stored: 16, Raw: []byte{}}
	m.Extra = []dt.Element{{Tag: dt.Pixels, VR: "OB", Fragments: [][]byte{nil, make([]byte, 1000)}, Length: dt.Undefined}}
	f := parseOrFail(t, m.Bytes())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := f.Frame(context.Background(), 0); fault.KindOf(err) != fault.Truncated {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 8<<20 {
		t.Errorf("%d bytes were asked for", n)
	}
}

// What ACR-NEMA and careless writers leave out of the Image Pixel module.
func TestSparsePixelModule(t *testing.T) {
	colour := make([]byte, 4*6*3)
	for i := range colour {
		colour[i] = byte(7 * i)
	}
	rgb := dt.Image{Rows: 4, Columns: 6, Samples: 3, Stored: 8, Raw: colour}
	with := func(m dt.Image, omit []uint32, extra ...dt.Element) []byte {
		m.Omit, m.Extra = append(m.Omit, omit...), append(m.Extra, extra...)
		return m.Bytes()
	}
	gray := dt.Chest(4, 6, 12)
	for _, c := range []struct {
		name            string
		data            []byte
		photometric     string
		samples, stored int
	}{
		{"24 bits of one sample", with(rgb, []uint32{dt.Photometric, dt.Planar}, us(dt.Samples, 1), us(dt.BitsAllocated, 24), us(dt.BitsStored, 24), us(dt.HighBit, 23)), "RGB", 3, 8},
		{"three samples, no photometric", with(rgb, []uint32{dt.Photometric}), "RGB", 3, 8},
		{"one sample, no photometric", with(gray, []uint32{dt.Photometric}), "MONOCHROME2", 1, 12},
		{"small letters", with(gray, nil, dt.Element{Tag: dt.Photometric, VR: "CS", Value: "monochrome2"}), "MONOCHROME2", 1, 12},
		{"no Bits Stored", with(gray, []uint32{dt.BitsStored}), "MONOCHROME2", 1, 12},
		{"neither Bits Stored nor High Bit", with(gray, []uint32{dt.BitsStored, dt.HighBit}), "MONOCHROME2", 1, 16},
	} {
		f := parseOrFail(t, c.data)
		if f.Photometric != c.photometric || f.Samples != c.samples || f.BitsStored != c.stored || f.HighBit != c.stored-1 {
			t.Errorf("%s: %s, %d samples, %d bits, high bit %d", c.name, f.Photometric, f.Samples, f.BitsStored, f.HighBit)
		}
		n, err := f.Frame(context.Background(), 0)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if c.samples == 3 && !bytes.Equal(n.Data, colour) {
			t.Errorf("%s: % x", c.name, n.Data)
		}
		if _, err := n.Values(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Searching for an end costs time in proportion to the file, however often the
// pattern stands there, and walks that fail are not repeated without end.
func TestRepairIsBounded(t *testing.T) {
	head := dt.File(ExplicitLE, dt.Set{{Tag: 0x00080060, VR: "CS", Value: "CR"}})
	open := "\x09\x00\x10\x10SQ\x00\x00\xff\xff\xff\xff"
	item := "\xfe\xff\x00\xe0\xff\xff\xff\xff"
	// Sequences whose items step over all the others, then walk and fail.
	var decoys []byte
	const decoy = 12 + 8 + 12 + 8
	for i := range 50000 {
		tag := binary.LittleEndian.AppendUint16([]byte{9, 0}, uint16(i)) // they must rise to be passed over
		decoys = append(append(decoys, tag...), open[4:]+item+"\x09\x00\x10\x10OB\x00\x00"...)
		decoys = binary.LittleEndian.AppendUint32(decoys, uint32(8+(50000-1-i)*decoy))
		decoys = append(decoys, "\xfe\xff\xdd\xe0\x00\x00\x00\x00"...)
	}
	for name, data := range map[string][]byte{
		"delimiters":    append(append([]byte{}, head...), open+"bad!"+strings.Repeat("\xfe\xff\xdd\xe0", 2<<20)...),
		"walks":         append(append([]byte{}, head...), string(decoys)+strings.Repeat("\x09\x00\x11\x10LO\x00\x00", 100000)+"end!end!"...),
		"half a marker": fragmentsAt(1, dt.Undefined, "\xfe\xff\x00\xe0\x00\x00\x00\x00", "\xfe\xff\x00\xe0\x02\x00\x00\x00ab", strings.Repeat("\xfe\xff", 4<<20)),
	} {
		start := time.Now()
		_ = openAndFrame(t, data)
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: %v for %d bytes", name, d, len(data))
		} else {
			t.Logf("%s: %v for %d bytes", name, d, len(data))
		}
	}
}
