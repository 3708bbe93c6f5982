package imagefile

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
	"time"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// seeds are small files of every format and colour model.
func seeds(tb testing.TB) map[codec.Format][][]byte {
	tb.Helper()
	r := image.Rect(0, 0, 13, 7)
	gray, deep, colour := image.NewGray(r), image.NewGray16(r), image.NewNRGBA(r)
	wide, palette := image.NewNRGBA64(r), image.NewPaletted(r, color.Palette{color.Black, color.White, color.NRGBA{R: 9, A: 3}})
	for i := range 13 * 7 {
		x, y := i%13, i/13
		gray.SetGray(x, y, color.Gray{Y: uint8(7 * i)})
		deep.SetGray16(x, y, color.Gray16{Y: uint16(701 * i)})
		colour.SetNRGBA(x, y, color.NRGBA{R: uint8(i), G: uint8(3 * i), B: 200, A: 255})
		wide.SetNRGBA64(x, y, color.NRGBA64{R: uint16(900 * i), G: 7, B: 60000, A: 65535})
		palette.SetColorIndex(x, y, uint8(i%3))
	}
	out := map[codec.Format][][]byte{}
	add := func(f codec.Format, encode func(*bytes.Buffer) error) {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			tb.Fatal(err)
		}
		out[f] = append(out[f], b.Bytes())
	}
	for _, m := range []image.Image{gray, deep, colour, wide, palette} {
		add(PNG, func(b *bytes.Buffer) error { return png.Encode(b, m) })
		add(TIFF, func(b *bytes.Buffer) error { return tiff.Encode(b, m, nil) })
		add(TIFF, func(b *bytes.Buffer) error {
			return tiff.Encode(b, m, &tiff.Options{Compression: tiff.Deflate, Predictor: true})
		})
	}
	add(JPEG, func(b *bytes.Buffer) error { return jpeg.Encode(b, gray, nil) })
	add(JPEG, func(b *bytes.Buffer) error { return jpeg.Encode(b, colour, nil) })
	add(BMP, func(b *bytes.Buffer) error { return bmp.Encode(b, colour) })
	add(BMP, func(b *bytes.Buffer) error { return bmp.Encode(b, palette) })
	return out
}

// FuzzDecode: whatever the bytes, a whole picture or a *fault.Error, soon.
func FuzzDecode(f *testing.F) {
	for format, files := range seeds(f) {
		for _, data := range files {
			f.Add(string(format), data)
		}
	}
	f.Fuzz(func(t *testing.T, format string, data []byte) {
		if !Reads(codec.Format(format)) {
			return
		}
		start := time.Now()
		p, err := Decode(context.Background(), codec.Job{Format: codec.Format(format), Data: data})
		var fe *fault.Error
		switch {
		case err != nil && !errors.As(err, &fe):
			t.Errorf("%T is no *fault.Error: %v", err, err)
		case err == nil && len(p.Data) != p.Rows*p.Columns*p.Samples*p.Width():
			t.Errorf("%d bytes for %d × %d × %d of %d bits", len(p.Data), p.Columns, p.Rows, p.Samples, p.Bits)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%d bytes took %v", len(data), d)
		}
	})
}

// Every file cut at every byte: a picture or a sentence.
func TestTruncations(t *testing.T) {
	for format, files := range seeds(t) {
		for _, data := range files {
			if _, err := Decode(context.Background(), codec.Job{Format: format, Data: data}); err != nil {
				t.Errorf("%s: %v", format, err)
			}
			for n := range data {
				_, err := Decode(context.Background(), codec.Job{Format: format, Data: data[:n]})
				if k := fault.KindOf(err); k == fault.InternalError {
					t.Errorf("%s cut at %d: %v", format, n, err)
				}
			}
		}
	}
}
