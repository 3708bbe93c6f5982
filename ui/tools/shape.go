package tools

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"runtime"
	"sync"

	"fyne.io/fyne/v2/driver/desktop"
	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"

	"lightbox/assets"
)

// Sizes of pointers in Fyne's units, and by how much a screen may enlarge them.
const (
	iconUnits  = 24.0 // of the icons
	signUnits  = 15.0 // of the sign beside a cross
	crossUnits = 19.0 // from end to end
	crossGap   = 4.0  // from the middle to where each line begins: the place itself stays in sight
	rimUnits   = 1.25 // round all of it, dark round light: it is seen on any picture
	maxScale   = 4
)

// shape is the pointer of a tool: the sign on the tool's button with the place in its
// middle or, for tools that put points, a cross with the sign beside it.
type shape struct {
	icon  string
	cross bool
}

func shapeOf(icon string) desktop.Cursor  { return shape{icon, false} }
func crossFor(icon string) desktop.Cursor { return shape{icon, true} }

// Image is the pointer for a screen of one pixel to a unit.
func (s shape) Image() (image.Image, int, int) { return s.At(1).Image() }

// At is the pointer for a screen of so many pixels to a unit. It is the same value each
// time: Fyne takes another one for a change. macOS enlarges pointers itself.
func (s shape) At(scale float32) desktop.Cursor {
	if runtime.GOOS == "darwin" || !(scale >= 1) {
		scale = 1
	}
	key := drawnKey{s, min(float32(math.Round(float64(scale)*4)/4), maxScale)}
	drawnLock.Lock()
	defer drawnLock.Unlock()
	if drawn[key] == nil {
		drawn[key] = s.draw(float64(key.scale))
	}
	return drawn[key]
}

type drawnKey struct {
	shape shape
	scale float32
}

var (
	drawn     = map[drawnKey]*drawnShape{}
	drawnLock sync.Mutex
)

// drawnShape is a pointer in pixels.
type drawnShape struct {
	image *image.NRGBA
	x, y  int // of the pixel that points
}

func (d *drawnShape) Image() (image.Image, int, int) { return d.image, d.x, d.y }

// draw draws the shape light with a dark rim, a margin of the rim's width about it.
func (s shape) draw(scale float64) *drawnShape {
	margin := math.Ceil(rimUnits * scale)
	box := func(units float64) int { return int(math.Ceil(units*scale + 2*margin)) }
	if !s.cross {
		n := box(iconUnits)
		body := image.NewRGBA(image.Rect(0, 0, n, n))
		fill(body, s.icon, margin, margin, iconUnits*scale)
		return &drawnShape{rimmed(body, rimUnits*scale), n / 2, n / 2}
	}
	n := box(crossUnits + signUnits)
	body := image.NewRGBA(image.Rect(0, 0, n, n))
	middle := int(margin + crossUnits*scale/2)
	thick := max(int(math.Round(scale)), 1)
	at := middle - thick/2
	for i := range int(crossUnits * scale / 2) {
		if float64(i) < crossGap*scale {
			continue
		}
		for k := range thick {
			for _, d := range []int{middle - i, middle + i} {
				body.SetRGBA(d, at+k, color.RGBA{A: 255})
				body.SetRGBA(at+k, d, color.RGBA{A: 255})
			}
		}
	}
	corner := margin + crossUnits*scale - rimUnits*scale
	fill(body, s.icon, corner, corner, signUnits*scale)
	return &drawnShape{rimmed(body, rimUnits*scale), middle, middle}
}

// fill draws an icon of the assets into a square of so many pixels. One that is not there
// draws nothing: a test has them all.
func fill(dst *image.RGBA, icon string, x, y, size float64) {
	svg, err := oksvg.ReadIconStream(bytes.NewReader(assets.ToolIcon(icon)))
	if err != nil {
		return
	}
	svg.SetTarget(x, y, size, size)
	n := dst.Rect.Dx()
	svg.Draw(rasterx.NewDasher(n, n, rasterx.NewScannerGV(n, n, dst, dst.Rect)), 1)
}

// rimmed makes a shape light and puts a dark rim of so many pixels round it.
func rimmed(body *image.RGBA, width float64) *image.NRGBA {
	out := image.NewNRGBA(body.Rect)
	reach := int(math.Ceil(width)) + 1
	for y := range body.Rect.Dy() {
		for x := range body.Rect.Dx() {
			near := 0.0 // how dark the rim is here
			for dy := -reach; dy <= reach; dy++ {
				for dx := -reach; dx <= reach; dx++ {
					if a := body.RGBAAt(x+dx, y+dy).A; a > 0 { // none outside
						edge := min(max(width+1-math.Hypot(float64(dx), float64(dy)), 0), 1)
						near = max(near, edge*float64(a)/255)
					}
				}
			}
			light := float64(body.RGBAAt(x, y).A) / 255
			if alpha := max(near, light); alpha > 0 {
				level := uint8(math.Round(255 * light / alpha))
				out.SetNRGBA(x, y, color.NRGBA{level, level, level, uint8(math.Round(255 * alpha))})
			}
		}
	}
	return out
}
