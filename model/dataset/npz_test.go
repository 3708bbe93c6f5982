package dataset

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// npyArray writes an array the way NumPy does, header given.
func npyArray(header string, data []byte) []byte {
	for (10+len(header)+1)%64 != 0 {
		header += " "
	}
	header += "\n"
	out := append([]byte("\x93NUMPY\x01\x00"), binary.LittleEndian.AppendUint16(nil, uint16(len(header)))...)
	return append(append(out, header...), data...)
}

func uint8Header(shape string) string {
	return fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }", shape)
}

// archiveOf packs arrays into an npz file.
func archiveOf(t *testing.T, arrays map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range arrays {
		w, err := z.Create(name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// small is a split of three 2×3 pictures, the first and last identical.
func small() map[string][]byte {
	return map[string][]byte{
		"test_images": npyArray(uint8Header("3, 2, 3"), []byte{
			0, 51, 102, 153, 204, 255,
			1, 2, 3, 4, 5, 6,
			0, 51, 102, 153, 204, 255,
		}),
		"test_labels": npyArray(uint8Header("3, 1"), []byte{1, 0, 1}),
	}
}

func TestSplit(t *testing.T) {
	name := filepath.Join(t.TempDir(), "small.npz")
	if err := os.WriteFile(name, archiveOf(t, small()), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := OpenNPZ(name)
	if err != nil {
		t.Fatal(err)
	}
	if !a.Has("test") || a.Has("train") {
		t.Error("the archive has test and not train")
	}
	d, err := a.Split("test")
	if err != nil {
		t.Fatal(err)
	}
	if d.Len() != 3 || d.Images[0].Rows != 2 || d.Images[0].Columns != 3 {
		t.Fatalf("%d pictures of %d×%d", d.Len(), d.Images[0].Columns, d.Images[0].Rows)
	}
	for i, want := range []float32{0, .2, .4, .6, .8, 1} {
		if got := d.Images[0].Pix[i]; got < want-1e-6 || got > want+1e-6 {
			t.Errorf("pixel %d is %v, want %v", i, got, want)
		}
	}
	if negatives, positives := d.Counts(); negatives != 1 || positives != 2 {
		t.Errorf("%d negatives, %d positives", negatives, positives)
	}
	if d.Groups[0] != d.Groups[2] || d.Groups[0] == d.Groups[1] {
		t.Errorf("groups %v: identical pictures belong together, others do not", d.Groups)
	}
	if len(d.SHA256) != 64 || d.SHA256 != a.SHA256() {
		t.Errorf("hash %q", d.SHA256)
	}
	if n, err := a.Count("test"); n != 3 || err != nil {
		t.Errorf("%d pictures are counted, %v", n, err)
	}
}

func TestSplitRefuses(t *testing.T) {
	pixels := make([]byte, 18)
	for name, change := range map[string]func(map[string][]byte){
		"no images":    func(m map[string][]byte) { delete(m, "test_images") },
		"no labels":    func(m map[string][]byte) { delete(m, "test_labels") },
		"empty array":  func(m map[string][]byte) { m["test_images"] = nil },
		"not an array": func(m map[string][]byte) { m["test_images"] = []byte("hello, this is text") },
		"floats": func(m map[string][]byte) {
			m["test_images"] = npyArray("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2, 3), }", make([]byte, 72))
		},
		"by columns": func(m map[string][]byte) {
			m["test_images"] = npyArray("{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2, 3), }", pixels)
		},
		"two dimensions": func(m map[string][]byte) { m["test_images"] = npyArray(uint8Header("3, 6"), pixels) },
		"no dimension":   func(m map[string][]byte) { m["test_images"] = npyArray(uint8Header(""), []byte{1}) },
		"zero rows":      func(m map[string][]byte) { m["test_images"] = npyArray(uint8Header("3, 0, 3"), nil) },
		"no pictures":    func(m map[string][]byte) { m["test_images"] = npyArray(uint8Header("0, 2, 3"), nil) },
		"lying shape":    func(m map[string][]byte) { m["test_images"] = npyArray(uint8Header("3, 2, 4"), pixels) },
		"enormous shape": func(m map[string][]byte) {
			m["test_images"] = npyArray(uint8Header("99999999, 99999999, 99999999"), pixels)
		},
		"overflowing size": func(m map[string][]byte) { m["test_images"] = npyArray(uint8Header("99999999999999999999"), pixels) },
		"truncated":        func(m map[string][]byte) { m["test_images"] = m["test_images"][:100] },
		"cut in magic":     func(m map[string][]byte) { m["test_images"] = m["test_images"][:5] },
		"cut in header":    func(m map[string][]byte) { m["test_images"] = m["test_images"][:40] },
		"header no newline": func(m map[string][]byte) {
			m["test_images"] = bytes.ReplaceAll(m["test_images"], []byte("\n"), []byte(" "))
		},
		"version 9":     func(m map[string][]byte) { m["test_images"][6] = 9 },
		"long header":   func(m map[string][]byte) { m["test_images"][6] = 2; m["test_images"][11] = 0xff },
		"label 2":       func(m map[string][]byte) { m["test_labels"] = npyArray(uint8Header("3, 1"), []byte{1, 0, 2}) },
		"two labels":    func(m map[string][]byte) { m["test_labels"] = npyArray(uint8Header("2, 1"), []byte{1, 0}) },
		"labels of six": func(m map[string][]byte) { m["test_labels"] = npyArray(uint8Header("3, 2"), []byte{1, 0, 1, 0, 1, 0}) },
	} {
		arrays := small()
		change(arrays)
		a, err := NewArchive(archiveOf(t, arrays))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := a.Split("test"); !errors.Is(err, ErrBadData) {
			t.Errorf("%s: %v", name, err)
		}
	}
	a, err := NewArchive(archiveOf(t, small()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Split("train"); !errors.Is(err, ErrBadData) {
		t.Errorf("missing split: %v", err)
	}
}

// Labels of shape (n) are as good as (n, 1).
func TestFlatLabels(t *testing.T) {
	arrays := small()
	arrays["test_labels"] = npyArray(uint8Header("3,"), []byte{0, 1, 0})
	a, err := NewArchive(archiveOf(t, arrays))
	if err != nil {
		t.Fatal(err)
	}
	if d, err := a.Split("test"); err != nil || d.Labels[1] != 1 {
		t.Errorf("%v", err)
	}
}

func TestNotAnArchive(t *testing.T) {
	for _, file := range [][]byte{nil, []byte("x"), []byte("PK\x03\x04 but not really")} {
		if _, err := NewArchive(file); !errors.Is(err, ErrBadData) {
			t.Errorf("%q: %v", file, err)
		}
	}
	if _, err := OpenNPZ(filepath.Join(t.TempDir(), "none.npz")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	file := archiveOf(t, small())
	for n := 0; n < len(file); n += 7 { // truncated anywhere: an error, no panic
		a, err := NewArchive(file[:n])
		if err == nil {
			_, err = a.Split("test")
		}
		if !errors.Is(err, ErrBadData) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
}
