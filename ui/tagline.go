package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Sizes of the tag browser.
const (
	tagIndent    = 14   // of one level of nesting
	maxTagIndent = 8    // levels that are indented further
	tagGap       = 10   // between columns
	nameShare    = 0.34 // of what name and value have together
	windowShare  = 0.92 // of the window's width and height that the dialog takes
)

// tagColumns are the widths that all lines share.
type tagColumns struct {
	indent           float32 // of the deepest row
	tag, vr, length  float32
	bodyText, height float32
}

// fit measures the columns of fixed width.
func (c *tagColumns) fit(rows []tagRow) {
	deepest := 0
	for i := range rows {
		deepest = max(deepest, rows[i].depth)
	}
	c.indent = tagIndent * float32(min(deepest, maxTagIndent))
	c.measure()
}

func (c *tagColumns) measure() {
	c.bodyText = theme.TextSize()
	mono, plain := fyne.TextStyle{Monospace: true}, fyne.TextStyle{}
	size := fyne.MeasureText("(0000,0000)", c.bodyText, mono)
	c.tag, c.height = size.Width, size.Height+6
	c.vr = fyne.MeasureText("WW", c.bodyText, mono).Width
	c.length = max(fyne.MeasureText(lang.L("undefined"), c.bodyText, plain).Width, fyne.MeasureText("4294967294", c.bodyText, plain).Width)
}

// tagLine is a row of the list, or the line of titles above it.
type tagLine struct {
	widget.BaseWidget
	columns              *tagColumns
	depth                int
	tag, vr, name, value *widget.Label
	length               *widget.Label
}

func newTagLine(c *tagColumns) *tagLine {
	if c.height == 0 {
		c.measure()
	}
	cell := func(mono bool) *widget.Label {
		l := widget.NewLabel("")
		if l.TextStyle.Monospace = mono; !mono { // those are as wide as their column
			l.Truncation = fyne.TextTruncateEllipsis
		}
		return l
	}
	l := &tagLine{columns: c, tag: cell(true), vr: cell(true), name: cell(false), value: cell(false), length: cell(false)}
	l.length.Alignment = fyne.TextAlignTrailing
	l.ExtendBaseWidget(l)
	return l
}

// title makes it the line of titles.
func (l *tagLine) title() {
	for _, x := range []struct {
		cell *widget.Label
		text string
	}{{l.tag, lang.L("Tag")}, {l.vr, "VR"}, {l.name, lang.L("Attribute")}, {l.value, lang.L("Value")}, {l.length, lang.L("Bytes")}} {
		x.cell.TextStyle = fyne.TextStyle{Bold: true}
		x.cell.SetText(x.text)
	}
}

// show puts a row into the line.
func (l *tagLine) show(r *tagRow) {
	for _, x := range []struct {
		cell *widget.Label
		text string
	}{{l.tag, r.tag}, {l.vr, r.vr}, {l.name, r.name}, {l.value, r.value}, {l.length, r.length}} {
		if text := cellText(x.text); x.cell.Text != text {
			x.cell.SetText(text)
		}
	}
	if l.depth != r.depth {
		l.depth = r.depth
		l.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (l *tagLine) CreateRenderer() fyne.WidgetRenderer {
	guide := canvas.NewRectangle(color.Transparent)
	return &tagLineRenderer{line: l, guide: guide}
}

type tagLineRenderer struct {
	line  *tagLine
	guide *canvas.Rectangle // shows the depth of a nested row
}

func (r *tagLineRenderer) Destroy() {}

func (r *tagLineRenderer) Objects() []fyne.CanvasObject {
	l := r.line
	return []fyne.CanvasObject{r.guide, l.tag, l.vr, l.name, l.value, l.length}
}

func (r *tagLineRenderer) MinSize() fyne.Size { return fyne.NewSize(400, r.line.columns.height) }

func (r *tagLineRenderer) Refresh() {
	r.Layout(r.line.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

// Layout gives name and value what the columns of fixed width leave.
func (r *tagLineRenderer) Layout(size fyne.Size) {
	l, c := r.line, r.line.columns
	pad := theme.InnerPadding()
	shift := tagIndent * float32(min(l.depth, maxTagIndent))
	r.guide.FillColor = color.Transparent
	if shift > 0 {
		r.guide.FillColor = theme.Color(theme.ColorNameSeparator)
	}
	r.guide.Move(fyne.NewPos(shift-tagIndent/2, 0))
	r.guide.Resize(fyne.NewSize(1, size.Height))
	x := c.indent + c.tag + tagGap
	place := func(o fyne.CanvasObject, x, width float32) {
		// Labels have a padding of their own around their text.
		height := o.MinSize().Height
		o.Move(fyne.NewPos(x-pad, (size.Height-height)/2))
		o.Resize(fyne.NewSize(width+2*pad, height))
	}
	place(l.tag, pad+shift, c.tag+c.indent-shift)
	place(l.vr, pad+x, c.vr)
	x += c.vr + tagGap
	rest := max(0, size.Width-x-c.length-2*tagGap-2*pad)
	name := rest * nameShare
	place(l.name, pad+x, name)
	place(l.value, pad+x+name+tagGap, rest-name)
	place(l.length, size.Width-c.length-pad, c.length)
}

// ofWindow makes what it holds as large as the window allows, and keeps it so
// when the window changes its size.
type ofWindow struct{ canvas fyne.Canvas }

func (o *ofWindow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	s := o.canvas.Size()
	title := 3 * theme.TextSize() // that of the dialog and what is around it
	return fyne.NewSize(s.Width*windowShare, s.Height*windowShare-2*title)
}

func (o *ofWindow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, x := range objects {
		x.Move(fyne.NewPos(0, 0))
		x.Resize(size)
	}
}
