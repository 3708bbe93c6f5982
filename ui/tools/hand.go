package tools

import (
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Hand holds the tool that the left button uses; what the other buttons use does not
// depend on it.
type Hand struct {
	// Middle and Right are the tools of the other buttons.
	Middle, Right Kind

	host   Host
	tools  map[Kind]Tool
	kind   Kind
	held   Tool // the one that a held button uses
	button desktop.MouseButton
	wheel  float64 // notches that did not make a whole image yet
}

// New is a hand that holds the window tool; the middle button pans, the right one
// zooms.
func New(h Host) *Hand {
	return &Hand{Middle: Pan, Right: Zoom, host: h, tools: makeTools(h), kind: Window}
}

// Take changes the tool; what was begun with the old one is given up. A tool that
// there is not changes nothing.
func (h *Hand) Take(k Kind) {
	if h.tools[k] == nil || k == h.kind {
		return
	}
	h.Cancel()
	h.kind = k
}

// Kind is the tool in the hand.
func (h *Hand) Kind() Kind { return h.kind }

// About says what the tool in the hand is and does.
func (h *Hand) About() About { return h.tools[h.kind].About() }

// AboutTool says it of any tool.
func (h *Hand) AboutTool(k Kind) (About, bool) {
	t, ok := h.tools[k]
	if !ok {
		return About{}, false
	}
	return t.About(), true
}

// Draws tells whether clicks of the tool in the hand place points, so that a double
// click must not do anything else.
func (h *Hand) Draws() bool {
	switch h.tools[h.kind].(type) {
	case *pointed, *polygon, *selecting:
		return true
	}
	return false
}

func (h *Hand) toolOf(b desktop.MouseButton) Tool {
	switch b {
	case desktop.MouseButtonPrimary:
		return h.tools[h.kind]
	case desktop.MouseButtonTertiary:
		return h.tools[h.Middle]
	case desktop.MouseButtonSecondary:
		return h.tools[h.Right]
	}
	return nil
}

// Press passes on that a button went down. A release that never came is made up
// for.
func (h *Hand) Press(e Event) {
	if h.held != nil {
		h.held.Release(e)
		h.held = nil
	}
	if t := h.toolOf(e.Button); t != nil && e.sound() {
		h.held, h.button = t, e.Button
		t.Press(e)
	}
}

// Drag passes on a movement with a button held; without a press before, it moves
// what needs none.
func (h *Hand) Drag(e Event) {
	t := h.held
	if t == nil {
		t = h.toolOf(e.Button)
	}
	if t != nil && e.sound() {
		t.Drag(e)
	}
}

// Release passes on that the button went up.
func (h *Hand) Release(e Event) {
	if h.held == nil || e.Button != 0 && e.Button != h.button {
		return
	}
	t := h.held
	h.held = nil
	t.Release(e)
}

// Hover passes on a movement without a button.
func (h *Hand) Hover(e Event) {
	if h.held == nil && e.sound() {
		h.tools[h.kind].Hover(e)
	}
}

// Cancel gives up what was begun: on Esc, when another tool is taken, another frame
// is shown or the pane goes. It tells whether there was anything.
func (h *Hand) Cancel() bool {
	any := false
	if h.held != nil && h.held != h.tools[h.kind] {
		any = h.held.Cancel()
	}
	h.held = nil
	return h.tools[h.kind].Cancel() || any
}

// Key does what a key does to what is begun, or deletes the selected mark; it tells
// whether the key did anything.
func (h *Hand) Key(name fyne.KeyName) bool {
	if name == fyne.KeyEscape {
		return h.Cancel()
	}
	if t, ok := h.tools[h.kind].(keyed); ok && t.Key(name) {
		return true
	}
	if name != fyne.KeyDelete && name != fyne.KeyBackspace {
		return false
	}
	id := h.host.Selected()
	if id == "" {
		return false
	}
	h.Cancel()
	h.host.Delete(id)
	return true
}

// zoomStep is how much one notch of the wheel enlarges.
const zoomStep = 1.25

// Wheel goes through the stack, or zooms where that is asked for or there is nothing
// to go through. Touchpads send parts of a notch: they add up.
func (h *Hand) Wheel(notches float64, zooms bool, at image.Point) {
	if !(math.Abs(notches) < longestDrag) {
		return
	}
	if zooms || h.host.Frames() < 2 {
		h.host.Zoom(math.Pow(zoomStep, min(max(notches, -maxNotches), maxNotches)), at)
		return
	}
	h.wheel -= notches // towards the reader is onwards
	if n := math.Trunc(h.wheel); n != 0 {
		h.wheel -= n
		h.host.Scroll(int(n))
	}
}

// maxNotches is the most notches that zoom at once.
const maxNotches = 20
