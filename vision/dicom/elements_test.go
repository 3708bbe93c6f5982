package dicom

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// listed is elementsOf for data in memory; every failure must be a *fault.Error.
func listed(t testing.TB, data []byte) ([]Element, error) {
	t.Helper()
	list, err := elementsOf(context.Background(), bytes.NewReader(data), int64(len(data)), "listed.dcm", false)
	var fe *fault.Error
	if err != nil && !errors.As(err, &fe) {
		t.Fatalf("%T is no *fault.Error: %v", err, err)
	}
	return list, err
}

// lines gives a list as "depth tag VR name = value".
func lines(list []Element) []string {
	var out []string
	for _, e := range list {
		s := fmt.Sprintf("%d %v %s %s", e.Depth, tag(e.Tag), e.VR, e.Name)
		switch e.Form {
		case FormValue:
			s += " = " + e.Value
		case FormBinary:
			s += fmt.Sprintf(" %d bytes: %s", e.Bytes, e.Value)
		case FormSequence:
			s += fmt.Sprintf(" %d items", e.Count)
		case FormItem:
			s += fmt.Sprintf("#%d", e.Count)
		case FormFragments:
			s += fmt.Sprintf(" %d bytes in %d fragments", e.Bytes, e.Count)
		case FormTooDeep:
			s += " too deep"
		}
		out = append(out, s)
	}
	return out
}

// example has an element of every kind; what must be listed of its data set
// stands beside it.
var example = dt.Set{
	{Tag: 0x00080005, VR: "CS", Value: "ISO_IR 100"},
	{Tag: 0x00080060, VR: "CS", Value: "CT"},
	{Tag: 0x00081140, VR: "SQ", Length: dt.Undefined, Items: [][]dt.Element{
		{{Tag: 0x00080005, VR: "CS", Value: "ISO_IR 192"}, {Tag: 0x00081150, VR: "UI", Value: "1.2.840.10008.5.1.4.1.1.2"}, {Tag: 0x00104000, VR: "LT", Value: "Größe 肺"}},
		{{Tag: 0x00104000, VR: "LT", Value: "Gr\xf6\xdfe"}},
	}},
	{Tag: 0x00090010, VR: "LO", Value: "ACME 1.0"},
	{Tag: 0x00091001, VR: "UN", Value: "plain text"},
	{Tag: 0x00091002, VR: "UN", Value: []byte{1, 2, 3, 4}},
	{Tag: 0x00100010, VR: "PN", Value: "M\xfcller^J\xf6rg"},
	{Tag: 0x00180050, VR: "DS", Value: "1.25"},
	{Tag: 0x00189073, VR: "FD", Value: []float64{0.1, -2}},
	{Tag: 0x00200037, VR: "DS", Value: `1\0\0\0\1\0`},
	{Tag: 0x00280009, VR: "AT", Value: []uint16{0x0018, 0x1063}},
	{Tag: 0x00280010, VR: "US", Value: []int{512}},
	{Tag: 0x00280103, VR: "US", Value: 1},
	{Tag: 0x00280106, VR: "SS", Value: []int{0xFFFE}},
	{Tag: 0x00281201, VR: "OW", Value: make([]byte, 40)},
	{Tag: 0x60003000, VR: "OW", Value: []byte{0xff, 0x7f}},
}

var exampleLines = []string{
	"0 (0008,0005) CS Specific Character Set = ISO_IR 100",
	"0 (0008,0060) CS Modality = CT",
	"0 (0008,1140) SQ Referenced Image Sequence 2 items",
	"1 (FFFE,E000)  #1",
	"2 (0008,0005) CS Specific Character Set = ISO_IR 192",
	"2 (0008,1150) UI Referenced SOP Class UID = 1.2.840.10008.5.1.4.1.1.2",
	"2 (0010,4000) LT Patient Comments = Größe 肺",
	"1 (FFFE,E000)  #2",
	"2 (0010,4000) LT Patient Comments = Größe",
	"0 (0009,0010) LO Private Creator = ACME 1.0",
	"0 (0009,1001) UN  = plain text",
	"0 (0009,1002) UN  4 bytes: 01 02 03 04",
	"0 (0010,0010) PN Patient's Name = Müller^Jörg",
	"0 (0018,0050) DS Slice Thickness = 1.25",
	`0 (0018,9073) FD Acquisition Duration = 0.1\-2`,
	`0 (0020,0037) DS Image Orientation (Patient) = 1\0\0\0\1\0`,
	"0 (0028,0009) AT Frame Increment Pointer = (0018,1063)",
	"0 (0028,0010) US Rows = 512",
	"0 (0028,0103) US Pixel Representation = 1",
	"0 (0028,0106) SS Smallest Image Pixel Value = -2",
	"0 (0028,1201) OW Red Palette Color Lookup Table Data 40 bytes: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 …",
	"0 (6000,3000) OW Overlay Data 2 bytes: ff 7f",
}

