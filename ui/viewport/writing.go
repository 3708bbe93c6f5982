package viewport

import (
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2"
)

// textLine is one line of outlined text over a pane, in Fyne's units from the pane's
// corner.
type textLine struct {
	text   string
	colour color.NRGBA
	size   float32
	bold   bool
	align  fyne.TextAlign
	at     fyne.Position
	box    fyne.Size
}

// style is how a line is set at a scale: screen pixels for one of Fyne's units.
func (l *textLine) style(scale float64) Style {
	return Style{Size: float64(l.size) * scale, Bold: l.bold, Colour: l.colour, Rim: scale}
}

// writing draws text over the picture of a pane. What stays the same from one frame to
// the next is set once.
type writing struct {
	letters *Letters
	kept    map[spriteKey]*image.RGBA // of the last frame
	used    map[spriteKey]*image.RGBA // of this one
}

// spriteKey is all that a line looks like; its place it gets when it is laid down.
type spriteKey struct {
	text  string
	style Style
}

func newWriting(l *Letters) *writing {
	return &writing{letters: l, kept: map[spriteKey]*image.RGBA{}, used: map[spriteKey]*image.RGBA{}}
}

// lines draws the text of the corners and edges, whose places are from the pane's
// corner; origin is that of the picture.
func (w *writing) lines(dst *image.RGBA, lines []textLine, origin fyne.Position, scale float64) {
	for i := range lines {
		l := &lines[i]
		s := l.style(scale)
		x, y := float64(l.at.X-origin.X)*scale, float64(l.at.Y-origin.Y)*scale
		free := float64(l.box.Width)*scale - w.letters.Width(l.text, s)
		switch l.align {
		case fyne.TextAlignTrailing:
			x += free
		case fyne.TextAlignCenter:
			x += free / 2
		}
		w.line(dst, l.text, x, y, s)
	}
}

// line draws a line of text with its upper left corner at (x, y).
func (w *writing) line(dst *image.RGBA, text string, x, y float64, s Style) {
	key := spriteKey{text, s}
	sprite := w.used[key]
	if sprite == nil {
		if sprite = w.kept[key]; sprite == nil {
			sprite = w.letters.sprite(text, s)
		}
		w.used[key] = sprite
	}
	to := sprite.Rect.Add(wholePixel(x, y))
	draw.Draw(dst, to, sprite, sprite.Rect.Min, draw.Over)
}

// end is called after each frame: what was not drawn in it is let go of, for texts may
// be of a patient that is no longer on screen.
func (w *writing) end() {
	w.kept, w.used = w.used, w.kept
	clear(w.used)
}

// sprite is a line of text on nothing, with its upper left corner at (0, 0).
func (l *Letters) sprite(text string, s Style) *image.RGBA {
	cover := l.cover(text, s)
	if cover.Rect.Empty() {
		return &image.RGBA{}
	}
	m := image.NewRGBA(cover.Rect.Inset(-s.rim()))
	lay(m, cover, image.Point{}, s)
	return m
}

// label draws the text of a label; scale is screen pixels for one of Fyne's units.
func (l *placed) label(set func(text string, x, y float64, s Style), scale float64) {
	s := Style{Size: float64(labelSize()) * scale, Rim: scale, Colour: opaque(l.of.look())}
	height := (l.box.y1 - l.box.y0) / float64(len(l.rows))
	for i, text := range l.rows {
		set(text, l.box.x0+labelRim*scale, l.box.y0+float64(i)*height, s)
	}
}
