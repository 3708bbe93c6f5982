package viewport

import (
	"image"
	"math"

	"lightbox/model/plane"
	"lightbox/vision"
)

// tracer leads the pen along lines that are given in image pixels.
type tracer struct {
	pen           *pen
	view          vision.Viewport
	width, height int     // of the pane in screen pixels
	scale         float64 // screen pixels for one of Fyne's units
}

// newTracer puts the pen down for lines of a width in Fyne's units.
func newTracer(dst *image.RGBA, pen *pen, v vision.Viewport, scale, width float64) *tracer {
	t := &tracer{pen, v, dst.Rect.Dx(), dst.Rect.Dy(), scale}
	pen.begin(t.width, t.height, width*scale/2, rimWidth*scale)
	return t
}

// farthest is how far from the pane in screen pixels a point may lie to be drawn:
// beyond it, double precision no longer tells where a line crosses the pane.
const farthest = 1e9

// screen is where an image position lies in the pane; not ok where it is no
// position.
func (t *tracer) screen(p plane.Point) (x, y float64, ok bool) {
	x, y = t.view.ToScreen(p.X, p.Y, t.width, t.height)
	return x, y, math.Abs(x) < farthest && math.Abs(y) < farthest // false for NaN
}

// stroke draws one line of an annotation; points that are no positions break it.
func (t *tracer) stroke(s *Stroke) {
	points := s.Points
	if s.Ellipse && len(points) == 2 {
		points = t.ellipse(points[0], points[1])
	}
	var path []plane.Point
	whole := true
	for _, p := range points {
		x, y, ok := t.screen(p)
		if !ok {
			t.path(path, s, false)
			path, whole = nil, false
			continue
		}
		path = append(path, plane.Point{X: x, Y: y})
	}
	t.path(path, s, whole && (s.Closed || s.Ellipse))
	if s.Head && whole && len(path) > 1 {
		t.head(path[0], path[1])
	}
}

func (t *tracer) path(screen []plane.Point, s *Stroke, closed bool) {
	if s.Dotted {
		t.dots(screen, closed)
		return
	}
	t.polyline(screen, closed)
}

// polyline draws through points of the pane; a single one becomes a dot.
func (t *tracer) polyline(screen []plane.Point, closed bool) {
	if len(screen) == 1 {
		t.segment(screen[0], screen[0])
	}
	for i := 1; i < len(screen); i++ {
		t.segment(screen[i-1], screen[i])
	}
	if closed && len(screen) > 2 {
		t.segment(screen[len(screen)-1], screen[0])
	}
}

func (t *tracer) segment(a, b plane.Point) {
	if from, to, ok := t.clip(a, b); ok {
		t.pen.line(from.X, from.Y, to.X, to.Y)
	}
}

// dots draws a dotted line. Dots are counted from its first point, so that they
// move with the image.
func (t *tracer) dots(screen []plane.Point, closed bool) {
	if closed && len(screen) > 2 {
		screen = append(screen[:len(screen):len(screen)], screen[0])
	}
	period, on := (dotOn+dotOff)*t.scale, dotOn*t.scale
	run := 0.0 // along the line so far
	for i := 1; i < len(screen); i++ {
		a, b := screen[i-1], screen[i]
		length := math.Hypot(b.X-a.X, b.Y-a.Y)
		if from, to, ok := t.clip(a, b); ok && length > 0 {
			first, last := math.Hypot(from.X-a.X, from.Y-a.Y), math.Hypot(to.X-a.X, to.Y-a.Y)
			at := func(d float64) plane.Point {
				f := min(max(d, first), last) / length
				return plane.Point{X: a.X + f*(b.X-a.X), Y: a.Y + f*(b.Y-a.Y)}
			}
			for k := math.Floor((run + first) / period); k*period < run+last; k++ {
				if end := k*period + on - run; end > first {
					p, q := at(k*period-run), at(end)
					t.pen.line(p.X, p.Y, q.X, q.Y)
				}
			}
		}
		run += length
	}
}

// head draws an arrow head at tip.
func (t *tracer) head(tip, tail plane.Point) {
	dx, dy := tail.X-tip.X, tail.Y-tip.Y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return
	}
	dx, dy = dx/length*t.scale, dy/length*t.scale
	for _, side := range []float64{-headHalf, headHalf} {
		t.segment(tip, plane.Point{X: tip.X + headLength*dx - side*dy, Y: tip.Y + headLength*dy + side*dx})
	}
}

// clip is the part of a line that the pen could reach the pane from.
func (t *tracer) clip(a, b plane.Point) (from, to plane.Point, ok bool) {
	reach := t.pen.half + t.pen.rim + 1
	return rect{-reach, -reach, float64(t.width) + reach, float64(t.height) + reach}.clip(a, b)
}

// An ellipse is drawn as a polygon that leaves it by at most ellipseError screen
// pixels, with at most maxEllipse corners: so many are needed where its radius is
// 700,000 screen pixels.
const (
	ellipseError = 0.1
	minEllipse   = 24
	maxEllipse   = 8192
)

// ellipse is the ellipse in a box, in image pixels.
func (t *tracer) ellipse(a, b plane.Point) []plane.Point {
	rx, ry := math.Abs(b.X-a.X)/2, math.Abs(b.Y-a.Y)/2
	n := minEllipse
	if radius := max(rx, ry) * t.view.Zoom; radius > ellipseError {
		n = int(min(max(math.Pi/math.Acos(1-ellipseError/radius), minEllipse), maxEllipse))
	}
	points := make([]plane.Point, n)
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		points[i] = plane.Point{X: (a.X+b.X)/2 + rx*cos, Y: (a.Y+b.Y)/2 + ry*sin}
	}
	return points
}
