//go:build bench

package app

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// readingSlices is how many slices of the volume are scrolled through.
const readingSlices = 300

// TestWriteReading writes what Lightbox and another viewer are shown beside each
// other, all of it uncompressed: a radiograph of the demo scan's size, one of
// 4096 × 4096 with 16 bits, and 300 slices of the CT.
func TestWriteReading(t *testing.T) {
	root := os.Getenv("LIGHTBOX_BENCH_DATA")
	if root == "" {
		t.Skip("LIGHTBOX_BENCH_DATA names no folder to write to")
	}
	folder := mkdir(t, root, "reading")
	writeOnce(t, filepath.Join(folder, "film.dcm"), func() dicomtest.Image { return windowed(dicomtest.Chest(2140, 1760, 10)) })
	writeOnce(t, filepath.Join(folder, "large.dcm"), func() dicomtest.Image { return windowed(dicomtest.Chest(4096, 4096, 16)) })
	var base *head
	ct := mkdir(t, folder, "ct")
	for i := range readingSlices {
		writeOnce(t, filepath.Join(ct, fmt.Sprintf("IM%04d.dcm", i+1)), func() dicomtest.Image {
			if base == nil {
				base = headVolume(t)
			}
			m := ctSlice(i)
			m.Raw = base.slice(i * slices512 / readingSlices)
			return m
		})
	}
}

// windowed gives a radiograph a window, so that no viewer has to find one.
func windowed(m dicomtest.Image) dicomtest.Image {
	full := 1 << m.Stored
	m.Extra = append(m.Extra,
		dicomtest.DS(dicomtest.WindowCentre, fmt.Sprint(full/2)), dicomtest.DS(dicomtest.WindowWidth, fmt.Sprint(full)))
	return m
}

// writeOnce writes an image unless its file is there.
func writeOnce(t *testing.T, path string, image func() dicomtest.Image) {
	t.Helper()
	if _, err := os.Stat(path); err == nil {
		return
	}
	part := path + ".part"
	if err := os.WriteFile(part, image().Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(part, path); err != nil {
		t.Fatal(err)
	}
}
