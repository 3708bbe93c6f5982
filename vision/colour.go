package vision

import (
	"math"

	"lightbox/vision/dicom"
)

// rgb turns stored colour samples into red, green and blue, once, by the
// space that they are really in.
func rgb(stored *Image, photometric string, bits int) *Image {
	switch photometric {
	case "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT":
		return convert(stored, bits, fullRangeYBR)
	case "YBR_PARTIAL_422", "YBR_PARTIAL_420":
		return convert(stored, bits, partialRangeYBR)
	}
	return stored
}

// convert passes each pixel through f, which works on 0 … top with chroma
// centred on the half.
func convert(src *Image, bits int, f func(y, cb, cr, top float64) (r, g, b float64)) *Image {
	dst := NewImage(src.Rows, src.Columns, 3, src.Depth, false)
	top := math.Ldexp(1, bits) - 1
	half := math.Ldexp(1, bits-1)
	level := func(x float64) uint16 { return uint16(math.Round(min(max(x, 0), top))) }
	for i := 0; i+2 < len(src.Pix); i += 3 {
		p := src.Pix[i : i+3]
		r, g, b := f(float64(p[0]), float64(p[1])-half, float64(p[2])-half, top)
		dst.Pix[i], dst.Pix[i+1], dst.Pix[i+2] = level(r), level(g), level(b)
	}
	return dst
}

// fullRangeYBR is the inverse of YBR_FULL (PS3.3 C.7.6.3.1.2).
func fullRangeYBR(y, cb, cr, _ float64) (r, g, b float64) {
	return y + 1.402*cr, y - 0.344136*cb - 0.714136*cr, y + 1.772*cb
}

// partialRangeYBR is the inverse of YBR_PARTIAL, whose luma is 16 … 235 and
// whose chroma is 16 … 240 of 255 (PS3.3 C.7.6.3.1.2, CCIR 601).
func partialRangeYBR(y, cb, cr, top float64) (r, g, b float64) {
	scale := top / 255
	y = (y - 16*scale) * 255 / 219
	cb, cr = cb*255/224, cr*255/224
	return fullRangeYBR(y, cb, cr, top)
}

// paletted looks the indices of a PALETTE COLOR image up. The result has the
// depth of the tables; entries of 8 bits that were written in the upper half
// of 16-bit words are brought down.
func paletted(stored *Image, p *dicom.Palette) *Image {
	depth := 8
	if max(p.Red.Bits, p.Green.Bits, p.Blue.Bits) > 8 {
		depth = 16
	}
	dst := NewImage(stored.Rows, stored.Columns, 3, depth, false)
	for c, l := range []*dicom.LUT{&p.Red, &p.Green, &p.Blue} {
		shift := 0
		if depth == 16 && l.Bits <= 8 {
			shift = 8
		}
		last := len(l.Data) - 1
		for i, q := range stored.Pix {
			k := min(max(stored.number(q)-l.First, 0), last)
			dst.Pix[3*i+c] = l.Data[k] << shift
		}
	}
	return dst
}

// supplemented colours the pixels of a gray image from the palette's first
// mapped value on; the others keep their gray under the default window (PS3.3
// C.8.15.3.2: Pixel Presentation COLOR).
func supplemented(s *Scan, p *dicom.Palette) *Image {
	dst := paletted(s.Stored, p)
	top := 1<<dst.Depth - 1
	levels := s.outputLevels(s.Values, s.VOIs[0], false, top)
	bias := s.Values.bias()
	for i, q := range s.Stored.Pix {
		if s.Stored.number(q) < p.Red.First {
			v := levels[s.Values.Pix[i]^bias]
			dst.Pix[3*i], dst.Pix[3*i+1], dst.Pix[3*i+2] = v, v, v
		}
	}
	return dst
}
