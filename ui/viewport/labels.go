package viewport

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// labelSize is the size of the letters: it follows the theme's.
func labelSize() float32 { return theme.CaptionTextSize() }

// layoutLabels gives the labels of a picture their places in the pane.
func (p *Pane) layoutLabels(picture *Picture) (list []placed) {
	scale := float64(p.scale())
	if picture.Pyramid != nil && p.pixels.X > 0 && p.pixels.Y > 0 && len(picture.Annotations) > 0 {
		r := arranger{
			tracer:  tracer{&pen{}, picture.Place(p.pixels.X, p.pixels.Y), p.pixels.X, p.pixels.Y, scale},
			measure: func(rows []string) (float64, float64) { return measureRows(rows, scale) },
			taken:   p.overlay.taken(p.painter.Object().Position(), scale),
		}
		if picture.Loupe != nil {
			b := picture.Loupe.box(scale)
			r.taken = append(r.taken, rect{float64(b.Min.X), float64(b.Min.Y), float64(b.Max.X), float64(b.Max.Y)})
		}
		list = r.arrange(picture.Annotations)
	}
	return list
}

// measureRows is the size of some lines of text in screen pixels.
func measureRows(rows []string, scale float64) (width, height float64) {
	for _, text := range rows {
		size := fyne.MeasureText(text, labelSize(), fyne.TextStyle{})
		width = max(width, float64(size.Width))
		height += float64(size.Height)
	}
	return (width + 2*labelRim) * scale, height * scale
}

// opaque is the colour of a look's text: letters that are faint cannot be read.
func opaque(l look) (c color.NRGBA) {
	c = l.colour
	c.A = 0xff
	return c
}
