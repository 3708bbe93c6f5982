package jpeg

// filter is how a subsampled component is enlarged.
type filter int

const (
	repeat     filter = iota // every sample as often as needed
	triangle1D               // half the width
	triangle2D               // half the width and half the height
)

// filter chooses like the IJG's decoder does by default ("fancy upsampling"):
// interpolation for the two usual ratios, unless the component is too narrow,
// repetition for the others.
func (c *component) filter(f *frame) filter {
	switch {
	case f.lossless, f.hMax != 2*c.h, c.cols <= 2:
		return repeat
	case f.vMax == c.v:
		return triangle1D
	case f.vMax == 2*c.v:
		return triangle2D
	}
	return repeat
}

// enlarge gives the row y of the picture of a component, at full width.
//
// A new sample lies a quarter of the old distance from the nearest old one, so
// that it is 3/4 of this and 1/4 of the next but one; rounding alternates
// between up and down from one sample to the next. Beyond the edges the
// outermost samples go on.
func (e *planes[T]) enlarge(f *frame, c *component, plane []T, y int, out []T) {
	at := y * c.v / f.vMax
	near := plane[at*c.stride:][:c.cols]
	switch c.filter(f) {
	case triangle1D:
		widen1D(near, out)
	case triangle2D:
		other := at + 1
		if y%2 == 0 {
			other = at - 1
		}
		other = min(max(other, 0), c.rows-1)
		if e.sums[0] == nil {
			e.sums[0] = make([]int32, f.cols)
		}
		widen2D(near, plane[other*c.stride:][:c.cols], e.sums[0][:c.cols], out)
	default:
		step := f.hMax / c.h
		for i, v := range near {
			fill(out[i*step:(i+1)*step], v)
		}
	}
}

func widen1D[T uint8 | uint16](in, out []T) {
	n := len(in)
	out = out[:2*n]
	out[0], out[2*n-1] = in[0], in[n-1]
	left := uint32(in[0])
	for i := 1; i < n; i++ {
		v := uint32(in[i])
		out[2*i-1] = T((3*left + v + 2) >> 2)
		out[2*i] = T((3*v + left + 1) >> 2)
		left = v
	}
}

func widen2D[T uint8 | uint16](near, far []T, sums []int32, out []T) {
	n := len(near)
	far, sums, out = far[:n], sums[:n], out[:2*n]
	for i, v := range near {
		sums[i] = 3*int32(v) + int32(far[i])
	}
	left := sums[0]
	out[0], out[2*n-1] = T((4*left+8)>>4), T((4*sums[n-1]+7)>>4)
	for i := 1; i < n; i++ {
		v := sums[i]
		out[2*i-1] = T((3*left + v + 7) >> 4)
		out[2*i] = T((3*v + left + 8) >> 4)
		left = v
	}
}
