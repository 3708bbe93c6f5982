package kernel

// A kernel as large as the picture has one place: the convolution is the dense
// layer of a flattened map, y = x·W, and its gradients are dx = dy·Wᵀ and
// dw = xᵀ·dy. Pictures then take the part of pixels, so that weights are read
// once for several pictures and not for each.

// matrix multiplies rows of src, each of so many floats, with packed weights.
func matrix(a convArgs, dst, src []float32, rows, in, out int) {
	Parallel(rows, func(from, to int) {
		a := a
		a.in, a.out = src[from*in:to*in], dst[from*out:to*out]
		a.rows, a.columns, a.inStep, a.outStep = 1, to-from, in, out
		conv(&a)
	})
}

// planCoveredGradient makes room for the weights with their sides swapped.
func (c *Convolution) planCoveredGradient() {
	p := phase{packed: make([]float32, c.Weights())}
	for o := range c.Out {
		p.off = append(p.off, int32(o))
	}
	c.phases = []phase{p}
}

// turnCovered packs Wᵀ, with room to do so.
func (c *Convolution) turnCovered(turned, w []float32) {
	k := len(c.off)
	Parallel(k, func(from, to int) {
		for i := from; i < to; i++ {
			for o, v := range w[i*c.Out : (i+1)*c.Out] {
				turned[o*k+i] = v
			}
		}
	})
	pack(c.phases[0].packed, turned, c.Out, k, 1)
}

// coveredInput makes dx of dy.
func (c *Convolution) coveredInput(dx, dy []float32, images int) {
	p := &c.phases[0]
	matrix(convArgs{packed: p.packed, off: p.off, outc: len(c.off), images: 1, planned: 1}, dx, dy, images, c.Out, len(c.off))
}

// coveredWeights makes dw of x and dy. Every weight is summed by one core in
// the order of the pictures.
func (c *Convolution) coveredWeights(dw, x, dy []float32, images int) {
	const run = 64 // inputs
	k := len(c.off)
	clear(dw)
	Parallel((k+run-1)/run, func(from, to int) {
		from, to = from*run, min(to*run, k)
		convWeights(&convWeightsArgs{
			in: x, dy: dy, dw: dw[from*c.Out : to*c.Out], off: c.off[from:to], outc: c.Out,
			rows: 1, columns: images, inStep: k,
		})
	})
}
