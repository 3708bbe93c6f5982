package viewport

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
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

const (
	overlayTextSize = 11
	edgeTextSize    = 14
	overlayMargin   = 6 // from the pane's edges
	centreMargin    = 24
)

// line is one line of outlined text: a rim of four dark copies under the text.
type line struct {
	copies [5]*canvas.Text
}

func newLine(size float32, align fyne.TextAlign, bold bool) *line {
	l := &line{}
	for i := range l.copies {
		var c color.Color = rimColour
		if i == len(l.copies)-1 {
			c = overlayColour
		}
		t := canvas.NewText("", c)
		t.TextSize = size
		t.Alignment = align
		t.TextStyle.Bold = bold
		l.copies[i] = t
	}
	return l
}

// set changes the text and its colour; it returns whether there was a change.
func (l *line) set(text string, colour color.Color) bool {
	top := l.copies[len(l.copies)-1]
	if top.Text == text && top.Color == colour {
		return false
	}
	for _, t := range l.copies {
		t.Text = text
		if colour == cautionColour {
			t.TextStyle = cautionStyle
		} else if top.Color == cautionColour {
			t.TextStyle = fyne.TextStyle{}
		}
	}
	top.Color = colour
	return true
}

// rimOffsets puts four copies around the text and the text itself last, on top.
var rimOffsets = [5]fyne.Delta{{DX: 1, DY: 1}, {DX: -1, DY: -1}, {DX: 1, DY: -1}, {DX: -1, DY: 1}, {}}

// place lays the line out in a box.
func (l *line) place(pos fyne.Position, size fyne.Size) {
	for i, t := range l.copies {
		t.Move(pos.Add(rimOffsets[i]))
		t.Resize(size)
	}
}

func (l *line) refresh() {
	for _, t := range l.copies {
		t.Refresh()
	}
}

