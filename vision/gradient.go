package vision

import (
	"math"

	"gocv.io/x/gocv"
)

// gradientQuantile is where the window of a gradient picture ends: edges of
// lettering and markers are steeper than any of the patient's.
const gradientQuantile = 0.995

// maxSteps is the finest division of a stored unit in the gradient's picture.
const maxSteps = 256

// Window is the window of values on a scale of their own, to which the scan's
// windows do not apply; ok is false for all others. The values of ViewSobel are such:
// modality units per pixel, from 0 up, bright on dark whatever the file's polarity; and
// those of ViewCanny, which are 255 on edges and 0 elsewhere.
func (g *Gray) Window() (v VOI, ok bool) {
	v = g.scan.VOIs[0]
	return v, v.Source == SourceGradient || v.Source == SourceEdges
}

// gradient is the magnitude √(gx² + gy²) of Sobel's derivatives, with OpenCV's
// kernels of the aperture, borders reflected (BORDER_DEFAULT), divided so that a
// ramp that rises by 1 a pixel gives 1. It is kept in fractions of the stored unit,
// as fine as 16 bits allow for the steepest edge, and its modality says how fine.
//
// Where there is padding within the aperture, which would be an edge, the gradient
// is not known: it is 0, as it is on padding.
func (g *Gray) gradient(aperture int) (*Gray, error) {
	known := g.scan.bodyMask()
	for i, near := range besidePadding(known, g.Rows, g.Columns, max(aperture/2, 1)) {
		if near {
			known[i] = 0
		}
	}
	dst := NewImage(g.Rows, g.Columns, 1, 16, false)
	step, err := sobel(dst, g.Image, known, aperture)
	if err != nil {
		return nil, cvFault(g.scan.Path, "Sobel", err)
	}
	return &Gray{dst, g.scan.withGradient(dst, step)}, nil
}

// sobel computes the magnitudes in steps of so many stored units per pixel; where
// known is not nil, they are 0 outside of it.
func sobel(dst, src *Image, known []float32, aperture int) (step float64, err error) {
	scale := 1 / rampResponse(aperture)
	err = withMat(src, func(m gocv.Mat) error {
		x, y := gocv.NewMat(), gocv.NewMat()
		defer closeMat(&x)
		defer closeMat(&y)
		if err := gocv.Sobel(m, &x, gocv.MatTypeCV32F, 1, 0, aperture, scale, 0, gocv.BorderDefault); err != nil {
			return err
		}
		if err := gocv.Sobel(m, &y, gocv.MatTypeCV32F, 0, 1, aperture, scale, 0, gocv.BorderDefault); err != nil {
			return err
		}
		if err := gocv.Magnitude(x, y, &x); err != nil {
			return err
		}
		if known != nil {
			err := withMask(known, src.Rows, src.Columns, func(weight gocv.Mat) error { return gocv.Multiply(x, weight, &x) })
			if err != nil {
				return err
			}
		}
		_, steepest, _, _ := gocv.MinMaxLoc(x)
		finest := finestSteps(float64(steepest))
		step = 1 / finest
		if err := x.ConvertToWithParams(&y, gocv.MatTypeCV16U, float32(finest), 0); err != nil {
			return err
		}
		return fromMat(dst, &y)
	})
	return step, err
}

// finestSteps is into how many steps, a power of two, a unit can be divided so that
// the steepest gradient fits 16 bits. That of stored values of 16 bits always does:
// each derivative is at most half of 65,535.
func finestSteps(steepest float64) float64 {
	steps := 1.0
	for steps < maxSteps && 2*steps*steepest < math.MaxUint16 {
		steps *= 2
	}
	return steps
}

// rampResponse is what OpenCV's kernel of an aperture makes of a ramp that rises by
// 1 a pixel: 1 2 1 across times −1 0 1 along, smoothed by 1 2 1 in both directions
// as often as the aperture is larger than 3 in steps of 2. Each such smoothing
// multiplies by 4 · 4; aperture 1 is −1 0 1 alone.
func rampResponse(aperture int) float64 {
	if aperture == 1 {
		return 2
	}
	return 8 * math.Pow(16, float64(aperture-3)/2)
}

// withGradient is s with a picture m of its gradients in place of its values, so
// many stored units to a step.
func (s *Scan) withGradient(m *Image, step float64) *Scan {
	own := *s
	own.Values, own.Wide, own.Inverse = m, nil, false
	own.Modality = Modality{Slope: math.Abs(s.Modality.Slope) * step}
	if s.Modality.Unit != "" {
		own.Modality.Unit = s.Modality.Unit + "/px"
	}
	high := 0.0
	if d := own.distribution(m.Bounds()); d.n > 0 {
		high = own.Modality.Value(d.at(gradientQuantile))
	}
	own.VOIs = []VOI{rising(0, max(high, own.Modality.Slope), SourceGradient)}
	return &own
}
