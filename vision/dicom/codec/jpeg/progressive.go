package jpeg

import (
	mathbits "math/bits"

	"lightbox/vision/fault"
)

// progressiveScan prepares a scan of the progressive process (T.81 G.1). Its
// rows change coefficients; samples are made when all scans are there.
func (d *decoder) progressiveScan(s *scan) (rowFunc, func(int), error) {
	if d.scans > maxScans {
		return nil, nil, fault.New(fault.TooLarge, "", "the JPEG stream has more than %d scans", maxScans)
	}
	whole := int64(0)
	for _, c := range d.frame.comps {
		whole += int64(c.paddedX) * int64(c.paddedY)
	}
	for _, c := range s.comps {
		d.visits += int64(c.paddedX) * int64(c.paddedY)
	}
	if d.visits > maxPasses*whole+8*int64(len(d.data)) {
		return nil, nil, fault.New(fault.TooLarge, "", "the JPEG stream has %d scans for %d bytes", d.scans, len(d.data))
	}
	ac := s.start > 0
	switch {
	case s.end > 63, s.start > s.end, !ac && s.end > 0, ac && s.interl,
		s.low > 13, s.high > 0 && s.high != s.low+1:
		return nil, nil, fault.New(fault.Corrupt, "", "the JPEG stream has a scan that its coding process does not have")
	}
	s.refining = s.high > 0
	if err := d.tables(s, !ac && !s.refining, ac, 15); err != nil {
		return nil, nil, err
	}
	for _, c := range s.comps {
		if c.quant == nil {
			c.quant = d.quant[c.quantTo]
		}
		if c.quant == nil {
			return nil, nil, fault.New(fault.Corrupt, "", "the JPEG stream names a quantization table that is not there")
		}
		c.scanned = true
	}
	decode := d.blockFunc(s)
	for _, c := range s.comps {
		c.done = 0
	}
	last := s.mcusY - 1
	row := func(y, from, to int) bool { return s.eachBlock(decode, y, from, to) }
	return row, func(y int) { d.progressed(s, y, y == last) }, nil
}

// blockFunc decodes what a progressive scan has of the component's i-th block;
// false if the bits make no sense.
type blockFunc func(s *scan, c *component, i int) bool

func (d *decoder) blockFunc(s *scan) blockFunc {
	switch {
	case s.start > 0 && s.refining:
		return d.acRefine
	case s.start > 0:
		return d.acFirst
	case s.refining:
		return d.dcRefine
	}
	return d.dcFirst
}

// eachBlock decodes the MCUs from…to−1 of the row y.
func (s *scan) eachBlock(decode blockFunc, y, from, to int) bool {
	for x := from; x < to; x++ {
		for _, c := range s.comps {
			if !s.interl {
				if !decode(s, c, y*c.paddedX+x) {
					return false
				}
				continue
			}
			for v := range c.v {
				for h := range c.h {
					if !decode(s, c, (y*c.v+v)*c.paddedX+x*c.h+h) {
						return false
					}
				}
			}
		}
	}
	return true
}

// progressed notes how far a scan came. What it brought counts when the whole
// scan is there; rows of a scan that breaks off count too if nothing else is
// missing.
func (d *decoder) progressed(s *scan, y int, last bool) {
	for _, c := range s.comps {
		units := y + 1
		if s.interl {
			units *= c.v
		}
		c.done = min(c.rows, 8*units)
		if y == 0 {
			for k := s.start; k <= s.end; k++ {
				c.coming[k] = int8(s.low)
			}
		}
		if last {
			c.done = c.rows
		}
	}
}

// whole tells whether every bit of every coefficient has begun to come.
func (f *frame) whole() bool {
	for i := range f.comps {
		for _, low := range f.comps[i].coming {
			if low != 0 {
				return false
			}
		}
	}
	return true
}

// dcFirst is the first scan of the DC coefficients (T.81 G.1.2.1).
func (d *decoder) dcFirst(s *scan, c *component, i int) bool {
	e := c.dcTable.find(&d.in)
	if e == 0 {
		return false
	}
	c.dcPred += e.value(d.in.acc)
	d.in.acc <<= e.total() & 63
	d.in.n -= e.total()
	c.coefs[i*64] = int16(c.dcPred << s.low)
	return true
}

// dcRefine brings one more bit of the DC coefficients.
func (d *decoder) dcRefine(s *scan, c *component, i int) bool {
	c.coefs[i*64] |= int16(d.in.take(1) << s.low)
	return true
}

// acFirst is the first scan of a band of AC coefficients (T.81 G.1.2.2).
func (d *decoder) acFirst(s *scan, c *component, i int) bool {
	if d.eobRun > 0 {
		d.eobRun--
		return true
	}
	block, set, b := (*[64]int16)(c.coefs[i*64:]), c.set[i], &d.in
	acc, n, pos, table := b.acc, b.n, b.pos, c.acTable
	for k := s.start; k <= s.end; k++ {
		if n < 32 {
			acc, n, pos = load(b.buf, pos, acc, n)
		}
		e := table.fast[acc>>(64-fastBits)]
		if e == 0 {
			if e = table.long(acc); e == 0 {
				return false
			}
		}
		v := e.value(acc)
		acc <<= e.total() & 63
		n -= e.total()
		if e.size() == 0 && e.run() < 15 {
			b.acc, b.n, b.pos, c.set[i] = acc, n, pos, set
			d.eobRun = b.endOfBand(e) - 1
			return true
		}
		if k += e.run(); e.size() == 0 {
			continue
		}
		if k > s.end {
			return false
		}
		block[k&63] = int16(v << (s.low & 15))
		set |= 1 << (k & 63)
	}
	b.acc, b.n, b.pos, c.set[i] = acc, n, pos, set
	return true
}

// endOfBand gives the number of blocks, this one included, in which no further
// coefficient becomes non-zero.
func (b *bits) endOfBand(e entry) int {
	run := uint(e.run())
	return 1<<run + int(b.take(run))
}

// transformAll makes the samples of a progressive frame.
func (d *decoder) transformAll() error {
	for i := range d.frame.comps {
		c := &d.frame.comps[i]
		for y := range c.unitsY {
			if y%rowsPerCheck == 0 {
				if err := d.interrupted(); err != nil {
					return err
				}
			}
			for x := range c.unitsX {
				used := c.dequantize(y*c.paddedX+x, &d.block)
				c.put(x, y, used, &d.block)
			}
		}
	}
	return nil
}

// dequantize gives a block in natural order, and which coefficients but the
// first it has.
func (c *component) dequantize(i int, block *[64]int32) (used uint64) {
	coefs, quant := (*[64]int16)(c.coefs[i*64:]), c.quant
	block[0] = int32(coefs[0]) * quant[0]
	for set := c.set[i]; set != 0; set &= set - 1 {
		k := mathbits.TrailingZeros64(set) & 63
		z := natural[k] & 63
		block[z] = int32(coefs[k]) * quant[k]
		used |= 1 << z
	}
	return used
}
