// Package plane holds what is done to one channel of a picture on its way into
// a network: reducing, turning, smoothing, masks.
package plane

import (
	"math"
	"slices"
)

// Plane is one channel, row by row. Pictures are 0 black … 1 white, masks 0
// outside … 1 inside.
type Plane struct {
	Rows, Columns int
	Pix           []float32
}

// New is a plane of zeros.
func New(rows, columns int) Plane { return Plane{rows, columns, make([]float32, rows*columns)} }

// Clone is a copy with pixels of its own.
func (p Plane) Clone() Plane {
	c := p
	c.Pix = append([]float32(nil), p.Pix...)
	return c
}

// Stretch reduces or enlarges p to rows × columns, whatever its aspect ratio:
// each pixel is the mean of the area it covers, in float64.
func (p Plane) Stretch(rows, columns int) Plane {
	across, down := spans(p.Columns, columns), spans(p.Rows, rows)
	narrow := make([]float64, p.Rows*columns)
	for y := range p.Rows {
		line := p.Pix[y*p.Columns : (y+1)*p.Columns]
		for x, s := range across {
			narrow[y*columns+x] = s.of(func(i int) float64 { return float64(line[i]) })
		}
	}
	out := New(rows, columns)
	for y, s := range down {
		for x := range columns {
			out.Pix[y*columns+x] = float32(s.of(func(i int) float64 { return narrow[i*columns+x] }))
		}
	}
	return out
}

// span is which pixels a new pixel covers, and how much of each.
type span struct {
	from    int
	weights []float64
}

func (s span) of(at func(int) float64) (sum float64) {
	for i, w := range s.weights {
		sum += w * at(s.from+i)
	}
	return sum
}

// spans divides n pixels among m.
func spans(n, m int) []span {
	out := make([]span, m)
	for i := range out {
		a, b := float64(i)*float64(n)/float64(m), float64(i+1)*float64(n)/float64(m)
		s := span{from: min(int(a), n-1)}
		for k := s.from; k < n && (k == s.from || float64(k) < b-1e-9); k++ {
			s.weights = append(s.weights, (math.Min(float64(k+1), b)-math.Max(float64(k), a))/(b-a))
		}
		out[i] = s
	}
	return out
}

// Affine maps a place of the result to a place of the source: both in parts of
// the width and height, 0 … 1.
type Affine struct {
	XX, XY, X0 float64 // source x = XX·x + XY·y + X0
	YX, YY, Y0 float64
}

// Identity changes nothing.
func Identity() Affine { return Affine{XX: 1, YY: 1} }

// Mirror swaps left and right.
func Mirror() Affine { return Affine{XX: -1, X0: 1, YY: 1} }

// Warp samples p bilinearly into rows × columns. Outside p lies its edge, or
// zero with empty.
func (p Plane) Warp(dst []float32, rows, columns int, t Affine, empty bool) {
	w, h := float64(p.Columns), float64(p.Rows)
	for y := range rows {
		v := (float64(y) + 0.5) / float64(rows)
		for x := range columns {
			u := (float64(x) + 0.5) / float64(columns)
			sx, sy := (t.XX*u+t.XY*v+t.X0)*w-0.5, (t.YX*u+t.YY*v+t.Y0)*h-0.5
			if empty && (sx < -0.5 || sy < -0.5 || sx > w-0.5 || sy > h-0.5) {
				dst[y*columns+x] = 0
				continue
			}
			dst[y*columns+x] = p.at(sx, sy)
		}
	}
}

// at interpolates; places outside are moved to the edge.
func (p Plane) at(x, y float64) float32 {
	x, y = math.Min(math.Max(x, 0), float64(p.Columns-1)), math.Min(math.Max(y, 0), float64(p.Rows-1))
	i, j := int(x), int(y)
	fx, fy := float32(x-float64(i)), float32(y-float64(j))
	i2, j2 := min(i+1, p.Columns-1), min(j+1, p.Rows-1)
	top := p.Pix[j*p.Columns+i]*(1-fx) + p.Pix[j*p.Columns+i2]*fx
	bottom := p.Pix[j2*p.Columns+i]*(1-fx) + p.Pix[j2*p.Columns+i2]*fx
	return top*(1-fy) + bottom*fy
}

// Blur smooths p by a Gaussian of sigma pixels, with edge pixels repeated.
func (p Plane) Blur(sigma float64) {
	radius := int(math.Ceil(2.5 * sigma))
	if radius < 1 {
		return
	}
	kernel := make([]float32, 2*radius+1)
	var sum float32
	for i := range kernel {
		kernel[i] = float32(math.Exp(-0.5 * math.Pow(float64(i-radius)/sigma, 2)))
		sum += kernel[i]
	}
	for i := range kernel {
		kernel[i] /= sum
	}
	p.lines(func(dst, src []float32, n, step int) {
		for i := range n {
			var v float32
			for k, w := range kernel {
				v += w * src[min(max(i+k-radius, 0), n-1)*step]
			}
			dst[i*step] = v
		}
	})
}

