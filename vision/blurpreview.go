package vision

import (
	"context"
	"image"
	"math"
	"unsafe"

	"gocv.io/x/gocv"

	"lightbox/vision/fault"
)

// Preview is what is drawn of a filtered view while its filter is still being moved:
// the part that a pane shows is filtered at the size that it is shown in. Its cost
// follows the pane's size, not the scan's. It is a picture to look at only; what is
// measured and exported is of Gray.Blur.
//
// A Preview is safe for concurrent use.
type Preview struct {
	gray   *Gray
	levels *Pyramid // of gray

	// Of a scan with padding, the part of each pixel that is none, and its value
	// times that; nil without.
	masks, masked func(level int) *floatLevel
}

// Preview prepares previews of g, whose pyramid is levels.
func (g *Gray) Preview(levels *Pyramid) *Preview {
	p := &Preview{gray: g, levels: levels}
	if mask := g.scan.bodyMask(); mask != nil {
		p.masks, p.masked = floatLevels(mask, g.Image, func(uint16) float32 { return 1 }),
			floatLevels(mask, g.Image, func(v uint16) float32 { return float32(v ^ g.bias()) })
	}
	return p
}

// Blur filters what a pane of so many screen pixels shows at v. The picture that it
// gives has the one level that is drawn there. Where the pane shows image pixels and no
// reduced ones it is what Gray.Blur gives, pixel by pixel; reduced, it differs by what
// filtering before and after a reduction differ by, a few grey levels at hard edges
// (TestPreviewIsNear).
// What lies outside the pane is not filtered.
//
// Errors: *BlurError for impossible parameters, *fault.Error otherwise.
func (p *Preview) Blur(ctx context.Context, b Blur, v Viewport, pane image.Point) (*Pyramid, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, p.gray.scan.Path, ctx.Err())
	}
	src, level := p.levels.Level(levelAt(v.Zoom))
	dst := NewImage(src.Rows, src.Columns, 1, src.Depth, false)
	copy(dst.Pix, src.Pix)
	part := visible(src, level, v, pane)
	if !part.Empty() {
		weights := reducedKernel(b, 1<<level)
		var err error
		switch {
		case p.masks != nil:
			err = p.blurBody(dst, src, level, part, weights)
		case level == 0: // the very filter, on the very values
			err = blurPart(dst, p.gray.Image, part, b.Kernel/2, func(in gocv.Mat, out *gocv.Mat) error { return gaussian(in, out, b) })
		default:
			err = blurPart(dst, src, part, len(weights)/2, func(in gocv.Mat, out *gocv.Mat) error { return separable(in, out, weights) })
		}
		if err != nil {
			return nil, cvFault(p.gray.scan.Path, "sepFilter2D", err)
		}
	}
	return &Pyramid{Base: p.gray.Image, only: dst, onlyLevel: level}, nil
}

// visible is the part of a level that a pane shows, with the pixels beyond its edges
// that interpolation takes.
func visible(m *Image, level int, v Viewport, pane image.Point) image.Rectangle {
	scale := float64(int(1) << level)
	at := func(x, y float64) (float64, float64) {
		ix, iy := v.ToImage(x, y, pane.X, pane.Y)
		return ix / scale, iy / scale
	}
	x0, y0 := at(0, 0)
	x1, y1 := at(float64(pane.X), float64(pane.Y))
	r := image.Rect(int(math.Floor(x0))-1, int(math.Floor(y0))-1, int(math.Ceil(x1))+1, int(math.Ceil(y1))+1)
	return r.Intersect(image.Rect(0, 0, m.Columns, m.Rows))
}

// reducedKernel is b's kernel, one-dimensional, for an image reduced by so many pixels
// to one: each weight goes to the reduced pixels around its place by cubic convolution
// (Keys 1981), which keeps the sum and the variance.
func reducedKernel(b Blur, by int) []float64 {
	full := kernelOf(b)
	if by == 1 {
		return full
	}
	reach := (len(full)/2+by-1)/by + 1
	out := make([]float64, 2*reach+1)
	for j, w := range full {
		at := float64(j-len(full)/2) / float64(by)
		for k := range out {
			out[k] += w * keys(at-float64(k-reach))
		}
	}
	return trimmed(out)
}

// trimmed is a symmetric kernel without what no pixel of 16 bits shows. Far out a narrow
// Gaussian's weights are too small for single precision, and processors are slow with
// such numbers.
func trimmed(kernel []float64) []float64 {
	const least = 1e-13
	n := 0
	for n < len(kernel)/2 && math.Abs(kernel[n]) < least {
		n++
	}
	return kernel[n : len(kernel)-n]
}