// Shorten cuts text with an ellipsis so that it is at most width wide.
func Shorten(text string, width, size float32, style fyne.TextStyle) string {
	if text == "" || fyne.MeasureText(text, size, style).Width <= width {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes) // the longest prefix that fits lies between
	for low < high {
		mid := (low + high + 1) / 2
		if fyne.MeasureText(string(runes[:mid])+"…", size, style).Width <= width {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return string(runes[:low]) + "…"
}

// overlay draws Corners over a pane.
type overlay struct {
	corners Corners
	lines   [4][]*line // as in Corners: TL, TR, BL, BR
	edges   [4]*line
	centre  []*line
	ramp    *rampBar
	objects []fyne.CanvasObject
	size    fyne.Size
}

// The most lines that a corner and the middle show. The legend needs more.
const (
	maxCornerLines = 8
	maxLegendLines = 8
	maxCentreLines = 8
)

// bottomLeft is the corner that the legend stands in.
const bottomLeft = 2

func newOverlay() *overlay {
	o := &overlay{ramp: newRampBar()}
	o.objects = append(o.objects, o.ramp.back)
	for corner := range o.lines {
		align, most := fyne.TextAlignLeading, maxCornerLines
		if corner%2 == 1 {
			align = fyne.TextAlignTrailing
		}
		if corner == bottomLeft {
			most += maxLegendLines
		}
		for range most {
			o.lines[corner] = append(o.lines[corner], o.add(newLine(overlayTextSize, align, false)))
		}
	}
	for i := range o.edges {
		o.edges[i] = o.add(newLine(edgeTextSize, fyne.TextAlignCenter, true))
	}
	for range maxCentreLines {
		o.centre = append(o.centre, o.add(newLine(edgeTextSize, fyne.TextAlignCenter, false)))
	}
	o.objects = append(o.objects, o.ramp.picture)
	o.add(o.ramp.low)
	o.add(o.ramp.high)
	return o
}

func (o *overlay) add(l *line) *line {
	for _, t := range l.copies {
		o.objects = append(o.objects, t)
	}
	return l
}

// set shows c; lines that did not change are not touched, for each redrawn
// line is a new texture.
func (o *overlay) set(c Corners) {
	if o.corners.equal(&c) {
		return
	}
	o.corners = c
	o.layout(o.size)
}

func (o *overlay) layout(size fyne.Size) {
	o.size = size
	if size.Width <= 0 {
		return
	}
	height := fyne.MeasureText("Mg", overlayTextSize, fyne.TextStyle{}).Height
	half := size.Width/2 - 2*overlayMargin
	for corner, asked := range [4][]string{o.corners.TopLeft, o.corners.TopRight, o.corners.BottomLeft, o.corners.BottomRight} {
		x := float32(overlayMargin)
		if corner%2 == 1 {
			x = size.Width - overlayMargin - half
		}
		texts, colours := o.fitted(asked, half)
		if corner == bottomLeft {
			more, theirs := o.corners.Legend.fitted(half)
			texts, colours = append(more, texts...), append(theirs, colours...)
		}
		n := min(len(texts), len(o.lines[corner]))
		y := float32(overlayMargin)
		if corner >= 2 {
			y = size.Height - overlayMargin - float32(n)*height
		}
		for i, l := range o.lines[corner] {
			changed := false
			if i < n {
				changed = l.set(texts[i], colours[i])
			} else {
				changed = l.set("", overlayColour)
			}
			l.place(fyne.NewPos(x, y+float32(i)*height), fyne.NewSize(half, height))
			if changed {
				l.refresh()
			}
		}
		if corner == bottomLeft {
			o.ramp.show(&o.corners.Legend, fyne.NewPos(x, y-height), height, fyne.NewSize(widest(texts[:n], colours[:n]), float32(n)*height))
		}
	}
	o.layoutCentre(size)
	o.layoutEdges(size)
}

// fitted cuts lines to a width, or wraps them if they are a warning, and gives
// them their colours.
func (o *overlay) fitted(asked []string, width float32) (texts []string, colours []color.Color) {
	for _, text := range asked {
		if !slices.Contains(o.corners.Caution, text) {
			texts, colours = append(texts, Shorten(text, width, overlayTextSize, fyne.TextStyle{})), append(colours, overlayColour)
			continue
		}
		for _, part := range Wrap(text, width, overlayTextSize, cautionStyle) {
			texts, colours = append(texts, part), append(colours, cautionColour)
		}
	}
	return texts, colours
}

// widest is the width of the longest of some lines.
func widest(texts []string, colours []color.Color) (width float32) {
	for i, text := range texts {
		style := fyne.TextStyle{}
		if colours[i] == cautionColour {
			style = cautionStyle
		}
		width = max(width, fyne.MeasureText(text, overlayTextSize, style).Width)
	}
	return width
}

// layoutCentre wraps what is said in the middle to the pane's width.
func (o *overlay) layoutCentre(size fyne.Size) {
	var texts []string
	if o.corners.Centre != "" {
		texts = Wrap(o.corners.Centre, size.Width-2*centreMargin, edgeTextSize, fyne.TextStyle{})
	}
	n := min(len(texts), maxCentreLines)
	height := fyne.MeasureText("Mg", edgeTextSize, fyne.TextStyle{}).Height
	y := (size.Height - float32(n)*height) / 2
	for i, l := range o.centre {
		text := ""
		if i < n {
			text = texts[i]
		}
		changed := l.set(text, overlayColour)
		l.place(fyne.NewPos(0, y+float32(i)*height), fyne.NewSize(size.Width, height))
		if changed {
			l.refresh()
		}
	}
}

func (o *overlay) layoutEdges(size fyne.Size) {
	box := fyne.MeasureText("MM", edgeTextSize, fyne.TextStyle{Bold: true})
	at := [4]fyne.Position{
		fyne.NewPos((size.Width-box.Width)/2, overlayMargin),
		fyne.NewPos(size.Width-box.Width-overlayMargin, (size.Height-box.Height)/2),
		fyne.NewPos((size.Width-box.Width)/2, size.Height-box.Height-overlayMargin),
		fyne.NewPos(overlayMargin, (size.Height-box.Height)/2),
	}
	for i, l := range o.edges {
		changed := l.set(o.corners.Edges[i], overlayColour)
		l.place(at[i], box)
		if changed {
			l.refresh()
		}
	}
}
