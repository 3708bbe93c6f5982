package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// partBar is a thin line of which a part is full.
type partBar struct {
	object      *fyne.Container
	empty, full *canvas.Rectangle
	part        float32 // from 0 to 1
	height      float32 // in units
}

func newPartBar(height float32) *partBar {
	b := &partBar{empty: canvas.NewRectangle(color.Transparent), full: canvas.NewRectangle(color.Transparent), height: height}
	b.object = container.New(b, b.empty, b.full)
	return b
}

// set fills a part of the bar, in a colour.
func (b *partBar) set(part float64, name fyne.ThemeColorName) {
	b.part = float32(part)
	b.empty.FillColor, b.full.FillColor = theme.Color(colourScoreBar), theme.Color(name)
	b.object.Refresh()
}

// MinSize is part of fyne.Layout.
func (b *partBar) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, b.height) }

// Layout is part of fyne.Layout.
func (b *partBar) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	b.empty.Resize(size)
	b.full.Resize(fyne.NewSize(size.Width*b.part, size.Height))
}
