// Package viewport draws one pane of an image with the text over it, and turns
// what the pointer does there into intentions.
package viewport

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Intentions are what a reader can want of a pane. Points and distances are in
// screen pixels of the pane.
type Intentions struct {
	Drag func(button desktop.MouseButton, modifier fyne.KeyModifier, dx, dy float64, start image.Point)
	// Pressed, Dragged, Released and Moved tell what the pointer does for tools; nil
	// for what is not wanted. Dragged takes the place of Drag.
	Pressed, Dragged, Released, Moved func(Pointer)

	Scroll    func(steps float64, modifier fyne.KeyModifier, at image.Point)
	Hover     func(at image.Point, inside bool)
	DoubleTap func()
	Focused   func() // the keyboard comes to the pane; may be nil
	Key       func(*fyne.KeyEvent)
	// Held tells that a key went down or up; the empty key, going up, is all that
	// were down when the pane lost the keyboard.
	Held    func(key fyne.KeyName, down bool)
	Resized func(size image.Point)
	Painted func()
}

// Pane is one image with its overlay. It holds what is drawn, not what is
// open: that is the session's.
type Pane struct {
	widget.BaseWidget
	intend Intentions

	painter painter
	overlay *overlay
	shown   Picture
	cursor  desktop.Cursor
	cross   [2]*canvas.Line
	frame   [4]*canvas.Line // shows the keyboard's focus; a rectangle would cost a pixel for each pixel of the pane

	pixels  image.Point // size in screen pixels, as of the last frame
	button  desktop.MouseButton
	grabbed image.Point   // where a drag started
	last    fyne.Position // of the pointer while a button is held
	pressed bool          // a button is, and its release was not told yet
	focused bool
	active  bool
}

var (
	_ fyne.Widget         = (*Pane)(nil)
	_ fyne.Focusable      = (*Pane)(nil)
	_ desktop.Keyable     = (*Pane)(nil)
	_ fyne.Draggable      = (*Pane)(nil)
	_ fyne.Scrollable     = (*Pane)(nil)
	_ fyne.DoubleTappable = (*Pane)(nil)
	_ desktop.Hoverable   = (*Pane)(nil)
	_ desktop.Mouseable   = (*Pane)(nil)
	_ desktop.Cursorable  = (*Pane)(nil)
)

// New makes an empty pane. All intentions must be set; all panes may share letters.
func New(intend Intentions, letters *Letters) *Pane {
	p := &Pane{intend: intend, overlay: &overlay{text: Scaled(overlayTextSize)}, cursor: desktop.CrosshairCursor}
	p.shown.corner = p.overlay
	p.painter = newRasterPainter(letters, func(width, height int) {
		if size := image.Pt(width, height); size != p.pixels {
			p.pixels = size
			p.intend.Resized(size)
			if len(p.shown.Annotations) > 0 {
				fyne.Do(func() { p.Draw(p.shown) }) // the places of labels follow the size
			}
		}
		if !p.onGrid() {
			fyne.Do(p.toGrid) // a frame must not change what it paints
		}
		p.intend.Painted()
	})
	for i := range p.cross {
		p.cross[i] = canvas.NewLine(color.NRGBA{R: 0x5a, G: 0xc8, B: 0xfa, A: 0xc0})
		p.cross[i].StrokeWidth = 1
		p.cross[i].Hide()
	}
	for i := range p.frame {
		p.frame[i] = canvas.NewLine(color.Transparent)
		p.frame[i].StrokeWidth = 1
		p.frame[i].Hide()
	}
	p.ExtendBaseWidget(p)
	return p
}

// Draw has the picture drawn at the next frame.
func (p *Pane) Draw(picture Picture) {
	picture.labels, picture.corner = p.layoutLabels(&picture), p.overlay
	p.shown = picture
	p.painter.Paint(picture)
}

// SetCorners changes the text over the image.
func (p *Pane) SetCorners(c Corners) {
	if p.overlay.set(c) {
		p.painter.Paint(p.shown)
	}
}

// SetActive marks the pane as the one that keys and bars act on, be the keyboard
// there or not.
func (p *Pane) SetActive(active bool) {
	if active != p.active {
		p.active = active
		p.Refresh()
	}
}

// crossArm is half the length of the linked cursor's arms in screen pixels.
const crossArm = 9

// SetCross marks the linked cursor at a point of the pane, or hides it.
func (p *Pane) SetCross(x, y float64, visible bool) {
	scale := p.scale()
	for i, l := range p.cross {
		if !visible {
			l.Hide()
			continue
		}
		dx, dy := crossArm/scale, float32(0)
		if i == 1 {
			dx, dy = 0, crossArm/scale
		}
		at := p.painter.Object().Position().AddXY(float32(x)/scale, float32(y)/scale)
		l.Position1, l.Position2 = at.SubtractXY(dx, dy), at.AddXY(dx, dy)
		l.Show()
		l.Refresh()
	}
}

// scale is screen pixels for one of Fyne's units.
func (p *Pane) scale() float32 {
	if w := p.painter.Object().Size().Width; w > 0 && p.pixels.X > 0 {
		return float32(p.pixels.X) / w
	}
	return 1
}

