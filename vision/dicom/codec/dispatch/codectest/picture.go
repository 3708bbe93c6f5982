package codectest

import (
	"math"
	"math/rand"
)

// Values makes a synthetic picture, colour by pixel: a smooth slope, a disc,
// noise of a few levels and flat parts, so that every branch of a predictor is
// used. Values lie in 0 … 2^bits-1, or from -2^(bits-1) if signed.
func Values(rows, columns, samples, bits int, signed bool) []int32 {
	rnd := rand.New(rand.NewSource(int64(rows*7919 + columns*31 + samples*3 + bits)))
	top := math.Ldexp(1, bits) - 1
	out := make([]int32, 0, rows*columns*samples)
	for y := range rows {
		for x := range columns {
			for s := range samples {
				u, v := float64(x)/float64(columns), float64(y)/float64(rows)
				g := 0.15 + 0.5*u*(1-v) + 0.2*math.Sin(6*v+float64(s))
				switch {
				case math.Hypot(u-0.5, v-0.4) < 0.2:
					g += 0.3
				case u > 0.8:
					g = 0
				case v > 0.85:
					g = 1
				}
				if u <= 0.8 && v <= 0.85 {
					g += 0.01 * rnd.NormFloat64()
				}
				if rnd.Intn(97) == 0 {
					g = rnd.Float64()
				}
				q := int32(math.Round(math.Max(0, math.Min(1, g)) * top))
				if signed {
					q -= 1 << (bits - 1)
				}
				out = append(out, q)
			}
		}
	}
	return out
}

// Pack writes values as little endian words of so many bytes.
func Pack(values []int32, width int) []byte {
	out := make([]byte, 0, len(values)*width)
	for _, v := range values {
		for i := range width {
			out = append(out, byte(v>>(8*i)))
		}
	}
	return out
}

// Words gives the low 16 bits of values, as dicomtest wants them.
func Words(values []int32) []uint16 {
	out := make([]uint16, len(values))
	for i, v := range values {
		out[i] = uint16(v)
	}
	return out
}
