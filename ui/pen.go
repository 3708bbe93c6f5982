package ui

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/vector"
)

// spot is a point of a diagram: 0 to 1 from left to right and from bottom to
// top.
type spot struct{ x, y float64 }

// pen draws a diagram on screen pixels, in the colours of the theme. Lines along
// the axes lie on whole pixels; all others are smoothed.
type pen struct {
	img   *image.RGBA
	scale float64 // pixels for one unit of Fyne
	inset int     // pixels round the axes, so that marks on them are whole
}

// bleed is how far a drawing reaches beyond its axes, in units.
const bleed = 6

// newPen prepares w × h pixels for so many units of width, bleed included.
func newPen(w, h int, width float32) *pen {
	p := &pen{img: image.NewRGBA(image.Rect(0, 0, max(w, 1), max(h, 1))), scale: 1}
	if width > 0 {
		p.scale = float64(w) / float64(width)
	}
	p.inset = int(math.Round(bleed * p.scale))
	return p
}

// at is the middle of the pixel of a place; the first and the last pixel within
// the inset belong to 0 and 1.
func (p *pen) at(a spot) (x, y float64) {
	b := p.img.Bounds().Inset(p.inset)
	return float64(b.Min.X) + 0.5 + a.x*float64(b.Dx()-1), float64(b.Min.Y) + 0.5 + (1-a.y)*float64(b.Dy()-1)
}

// pixels is a length in units as whole pixels, at least one.
func (p *pen) pixels(units float64) int { return max(int(math.Round(units*p.scale)), 1) }

// box fills pixels from (x0, y0) to before (x1, y1).
func (p *pen) box(x0, y0, x1, y1 int, name fyne.ThemeColorName) {
	draw.Draw(p.img, image.Rect(x0, y0, x1, y1), image.NewUniform(theme.Color(name)), image.Point{}, draw.Over)
}

// dash is the length of the strokes of a broken line and of the gaps, in units.
const dash = 3

// upright draws a line at x from y0 up to y1.
func (p *pen) upright(x, y0, y1, width float64, name fyne.ThemeColorName) {
	left, low := p.at(spot{x, y0})
	_, high := p.at(spot{x, y1})
	n := p.pixels(width)
	at := int(math.Round(left - float64(n)/2))
	p.box(at, int(high), at+n, int(low)+1, name)
}

// level draws a line at y from x0 to x1, broken or not.
func (p *pen) level(y, x0, x1, width float64, broken bool, name fyne.ThemeColorName) {
	from, high := p.at(spot{x0, y})
	to, _ := p.at(spot{x1, y})
	n := p.pixels(width)
	at := int(math.Round(high - float64(n)/2))
	step := int(to) + 1 - int(from)
	if broken {
		step = p.pixels(dash)
	}
	for x := int(from); x <= int(to) && step > 0; x += 2 * step {
		p.box(x, at, min(x+step, int(to)+1), at+n, name)
	}
}

// bars draws counts side by side, the largest of them, most, up to the top. Of those
// that share a column of pixels the largest is seen; none that counts is invisible.
func (p *pen) bars(counts []int, most int, name fyne.ThemeColorName) {
	b := p.img.Bounds().Inset(p.inset)
	width, height := b.Dx(), b.Dy()
	for x := range width {
		from := x * len(counts) / width
		to := max((x+1)*len(counts)/width, from+1)
		if n := slices.Max(counts[from:to]); n > 0 && most > 0 {
			p.box(b.Min.X+x, b.Max.Y-max(n*height/most, 1), b.Min.X+x+1, b.Max.Y, name)
		}
	}
}

// curve draws a line through places. As far as it turns gently it is one band:
// bands that overlap would show as dots.
func (p *pen) curve(through []spot, width float64, name fyne.ThemeColorName) {
	places := p.places(through)
	z := p.rasterizer()
	for from := 0; from < len(places)-1; {
		to := from + 1
		for to < len(places)-1 && gentle(places[to-1], places[to], places[to+1]) {
			to++
		}
		band(z, places[from:to+1], math.Max(width*p.scale, 1)/2)
		from = to
	}
	p.fill(z, theme.Color(name))
}

// pixel is a point of the picture, in pixels.
type pixel struct{ x, y float64 }

// leastStroke is the distance in pixels below which points of a curve are one.
const leastStroke = 0.75

