package ui

import (
	"fmt"
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lightbox/app"
	"lightbox/ui/keys"
	"lightbox/ui/tools"
	"lightbox/ui/viewport"
)

// clickSlack is how far the right button may move, in Fyne's units, to have clicked.
const clickSlack = 4

// intentions connect pane number i with the session, by way of the tool in its hand.
// What is done in a pane makes it the active one.
func (w *mainWindow) intentions(i int, box *paneBox) viewport.Intentions {
	s := w.session
	var began viewport.Pointer // where the right button went down
	return viewport.Intentions{
		Pressed: func(p viewport.Pointer) {
			s.Activate(i)
			began = p
			box.hand.Press(w.seen(i, p))
			w.followTool(box)
		},
		Dragged: func(p viewport.Pointer) {
			s.Activate(i)
			box.hand.Drag(w.seen(i, p))
			w.followTool(box)
		},
		Released: func(p viewport.Pointer) {
			box.hand.Release(w.seen(i, p))
			s.EndGesture()
			w.followTool(box)
			if p.Button == desktop.MouseButtonSecondary && math.Hypot(p.X-began.X, p.Y-began.Y) < clickSlack*p.Unit {
				w.showPaneMenu(i, p)
			}
		},
		Moved: func(p viewport.Pointer) {
			box.hand.Hover(w.seen(i, p))
			w.followTool(box)
		},
		Scroll: func(notches float64, modifier fyne.KeyModifier, at image.Point) {
			s.Activate(i)
			box.hand.Wheel(notches, w.wheelZooms(modifier), at)
		},
		Hover: func(at image.Point, inside bool) { s.SetCursor(i, at, inside) },
		DoubleTap: func() {
			s.Activate(i)
			if box.hand.Draws() {
				return
			}
			if st := s.State(); st.FitToPane {
				s.ZoomTo(1, st.Centre())
			} else {
				s.Fit()
			}
		},
		Focused: func() { s.Activate(i) },
		Key: func(e *fyne.KeyEvent) {
			if w.dialog == nil && box.hand.Key(e.Name) {
				w.followTool(box)
				return
			}
			w.typedKey(e)
		},
		Held: w.held,
		// Painting is no time to change anything: the session learns of the
		// size after the frame.
		Resized: func(size image.Point) { fyne.Do(func() { s.SetSize(i, size) }) },
		Painted: func() { w.onPainted() },
	}
}

// seen is what a pointer did in pane i, in its image.
func (w *mainWindow) seen(i int, p viewport.Pointer) tools.Event {
	st := w.session.State()
	if i >= len(st.Panes) {
		return tools.Event{}
	}
	pane := st.Panes[i]
	return tools.Seen(p, pane.Viewport, pane.Size.X, pane.Size.Y, frameKey(pane))
}

// frameKey names the frame in a pane, for tools that must not go on on another.
func frameKey(p *app.Pane) string {
	if p.Scan == nil {
		return ""
	}
	return fmt.Sprintf("%p %d", p.Stack(), p.ShownFrame())
}

// followTool brings pointer and status line to what the tool in a pane is about.
func (w *mainWindow) followTool(box *paneBox) {
	about := box.hand.About()
	box.pane.SetCursor(about.Cursor)
	w.status.prompt(box.hand.Kind(), about)
}

// setTool puts a tool into the hands of all panes.
func (w *mainWindow) setTool(k tools.Kind) {
	w.tool = k
	for _, b := range w.panes.boxes {
		w.arm(b)
	}
	w.showButtons()
	w.status.prompt(k, w.panes.boxes[0].hand.About())
}

// arm gives a pane the tools that are chosen.
func (w *mainWindow) arm(b *paneBox) {
	b.hand.Middle, b.hand.Right = toolOf(w.bound.profile.Mouse.Middle), toolOf(w.bound.profile.Mouse.Right)
	b.hand.Take(w.tool)
	b.pane.SetCursor(b.hand.About().Cursor)
}

// toolOf is the tool for a use of the mouse.
func toolOf(u keys.Use) tools.Kind {
	switch u {
	case keys.Zoom:
		return tools.Zoom
	case keys.Pan:
		return tools.Pan
	case keys.Scroll:
		return tools.Scroll
	}
	return tools.Window
}

// wheelZooms tells whether the wheel zooms, with the modifiers that are held.
func (w *mainWindow) wheelZooms(modifier fyne.KeyModifier) bool {
	if modifier&ctrl != 0 {
		return w.bound.profile.Mouse.CtrlWheel == keys.Zoom
	}
	return w.bound.profile.Mouse.Wheel == keys.Zoom
}
