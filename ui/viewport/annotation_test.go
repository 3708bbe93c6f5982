package viewport

import (
	"image"
	"image/color"
	"math"
	"testing"

	"lightbox/app/marks"
	"lightbox/model/plane"
	"lightbox/vision"
)

// toSegment is how far (x, y) lies from the line between two points.
func toSegment(x, y float64, a, b plane.Point) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Min(1, math.Max(0, ((x-a.X)*dx+(y-a.Y)*dy)/l))
	}
	return math.Hypot(x-a.X-t*dx, y-a.Y-t*dy)
}

// near tells whether two colours are the same within what blending rounds.
func near(got color.RGBA, want color.NRGBA) bool {
	d := func(a, b uint8) float64 { return math.Abs(float64(a) - float64(b)) }
	return d(got.R, want.R)+d(got.G, want.G)+d(got.B, want.B) <= 30
}

// drawn is a pane of one grey level with annotations over it.
func drawn(level uint8, v vision.Viewport, list ...Annotation) *image.RGBA {
	dst := gray(level)
	var p pen
	drawAnnotations(dst, &p, list, v, 1)
	return dst
}

// screenOf is a place of the image in the pane.
func screenOf(v vision.Viewport, p plane.Point) plane.Point {
	x, y := v.ToScreen(p.X, p.Y, testWidth, testHeight)
	return plane.Point{X: x, Y: y}
}

// checkDistances holds each pixel against its distance from what was drawn: the
// colour on it, dark beside it, untouched elsewhere.
func checkDistances(t *testing.T, what string, dst *image.RGBA, level uint8, c color.NRGBA, width float64, distance func(x, y float64) float64) {
	t.Helper()
	for y := range testHeight {
		for x := range testWidth {
			d := distance(float64(x)+0.5, float64(y)+0.5)
			switch got := dst.RGBAAt(x, y); {
			case d < width/2-0.5-0.13 && !near(got, c):
				t.Fatalf("%s: pixel (%d, %d), %.2f from the line, is %v", what, x, y, d, got)
			case d > width/2+rimWidth+0.7 && got != (color.RGBA{level, level, level, 255}):
				t.Fatalf("%s: pixel (%d, %d), %.2f from the line, became %v", what, x, y, d, got)
			case d > width/2+0.6 && d < width/2+0.7 && level > 0 && (got.R >= level || got.R != got.G):
				t.Fatalf("%s: beside the line, at (%d, %d), is %v", what, x, y, got)
			}
		}
	}
}

func TestMarksLieInPlace(t *testing.T) {
	a, b := plane.Point{X: 40.25, Y: 30.5}, plane.Point{X: 83.1, Y: 61.8}
	for name, v := range views {
		for _, level := range []uint8{0, 128, 255} {
			dst := drawn(level, v, Annotation{Strokes: []Stroke{{Points: []plane.Point{a, b}}}, Selected: true})
			checkDistances(t, name, dst, level, SelectedColour, selectedWidth, func(x, y float64) float64 {
				return toSegment(x, y, screenOf(v, a), screenOf(v, b))
			})
		}
	}
}

// TestEllipsesAreRound compares with the curve itself, at zooms where a polygon
// would show its corners.
func TestEllipsesAreRound(t *testing.T) {
	a, b := plane.Point{X: 20, Y: 30}, plane.Point{X: 120.5, Y: 81}
	cx, cy, rx, ry := 70.25, 55.5, 50.25, 25.5
	edge := plane.Point{X: cx + rx*math.Cos(0.7), Y: cy + ry*math.Sin(0.7)}
	for name, v := range map[string]vision.Viewport{
		"whole": views["whole"], "enlarged": views["enlarged"],
		"×64":    {CentreX: edge.X, CentreY: edge.Y, Zoom: 64},
		"×900.5": {CentreX: edge.X, CentreY: edge.Y, Zoom: 900.5},
	} {
		// Points of the curve in the pane, less than half a pixel apart.
		var curve []plane.Point
		for angle, step := 0.0, 0.4/(v.Zoom*rx); angle < 2*math.Pi; angle += step {
			p := screenOf(v, plane.Point{X: cx + rx*math.Cos(angle), Y: cy + ry*math.Sin(angle)})
			if p.X > -5 && p.X < testWidth+5 && p.Y > -5 && p.Y < testHeight+5 {
				curve = append(curve, p)
			}
		}
		dst := drawn(200, v, Annotation{Strokes: []Stroke{{Points: []plane.Point{a, b}, Ellipse: true}}, Selected: true})
		checkDistances(t, name, dst, 200, SelectedColour, selectedWidth, func(x, y float64) float64 {
			nearest := math.Inf(1)
			for _, p := range curve {
				nearest = math.Min(nearest, math.Hypot(x-p.X, y-p.Y))
			}
			return nearest
		})
	}
}

// lit counts the pixels of a colour.
func lit(m *image.RGBA, c color.NRGBA) (n int) {
	for y := range testHeight {
		for x := range testWidth {
			if near(m.RGBAAt(x, y), c) {
				n++
			}
		}
	}
	return n
}

