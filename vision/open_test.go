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
	"slices"
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
		scan, err := Open(background, path, nil)
		if err == nil && scan.Decoded < scan.Stored.Rows {
			err = scan.Incomplete // shown as far as it goes
		}
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
	m.Syntax = "1.2.840.10008.1.2.4.110"
	_, err := Open(background, write(t, "jxl.dcm", m.Bytes()), nil)
	if fault.KindOf(err) != fault.Syntax {
		t.Fatalf("%v", err)
	}
	for _, word := range []string{"JPEG XL", "1.2.840.10008.1.2.4.110"} {
		if !bytes.Contains([]byte(err.Error()), []byte(word)) {
			t.Errorf("%q does not name %s", err, word)
		}
	}
}

// Image data that are not compressed although the transfer syntax says so are
// shown as they are, with a note.
func TestMislabelledSyntax(t *testing.T) {
	m := dicomtest.Chest(8, 8, 8)
	plain := openDICOMImage(t, m)
	m.Syntax = "1.2.840.10008.1.2.4.90"
	s := openDICOMImage(t, m)
	if len(s.Notes) != 1 || fault.KindOf(s.Notes[0]) != fault.Differs || !slices.Equal(s.Stored.Pix, plain.Stored.Pix) {
		t.Errorf("notes %v", s.Notes)
	}
}

// Of a frame that is cut short the rows that are there are shown, the others
// count as no image.
func TestPartialFrame(t *testing.T) {
	m := dicomtest.Chest(20, 10, 16)
	whole := openDICOMImage(t, m)
	data := m.Bytes()
	s := open(t, "cut.dcm", data[:len(data)-7*10*2-3])
	if s.Decoded != 12 || fault.KindOf(s.Incomplete) != fault.Truncated {
		t.Fatalf("%d rows, %v", s.Decoded, s.Incomplete)
	}
	if !slices.Equal(s.Stored.Pix[:120], whole.Stored.Pix[:120]) || !s.Padding(0, 12) || s.Padding(9, 11) {
		t.Error("the rows that are there differ, or those that are not are not marked")
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

// A preamble may hold the header of another format; the prefix behind it says
// what the file is. Read as TIFF, an MR once lost its modality and was let
// through to the model.
func TestDICOMWithAnotherFormatsPreamble(t *testing.T) {
	m := dicomtest.Chest(64, 48, 12)
	m.Extra = []dicomtest.Element{{Tag: 0x00080060, VR: "CS", Value: "MR"}}
	for _, preamble := range []string{"II*\x00\x10\x00\x00\x00", "MM\x00*\x00\x00\x00\x10", "\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0", "BM"} {
		data := m.Bytes()
		copy(data, preamble)
		s := open(t, "dual.dcm", data)
		if s.Format != DICOM || s.Header.Modality != "MR" {
			t.Errorf("preamble %q: opened as %s %q", preamble, s.Format, s.Header.Modality)
		}
	}
}

// What a picture needs in memory is known from its header and bounded.
func TestPictureBombs(t *testing.T) {
	for _, side := range []int{9000, 16000} {
		m := lyingPNG(uint32(side), uint32(side))
		m[25] = 6 // RGBA
		binary.BigEndian.PutUint32(m[29:], crc32.ChecksumIEEE(m[12:29]))
		m = append(m, make([]byte, 1<<20)...) // bytes enough for the pixels to be possible
		if _, err := Open(background, write(t, "bomb.png", m), nil); fault.KindOf(err) != fault.TooLarge {
			t.Errorf("%d×%d RGBA of 16 bits: %v", side, side, err)
		}
	}
}

// A transparent entry of a palette keeps its colour, as OpenCV has it.
func TestTransparentPaletteEntries(t *testing.T) {
	m := image.NewPaletted(image.Rect(0, 0, 2, 1), color.Palette{color.NRGBA{R: 10, G: 200, B: 30, A: 0}, color.NRGBA{R: 1, G: 2, B: 3, A: 128}})
	m.SetColorIndex(1, 0, 1)
	s := open(t, "p.png", pngBytes(t, m))
	want := []uint16{10, 200, 30, 1, 2, 3}
	for i, w := range want {
		if s.Values.Pix[i] != w {
			t.Fatalf("%v, want %v", s.Values.Pix, want)
		}
	}
}

// A file cut after its first frame opens and says what it lacks, as does one
// whose length runs past the file's end.
func TestIncompleteFiles(t *testing.T) {
	m := dicomtest.Image{Rows: 20, Columns: 20, FrameCount: 3, Values: make([]uint16, 1200)}
	s := open(t, "cut.dcm", m.Bytes()[:len(m.Bytes())-1000])
	if fault.KindOf(s.Incomplete) != fault.Truncated {
		t.Errorf("two frames are missing: %v", s.Incomplete)
	}
	if s := open(t, "whole.dcm", m.Bytes()); s.Incomplete != nil {
		t.Errorf("a whole file: %v", s.Incomplete)
	}
	data := dicomtest.Chest(20, 20, 16).Bytes()
	at := bytes.LastIndex(data, []byte{0xe0, 0x7f, 0x10, 0x00, 'O', 'W'})
	binary.LittleEndian.PutUint32(data[at+8:], 0xfffffff0)
	if s := open(t, "4gb.dcm", data); fault.KindOf(s.Incomplete) != fault.Truncated {
		t.Errorf("a length of 4 GB: %v", s.Incomplete)
	}
}

func TestConstantImageIsNotBlack(t *testing.T) {
	m := dicomtest.Image{Rows: 4, Columns: 4, Stored: 12, Values: []uint16{7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}}
	if px := drawn(openDICOMImage(t, m)); px[0] < 100 || px[0] > 155 {
		t.Errorf("drawn as %d", px[0])
	}
}

func TestDevicesAreNoScans(t *testing.T) {
	for _, path := range []string{"/dev/zero", "/dev/null"} {
		if _, err := os.Stat(path); err != nil {
			t.Skip("this system has no " + path)
		}
		if _, err := Open(background, path, nil); fault.KindOf(err) != fault.NotAFile {
			t.Errorf("%s: %v", path, err)
		}
	}
}
