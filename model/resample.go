package model

import "math"

// bicubicA is the free parameter of the cubic kernel; -0.5 is Catmull-Rom,
// the value Pillow uses. Source: Keys, IEEE ASSP 29(6), 1981.
const bicubicA = -0.5

// bicubicSupport is the kernel's half width in source pixels at scale 1.
const bicubicSupport = 2.0

// square is a view of a square part of a picture: rows start stride apart.
type square struct {
	pix    []float32
	stride int
	side   int
}

func centreSquare(g Gray) square {
	side := min(g.Rows, g.Columns)
	top, left := (g.Rows-side)/2, (g.Columns-side)/2
	return square{pix: g.Pix[top*g.Columns+left:], stride: g.Columns, side: side}
}

// window is the run of source pixels one output pixel is made of.
type window struct {
	first   int
	weights []float64
}

// resample scales a square picture to size×size: first along the rows, then
// along the columns, each output pixel summed in float64.
func resample(s square, size int) []float32 {
	windows := bicubicWindows(s.side, size)
	narrow := make([]float64, s.side*size) // s.side rows of size columns
	for y := range s.side {
		row := s.pix[y*s.stride : y*s.stride+s.side]
		for x, w := range windows {
			var sum float64
			for i, v := range row[w.first : w.first+len(w.weights)] {
				sum += w.weights[i] * float64(v)
			}
			narrow[y*size+x] = sum
		}
	}
	out := make([]float32, size*size)
	for y, w := range windows {
		for x := range size {
			var sum float64
			for i, weight := range w.weights {
				sum += weight * narrow[(w.first+i)*size+x]
			}
			out[y*size+x] = float32(sum)
		}
	}
	return out
}

// bicubicWindows gives the weights for scaling a line of in pixels to out
// pixels. When shrinking, the kernel is stretched by the factor, so that
// every source pixel contributes and fine detail averages out rather than
// turning into false coarse detail. Weights of a window add up to one.
func bicubicWindows(in, out int) []window {
	scale := float64(in) / float64(out)
	stretch := math.Max(scale, 1)
	support := bicubicSupport * stretch
	windows := make([]window, out)
	for o := range windows {
		centre := (float64(o) + 0.5) * scale
		first := max(int(centre-support+0.5), 0)
		last := min(int(centre+support+0.5), in)
		weights := make([]float64, last-first)
		var sum float64
		for i := range weights {
			weights[i] = bicubic((float64(first+i) - centre + 0.5) / stretch)
			sum += weights[i]
		}
		for i := range weights {
			weights[i] /= sum
		}
		windows[o] = window{first: first, weights: weights}
	}
	return windows
}

func bicubic(x float64) float64 {
	x = math.Abs(x)
	switch {
	case x < 1:
		return ((bicubicA+2)*x-(bicubicA+3))*x*x + 1
	case x < 2:
		return (((x-5)*x+8)*x - 4) * bicubicA
	default:
		return 0
	}
}
