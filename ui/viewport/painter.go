package viewport

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"lightbox/vision"
)

// Picture is what a painter draws: an image, how its values become grey
// levels, and which part of it is shown.
type Picture struct {
	Pyramid *vision.Pyramid // nil shows nothing
	LUT     *vision.DisplayLUT
	Marks   *vision.Scan        // its overlay planes and missing rows are drawn over it; nil for none
	Shutter *vision.ShutterMask // covers parts of the picture, under its marks; nil for none
	Drawing *Drawing            // over all of these; nil for none
	// Annotations are what readers put on the image, and lines of reference.
	Annotations []Annotation
	Loupe       *Loupe // over everything else; nil for none
	// Place returns the viewport for a pane of width × height screen pixels;
	// only the painter knows that size to the pixel.
	Place func(width, height int) vision.Viewport

	labels []placed // of the annotations, where the pane put them
	corner *overlay // its text; nil for none
}

// painter draws a picture into a canvas object. There is one implementation,
// on the processor; one on the graphics card can take its place without a
// change elsewhere.
type painter interface {
	// Object is what is put into the window.
	Object() fyne.CanvasObject
	// Paint has the picture drawn at the window's next frame. Calls between
	// two frames cost nothing: only the newest picture is drawn.
	Paint(Picture)
}

// rasterPainter draws with vision.Render, exactly and in screen pixels.
//
// Its cost at a pane of 500 × 700 screen pixels is about a millisecond, of
// which the graphics driver's upload takes the larger part; it depends on the
// size of the pane and not on that of the scan.
type rasterPainter struct {
	raster  *canvas.Raster
	picture Picture
	buffer  *image.RGBA
	pen     pen
	glass   glass
	ink     ink
	inked   inkOf // what the ink is of
	writing *writing
	painted func(width, height int)
}

var _ painter = (*rasterPainter)(nil)

func newRasterPainter(l *Letters, painted func(width, height int)) *rasterPainter {
	p := &rasterPainter{writing: newWriting(l), painted: painted}
	p.raster = canvas.NewRaster(p.draw)
	p.raster.ScaleMode = canvas.ImageScalePixels // one buffer pixel is one screen pixel
	return p
}

func (p *rasterPainter) Object() fyne.CanvasObject { return p.raster }

func (p *rasterPainter) Paint(picture Picture) {
	p.picture = picture
	p.raster.Refresh()
}

// scale is screen pixels for one of Fyne's units.
func (p *rasterPainter) scale(width int) float64 {
	if w := p.raster.Size().Width; w > 0 {
		return float64(width) / float64(w)
	}
	return 1
}

// draw is called by Fyne when it paints a frame. Fyne copies the pixels to the
// graphics card before it calls again, so one buffer serves.
func (p *rasterPainter) draw(width, height int) image.Image {
	if p.buffer == nil || p.buffer.Rect.Dx() != width || p.buffer.Rect.Dy() != height {
		p.buffer = image.NewRGBA(image.Rect(0, 0, width, height))
	}
	scale := p.scale(width)
	if p.picture.Pyramid == nil {
		for i := range p.buffer.Pix {
			p.buffer.Pix[i] = 0
		}
		for i := 3; i < len(p.buffer.Pix); i += 4 {
			p.buffer.Pix[i] = 255
		}
	} else {
		place := p.picture.Place(width, height)
		p.picture.drawUnder(p.buffer, place)
		p.drawLines(place, scale)
		if p.picture.Loupe != nil {
			p.glass.draw(p.buffer, &p.pen, &p.picture, place, scale)
		}
	}
	p.write(scale)
	p.painted(width, height)
	return p.buffer
}

// write sets the text, over all else.
func (p *rasterPainter) write(scale float64) {
	for i := range p.picture.labels {
		p.picture.labels[i].label(func(text string, x, y float64, s Style) { p.writing.line(p.buffer, text, x, y, s) }, scale)
	}
	if o := p.picture.corner; o != nil {
		origin := p.raster.Position()
		if o.ramp != nil {
			o.ramp.draw(p.buffer, origin, scale)
		}
		p.writing.lines(p.buffer, o.lines, origin, scale)
	}
	p.writing.end()
}

// inkOf is all that lines over a picture depend on.
type inkOf struct {
	drawing     *Drawing
	annotations *Annotation // the first of them: a list is made anew with each change
	count       int
	place       vision.Viewport
	size        image.Point
	scale       float64
	image       image.Point // columns and rows of the image
}

// drawLines draws lines and what is under labels, or lays down again what was drawn of
// them before.
func (p *rasterPainter) drawLines(place vision.Viewport, scale float64) {
	pic := &p.picture
	now := inkOf{
		drawing: pic.Drawing, count: len(pic.Annotations), place: place, size: p.buffer.Rect.Size(), scale: scale,
		image: image.Pt(pic.Pyramid.Base.Columns, pic.Pyramid.Base.Rows),
	}
	if len(pic.Annotations) > 0 {
		now.annotations = &pic.Annotations[0]
	}
	if now == p.inked {
		p.ink.lay(p.buffer)
	} else {
		p.inked, p.ink.dots = now, p.ink.dots[:0]
		p.pen.ink = &p.ink
		pic.drawOver(p.buffer, &p.pen, place, scale)
		p.pen.ink = nil
	}
	drawUnderLabels(p.buffer, &p.pen, pic.labels, scale)
}

// drawOn draws the picture and what lies over it, without the text; scale is
// screen pixels for one of Fyne's units.
func (p *Picture) drawOn(dst *image.RGBA, pen *pen, place vision.Viewport, scale float64) {
	p.drawUnder(dst, place)
	p.drawOver(dst, pen, place, scale)
}

// drawUnder draws the picture, its marks and the heat map.
func (p *Picture) drawUnder(dst *image.RGBA, place vision.Viewport) {
	vision.Render(dst, p.Pyramid, place, p.LUT)
	if p.Shutter != nil {
		p.Shutter.Draw(dst, place)
	}
	if p.Marks != nil {
		p.Marks.DrawMarks(dst, place)
	}
	if p.Drawing != nil && p.Drawing.Heat != nil {
		p.Drawing.Heat.draw(dst, p.Pyramid.Base.Columns, p.Pyramid.Base.Rows, place)
	}
}

// drawOver draws the lines.
func (p *Picture) drawOver(dst *image.RGBA, pen *pen, place vision.Viewport, scale float64) {
	if p.Drawing != nil {
		p.Drawing.draw(dst, pen, p.Pyramid.Base.Columns, p.Pyramid.Base.Rows, place, scale)
	}
	drawAnnotations(dst, pen, p.Annotations, place, scale)
}
