package jpeg

import (
	"encoding/binary"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// losslessScan prepares a scan of the lossless process (T.81 annex H). A row
// of MCUs is decoded as differences first; when it is complete, the samples are
// restored and written to the picture.
func (d *decoder) losslessScan(s *scan) (rowFunc, func(int), error) {
	f := d.frame
	if err := d.tables(s, true, false, 16); err != nil {
		return nil, nil, err
	}
	// The last two say what no lossless scan has; they are not looked at.
	predictor, shift := s.start, s.low
	if predictor < 1 || predictor > 7 || shift >= f.bits {
		return nil, nil, fault.New(fault.Corrupt, "", "the JPEG stream has a scan that its coding process does not have")
	}
	if d.restart%s.mcusX != 0 {
		return nil, nil, fault.New(fault.Corrupt, "", "the JPEG stream has restart markers within a row, which its coding process does not have")
	}
	row := s.differences(&d.in)
	initial := uint16(1) << (f.bits - shift - 1)
	finished := func(y int) {
		for _, c := range s.comps {
			lines := 1
			if s.interl {
				lines = c.v
			}
			for i := range lines {
				if at := y*lines + i; at < c.rows {
					c.restore(predictor, c.diffs[i][:c.cols], initial)
					d.store(c, at, uint(shift))
				}
			}
		}
		d.losslessDone(s, y)
	}
	return row, finished, nil
}

// losslessDone notes that a row of MCUs is complete.
func (d *decoder) losslessDone(s *scan, y int) {
	f := d.frame
	d.picture.Decoded = f.rows
	for _, c := range s.comps {
		c.done = y + 1
		if s.interl {
			c.done *= c.v
		}
		c.done = min(c.done, c.rows)
	}
	for i := range f.comps {
		d.picture.Decoded = min(d.picture.Decoded, f.comps[i].ready(f))
	}
}

// differences chooses how the MCUs of a row are decoded.
func (s *scan) differences(in *bits) rowFunc {
	if c := s.comps[0]; !s.interl {
		return func(_, from, to int) bool { return in.differences(c.dcTable, c.diffs[0][from:to]) }
	}
	for _, c := range s.comps {
		if c.h*c.v > 1 {
			return func(_, from, to int) bool { return s.subsampled(in, from, to) }
		}
	}
	return func(_, from, to int) bool { return in.pixels(s.comps, from, to) }
}

// subsampled decodes MCUs of any layout.
func (s *scan) subsampled(in *bits, from, to int) bool {
	for x := from; x < to; x++ {
		for _, c := range s.comps {
			for v := range c.v {
				if !in.differences(c.dcTable, c.diffs[v][x*c.h:(x+1)*c.h]) {
					return false
				}
			}
		}
	}
	return true
}

// pixels decodes MCUs of one difference for each component.
func (b *bits) pixels(comps []*component, from, to int) bool {
	var tables [4]*huffman
	var out [4][]uint16
	for i, c := range comps {
		tables[i], out[i] = c.dcTable, c.diffs[0][from:to]
	}
	acc, n, pos := b.acc, b.n, b.pos
	for x := range to - from {
		for i := range comps {
			if n < 32 {
				acc, n, pos = load(b.buf, pos, acc, n)
			}
			h := tables[i&3]
			e := h.fast[acc>>(64-fastBits)]
			if e == 0 {
				if e = h.long(acc); e == 0 {
					return false
				}
			}
			v := uint16(1 << 15) // without extra bits
			if e.size() != 16 {
				v = uint16(e.value(acc))
			}
			out[i&3][x] = v
			acc <<= e.total() & 63
			n -= e.total()
		}
	}
	b.acc, b.n, b.pos = acc, n, pos
	return true
}

// differences decodes differences modulo 2^16 (T.81 H.1.2.2) that follow one
// another.
func (b *bits) differences(h *huffman, out []uint16) bool {
	acc, n, pos := b.acc, b.n, b.pos
	for i := range out {
		if n < 32 {
			acc, n, pos = load(b.buf, pos, acc, n)
		}
		e := h.fast[acc>>(64-fastBits)]
		if e == 0 {
			if e = h.long(acc); e == 0 {
				return false
			}
		}
		if e.size() == 16 {
			out[i] = 1 << 15 // without extra bits
		} else {
			out[i] = uint16(e.value(acc))
		}
		acc <<= e.total() & 63
		n -= e.total()
	}
	b.acc, b.n, b.pos = acc, n, pos
	return true
}

// store writes the component's restored line, which is its row at, to the
// picture, as often as its subsampling asks.
func (d *decoder) store(c *component, at int, shift uint) {
	f, p := d.frame, d.picture
	n, k := len(f.comps), 0
	for i := range f.comps {
		if c == &f.comps[i] {
			k = i
		}
	}
	pitch := len(p.Data) / f.rows
	across, down := f.hMax/c.h, f.vMax/c.v
	line := c.above // the two were exchanged when the line was complete
	for y := at * down; y < min((at+1)*down, f.rows); y++ {
		dst := p.Data[y*pitch : (y+1)*pitch]
		wide := line
		if across > 1 {
			wide = d.wide[:f.cols]
			for x := range wide {
				wide[x] = line[x/across]
			}
		}
		switch {
		case codec.WidthOf(f.bits) == 1 && n == 1:
			dst = dst[:len(wide)]
			for i, v := range wide {
				dst[i] = byte(v << (shift & 15))
			}
		case codec.WidthOf(f.bits) == 1:
			for at, x := k, 0; x < len(wide) && at < len(dst); x++ {
				dst[at] = byte(wide[x] << (shift & 15))
				at += n
			}
		case n == 1:
			littleEndian(dst, wide, shift)
		default:
			for x, v := range wide {
				binary.LittleEndian.PutUint16(dst[2*(x*n+k):], v<<(shift&15))
			}
		}
	}
}
