package arch

// Grid is where the places of a layer lie on the network's input, in either
// direction: the middle of what the first of them is made of, and how far it is
// from one to the next, in pixels from the edge of the input.
//
// A convolution of stride 2 that pads both sides alike, for one, has its first
// place in the middle of the first pixel, not between the first two: behind
// several of them a map lies a good part of a place nearer to the upper left
// corner than if it were stretched over the input.
type Grid struct{ First, Pitch float64 }

// Grid of a layer; ok is false behind operators that enlarge.
func (n *Net) Grid(layer int) (g Grid, ok bool) {
	var way []Layer
	for at := layer; at > 0; at = n.Layers[at].In[0] {
		way = append(way, n.Layers[at])
	}
	g = Grid{0.5, 1}
	for i := len(way) - 1; i >= 0; i-- {
		switch l := way[i]; l.Op {
		case Conv:
			g.First += g.Pitch * (float64(l.Conv.Kernel-1)/2 - float64(l.Conv.Pad))
			g.Pitch *= float64(l.Conv.Stride)
		case MaxPool:
			g.First += g.Pitch / 2
			g.Pitch *= 2
		case Upsample, Mean:
			return Grid{}, false
		}
	}
	return g, true
}

// Span is the part of an input of side pixels that count places lie over, each
// as wide as it is from one to the next. It can reach beyond the input.
func (g Grid) Span(count, side int) (low, high float64) {
	low = (g.First - g.Pitch/2) / float64(side)
	return low, low + g.Pitch*float64(count)/float64(side)
}
