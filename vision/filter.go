package vision

import (
	"context"
	"image"
	"slices"

	"gocv.io/x/gocv"

	"lightbox/vision/fault"
)

// Filter makes a view of g, with the parameters that f has for it; of the original
// and the gray view that is g itself. Values stay on g's scale and within the range
// of its depth, so that every window acts on them as on g, except for those of
// ViewSobel and ViewCanny (see Window). Padding pixels and rows that are missing take no part in
// the values of others, and stay what they are.
//
// OpenCV cannot be stopped in the middle: ctx is looked at before it begins.
//
// Errors: *FilterError for impossible parameters, *fault.Error otherwise.
func (g *Gray) Filter(ctx context.Context, k ViewKind, f Filters) (*Gray, error) {
	if err := f.validate(k); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, g.scan.Path, ctx.Err())
	}
	switch k {
	case ViewOriginal, ViewGray:
		return g, nil
	case ViewGaussian:
		return g.Blur(ctx, f.Gaussian)
	case ViewUnsharp:
		return g.filtered("addWeighted", func(dst *Image, mask []float32) error { return unsharp(dst, g.Image, mask, f.Unsharp) })
	case ViewMedian:
		return g.filtered("medianBlur", func(dst *Image, mask []float32) error { return median(dst, g.Image, mask, f.Median) })
	case ViewCLAHE:
		return g.filtered("CLAHE", func(dst *Image, mask []float32) error { return equalised(dst, g.Image, mask, f.CLAHE) })
	case ViewSobel:
		return g.gradient(f.Sobel)
	case ViewCanny:
		return g.edges(f.Canny)
	}
	return nil, fault.New(fault.InternalError, g.scan.Path, "no view is called %s", k)
}

// filtered makes a picture on g's scale; mask is that of bodyMask.
func (g *Gray) filtered(operation string, filter func(dst *Image, mask []float32) error) (*Gray, error) {
	dst := NewImage(g.Rows, g.Columns, 1, g.Depth, g.Signed)
	mask := g.scan.bodyMask()
	if err := filter(dst, mask); err != nil {
		return nil, cvFault(g.scan.Path, operation, err)
	}
	g.keepPadding(dst, mask)
	return &Gray{dst, g.scan}, nil
}

// unsharp is src + amount · (src − Gaussian(src)) with OpenCV's GaussianBlur and
// addWeighted in float32, rounded at the end and clipped to the range of the
// depth; borders are reflected (BORDER_DEFAULT), and the kernel is as wide as
// OpenCV makes it for σ, four of them to either side.
func unsharp(dst, src *Image, mask []float32, u Unsharp) error {
	return withFloats(src, func(values gocv.Mat) error {
		filter := func(m gocv.Mat, out *gocv.Mat) error {
			return gocv.GaussianBlur(m, out, image.Point{}, u.Sigma, u.Sigma, gocv.BorderDefault)
		}
		smooth := gocv.NewMat()
		defer closeMat(&smooth)
		var err error
		if mask == nil {
			err = filter(values, &smooth)
		} else if err = values.CopyTo(&smooth); err == nil {
			err = inside(&smooth, mask, filter)
		}
		if err != nil {
			return err
		}
		if err := gocv.AddWeighted(values, 1+u.Amount, smooth, -u.Amount, 0, &smooth); err != nil {
			return err
		}
		return fromFloats(dst, &smooth)
	})
}

// median is OpenCV's medianBlur: edges are repeated. Where there is padding within
// the aperture, the median is that of the other pixels; of an even number of them,
// the lower of the two in the middle.
func median(dst, src *Image, mask []float32, aperture int) error {
	err := through(dst, src, func(m gocv.Mat, out *gocv.Mat) error { return gocv.MedianBlur(m, out, aperture) })
	if err != nil || mask == nil {
		return err
	}
	r, bias := aperture/2, src.bias()
	values := make([]uint16, 0, maxMedian*maxMedian)
	for i, near := range besidePadding(mask, src.Rows, src.Columns, r) {
		if !near || mask[i] == 0 {
			continue
		}
		values = values[:0]
		for y := i/src.Columns - r; y <= i/src.Columns+r; y++ {
			for x := i%src.Columns - r; x <= i%src.Columns+r; x++ {
				j := min(max(y, 0), src.Rows-1)*src.Columns + min(max(x, 0), src.Columns-1)
				if mask[j] != 0 {
					values = append(values, src.Pix[j]^bias)
				}
			}
		}
		slices.Sort(values)
		dst.Pix[i] = values[(len(values)-1)/2] ^ bias
	}
	return nil
}

// besidePadding tells the pixels that have padding within r rows and columns, or
// are padding themselves.
func besidePadding(mask []float32, rows, columns, r int) []bool {
	across, out := make([]bool, len(mask)), make([]bool, len(mask))
	for i, inside := range mask {
		if inside != 0 {
			continue
		}
		x := i % columns
		for j := i - min(r, x); j <= i+min(r, columns-1-x); j++ {
			across[j] = true
		}
	}
	for i, near := range across {
		if !near {
			continue
		}
		y := i / columns
		for k := -min(r, y); k <= min(r, rows-1-y); k++ {
			out[i+k*columns] = true
		}
	}
	return out
}