// places are where points lie, without those that lie on the one before.
func (p *pen) places(through []spot) (list []pixel) {
	for i, s := range through {
		x, y := p.at(s)
		switch n := len(list); {
		case n == 0 || math.Hypot(x-list[n-1].x, y-list[n-1].y) >= leastStroke:
			list = append(list, pixel{x, y})
		case n > 1 && i == len(through)-1:
			list[n-1] = pixel{x, y} // the end is where it is
		}
	}
	return list
}

// towards is the direction from one place to another as a vector of length 1; to
// itself there is none.
func (a pixel) towards(b pixel) (x, y float64) {
	length := math.Hypot(b.x-a.x, b.y-a.y)
	if length == 0 {
		return 0, 0
	}
	return (b.x - a.x) / length, (b.y - a.y) / length
}

// gentle tells whether the way from a over b to c turns by less than about 37
// degrees.
func gentle(a, b, c pixel) bool {
	x, y := a.towards(b)
	u, v := b.towards(c)
	return x*u+y*v > 0.8
}

// band adds a line of twice the half width, longer by it at both ends so that
// corners close.
func band(z *vector.Rasterizer, through []pixel, half float64) {
	last := len(through) - 1
	var left, right []pixel
	for i, at := range through {
		x, y := through[max(i-1, 0)].towards(through[min(i+1, last)])
		x, y = x*half, y*half
		if i == 0 {
			at = pixel{at.x - x, at.y - y}
		} else if i == last {
			at = pixel{at.x + x, at.y + y}
		}
		left, right = append(left, pixel{at.x - y, at.y + x}), append(right, pixel{at.x + y, at.y - x})
	}
	slices.Reverse(right)
	for i, q := range append(left, right...) {
		if i == 0 {
			z.MoveTo(float32(q.x), float32(q.y))
		} else {
			z.LineTo(float32(q.x), float32(q.y))
		}
	}
	z.ClosePath()
}

// diagonal draws a broken line from one corner to the other.
func (p *pen) diagonal(name fyne.ThemeColorName) {
	x0, y0 := p.at(spot{0, 0})
	x1, y1 := p.at(spot{1, 1})
	n := math.Hypot(x1-x0, y1-y0) / (dash * p.scale)
	z := p.rasterizer()
	for k := 0.0; k < n; k += 2 {
		a, b := k/n, min((k+1)/n, 1)
		p.stroke(z, spot{a, a}, spot{b, b}, 1)
	}
	p.fill(z, theme.Color(name))
}

// disc draws a filled circle, ring an empty one; radius and width in units.
func (p *pen) disc(at spot, radius float64, name fyne.ThemeColorName) {
	z := p.rasterizer()
	p.circle(z, at, radius*p.scale, false)
	p.fill(z, theme.Color(name))
}

func (p *pen) ring(at spot, radius, width float64, name fyne.ThemeColorName) {
	z := p.rasterizer()
	p.circle(z, at, (radius+width/2)*p.scale, false)
	p.circle(z, at, (radius-width/2)*p.scale, true) // the other way round: a hole
	p.fill(z, theme.Color(name))
}

func (p *pen) rasterizer() *vector.Rasterizer {
	return vector.NewRasterizer(p.img.Bounds().Dx(), p.img.Bounds().Dy())
}

func (p *pen) fill(z *vector.Rasterizer, c color.Color) {
	z.Draw(p.img, p.img.Bounds(), image.NewUniform(c), image.Point{})
}

// stroke adds a straight line.
func (p *pen) stroke(z *vector.Rasterizer, from, to spot, width float64) {
	if list := p.places([]spot{from, to}); len(list) == 2 {
		band(z, list, math.Max(width*p.scale, 1)/2)
	}
}

// circle adds a polygon that no eye tells from a circle.
func (p *pen) circle(z *vector.Rasterizer, at spot, radius float64, reverse bool) {
	const corners = 32
	x, y := p.at(at)
	for k := range corners {
		angle := 2 * math.Pi * float64(k) / corners
		if reverse {
			angle = -angle
		}
		px, py := float32(x+radius*math.Cos(angle)), float32(y+radius*math.Sin(angle))
		if k == 0 {
			z.MoveTo(px, py)
		} else {
			z.LineTo(px, py)
		}
	}
	z.ClosePath()
}
