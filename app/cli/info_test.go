package cli

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// film has frames of 2 × 3 bytes: frame f holds 10·f … 10·f + 5.
func film(frames int) (data []byte, hashes []string) {
	m := dicomtest.Image{Rows: 2, Columns: 3, Stored: 8, FrameCount: frames}
	for f := range frames {
		var frame []byte
		for i := range 6 {
			frame = append(frame, byte(10*f+i))
			m.Values = append(m.Values, uint16(10*f+i))
		}
		hashes = append(hashes, fmt.Sprintf("%x", sha256.Sum256(frame)))
	}
	return m.Bytes(), hashes
}

func hashesOf(m map[string]any) (out []string) {
	list, _ := m["frame_sha256"].([]any)
	for _, h := range list {
		out = append(out, h.(string))
	}
	return out
}

// All frames of every file are hashed; of a file that is cut short those that
// are there, and the sentence says the rest.
func TestInfoHashesEveryFrame(t *testing.T) {
	dir := t.TempDir()
	data, want := film(5)
	save(t, dir, "a.dcm", data)
	save(t, dir, "b.dcm", data[:len(data)-9]) // within the last but one frame
	out, _, status := command(t, "info", "--json", "--hash", dir)
	all := objects(t, out)
	if status != exitFailed || len(all) != 2 {
		t.Fatalf("status %d: %s", status, out)
	}
	if got := hashesOf(all[0]); fmt.Sprint(got) != fmt.Sprint(want) || all[0]["error"] != nil {
		t.Errorf("%v", all[0])
	}
	if got := hashesOf(all[1]); fmt.Sprint(got) != fmt.Sprint(want[:3]) || all[1]["error"] == nil || all[1]["frames"] != 5.0 {
		t.Errorf("%v", all[1])
	}
}

// One bit a pixel: 3 × 3 pixels take two bytes, the rest of which is the next
// frame's beginning.
func TestInfoHashesPackedBits(t *testing.T) {
	m := dicomtest.Image{Rows: 3, Columns: 3, Allocated: 1, Stored: 1, FrameCount: 2}
	for i := range 18 {
		m.Values = append(m.Values, uint16([]int{1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1}[i]))
	}
	path := save(t, t.TempDir(), "bits.dcm", m.Bytes())
	out, _, _ := command(t, "info", "--json", "--hash", path)
	want := fmt.Sprintf("%x", sha256.Sum256([]byte{0b01011001, 0b00100111}))
	if got := hashesOf(objects(t, out)[0]); len(got) != 2 || got[0] != want {
		t.Errorf("%s, want %s first", out, want)
	}
}

func TestInfoOfArchives(t *testing.T) {
	dir := t.TempDir()
	data, want := film(2)
	path := archive(t, dir, map[string][]byte{"病例/a.dcm": data, "b.dcm": data[:len(data)-3], "notes.txt": []byte("none"), "__MACOSX/._a.dcm": []byte("junk")})
	out, _, status := command(t, "info", "--json", "--hash", path)
	all := objects(t, out)
	if status != exitFailed || len(all) != 2 {
		t.Fatalf("status %d: %s", status, out)
	}
	if all[0]["path"] != filepath.Join(path, "b.dcm") || all[0]["error"] == nil || len(hashesOf(all[0])) != 1 {
		t.Errorf("%v", all[0])
	}
	entry := filepath.Join(path, "病例", "a.dcm")
	if all[1]["path"] != entry || all[1]["error"] != nil || fmt.Sprint(hashesOf(all[1])) != fmt.Sprint(want) {
		t.Errorf("%v", all[1])
	}
	// What results call an entry opens it.
	out, complaints, status := command(t, "info", "--json", "--hash", entry)
	if all := objects(t, out); status != exitDone || all[0]["path"] != entry || fmt.Sprint(hashesOf(all[0])) != fmt.Sprint(want) {
		t.Errorf("status %d: %s %s", status, out, complaints)
	}
	if _, complaints, status := command(t, "info", filepath.Join(path, "c.dcm")); status != exitFailed || !strings.Contains(complaints, "c.dcm") {
		t.Errorf("status %d, %q", status, complaints)
	}
}

