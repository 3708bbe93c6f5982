package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// chip is a short text on a ground of its own: what is in force and must not be
// overlooked. Without a text it takes no room.
type chip struct {
	object *fyne.Container
	back   *canvas.Rectangle
	text   *canvas.Text
}

// The grounds of chips and the letters on them: the same in both themes, for what they
// say must be seen in either. Black on amber has a contrast of 11:1, black on yellow
// of 15:1.
var (
	chipAmber  = color.NRGBA{R: 0xf0, G: 0xb4, B: 0x4a, A: 0xff}
	chipYellow = color.NRGBA{R: 0xff, G: 0xe0, B: 0x00, A: 0xff}
	chipInk    = color.NRGBA{A: 0xff}
)

const chipMargin = 6 // at both sides of the text, in units

func newChip(ground color.Color, size float32) *chip {
	c := &chip{back: canvas.NewRectangle(ground), text: canvas.NewText("", chipInk)}
	c.text.TextSize, c.text.TextStyle.Bold, c.text.Alignment = size, true, fyne.TextAlignCenter
	c.back.CornerRadius, c.back.StrokeColor, c.back.StrokeWidth = 3, chipInk, 1
	c.object = container.New(&chipLayout{}, c.back, c.text)
	c.object.Hide()
	return c
}

// set changes the text; an empty one hides the chip.
func (c *chip) set(text string) {
	if text != c.text.Text {
		setText(c.text, text)
		c.object.Refresh()
	}
	setVisible(c.object, text != "")
}

// chipLayout lays a text on its ground, which is no higher than it must be.
type chipLayout struct{}

func (*chipLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[1].MinSize().AddWidthHeight(2*chipMargin, 0)
}

func (*chipLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	text := objects[1].MinSize()
	y := (size.Height - text.Height) / 2
	for _, o := range objects {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, text.Height))
	}
}
