package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// tick is a mark of an axis, from 0 to 1 along it.
type tick struct {
	at   float64
	text string
}

// chartLegend is a word in the colour of what it names.
type chartLegend struct {
	text   string
	colour fyne.ThemeColorName
}

// diagram is what a chart shows. up is the quantity of the y axis, across that of
// the x axis; both stand beside their axis, along with the ticks.
type diagram struct {
	up, across string
	ys, xs     []tick
	note       chartLegend   // above the upper right corner
	inside     []chartLegend // in the lower right corner, one below the other
	above      bool          // or above the upper right corner, side by side
	line       *chartLine    // behind what is drawn; nil for none
	draw       func(*pen)
}

// chartLine is an upright line, from 0 to 1 along the x axis, and what the note says
// of it. Both follow a hand without the rest being painted again.
type chartLine struct {
	at   float64
	note string
}

// chart draws a small diagram with labelled axes: lines by the pen, words by
// Fyne. Without a diagram it is empty.
type chart struct {
	widget.BaseWidget
	shows *diagram
	line  *canvas.Rectangle
	note  *canvas.Text
}

func newChart() *chart {
	c := &chart{line: canvas.NewRectangle(nil), note: canvas.NewText("", nil)}
	c.ExtendBaseWidget(c)
	return c
}

// set shows a diagram, or nothing for nil.
func (c *chart) set(d *diagram) {
	if d == nil && c.shows == nil {
		return
	}
	c.shows = d
	c.Refresh()
}

// move brings the line of what is shown to another place.
func (c *chart) move(to chartLine) {
	if c.shows == nil || c.shows.line == nil || *c.shows.line == to {
		return
	}
	c.shows.line = &to
	c.placeLine(c.Size())
	c.note.Refresh()
}

// placeLine places the line and its note in a chart of a size.
func (c *chart) placeLine(size fyne.Size) {
	d := c.shows
	none := d == nil || d.line == nil
	c.line.Hidden, c.note.Hidden = none, none
	if none {
		return
	}
	at, area := d.plot(size)
	c.line.FillColor = theme.Color(theme.ColorNamePrimary)
	c.line.Resize(fyne.NewSize(lineWidth, area.Height))
	c.line.Move(at.AddXY(area.Width*float32(d.line.at)-lineWidth/2, 0))
	c.note.Text, c.note.Color, c.note.TextSize = d.line.note, theme.Color(theme.ColorNamePrimary), scaled(chartText)
	c.note.Resize(c.note.MinSize())
	x := size.Width - c.note.Size().Width
	c.note.Move(fyne.NewPos(x, 0))
	c.note.Hidden = !d.roomFor(x)
}

// roomFor tells whether a note that begins at x keeps clear of the name of the y axis.
func (d *diagram) roomFor(x float32) bool {
	return d.up == "" || x > chartTextSize(d.up).Width+chartGap
}

// lineWidth is that of a chart's line, in units.
const lineWidth = 2

// Sizes of a chart in units.
const (
	chartText   = 10
	chartGap    = 3
	chartMargin = bleed // right of the plot
	minChart    = 60
)

func chartTextSize(text string) fyne.Size {
	return fyne.MeasureText(text, scaled(chartText), fyne.TextStyle{})
}

// plot is where the axes lie within a chart of a size.
func (d *diagram) plot(size fyne.Size) (at fyne.Position, area fyne.Size) {
	line := chartTextSize("0").Height
	left := float32(0)
	for _, t := range d.ys {
		left = max(left, chartTextSize(t.text).Width)
	}
	at = fyne.NewPos(left+chartGap, line+chartGap)
	if d.up == "" && d.note.text == "" && d.line == nil {
		at.Y = bleed
	}
	return at, fyne.NewSize(max(size.Width-at.X-chartMargin, 1), max(size.Height-at.Y-line-chartGap, 1))
}

// CreateRenderer is part of fyne.Widget.
func (c *chart) CreateRenderer() fyne.WidgetRenderer {
	r := &chartRenderer{chart: c}
	r.raster = canvas.NewRaster(r.paint)
	r.Refresh()
	return r
}

type chartRenderer struct {
	chart   *chart
	raster  *canvas.Raster
	words   []*canvas.Text
	objects []fyne.CanvasObject
}

