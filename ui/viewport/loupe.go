package viewport

import (
	"image"
	"math"

	"lightbox/model/plane"
	"lightbox/vision"
)

// Loupe is a round glass over a pane that enlarges what lies under its middle.
type Loupe struct {
	At     image.Point // its middle, a screen pixel of the pane
	Size   int         // its diameter in screen pixels; 0 for the usual one
	Factor float64     // how much larger than the pane; 0 for the usual
}

// The glass: usual and greatest diameter, its cross and rim in Fyne's units, the
// usual enlargement and the greatest zoom in screen pixels for one image pixel.
const (
	loupeSize    = 220
	maxLoupe     = 600
	loupeFactor  = 2
	maxLoupeZoom = 256
	crossGap     = 3 // half of what stays free in the middle, so that the place itself is seen
	crossEnd     = 9
	loupeRim     = 2
)

// box is the square around the glass, in screen pixels of the pane.
func (l *Loupe) box(scale float64) image.Rectangle {
	size := float64(l.Size)
	if l.Size <= 0 {
		size = loupeSize * scale
	}
	n := int(min(size, maxLoupe*scale))
	corner := image.Pt(l.At.X-n/2, l.At.Y-n/2)
	return image.Rectangle{Min: corner, Max: corner.Add(image.Pt(n, n))}
}

// view is the part of the image that the glass shows, and the position under its
// middle.
func (l *Loupe) view(place vision.Viewport, width, height int) (view vision.Viewport, at plane.Point) {
	factor := l.Factor
	if !(factor > 0) || math.IsInf(factor, 0) {
		factor = loupeFactor
	}
	at.X, at.Y = place.ToImage(float64(l.At.X)+0.5, float64(l.At.Y)+0.5, width, height)
	view = place
	view.CentreX, view.CentreY = at.X, at.Y
	view.Zoom = min(place.Zoom*factor, max(maxLoupeZoom, place.Zoom))
	return view, at
}

// glass is what a loupe is drawn with.
type glass struct {
	buffer *image.RGBA
	pen    pen
}

// draw draws the picture once more, larger, and lays it over dst.
func (g *glass) draw(dst *image.RGBA, rim *pen, p *Picture, place vision.Viewport, scale float64) {
	width, height := dst.Rect.Dx(), dst.Rect.Dy()
	box := p.Loupe.box(scale)
	seen := box.Intersect(dst.Rect)
	if seen.Empty() {
		return
	}
	n := box.Dx()
	if g.buffer == nil || g.buffer.Rect.Dx() != n {
		g.buffer = image.NewRGBA(image.Rect(0, 0, n, n))
	}
	view, at := p.Loupe.view(place, width, height)
	p.drawOn(g.buffer, &g.pen, view, scale)
	t := newTracer(g.buffer, &g.pen, view, scale, markWidth)
	if x, y, ok := t.screen(at); ok {
		for _, d := range [4]plane.Point{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}} {
			a, b := crossGap*scale, crossEnd*scale
			t.segment(plane.Point{X: x + a*d.X, Y: y + a*d.Y}, plane.Point{X: x + b*d.X, Y: y + b*d.Y})
		}
	}
	g.pen.end(g.buffer, SelectedColour)

	radius := float64(n) / 2
	for y := seen.Min.Y; y < seen.Max.Y; y++ {
		dy := float64(y-box.Min.Y) + 0.5 - radius
		half := math.Sqrt(max(radius*radius-dy*dy, 0))
		from := max(seen.Min.X, box.Min.X+int(math.Ceil(radius-half-0.5)))
		to := min(seen.Max.X, box.Min.X+int(math.Floor(radius+half+0.5)))
		if from < to {
			copy(dst.Pix[y*dst.Stride+4*from:y*dst.Stride+4*to], g.buffer.Pix[(y-box.Min.Y)*g.buffer.Stride+4*(from-box.Min.X):])
		}
	}
	drawRim(dst, rim, box, scale)
}

// drawRim draws the edge of a glass in a box.
func drawRim(dst *image.RGBA, pen *pen, box image.Rectangle, scale float64) {
	t := newTracer(dst, pen, vision.Viewport{Zoom: 1}, scale, loupeRim)
	corner := func(p image.Point) plane.Point { return plane.Point{X: float64(p.X), Y: float64(p.Y)} }
	t.polyline(t.ellipse(corner(box.Min), corner(box.Max)), true)
	pen.end(dst, overlayColour)
}
