//go:build !cgo

package kernel

// Plain Go for what native_cgo.go has C for.

func pack(dst, w []float32, k, out, _ int) { copy(dst, w[:k*out]) }

func conv(a *convArgs) {
	sums := make([]float32, a.outc)
	for n := range a.images {
		for y := range a.rows {
			for x := range a.columns {
				in := a.in[n*a.inImage+y*a.inRow+x*a.inStep:]
				out := a.out[n*a.outImage+y*a.outRow+x*a.outStep:][:a.outc]
				clear(sums)
				if a.bias != nil {
					copy(sums, a.bias)
				}
				if a.mode&modeAdd != 0 {
					for o, v := range out {
						sums[o] += v
					}
				}
				for i, off := range a.off {
					v := in[off]
					for o, w := range a.packed[i*a.outc:][:a.outc] {
						sums[o] += v * w
					}
				}
				for o, v := range sums {
					if a.mode&modeReLU != 0 && v < 0 { // NaN stays NaN
						v = 0
					}
					out[o] = v
				}
			}
		}
	}
}

func convWeights(a *convWeightsArgs) {
	for y := range a.rows {
		for x := range a.columns {
			in := a.in[y*a.inRow+x*a.inStep:]
			dy := a.dy[y*a.dyRow+x*a.outc:][:a.outc]
			for i, off := range a.off {
				v := in[off]
				dw := a.dw[i*a.outc:][:a.outc]
				for o, d := range dy {
					dw[o] += v * d
				}
			}
		}
	}
}

func stats(x []float32, c int, sum, squares []float32) {
	clear(sum[:c])
	clear(squares[:c])
	for ; len(x) > 0; x = x[c:] {
		for i, v := range x[:c] {
			sum[i] += v
			squares[i] += v * v
		}
	}
}

func affine(y, x, skip, scale, shift []float32, c int, relu bool) {
	for i, v := range x {
		v = v*scale[i%c] + shift[i%c]
		if skip != nil {
			v += skip[i]
		}
		if relu && v < 0 {
			v = 0
		}
		y[i] = v
	}
}

func gradSums(x, y, dy []float32, c int, sum, product []float32) {
	clear(sum[:c])
	clear(product[:c])
	for i, d := range dy {
		if y != nil && !(y[i] > 0) {
			continue
		}
		sum[i%c] += d
		product[i%c] += d * x[i]
	}
}

func gradApply(dx, dskip, x, y, dy, a, b, e []float32, c int) {
	for i, d := range dy {
		if y != nil && !(y[i] > 0) {
			d = 0
		}
		dx[i] = a[i%c]*d + b[i%c]*x[i] + e[i%c]
		if dskip != nil {
			dskip[i] = d
		}
	}
}

func maxPool(y, x []float32, rows, columns, c int) {
	i := 0
	for r := 0; r+1 < rows; r += 2 {
		for k := 0; k+1 < columns; k += 2 {
			at := (r*columns + k) * c
			for ch := range c {
				y[i] = max(x[at+ch], x[at+c+ch], x[at+columns*c+ch], x[at+(columns+1)*c+ch])
				i++
			}
		}
	}
}

func maxPoolGrad(dx, x, y, dy []float32, rows, columns, c int) {
	i := 0
	for r := 0; r+1 < rows; r += 2 {
		for k := 0; k+1 < columns; k += 2 {
			at := (r*columns + k) * c
			for ch := range c {
				left := dy[i]
				for _, corner := range [4]int{at, at + c, at + columns*c, at + (columns+1)*c} {
					dx[corner+ch] = 0
					if left != 0 && x[corner+ch] == y[i] {
						dx[corner+ch], left = left, 0
					}
				}
				i++
			}
		}
	}
}
