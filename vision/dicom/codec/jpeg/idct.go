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

// column is the set of coefficients of the first column but its first one.
const column = 0x0101010101010100

// inverse transforms a block in place, up to the level shift. Extra is the
// number of fractional bits kept between the passes.
func inverse(block *[64]int32, used uint64, extra uint) {
	var half [64]int32 // transposed
	transform(block, &half, used, fractionBits-extra)
	rest := uint64(0)
	if used&^column != 0 {
		rest = ^rest
	}
	transform(&half, block, rest, fractionBits+extra+3)
}

// transform does the columns of src, those without a coefficient used below
// the first row in short, and gives the results as rows.
func transform(src, dst *[64]int32, used uint64, shift uint) {
	round := int64(1) << (shift - 1)
	for i := range 8 {
		in, out := src[i:i+57:i+57], dst[8*i:8*i+8:8*i+8]
		if used&(column<<i) == 0 {
			v := int32((int64(in[0])<<fractionBits + round) >> (shift & 63))
			for k := range out {
				out[k] = v
			}
			continue
		}
		// Even part.
		a, b := int64(in[16]), int64(in[48])
		z := (a + b) * c0541
		lower, upper := z-b*c1847, z+a*c0765
		a, b = int64(in[0]), int64(in[32])
		sum, diff := (a+b)<<fractionBits+round, (a-b)<<fractionBits+round
		e0, e1, e2, e3 := sum+upper, diff+lower, diff-lower, sum-upper

		// Odd part.
		o0, o1, o2, o3 := int64(in[56]), int64(in[40]), int64(in[24]), int64(in[8])
		z3, z4 := o0+o2, o1+o3
		z5 := (z3 + z4) * c1175
		z1, z2 := (o0+o3)*c0899, (o1+o2)*c2562
		z3, z4 = z5-z3*c1961, z5-z4*c0390
		o0 = o0*c0298 - z1 + z3
		o1 = o1*c2053 - z2 + z4
		o2 = o2*c3072 - z2 + z3
		o3 = o3*c1501 - z1 + z4

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
		for r := range 8 {
			if c.plane8 != nil {
				fill(c.plane8[at+r*c.stride:][:8], limit8[v&1023])
			} else {
				fill(c.plane16[at+r*c.stride:][:8], uint16(clamp(v, 14)))
			}
		}
		return
	}
	if c.plane8 != nil {
		inverse(block, used, 2)
		for r := range 8 {
			in, out := block[8*r:8*r+8:8*r+8], c.plane8[at+r*c.stride:][:8:8]
			for i := range out {
				out[i] = limit8[in[i]&1023]
			}
		}
	} else {
		inverse(block, used, 1)
		for r := range 8 {
			in, out := block[8*r:8*r+8:8*r+8], c.plane16[at+r*c.stride:][:8:8]
			for i := range out {
				out[i] = uint16(clamp(in[i], 14))
			}
		}
	}
	*block = [64]int32{}
}

func fill[T uint8 | uint16](row []T, v T) {
	for i := range row {
		row[i] = v
	}
}
