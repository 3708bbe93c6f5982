package vision

import (
	"fmt"
	"image"
	"math"
	"testing"
)

// turns are all eight.
var turns = []Turn{{0, false}, {1, false}, {2, false}, {3, false}, {0, true}, {1, true}, {2, true}, {3, true}}

// mirroredCopy and rotatedCopy are the two turns by which all are defined, pixel
// by pixel.
func mirroredCopy(m *Image) *Image {
	out := NewImage(m.Rows, m.Columns, m.Samples, m.Depth, m.Signed)
	for y := range m.Rows {
		for x := range m.Columns {
			for c := range m.Samples {
				out.Pix[(y*m.Columns+m.Columns-1-x)*m.Samples+c] = m.Pix[(y*m.Columns+x)*m.Samples+c]
			}
		}
	}
	return out
}

// rotatedCopy is rotated by a quarter clockwise: the top row becomes the right column.
func rotatedCopy(m *Image) *Image {
	out := NewImage(m.Columns, m.Rows, m.Samples, m.Depth, m.Signed)
	for y := range m.Rows {
		for x := range m.Columns {
			for c := range m.Samples {
				out.Pix[(x*out.Columns+m.Rows-1-y)*m.Samples+c] = m.Pix[(y*m.Columns+x)*m.Samples+c]
			}
		}
	}
	return out
}

func turnedCopy(m *Image, t Turn) *Image {
	if t.Flip {
		m = mirroredCopy(m)
	}
	for range t.Quarters {
		m = rotatedCopy(m)
	}
	return m
}

// turnedPoint is where a point of an image of columns × rows lies on turnedCopy.
func turnedPoint(x, y float64, columns, rows int, t Turn) (float64, float64) {
	if t.Flip {
		x = float64(columns) - x
	}
	for range t.Quarters {
		x, y = float64(rows)-y, x
		columns, rows = rows, columns
	}
	return x, y
}

// textured has no two equal neighbours and no symmetry.
func textured(columns, rows, samples int, signed bool) *Image {
	m := NewImage(rows, columns, samples, 16, signed)
	for i := range m.Pix {
		m.Pix[i] = uint16(i*i*31+i*977) % 60000
	}
	return m
}

// sampled is the level that a screen pixel shows of an image: bilinear between
// pixel centres, the edges repeated; black outside.
func sampled(m *Image, lut *DisplayLUT, x, y float64, c int) (level float64, inside bool) {
	if x < 0 || y < 0 || x >= float64(m.Columns) || y >= float64(m.Rows) {
		return 0, false
	}
	at := func(x, y int) float64 {
		x, y = min(max(x, 0), m.Columns-1), min(max(y, 0), m.Rows-1)
		return float64(m.Pix[(y*m.Columns+x)*m.Samples+c] ^ m.bias())
	}
	fx, fy := math.Floor(x-0.5), math.Floor(y-0.5)
	wx, wy := x-0.5-fx, y-0.5-fy
	ix, iy := int(fx), int(fy)
	v := (at(ix, iy)*(1-wx)+at(ix+1, iy)*wx)*(1-wy) + (at(ix, iy+1)*(1-wx)+at(ix+1, iy+1)*wx)*wy
	return float64(lut.Level[int(v+0.5)]), true
}

// TestTurnedRender compares each screen pixel with a copy of the image that was
// turned beforehand: the levels at whole zooms exactly.
func TestTurnedRender(t *testing.T) {
	for _, samples := range []int{1, 3} {
		for _, signed := range []bool{false, samples == 1} {
			m := textured(37, 23, samples, signed)
			s := &Scan{Stored: m, Values: m, Modality: Modality{Slope: 1}}
			lut := s.DisplayLUT(m, fullRange(m), false)
			p := NewPyramid(m)
			for _, turn := range turns {
				for _, zoom := range []float64{1, 2, 0.37, 3.3} {
					for _, pane := range []image.Point{{60, 41}, {31, 50}} {
						name := fmt.Sprintf("%d samples, %v, zoom %g, pane %v", samples, turn, zoom, pane)
						v := Viewport{CentreX: 17.3, CentreY: 12.1, Zoom: zoom, Turn: turn}
						compareWithCopy(t, name, p, v, pane, lut)
					}
				}
			}
		}
	}
}

