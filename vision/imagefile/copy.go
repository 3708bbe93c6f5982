package imagefile

import (
	"context"
	"encoding/binary"
	"image"
	"image/color"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// fromGo copies a decoded picture.
func fromGo(ctx context.Context, img image.Image) (*codec.Picture, error) {
	b := img.Bounds()
	p := &codec.Picture{Rows: b.Dy(), Columns: b.Dx(), Samples: 3, Bits: 8, Decoded: b.Dy()}
	switch img.ColorModel() {
	case color.GrayModel:
		p.Samples = 1
	case color.Gray16Model:
		p.Samples, p.Bits = 1, 16
	case color.RGBA64Model, color.NRGBA64Model:
		p.Bits = 16
	}
	stride := p.Columns * p.Samples * p.Width()
	p.Data = make([]byte, p.Rows*stride)
	for y := range p.Rows {
		if y%64 == 0 && ctx.Err() != nil {
			return nil, fault.Wrap(fault.Interrupted, "", ctx.Err())
		}
		copyRow(p.Data[y*stride:(y+1)*stride], img, b.Min.X, b.Min.Y+y, p.Columns, p.Bits)
	}
	return p, nil
}

func copyRow(dst []byte, img image.Image, x0, y, columns, bits int) {
	switch m := img.(type) {
	case *image.Gray:
		copy(dst, m.Pix[m.PixOffset(x0, y):])
	case *image.Gray16:
		src := m.Pix[m.PixOffset(x0, y):]
		for x := range columns {
			dst[2*x], dst[2*x+1] = src[2*x+1], src[2*x]
		}
	case *image.RGBA: // opaque here: the decoders use it where there is no alpha
		copyBytes(dst, m.Pix[m.PixOffset(x0, y):], columns)
	case *image.NRGBA:
		copyBytes(dst, m.Pix[m.PixOffset(x0, y):], columns)
	case *image.Paletted:
		copyPalette(dst, m, x0, y)
	case *image.RGBA64:
		copyWords(dst, m.Pix[m.PixOffset(x0, y):], columns)
	case *image.NRGBA64:
		copyWords(dst, m.Pix[m.PixOffset(x0, y):], columns)
	default: // YCbCr and CMYK, by way of the colour model
		for x := range columns {
			c := color.NRGBA64Model.Convert(img.At(x0+x, y)).(color.NRGBA64)
			for k, v := range []uint16{c.R, c.G, c.B} {
				if bits == 16 {
					binary.LittleEndian.PutUint16(dst[2*(3*x+k):], v)
				} else {
					dst[3*x+k] = byte(v >> 8)
				}
			}
		}
	}
}

// copyPalette looks a row up. The entries are taken before any blending, so
// that a transparent one keeps its colour.
func copyPalette(dst []byte, m *image.Paletted, x0, y int) {
	src := m.Pix[m.PixOffset(x0, y):]
	for x := range len(dst) / 3 {
		var c color.NRGBA
		if i := int(src[x]); i < len(m.Palette) {
			var straight bool
			if c, straight = m.Palette[i].(color.NRGBA); !straight {
				c = color.NRGBAModel.Convert(m.Palette[i]).(color.NRGBA)
			}
		}
		dst[3*x], dst[3*x+1], dst[3*x+2] = c.R, c.G, c.B
	}
}

func copyBytes(dst, src []byte, columns int) {
	for x := range columns {
		copy(dst[3*x:3*x+3], src[4*x:])
	}
}

func copyWords(dst, src []byte, columns int) {
	for x := range columns {
		for c := range 3 {
			dst[2*(3*x+c)], dst[2*(3*x+c)+1] = src[8*x+2*c+1], src[8*x+2*c]
		}
	}
}
