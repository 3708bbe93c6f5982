package viewport

import (
	"image"
	"math"
	"testing"

	"lightbox/vision"
)

// steps is an image of blocks, each of one value that is its place: 97 times the
// column plus 13 times the row of the block, in 8 bits.
func steps(columns, rows, block int) *vision.Image {
	m := vision.NewImage(rows, columns, 1, 8, false)
	for y := range rows {
		for x := range columns {
			m.Pix[y*columns+x] = uint16(stepAt(x/block, y/block))
		}
	}
	return m
}

func stepAt(i, j int) uint8 { return uint8(97*i + 13*j) }

// asStored is a table that shows 8-bit values as they are.
func asStored() *vision.DisplayLUT {
	lut := &vision.DisplayLUT{}
	for i := range lut.Level {
		lut.Level[i] = uint8(i)
	}
	return lut
}

// TestLoupeEnlargesInPlace: within the glass each pixel shows the place of the
// image that lies as far from the one under its middle as its own distance says;
// outside the glass nothing changes.
func TestLoupeEnlargesInPlace(t *testing.T) {
	const block = 10
	pyramid := vision.NewPyramid(steps(200, 150, block))
	for name, v := range views {
		for _, factor := range []float64{0, 2, 3.3} {
			for _, at := range []image.Point{{X: 86, Y: 65}, {X: 20, Y: 25}, {X: testWidth - 3, Y: 2}, {X: -500, Y: 9}} {
				paint := func(l *Loupe) *image.RGBA {
					p := newRasterPainter(testLetters(t), func(int, int) {})
					p.picture = Picture{Pyramid: pyramid, LUT: asStored(), Place: func(int, int) vision.Viewport { return v }, Loupe: l}
					return p.draw(testWidth, testHeight).(*image.RGBA)
				}
				const size = 60
				without := paint(nil)
				with := paint(&Loupe{At: at, Size: size, Factor: factor})
				zoom := 2 * v.Zoom
				if factor > 0 {
					zoom = factor * v.Zoom
				}
				middle := [2]float64{float64(at.X) + 0.5, float64(at.Y) + 0.5}
				ix, iy := v.ToImage(middle[0], middle[1], testWidth, testHeight)
				compared := 0
				for y := range testHeight {
					for x := range testWidth {
						dx, dy := float64(x-at.X), float64(y-at.Y)
						r := math.Hypot(dx, dy)
						got := with.RGBAAt(x, y)
						if r > size/2+4 && got != without.RGBAAt(x, y) {
							t.Fatalf("%s ×%g: pixel (%d, %d) outside the glass at %v changed", name, factor, x, y, at)
						}
						if r > size/2-4 || math.Abs(dx) < 4 || math.Abs(dy) < 4 {
							continue // the rim and the cross
						}
						// The middle of a pixel may lie half a pixel off: whole zooms are
						// on the grid of the screen.
						tx, ty := dx, dy
						for range v.Turn.Quarters { // back by a quarter, counter-clockwise
							tx, ty = ty, -tx
						}
						if v.Turn.Flip {
							tx = -tx
						}
						px, py := ix+tx/zoom, iy+ty/zoom
						slack := 1.1/zoom + 1 // and values are interpolated between pixels
						if zoom < 1 {
							slack = 3 / zoom // or averaged
						}
						if px < slack || py < slack || px > 200-slack || py > 150-slack || onEdge(px, block, slack) || onEdge(py, block, slack) {
							continue
						}
						if want := stepAt(int(px)/block, int(py)/block); got.R != want || got.G != want {
							t.Fatalf("%s ×%g at %v: pixel (%d, %d) is %v, want %d", name, factor, at, x, y, got, want)
						}
						compared++
					}
				}
				if compared == 0 && at.X == 86 && name != "corner" && v.Zoom >= 0.5 {
					t.Errorf("%s ×%g at %v: nothing to compare", name, factor, at)
				}
			}
		}
	}
}

// onEdge tells whether a place is near the edge of a block.
func onEdge(x float64, block int, slack float64) bool {
	in := math.Mod(x, float64(block))
	return in < slack || in > float64(block)-slack
}

// TestLoupeBounds: sizes and factors that are none become usual ones.
func TestLoupeBounds(t *testing.T) {
	v := views["1:1"]
	for _, factor := range []float64{math.NaN(), math.Inf(1), -3, 0} {
		got, at := (&Loupe{At: image.Pt(86, 65), Factor: factor}).view(v, testWidth, testHeight)
		if got.Zoom != loupeFactor || math.Abs(at.X-100) > 1 {
			t.Errorf("factor %g: zoom %g at %v", factor, got.Zoom, at)
		}
	}
	if got, _ := (&Loupe{Factor: 1e9}).view(v, testWidth, testHeight); got.Zoom > maxLoupeZoom {
		t.Errorf("zoom %g", got.Zoom)
	}
	for size, want := range map[int]int{0: 2 * loupeSize, -7: 2 * loupeSize, 1 << 30: 2 * maxLoupe, 80: 80} {
		if got := (&Loupe{Size: size}).box(2).Dx(); got != want {
			t.Errorf("size %d became %d, want %d", size, got, want)
		}
	}
}

// BenchmarkLoupe is what a glass adds to a painted frame.
func BenchmarkLoupe(b *testing.B) {
	picture := Picture{Pyramid: vision.NewPyramid(steps(2000, 2400, 10)), LUT: asStored(), Place: func(w, h int) vision.Viewport { return vision.Fit(2000, 2400, w, h) }, Loupe: &Loupe{At: image.Pt(266, 350)}}
	dst := image.NewRGBA(image.Rect(0, 0, 532, 699))
	var g glass
	var p pen
	for range b.N {
		g.draw(dst, &p, &picture, picture.Place(532, 699), 1)
	}
}