// lines runs f over all rows and then over all columns of p: n values at
// distances of step.
func (p Plane) lines(f func(dst, src []float32, n, step int)) {
	half := make([]float32, len(p.Pix))
	for y := range p.Rows {
		f(half[y*p.Columns:], p.Pix[y*p.Columns:], p.Columns, 1)
	}
	for x := range p.Columns {
		f(p.Pix[x:], half[x:], p.Rows, p.Columns)
	}
}

// Grow widens a mask by a square of radius pixels to each side; a negative
// radius shrinks it, as if the mask went on outside the picture.
func (p Plane) Grow(radius int) {
	best := func(a, b float32) float32 { return max(a, b) }
	if radius < 0 {
		radius = -radius
		best = func(a, b float32) float32 { return min(a, b) }
	}
	if radius == 0 {
		return
	}
	p.lines(func(dst, src []float32, n, step int) {
		for i := range n {
			v := src[i*step]
			for k := max(i-radius, 0); k <= min(i+radius, n-1); k++ {
				v = best(v, src[k*step])
			}
			dst[i*step] = v
		}
	})
}

// Inside is what a mask counts as inside.
const Inside = 0.5

// Area is the part of the plane that lies inside a mask.
func (p Plane) Area() float64 {
	n := 0
	for _, v := range p.Pix {
		if v > Inside {
			n++
		}
	}
	return float64(n) / float64(max(len(p.Pix), 1))
}

// Part is one connected part of a mask (4 neighbours).
type Part struct {
	Size                     int     // pixels
	X, Y                     float64 // mean place
	Left, Right, Top, Bottom int     // first and last columns and rows
	pixels                   []int
}

// Parts are the connected parts of a mask, in the order of their first pixels.
func (p Plane) Parts() []Part {
	seen := make([]bool, len(p.Pix))
	var parts []Part
	for start, v := range p.Pix {
		if v <= Inside || seen[start] {
			continue
		}
		seen[start] = true
		part := Part{Left: p.Columns, Top: p.Rows, pixels: []int{start}}
		for k := 0; k < len(part.pixels); k++ {
			i := part.pixels[k]
			x, y := i%p.Columns, i/p.Columns
			part.X += float64(x)
			part.Y += float64(y)
			part.Left, part.Right = min(part.Left, x), max(part.Right, x)
			part.Top, part.Bottom = min(part.Top, y), max(part.Bottom, y)
			for _, n := range [4][2]int{{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
				if n[0] < 0 || n[1] < 0 || n[0] >= p.Columns || n[1] >= p.Rows {
					continue
				}
				if at := n[1]*p.Columns + n[0]; p.Pix[at] > Inside && !seen[at] {
					seen[at] = true
					part.pixels = append(part.pixels, at)
				}
			}
		}
		part.Size = len(part.pixels)
		part.X /= float64(part.Size)
		part.Y /= float64(part.Size)
		parts = append(parts, part)
	}
	return parts
}

// Taper is the logarithm of how much larger the lowest third of a part is than
// the uppermost; 0 for nothing.
func (q Part) Taper(columns int) float64 {
	const some = 5 // pixels, so that thin ends do not count without bound
	third := (q.Bottom - q.Top + 1) / 3
	top, bottom := float64(some), float64(some)
	for _, i := range q.pixels {
		if y := i / columns; y < q.Top+third {
			top++
		} else if y > q.Bottom-third {
			bottom++
		}
	}
	return math.Log(bottom / top)
}

// Lean is the angle of a part's longest axis from the vertical, in degrees:
// positive where its lower end lies to the right of its upper; 0 for nothing.
func (q Part) Lean(columns int) float64 {
	var xx, xy, yy float64
	for _, i := range q.pixels {
		x, y := float64(i%columns)-q.X, float64(i/columns)-q.Y
		xx, xy, yy = xx+x*x, xy+x*y, yy+y*y
	}
	return 0.5 * math.Atan2(2*xy, yy-xx) * 180 / math.Pi
}

// Largest keeps the count largest parts of a mask and clears the rest.
func (p Plane) Largest(count int) {
	parts := p.Parts()
	slices.SortStableFunc(parts, func(a, b Part) int { return b.Size - a.Size })
	for _, part := range parts[min(count, len(parts)):] {
		for _, i := range part.pixels {
			p.Pix[i] = 0
		}
	}
}

// Standardise subtracts the mean of x inside mask and divides by the standard
// deviation there plus floor; what lies outside becomes zero. A nil mask is
// everywhere. ok is false, and x all zero, where fewer than 16 pixels are inside.
func Standardise(x, mask []float32, floor float64) (ok bool) {
	var sum, squares float64
	n := 0
	for i, v := range x {
		if mask == nil || mask[i] > Inside {
			sum += float64(v)
			squares += float64(v) * float64(v)
			n++
		}
	}
	if n < 16 {
		clear(x)
		return false
	}
	mean := sum / float64(n)
	scale := 1 / (math.Sqrt(math.Max(squares/float64(n)-mean*mean, 0)) + floor)
	for i, v := range x {
		x[i] = 0
		if mask == nil || mask[i] > Inside {
			x[i] = float32((float64(v) - mean) * scale)
		}
	}
	return true
}
