package dicom

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// openAndFrame is all that is done with a scan: every failure must be a *fault.Error.
func openAndFrame(t testing.TB, data []byte) error {
	t.Helper()
	f, err := ParseBytes(context.Background(), data, "bad.dcm")
	var fe *fault.Error
	if err != nil {
		if !errors.As(err, &fe) {
			t.Fatalf("%T is no *fault.Error: %v", err, err)
		}
		return err
	}
	f.Decoder = echo{} // what the codecs make of the stream is tested with them
	if _, err := f.PaletteTables(); err != nil && !errors.As(err, &fe) {
		t.Fatalf("%T is no *fault.Error: %v", err, err)
	}
	for _, o := range f.Overlays {
		if _, err := f.OverlayBits(context.Background(), o, 0); err != nil && !errors.As(err, &fe) {
			t.Fatalf("%T is no *fault.Error: %v", err, err)
		}
	}
	_ = f.Redecoded()
	for i := range min(f.Frames, 3) {
		n, err := f.Frame(context.Background(), i)
		if err == nil {
			if _, err = n.Values(); n.Wide() {
				_, err = n.Numbers()
			}
		}
		if err != nil {
			if !errors.As(err, &fe) {
				t.Fatalf("%T is no *fault.Error: %v", err, err)
			}
			return err
		}
	}
	return nil
}

func us(tag uint32, v int) dt.Element { return dt.Element{Tag: tag, VR: "US", Value: v} }

func TestBadInput(t *testing.T) {
	good := dt.Chest(16, 12, 12)
	with := func(e ...dt.Element) []byte { m := good; m.Extra = e; return m.Bytes() }
	without := func(tags ...uint32) []byte { m := good; m.Omit = tags; return m.Bytes() }
	raw := func(b ...byte) []byte { m := good; m.Raw = append([]byte{}, b...); return m.Bytes() }
	huge := append(dt.File(ExplicitLE, dt.Set{{Tag: 0x00080060, VR: "CS", Value: "CR"}}), 0x10, 0, 0x10, 0, 'U', 'T', 0, 0, 0xfe, 0xff, 0xff, 0xff)
	deflated := good
	deflated.Syntax = DeflatedLE
	cut := deflated.Bytes()
	cut = cut[:len(cut)-60]
	frames := dt.Element{Tag: dt.Frames, VR: "IS", Value: "2"}
	for _, c := range []struct {
		name   string
		data   []byte
		kind   fault.Kind
		detail string
	}{
		{"good", good.Bytes(), "", ""},
		{"empty", nil, fault.Empty, ""},
		{"one byte", []byte{8}, fault.NotAScan, ""},
		{"text", []byte(strings.Repeat("Patient: none. Findings: none.\n", 40)), fault.NotAScan, ""},
		{"zeros", make([]byte, 4096), fault.NotAScan, ""},
		{"prefix only", append(make([]byte, 128), "DICM"...), fault.Truncated, "nothing follows"},
		{"meta only", dt.File(ExplicitLE, dt.Set{}), fault.Truncated, "nothing follows"},
		{"0 rows", with(us(dt.Rows, 0)), fault.BadHeader, "Rows (0028,0010) is 0"},
		{"0 columns", with(us(dt.Columns, 0)), fault.BadHeader, "Columns (0028,0011) is 0"},
		{"no rows", without(dt.Rows), fault.BadHeader, "Rows"},
		{"65535 x 65535", with(us(dt.Rows, 65535), us(dt.Columns, 65535)), fault.Truncated, "384 of 8589672450 bytes"},
		{"no bits allocated", without(dt.BitsAllocated), fault.BadHeader, "Bits Allocated"},
		{"bits allocated 24", with(us(dt.BitsAllocated, 24)), fault.PixelFormat, "24 bits"},
		{"bits stored 17", with(us(dt.BitsStored, 17)), fault.BadHeader, "Bits Stored"},
		{"bits stored 0", with(us(dt.BitsStored, 0)), fault.BadHeader, "Bits Stored"},
		{"high bit 3", with(us(dt.HighBit, 3)), fault.BadHeader, "High Bit"},
		{"high bit 16", with(us(dt.HighBit, 16)), fault.BadHeader, "High Bit"},
		{"0 samples", with(us(dt.Samples, 0)), fault.BadHeader, "Samples per Pixel"},
		{"7 samples", with(us(dt.Samples, 7)), fault.PixelFormat, "7 samples"},
		{"planar 2", with(us(dt.Planar, 2)), fault.BadHeader, "Planar Configuration"},
		{"no pixel data", without(dt.Pixels), fault.NoPixels, "12 × 16 is described"},
		{"report", dt.File(ExplicitLE, dt.Set{{Tag: 0x00080060, VR: "CS", Value: "SR"}}), fault.NoPixels, "modality SR"},
		{"short pixel data", raw(1, 2, 3, 4), fault.Truncated, "4 of 384 bytes"},
		{"empty pixel data", raw(), fault.Truncated, "0 of 384 bytes"},
		{"second frame missing", with(frames), fault.Truncated, "384 of 768 bytes"},
		{"2^31 frames", with(dt.Element{Tag: dt.Frames, VR: "IS", Value: "2147483647"}), fault.TooLarge, "frames"},
		{"element of 4 GB", huge, fault.Truncated, "has 4294967294 bytes, 0 of them"},
		{"encapsulated under native", with(dt.Element{Tag: dt.Pixels, VR: "OB", Fragments: [][]byte{{}, {1, 2}}, Length: dt.Undefined}), fault.Truncated, "2 of 384 bytes"},
		{"not deflated", dt.File(DeflatedLE, nil, bytes.Repeat([]byte{0xff}, 64)...), fault.Corrupt, "deflated"},
		{"deflated cut", cut, fault.Truncated, ""},
	} {
		err := openAndFrame(t, c.data)
		if fault.KindOf(err) != c.kind || err != nil && !strings.Contains(err.Error(), c.detail) {
			t.Errorf("%s: got %v, want %q with %q", c.name, err, c.kind, c.detail)
		}
		if err != nil && strings.Contains(err.Error(), "Synthetic") {
			t.Errorf("%s: names the patient: %v", c.name, err)
		}
	}
}

