package vision

import (
	"image"
	"math"
	"sync"
)

// Viewport is the part of an image that a pane shows.
type Viewport struct {
	CentreX, CentreY float64 // image position (pixel edges, 0 … Columns) in the middle of the pane
	Zoom             float64 // screen pixels for one image pixel
	Turn             Turn    // of the image about that middle
}

// Fit is the viewport that shows a whole image of columns × rows in a pane of
// width × height screen pixels.
func Fit(columns, rows, width, height int) Viewport {
	return FitTurned(columns, rows, width, height, Turn{})
}

// FitTurned is Fit for an image that is turned.
func FitTurned(columns, rows, width, height int, t Turn) Viewport {
	return Area{}.Viewport(columns, rows, width, height, t)
}

// alongImage gives the sides of a pane that run along the rows and along the
// columns of the image.
func (v Viewport) alongImage(width, height int) (along, down int) {
	if v.Turn.Swaps() {
		return height, width
	}
	return width, height
}

// zooms are the screen pixels for one image pixel along the rows and along the
// columns of the image: negative where these run to the left or up the screen.
func (v Viewport) zooms() (along, down float64) {
	along, down = v.Turn.toImage(1, 1) // each of the two depends on one axis of the screen
	return along * v.Zoom, down * v.Zoom
}

// snapped moves the centre by less than half a screen pixel, so that at whole
// zoom factors the edges of image pixels fall on edges of screen pixels: at
// 1:1 every screen pixel is exactly one image pixel.
func (v Viewport) snapped(width, height int) Viewport {
	if v.Zoom < 1 || v.Zoom != math.Trunc(v.Zoom) {
		return v
	}
	snap := func(centre float64, size int) float64 {
		left := centre*v.Zoom - float64(size)/2
		return (math.Round(left) + float64(size)/2) / v.Zoom
	}
	along, down := v.alongImage(width, height)
	v.CentreX, v.CentreY = snap(v.CentreX, along), snap(v.CentreY, down)
	return v
}

// ToImage returns the image position under the middle of screen pixel (x, y)
// of a pane of width × height screen pixels.
func (v Viewport) ToImage(x, y float64, width, height int) (ix, iy float64) {
	v = v.snapped(width, height)
	dx, dy := v.Turn.toImage((x-float64(width)/2)/v.Zoom, (y-float64(height)/2)/v.Zoom)
	return v.CentreX + dx, v.CentreY + dy
}

// ToScreen is the inverse of ToImage.
func (v Viewport) ToScreen(ix, iy float64, width, height int) (x, y float64) {
	v = v.snapped(width, height)
	dx, dy := v.Turn.toScreen((ix-v.CentreX)*v.Zoom, (iy-v.CentreY)*v.Zoom)
	return dx + float64(width)/2, dy + float64(height)/2
}

// Panned moves the image by so many screen pixels to the right and down.
func (v Viewport) Panned(dx, dy float64) Viewport {
	x, y := v.Turn.toImage(dx/v.Zoom, dy/v.Zoom)
	v.CentreX, v.CentreY = v.CentreX-x, v.CentreY-y
	return v
}

// ZoomedAt changes the zoom and keeps the image position under the point (x, y)
// of a pane of width × height screen pixels where it is.
func (v Viewport) ZoomedAt(zoom, x, y float64, width, height int) Viewport {
	dx, dy := x-float64(width)/2, y-float64(height)/2
	v = v.Panned(-dx, -dy) // the point comes into the middle …
	v.Zoom = zoom
	return v.Panned(dx, dy) // … and goes back
}

// Render draws the part of p that v shows into dst, all of it: outside the
// image dst becomes black.
//
// At 1:1 pixels are copied. Larger, and between the levels of the pyramid,
// values (not grey levels) are interpolated bilinearly and windowed then, as
// PS3.4 N.2 orders the steps.
func Render(dst *image.RGBA, p *Pyramid, v Viewport, lut *DisplayLUT) {
	b := dst.Bounds()
	width, height := b.Dx(), b.Dy()
	if width == 0 || height == 0 {
		return
	}
	v = v.snapped(width, height)
	src, level := p.Level(levelAt(v.Zoom))
	scale := float64(int(1) << level)
	zoomX, zoomY := v.zooms()
	along, down := v.alongImage(width, height)
	cols := taps(along, v.CentreX/scale, zoomX*scale, src.Columns, src.Samples)
	rows := taps(down, v.CentreY/scale, zoomY*scale, src.Rows, src.Columns*src.Samples)
	if v.Turn.Swaps() {
		cols, rows = rows, cols
	}
	r := renderer{dst: dst, src: src, lut: lut, cols: cols, rows: rows}
	r.run(height)
}

