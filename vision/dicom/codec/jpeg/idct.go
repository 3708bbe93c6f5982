package jpeg

// The inverse DCT (T.81 A.3.3) in integers, after Loeffler, Ligtenberg and
// Moschytz (ICASSP 1989): 12 multiplications for 8 points, by constants with 13
// fractional bits. T.81 leaves the precision to the decoder; constants,
// intermediate precision and rounding here are those of the IJG's accurate
// transform, so that results are the same to the bit.

const fractionBits = 13

// The constants, scaled by 2^13 and rounded.
const (
	c0298 = 2446  // 0.298631336
	c0390 = 3196  // 0.390180644
	c0541 = 4433  // 0.541196100
	c0765 = 6270  // 0.765366865
	c0899 = 7373  // 0.899976223
	c1175 = 9633  // 1.175875602
	c1501 = 12299 // 1.501321110
	c1847 = 15137 // 1.847759065
	c1961 = 16069 // 1.961570560
	c2053 = 16819 // 2.053119869
	c2562 = 20995 // 2.562915447
	c3072 = 25172 // 3.072711026
)

// Sets of places in a block: the first column but its first place, and the
// lower half of the first column.
const (
	column      = 0x0101010101010100
	lowerColumn = 0x0101010100000000
)

// inverse transforms a block in place, up to the level shift. Extra is the
// number of fractional bits kept between the passes.
func inverse(block *[64]int32, used uint64, extra uint) {
	var half [64]int32 // transposed
	transform(block, &half, used, fractionBits-extra)
	columns := used | used>>32
	columns |= columns >> 16
	columns |= columns >> 8
	rest := uint64(0)
	switch {
	case columns&0xF0 != 0:
		rest = ^rest
	case columns&0x0E != 0:
		rest = 0x00000000FFFFFF00
	}
	transform(&half, block, rest, fractionBits+extra+3)
}

// transform does the columns of src and gives the results as rows. Columns
// where used has nothing in the lower half, or nothing below the first row, are
// shortened; that changes no result.
func transform(src, dst *[64]int32, used uint64, shift uint) {
	round := int64(1) << (shift - 1)
	for i := range 8 {
		in, out := src[i:i+57:i+57], (*[8]int32)(dst[8*i:8*i+8])
		var e0, e1, e2, e3, o0, o1, o2, o3 int64
		switch here := used >> i; {
		case here&column == 0:
			v := int32((int64(in[0])<<fractionBits + round) >> (shift & 63))
			*out = [8]int32{v, v, v, v, v, v, v, v}
			continue
		case here&lowerColumn == 0:
			dc, a := int64(in[0])<<fractionBits+round, int64(in[16])
			upper, lower := a*(c0541+c0765), a*c0541
			e0, e1, e2, e3 = dc+upper, dc+lower, dc-lower, dc-upper

			p, q := int64(in[8]), int64(in[24])
			z5 := (p + q) * c1175
			z1, z2, z3, z4 := p*c0899, q*c2562, z5-q*c1961, z5-p*c0390
			o0, o1, o2, o3 = z3-z1, z4-z2, q*c3072-z2+z3, p*c1501-z1+z4
		default:
			a, b := int64(in[16]), int64(in[48])
			z := (a + b) * c0541
			lower, upper := z-b*c1847, z+a*c0765
			a, b = int64(in[0]), int64(in[32])
			sum, diff := (a+b)<<fractionBits+round, (a-b)<<fractionBits+round
			e0, e1, e2, e3 = sum+upper, diff+lower, diff-lower, sum-upper

			p, q, r, s := int64(in[8]), int64(in[24]), int64(in[40]), int64(in[56])
			z3, z4 := q+s, p+r
			z5 := (z3 + z4) * c1175
			z1, z2 := (p+s)*c0899, (q+r)*c2562
			z3, z4 = z5-z3*c1961, z5-z4*c0390
			o0, o1, o2, o3 = s*c0298-z1+z3, r*c2053-z2+z4, q*c3072-z2+z3, p*c1501-z1+z4
		}
		out[0], out[7] = int32((e0+o3)>>(shift&63)), int32((e0-o3)>>(shift&63))
		out[1], out[6] = int32((e1+o2)>>(shift&63)), int32((e1-o2)>>(shift&63))
		out[2], out[5] = int32((e2+o1)>>(shift&63)), int32((e2-o1)>>(shift&63))
		out[3], out[4] = int32((e3+o0)>>(shift&63)), int32((e3-o0)>>(shift&63))
	}
}

// limit8 shifts a result by 128 and limits it to 8 bits. Results of valid
// streams have ten bits at most; others wrap, as they do in the IJG's decoder.
var limit8 = func() (table [1024]uint8) {
	for i := range table {
		table[i] = uint8(clamp(int32(i), 10))
	}
	return table
}()

// clamp takes the low bits of a result as a signed number, shifts it by half of
// the sample range, which has two bits less, and limits it to that range.
func clamp(v int32, bits uint) int32 {
	v = v << (32 - bits) >> (32 - bits)
	return min(max(v+1<<(bits-3), 0), 1<<(bits-2)-1)
}

// put gives the samples of the component's block at column x, row y of blocks,
// from its dequantized coefficients, which it leaves zero.
func (c *component) put(x, y int, used uint64, block *[64]int32) {
	at := y*8*c.stride + x*8
	if used == 0 {
		v := int32((int64(block[0]) + 4) >> 3)
		block[0] = 0
		if c.plane8 != nil {
			flat(c.plane8[at:], c.stride, limit8[v&1023])
		} else {
			flat(c.plane16[at:], c.stride, uint16(clamp(v, 14)))
		}
		return
	}
	if c.plane8 != nil {
		inverse(block, used, 2)
		for r := range 8 {
			in, out := (*[8]int32)(block[8*r:]), (*[8]uint8)(c.plane8[at+r*c.stride:])
			out[0], out[1] = limit8[in[0]&1023], limit8[in[1]&1023]
			out[2], out[3] = limit8[in[2]&1023], limit8[in[3]&1023]
			out[4], out[5] = limit8[in[4]&1023], limit8[in[5]&1023]
			out[6], out[7] = limit8[in[6]&1023], limit8[in[7]&1023]
		}
	} else {
		inverse(block, used, 1)
		for r := range 8 {
			in, out := (*[8]int32)(block[8*r:]), (*[8]uint16)(c.plane16[at+r*c.stride:])
			for i := range out {
				out[i] = uint16(clamp(in[i], 14))
			}
		}
	}
	*block = [64]int32{}
}

// flat fills a block.
func flat[T uint8 | uint16](plane []T, stride int, v T) {
	for r := range 8 {
		*(*[8]T)(plane[r*stride:]) = [8]T{v, v, v, v, v, v, v, v}
	}
}