// TestTruncation cuts small files at every byte.
func TestTruncation(t *testing.T) {
	for _, syntax := range nativeSyntaxes {
		m := dt.Chest(3, 2, 12)
		m.Syntax = syntax
		m.Extra = []dt.Element{
			{Tag: dt.VOILUT, VR: "SQ", Items: [][]dt.Element{dt.LUT(0, 16, []uint16{1, 2})}},
			{Tag: dt.ModalityLUT, VR: "SQ", Length: dt.Undefined, Items: [][]dt.Element{dt.LUT(0, 16, []uint16{1, 2})}},
		}
		for name, data := range map[string][]byte{"file": m.Bytes(), "body": dt.Body(syntax, m.Set())} {
			if name == "body" && syntax == DeflatedLE {
				continue
			}
			if err := openAndFrame(t, data); err != nil {
				t.Fatal(err)
			}
			for n := range data {
				err := openAndFrame(t, data[:n])
				kind := fault.KindOf(err)
				switch kind {
				case fault.Truncated, fault.Empty, fault.NotAScan, fault.NoPixels, fault.BadHeader:
				case "":
					if syntax != DeflatedLE || n < len(data)-8 { // the padding and the last block's end carry nothing
						t.Errorf("%s of %s cut at %d of %d: no error", name, SyntaxOf(syntax).Name, n, len(data))
					}
				default:
					t.Errorf("%s of %s cut at %d of %d: %v", name, SyntaxOf(syntax).Name, n, len(data), err)
				}
			}
		}
	}
}

// TestNesting holds that deep nesting costs neither the stack nor much time,
// whether passed over or kept, with delimiters or with lengths.
func TestNesting(t *testing.T) {
	const levels = 200_000
	little := binary.LittleEndian
	open := func(tag uint32, length uint32) []byte { // implicit: element, then item
		b := little.AppendUint16(little.AppendUint16(nil, uint16(tag>>16)), uint16(tag))
		b = little.AppendUint32(b, length)
		b = append(b, 0xfe, 0xff, 0x00, 0xe0)
		if length != dt.Undefined {
			length -= 8
		}
		return little.AppendUint32(b, length)
	}
	for _, tag := range []uint32{0x00081140, dt.VOILUT, 0x52009230} {
		for _, lengths := range []bool{false, true} {
			var nest []byte
			for i := range levels {
				n := uint32(dt.Undefined)
				if lengths {
					n = uint32(16*(levels-i) - 8)
				}
				nest = append(nest, open(tag, n)...)
			}
			start := time.Now()
			body := append(dt.Body(ImplicitLE, dt.Set{{Tag: 0x00080016, VR: "UI", Value: "1.2"}}), nest...)
			err := openAndFrame(t, dt.File(ImplicitLE, nil, body...))
			if k := fault.KindOf(err); k != fault.BadHeader && k != fault.NoPixels {
				t.Errorf("%08x, lengths %t: %v", tag, lengths, err)
			}
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("%08x, lengths %t: took %v", tag, lengths, d)
			}
		}
	}
}

// TestNoMemoryForLies opens headers that promise much over little.
func TestNoMemoryForLies(t *testing.T) {
	m := dt.Chest(4, 4, 16)
	m.Extra = []dt.Element{us(dt.Rows, 65535), us(dt.Columns, 65535), us(dt.Samples, 3), {Tag: dt.Frames, VR: "IS", Value: "9999999"}}
	lie := m.Bytes()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10 {
		if err := openAndFrame(t, lie); fault.KindOf(err) != fault.Truncated {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
		t.Errorf("%d bytes allocated for a file of %d", n, len(lie))
	}
}

// TestBomb refuses a deflated data set beyond the limit without inflating it into memory.
func TestBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("inflates a gigabyte")
	}
	// One block of zeros over and over: deflating a gigabyte takes seconds.
	var block bytes.Buffer
	z, err := flate.NewWriter(&block, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = z.Write(make([]byte, chunkBytes)); err == nil {
		err = z.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	bomb := dt.File(DeflatedLE, nil, bytes.Repeat(block.Bytes(), maxInflatedBytes/chunkBytes+2)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err = openAndFrame(t, bomb)
	runtime.ReadMemStats(&after)
	if fault.KindOf(err) != fault.TooLarge {
		t.Errorf("%d bytes: %v", len(bomb), err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}
