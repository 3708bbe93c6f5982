package viewport

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
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
func (l *Legend) fitted(width, size float32) (texts []string, colours []color.Color) {
	for _, line := range l.Lines {
		style, colour := fyne.TextStyle{}, color.Color(overlayColour)
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

// backdrop is what lies under the legend of a heat map, whose colours are as
// bright as the text.
var backdrop = color.NRGBA{A: 0xa8}

// backdropMargin is how far it reaches beyond the text, in Fyne's units.
const backdropMargin = 3

// rampBar is the colours of a heat map with what their ends mean.
type rampBar struct {
	back      *canvas.Rectangle // under the whole legend
	picture   *canvas.Image
	low, high *line
	both      bool
}

// Size of the bar in Fyne's units.
const (
	rampWidth  = 90
	rampHeight = 8
	rampGap    = 4
)

func newRampBar() *rampBar {
	b := &rampBar{low: newLine(Scaled(overlayTextSize), fyne.TextAlignLeading, false), high: newLine(Scaled(overlayTextSize), fyne.TextAlignLeading, false)}
	b.picture = canvas.NewImageFromImage(RampPicture(false))
	b.picture.FillMode = canvas.ImageFillStretch
	b.picture.Hide()
	b.back = canvas.NewRectangle(backdrop)
	b.back.Hide()
	return b
}

// show places the bar of a legend in a line of text with letters of a size, or hides
// it. Below it stand lines of text, of the size of text.
func (b *rampBar) show(l *Legend, at fyne.Position, letters float32, text fyne.Size) {
	height := fyne.MeasureText("Mg", letters, fyne.TextStyle{}).Height
	visible := l.High != ""
	b.back.Move(at.SubtractXY(backdropMargin, backdropMargin))
	b.back.Resize(fyne.NewSize(max(text.Width, 2*rampWidth)+2*backdropMargin, height+text.Height+2*backdropMargin))
	low, high := "", ""
	if visible {
		low, high = l.Low, l.High
	}
	x := at.X
	for _, end := range []struct {
		line *line
		text string
	}{{b.low, low}, {b.high, high}} {
		width := fyne.MeasureText(end.text, letters, fyne.TextStyle{}).Width
		changed := end.line.set(end.text, overlayColour, letters)
		end.line.place(fyne.NewPos(x, at.Y), fyne.NewSize(width, height))
		if changed {
			end.line.refresh()
		}
		if end.line == b.low {
			x += width + 2*rampGap
			b.picture.Move(fyne.NewPos(x, at.Y+(height-rampHeight)/2))
			b.picture.Resize(fyne.NewSize(rampWidth, rampHeight))
			x += rampWidth + rampGap
		}
	}
	if visible && b.both != l.Both {
		b.both, b.picture.Image = l.Both, RampPicture(l.Both)
		b.picture.Refresh()
	}
	if visible == b.picture.Hidden {
		b.picture.Hidden, b.back.Hidden = !visible, !visible
		b.picture.Refresh()
		b.back.Refresh()
	}
}