// A DICOMDIR is an object without an image; named, it leads to its files.
func TestInfoOfADirectory(t *testing.T) {
	dir := t.TempDir()
	data, want := film(1)
	save(t, dir, "IMAGES/IM1", data)
	record := []dicomtest.Element{
		{Tag: 0x00041400, VR: "UL", Value: 0}, {Tag: 0x00041410, VR: "US", Value: 0xFFFF}, {Tag: 0x00041420, VR: "UL", Value: 0},
		{Tag: 0x00041430, VR: "CS", Value: "IMAGE"}, {Tag: 0x00041500, VR: "CS", Value: `IMAGES\IM1`},
	}
	gone := append([]dicomtest.Element{}, record...)
	gone[4].Value = `IMAGES\IM2`
	set := dicomtest.Set{{Tag: 0x00041130, VR: "CS", Value: "TEST"}, {Tag: 0x00041220, VR: "SQ", Items: [][]dicomtest.Element{record, gone}}}
	index := directoryFile(set)
	path := save(t, dir, "DICOMDIR", index)
	out, _, status := command(t, "info", "--json", "--hash", path)
	all := objects(t, out)
	if status != exitFailed || len(all) != 3 {
		t.Fatalf("status %d: %s", status, out)
	}
	if all[0]["path"] != path || all[0]["error"] != nil || all[0]["frame_sha256"] != nil || all[0]["rows"] != nil {
		t.Errorf("%v", all[0])
	}
	if all[1]["path"] != filepath.Join(dir, "IMAGES", "IM1") || fmt.Sprint(hashesOf(all[1])) != fmt.Sprint(want) {
		t.Errorf("%v", all[1])
	}
	if all[2]["error"] == nil || !strings.HasSuffix(all[2]["path"].(string), "IM2") {
		t.Errorf("%v", all[2])
	}
	// In a folder the walk finds the files by itself.
	out, _, status = command(t, "info", "--json", dir)
	if all := objects(t, out); status != exitDone || len(all) != 2 {
		t.Errorf("status %d: %s", status, out)
	}
}

// directoryFile is a DICOMDIR: its SOP class stands in the meta information.
func directoryFile(set dicomtest.Set) []byte {
	const class = "1.2.840.10008.1.3.10\x00\x00"
	meta := dicomtest.Body(dicomtest.ExplicitLE, dicomtest.Set{
		{Tag: 0x00020002, VR: "UI", Value: class[:20]}, {Tag: 0x00020010, VR: "UI", Value: dicomtest.ExplicitLE},
	})
	head := dicomtest.Body(dicomtest.ExplicitLE, dicomtest.Set{{Tag: 0x00020000, VR: "UL", Value: len(meta)}})
	out := append(append(make([]byte, 128), "DICM"...), head...)
	return append(append(out, meta...), dicomtest.Body(dicomtest.ExplicitLE, set)...)
}

// A NIfTI volume of 3 × 2 pixels and 2 slices.
func TestInfoOfAVolume(t *testing.T) {
	h := make([]byte, 352)
	o := binary.LittleEndian
	o.PutUint32(h, 348)
	for i, n := range []uint16{3, 3, 2, 2, 1, 1, 1, 1} {
		o.PutUint16(h[40+2*i:], n)
	}
	o.PutUint16(h[70:], 4) // int16
	o.PutUint16(h[72:], 16)
	for i := range 4 {
		o.PutUint32(h[76+4*i:], math.Float32bits(1))
	}
	o.PutUint32(h[108:], math.Float32bits(352))
	copy(h[344:], "n+1\x00")
	for i := range 12 {
		h = o.AppendUint16(h, uint16(i))
	}
	path := save(t, t.TempDir(), "v.nii", h)
	out, complaints, status := command(t, "info", "--json", "--hash", path)
	if status != exitDone {
		t.Fatal(complaints)
	}
	m := objects(t, out)[0]
	if m["rows"] != 2.0 || m["columns"] != 3.0 || m["frames"] != 2.0 || len(hashesOf(m)) != 2 || m["transfer_syntax"] != nil {
		t.Errorf("%v", m)
	}
}