// TestDotsMoveWithTheImage: a dotted line has the dots at the same places of the
// image wherever the pane stands, and as many as its length asks for.
func TestDotsMoveWithTheImage(t *testing.T) {
	line := Line(plane.Point{X: -1000, Y: 75.5}, plane.Point{X: 1000, Y: 75.5}, "")
	row := func(centre float64) (levels []uint8) {
		v := vision.Viewport{CentreX: centre, CentreY: 75, Zoom: 1}
		m := drawn(0, v, line)
		for x := range testWidth {
			levels = append(levels, m.RGBAAt(x, int(screenOf(v, plane.Point{Y: 75.5}).Y)).R)
		}
		return levels
	}
	at100, at113 := row(100), row(113)
	dots := 0
	for x := range testWidth - 13 {
		if at100[x+13] != at113[x] {
			t.Fatalf("pixel %d: %d, and %d after the image moved", x, at100[x+13], at113[x])
		}
		if at113[x] > 100 && (x == 0 || at113[x-1] <= 100) {
			dots++
		}
	}
	if want := float64(testWidth-13) / (dotOn + dotOff); math.Abs(float64(dots)-want) > 2 {
		t.Errorf("%d dots, want about %.0f", dots, want)
	}
}

func TestHandlesShowWhatIsSelected(t *testing.T) {
	v := views["1:1"]
	mark := Shape(marks.Mark{Kind: marks.Length, Points: []marks.Point{{X: 60, Y: 50}, {X: 140, Y: 50}}}, true)
	corner := screenOf(v, plane.Point{X: 60 - handleHalf, Y: 50 - handleHalf})
	for name, c := range map[string]struct {
		selected, hovered bool
		colour            color.NRGBA
	}{"plain": {}, "selected": {selected: true, colour: SelectedColour}, "under the pointer": {hovered: true, colour: MarkColour}} {
		mark.Selected, mark.Hovered = c.selected, c.hovered
		got := drawn(128, v, mark).RGBAAt(int(corner.X), int(corner.Y))
		if c.colour == (color.NRGBA{}) {
			if got.R != 128 {
				t.Errorf("%s: a handle at its end", name)
			}
		} else if got.R == 128 && got.B == 128 {
			t.Errorf("%s: no handle", name)
		}
	}
}

// TestArrowsPoint: the head lies at the tip, on both sides of the shaft, and not
// at the tail.
func TestArrowsPoint(t *testing.T) {
	v := views["1:1"]
	mark := Shape(marks.Mark{Kind: marks.Arrow, Points: []marks.Point{{X: 60, Y: 50}, {X: 140, Y: 50}}}, true)
	m := drawn(0, v, mark)
	beside := func(x, dy float64) bool {
		p := screenOf(v, plane.Point{X: x, Y: 50 + dy})
		return m.RGBAAt(int(p.X), int(p.Y)).R > 60
	}
	back := 60 + 0.75*headLength
	off := 0.75 * headHalf
	if !beside(back, off) || !beside(back, -off) || beside(140-0.75*headLength, off) || beside(60-2, 0) {
		t.Error("the head is not at the tip")
	}
}

// TestFaintIsFainter: a faint mark changes less of the picture than a plain one,
// and a selected one is drawn over it whatever the order.
func TestFaintIsFainter(t *testing.T) {
	v := views["1:1"]
	mark := Annotation{Strokes: []Stroke{{Points: []plane.Point{{X: 20, Y: 75}, {X: 180, Y: 75}}}}}
	faint, selected := mark, mark
	faint.Faint, selected.Selected = true, true
	at := screenOf(v, plane.Point{X: 100, Y: 75})
	plain, weak := drawn(0, v, mark).RGBAAt(int(at.X), int(at.Y)), drawn(0, v, faint).RGBAAt(int(at.X), int(at.Y))
	if weak.R == 0 || float64(weak.R) > 0.6*float64(plain.R) {
		t.Errorf("faint is %v, plain %v", weak, plain)
	}
	if m := drawn(0, v, selected, faint); lit(m, SelectedColour) < 100 {
		t.Error("what is selected lies under what is faint")
	}
}

