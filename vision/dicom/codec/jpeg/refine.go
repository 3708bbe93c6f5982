package jpeg

import mathbits "math/bits"

// acRefine brings one more bit of a band of AC coefficients (T.81 G.1.2.3):
// correction bits for those that are not zero, and new ones between them.
func (d *decoder) acRefine(s *scan, c *component, i int) bool {
	block, set, b := (*[64]int16)(c.coefs[i*64:]), c.set[i], &d.in
	bit := int16(1) << (s.low & 15)
	k := s.start
	for d.eobRun == 0 && k <= s.end {
		e := b.symbol(c.acTable)
		if e == 0 || e.size() > 1 {
			return false
		}
		if e.size() == 0 && e.run() < 15 {
			d.eobRun = b.endOfBand(e)
			break
		}
		fresh := int16(0)
		if e.size() == 1 {
			if fresh = -bit; b.take(1) == 1 {
				fresh = bit
			}
		}
		next := place(set, k, e.run(), s.end)
		b.correct(block, set&span(k, next), bit)
		if k = next; fresh != 0 {
			if k > s.end {
				return false
			}
			block[k&63] = fresh
			set |= 1 << (k & 63)
		}
		k++
	}
	if d.eobRun > 0 {
		// Corrections are for those that were not zero before the scan, and
		// the new ones lie before k.
		b.correct(block, set&span(k, s.end+1), bit)
		d.eobRun--
	}
	c.set[i] = set
	return true
}

// span is the set of the places from…to−1.
func span(from, to int) uint64 { return 1<<uint(to) - 1<<uint(from) }

// place gives the place of the coefficient from k on that is zero and has as
// many zero ones before it, or one past the end of the band.
func place(set uint64, k, zeros, end int) int {
	for ; k <= end; k++ {
		if set>>(k&63)&1 == 0 {
			if zeros == 0 {
				break
			}
			zeros--
		}
	}
	return k
}

// correct reads a bit for each coefficient of the set, in order.
func (b *bits) correct(block *[64]int16, set uint64, bit int16) {
	if set == 0 {
		return
	}
	acc, n, pos := b.acc, b.n, b.pos
	for ; set != 0; set &= set - 1 {
		if n < 32 {
			acc, n, pos = load(b.buf, pos, acc, n)
		}
		if p := &block[mathbits.TrailingZeros64(set)&63]; int64(acc) < 0 && *p&bit == 0 {
			if *p >= 0 {
				*p += bit
			} else {
				*p -= bit
			}
		}
		acc <<= 1
		n--
	}
	b.acc, b.n, b.pos = acc, n, pos
}
