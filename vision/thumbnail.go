package vision

import (
	"image"
)

// Thumbnail draws the scan at its default window into a square of size × size
// screen pixels, whole, on black; with its overlay and the mark of rows that
// could not be decoded.
func (s *Scan) Thumbnail(size int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, size, size))
	v := Fit(s.Values.Columns, s.Values.Rows, size, size)
	Render(dst, NewPyramid(s.Values), v, s.DisplayLUT(s.Values, s.VOIs[0], false))
	s.DrawMarks(dst, v)
	return dst
}

// DrawMarks draws over what Render drew with the same viewport: the overlay
// planes, and a hatching over rows that could not be decoded, which must not be
// taken for black anatomy.
func (s *Scan) DrawMarks(dst *image.RGBA, v Viewport) {
	if s.Decoded < s.Stored.Rows {
		s.hatch(dst, v)
	}
	if s.Overlay != nil {
		s.Overlay.Draw(dst, v)
	}
}

// Hatching of rows that could not be decoded, in screen pixels.
const (
	hatchPeriod = 12
	hatchWidth  = 2
	hatchGrey   = 96
)

// hatchLevel is the hatching: gray lines on black, whatever polarity and window
// would make of the zeros that stand in for missing rows.
func hatchLevel(x, y int) uint8 {
	if (x+y)%hatchPeriod < hatchWidth {
		return hatchGrey
	}
	return 0
}

// hatch covers each screen pixel that a missing row lies under.
func (s *Scan) hatch(dst *image.RGBA, v Viewport) {
	b := dst.Bounds()
	across, down := v.spans(b.Dx(), b.Dy(), s.Stored.Columns, s.Stored.Rows)
	for y := range b.Dy() {
		for x := range b.Dx() {
			if rows, cols := v.under(x, y, across, down); rows.to > s.Decoded && cols.to > cols.from {
				i, level := dst.PixOffset(b.Min.X+x, b.Min.Y+y), hatchLevel(x, y)
				dst.Pix[i], dst.Pix[i+1], dst.Pix[i+2] = level, level, level
			}
		}
	}
}
