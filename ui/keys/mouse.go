package keys

// Use is what a drag or the wheel does.
type Use string

// What a drag or the wheel can do. The texts are English, for people.
const (
	Window Use = "change the window"
	Zoom   Use = "zoom"
	Pan    Use = "move the image"
	Scroll Use = "go through the images of the stack"
)

// Uses lists them all.
func Uses() []Use { return []Use{Window, Zoom, Pan, Scroll} }

// Mouse is what the parts of a mouse do. A drag with the left button does what the
// chosen tool does; where there is one image only, the wheel zooms in every profile.
type Mouse struct {
	Start            Use // the tool that is chosen at the start
	Middle, Right    Use // drags
	Wheel, CtrlWheel Use // Scroll or Zoom
}