// TestElements lists the same data set in all encodings.
func TestElements(t *testing.T) {
	for _, syntax := range nativeSyntaxes {
		list, err := listed(t, dt.File(syntax, example))
		if err != nil {
			t.Fatalf("%s: %v", syntax, err)
		}
		meta := []string{
			"", // its value depends on the length of the UID
			"0 (0002,0001) OB File Meta Information Version 2 bytes: 00 01",
			"0 (0002,0010) UI Transfer Syntax UID = " + syntax,
			"0 (0002,0012) UI Implementation Class UID = 1.2.826.0.1.3680043.10.1",
		}
		got := lines(list)
		if len(got) < 4 || list[2].Meaning != SyntaxOf(syntax).Name {
			t.Fatalf("%s: %+v", syntax, list)
		}
		meta[0] = fmt.Sprintf("0 (0002,0000) UL Group Length = %d", 14+8+(len(syntax)+1)/2*2+8+24)
		for i, want := range append(meta, exampleLines...) {
			if syntax == ImplicitLE { // private and without VR
				want = strings.Replace(want, "(0009,1001) UN", "(0009,1001) ??", 1)
				want = strings.Replace(want, "(0009,1002) UN", "(0009,1002) ??", 1)
			}
			if i >= len(got) || got[i] != want {
				t.Errorf("%s: row %d: %q want %q", SyntaxOf(syntax).Name, i, got[min(i, len(got)-1)], want)
			}
		}
		if i := 4 + 5; list[i].Meaning != "CT Image Storage" {
			t.Errorf("%s: %+v", syntax, list[i])
		}
		if list[4+10].Creator != "ACME 1.0" || list[4+8].Creator != "" {
			t.Errorf("%s: creators of %+v", syntax, list[4+8:4+12])
		}
	}
}