// toPixels turns a position in the pane into a pixel of the picture.
func (p *Pane) toPixels(pos fyne.Position) image.Point {
	s := p.scale()
	at := pos.Subtract(p.painter.Object().Position())
	return image.Pt(int(math.Floor(float64(at.X*s))), int(math.Floor(float64(at.Y*s))))
}

// gridPlace is the largest part of the pane whose edges lie on edges of screen
// pixels. Fyne's layouts end anywhere between two pixels; a picture drawn
// there would have rows repeated or left out.
func (p *Pane) gridPlace() (fyne.Position, fyne.Size) {
	c := fyne.CurrentApp().Driver().CanvasForObject(p)
	if c == nil {
		return fyne.Position{}, p.Size()
	}
	s := float64(c.Scale())
	abs := fyne.CurrentApp().Driver().AbsolutePositionForObject(p)
	const slack = 1e-3 // pixels: what single precision makes of a whole number
	span := func(from, size float32) (offset, length float32) {
		first := math.Ceil(float64(from)*s - slack)
		last := math.Floor(float64(from+size)*s + slack)
		return float32(first/s) - from, float32(math.Max(last-first, 0) / s)
	}
	x, w := span(abs.X, p.Size().Width)
	y, h := span(abs.Y, p.Size().Height)
	return fyne.NewPos(x, y), fyne.NewSize(w, h)
}

// onGrid tells whether the picture lies on the screen's pixels.
func (p *Pane) onGrid() bool {
	pos, size := p.gridPlace()
	o := p.painter.Object()
	near := func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-2 }
	return near(pos.X, o.Position().X) && near(pos.Y, o.Position().Y) &&
		near(size.Width, o.Size().Width) && near(size.Height, o.Size().Height)
}

// toGrid moves the picture onto the screen's pixels.
func (p *Pane) toGrid() {
	pos, size := p.gridPlace()
	o := p.painter.Object()
	o.Move(pos)
	o.Resize(size)
	o.Refresh()
}

// PictureRect is where the picture lies in the window, in screen pixels.
func (p *Pane) PictureRect() image.Rectangle {
	c := fyne.CurrentApp().Driver().CanvasForObject(p)
	if c == nil {
		return image.Rectangle{}
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(p).Add(p.painter.Object().Position())
	origin := image.Pt(int(math.Round(float64(at.X*c.Scale()))), int(math.Round(float64(at.Y*c.Scale()))))
	return image.Rectangle{Min: origin, Max: origin.Add(p.pixels)}
}

// FocusGained shows that keys go to this pane.
func (p *Pane) FocusGained() {
	p.focused = true
	if p.intend.Focused != nil {
		p.intend.Focused()
	}
	p.Refresh()
}

// FocusLost hides the mark of the focus.
func (p *Pane) FocusLost() {
	p.focused = false
	p.intend.Held("", false)
	p.Refresh()
}

// TypedRune does nothing: keys come as names, which input methods leave alone.
func (p *Pane) TypedRune(rune) {}

// TypedKey passes a key on.
func (p *Pane) TypedKey(e *fyne.KeyEvent) { p.intend.Key(e) }

// KeyDown passes on that a key is held.
func (p *Pane) KeyDown(e *fyne.KeyEvent) { p.intend.Held(e.Name, true) }

// KeyUp passes on that it no longer is.
func (p *Pane) KeyUp(e *fyne.KeyEvent) { p.intend.Held(e.Name, false) }

// CreateRenderer is part of fyne.Widget.
func (p *Pane) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{p.painter.Object(), p.cross[0], p.cross[1]}
	for _, l := range p.frame {
		objects = append(objects, l)
	}
	return &renderer{p, objects}
}

type renderer struct {
	pane    *Pane
	objects []fyne.CanvasObject
}

// minPane is the smallest useful pane in Fyne's units.
const minPane = 120

func (r *renderer) Layout(size fyne.Size) {
	r.pane.toGrid()
	half := max(theme.Size(SizeFocus), 1) / 2 // of the stroke, which is to lie inside the pane
	corners := [4]fyne.Position{
		fyne.NewPos(half, half), fyne.NewPos(size.Width-half, half),
		fyne.NewPos(size.Width-half, size.Height-half), fyne.NewPos(half, size.Height-half),
	}
	for i, l := range r.pane.frame {
		l.Position1, l.Position2 = corners[i], corners[(i+1)%4]
		l.Refresh()
	}
	r.pane.overlay.layout(size)
	r.pane.Draw(r.pane.shown)
}

func (r *renderer) MinSize() fyne.Size { return fyne.NewSize(minPane, minPane) }

// Refresh updates the mark of the focus only: pictures and text are refreshed
// when they are set.
func (r *renderer) Refresh() {
	for _, l := range r.pane.frame {
		l.StrokeColor, l.StrokeWidth = theme.Color(theme.ColorNameDisabled), 1
		if r.pane.focused {
			l.StrokeColor, l.StrokeWidth = theme.Color(ColourFocus), max(theme.Size(SizeFocus), 1)
		}
		l.Hidden = !r.pane.focused && !r.pane.active
		l.Refresh()
	}
}

func (r *renderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *renderer) Destroy() {}
