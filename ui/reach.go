package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// reach brings the keyboard to what has been made for the pointer: it lies beneath it,
// takes the keys for it, and is framed while it has the focus.
type reach struct {
	widget.BaseWidget
	wayfarer
	frame  *canvas.Rectangle
	typed  func(*fyne.KeyEvent) bool // takes a key; false leaves it to the window
	idle   func() bool               // there is nothing to do: Tab passes by; nil is never
	gained func()
	lost   func()
}

var (
	_ desktop.Keyable  = (*reach)(nil)
	_ fyne.Focusable   = (*reach)(nil)
	_ fyne.Disableable = (*reach)(nil)
)

// newReach makes one; way may be filled later.
func newReach(way *way, typed func(*fyne.KeyEvent) bool) *reach {
	r := &reach{wayfarer: wayfarer{way}, frame: canvas.NewRectangle(color.Transparent), typed: typed, gained: func() {}, lost: func() {}}
	r.frame.StrokeWidth, r.frame.CornerRadius = 1, 2
	r.ExtendBaseWidget(r)
	return r
}

// under lays the reach beneath an object.
func (r *reach) under(o fyne.CanvasObject) *fyne.Container { return container.NewStack(r, o) }

// TypedKey hands a key on.
func (r *reach) TypedKey(e *fyne.KeyEvent) {
	if !r.typed(e) {
		r.way.typed(e)
	}
}

// TypedRune is part of fyne.Focusable.
func (r *reach) TypedRune(rune) {}

// FocusGained frames the object.
func (r *reach) FocusGained() {
	r.frame.StrokeColor = theme.Color(theme.ColorNamePrimary)
	r.frame.Refresh()
	r.gained()
}

// FocusLost takes the frame away.
func (r *reach) FocusLost() {
	r.frame.StrokeColor = color.Transparent
	r.frame.Refresh()
	r.lost()
}

// Disabled tells that Tab passes by; part of fyne.Disableable, as are the next two.
func (r *reach) Disabled() bool { return r.idle != nil && r.idle() }

// Enable does nothing: what there is to do decides.
func (r *reach) Enable() {}

// Disable does nothing.
func (r *reach) Disable() {}

// CreateRenderer is part of fyne.Widget.
func (r *reach) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.frame) }
