package tools

import (
	"image"
	"math"

	"fyne.io/fyne/v2"
)

// Speeds of a drag with a modifier key held.
const (
	FastDrag = 4
	FineDrag = 0.25
)

// window changes the window: right is wider, up is brighter.
type window struct {
	idle
	host Viewing
}

func (t *window) Drag(e Event) {
	speed := 1.0
	if e.Modifier&fyne.KeyModifierControl != 0 {
		speed = FastDrag
	} else if e.Modifier&fyne.KeyModifierShift != 0 {
		speed = FineDrag
	}
	t.host.Window(e.DX, e.DY, speed)
}

func (*window) About() About {
	return About{windowName, windowNext, "window", shapeOf("window")}
}

// Screen pixels of a drag for one image with the scroll tool: a pane's height is
// the whole stack, within what a hand can do.
const (
	minScrollDrag = 3
	maxScrollDrag = 20
)

// scroll goes through the stack.
type scroll struct {
	idle
	host Viewing
	rest float64 // what did not make a whole image yet
}

func (t *scroll) Press(Event) { t.rest = 0 }

func (t *scroll) Drag(e Event) {
	n := t.host.Frames()
	if n < 2 {
		return
	}
	t.rest += e.DY / min(max(float64(t.host.PaneHeight())/float64(n), minScrollDrag), maxScrollDrag)
	if by := math.Trunc(t.rest); by != 0 {
		t.rest -= by
		t.host.Scroll(int(by))
	}
}

func (*scroll) About() About {
	return About{scrollName, scrollNext, "scroll", shapeOf("scroll")}
}

// Of the zoom tool: a drag over so many screen pixels doubles the size, and the most
// that one event does.
const (
	doublingDrag = 100
	maxZoomDrag  = 1000
)

// zoom enlarges about the place where the drag began. Up is smaller, as IHE BIR has
// it.
type zoom struct {
	idle
	host Viewing
	held bool
	from image.Point
}

func (t *zoom) Press(e Event) { t.held, t.from = true, e.Screen }

func (t *zoom) Drag(e Event) {
	if !t.held {
		t.from = e.Screen
	}
	t.host.Zoom(math.Exp2(min(max(e.DY, -maxZoomDrag), maxZoomDrag)/doublingDrag), t.from)
}

func (t *zoom) Release(Event) { t.held = false }

func (t *zoom) Cancel() bool {
	t.held = false
	return false // there is nothing to take back
}

func (*zoom) About() About { return About{zoomName, zoomNext, "zoom", shapeOf("zoom")} }

// pan moves the image.
type pan struct {
	idle
	host Viewing
}

func (t *pan) Drag(e Event) { t.host.Pan(e.DX, e.DY) }

func (*pan) About() About { return About{panName, panNext, "pan", shapeOf("pan")} }

// magnifier shows a glass while the button is held.
type magnifier struct {
	idle
	host  Viewing
	shown bool
}

func (t *magnifier) Press(e Event) {
	t.shown = true
	t.host.Magnify(&e.Screen)
}

func (t *magnifier) Drag(e Event) {
	if t.shown {
		t.host.Magnify(&e.Screen)
	}
}

func (t *magnifier) Release(Event) { t.Cancel() }

func (t *magnifier) Cancel() bool {
	if !t.shown {
		return false
	}
	t.shown = false
	t.host.Magnify(nil)
	return true
}

func (*magnifier) About() About {
	return About{magnifierName, magnifierNext, "magnifier", shapeOf("magnifier")}
}

// crossHair shows the place under the pointer in the other panes.
type crossHair struct {
	idle
	host    Viewing
	marking Marking
	held    bool
}

func (t *crossHair) Press(e Event) {
	t.held = true
	t.Drag(e)
}

func (t *crossHair) Drag(e Event) {
	if b, ok := imageOf(t.marking); ok && t.held && e.sound() {
		t.host.CrossHair(b.clamp(e.At))
	}
}

func (t *crossHair) Release(Event) { t.held = false }

func (t *crossHair) Cancel() bool {
	t.held = false
	return false
}

func (*crossHair) About() About {
	return About{crossHairName, crossHairNext, "crosshair", shapeOf("crosshair")}
}
