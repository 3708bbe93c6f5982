package vision

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// Every picture format gives the values that were put into it.
func TestPictureFormats(t *testing.T) {
	rect := image.Rect(0, 0, 13, 7)
	gray8, gray16 := image.NewGray(rect), image.NewGray16(rect)
	colour8, colour16 := colourPicture(13, 7), image.NewNRGBA64(rect)
	palette := image.NewPaletted(rect, color.Palette{color.Gray{Y: 0}, color.NRGBA{R: 200, G: 10, B: 30, A: 255}, color.Gray{Y: 255}})
	for y := range 7 {
		for x := range 13 {
			gray8.SetGray(x, y, color.Gray{Y: uint8(x * y * 3)})
			gray16.SetGray16(x, y, color.Gray16{Y: uint16(x*5000 + y)})
			colour16.SetNRGBA64(x, y, color.NRGBA64{R: uint16(x * 5000), G: uint16(y * 9000), B: 4321, A: 0xffff})
			palette.SetColorIndex(x, y, uint8((x+y)%3))
		}
	}
	encode := func(f func(b *bytes.Buffer) error) []byte {
		var b bytes.Buffer
		if err := f(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	asTIFF := func(m image.Image) []byte {
		return encode(func(b *bytes.Buffer) error { return tiff.Encode(b, m, &tiff.Options{Compression: tiff.Deflate}) })
	}
	for _, c := range []struct {
		name    string
		data    []byte
		source  image.Image
		format  Format
		samples int
		depth   int
		within  int // levels, for lossy formats
	}{
		{"PNG gray 8", pngBytes(t, gray8), gray8, PNG, 1, 8, 0},
		{"PNG gray 16", pngBytes(t, gray16), gray16, PNG, 1, 16, 0},
		{"PNG colour 8", pngBytes(t, colour8), colour8, PNG, 3, 8, 0},
		{"PNG colour 16", pngBytes(t, colour16), colour16, PNG, 3, 16, 0},
		{"PNG palette", pngBytes(t, palette), palette, PNG, 3, 8, 0},
		{"TIFF gray 8", asTIFF(gray8), gray8, TIFF, 1, 8, 0},
		{"TIFF gray 16", asTIFF(gray16), gray16, TIFF, 1, 16, 0},
		{"TIFF colour 8", asTIFF(colour8), colour8, TIFF, 3, 8, 0},
		{"BMP colour", encode(func(b *bytes.Buffer) error { return bmp.Encode(b, colour8) }), colour8, BMP, 3, 8, 0},
		{"JPEG gray", encode(func(b *bytes.Buffer) error { return jpeg.Encode(b, gray8, &jpeg.Options{Quality: 100}) }), gray8, JPEG, 1, 8, 3},
	} {
		s := open(t, "图 片.bin", c.data)
		m := s.Values
		if s.Format != c.format || m.Samples != c.samples || m.Depth != c.depth || m.Columns != 13 || m.Rows != 7 {
			t.Errorf("%s: opened as %s %v", c.name, s.Format, m)
			continue
		}
		for y := range 7 {
			for x := range 13 {
				n := color.NRGBA64Model.Convert(c.source.At(x, y)).(color.NRGBA64)
				want := []uint16{n.R, n.G, n.B}
				for k := range m.Samples {
					w := int(want[k] >> (16 - m.Depth))
					if d := m.Value(x, y, k) - w; d < -c.within || d > c.within {
						t.Errorf("%s: (%d, %d) sample %d is %d, want %d", c.name, x, y, k, m.Value(x, y, k), w)
					}
				}
			}
		}
	}
}

// lyingPNG has a header of any size and valid checksums, but no pixels.
func lyingPNG(columns, rows uint32) []byte {
	chunk := func(kind string, body []byte) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		out = append(append(out, kind...), body...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	head := binary.BigEndian.AppendUint32(nil, columns)
	head = binary.BigEndian.AppendUint32(head, rows)
	head = append(head, 16, 0, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", head)...)
	return append(out, chunk("IEND", nil)...)
}

func TestBadFiles(t *testing.T) {
	good := dicomtest.Chest(64, 48, 12).Bytes()
	picture := pngBytes(t, colourPicture(40, 30))
	for _, c := range []struct {
		name string
		data []byte
		want []fault.Kind
	}{
		{"empty", nil, []fault.Kind{fault.Empty}},
		{"text renamed", []byte("Dear colleague, the patient has no scan.\n"), []fault.Kind{fault.NotAScan}},
		{"long text renamed", bytes.Repeat([]byte("BM no scan here. "), 400), []fault.Kind{fault.NotAScan}},
		{"zeros", make([]byte, 4096), []fault.Kind{fault.NotAScan}},
		{"DICOM cut in its pixels", good[:len(good)-1000], []fault.Kind{fault.Truncated}},
		{"DICOM cut in its header", good[:200], []fault.Kind{fault.Truncated, fault.NotAScan, fault.NoPixels}},
		{"DICOM 0×0", dicomtest.Image{Raw: make([]byte, 100)}.Bytes(), []fault.Kind{fault.BadHeader, fault.NoPixels}},
		{"DICOM 65535×65535", dicomtest.Image{Rows: 65535, Columns: 65535, Raw: make([]byte, 1000)}.Bytes(), []fault.Kind{fault.TooLarge, fault.Truncated}},
		{"PNG cut", picture[:len(picture)/2], []fault.Kind{fault.Truncated}},
		{"PNG cut in its header", picture[:20], []fault.Kind{fault.Truncated}},
		{"PNG of 2^31 columns", lyingPNG(1<<31-1, 1), []fault.Kind{fault.TooLarge, fault.Corrupt}},
		{"PNG 60000×60000 on 57 bytes", lyingPNG(60000, 60000), []fault.Kind{fault.TooLarge}},
		{"PNG 16000×16000 on 57 bytes", lyingPNG(16000, 16000), []fault.Kind{fault.Truncated}},
		{"PNG 0×0", lyingPNG(0, 0), []fault.Kind{fault.Corrupt, fault.BadHeader}},
		{"PNG damaged", append(append([]byte{}, picture[:60]...), bytes.Repeat([]byte{0xAA}, 200)...), []fault.Kind{fault.Corrupt, fault.Truncated}},
	} {
		path := write(t, "文件.dcm", c.data)
		_, err := Open(background, path, nil)
		kind, ok := fault.KindOf(err), false
		for _, k := range c.want {
			ok = ok || kind == k
		}
		if !ok {
			t.Errorf("%s: %v (%q), want one of %q", c.name, err, kind, c.want)
		}
	}
	if _, err := Open(background, filepath.Join(t.TempDir(), "gone.dcm"), nil); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := Open(background, t.TempDir(), nil); fault.KindOf(err) != fault.IsDirectory {
		t.Errorf("a folder: %v", err)
	}
	if os.Geteuid() != 0 {
		path := write(t, "a.dcm", good)
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(background, path, nil); fault.KindOf(err) != fault.NoPermission {
			t.Errorf("a file without read permission: %v", err)
		}
	}
}

// Cut anywhere, a picture file gives a fault and never a panic or a hang.
func TestPicturesCutAnywhere(t *testing.T) {
	var tiffed, bmped, jpeged bytes.Buffer
	m := colourPicture(9, 5)
	if err := tiff.Encode(&tiffed, m, nil); err != nil {
		t.Fatal(err)
	}
	if err := bmp.Encode(&bmped, m); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&jpeged, m, nil); err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{pngBytes(t, m), tiffed.Bytes(), bmped.Bytes(), jpeged.Bytes()} {
		path := write(t, "x", data)
		for n := range data {
			if err := os.WriteFile(path, data[:n], 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(background, path, nil); err != nil && fault.KindOf(err) == fault.InternalError {
				t.Fatalf("cut after %d of %d bytes: %v", n, len(data), err)
			}
		}
	}
}

func TestCancelledOpening(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	cancel()
	for _, data := range [][]byte{dicomtest.Chest(64, 48, 12).Bytes(), pngBytes(t, colourPicture(40, 30))} {
		if _, err := Open(ctx, write(t, "x", data), nil); fault.KindOf(err) != fault.Interrupted {
			t.Errorf("cancelled before it began: %v", err)
		}
	}
}

func TestUnreadSyntaxIsNamed(t *testing.T) {
	m := dicomtest.Chest(8, 8, 8)
	m.Syntax = "1.2.840.10008.1.2.4.90"
	_, err := Open(background, write(t, "j2k.dcm", m.Bytes()), nil)
	if fault.KindOf(err) != fault.Syntax {
		t.Fatalf("%v", err)
	}
	for _, word := range []string{"JPEG 2000", "1.2.840.10008.1.2.4.90"} {
		if !bytes.Contains([]byte(err.Error()), []byte(word)) {
			t.Errorf("%q does not name %s", err, word)
		}
	}
}

func TestGrayPicturesStoredAsColourAreNotColourful(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 20, 20))
	for i := range 400 {
		g := uint8(i)
		m.SetNRGBA(i%20, i/20, color.NRGBA{g, g + uint8(i%3), g, 255})
	}
	if open(t, "a.png", pngBytes(t, m)).Colourful() {
		t.Error("a gray picture with a tinge counts as colour")
	}
	if !open(t, "b.png", pngBytes(t, colourPicture(20, 20))).Colourful() {
		t.Error("a colour picture counts as gray")
	}
}
