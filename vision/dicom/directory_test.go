package dicom

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox/vision/blob"
	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// memory is a blob of bytes at hand.
type memory string

func (m memory) Path() string               { return "DICOMDIR" }
func (m memory) Open() (blob.Reader, error) { return memoryReader{strings.NewReader(string(m))}, nil }

type memoryReader struct{ *strings.Reader }

func (memoryReader) Close() error { return nil }

// index writes a DICOMDIR of these records.
func index(syntax string, length uint32, records ...[]dt.Element) []byte {
	s := dt.Set{
		{Tag: 0x00041130, VR: "CS", Value: "TEST"},
		{Tag: 0x00041200, VR: "UL", Value: 0},
		{Tag: 0x00041220, VR: "SQ", Items: records, Length: length},
	}
	b := dt.File(syntax, s)
	// File names no SOP class that is a DICOMDIR's; put one in front.
	meta := dt.Body(dt.ExplicitLE, dt.Set{{Tag: 0x00020002, VR: "UI", Value: mediaStorageDirectory}})
	return slices.Concat(b[:132], meta, b[132:])
}

func patient() []dt.Element { return []dt.Element{{Tag: 0x00041430, VR: "CS", Value: "PATIENT"}} }

func image(kind string, id string) []dt.Element {
	return []dt.Element{
		{Tag: 0x00041400, VR: "UL", Value: 0},
		{Tag: 0x00041430, VR: "CS", Value: kind},
		{Tag: 0x00041500, VR: "CS", Value: id},
		{Tag: 0x00081140, VR: "SQ", Items: [][]dt.Element{{{Tag: 0x00041500, VR: "CS", Value: "NOT\\THIS"}}}},
	}
}

func TestDirectory(t *testing.T) {
	for _, syntax := range nativeSyntaxes {
		for _, length := range []uint32{0, dt.Undefined} {
			data := index(syntax, length, patient(), image("IMAGE", `PAT\SER\IM1`), image("SR DOCUMENT", `PAT\SR`))
			if !IsDirectory(data[:min(len(data), 512)]) {
				t.Errorf("%s: not taken for a DICOMDIR", syntax)
			}
			got, err := Directory(context.Background(), memory(data))
			if err != nil || len(got) != 2 || got[0].Type != "IMAGE" || strings.Join(got[0].FileID, "/") != "PAT/SER/IM1" ||
				got[1].Type != "SR DOCUMENT" || strings.Join(got[1].FileID, "/") != "PAT/SR" {
				t.Errorf("%s, length %x: %v, %v", syntax, length, got, err)
			}
		}
	}
}

func TestDirectoryRefuses(t *testing.T) {
	whole := index(dt.ExplicitLE, dt.Undefined, image("IMAGE", "A"), image("IMAGE", "B"))
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	cases := []struct {
		name string
		ctx  context.Context
		data []byte
		want fault.Kind
		have int
	}{
		{"an image", context.Background(), dt.Chest(4, 4, 12).Bytes(), fault.NotAScan, 0},
		{"text", context.Background(), []byte("patient list"), fault.NotAScan, 0},
		{"nothing", context.Background(), nil, fault.Empty, 0},
		{"cut in the second record", context.Background(), whole[:len(whole)-40], fault.Truncated, 1},
		{"cancelled", cancelled, whole, fault.Interrupted, 0},
	}
	for _, c := range cases {
		got, err := Directory(c.ctx, memory(c.data))
		if fault.KindOf(err) != c.want || len(got) < c.have {
			t.Errorf("%s: %d records, %v", c.name, len(got), err)
		}
	}
	if IsDirectory(dt.Chest(4, 4, 12).Bytes()) {
		t.Error("an image is taken for a DICOMDIR")
	}
}

// The eight index files of pydicom's test data; the files that exist there say
// how many each refers to.
func TestPublicDirectories(t *testing.T) {
	dir := filepath.Join(dt.Shared(t), "pydicom", "src", "pydicom", "data", "test_files", "dicomdirtests")
	want := map[string]int{ // counted with dcmdump: lines with (0004,1500)
		"DICOMDIR": 31, "DICOMDIR-bigEnd": 31, "DICOMDIR-empty.dcm": 0, "DICOMDIR-implicit": 31,
		"DICOMDIR-nooffset": 31, "DICOMDIR-nopatient": 31, "DICOMDIR-reordered": 31, "TINY_ALPHA/DICOMDIR": 50,
	}
	for name, n := range want {
		path := filepath.Join(dir, filepath.FromSlash(name))
		head, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := Directory(context.Background(), blob.File(path))
		if err != nil || len(got) != n || !IsDirectory(head) {
			t.Errorf("%s: %d records of %d, is one: %v, %v", name, len(got), n, IsDirectory(head), err)
		}
	}
}

// FuzzDirectory: whatever the bytes, records or a *fault.Error.
func FuzzDirectory(f *testing.F) {
	for _, syntax := range nativeSyntaxes {
		f.Add(index(syntax, 0, patient(), image("IMAGE", `A\B`)))
		f.Add(index(syntax, dt.Undefined, patient(), image("IMAGE", `A\B`)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = IsDirectory(data)
		got, err := Directory(context.Background(), memory(data))
		var e *fault.Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%T: %v", err, err)
		}
		if len(got) > len(data)/8 {
			t.Errorf("%d records in %d bytes", len(got), len(data))
		}
	})
}