// tap is where one screen column or row takes its value along one axis of the
// image: between two image pixels, the second weighing frac/256. a and b say how
// far these lie from the axis's first pixel, as an index into Image.Pix: a pixel
// lies where the taps of its screen column and row add up to, however the image
// is turned. A negative a is outside.
type tap struct {
	a, b int32
	frac uint32
}

// taps computes the taps of n screen pixels, with centre and zoom (see zooms) in
// pixels of the level that is drawn; size is how many of these the image has
// along the axis, stride how far one lies from the next in Image.Pix.
func taps(n int, centre, zoom float64, size, stride int) []tap {
	out := make([]tap, n)
	for i := range out {
		pos := centre + (float64(i)+0.5-float64(n)/2)/zoom
		if pos < 0 || pos >= float64(size) {
			out[i].a = -1
			continue
		}
		q := math.Round((pos-0.5)*256) / 256 // pixel centres lie at halves
		a := math.Floor(q)
		frac := uint32((q - a) * 256)
		ia := int32(a)
		out[i] = tap{max(ia, 0) * int32(stride), min(ia+1, int32(size-1)) * int32(stride), frac}
	}
	return out
}

type renderer struct {
	dst        *image.RGBA
	src        *Image
	lut        *DisplayLUT
	cols, rows []tap
}

// bands is how many goroutines share a pane. Two suffice: three panes are
// drawn after each other and the machine has other work.
const bands = 2

func (r *renderer) run(height int) {
	var wg sync.WaitGroup
	for k := range bands {
		from, to := k*height/bands, (k+1)*height/bands
		wg.Add(1)
		go func() {
			defer wg.Done()
			for y := from; y < to; y++ {
				r.row(y)
			}
		}()
	}
	wg.Wait()
}

func (r *renderer) row(y int) {
	out := r.dst.Pix[y*r.dst.Stride:][:4*len(r.cols)]
	ty := r.rows[y]
	if ty.a < 0 {
		for i := 0; i < len(out); i += 4 {
			out[i], out[i+1], out[i+2], out[i+3] = 0, 0, 0, 255
		}
		return
	}
	bottom := r.src.Pix[ty.b:]
	top := r.src.Pix[ty.a:][:len(bottom)] // one length for both: one check of bounds
	if r.src.Samples == 3 {
		r.colourRow(out, top, bottom, ty.frac)
		return
	}
	level := &r.lut.Level
	for i, tx := range r.cols {
		px := out[4*i:][:4]
		px[3] = 255
		if tx.a < 0 {
			px[0], px[1], px[2] = 0, 0, 0
			continue
		}
		g := level[mix(top[tx.a], top[tx.b], bottom[tx.a], bottom[tx.b], tx.frac, ty.frac)]
		px[0], px[1], px[2] = g, g, g
	}
}

func (r *renderer) colourRow(out []byte, top, bottom []uint16, fy uint32) {
	level := &r.lut.Level
	for i, tx := range r.cols {
		px := out[4*i:][:4]
		px[3] = 255
		if tx.a < 0 {
			px[0], px[1], px[2] = 0, 0, 0
			continue
		}
		for c := range int32(3) {
			px[c] = level[mix(top[tx.a+c], top[tx.b+c], bottom[tx.a+c], bottom[tx.b+c], tx.frac, fy)]
		}
	}
}

// mix interpolates bilinearly between four 16-bit values with weights of 8
// bits each; the sum fits in 32 bits.
func mix(tl, tr, bl, br uint16, fx, fy uint32) uint16 {
	t := uint32(tl)*(256-fx) + uint32(tr)*fx
	b := uint32(bl)*(256-fx) + uint32(br)*fx
	// t and b are at most 2^24; halves keep the product below 2^32.
	return uint16(((t>>1)*(256-fy) + (b>>1)*fy + 1<<14) >> 15)
}
