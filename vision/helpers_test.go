package vision

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// background is the context of tests that are not about cancelling.
var background = context.Background()

// write puts data into a file of the test's own folder. The folder has a
// Chinese name with a space: no path may ever reach OpenCV.
func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "病例 一")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// open opens a scan that must open.
func open(t *testing.T, name string, data []byte) *Scan {
	t.Helper()
	s, err := Open(background, write(t, name, data), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openDICOMImage(t *testing.T, m dicomtest.Image) *Scan {
	t.Helper()
	return open(t, "影像.dcm", m.Bytes())
}

// colourPicture is a non-square picture with every kind of gradient and edge.
func colourPicture(columns, rows int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, columns, rows))
	for y := range rows {
		for x := range columns {
			m.SetNRGBA(x, y, color.NRGBA{R: uint8(x * 7), G: uint8(y * 5), B: uint8(x*y + 13), A: 255})
		}
	}
	return m
}

func pngBytes(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// phantom is a chest-like test image that this project made.
func phantom(bits int) dicomtest.Image { return dicomtest.Chest(96, 64, bits) }
