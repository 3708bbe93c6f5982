package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// Sizes in the window of a training, in units.
const (
	trainColumnWidth = 330
	trainMargin      = 10
	captionGap       = 4
	headBar          = 6
)

// margins leaves some room round its content.
type margins struct{}

func (*margins) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(2*trainMargin, 2*trainMargin)
}

func (*margins) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(trainMargin, trainMargin))
	objects[0].Resize(size.SubtractWidthHeight(2*trainMargin, 2*trainMargin))
}

// newTrainGap keeps the columns apart.
func newTrainGap() fyne.CanvasObject {
	gap := canvas.NewRectangle(color.Transparent)
	gap.SetMinSize(fyne.NewSize(2*trainMargin, 0))
	return gap
}

// trainColumn puts the networks above the notes. They have the height they need,
// but leave the notes some of it.
type trainColumn struct{}

const notesShare = 0.35 // of the height, at least

func (*trainColumn) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(scaled(trainColumnWidth), 200)
}

func (*trainColumn) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rows, notes := objects[0].(*container.Scroll), objects[1]
	height := min(rows.Content.MinSize().Height, size.Height*(1-notesShare))
	rows.Move(fyne.NewPos(0, 0))
	rows.Resize(fyne.NewSize(size.Width, height))
	y := height + trainMargin
	notes.Move(fyne.NewPos(0, y))
	notes.Resize(fyne.NewSize(size.Width, max(size.Height-y, 0)))
}

// captionedChart is a diagram below the words that say what it shows.
type captionedChart struct {
	object *fyne.Container
	words  *prose
	chart  *chart
}

func newCaptionedChart() *captionedChart {
	c := &captionedChart{words: newProse(theme.ColorNameForeground), chart: newChart()}
	c.object = container.New(c, c.words.lines, c.chart)
	return c
}

// set shows a diagram, or the words alone for nil.
func (c *captionedChart) set(text string, d *diagram) {
	if c.words.Text != text {
		c.words.Text = text
		c.object.Refresh()
	}
	c.chart.set(d)
}

// MinSize is part of fyne.Layout.
func (c *captionedChart) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(240, 140) }

// Layout is part of fyne.Layout.
func (c *captionedChart) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	c.words.wrap(size.Width)
	height := c.words.lines.MinSize().Height
	c.words.lines.Move(fyne.NewPos(0, captionGap))
	c.words.lines.Resize(fyne.NewSize(size.Width, height))
	y := height + 2*captionGap
	c.chart.Move(fyne.NewPos(0, y))
	c.chart.Resize(fyne.NewSize(size.Width, max(size.Height-y-captionGap, 0)))
}