// TestPlacesThatAreNone: points that are no numbers or out of all bounds cost
// nothing but themselves.
func TestPlacesThatAreNone(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, p := range []plane.Point{{X: nan, Y: 5}, {X: 5, Y: inf}, {X: -inf, Y: nan}, {X: 1e300, Y: -1e300}, {X: 1e8, Y: 1e8}} {
		q := plane.Point{X: 60, Y: 50}
		for _, dotted := range []bool{false, true} {
			for _, ellipse := range []bool{false, true} {
				s := Stroke{Points: []plane.Point{p, q}, Dotted: dotted, Ellipse: ellipse, Head: true, Closed: true}
				drawn(0, views["whole"], Annotation{Strokes: []Stroke{s}, Handles: []plane.Point{p, q}, LabelAt: p, Selected: true})
			}
		}
	}
	if drawn(0, vision.Viewport{CentreX: nan, Zoom: nan}, Annotation{Strokes: []Stroke{{Points: []plane.Point{{X: 1, Y: 1}, {X: 9, Y: 9}}}}}) == nil {
		t.Error("no picture")
	}
	// A line from far to far goes through the middle of the pane.
	v := views["1:1"]
	m := drawn(0, v, Annotation{Strokes: []Stroke{{Points: []plane.Point{{X: 100 - 3e7, Y: 75 - 1e7}, {X: 100 + 3e7, Y: 75 + 1e7}}}}})
	for _, d := range []float64{-60, 0, 60} {
		at := screenOf(v, plane.Point{X: 100 + d, Y: 75 + d/3})
		if m.RGBAAt(int(at.X), int(at.Y)).R < 100 {
			t.Errorf("the line does not pass %v", at)
		}
	}
}

// TestMarksReadOnAnyGround: marks are bright for black ground and their rim is dark
// for white; those of readers are told from those of a result by lightness or hue.
func TestMarksReadOnAnyGround(t *testing.T) {
	for _, c := range []color.NRGBA{MarkColour, SelectedColour, LineColour} {
		if l := lightness(c); l < 70 || l > 95 {
			t.Errorf("%v has L* %.0f", c, l)
		}
	}
	v := views["1:1"]
	m := drawn(255, v, Annotation{Strokes: []Stroke{{Points: []plane.Point{{X: 20, Y: 75.5}, {X: 180, Y: 75.5}}}}})
	darkest := uint8(255)
	for y := range testHeight {
		darkest = min(darkest, m.RGBAAt(testWidth/2, y).R)
	}
	if darkest > 140 {
		t.Errorf("the rim on white is %d", darkest)
	}
}

// Every kind has a shape at every number of points, from none to too many.
func TestShapesOfUnfinishedMarks(t *testing.T) {
	all := []marks.Point{{X: 30, Y: 30}, {X: 120, Y: 40}, {X: 35, Y: 100}, {X: 110, Y: 90}, {X: 60, Y: 60}}
	for _, kind := range []marks.Kind{marks.Length, marks.Angle, marks.Cobb, marks.Ellipse, marks.Rectangle, marks.Polygon, marks.CTR, marks.Arrow, marks.Text, marks.Reference, "of another version"} {
		for n := range len(all) + 1 {
			for _, whole := range []bool{false, true} {
				a := Shape(marks.Mark{Kind: kind, Points: all[:n]}, whole)
				want := n
				if n == 2 && (kind == marks.Ellipse || kind == marks.Rectangle) {
					want = 4 // its corners
				}
				if len(a.Handles) != want {
					t.Errorf("%s of %d points has %d handles", kind, n, len(a.Handles))
				}
				if m := drawn(0, views["whole"], a); n > 0 && lit(m, MarkColour) == 0 && kind != marks.Text && n > 1 {
					t.Errorf("%s of %d points cannot be seen", kind, n)
				}
			}
		}
	}
}

// TestHeartWidthIsDrawnAlongTheRow: what the ratio is made of is what is drawn.
func TestHeartWidthIsDrawnAlongTheRow(t *testing.T) {
	v := views["1:1"]
	a := Shape(marks.Mark{Kind: marks.CTR, Points: []marks.Point{{X: 60, Y: 60}, {X: 140, Y: 80}, {X: 40, Y: 110}, {X: 160, Y: 110}}}, true)
	m := drawn(0, v, a)
	for _, p := range []plane.Point{{X: 75, Y: 70}, {X: 125, Y: 70}, {X: 100, Y: 110}} {
		at := screenOf(v, p)
		if m.RGBAAt(int(at.X), int(at.Y)).R < 100 {
			t.Errorf("nothing at %v", p)
		}
	}
	lying := Shape(marks.Mark{Kind: marks.CTR, Points: []marks.Point{{X: 60, Y: 20}, {X: 80, Y: 120}}}, true)
	m = drawn(0, v, lying)
	if at := screenOf(v, plane.Point{X: 70, Y: 50}); m.RGBAAt(int(at.X), int(at.Y)).R < 100 {
		t.Error("the width of a patient who lies is not drawn along the column")
	}
}

// BenchmarkAnnotations is the cost of 500 marks on one image in each painted frame
// of a pane of usual size.
func BenchmarkAnnotations(b *testing.B) {
	list := manyMarks(500)
	v := vision.Fit(2000, 2400, 532, 699)
	b.Run("lines", func(b *testing.B) {
		dst := image.NewRGBA(image.Rect(0, 0, 532, 699))
		var p pen
		for range b.N {
			drawAnnotations(dst, &p, list, v, 1)
		}
	})
	b.Run("places of labels", func(b *testing.B) {
		for range b.N {
			arrangerFor(v, 532, 699).arrange(list)
		}
	})
}