// TestElementsPixels lists pixel data without reading them.
func TestElementsPixels(t *testing.T) {
	m := dt.Chest(64, 64, 12)
	m.Extra = []dt.Element{{Tag: dt.Pixels, VR: "OB", Length: dt.Undefined, Fragments: [][]byte{{}, make([]byte, 100), make([]byte, 60)}}}
	list, err := listed(t, m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if last := list[len(list)-1]; last.Form != FormFragments || last.Count != 2 || last.Bytes != 160 || !last.Undefined {
		t.Errorf("%+v", last)
	}
	data := dt.Chest(2000, 2000, 12).Bytes()
	r := &countingReader{r: bytes.NewReader(data)}
	list, err = elementsOf(context.Background(), r, int64(len(data)), "", false)
	if err != nil {
		t.Fatal(err)
	}
	if last := list[len(list)-1]; last.Form != FormBinary || last.Bytes != 8_000_000 {
		t.Errorf("%+v", last)
	}
	if r.n > 4*windowBytes {
		t.Errorf("%d bytes read of %d", r.n, len(data))
	}
}

type countingReader struct {
	r io.ReaderAt
	n int
}

func (c *countingReader) ReadAt(b []byte, off int64) (int, error) {
	c.n += len(b)
	return c.r.ReadAt(b, off)
}

func TestElementsLongValues(t *testing.T) {
	long := strings.Repeat("肺", 3000)
	list, err := listed(t, dt.File(ExplicitLE, dt.Set{
		{Tag: 0x00080005, VR: "CS", Value: "ISO_IR 192"},
		{Tag: 0x0040A160, VR: "UT", Value: "x" + long},
		{Tag: 0x00281101, VR: "US", Value: make([]int, 5000)},
		{Tag: 0x00281102, VR: "LT", Value: strings.Repeat("a", 1000)},
	}))
	if err != nil {
		t.Fatal(err)
	}
	list = list[len(list)-3:]
	if got, want := list[2].Value, "x"+strings.Repeat("肺", 999)+"…"; got != want {
		t.Errorf("text: %d bytes, want %d", len(got), len(want))
	}
	if got, want := list[0].Value, strings.Repeat(`0\`, 500)+"…"; got != want {
		t.Errorf("numbers: %q", got)
	}
	if got := list[1].Value; got != strings.Repeat("a", 1000) {
		t.Errorf("text of 1,000 characters: %d bytes", len(got))
	}
}

// TestElementsUnknown lists sequences that do not say that they are: under UN,
// and without a VR.
func TestElementsUnknown(t *testing.T) {
	items := [][]dt.Element{{{Tag: 0x00080100, VR: "SH", Value: "113691"}}}
	list, err := listed(t, dt.File(ExplicitLE, dt.Set{
		{Tag: 0x00081032, VR: "UN", Items: items},
		{Tag: 0x00091001, VR: "UN", Items: items},
		{Tag: 0x00091002, VR: "UN", Items: items, Length: dt.Undefined},
		// Begins like an item, but is none.
		{Tag: 0x00091003, VR: "UN", Value: []byte{0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0x00, 0x00}},
		{Tag: 0x00280010, VR: "UN", Value: []byte{0, 2}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"0 (0008,1032) UN Procedure Code Sequence 1 items", "1 (FFFE,E000)  #1", "2 (0008,0100) SH Code Value = 113691",
		"0 (0009,1001) UN  1 items", "1 (FFFE,E000)  #1", "2 (0008,0100) SH Code Value = 113691",
		"0 (0009,1002) UN  1 items", "1 (FFFE,E000)  #1", "2 (0008,0100) SH Code Value = 113691",
		"0 (0009,1003) UN  8 bytes: fe ff 00 e0 ff ff 00 00",
		"0 (0028,0010) UN Rows = 512",
	}
	if got := lines(list[4:]); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// TestElementsBroken lists what comes before a fault, and behind it where a
// length tells where that is.
func TestElementsBroken(t *testing.T) {
	inner := []dt.Element{{Tag: 0x00080100, VR: "SH", Value: "A"}}
	bad := dt.Element{Tag: 0x00081140, VR: "SQ", Value: nil}
	bad.Items = [][]dt.Element{append(inner, dt.Element{Tag: 0x00080104, VR: "LO", Value: "x", Length: 4000})}
	list, err := listed(t, dt.File(ExplicitLE, dt.Set{bad, {Tag: 0x00280010, VR: "US", Value: 7}}))
	if fault.KindOf(err) != fault.BadHeader {
		t.Errorf("%v", err)
	}
	if got := lines(list); got[len(got)-1] != "0 (0028,0010) US Rows = 7" || !strings.HasSuffix(got[6], "= A") {
		t.Errorf("%q", got)
	}
	short := dt.File(ExplicitLE, dt.Set{{Tag: 0x00100010, VR: "PN", Value: "Secret^Name", Length: 64}})
	list, err = listed(t, short)
	if fault.KindOf(err) != fault.Truncated || list[len(list)-1].Value != "Secret^Name" {
		t.Errorf("%v, %+v", err, list)
	}
	if strings.Contains(err.Error(), "Secret") {
		t.Errorf("names the patient: %v", err)
	}
	for _, c := range []struct {
		data []byte
		kind fault.Kind
	}{{nil, fault.Empty}, {[]byte(strings.Repeat("no scan ", 99)), fault.NotAScan}, {dt.File(ExplicitLE, dt.Set{}), fault.Truncated}} {
		if _, err := listed(t, c.data); fault.KindOf(err) != c.kind {
			t.Errorf("%v want %s", err, c.kind)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := elementsOf(ctx, bytes.NewReader(short), int64(len(short)), "", false); fault.KindOf(err) != fault.Interrupted {
		t.Error(err)
	}
	if list, err := listed(t, append(dt.File(ExplicitLE, example), make([]byte, 512)...)); err != nil || len(list) != 4+len(exampleLines) {
		t.Errorf("padding behind the data set: %v", err)
	}
}

// TestElementsTruncation cuts a file at every byte: what is listed is the
// beginning of the whole list, but for the last element.
func TestElementsTruncation(t *testing.T) {
	for _, syntax := range []string{ImplicitLE, ExplicitLE, ExplicitBE} {
		data := dt.File(syntax, example)
		all, err := listed(t, data)
		if err != nil {
			t.Fatal(err)
		}
		for n := range data {
			list, err := listed(t, data[:n])
			if len(list) > len(all) {
				t.Fatalf("%s cut at %d: %d elements", syntax, n, len(list))
			}
			for i := range list[:max(0, len(list)-1)] {
				if list[i].Tag != all[i].Tag || list[i].Depth != all[i].Depth || list[i].Value != all[i].Value {
					t.Fatalf("%s cut at %d: row %d: %+v want %+v", syntax, n, i, list[i], all[i])
				}
			}
			if err == nil && lines(list)[len(list)-1] != lines(all)[len(list)-1] {
				t.Errorf("%s cut at %d: no error", syntax, n)
			}
		}
	}
}

// TestElementsNesting lists very deep sequences in bounded time.
func TestElementsNesting(t *testing.T) {
	const levels = 100_000
	little := binary.LittleEndian
	for _, lengths := range []bool{false, true} {
		var nest []byte
		for i := range levels {
			n := uint32(dt.Undefined)
			if lengths {
				n = uint32(16*(levels-i) - 8)
			}
			nest = little.AppendUint16(little.AppendUint16(nest, 0x0008), 0x1140)
			nest = append(little.AppendUint32(nest, n), 0xfe, 0xff, 0x00, 0xe0)
			if lengths {
				n -= 8
			}
			nest = little.AppendUint32(nest, n)
		}
		start := time.Now()
		list, err := listed(t, dt.File(ImplicitLE, nil, append(dt.Body(ImplicitLE, dt.Set{{Tag: 0x00080016, VR: "UI", Value: "1.2"}}), nest...)...))
		if k := fault.KindOf(err); k != fault.BadHeader {
			t.Errorf("lengths %t: %v", lengths, err)
		}
		last := list[len(list)-1]
		if last.Form != FormTooDeep || last.Depth != 2*maxElementDepth {
			t.Errorf("lengths %t: %d elements, the last %+v", lengths, len(list), last)
		}
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("lengths %t: took %v", lengths, d)
		}
	}
}

// TestElementsLimits holds the number of elements and the bytes of values.
func TestElementsLimits(t *testing.T) {
	many := bytes.Repeat([]byte{8, 0, 0x60, 0, 'C', 'S', 2, 0, 'C', 'T'}, maxElements+5)
	list, err := listed(t, dt.File(ExplicitLE, nil, many...))
	if fault.KindOf(err) != fault.TooLarge || len(list) != maxElements {
		t.Errorf("%d elements, %v", len(list), err)
	}
	text := append([]byte{8, 0, 0x04, 1, 'L', 'O', 0xe8, 3}, bytes.Repeat([]byte("x"), 1000)...)
	list, err = listed(t, dt.File(ExplicitLE, nil, bytes.Repeat(text, maxElementTexts/1000+5)...))
	if fault.KindOf(err) != fault.TooLarge || len(list) > maxElementTexts/1000+8 {
		t.Errorf("%d elements, %v", len(list), err)
	}
}

func FuzzElements(f *testing.F) {
	for _, syntax := range nativeSyntaxes {
		f.Add(dt.File(syntax, example))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := listed(t, data)
		if err == nil && len(list) == 0 {
			t.Error("neither elements nor an error")
		}
	})
}

func BenchmarkElements(b *testing.B) {
	data := dt.File(ExplicitLE, nil, bytes.Repeat(dt.Body(ExplicitLE, example), 500)...)
	for b.Loop() {
		list, err := listed(b, data)
		if err != nil || len(list) < 500*len(example) {
			b.Fatal(len(list), err)
		}
	}
}
