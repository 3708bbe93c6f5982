package link

import (
	"image"
	"math"

	"lightbox/vision"
	"lightbox/vision/study"
)

// Pane is what a pane shows and how large it is.
type Pane struct {
	Frame    study.Frame
	Viewport vision.Viewport
	Size     image.Point     // screen pixels
	Spacing  *vision.Spacing // of the scan, nil where it has none
}

// Viewport tells how another pane shows its image when this one was zoomed or moved: of
// the same image, the same; with places in the patient, the same place at the same mm for
// a screen pixel; with spacings of one kind alone, the same mm for a screen pixel, as far
// from the middle of the image; else as much larger than what fits, at the same part of
// the image's width and height.
func Viewport(from, to Pane) (vision.Viewport, How) {
	if from.Frame.Item == nil || to.Frame.Item == nil || !(from.Viewport.Zoom > 0) {
		return to.Viewport, NotLinked
	}
	x, y, _, how := Point(from.Frame, from.Viewport.CentreX, from.Viewport.CentreY, to.Frame)
	if how == SameImage {
		return from.Viewport, how
	}
	width, height := size(from)
	toWidth, toHeight := size(to)
	mm, ok := from.perPixel()
	other, also := to.perPixel()
	switch {
	case how == PatientSpace && ok && also:
	case ok && also && from.Spacing.Provenance == to.Spacing.Provenance:
		how = SameScale
		x = toWidth/2 + (from.Viewport.CentreX-width/2)*from.Spacing.Column/to.Spacing.Column
		y = toHeight/2 + (from.Viewport.CentreY-height/2)*from.Spacing.Row/to.Spacing.Row
	default:
		whole := vision.Fit(from.Frame.Item.Columns, from.Frame.Item.Rows, from.Size.X, from.Size.Y)
		fits := vision.Fit(to.Frame.Item.Columns, to.Frame.Item.Rows, to.Size.X, to.Size.Y)
		return sound(vision.Viewport{
			CentreX: from.Viewport.CentreX / width * toWidth, CentreY: from.Viewport.CentreY / height * toHeight,
			Zoom: from.Viewport.Zoom / whole.Zoom * fits.Zoom,
		}, to, Relative)
	}
	return sound(vision.Viewport{CentreX: x, CentreY: y, Zoom: from.Viewport.Zoom / mm * other}, to, how)
}

// perPixel is the size of an image pixel in mm; of pixels that are not square, the side
// of a square one of the same area, since all are drawn square.
func (p Pane) perPixel() (mm float64, ok bool) {
	if p.Spacing == nil {
		return 0, false
	}
	mm = math.Sqrt(p.Spacing.Row * p.Spacing.Column)
	return mm, p.Spacing.Row > 0 && p.Spacing.Column > 0 && !math.IsInf(mm, 0)
}

func size(p Pane) (width, height float64) {
	return float64(p.Frame.Item.Columns), float64(p.Frame.Item.Rows)
}

// sound keeps a viewport that can be drawn; of others the pane stays as it is.
func sound(v vision.Viewport, pane Pane, how How) (vision.Viewport, How) {
	for _, x := range []float64{v.CentreX, v.CentreY, v.Zoom} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return pane.Viewport, NotLinked
		}
	}
	if v.Zoom <= 0 {
		return pane.Viewport, NotLinked
	}
	return v, how
}
