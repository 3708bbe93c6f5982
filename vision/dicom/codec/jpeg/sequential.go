package jpeg

import "lightbox/vision/fault"

// natural gives the place in a block, row by row, of the k-th coefficient in
// zigzag order (T.81 figure A.6).
var natural = func() (order [64]uint8) {
	x, y := 0, 0
	for k := range order {
		order[k] = uint8(8*y + x)
		switch up := (x+y)%2 == 0; {
		case up && x == 7:
			y++
		case up && y == 0:
			x++
		case up:
			x, y = x+1, y-1
		case y == 7:
			x++
		case x == 0:
			y++
		default:
			x, y = x-1, y+1
		}
	}
	return order
}()

// sequentialScan prepares a scan of the baseline or extended sequential
// process. Whatever its spectral selection says, it has all coefficients.
func (d *decoder) sequentialScan(s *scan) (rowFunc, func(int), error) {
	if err := d.tables(s, true, true, 15); err != nil {
		return nil, nil, err
	}
	for _, c := range s.comps {
		if c.quant = d.quant[c.quantTo]; c.quant == nil {
			return nil, nil, fault.New(fault.Corrupt, "", "the JPEG stream names a quantization table that is not there")
		}
	}
	row := func(y, from, to int) bool {
		for x := from; x < to; x++ {
			for _, c := range s.comps {
				if !s.interl {
					if !d.sequentialBlock(c, x, y) {
						return false
					}
					continue
				}
				for v := range c.v {
					for h := range c.h {
						if !d.sequentialBlock(c, x*c.h+h, y*c.v+v) {
							return false
						}
					}
				}
			}
		}
		return true
	}
	return row, func(y int) { d.rowDone(s, y) }, nil
}

// rowDone notes that a row of MCUs of a scan is complete, and gives out what
// can be.
func (d *decoder) rowDone(s *scan, y int) {
	for _, c := range s.comps {
		units := y + 1
		if s.interl {
			units *= c.v
		}
		if !d.frame.lossless {
			units *= 8
		}
		c.done = min(c.rows, units)
	}
	d.emit()
}

// sequentialBlock decodes a block into its place in the plane.
func (d *decoder) sequentialBlock(c *component, x, y int) bool {
	used, ok := d.in.coefficients(c, &d.block)
	if !ok {
		d.block = [64]int32{}
		return false
	}
	c.put(x, y, used, &d.block)
	return true
}

// coefficients decodes a block (T.81 F.2.2) and dequantizes it, in natural
// order. The bits of used say which coefficients but the first may differ from
// zero.
func (b *bits) coefficients(c *component, block *[64]int32) (used uint64, ok bool) {
	e := c.dcTable.find(b)
	if e == 0 {
		return 0, false
	}
	c.dcPred += e.value(b.acc)
	b.acc <<= e.total() & 63
	b.n -= e.total()
	// The reference decoders keep coefficients in 16 bits.
	block[0] = int32(int16(c.dcPred)) * c.quant[0]

	acc, n, pos, ac, quant := b.acc, b.n, b.pos, c.acTable, c.quant
	for k := 1; k < 64; k++ {
		if n < 32 {
			acc, n, pos = load(b.buf, pos, acc, n)
		}
		e := ac.fast[acc>>(64-fastBits)]
		if e == 0 {
			if e = ac.long(acc); e == 0 {
				return 0, false
			}
		}
		k += e.run()
		if e.size() == 0 {
			acc <<= e.total() & 63
			n -= e.total()
			if e.run() != 15 { // EOB
				break
			}
			continue
		}
		if k > 63 {
			return 0, false
		}
		z := natural[k&63] & 63
		block[z] = e.value(acc) * quant[k&63]
		used |= 1 << z
		acc <<= e.total() & 63
		n -= e.total()
	}
	b.acc, b.n, b.pos = acc, n, pos
	return used, true
}

// find reads up to a Huffman code, which it leaves at the top of acc together
// with its extra bits.
func (h *huffman) find(b *bits) entry {
	if b.n < 32 {
		b.fill()
	}
	e := h.fast[b.acc>>(64-fastBits)]
	if e == 0 {
		e = h.long(b.acc)
	}
	return e
}
