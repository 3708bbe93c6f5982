package vision

import (
	"math"

	"gocv.io/x/gocv"
)

// gradientQuantile is where the window of a gradient picture ends: edges of
// lettering and markers are steeper than any of the patient's.
const gradientQuantile = 0.995

// maxSteps is the finest division of a unit of the gradient's picture, as a power
// of two.
const maxSteps = 8

// Window is the window of values on a scale of their own, to which the scan's
// windows do not apply; ok is false for all others. The values of ViewSobel are such:
// modality units per pixel, from 0 up, bright on dark whatever the file's polarity.
func (g *Gray) Window() (v VOI, ok bool) {
	v = g.scan.VOIs[0]
	return v, v.Source == SourceGradient
}

// gradient is the magnitude √(gx² + gy²) of Sobel's derivatives, with OpenCV's
// kernels of the aperture, borders reflected (BORDER_DEFAULT), divided so that a
// ramp that rises by 1 a pixel gives 1. It is kept in fractions of the stored unit,
// as fine as 16 bits allow for the steepest edge, and its modality says how fine.
//
// Where there is padding within the aperture, which would be an edge, the gradient
// is not known: it is 0, as it is on padding.
func (g *Gray) gradient(aperture int) (*Gray, error) {
	magnitudes, err := sobel(g.Image, aperture)
	if err != nil {
		return nil, cvFault(g.scan.Path, "Sobel", err)
	}
	if mask := g.scan.bodyMask(); mask != nil {
		for i, near := range besidePadding(mask, g.Rows, g.Columns, max(aperture/2, 1)) {
			if near {
				magnitudes[i] = 0
			}
		}
	}
	steepest := float32(0)
	for _, v := range magnitudes {
		steepest = max(steepest, v)
	}
	steps := 0 // the derivatives of 16 bits, at most half of 65,535 each, fit whole
	for steps < maxSteps && math.Ldexp(float64(steepest), steps+1) < math.MaxUint16 {
		steps++
	}
	scale := float32(int(1) << steps)
	m := NewImage(g.Rows, g.Columns, 1, 16, false)
	for i, v := range magnitudes {
		m.Pix[i] = uint16(math.RoundToEven(float64(v * scale)))
	}
	return &Gray{m, g.scan.withGradient(m, 1/float64(scale))}, nil
}

// sobel computes the magnitudes in stored units per pixel.
func sobel(src *Image, aperture int) (magnitudes []float32, err error) {
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
		data, err := x.DataPtrFloat32()
		magnitudes = append(magnitudes, data...)
		return err
	})
	return magnitudes, err
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
