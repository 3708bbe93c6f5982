// Package npztest writes npz files in the MedMNIST layout for tests.
package npztest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"
)

// Split is one part of a file: square pictures, row by row, one after the other.
type Split struct {
	Name           string
	Side           int
	Images, Labels []byte
	// Broken has what stands in place of the pictures be no array.
	Broken bool
}

// Write writes a file.
func Write(t testing.TB, file string, splits ...Split) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(key string, data []byte) {
		w, err := z.Create(key + ".npy")
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range splits {
		images := array(s.Images, len(s.Labels), s.Side, s.Side)
		if s.Broken {
			images = []byte("nobody reads this")
		}
		add(s.Name+"_images", images)
		add(s.Name+"_labels", array(s.Labels, len(s.Labels), 1))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// array writes bytes as NumPy does.
func array(data []byte, shape ...int) []byte {
	size := strings.Trim(strings.ReplaceAll(fmt.Sprint(shape), " ", ", "), "[]")
	header := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }", size)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	text := append([]byte("\x93NUMPY\x01\x00"), binary.LittleEndian.AppendUint16(nil, uint16(len(header)))...)
	return append(append(text, header...), data...)
}
