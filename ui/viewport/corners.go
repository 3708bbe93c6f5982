package viewport

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
)

// Corners is the text over an image, line by line, and the letters on its
// edges.
type Corners struct {
	TopLeft, TopRight, BottomLeft, BottomRight []string
	// Edges are the orientation letters: top, right, bottom, left.
	Edges [4]string
	// Centre is said in the middle of a pane without an image.
	Centre string
	// Caution names those of the lines that are a warning: they stand out, and
	// are wrapped instead of cut.
	Caution []string
	// Legend says what is drawn over the image; it stands above BottomLeft.
	Legend Legend
}

func (c *Corners) equal(o *Corners) bool {
	return slices.Equal(c.TopLeft, o.TopLeft) && slices.Equal(c.TopRight, o.TopRight) &&
		slices.Equal(c.BottomLeft, o.BottomLeft) && slices.Equal(c.BottomRight, o.BottomRight) &&
		c.Edges == o.Edges && c.Centre == o.Centre && slices.Equal(c.Caution, o.Caution) && c.Legend.equal(&o.Legend)
}

// Text over an image: white with a dark rim reads on black and on white.
var (
	overlayColour = color.NRGBA{R: 0xf2, G: 0xf2, B: 0xe6, A: 0xff}
	cautionColour = color.NRGBA{R: 0xff, G: 0x8a, B: 0x6a, A: 0xff}
	rimColour     = color.NRGBA{A: 0xd0}
)

// cautionStyle is that of warnings: bold reads on any image.
var cautionStyle = fyne.TextStyle{Bold: true}

// Sizes of text in units at 100 %, see [Scaled], and margins.
const (
	overlayTextSize = 11
	edgeTextSize    = 14
	overlayMargin   = 6 // from the pane's edges
	centreMargin    = 24
)

func edgeText() float32 { return Scaled(edgeTextSize) }

// overlay gives the text of Corners its places in a pane.
type overlay struct {
	corners Corners
	lines   []textLine // all of them
	ramp    *rampBar   // of the legend; nil for none
	size    fyne.Size
	blocks  [4]block   // that the corners take
	text    float32    // size of the letters in the corners
	free    [2]float32 // from where to where no text stands at the left edge
}

// block is the place of some text in Fyne's units.
type block struct {
	at   fyne.Position
	size fyne.Size
}

// onScreen is a block in screen pixels from origin.
func (b block) onScreen(origin fyne.Position, scale float64) rect {
	from := b.at.Subtract(origin)
	to := from.Add(b.size)
	return rect{float64(from.X) * scale, float64(from.Y) * scale, float64(to.X) * scale, float64(to.Y) * scale}
}

// taken are the places of the corners' text in screen pixels from origin.
func (o *overlay) taken(origin fyne.Position, scale float64) (out []rect) {
	for _, b := range o.blocks {
		if b.size.Width > 0 && b.size.Height > 0 {
			out = append(out, b.onScreen(origin, scale))
		}
	}
	return out
}

// The most lines that a corner and the middle show. The legend needs more.
const (
	maxCornerLines = 8
	maxLegendLines = 8
	maxCentreLines = 8
)

// bottomLeft is the corner that the legend stands in.
const bottomLeft = 2

// set shows c; it returns whether anything changed.
func (o *overlay) set(c Corners) bool {
	if o.corners.equal(&c) {
		return false
	}
	o.corners = c
	o.layout(o.size)
	return true
}

func (o *overlay) layout(size fyne.Size) {
	o.size, o.lines, o.ramp = size, o.lines[:0:0], nil
	if size.Width <= 0 {
		return
	}
	half := size.Width/2 - 2*overlayMargin
	o.text = o.fittingText(size, half)
	height := fyne.MeasureText("Mg", o.text, fyne.TextStyle{}).Height
	for corner, asked := range [4][]string{o.corners.TopLeft, o.corners.TopRight, o.corners.BottomLeft, o.corners.BottomRight} {
		x, align := float32(overlayMargin), fyne.TextAlignLeading
		if corner%2 == 1 {
			x, align = size.Width-overlayMargin-half, fyne.TextAlignTrailing
		}
		texts, colours := o.cornerLines(corner, asked, half)
		n := min(len(texts), mostLines(corner))
		y := float32(overlayMargin)
		if corner >= 2 {
			y = size.Height - overlayMargin - float32(n)*height
		}
		for i, text := range texts[:n] {
			o.add(textLine{
				text: text, colour: colours[i], size: o.text, bold: colours[i] == cautionColour, align: align,
				at: fyne.NewPos(x, y+float32(i)*height), box: fyne.NewSize(half, height),
			})
		}
		text := fyne.NewSize(widest(texts[:n], colours[:n], o.text), float32(n)*height)
		o.blocks[corner] = block{fyne.NewPos(x, y), text}
		if corner%2 == 1 {
			o.blocks[corner].at.X = x + half - text.Width
		}
		if corner == 0 {
			o.free[0] = y + float32(n)*height
		}
		if corner == bottomLeft {
			o.free[1] = y
			if o.corners.Legend.High != "" {
				o.free[1] -= height
				o.legend(fyne.NewPos(x, y-height), text)
			}
		}
	}
	o.layoutCentre(size)
	o.layoutEdges(size)
}

// add has a line drawn; one that says nothing is none.
func (o *overlay) add(l textLine) {
	if l.text != "" {
		o.lines = append(o.lines, l)
	}
}

// mostLines is how many lines a corner shows.
func mostLines(corner int) int {
	if corner == bottomLeft {
		return maxCornerLines + maxLegendLines
	}
	return maxCornerLines
}

