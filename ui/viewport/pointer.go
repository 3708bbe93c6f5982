package viewport

import (
	"image"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Pointer is what the pointer did over a pane. Positions and distances are in
// screen pixels of the pane and need not be whole; a drag goes on outside of it.
type Pointer struct {
	X, Y     float64
	DX, DY   float64 // since the last one
	Button   desktop.MouseButton
	Modifier fyne.KeyModifier
	Unit     float64 // screen pixels for one of Fyne's units
}

// pointer is the pointer at a position of the widget.
func (p *Pane) pointer(pos fyne.Position, button desktop.MouseButton) Pointer {
	s := p.scale()
	at := pos.Subtract(p.painter.Object().Position())
	return Pointer{X: float64(at.X * s), Y: float64(at.Y * s), Button: button, Modifier: modifiers(), Unit: float64(s)}
}

// press tells that a button went down. One that went down while another was held
// ends what that one did.
func (p *Pane) press(e *desktop.MouseEvent) {
	p.release()
	p.button, p.last = e.Button, e.Position
	p.pressed = true
	tell(p.intend.Pressed, p.pointer(e.Position, e.Button))
}

// release ends what the held button did, where the pointer was last. Fyne does not
// always tell of a button that goes up outside the window.
func (p *Pane) release() {
	if p.pressed {
		p.pressed = false
		tell(p.intend.Released, p.pointer(p.last, p.button))
	}
	p.button = 0
}

// drag passes on that the pointer moved with a button held.
func (p *Pane) drag(pos fyne.Position, by fyne.Delta, button desktop.MouseButton) {
	p.last = pos
	if p.intend.Dragged == nil {
		s := p.scale()
		p.intend.Drag(button, modifiers(), float64(by.DX*s), float64(by.DY*s), p.grabbed)
		return
	}
	at := p.pointer(pos, button)
	at.DX, at.DY = float64(by.DX)*at.Unit, float64(by.DY)*at.Unit
	p.intend.Dragged(at)
}

func tell(intention func(Pointer), at Pointer) {
	if intention != nil {
		intention(at)
	}
}

// MouseDown takes the focus and remembers the button: Fyne's drags do not
// tell it.
func (p *Pane) MouseDown(e *desktop.MouseEvent) {
	p.grabbed = p.toPixels(e.Position)
	p.press(e)
	if c := fyne.CurrentApp().Driver().CanvasForObject(p); c != nil {
		c.Focus(p)
	}
}

// MouseUp ends a drag.
func (p *Pane) MouseUp(e *desktop.MouseEvent) {
	if p.pressed && e.Button != p.button {
		return // of a button that no longer did anything
	}
	p.last = e.Position
	p.release()
}

// Dragged passes a drag on. Fyne sends none for the right button: that one is
// followed in MouseMoved.
func (p *Pane) Dragged(e *fyne.DragEvent) {
	if p.button == desktop.MouseButtonSecondary {
		return
	}
	button := p.button
	if button == 0 {
		button = desktop.MouseButtonPrimary
	}
	p.intend.Hover(p.toPixels(e.Position), true)
	p.drag(e.Position, e.Dragged, button)
}

// DragEnd is part of fyne.Draggable.
func (p *Pane) DragEnd() { p.release() }

// scrollStep is what Fyne sends for one notch of a wheel on this system.
func scrollStep() float64 {
	if runtime.GOOS == "darwin" {
		return 10
	}
	return 25
}

// Scrolled passes the wheel on in notches.
func (p *Pane) Scrolled(e *fyne.ScrollEvent) {
	p.intend.Scroll(float64(e.Scrolled.DY)/scrollStep(), modifiers(), p.toPixels(e.Position))
}

// MouseIn starts to follow the pointer.
func (p *Pane) MouseIn(e *desktop.MouseEvent) { p.MouseMoved(e) }

// MouseMoved follows the pointer.
func (p *Pane) MouseMoved(e *desktop.MouseEvent) {
	switch {
	case p.button == desktop.MouseButtonSecondary:
		by := e.Position.Subtract(p.last)
		p.drag(e.Position, fyne.NewDelta(by.X, by.Y), p.button)
	case p.button == 0: // with another one held, drags follow
		tell(p.intend.Moved, p.pointer(e.Position, 0))
	}
	p.intend.Hover(p.toPixels(e.Position), true)
}

// MouseOut stops to follow the pointer.
func (p *Pane) MouseOut() {
	if p.button == desktop.MouseButtonSecondary {
		p.release() // the real one goes to whatever the pointer is over then
	}
	p.intend.Hover(image.Point{}, false)
}

// DoubleTapped passes a double click on.
func (p *Pane) DoubleTapped(*fyne.PointEvent) { p.intend.DoubleTap() }

// SetCursor changes what the pointer looks like over the image.
func (p *Pane) SetCursor(c desktop.Cursor) { p.cursor = c }

// Cursor is part of desktop.Cursorable: a shape that is drawn is drawn for the screen.
func (p *Pane) Cursor() desktop.Cursor {
	if c, ok := p.cursor.(interface {
		At(scale float32) desktop.Cursor
	}); ok {
		return c.At(p.scale())
	}
	return p.cursor
}

// modifiers are the modifier keys that are held.
func modifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}
