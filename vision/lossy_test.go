package vision

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// noise is a gray picture that does not compress well.
func noise(rows, columns int) *image.Gray {
	r := rand.New(rand.NewPCG(1, 1))
	m := image.NewGray(image.Rect(0, 0, columns, rows))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.IntN(256))
	}
	return m
}

// TestLossyRatio: the largest that the header states or the codestream shows; of a
// gray picture three equal channels count as one.
func TestLossyRatio(t *testing.T) {
	const rows, columns = 160, 128
	gray := noise(rows, columns)
	three := image.NewRGBA(gray.Rect)
	for y := range rows {
		for x := range columns {
			three.Set(x, y, gray.At(x, y))
		}
	}
	coded := func(m image.Image, quality int) []byte {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	dicom := func(jpeg []byte, extra ...dicomtest.Element) []byte {
		m := dicomtest.Chest(rows, columns, 8)
		m.Extra = extra
		if jpeg != nil {
			m.Syntax = "1.2.840.10008.1.2.4.50"
			m.Extra = append(m.Extra, dicomtest.Element{Tag: 0x7FE00010, VR: "OB", Fragments: [][]byte{nil, jpeg}})
		}
		return m.Bytes()
	}
	stated := func(v string) dicomtest.Element { return dicomtest.DS(0x00282112, v) }
	fine, coarse := coded(gray, 90), coded(gray, 1)
	of := func(stream []byte) float64 { return rows * columns / float64(len(stream)+len(stream)%2) }
	for name, c := range map[string]struct {
		file  []byte
		lossy bool
		want  float64
	}{
		"lossless":                    {dicom(nil), false, 0},
		"lossy before, so it says":    {dicom(nil, dicomtest.Element{Tag: 0x00282110, VR: "CS", Value: "01"}), true, 0},
		"twice":                       {dicom(nil, stated(`10\60`)), true, 60},
		"stated beside what is silly": {dicom(nil, stated(`x\12.5\1e400`)), true, 12.5},
		"by its codestream":           {dicom(coarse), true, of(coarse)},
		"codestream beats header":     {dicom(coarse, stated("2")), true, of(coarse)},
		"header beats codestream":     {dicom(fine, stated("200")), true, 200},
		"JPEG file":                   {coarse, true, rows * columns / float64(len(coarse))},
		"JPEG file of three channels": {coded(three, 50), true, rows * columns / float64(len(coded(three, 50)))},
	} {
		path := filepath.Join(t.TempDir(), "scan")
		if err := os.WriteFile(path, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(context.Background(), path, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s.Lossy != c.lossy || !(s.LossyRatio > 0.99*c.want && s.LossyRatio < 1.01*c.want) && s.LossyRatio != c.want {
			t.Errorf("%s: lossy %v, %v:1, want %v, %v:1", name, s.Lossy, s.LossyRatio, c.lossy, c.want)
		}
	}
}
