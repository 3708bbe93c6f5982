package viewport

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// labels is the text of annotations over a pane.
type labels struct {
	lines []*line
}

func newLabels() *labels {
	s := &labels{}
	for range maxLabelText {
		l := newLine(overlayTextSize, fyne.TextAlignLeading, false)
		l.hide(true)
		s.lines = append(s.lines, l)
	}
	return s
}

func (s *labels) objects() (all []fyne.CanvasObject) {
	for _, l := range s.lines {
		for _, t := range l.copies {
			all = append(all, t)
		}
	}
	return all
}

// labelSize is the size of the letters: it follows the theme's.
func labelSize() float32 { return theme.CaptionTextSize() }

// row is a line of text with its place in Fyne's units.
type row struct {
	text   string
	colour look
	at     fyne.Position
	size   fyne.Size
}

// show puts labels at their places, which are in screen pixels from origin. A line
// that says what it said is moved and not made anew: each new one is a texture.
func (s *labels) show(list []placed, origin fyne.Position, scale float64) {
	var rows []row
	for _, l := range list {
		height := float32((l.box.y1 - l.box.y0) / scale / float64(len(l.rows)))
		at := origin.AddXY(float32(l.box.x0/scale), float32(l.box.y0/scale))
		size := fyne.NewSize(float32((l.box.x1-l.box.x0)/scale), height)
		for i, text := range l.rows {
			rows = append(rows, row{text, l.of.look(), at.AddXY(labelRim, float32(i)*height), size})
		}
	}
	free := slices.Clone(s.lines)
	var rest []row
	for _, r := range rows {
		i := slices.IndexFunc(free, func(l *line) bool { return l.shows(r.text, labelSize()) })
		if i < 0 {
			rest = append(rest, r)
			continue
		}
		free[i].say(r)
		free = slices.Delete(free, i, i+1)
	}
	for i, r := range rest {
		free[i].say(r)
	}
	for _, l := range free[len(rest):] {
		l.hide(true)
	}
}

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
	p.labels.show(list, p.painter.Object().Position(), scale)
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

// say shows a row.
func (l *line) say(r row) {
	changed := l.set(r.text, opaque(r.colour), labelSize())
	l.place(r.at, r.size)
	l.hide(false)
	if changed {
		l.refresh()
	}
}

// opaque is the colour of a look's text: letters that are faint cannot be read.
func opaque(l look) (c color.NRGBA) {
	c = l.colour
	c.A = 0xff
	return c
}
