package ui

import (
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lightbox/ui/viewport"
)

// intentions connect pane number i with the session. What is done in a pane makes
// it the active one.
func (w *mainWindow) intentions(i int) viewport.Intentions {
	s := w.session
	return viewport.Intentions{
		Drag: func(button desktop.MouseButton, modifier fyne.KeyModifier, dx, dy float64, start image.Point) {
			w.drag(i, button, modifier, dx, dy, start)
		},
		Scroll: func(steps float64, modifier fyne.KeyModifier, at image.Point) { w.scroll(i, steps, modifier, at) },
		Hover:  func(at image.Point, inside bool) { s.SetCursor(i, at, inside) },
		DoubleTap: func() {
			s.Activate(i)
			if st := s.State(); st.FitToPane {
				s.ZoomTo(1, st.Centre())
			} else {
				s.Fit()
			}
		},
		Focused: func() { s.Activate(i) },
		Key:     w.typedKey,
		Held:    w.held,
		// Painting is no time to change anything: the session learns of the
		// size after the frame.
		Resized: func(size image.Point) { fyne.Do(func() { s.SetSize(i, size) }) },
		Painted: func() { w.onPainted() },
	}
}

// scroll goes through the stack, or zooms with Ctrl and where there is nothing
// to go through. Touchpads send parts of a notch: they add up.
func (w *mainWindow) scroll(pane int, steps float64, modifier fyne.KeyModifier, at image.Point) {
	w.session.Activate(pane)
	if modifier&ctrl != 0 || w.session.State().Frames() < 2 {
		w.session.ZoomBy(math.Pow(zoomStep, steps), at)
		return
	}
	w.wheel -= steps // towards the reader is onwards
	if n := math.Trunc(w.wheel); n != 0 {
		w.wheel -= n
		w.session.ScrollBy(int(n))
	}
}

// Screen pixels of a drag for one image with the scroll tool: a pane's height is
// the whole stack, within what a hand can do.
const (
	minScrollDrag = 3
	maxScrollDrag = 20
)

func (w *mainWindow) dragScroll(dy float64) {
	st := w.session.State()
	n := st.Frames()
	if n < 2 {
		return
	}
	w.scrolled += dy / min(max(float64(st.Size.Y)/float64(n), minScrollDrag), maxScrollDrag)
	if by := math.Trunc(w.scrolled); by != 0 {
		w.scrolled -= by
		w.session.ScrollBy(int(by))
	}
}

// Speeds of a drag with a modifier key held.
const (
	fastDrag = 4
	fineDrag = 0.25
)

func (w *mainWindow) drag(pane int, button desktop.MouseButton, modifier fyne.KeyModifier, dx, dy float64, start image.Point) {
	w.session.Activate(pane)
	do := w.tool
	switch button {
	case desktop.MouseButtonTertiary:
		do = toolPan
	case desktop.MouseButtonSecondary:
		do = toolZoom
	}
	switch do {
	case toolPan:
		w.session.PanBy(dx, dy)
	case toolZoom: // up is smaller, as IHE BIR has it; 100 pixels double
		w.session.ZoomBy(math.Exp2(dy/100), start)
	case toolScroll:
		w.dragScroll(dy)
	default:
		speed := 1.0
		if modifier&fyne.KeyModifierControl != 0 {
			speed = fastDrag
		} else if modifier&fyne.KeyModifierShift != 0 {
			speed = fineDrag
		}
		w.session.DragWindow(dx, dy, speed)
	}
}
