package vision

import (
	"math"
)

// quantized brings values of more than 16 bits or floating point to 65,536
// steps: number n of the image stands for offset + step·n. Whole numbers that
// span less than that stay exact. What is not finite, and what skip tells,
// takes no part in the range and becomes step 0.
func quantized(rows, columns int, wide []float64, skip func(float64) bool) (m *Image, step, offset float64) {
	low, high, whole := math.Inf(1), math.Inf(-1), true
	for _, v := range wide {
		if math.IsNaN(v) || math.IsInf(v, 0) || skip(v) {
			continue
		}
		low, high = min(low, v), max(high, v)
		whole = whole && v == math.Trunc(v)
	}
	m = NewImage(rows, columns, 1, 16, false)
	if low > high {
		return m, 1, 0
	}
	step, offset = (high-low)/65535, low
	if whole && high-low <= 65535 || step == 0 {
		step = 1
	}
	for i, v := range wide {
		q := math.Round((v - low) / step)
		if q > 0 { // false for what is not a number
			m.Pix[i] = uint16(min(q, 65535))
		}
	}
	return m, step, offset
}

// narrowed brings colour samples of 32 bits to their upper 16.
func narrowed(rows, columns, samples, bits int, wide []float64) *Image {
	m := NewImage(rows, columns, samples, 16, false)
	scale := 65535 / (math.Ldexp(1, bits) - 1)
	for i, v := range wide {
		m.Pix[i] = uint16(min(max(math.Round(v*scale), 0), 65535))
	}
	return m
}
