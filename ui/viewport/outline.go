package viewport

import (
	"image"
	"image/color"
	"math"

	"lightbox/model/plane"
	"lightbox/vision"
)

// Outline is closed lines over a picture, their points in parts of its width and
// height.
type Outline struct {
	Lines  [][]plane.Point
	Colour color.NRGBA
	Width  float64 // of the line, in Fyne's units
}

// Drawing is what is drawn over a picture, in its coordinates: it follows zoom and
// position. The picture's own pixels are not touched.
type Drawing struct {
	Heat     *Heat // nil for none
	Outlines []Outline
}

// draw draws the outlines over what vision.Render drew of an image of columns × rows with the
// same viewport; scale is screen pixels for one of Fyne's units.
func (d *Drawing) draw(dst *image.RGBA, pen *pen, columns, rows int, v vision.Viewport, scale float64) {
	width, height := dst.Rect.Dx(), dst.Rect.Dy()
	for _, o := range d.Outlines {
		pen.begin(width, height, o.Width*scale/2, rimWidth*scale)
		for _, line := range o.Lines {
			if len(line) == 0 {
				continue
			}
			x0, y0 := v.ToScreen(line[len(line)-1].X*float64(columns), line[len(line)-1].Y*float64(rows), width, height)
			for _, p := range line {
				x1, y1 := v.ToScreen(p.X*float64(columns), p.Y*float64(rows), width, height)
				pen.line(x0, y0, x1, y1)
				x0, y0 = x1, y1
			}
		}
		pen.end(dst, o.Colour)
	}
}

// The dark rim beside a line, on either side: its width in Fyne's units, and how
// much of the picture it hides.
const (
	rimWidth = 0.8
	rimCover = 0.6
)

// nearness is how finely distances from lines are kept, in parts of a pixel. Their
// squares are kept, so that a root is taken once for each pixel and not for each
// line; far is that of a pixel without a line.
const (
	nearness = 16
	far      = math.MaxUint16
)

// pen draws lines of even width, however they meet: it keeps how far each pixel
// is from the nearest of them.
type pen struct {
	width, height int
	half, rim     float64  // pixels
	distance      []uint16 // squared, see nearness
	top, bottom   int      // rows that hold distances
	left, right   int      // and columns: many small lines must not cost a pane each
	ink           *ink     // takes down what is drawn; nil for nothing
}

func (p *pen) begin(width, height int, half, rim float64) {
	if width != p.width || height != p.height {
		*p = pen{width: width, height: height, distance: make([]uint16, width*height), ink: p.ink}
		for i := range p.distance {
			p.distance[i] = far
		}
	}
	p.half, p.rim = half, math.Min(rim, 255.0/nearness-half-1)
	p.top, p.bottom = height, 0
	p.left, p.right = width, 0
}

// line comes near to the pixels along a straight line.
func (p *pen) line(x0, y0, x1, y1 float64) {
	reach := p.half + p.rim + 1
	dx, dy := x1-x0, y1-y0
	inverse := 0.0 // of the squared length
	if square := dx*dx + dy*dy; square > 0 {
		inverse = 1 / square
	}
	from := max(int(math.Max(math.Min(y0, y1)-reach, 0)), 0)
	to := min(int(math.Min(math.Max(y0, y1)+reach, float64(p.height))), p.height-1)
	for y := from; y <= to; y++ {
		middle := float64(y) + 0.5
		// The part of the line that is near to this row.
		a, b := 0.0, 1.0
		if dy != 0 {
			t, u := (middle-reach-y0)/dy, (middle+reach-y0)/dy
			a, b = math.Max(0, math.Min(t, u)), math.Min(1, math.Max(t, u))
		}
		left, right := math.Min(x0+a*dx, x0+b*dx)-reach, math.Max(x0+a*dx, x0+b*dx)+reach
		if a > b || right < 0 || left >= float64(p.width) {
			continue
		}
		p.top, p.bottom = min(p.top, y), max(p.bottom, y+1)
		row := p.distance[y*p.width : (y+1)*p.width]
		py := middle - y0
		first, last := int(math.Max(left, 0)), int(math.Min(right, float64(p.width-1)))
		p.left, p.right = min(p.left, first), max(p.right, last+1)
		for x := first; x <= last; x++ {
			px := float64(x) + 0.5 - x0
			t := min(max((px*dx+py*dy)*inverse, 0), 1)
			ex, ey := px-t*dx, py-t*dy
			if square := ex*ex + ey*ey; square < reach*reach {
				row[x] = min(row[x], uint16(square*(nearness*nearness)))
			}
		}
	}
}

// end paints the lines, the fainter the less alpha the colour has, and forgets
// them.
func (p *pen) end(dst *image.RGBA, c color.NRGBA) {
	var cover, dark [256]float64
	alpha := float64(c.A) / 255
	for i := range cover {
		d := (float64(i) + 0.5) / nearness
		cover[i] = alpha * math.Min(math.Max(p.half+0.5-d, 0), 1)
		dark[i] = alpha * rimCover * math.Min(math.Max(p.half+p.rim+0.5-d, 0), 1)
	}
	for y := p.top; y < p.bottom; y++ {
		row := p.distance[y*p.width : (y+1)*p.width]
		for x := p.left; x < p.right; x++ {
			if row[x] == far {
				continue
			}
			d := int(math.Sqrt(float64(row[x])))
			row[x] = far
			at := dot{at: y*dst.Stride + 4*x, keep: float32((1 - dark[d]) * (1 - cover[d]))}
			for k, v := range [3]uint8{c.R, c.G, c.B} {
				at.add[k] = float32(float64(v)*cover[d] + 0.5)
			}
			at.lay(dst)
			if p.ink != nil {
				p.ink.dots = append(p.ink.dots, at)
			}
		}
	}
}
