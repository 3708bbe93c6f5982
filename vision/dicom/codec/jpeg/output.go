package jpeg

import (
	"encoding/binary"

	"lightbox/vision/fault"
)

// emit writes the picture's rows for which every component has its samples.
func (d *decoder) emit() {
	f, p := d.frame, d.picture
	ready := f.rows
	for i := range f.comps {
		ready = min(ready, f.comps[i].ready(f))
	}
	pitch := len(p.Data) / f.rows
	for ; p.Decoded < ready; p.Decoded++ {
		y := p.Decoded
		d.rows.row(f, y, p.Data[y*pitch:(y+1)*pitch])
	}
}

// ready gives the number of picture rows that the component's complete samples
// are enough for.
func (c *component) ready(f *frame) int {
	if c.done == c.rows {
		return f.rows
	}
	n := c.done
	if c.filter(f) == triangle2D {
		n-- // the row below takes part
	}
	return min(max(n, 0)*f.vMax/c.v, f.rows)
}

// output completes the picture when nothing more comes. A stream that ended
// orderly lacks nothing, or it is corrupt.
func (d *decoder) output(orderly bool) error {
	f := d.frame
	missing := false
	for i := range f.comps {
		missing = missing || !f.comps[i].scanned
	}
	if f.progressive && !missing && (orderly || f.whole()) {
		if err := d.transformAll(); err != nil {
			return err
		}
		d.emit()
	}
	if orderly && (missing || d.picture.Decoded < f.rows) {
		return fault.New(fault.Corrupt, "", "the JPEG stream has no data for some of its components")
	}
	return nil
}

// widen sets the precision right where samples exceed what the frame header
// says: encoders that take sign-extended values for a lossless picture of, say,
// 12 bits. Arithmetic modulo 2^16 brings such values back whole.
func (d *decoder) widen() {
	p := d.picture
	if p.Lossy || p.Bits == 8 || p.Bits == 16 {
		return
	}
	var used byte
	step, first := 1, 0
	if p.Width() == 2 {
		step, first = 2, 1
	}
	for i := first; i < len(p.Data); i += step {
		used |= p.Data[i]
	}
	if used>>(p.Bits-8*first) != 0 {
		p.Bits = 8 * step
	}
}

// expander makes a row of the picture from the planes of a DCT frame.
type expander interface {
	row(f *frame, y int, dst []byte)
}

func newExpander(f *frame) expander {
	if f.bits == 8 {
		e := &planes[uint8]{}
		for i := range f.comps {
			e.full[i] = f.comps[i].plane8
		}
		return e
	}
	e := &planes[uint16]{}
	for i := range f.comps {
		e.full[i] = f.comps[i].plane16
	}
	return e
}

// planes are the samples of the components, 8 bits or more.
type planes[T uint8 | uint16] struct {
	full  [4][]T // padded, as the component's stride says
	spare [4][]T // a row of an enlarged component
}

func (e *planes[T]) row(f *frame, y int, dst []byte) {
	var lines [4][]T
	for i := range f.comps {
		c := &f.comps[i]
		if c.h == f.hMax && c.v == f.vMax {
			lines[i] = e.full[i][y*c.stride:][:f.cols]
			continue
		}
		if e.spare[i] == nil {
			e.spare[i] = make([]T, c.cols*(f.hMax/c.h))
		}
		e.enlarge(f, c, e.full[i], y, e.spare[i])
		lines[i] = e.spare[i][:f.cols]
	}
	switch l := any(&lines).(type) {
	case *[4][]uint8:
		interleave8(l, len(f.comps), dst)
	case *[4][]uint16:
		interleave16(l, len(f.comps), dst)
	}
}

// interleave8 writes lines of samples by pixel.
func interleave8(lines *[4][]uint8, n int, dst []byte) {
	switch n {
	case 1:
		copy(dst, lines[0])
	case 3:
		a := lines[0]
		b, c := lines[1][:len(a)], lines[2][:len(a)]
		for i := 0; i < len(a) && len(dst) >= 3; i++ {
			dst[0], dst[1], dst[2] = a[i], b[i], c[i]
			dst = dst[3:]
		}
	default:
		for k, line := range lines[:n] {
			for i, v := range line {
				dst[i*n+k] = v
			}
		}
	}
}

// interleave16 writes lines of samples by pixel, two bytes each.
func interleave16(lines *[4][]uint16, n int, dst []byte) {
	if n == 1 {
		littleEndian(dst, lines[0], 0)
		return
	}
	for k, line := range lines[:n] {
		for i, v := range line {
			binary.LittleEndian.PutUint16(dst[2*(i*n+k):], v)
		}
	}
}

// littleEndian writes samples, shifted, two bytes each.
func littleEndian(dst []byte, line []uint16, shift uint) {
	dst = dst[:2*len(line)]
	for i, v := range line {
		binary.LittleEndian.PutUint16(dst[2*i:2*i+2], v<<(shift&15))
	}
}
