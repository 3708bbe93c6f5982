package viewport

import (
	"image"
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	xdraw "golang.org/x/image/draw"
)

// Legend says what is drawn over an image.
type Legend struct {
	Lines []LegendLine
	// Low and High are what the first and the last colour of a heat map mean;
	// without High there is none. Both tells that it has colours for negative
	// values too.
	Low, High string
	Both      bool
}

// LegendLine is a line of a legend. Its colour is that of what it explains; a
// caution is a warning, whatever its colour.
type LegendLine struct {
	Text    string
	Colour  color.NRGBA
	Caution bool
}

func (l *Legend) equal(o *Legend) bool {
	return slices.Equal(l.Lines, o.Lines) && l.Low == o.Low && l.High == o.High && l.Both == o.Both
}

// warnings is the legend without what is no warning.
func (l *Legend) warnings() *Legend {
	w := *l
	w.Lines = slices.DeleteFunc(slices.Clone(l.Lines), func(line LegendLine) bool { return !line.Caution })
	return &w
}

// fitted wraps the lines to a width, with letters of a size.
func (l *Legend) fitted(width, size float32) (texts []string, colours []color.NRGBA) {
	for _, line := range l.Lines {
		style, colour := fyne.TextStyle{}, overlayColour
		switch {
		case line.Caution:
			style, colour = cautionStyle, cautionColour
		case line.Colour.A > 0:
			colour = line.Colour
		}
		for _, part := range Wrap(line.Text, width, size, style) {
			texts, colours = append(texts, part), append(colours, colour)
		}
	}
	return texts, colours
}

// backdropMargin is how far the dark ground under the legend of a heat map reaches beyond
// its text, in Fyne's units: the colours of the map are as bright as letters.
const backdropMargin = 3

// rampBar is the colours of a heat map and the ground under its whole legend, in Fyne's
// units from the pane's corner.
type rampBar struct {
	ground, bar block
	both        bool
}

// Size of the bar in Fyne's units.
const (
	rampWidth  = 90
	rampHeight = 8
	rampGap    = 4
)

// legend places the bar of the legend, between what its ends mean, in a line of text. Below
// it stand lines of text, of the size of text.
func (o *overlay) legend(at fyne.Position, text fyne.Size) {
	l := &o.corners.Legend
	height := fyne.MeasureText("Mg", o.text, fyne.TextStyle{}).Height
	end := func(said string, x float32) float32 {
		width := fyne.MeasureText(said, o.text, fyne.TextStyle{}).Width
		o.add(textLine{text: said, colour: overlayColour, size: o.text, at: fyne.NewPos(x, at.Y), box: fyne.NewSize(width, height)})
		return x + width
	}
	bar := fyne.NewPos(end(l.Low, at.X)+2*rampGap, at.Y+(height-rampHeight)/2)
	end(l.High, bar.X+rampWidth+rampGap)
	o.ramp = &rampBar{
		ground: block{at.SubtractXY(backdropMargin, backdropMargin), fyne.NewSize(max(text.Width, 2*rampWidth)+2*backdropMargin, height+text.Height+2*backdropMargin)},
		bar:    block{bar, fyne.NewSize(rampWidth, rampHeight)},
		both:   l.Both,
	}
}

// draw lays the ground and the bar over the picture, whose corner is at origin; scale is
// screen pixels for one of Fyne's units.
func (b *rampBar) draw(dst *image.RGBA, origin fyne.Position, scale float64) {
	shade(dst, b.ground.onScreen(origin, scale))
	r := b.bar.onScreen(origin, scale)
	to := image.Rectangle{wholePixel(r.x0, r.y0), wholePixel(r.x1, r.y1)}
	from := RampPicture(b.both)
	xdraw.ApproxBiLinear.Scale(dst, to, from, from.Bounds(), xdraw.Src, nil)
}
