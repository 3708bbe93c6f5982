package jpeg

import "lightbox/vision/fault"

// progressiveScan prepares a scan of the progressive process (T.81 G.1). Its
// rows change coefficients; samples are made when all scans are there.
func (d *decoder) progressiveScan(s *scan) (rowFunc, func(int), error) {
	if d.scans > maxScans {
		return nil, nil, fault.New(fault.TooLarge, "", "the JPEG stream has more than %d scans", maxScans)
	}
	ac := s.start > 0
	switch {
	case s.end > 63, s.start > s.end, !ac && s.end > 0, ac && s.interl,
		s.low > 13, s.high > 0 && s.high != s.low+1:
		return nil, nil, fault.New(fault.Corrupt, "", "the JPEG stream has a scan that its coding process does not have")
	}
	s.refining = s.high > 0
	if err := s.tables(!ac && !s.refining, ac, 15); err != nil {
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
	decode := d.dcFirst
	switch {
	case ac && s.refining:
		decode = d.acRefine
	case ac:
		decode = d.acFirst
	case s.refining:
		decode = d.dcRefine
	}
	row := func(y, from, to int) bool {
		for x := from; x < to; x++ {
			for _, c := range s.comps {
				if !s.interl {
					if !decode(s, c, c.coefsAt(x, y)) {
						return false
					}
					continue
				}
				for v := range c.v {
					for h := range c.h {
						if !decode(s, c, c.coefsAt(x*c.h+h, y*c.v+v)) {
							return false
						}
					}
				}
			}
		}
		return true
	}
	for _, c := range s.comps {
		c.done = 0
	}
	last := s.mcusY - 1
	return row, func(y int) { d.progressed(s, y, y == last) }, nil
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

// coefsAt gives the coefficients of a block.
func (c *component) coefsAt(x, y int) *[64]int16 {
	return (*[64]int16)(c.coefs[(y*c.paddedX+x)*64:])
}

// dcFirst is the first scan of the DC coefficients (T.81 G.1.2.1).
func (d *decoder) dcFirst(s *scan, c *component, block *[64]int16) bool {
	e := c.dcTable.find(&d.in)
	if e == 0 {
		return false
	}
	c.dcPred += e.value(d.in.acc)
	d.in.acc <<= e.total() & 63
	d.in.n -= e.total()
	block[0] = int16(c.dcPred << s.low)
	return true
}

// dcRefine brings one more bit of the DC coefficients.
func (d *decoder) dcRefine(s *scan, _ *component, block *[64]int16) bool {
	block[0] |= int16(d.in.take(1) << s.low)
	return true
}

// acFirst is the first scan of a band of AC coefficients (T.81 G.1.2.2).
func (d *decoder) acFirst(s *scan, c *component, block *[64]int16) bool {
	if d.eobRun > 0 {
		d.eobRun--
		return true
	}
	for k := s.start; k <= s.end; k++ {
		e := c.acTable.find(&d.in)
		if e == 0 {
			return false
		}
		v := e.value(d.in.acc)
		d.in.acc <<= e.total() & 63
		d.in.n -= e.total()
		if e.size() == 0 && e.run() < 15 {
			d.eobRun = d.endOfBand(e) - 1
			return true
		}
		if k += e.run(); e.size() == 0 {
			continue
		}
		if k > s.end {
			return false
		}
		block[natural[k&63]&63] = int16(v << s.low)
	}
	return true
}

// endOfBand gives the number of blocks, this one included, in which no further
// coefficient becomes non-zero.
func (d *decoder) endOfBand(e entry) int {
	run := uint(e.run())
	return 1<<run + int(d.in.take(run))
}

// acRefine brings one more bit of a band of AC coefficients (T.81 G.1.2.3):
// correction bits for those that are not zero, and new ones between them.
func (d *decoder) acRefine(s *scan, c *component, block *[64]int16) bool {
	k := s.start
	for d.eobRun == 0 && k <= s.end {
		e := d.in.symbol(c.acTable)
		if e == 0 {
			return false
		}
		var fresh int16
		zeros := e.run()
		switch {
		case e.size() > 1:
			return false
		case e.size() == 1 && d.in.take(1) == 1:
			fresh = 1 << s.low
		case e.size() == 1:
			fresh = -1 << s.low
		case zeros < 15:
			d.eobRun = d.endOfBand(e)
			zeros = -1
		}
		if zeros < 0 {
			break
		}
		if k = d.correct(s, block, k, zeros); fresh != 0 {
			if k > s.end {
				return false
			}
			block[natural[k&63]&63] = fresh
		}
		k++
	}
	if d.eobRun > 0 {
		d.correct(s, block, k, 64)
		d.eobRun--
	}
	return true
}

// correct reads a bit for each non-zero coefficient from k on, passing over as
// many zero ones, and gives the place of the next zero one, or one past the
// band.
func (d *decoder) correct(s *scan, block *[64]int16, k, zeros int) int {
	bit := int16(1) << s.low
	for ; k <= s.end; k++ {
		p := &block[natural[k&63]&63]
		if *p == 0 {
			if zeros == 0 {
				break
			}
			zeros--
			continue
		}
		if d.in.take(1) == 1 && *p&bit == 0 {
			if *p >= 0 {
				*p += bit
			} else {
				*p -= bit
			}
		}
	}
	return k
}

// transformAll makes the samples of a progressive frame.
func (d *decoder) transformAll() error {
	for i := range d.frame.comps {
		c := &d.frame.comps[i]
		if c.quant == nil {
			continue
		}
		for y := range c.unitsY {
			if y%rowsPerCheck == 0 {
				if err := d.interrupted(); err != nil {
					return err
				}
			}
			for x := range c.unitsX {
				c.dequantize(c.coefsAt(x, y), &d.block, x, y)
			}
		}
	}
	return nil
}

func (c *component) dequantize(coefs *[64]int16, block *[64]int32, x, y int) {
	used := uint64(0)
	for k, q := range c.quant {
		z := natural[k&63] & 63
		if v := coefs[z]; v != 0 {
			block[z] = int32(v) * q
			used |= 1 << z
		}
	}
	c.put(x, y, used&^1, block)
}