// fittingText is the size of the letters in the corners: that of the settings, or
// less where upper and lower left corner would run into each other, or a line be cut
// that is whole at 100 %; never less than at 100 %.
func (o *overlay) fittingText(size fyne.Size, half float32) float32 {
	if textScale <= 1 {
		return overlayTextSize // what scrolls measures nothing
	}
	cut := o.cuts(half, overlayTextSize)
	for o.text = Scaled(overlayTextSize); o.text > overlayTextSize; o.text = max(o.text-1, overlayTextSize) {
		upper, _ := o.fitted(o.corners.TopLeft, half)
		lower, _ := o.fitted(o.corners.BottomLeft, half)
		legend, _ := o.corners.Legend.fitted(half, o.text)
		n := float32(len(upper) + len(lower) + len(legend))
		if o.corners.Legend.High != "" {
			n++
		}
		letter := fyne.MeasureText("M", edgeText(), fyne.TextStyle{Bold: true}).Height
		if n*fyne.MeasureText("Mg", o.text, fyne.TextStyle{}).Height+letter <= size.Height-2*overlayMargin && o.cuts(half, o.text) <= cut {
			break
		}
	}
	return o.text
}

// cuts counts the lines of the corners that are too long for a width with letters of
// a size.
func (o *overlay) cuts(width, letters float32) (n int) {
	for _, lines := range [][]string{o.corners.TopLeft, o.corners.TopRight, o.corners.BottomLeft, o.corners.BottomRight} {
		for _, text := range lines {
			if !slices.Contains(o.corners.Caution, text) && fyne.MeasureText(text, letters, fyne.TextStyle{}).Width > width {
				n++
			}
		}
	}
	return n
}

// cornerLines are the lines of a corner, those of the legend among them, as they fit
// a width.
func (o *overlay) cornerLines(corner int, asked []string, width float32) (texts []string, colours []color.NRGBA) {
	texts, colours = o.fitted(asked, width)
	if corner == bottomLeft {
		more, theirs := o.legendLines(len(texts), width)
		texts, colours = append(more, texts...), append(theirs, colours...)
	}
	return texts, colours
}

// legendLines are the lines of the legend above others in its corner. Where they would
// run into the corner above, its warnings stay alone: of what is drawn a reader can do
// without the words, but not without what it does not mean.
func (o *overlay) legendLines(below int, width float32) (texts []string, colours []color.NRGBA) {
	l := &o.corners.Legend
	texts, colours = l.fitted(width, o.text)
	if len(texts) == 0 {
		return nil, nil
	}
	upper, _ := o.fitted(o.corners.TopLeft, width)
	lines := len(upper) + len(texts) + below
	if l.High != "" {
		lines++
	}
	height := fyne.MeasureText("Mg", o.text, fyne.TextStyle{}).Height
	if float32(lines)*height > o.size.Height-2*overlayMargin {
		return l.warnings().fitted(width, o.text)
	}
	return texts, colours
}

// fitted cuts lines to a width, or wraps them if they are a warning, and gives
// them their colours.
func (o *overlay) fitted(asked []string, width float32) (texts []string, colours []color.NRGBA) {
	for _, text := range asked {
		if !slices.Contains(o.corners.Caution, text) {
			texts, colours = append(texts, Shorten(text, width, o.text, fyne.TextStyle{})), append(colours, overlayColour)
			continue
		}
		for _, part := range Wrap(text, width, o.text, cautionStyle) {
			texts, colours = append(texts, part), append(colours, cautionColour)
		}
	}
	return texts, colours
}

// widest is the width of the longest of some lines.
func widest(texts []string, colours []color.NRGBA, size float32) (width float32) {
	for i, text := range texts {
		style := fyne.TextStyle{}
		if colours[i] == cautionColour {
			style = cautionStyle
		}
		width = max(width, fyne.MeasureText(text, size, style).Width)
	}
	return width
}

// layoutCentre wraps what is said in the middle to the pane's width.
func (o *overlay) layoutCentre(size fyne.Size) {
	var texts []string
	if o.corners.Centre != "" {
		texts = Wrap(o.corners.Centre, size.Width-2*centreMargin, edgeText(), fyne.TextStyle{})
	}
	n := min(len(texts), maxCentreLines)
	height := fyne.MeasureText("Mg", edgeText(), fyne.TextStyle{}).Height
	y := (size.Height - float32(n)*height) / 2
	for i, text := range texts[:n] {
		o.add(textLine{
			text: text, colour: overlayColour, size: edgeText(), align: fyne.TextAlignCenter,
			at: fyne.NewPos(0, y+float32(i)*height), box: fyne.NewSize(size.Width, height),
		})
	}
}

func (o *overlay) layoutEdges(size fyne.Size) {
	box := fyne.MeasureText("MM", edgeText(), fyne.TextStyle{Bold: true})
	at := [4]fyne.Position{
		fyne.NewPos((size.Width-box.Width)/2, overlayMargin),
		fyne.NewPos(size.Width-box.Width-overlayMargin, (size.Height-box.Height)/2),
		fyne.NewPos((size.Width-box.Width)/2, size.Height-box.Height-overlayMargin),
		fyne.NewPos(overlayMargin, max(min((size.Height-box.Height)/2, o.free[1]-box.Height), o.free[0])),
	}
	for i, letter := range o.corners.Edges {
		o.add(textLine{text: letter, colour: overlayColour, size: edgeText(), bold: true, align: fyne.TextAlignCenter, at: at[i], box: box})
	}
}
