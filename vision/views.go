package vision

import (
	"context"
	"fmt"
	"image"
	"math"
	"strconv"
	"unsafe"

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

// BlurError says which parameter is impossible and why.
type BlurError struct {
	Parameter string // "kernel" or "sigma"
	Value     string
}

func (e *BlurError) Error() string {
	if e.Parameter == "kernel" {
		return fmt.Sprintf("kernel %s: must be an odd number from 1 to %d", e.Value, MaxKernel)
	}
	return fmt.Sprintf("sigma %s: must be a number from 0 to %g", e.Value, MaxSigma)
}

// Validate returns a *BlurError for a kernel that is even or out of range and
// for a σ that is negative, too large or not a number.
func (b Blur) Validate() error {
	if b.Kernel < 1 || b.Kernel > MaxKernel || b.Kernel%2 == 0 {
		return &BlurError{"kernel", strconv.Itoa(b.Kernel)}
	}
	if !(b.Sigma >= 0 && b.Sigma <= MaxSigma) {
		return &BlurError{"sigma", strconv.FormatFloat(b.Sigma, 'g', -1, 64)}
	}
	return nil
}

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
	err := withMat(s.Values, func(src gocv.Mat) error {
		out := gocv.NewMat()
		defer closeMat(&out)
		if err := gocv.CvtColor(src, &out, gocv.ColorRGBToGray); err != nil {
			return err
		}
		return fromMat(dst, &out)
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
// Errors: *BlurError for impossible parameters, *fault.Error otherwise.
func (g *Gray) Blur(ctx context.Context, b Blur) (*Gray, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, g.scan.Path, ctx.Err())
	}
	dst := NewImage(g.Rows, g.Columns, 1, g.Depth, g.Signed)
	var err error
	if mask := g.scan.bodyMask(); mask != nil {
		err = blurInside(dst, g.Image, mask, b)
	} else {
		err = withMat(g.Image, func(src gocv.Mat) error {
			out := gocv.NewMat()
			defer closeMat(&out)
			if err := gaussian(src, &out, b); err != nil {
				return err
			}
			return fromMat(dst, &out)
		})
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

// blurInside is normalised convolution (Knutsson and Westin 1993): the blurred
// values inside the mask divided by the blurred mask, so that a border of
// padding does not bleed into the patient.
func blurInside(dst, src *Image, mask []float32, b Blur) error {
	masked := make([]float32, len(mask))
	for i, p := range src.Pix {
		masked[i] = float32(src.number(p)) * mask[i]
	}
	numerator, err := blurFloat(masked, src.Rows, src.Columns, b)
	if err != nil {
		return err
	}
	denominator, err := blurFloat(mask, src.Rows, src.Columns, b)
	if err != nil {
		return err
	}
	for i, p := range src.Pix {
		if mask[i] == 0 || denominator[i] <= 0 {
			dst.Pix[i] = p
			continue
		}
		v := int(math.RoundToEven(float64(numerator[i] / denominator[i])))
		dst.Pix[i] = uint16(v)
	}
	return nil
}

func blurFloat(v []float32, rows, columns int, b Blur) ([]float32, error) {
	raw := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*4)
	m, err := gocv.NewMatFromBytes(rows, columns, gocv.MatTypeCV32F, raw)
	if err != nil {
		return nil, err
	}
	defer closeMat(&m)
	out := gocv.NewMat()
	defer closeMat(&out)
	if err := gaussian(m, &out, b); err != nil {
		return nil, err
	}
	data, err := out.DataPtrFloat32()
	if err != nil {
		return nil, err
	}
	return append([]float32(nil), data...), nil
}

// withMat lends src to OpenCV for the length of f. 16-bit pixels are shared,
// not copied; OpenCV must not write to them.
func withMat(src *Image, f func(gocv.Mat) error) error {
	var raw []byte
	t := gocv.MatTypeCV16U
	switch {
	case src.Depth == 8 && !src.Signed:
		t = gocv.MatTypeCV8U
		raw = make([]byte, len(src.Pix))
		for i, p := range src.Pix {
			raw[i] = byte(p)
		}
	case src.Signed: // signed 8-bit too: GaussianBlur does not take CV_8S
		t = gocv.MatTypeCV16S
		fallthrough
	default:
		raw = unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(src.Pix))), len(src.Pix)*2)
	}
	if src.Samples == 3 {
		t += gocv.MatChannels3
	}
	m, err := gocv.NewMatFromBytes(src.Rows, src.Columns, t, raw)
	if err != nil {
		return err
	}
	defer closeMat(&m)
	return f(m)
}

// fromMat copies OpenCV's result into dst, whose shape says what is expected.
func fromMat(dst *Image, m *gocv.Mat) error {
	if m.Rows() != dst.Rows || m.Cols() != dst.Columns || m.Channels() != dst.Samples {
		return fmt.Errorf("OpenCV returned %d×%d×%d for %d×%d×%d",
			m.Rows(), m.Cols(), m.Channels(), dst.Rows, dst.Columns, dst.Samples)
	}
	switch {
	case dst.Signed:
		data, err := m.DataPtrInt16()
		if err != nil {
			return err
		}
		for i, v := range data {
			dst.Pix[i] = uint16(v)
		}
	case dst.Depth == 8:
		data, err := m.DataPtrUint8()
		if err != nil {
			return err
		}
		for i, v := range data {
			dst.Pix[i] = uint16(v)
		}
	default:
		data, err := m.DataPtrUint16()
		if err != nil {
			return err
		}
		copy(dst.Pix, data)
	}
	return nil
}

// closeMat frees a Mat. Close fails for no Mat that this package makes.
func closeMat(m *gocv.Mat) { _ = m.Close() }

// cvFault wraps what OpenCV reports; with the shapes checked beforehand that
// is, in practice, memory.
func cvFault(path, operation string, err error) error {
	return fault.New(fault.NotEnoughRAM, path, "OpenCV %s", operation).Because(err)
}