// keys is the kernel of cubic convolution with a = −1/2.
func keys(x float64) float64 {
	switch x = math.Abs(x); {
	case x < 1:
		return (1.5*x-2.5)*x*x + 1
	case x < 2:
		return ((-0.5*x+2.5)*x-4)*x + 2
	}
	return 0
}

// kernelOf is the kernel that OpenCV applies, in one direction.
func kernelOf(b Blur) []float64 {
	k := gocv.GetGaussianKernel(b.Kernel, b.Sigma)
	defer closeMat(&k)
	weights, err := k.DataPtrFloat64()
	if err != nil {
		return []float64{1}
	}
	return append([]float64(nil), weights...)
}

// blurPart filters a part of an image, reading beyond its edges where there are
// pixels, and puts it into dst in ordered values.
func blurPart(dst, src *Image, part image.Rectangle, reach int, filter func(gocv.Mat, *gocv.Mat) error) error {
	return withMat(src, func(m gocv.Mat) error {
		return onPart(m, part, reach, filter, func(out *gocv.Mat) error {
			blurred := NewImage(part.Dy(), part.Dx(), 1, src.Depth, src.Signed)
			if err := fromMat(blurred, out); err != nil {
				return err
			}
			blurred = ordered(blurred)
			for y := range blurred.Rows {
				copy(dst.Pix[(part.Min.Y+y)*dst.Columns+part.Min.X:], blurred.Pix[y*blurred.Columns:][:blurred.Columns])
			}
			return nil
		})
	})
}

// onPart filters a part of a Mat, with what lies within reach of it, and hands the
// result on. The part is copied: OpenCV filters what lies inside another Mat by other
// arithmetic, which rounds otherwise.
func onPart(m gocv.Mat, part image.Rectangle, reach int, filter func(gocv.Mat, *gocv.Mat) error, take func(*gocv.Mat) error) error {
	wide := part.Inset(-reach).Intersect(image.Rect(0, 0, m.Cols(), m.Rows()))
	inside := m.Region(wide)
	defer closeMat(&inside)
	in := inside.Clone()
	defer closeMat(&in)
	out := gocv.NewMat()
	defer closeMat(&out)
	if err := filter(in, &out); err != nil {
		return err
	}
	asked := out.Region(part.Sub(wide.Min))
	defer closeMat(&asked)
	whole := asked.Clone() // a Region's rows do not follow each other in memory
	defer closeMat(&whole)
	return take(&whole)
}

// separable filters in single precision, for which OpenCV has vector code; dst has the
// type of src.
func separable(src gocv.Mat, dst *gocv.Mat, weights []float64) error {
	raw := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(weights))), len(weights)*8)
	k, err := gocv.NewMatFromBytes(1, len(weights), gocv.MatTypeCV64F, raw)
	if err != nil {
		return err
	}
	defer closeMat(&k)
	single := gocv.NewMat()
	defer closeMat(&single)
	if err := src.ConvertTo(&single, gocv.MatTypeCV32F); err != nil {
		return err
	}
	if err := gocv.SepFilter2D(single, &single, -1, k, k, image.Pt(-1, -1), 0, gocv.BorderDefault); err != nil {
		return err
	}
	return single.ConvertTo(dst, src.Type())
}

// blurBody is normalised convolution (see blurInside) on a reduced image. A reduced
// pixel of which only a part is body keeps the padding's share of its value.
func (p *Preview) blurBody(dst, src *Image, level int, part image.Rectangle, weights []float64) error {
	mask, masked := p.masks(level), p.masked(level)
	numerator, err := masked.blurred(part, weights)
	if err != nil {
		return err
	}
	denominator, err := mask.blurred(part, weights)
	if err != nil {
		return err
	}
	n := part.Dx()
	for y := range part.Dy() {
		for x := range n {
			i, j := (part.Min.Y+y)*dst.Columns+part.Min.X+x, y*n+x
			body := mask.pix[i]
			if body == 0 || denominator[j] <= 0 {
				continue
			}
			padding := float32(src.Pix[i]) - masked.pix[i]
			v := body*numerator[j]/denominator[j] + padding
			dst.Pix[i] = uint16(math.RoundToEven(float64(min(max(v, 0), math.MaxUint16))))
		}
	}
	return nil
}
