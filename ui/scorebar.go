package ui

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// scoreBar draws a number from 0 to 1 with the operating point as a mark and the
// interval as a line below.
type scoreBar struct {
	widget.BaseWidget
	answer *app.Answer
}

func newScoreBar() *scoreBar {
	b := &scoreBar{}
	b.ExtendBaseWidget(b)
	return b
}

// set shows a result, or an empty bar for nil.
func (b *scoreBar) set(a *app.Answer) {
	if b.answer == nil && a == nil {
		return
	}
	b.answer = a
	b.Refresh()
}

// rect is where the bar lies in the window, in screen pixels.
func (b *scoreBar) rect() image.Rectangle {
	r := screenRect(b)
	r.Max.Y = r.Min.Y + r.Dy()*scoreBarHeight/(scoreBarHeight+intervalGap+intervalHeight)
	return r
}

// CreateRenderer is part of fyne.Widget.
func (b *scoreBar) CreateRenderer() fyne.WidgetRenderer {
	none := func() *canvas.Rectangle { return canvas.NewRectangle(color.Transparent) }
	r := &scoreBarRenderer{bar: b, back: none(), fill: none(), mark: none(), interval: none()}
	r.Refresh()
	return r
}

type scoreBarRenderer struct {
	bar                        *scoreBar
	back, fill, mark, interval *canvas.Rectangle
}

// Sizes of the bar in units; the mark stands out above it.
const (
	scoreBarHeight = 6
	scoreBarMark   = 2
	intervalHeight = 2
	intervalGap    = 1
)

func (r *scoreBarRenderer) MinSize() fyne.Size {
	return fyne.NewSize(60, scoreBarHeight+intervalGap+intervalHeight)
}

func (r *scoreBarRenderer) Layout(size fyne.Size) {
	r.back.Resize(fyne.NewSize(size.Width, scoreBarHeight))
	a := r.bar.answer
	if a == nil {
		r.fill.Resize(fyne.NewSize(0, scoreBarHeight))
		return
	}
	r.fill.Resize(fyne.NewSize(size.Width*float32(a.Number()), scoreBarHeight))
	r.mark.Resize(fyne.NewSize(scoreBarMark, size.Height))
	if !math.IsNaN(a.Threshold) {
		r.mark.Move(fyne.NewPos(size.Width*float32(a.Threshold)-scoreBarMark/2, 0))
	}
	if low, high, ok := a.Bounds(); ok {
		r.interval.Move(fyne.NewPos(size.Width*float32(low), scoreBarHeight+intervalGap))
		r.interval.Resize(fyne.NewSize(max(size.Width*float32(high-low), 1), intervalHeight))
	}
}

func (r *scoreBarRenderer) Refresh() {
	a := r.bar.answer
	r.back.FillColor = theme.Color(colourScoreBar)
	r.fill.FillColor = theme.Color(colourCaution)
	if a != nil && a.Calibrated {
		r.fill.FillColor = theme.Color(theme.ColorNamePrimary)
	}
	r.mark.FillColor, r.interval.FillColor = theme.Color(theme.ColorNameForeground), theme.Color(theme.ColorNameForeground)
	r.mark.Hidden = a == nil || math.IsNaN(a.Threshold)
	r.interval.Hidden = true
	if a != nil {
		_, _, ok := a.Bounds()
		r.interval.Hidden = !ok
	}
	r.Layout(r.bar.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *scoreBarRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.fill, r.interval, r.mark}
}

func (r *scoreBarRenderer) Destroy() {}
