package tools

import (
	"image"
	"math"

	"lightbox/ui/viewport"
	"lightbox/vision"
)

// Seen is what a pointer did in a pane of width × height screen pixels that shows a
// frame through v.
func Seen(p viewport.Pointer, v vision.Viewport, width, height int, frame string) Event {
	e := Event{
		DX: p.DX, DY: p.DY, Button: p.Button, Modifier: p.Modifier, Unit: p.Unit / v.Zoom, On: frame,
		Screen: image.Pt(int(math.Floor(p.X)), int(math.Floor(p.Y))),
	}
	e.At.X, e.At.Y = v.ToImage(p.X, p.Y, width, height)
	return e
}