func compareWithCopy(t *testing.T, name string, p *Pyramid, v Viewport, pane image.Point, lut *DisplayLUT) {
	t.Helper()
	dst := image.NewRGBA(image.Rectangle{Max: pane})
	Render(dst, p, v, lut)
	base, reduction := p.Base, 1.0
	if v.Zoom <= 0.5 {
		base, reduction = halve(ordered(base)), 2
	}
	turned := turnedCopy(base, v.Turn)
	snapped := v.snapped(pane.X, pane.Y)
	cx, cy := turnedPoint(snapped.CentreX/reduction, snapped.CentreY/reduction, base.Columns, base.Rows, v.Turn)
	drawn := 0
	for y := range pane.Y {
		for x := range pane.X {
			// Without the turn, the middle of the screen pixel lies here on the copy.
			ix := cx + (float64(x)+0.5-float64(pane.X)/2)/v.Zoom/reduction
			iy := cy + (float64(y)+0.5-float64(pane.Y)/2)/v.Zoom/reduction
			for c := range 3 {
				want, inside := sampled(turned, lut, ix, iy, min(c, turned.Samples-1))
				if inside {
					drawn++
				}
				tolerance := 1.0 // the screen's weights have eight bits
				if v.Zoom == 1 {
					tolerance = 0
				}
				if got := float64(dst.Pix[dst.PixOffset(x, y)+c]); math.Abs(got-want) > tolerance {
					t.Fatalf("%s: screen (%d, %d) is %g, want %g", name, x, y, got, want)
				}
			}
		}
	}
	if drawn == 0 {
		t.Fatalf("%s: nothing was drawn", name)
	}
}

// At 1:1 a turned picture has the same pixels, each once, in another order; in
// panes of its own size every one of them.
func TestTurningMovesPixelsOnly(t *testing.T) {
	s := gradient(37, 23, false)
	lut := new(DisplayLUT)
	for i := range lut.Level {
		lut.Level[i] = uint8(i * 7)
	}
	for _, turn := range turns {
		turned := turnedCopy(s.Values, turn)
		dst := image.NewRGBA(image.Rect(0, 0, turned.Columns, turned.Rows))
		v := FitTurned(37, 23, turned.Columns, turned.Rows, turn)
		if v.Zoom != 1 {
			t.Fatalf("%v: fits at zoom %g", turn, v.Zoom)
		}
		Render(dst, NewPyramid(s.Values), v, lut)
		for i, p := range turned.Pix {
			if dst.Pix[4*i] != lut.Level[p] {
				t.Fatalf("%v: pixel %d is %d, want %d", turn, i, dst.Pix[4*i], lut.Level[p])
			}
		}
	}
}

func TestTurnedViewportRoundTrip(t *testing.T) {
	for _, turn := range turns {
		for _, zoom := range []float64{1, 2, 0.37, 3.3} {
			v := Viewport{CentreX: 10.2, CentreY: 20.7, Zoom: zoom, Turn: turn}
			x, y := v.ToImage(12.5, 99.5, 301, 200)
			if sx, sy := v.ToScreen(x, y, 301, 200); math.Abs(sx-12.5)+math.Abs(sy-99.5) > 1e-9 {
				t.Errorf("%v: (12.5, 99.5) comes back as (%g, %g)", v, sx, sy)
			}
			// A point of the image lies where it lies on the copy.
			snapped := v.snapped(301, 200)
			cx, cy := turnedPoint(snapped.CentreX, snapped.CentreY, 37, 23, turn)
			px, py := turnedPoint(5, 7, 37, 23, turn)
			sx, sy := v.ToScreen(5, 7, 301, 200)
			if math.Abs(sx-((px-cx)*zoom+150.5))+math.Abs(sy-((py-cy)*zoom+100)) > 1e-9 {
				t.Errorf("%v: (5, 7) lies at (%g, %g)", v, sx, sy)
			}
			// The picture follows the hand, and zooming keeps the point under it.
			free := v
			if zoom == math.Trunc(zoom) {
				free.Zoom += 0.1 // whole zooms snap
			}
			x, y = free.ToImage(40, 50, 301, 200)
			if sx, sy := free.Panned(13, -8).ToScreen(x, y, 301, 200); math.Abs(sx-53)+math.Abs(sy-42) > 1e-9 {
				t.Errorf("%v: panned to (%g, %g)", free, sx, sy)
			}
			if sx, sy := free.ZoomedAt(5.5, 40, 50, 301, 200).ToScreen(x, y, 301, 200); math.Abs(sx-40)+math.Abs(sy-50) > 1e-9 {
				t.Errorf("%v: zooming moves the point to (%g, %g)", free, sx, sy)
			}
		}
	}
}

