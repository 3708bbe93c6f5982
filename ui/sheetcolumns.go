package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/ui/viewport"
)

// Sizes of the sheet of keys, in units.
const (
	sheetText    = 13
	sheetCapText = 12
	sheetTipText = 11
	sheetLine    = 20             // of an entry
	sheetHead    = 30             // of a heading, with the room above it
	sheetColumn  = 300            // a column is at least as wide
	sheetGap     = 28             // between columns
	sheetShare   = 0.46           // as much of a column is for the caps at most
	sheetLeast   = 14 * sheetLine // a few lines stay in one column
	capMargin    = 6
	capGap       = 4
)

// sheetColumns lays blocks out in columns of one height, as a newspaper does.
type sheetColumns struct {
	widget.BaseWidget
	lines  []*sheetLineView
	again  []*sheetLineView // headings over what goes on in another column
	width  float32          // that the lines were laid out for
	height float32          // of the longest column
}

func newSheetColumns() *sheetColumns {
	c := &sheetColumns{}
	c.ExtendBaseWidget(c)
	return c
}

// show draws other blocks.
func (c *sheetColumns) show(blocks []sheetBlock) {
	c.lines, c.width = nil, 0
	for _, b := range blocks {
		c.lines = append(c.lines, newSheetHeading(b.title))
		for _, e := range b.entries {
			c.lines = append(c.lines, newSheetLine(e))
		}
	}
	c.arrange(c.Size().Width)
	c.Refresh()
}

// arrange gives every line its place in columns for a width.
func (c *sheetColumns) arrange(width float32) {
	if width == c.width || width <= 0 {
		return
	}
	c.width = width
	n := max(int((width+sheetGap)/(sheetColumn+sheetGap)), 1)
	column := (width - sheetGap*float32(n-1)) / float32(n)
	total := float32(0)
	for _, l := range c.lines {
		l.fit(column)
		total += l.height
	}
	// The lowest height that the lines fit in: from an even share on, line by line.
	height := max(total/float32(n), sheetLeast)
	for c.flow(height, column, false) > n {
		height += sheetLine / 4
	}
	c.again = nil
	c.flow(height, column, true)
	c.height = 0
	for _, l := range c.lines {
		c.height = max(c.height, l.at.Y+l.height)
	}
}

// flow counts the columns of a height that the lines take, and moves the lines if
// they are to be placed. A heading stays with its first line, and stands again over
// what is left for the next column.
func (c *sheetColumns) flow(height, column float32, place bool) int {
	n, y := 1, float32(0)
	var heading *sheetLineView
	for i, l := range c.lines {
		need := l.height
		if l.heading && i+1 < len(c.lines) {
			need += c.lines[i+1].height
		}
		if y > 0 && y+need > height {
			n, y = n+1, 0
			if !l.heading {
				if place {
					again := newSheetHeading(heading.entry.name + " …")
					again.fit(column)
					c.again = append(c.again, again)
					again.place(n, column, 0)
				}
				y = sheetHead
			}
		}
		if l.heading {
			heading = l
		}
		if place {
			l.place(n, column, y)
		}
		y += l.height
	}
	return n
}

// CreateRenderer is part of fyne.Widget.
func (c *sheetColumns) CreateRenderer() fyne.WidgetRenderer { return &sheetRenderer{c} }

type sheetRenderer struct{ columns *sheetColumns }

func (r *sheetRenderer) MinSize() fyne.Size { return fyne.NewSize(sheetColumn, r.columns.height) }

// Layout arranges for a new width; the scroller around learns the height.
func (r *sheetRenderer) Layout(size fyne.Size) { r.columns.arrange(size.Width) }

func (r *sheetRenderer) Refresh() { canvas.Refresh(r.columns) }

func (r *sheetRenderer) Objects() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, l := range slices.Concat(r.columns.lines, r.columns.again) {
		out = append(out, l.objects...)
	}
	return out
}

func (r *sheetRenderer) Destroy() {}

// sheetLineView is a heading or an entry as it is drawn.
type sheetLineView struct {
	heading bool
	entry   sheetEntry
	at      fyne.Position
	height  float32
	width   float32
	objects []fyne.CanvasObject
	offsets []fyne.Position // of the objects, from at
}

func newSheetHeading(title string) *sheetLineView {
	return &sheetLineView{heading: true, entry: sheetEntry{name: title}}
}

func newSheetLine(e sheetEntry) *sheetLineView { return &sheetLineView{entry: e} }

// fit makes the line's objects for a width.
func (l *sheetLineView) fit(width float32) {
	l.width, l.objects, l.offsets = width, nil, nil
	if l.heading {
		l.height = sheetHead
		l.add(colouredText(l.entry.name, theme.ColorNamePrimary, sheetText+1, true), 0, sheetHead-sheetLine-3, width)
		rule := canvas.NewRectangle(theme.Color(theme.ColorNameSeparator))
		rule.Resize(fyne.NewSize(width, 1))
		l.put(rule, 0, sheetHead-3)
		return
	}
	room := l.caps(width)
	l.height = 0
	for _, line := range viewport.Wrap(l.entry.name, room, sheetText, fyne.TextStyle{}) {
		l.add(colouredText(line, theme.ColorNameForeground, sheetText, false), 0, l.height, room)
		l.height += sheetLine
	}
	if l.entry.tip == "" {
		return
	}
	for _, line := range viewport.Wrap(l.entry.tip, width-capMargin, sheetTipText, fyne.TextStyle{}) {
		l.add(colouredText(line, colourQuiet, sheetTipText, false), 0, l.height-2, width)
		l.height += sheetLine - 4
	}
	l.height += 4
}

// caps draws the keys as caps at the right end of the line, as many as have room, and
// gives the room that is left of them.
func (l *sheetLineView) caps(width float32) (room float32) {
	var widths []float32
	taken := float32(0)
	for i, c := range l.entry.caps {
		w := fyne.MeasureText(c, sheetCapText, fyne.TextStyle{}).Width + 2*capMargin
		if i > 0 && taken+w+capGap > width*sheetShare {
			break
		}
		widths = append(widths, w)
		taken += w + capGap
	}
	x := width - taken + capGap
	for i, w := range widths {
		back := canvas.NewRectangle(theme.Color(theme.ColorNameButton))
		back.StrokeColor, back.StrokeWidth, back.CornerRadius = theme.Color(theme.ColorNameSeparator), 1, 3
		back.Resize(fyne.NewSize(w, sheetLine-3))
		l.put(back, x, 1)
		text := colouredText(l.entry.caps[i], theme.ColorNameForeground, sheetCapText, false)
		text.Alignment = fyne.TextAlignCenter
		l.add(text, x, 0, w)
		x += w + capGap
	}
	return width - taken - capGap
}

// add puts a text into the line.
func (l *sheetLineView) add(t *canvas.Text, x, y, width float32) {
	t.Resize(fyne.NewSize(width, sheetLine-1))
	l.put(t, x, y)
}

func (l *sheetLineView) put(o fyne.CanvasObject, x, y float32) {
	l.objects = append(l.objects, o)
	l.offsets = append(l.offsets, fyne.NewPos(x, y))
}

// place moves the line into a column, counted from 1.
func (l *sheetLineView) place(n int, column, y float32) {
	l.at = fyne.NewPos(float32(n-1)*(column+sheetGap), y)
	for i, o := range l.objects {
		o.Move(l.at.Add(l.offsets[i]))
	}
}
