package vision

import (
	"math"

	"gocv.io/x/gocv"
)

// Canny holds the parameters of Canny's edge detector as OpenCV takes them.
type Canny struct {
	// Low and High are the thresholds of the gradient on a scale of 0 … 255, with the
	// kernels of the aperture, which do not divide: a ramp of 1 a pixel has 8 with
	// aperture 3. Edges begin above High and go on above Low; the smaller of the two is
	// taken for Low, as OpenCV does.
	Low, High float64
	Aperture  int // of Sobel's kernels in pixels: 3, 5 or 7
	Norm      int // 1: |gx| + |gy|; 2: √(gx² + gy²), which OpenCV calls L2gradient
}

// set is the detector with another value of one parameter.
func (c Canny) set(name ParameterName, v float64) Canny {
	switch name {
	case Low:
		c.Low = v
	case High:
		c.High = v
	case Aperture:
		c.Aperture = int(v)
	case Norm:
		c.Norm = int(v)
	}
	return c
}

// edgeLevel is what an edge is in OpenCV's picture; all else is 0.
const edgeLevel = 255

// edges is OpenCV's Canny of g in 8 bits, 255 on edges and 0 elsewhere.
//
// OpenCV takes 8 bits only. Values of 8 bits are taken as they are; those of other
// depths from their 0.1st to their 99.9th percentile, padding left out, are spread over
// 0 … 255 and rounded. The window in force has no part in it: edges would come and go
// while it is dragged, and two readers would not see the same.
//
// GoCV binds neither aperture nor norm, so what follows the derivatives, which are
// OpenCV's, is done here as OpenCV 4 does it (canny.cpp), to the pixel: see
// TestCannyEqualsOpenCV. Where there is padding within the aperture the gradient is not
// known, and there is no edge.
func (g *Gray) edges(c Canny) (*Gray, error) {
	known := g.scan.bodyMask()
	for i, near := range besidePadding(known, g.Rows, g.Columns, c.Aperture/2) {
		if near {
			known[i] = 0
		}
	}
	dst := NewImage(g.Rows, g.Columns, 1, 8, false)
	dx, dy, err := derivatives(g.in8Bits(), c.Aperture)
	if err != nil {
		return nil, cvFault(g.scan.Path, "Canny", err)
	}
	c.trace(dst, dx, dy, known)
	own := *g.scan
	own.Values, own.Wide, own.Inverse, own.Modality = dst, nil, false, Modality{Slope: 1}
	own.VOIs = []VOI{rising(0, edgeLevel, SourceEdges)}
	return &Gray{dst, &own}, nil
}

// in8Bits is the picture as OpenCV's Canny takes it.
func (g *Gray) in8Bits() *Image {
	if g.Depth == 8 && !g.Signed {
		return g.Image
	}
	own := *g.scan
	own.Values = g.Image
	dst := NewImage(g.Rows, g.Columns, 1, 8, false)
	d := own.distribution(g.Bounds())
	if d.n == 0 {
		return dst
	}
	low, high := d.at(autoLow), d.at(autoHigh)
	span := max(high-low, 1)
	for i, p := range g.Pix {
		v := min(max(g.number(p)-low, 0), span)
		dst.Pix[i] = uint16((2*v*edgeLevel + span) / (2 * span))
	}
	return dst
}

// derivatives are Sobel's across and down of a picture of 8 bits, edges repeated; of
// aperture 7 a sixteenth of them, which fits 16 bits.
func derivatives(src *Image, aperture int) (dx, dy []int16, err error) {
	scale := 1.0
	if aperture == 7 {
		scale = 1.0 / 16
	}
	err = withMat(src, func(m gocv.Mat) error {
		along := func(x, y int) ([]int16, error) {
			d := gocv.NewMat()
			defer closeMat(&d)
			if err := gocv.Sobel(m, &d, gocv.MatTypeCV16S, x, y, aperture, scale, 0, gocv.BorderReplicate); err != nil {
				return nil, err
			}
			data, err := d.DataPtrInt16()
			return append([]int16(nil), data...), err
		}
		var err error
		if dx, err = along(1, 0); err == nil {
			dy, err = along(0, 1)
		}
		return err
	})
	return dx, dy, err
}

// limits are the thresholds on the scale of strength, in whole numbers as OpenCV
// compares them.
func (c Canny) limits() (low, high int32) {
	l, h := min(c.Low, c.High), max(c.Low, c.High)
	if c.Aperture == 7 {
		l, h = l/16, h/16
	}
	if c.Norm == 2 { // of squares
		l, h = min(l, math.MaxInt16), min(h, math.MaxInt16)
		l, h = l*l, h*h
	}
	return int32(math.Floor(l)), int32(math.Floor(h))
}

// strength is the gradient's length or, of norm 2, the square of it.
func (c Canny) strength(dx, dy int16) int32 {
	x, y := int32(dx), int32(dy)
	if c.Norm == 2 {
		return x*x + y*y
	}
	return max(x, -x) + max(y, -y)
}

// trace draws the edges: what is stronger than High and than its two neighbours along
// the gradient, and from there on all that is stronger than Low and than its neighbours,
// and touches an edge, at corners too.
func (c Canny) trace(dst *Image, dx, dy []int16, known []float32) {
	low, high := c.limits()
	width := dst.Columns + 2 // a rim of nothing, so that each pixel has neighbours
	strengths := make([]int32, width*(dst.Rows+2))
	for i := range dx {
		if known == nil || known[i] != 0 {
			strengths[(i/dst.Columns+1)*width+i%dst.Columns+1] = c.strength(dx[i], dy[i])
		}
	}
	perhaps := make([]bool, len(strengths))
	var found []int
	edge := func(at int) {
		perhaps[at] = false
		dst.Pix[(at/width-1)*dst.Columns+at%width-1] = edgeLevel
		found = append(found, at)
	}
	for i := range dx {
		at := (i/dst.Columns+1)*width + i%dst.Columns + 1
		if m := strengths[at]; m > low && isRidge(strengths, at, width, int32(dx[i]), int32(dy[i])) {
			perhaps[at] = true
			if m > high {
				found = append(found, at)
			}
		}
	}
	strong := found
	found = nil
	for _, at := range strong {
		edge(at)
	}
	for len(found) > 0 {
		at := found[len(found)-1]
		found = found[:len(found)-1]
		for _, row := range []int{at - width, at, at + width} {
			for next := row - 1; next <= row+1; next++ {
				if perhaps[next] {
					edge(next)
				}
			}
		}
	}
}

// tan22 is tan 22.5° in 1/32768: where OpenCV's sectors of direction meet; tan 67.5° is 2
// more.
const tan22 = 13573

// isRidge tells whether a gradient is the strongest along its direction, which is
// rounded to 45°; of two equal ones next to each other across or down the first is taken.
func isRidge(strengths []int32, at, width int, dx, dy int32) bool {
	m, x, y := strengths[at], int64(max(dx, -dx)), int64(max(dy, -dy))<<15
	switch t := x * tan22; {
	case y < t:
		return m > strengths[at-1] && m >= strengths[at+1]
	case y > t+x<<16:
		return m > strengths[at-width] && m >= strengths[at+width]
	}
	if (dx ^ dy) < 0 {
		return m > strengths[at-width+1] && m > strengths[at+width-1]
	}
	return m > strengths[at-width-1] && m > strengths[at+width+1]
}
