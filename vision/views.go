package vision

import (
	"context"
	"image"
	"math"

	"gocv.io/x/gocv"

	"lightbox/vision/fault"
)

// Blur holds the parameters of the Gaussian filter as OpenCV takes them.
type Blur struct {
	Kernel int     // width and height in pixels, odd, 1 … MaxKernel
	Sigma  float64 // standard deviation in pixels; 0 derives it from the kernel
}

// DefaultBlur is the filter of the source document: 5 × 5, σ derived.
var DefaultBlur = Blur{Kernel: 5, Sigma: 0}

// Validate returns a *FilterError for a kernel that is even or out of range and
// for a σ that is negative, too large or not a number.
func (b Blur) Validate() error { return Filters{Gaussian: b}.validate(ViewGaussian) }

// AppliedSigma is the standard deviation in pixels of the kernel that OpenCV
// really applies: a kernel too small for its σ cuts the Gaussian off, and one
// of 1 × 1 does nothing. For σ = 0 and kernels up to 7 it takes fixed binomial-like
// kernels (1 4 6 4 1 for 5, whose σ is 1.0) and not the formula
// 0.3·((k−1)·0.5 − 1) + 0.8 of its documentation, which would say 1.1.
func (b Blur) AppliedSigma() float64 {
	k := gocv.GetGaussianKernel(b.Kernel, b.Sigma)
	defer closeMat(&k)
	weights, err := k.DataPtrFloat64()
	if err != nil {
		return 0
	}
	var sum, square float64
	for i, w := range weights {
		d := float64(i - b.Kernel/2)
		sum += w
		square += w * d * d
	}
	return math.Sqrt(square / sum)
}

// Gray is a gray view of a scan: one channel at the scan's own depth, with the
// modality and padding of the scan that it was made of.
type Gray struct {
	*Image
	scan *Scan
}

// Scan says how g's values are read and drawn: it is the scan that g was made of
// or, for values on a scale of their own (see Window), one with that scale.
func (g *Gray) Scan() *Scan { return g.scan }

// Gray makes the grayscale view. Colour goes through OpenCV's cvtColor
// (RGB2GRAY, Rec. 601 luma) at its own depth; a scan of one channel is gray
// already and its values are taken as they are.
func (s *Scan) Gray(ctx context.Context) (*Gray, error) {
	if s.Values.Samples == 1 {
		return &Gray{s.Values, s}, nil
	}
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, s.Path, ctx.Err())
	}
	dst := NewImage(s.Values.Rows, s.Values.Columns, 1, s.Values.Depth, false)
	err := through(dst, s.Values, func(src gocv.Mat, out *gocv.Mat) error {
		return gocv.CvtColor(src, out, gocv.ColorRGBToGray)
	})
	if err != nil {
		return nil, cvFault(s.Path, "cvtColor", err)
	}
	return &Gray{dst, s}, nil
}

// Blur makes the Gaussian view of g with OpenCV's GaussianBlur at g's own
// depth, borders reflected (BORDER_DEFAULT). Padding pixels take no part in it
// and stay what they are.
//
// Errors: *FilterError for impossible parameters, *fault.Error otherwise.
func (g *Gray) Blur(ctx context.Context, b Blur) (*Gray, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, g.scan.Path, ctx.Err())
	}
	dst := NewImage(g.Rows, g.Columns, 1, g.Depth, g.Signed)
	filter := func(src gocv.Mat, out *gocv.Mat) error { return gaussian(src, out, b) }
	var err error
	if mask := g.scan.bodyMask(); mask != nil {
		err = withFloats(g.Image, func(values gocv.Mat) error {
			if err := inside(&values, mask, filter); err != nil {
				return err
			}
			return fromFloats(dst, &values)
		})
		g.keepPadding(dst, mask)
	} else {
		err = through(dst, g.Image, filter)
	}
	if err != nil {
		return nil, cvFault(g.scan.Path, "GaussianBlur", err)
	}
	return &Gray{dst, g.scan}, nil
}

func gaussian(src gocv.Mat, dst *gocv.Mat, b Blur) error {
	return gocv.GaussianBlur(src, dst, image.Pt(b.Kernel, b.Kernel), b.Sigma, b.Sigma, gocv.BorderDefault)
}

// bodyMask is 1 where a pixel is no padding; nil where the scan has none.
func (s *Scan) bodyMask() []float32 {
	if !s.masked() {
		return nil
	}
	mask, found := make([]float32, len(s.Stored.Pix)), false
	for i := range s.Stored.Pix {
		if s.excluded(i) {
			found = true
		} else {
			mask[i] = 1
		}
	}
	if !found {
		return nil
	}
	return mask
}

// keepPadding gives pixels outside the mask in dst the values that they have in g.
func (g *Gray) keepPadding(dst *Image, mask []float32) {
	for i, inside := range mask {
		if inside == 0 {
			dst.Pix[i] = g.Pix[i]
		}
	}
}
