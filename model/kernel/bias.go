package kernel

// Bias adds bias to the channels of x and, with relu, rectifies.
func Bias(y, x, bias []float32, relu bool) {
	ones := make([]float32, len(bias))
	for i := range ones {
		ones[i] = 1
	}
	Affine(y, x, nil, ones, bias, relu)
}

// RectifierGradient hands dy on where the rectifier gave more than nothing:
// dx = dy where y > 0, of pixels of c channels.
func RectifierGradient(dx, y, dy []float32, c int) {
	ones, zeros := make([]float32, c), make([]float32, c)
	for i := range ones {
		ones[i] = 1
	}
	Parallel(len(y)/c, func(from, to int) {
		gradApply(dx[from*c:to*c], nil, y[from*c:to*c], y[from*c:to*c], dy[from*c:to*c], ones, zeros, zeros, c)
	})
}

// BiasGradient sums dy over pixels; with relu only where y, what [Bias] gave,
// is positive. y may be nil without.
func BiasGradient(db, y, dy []float32, relu bool) {
	c := len(db)
	sum, _ := sums(len(dy)/c, c, func(from, to int, a, b []float32) {
		if relu {
			gradSums(y[from*c:to*c], y[from*c:to*c], dy[from*c:to*c], c, a, b)
		} else {
			stats(dy[from*c:to*c], c, a, b)
		}
	})
	for i, v := range sum {
		db[i] = float32(v)
	}
}
