package kernel

// Mean averages the channels of images pictures of so many pixels.
func Mean(y, x []float32, images, pixels, c int) {
	Parallel(images, func(from, to int) {
		squares := make([]float32, c)
		for n := from; n < to; n++ {
			out := y[n*c : (n+1)*c]
			stats(x[n*pixels*c:(n+1)*pixels*c], c, out, squares)
			for i := range out {
				out[i] /= float32(pixels)
			}
		}
	})
}

// MeanGradient spreads dy over the pixels.
func MeanGradient(dx, dy []float32, images, pixels, c int) {
	Parallel(images, func(from, to int) {
		each := make([]float32, c)
		for n := from; n < to; n++ {
			for i, d := range dy[n*c : (n+1)*c] {
				each[i] = d / float32(pixels)
			}
			for p := range pixels {
				copy(dx[(n*pixels+p)*c:], each)
			}
		}
	})
}

// Upsample repeats every pixel twice in both directions.
func Upsample(y, x []float32, images, rows, columns, c int) {
	line := 2 * columns * c
	Parallel(images*rows, func(from, to int) {
		for r := from; r < to; r++ {
			out := y[2*r*line : 2*(r+1)*line]
			for k := range columns {
				pixel := x[(r*columns+k)*c : (r*columns+k+1)*c]
				copy(out[2*k*c:], pixel)
				copy(out[(2*k+1)*c:], pixel)
			}
			copy(out[line:], out[:line])
		}
	})
}

// UpsampleGradient adds up the four copies of every pixel.
func UpsampleGradient(dx, dy []float32, images, rows, columns, c int) {
	line := 2 * columns * c
	Parallel(images*rows, func(from, to int) {
		for r := from; r < to; r++ {
			top, bottom := dy[2*r*line:(2*r+1)*line], dy[(2*r+1)*line:2*(r+1)*line]
			for k := range columns {
				out := dx[(r*columns+k)*c : (r*columns+k+1)*c]
				a, b := top[2*k*c:2*(k+1)*c], bottom[2*k*c:2*(k+1)*c]
				for i := range out {
					out[i] = a[i] + a[c+i] + b[i] + b[c+i]
				}
			}
		}
	})
}

// CopyChannels copies c channels of so many pixels: from place srcAt of pixels of
// srcC channels to place dstAt of pixels of dstC.
func CopyChannels(dst []float32, dstAt, dstC int, src []float32, srcAt, srcC, c, pixels int) {
	Parallel(pixels, func(from, to int) {
		for p := from; p < to; p++ {
			copy(dst[p*dstC+dstAt:p*dstC+dstAt+c], src[p*srcC+srcAt:])
		}
	})
}

// Dots multiplies rows of x with w and adds bias.
func Dots(y, x, w []float32, bias float32) {
	Parallel(len(y), func(from, to int) {
		for r := from; r < to; r++ {
			row := x[r*len(w) : (r+1)*len(w)]
			var s [4]float32
			for i := 0; i+3 < len(w); i += 4 {
				s[0] += row[i] * w[i]
				s[1] += row[i+1] * w[i+1]
				s[2] += row[i+2] * w[i+2]
				s[3] += row[i+3] * w[i+3]
			}
			for i := len(w) &^ 3; i < len(w); i++ {
				s[0] += row[i] * w[i]
			}
			y[r] = (s[0] + s[1]) + (s[2] + s[3]) + bias
		}
	})
}

// DotsInputGradient is the gradient of x.
func DotsInputGradient(dx, w, dy []float32) {
	Parallel(len(dy), func(from, to int) {
		for r := from; r < to; r++ {
			for i, v := range w {
				dx[r*len(w)+i] = dy[r] * v
			}
		}
	})
}

// DotsWeightGradient is the gradient of w.
func DotsWeightGradient(dw, x, dy []float32) {
	sum, _ := sums(len(dy), len(dw), func(from, to int, a, _ []float32) {
		for r := from; r < to; r++ {
			for i, v := range x[r*len(dw) : (r+1)*len(dw)] {
				a[i] += dy[r] * v
			}
		}
	})
	for i, v := range sum {
		dw[i] = float32(v)
	}
}
