package kernel

import "math"

// Norm is batch normalisation of pixels of C channels, with what usually
// follows it: a second picture that is added, and a rectifier.
// Source: Ioffe and Szegedy, ICML 2015.
type Norm struct {
	C    int
	ReLU bool
	// Epsilon is added to the variance.
	Epsilon float32
}

// Moments are mean and variance of every channel over a batch.
type Moments struct{ Mean, Variance []float32 }

// statRun is how many pixels are summed in float32 before float64 takes over.
const statRun = 2048

// sums runs f over runs of pixels on all cores and adds up what it finds in two
// vectors of c channels each, in an order that does not depend on the cores.
func sums(pixels, c int, f func(from, to int, a, b []float32)) (a, b []float64) {
	runs := (pixels + statRun - 1) / statRun
	found := make([]float32, runs*2*c)
	Parallel(runs, func(first, last int) {
		for r := first; r < last; r++ {
			at := found[r*2*c:]
			f(r*statRun, min((r+1)*statRun, pixels), at[:c], at[c:2*c])
		}
	})
	a, b = make([]float64, c), make([]float64, c)
	for r := range runs {
		at := found[r*2*c:]
		for i := range c {
			a[i] += float64(at[i])
			b[i] += float64(at[c+i])
		}
	}
	return a, b
}

// Measure finds the moments of x.
func (n Norm) Measure(x []float32) Moments {
	pixels := len(x) / n.C
	sum, squares := sums(pixels, n.C, func(from, to int, a, b []float32) { stats(x[from*n.C:to*n.C], n.C, a, b) })
	m := Moments{make([]float32, n.C), make([]float32, n.C)}
	for i := range sum {
		mean := sum[i] / float64(pixels)
		m.Mean[i] = float32(mean)
		m.Variance[i] = float32(math.Max(squares[i]/float64(pixels)-mean*mean, 0))
	}
	return m
}

// Fold gives what x is multiplied with and what is added to it.
func (n Norm) Fold(m Moments, gamma, beta []float32) (scale, shift []float32) {
	scale, shift = make([]float32, n.C), make([]float32, n.C)
	for i := range scale {
		scale[i] = gamma[i] / float32(math.Sqrt(float64(m.Variance[i]+n.Epsilon)))
		shift[i] = beta[i] - m.Mean[i]*scale[i]
	}
	return scale, shift
}

// Forward normalises x into y by the moments and adds skip, if it is not nil.
func (n Norm) Forward(y, x, skip []float32, m Moments, gamma, beta []float32) {
	scale, shift := n.Fold(m, gamma, beta)
	Affine(y, x, skip, scale, shift, n.ReLU)
}

// Affine multiplies the channels of x with scale, adds shift and, if it is not
// nil, skip, and rectifies with relu.
func Affine(y, x, skip, scale, shift []float32, relu bool) {
	c := len(scale)
	Parallel(len(x)/c, func(from, to int) {
		var s []float32
		if skip != nil {
			s = skip[from*c : to*c]
		}
		affine(y[from*c:to*c], x[from*c:to*c], s, scale, shift, c, relu)
	})
}

// Backward makes the gradients of x, skip (nil for none), gamma and beta from
// dy, that of the y which Forward made of x with the moments of x itself.
func (n Norm) Backward(dx, dskip, dgamma, dbeta, x, y, dy []float32, m Moments, gamma []float32) {
	n.backward(dx, dskip, dgamma, dbeta, x, y, dy, m, gamma, float64(len(x)/n.C))
}

// BackwardFixed is Backward where the moments do not hang on x.
func (n Norm) BackwardFixed(dx, dskip, dgamma, dbeta, x, y, dy []float32, m Moments, gamma []float32) {
	n.backward(dx, dskip, dgamma, dbeta, x, y, dy, m, gamma, math.Inf(1))
}

// backward makes the gradients where the moments are those of so many pixels;
// of infinitely many, each moves them by nothing.
func (n Norm) backward(dx, dskip, dgamma, dbeta, x, y, dy []float32, m Moments, gamma []float32, of float64) {
	pixels := len(x) / n.C
	if !n.ReLU {
		y = nil
	}
	part := func(s []float32, from, to int) []float32 {
		if s == nil {
			return nil
		}
		return s[from*n.C : to*n.C]
	}
	sum, product := sums(pixels, n.C, func(from, to int, a, b []float32) {
		gradSums(part(x, from, to), part(y, from, to), part(dy, from, to), n.C, a, b)
	})
	a, b, e := make([]float32, n.C), make([]float32, n.C), make([]float32, n.C)
	for i := range a {
		mean, inverse := float64(m.Mean[i]), 1/math.Sqrt(float64(m.Variance[i]+n.Epsilon))
		normal := (product[i] - mean*sum[i]) * inverse // Σ dy·x̂
		dgamma[i], dbeta[i] = float32(normal), float32(sum[i])
		scale := float64(gamma[i]) * inverse
		slope := -scale * inverse * normal / of
		a[i], b[i] = float32(scale), float32(slope)
		e[i] = float32(-scale*sum[i]/of - slope*mean)
	}
	Parallel(pixels, func(from, to int) {
		gradApply(part(dx, from, to), part(dskip, from, to), part(x, from, to), part(y, from, to), part(dy, from, to), a, b, e, n.C)
	})
}

// MaxPool takes the largest of every 2 × 2 pixels of images pictures; an odd
// last row or column is left out.
func MaxPool(y, x []float32, images, rows, columns, c int) {
	in, out := rows*columns*c, (rows/2)*(columns/2)*c
	Parallel(images, func(from, to int) {
		for n := from; n < to; n++ {
			maxPool(y[n*out:(n+1)*out], x[n*in:(n+1)*in], rows, columns, c)
		}
	})
}

// MaxPoolGradient hands dy to the first pixel that was the largest of its four.
func MaxPoolGradient(dx, x, y, dy []float32, images, rows, columns, c int) {
	in, out := rows*columns*c, (rows/2)*(columns/2)*c
	Parallel(images, func(from, to int) {
		for n := from; n < to; n++ {
			if rows%2 == 1 || columns%2 == 1 {
				clear(dx[n*in : (n+1)*in])
			}
			maxPoolGrad(dx[n*in:(n+1)*in], x[n*in:(n+1)*in], y[n*out:(n+1)*out], dy[n*out:(n+1)*out], rows, columns, c)
		}
	})
}
