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
		widen2D(near, plane[other*c.stride:][:c.cols], out)
	default:
		step := f.hMax / c.h
		for i, v := range near {
			for k := range step {
				out[i*step+k] = v
			}
		}
	}
}

func widen1D[T uint8 | uint16](in, out []T) {
	n := len(in)
	left := uint32(in[0])
	out[0], out[2*n-1] = in[0], in[n-1]
	out = out[1 : 2*n-1]
	for _, s := range in[1:] {
		v := uint32(s)
		pair := (*[2]T)(out)
		pair[0], pair[1] = T((3*left+v+2)>>2), T((3*v+left+1)>>2)
		out, left = out[2:], v
	}
}

func widen2D[T uint8 | uint16](near, far []T, out []T) {
	n := len(near)
	far = far[:n]
	left, last := 3*uint32(near[0])+uint32(far[0]), 3*uint32(near[n-1])+uint32(far[n-1])
	out[0], out[2*n-1] = T((4*left+8)>>4), T((4*last+7)>>4)
	out = out[1 : 2*n-1]
	for i := 1; i < n; i++ {
		v := 3*uint32(near[i]) + uint32(far[i])
		pair := (*[2]T)(out)
		pair[0], pair[1] = T((3*left+v+7)>>4), T((3*v+left+8)>>4)
		out, left = out[2:], v
	}
}