func (r *chartRenderer) paint(w, h int) image.Image {
	p := newPen(w, h, r.raster.Size().Width)
	d := r.chart.shows
	if d == nil {
		return p.img
	}
	p.upright(0, 0, 1, 1, colourQuiet)
	p.level(0, 0, 1, 1, false, colourQuiet)
	d.draw(p)
	return p.img
}

func (r *chartRenderer) MinSize() fyne.Size { return fyne.NewSize(minChart, minChart) }

func (r *chartRenderer) Layout(size fyne.Size) {
	r.words = r.words[:0]
	if d := r.chart.shows; d != nil {
		at, area := d.plot(size)
		r.raster.Move(at.SubtractXY(bleed, bleed))
		r.raster.Resize(area.AddWidthHeight(2*bleed, 2*bleed))
		r.label(d, at, area, size)
	}
	r.chart.placeLine(size)
	r.objects = append(r.objects[:0], r.chart.line, r.raster, r.chart.note)
	for _, t := range r.words {
		r.objects = append(r.objects, t)
	}
}

// label puts the words round the plot.
func (r *chartRenderer) label(d *diagram, at fyne.Position, area, size fyne.Size) {
	r.word(d.up, colourQuiet, 0, 0)
	note := chartTextSize(d.note.text).Width
	if x := size.Width - note; d.roomFor(x) {
		r.word(d.note.text, d.note.colour, x, 0)
	}
	top := float32(0) // the first tick stays below what stands above it
	if d.up != "" {
		top = chartTextSize(d.up).Height - chartGap
	}
	for _, t := range d.ys {
		s := chartTextSize(t.text)
		y := at.Y + area.Height*float32(1-t.at) - s.Height/2
		r.word(t.text, colourQuiet, at.X-chartGap-s.Width, min(max(y, top), size.Height-s.Height))
	}
	below, free := at.Y+area.Height+1, at.X // free: the end of the words so far
	last := size.Width
	for i, t := range d.xs {
		w := chartTextSize(t.text).Width
		x := min(max(at.X+area.Width*float32(t.at)-w/2, at.X-chartGap), size.Width-w)
		r.word(t.text, colourQuiet, x, below)
		if i == 0 {
			free = x + w
		}
		last = x
	}
	if w := chartTextSize(d.across).Width; len(d.xs) == 2 && w < last-free {
		r.word(d.across, colourQuiet, free+(last-free-w)/2, below)
	}
	if d.above {
		r.legendAbove(d, size.Width)
	} else {
		r.legend(d, at, area)
	}
}

// legend puts what names the curves into the lower right corner of the plot, as far
// as there is room.
func (r *chartRenderer) legend(d *diagram, at fyne.Position, area fyne.Size) {
	y := at.Y + area.Height - 2
	for i := len(d.inside) - 1; i >= 0; i-- {
		s := chartTextSize(d.inside[i].text)
		if s.Width > area.Width-2*chartGap {
			continue
		}
		y -= s.Height
		r.word(d.inside[i].text, d.inside[i].colour, at.X+area.Width-s.Width-chartGap, y)
	}
}

// legendGap is between words of a legend that stand side by side.
const legendGap = 14

// legendAbove puts it above the plot, in the order from left to right; what comes
// last goes first where there is no room.
func (r *chartRenderer) legendAbove(d *diagram, width float32) {
	room := width - chartTextSize(d.up).Width - legendGap
	n, sum := 0, float32(0)
	for ; n < len(d.inside); n++ {
		w := chartTextSize(d.inside[n].text).Width
		if n > 0 {
			w += legendGap
		}
		if sum+w > room {
			break
		}
		sum += w
	}
	x := width - sum
	for _, l := range d.inside[:n] {
		r.word(l.text, l.colour, x, 0)
		x += chartTextSize(l.text).Width + legendGap
	}
}

func (r *chartRenderer) word(text string, colour fyne.ThemeColorName, x, y float32) {
	if text == "" {
		return
	}
	t := canvas.NewText(text, theme.Color(colour))
	t.TextSize = scaled(chartText)
	t.Move(fyne.NewPos(x, y))
	t.Resize(t.MinSize())
	r.words = append(r.words, t)
}

func (r *chartRenderer) Refresh() {
	r.raster.Hidden = r.chart.shows == nil
	r.Layout(r.chart.Size())
	canvas.Refresh(r.chart)
	r.raster.Refresh()
}

func (r *chartRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *chartRenderer) Destroy() {}
