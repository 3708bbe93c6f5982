package ui

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// frameTrack is the slider of a stack: a line that is filled where frames are
// decoded, and a knob on the frame that was asked for. Pressing and dragging
// anywhere on it goes there.
type frameTrack struct {
	widget.BaseWidget
	goTo   func(frame int)
	loaded func(frame int) bool
	frames int
	frame  int

	line *canvas.Raster
	knob *canvas.Rectangle
}

var (
	_ fyne.Draggable     = (*frameTrack)(nil)
	_ desktop.Mouseable  = (*frameTrack)(nil)
	_ desktop.Cursorable = (*frameTrack)(nil)
)

// Sizes of the track.
const (
	trackHeight = 22
	trackLine   = 5
	knobWidth   = 8
	knobHeight  = 16
)

func newFrameTrack(goTo func(int), loaded func(int) bool) *frameTrack {
	t := &frameTrack{goTo: goTo, loaded: loaded}
	t.line = canvas.NewRaster(t.draw)
	t.line.ScaleMode = canvas.ImageScalePixels
	t.knob = canvas.NewRectangle(theme.Color(theme.ColorNamePrimary))
	t.knob.CornerRadius = 2
	t.ExtendBaseWidget(t)
	return t
}

// show sets how many frames there are and which one was asked for.
func (t *frameTrack) show(frames, frame int) {
	if frames != t.frames {
		t.frames = frames
		t.line.Refresh()
	}
	t.frame = frame
	t.place()
}

// place puts the knob where its frame is.
func (t *frameTrack) place() {
	x := t.centre(t.frame) - knobWidth/2
	y := (t.Size().Height - knobHeight) / 2
	if at := fyne.NewPos(x, y); at != t.knob.Position() {
		t.knob.Move(at)
	}
}

// centre is where a frame lies on the track. The knob stays within it.
func (t *frameTrack) centre(frame int) float32 {
	room := t.Size().Width - knobWidth
	if t.frames < 2 {
		return knobWidth / 2
	}
	return knobWidth/2 + room*float32(frame)/float32(t.frames-1)
}

// at is the frame under a point of the track.
func (t *frameTrack) at(x float32) int {
	room := t.Size().Width - knobWidth
	if room <= 0 || t.frames < 2 {
		return 0
	}
	i := int((x-knobWidth/2)/room*float32(t.frames-1) + 0.5)
	return min(max(i, 0), t.frames-1)
}

// draw fills the line where frames are decoded: a column of pixels stands for
// the frames that lie on it, and is filled when all of them are there.
func (t *frameTrack) draw(width, height int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	empty, full := rgba(theme.Color(colourScoreBar)), rgba(theme.Color(colourLoaded))
	for x := range width {
		c := empty
		if t.filled(x, width) {
			c = full
		}
		for y := range height {
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// filled tells whether all frames on column x of width are decoded.
func (t *frameTrack) filled(x, width int) bool {
	if t.frames == 0 || width == 0 {
		return false
	}
	first := x * t.frames / width
	last := max(((x+1)*t.frames-1)/width, first)
	for i := first; i <= last && i < t.frames; i++ {
		if !t.loaded(i) {
			return false
		}
	}
	return true
}

func rgba(c color.Color) color.RGBA {
	r, g, b, a := c.RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), uint8(a >> 8)}
}

// typed goes to another frame by keys.
func (t *frameTrack) typed(e *fyne.KeyEvent) bool {
	to, ok := map[fyne.KeyName]int{
		fyne.KeyLeft: t.frame - 1, fyne.KeyRight: t.frame + 1, fyne.KeyHome: 0, fyne.KeyEnd: t.frames - 1,
	}[e.Name]
	if ok {
		to = min(max(to, 0), t.frames-1)
		t.goTo(to)
		t.show(t.frames, to) // the next key counts from there, whenever its picture comes
	}
	return ok
}

// MouseDown goes to the frame under the pointer.
func (t *frameTrack) MouseDown(e *desktop.MouseEvent) {
	if e.Button == desktop.MouseButtonPrimary {
		t.goTo(t.at(e.Position.X))
	}
}

// MouseUp is part of desktop.Mouseable.
func (t *frameTrack) MouseUp(*desktop.MouseEvent) {}

// Dragged goes to the frame under the pointer.
func (t *frameTrack) Dragged(e *fyne.DragEvent) { t.goTo(t.at(e.Position.X)) }

// DragEnd is part of fyne.Draggable.
func (t *frameTrack) DragEnd() {}

// Cursor is a hand: the track can be taken.
func (t *frameTrack) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is part of fyne.Widget.
func (t *frameTrack) CreateRenderer() fyne.WidgetRenderer { return &trackRenderer{t} }

type trackRenderer struct{ track *frameTrack }

func (r *trackRenderer) MinSize() fyne.Size { return fyne.NewSize(80, trackHeight) }

func (r *trackRenderer) Layout(size fyne.Size) {
	r.track.line.Move(fyne.NewPos(knobWidth/2, (size.Height-trackLine)/2))
	r.track.line.Resize(fyne.NewSize(max(size.Width-knobWidth, 0), trackLine))
	r.track.knob.Resize(fyne.NewSize(knobWidth, knobHeight))
	r.track.place()
}

func (r *trackRenderer) Refresh() {
	r.track.knob.FillColor = theme.Color(theme.ColorNamePrimary)
	r.track.knob.Refresh()
	r.track.line.Refresh()
}

func (r *trackRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.track.line, r.track.knob}
}

func (r *trackRenderer) Destroy() {}