// What is done on top of a turn is what is done to the copy that is seen.
func TestTurnsCompose(t *testing.T) {
	m := textured(5, 3, 1, false)
	same := func(a, b *Image) bool {
		if a.Rows != b.Rows || a.Columns != b.Columns {
			return false
		}
		for i := range a.Pix {
			if a.Pix[i] != b.Pix[i] {
				return false
			}
		}
		return true
	}
	for _, turn := range turns {
		seen := turnedCopy(m, turn)
		for n := -5; n < 6; n++ {
			want := seen
			for range (n + 8) % 4 {
				want = rotatedCopy(want)
			}
			if !same(turnedCopy(m, turn.Rotated(n)), want) {
				t.Errorf("%v rotated by %d is %v", turn, n, turn.Rotated(n))
			}
		}
		if !same(turnedCopy(m, turn.FlippedHorizontally()), mirroredCopy(seen)) {
			t.Errorf("%v mirrored is %v", turn, turn.FlippedHorizontally())
		}
		if !same(turnedCopy(m, turn.FlippedVertically()), rotatedCopy(rotatedCopy(mirroredCopy(seen)))) {
			t.Errorf("%v upside down is %v", turn, turn.FlippedVertically())
		}
		if turn.Identity() != same(seen, m) || turn.Swaps() != (seen.Columns != m.Columns) {
			t.Errorf("%v: identity %v, swaps %v", turn, turn.Identity(), turn.Swaps())
		}
	}
}

// Worked out by hand for a chest film, whose right is the patient's left and
// whose bottom the feet.
func TestTurnedLetters(t *testing.T) {
	for turn, want := range map[Turn][2]string{
		{0, false}: {"L", "F"}, {1, false}: {"H", "L"}, {2, false}: {"R", "H"}, {3, false}: {"F", "R"},
		{0, true}: {"R", "F"}, {1, true}: {"H", "R"}, {2, true}: {"L", "H"}, {3, true}: {"F", "L"},
		{-3, false}: {"H", "L"}, {5, true}: {"H", "R"},
	} {
		if right, down := turn.Letters("L", "F"); right != want[0] || down != want[1] {
			t.Errorf("%v: %s to the right and %s down, want %v", turn, right, down, want)
		}
	}
	if right, down := (Turn{2, false}).Letters("AL", ""); right != "PR" || down != "" {
		t.Errorf("oblique and unknown become %q and %q", right, down)
	}
}

// Overlay planes and the hatching of missing rows lie on the pixels that they mark.
func TestTurnedMarks(t *testing.T) {
	m := textured(37, 23, 1, false)
	set := make([]bool, len(m.Pix))
	for i := range set {
		set[i] = i%37 == 4 || i%11 == 3
	}
	s := &Scan{Stored: m, Values: m, Decoded: 16, Overlay: &Overlay{Rows: 23, Columns: 37, Set: set}}
	for _, turn := range turns {
		for _, zoom := range []float64{1, 2, 3.3} {
			v := Viewport{CentreX: 18.2, CentreY: 11.3, Zoom: zoom, Turn: turn}
			dst := image.NewRGBA(image.Rect(0, 0, 51, 40))
			s.DrawMarks(dst, v)
			for y := range 40 {
				for x := range 51 {
					fx, fy := v.ToImage(float64(x)+0.5, float64(y)+0.5, 51, 40)
					ix, iy := int(math.Floor(fx)), int(math.Floor(fy))
					var want uint8
					if m.Contains(ix, iy) {
						if iy >= 16 {
							want = hatchLevel(x, y)
						}
						if set[iy*37+ix] {
							want = 255
						}
					}
					if got := dst.Pix[dst.PixOffset(x, y)]; got != want {
						t.Fatalf("%v, zoom %g: (%d, %d) is %d, want %d", turn, zoom, x, y, got, want)
					}
				}
			}
		}
	}
	// Smaller than 1:1, a line is seen wherever it lies under a screen pixel.
	for _, turn := range turns {
		dst := image.NewRGBA(image.Rect(0, 0, 20, 20))
		v := FitTurned(37, 23, 20, 20, turn)
		s.DrawMarks(dst, v)
		for y := range 23 {
			sx, sy := v.ToScreen(4.5, float64(y)+0.5, 20, 20)
			if got := dst.RGBAAt(int(sx), int(sy)).R; got != 255 {
				t.Fatalf("%v: pixel (4, %d) is not seen", turn, y)
			}
		}
	}
}
