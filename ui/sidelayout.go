package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// sideLayout puts a panel of a chosen width at the left of the rest, with a
// divider between them; a hidden panel takes no room.
type sideLayout struct{ width float32 }

const dividerWidth = 5

// MinSize is that of the rest: a small window has no room to promise the panel.
func (l *sideLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[2].MinSize()
}

// Layout places panel, divider and the rest.
func (l *sideLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	panel, divider, rest := objects[0], objects[1], objects[2]
	taken := float32(0)
	if panel.Visible() {
		width := min(l.width, max(size.Width-rest.MinSize().Width-dividerWidth, 0))
		panel.Resize(fyne.NewSize(width, size.Height))
		divider.Move(fyne.NewPos(width, 0))
		divider.Resize(fyne.NewSize(dividerWidth, size.Height))
		taken = width + dividerWidth
	}
	rest.Move(fyne.NewPos(taken, 0))
	rest.Resize(fyne.NewSize(size.Width-taken, size.Height))
}

// divider is dragged to make what is left of it wider or narrower.
type divider struct {
	widget.BaseWidget
	wayfarer
	drag func(dx float32)
	line *canvas.Rectangle
}

var (
	_ fyne.Draggable     = (*divider)(nil)
	_ desktop.Hoverable  = (*divider)(nil)
	_ fyne.Focusable     = (*divider)(nil)
	_ desktop.Cursorable = (*divider)(nil)
)

func newDivider(way *way, drag func(dx float32)) *divider {
	d := &divider{wayfarer: wayfarer{way}, drag: drag, line: canvas.NewRectangle(color.Transparent)}
	d.ExtendBaseWidget(d)
	return d
}

// Dragged moves the edge.
func (d *divider) Dragged(e *fyne.DragEvent) { d.drag(e.Dragged.DX) }

// DragEnd is part of fyne.Draggable.
func (d *divider) DragEnd() {}

// Cursor shows that the edge can be moved.
func (d *divider) Cursor() desktop.Cursor { return desktop.HResizeCursor }

// MouseIn lights the divider up.
func (d *divider) MouseIn(*desktop.MouseEvent) { d.colour(theme.Color(theme.ColorNameHover)) }

// MouseMoved is part of desktop.Hoverable.
func (d *divider) MouseMoved(*desktop.MouseEvent) {}

// MouseOut puts the light out.
func (d *divider) MouseOut() { d.colour(color.Transparent) }

// dividerStep is how far an arrow key moves the edge, in units.
const dividerStep = 16

// TypedKey moves the edge.
func (d *divider) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		d.drag(-dividerStep)
	case fyne.KeyRight:
		d.drag(dividerStep)
	default:
		d.way.typed(e)
	}
}

// TypedRune is part of fyne.Focusable.
func (d *divider) TypedRune(rune) {}

// FocusGained lights the divider up.
func (d *divider) FocusGained() { d.colour(theme.Color(theme.ColorNamePrimary)) }

// FocusLost puts the light out.
func (d *divider) FocusLost() { d.colour(color.Transparent) }

func (d *divider) colour(c color.Color) {
	d.line.FillColor = c
	d.line.Refresh()
}

// CreateRenderer is part of fyne.Widget.
func (d *divider) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(d.line) }
