package vision

import (
	"image"
	"image/color"
	"math"
	"testing"
)

// gradient is a non-square image in which every pixel has its own value.
func gradient(columns, rows int, signed bool) *Scan {
	m := NewImage(rows, columns, 1, 16, signed)
	for i := range m.Pix {
		m.Pix[i] = uint16(i)
		if signed {
			m.Pix[i] = uint16(int16(i - len(m.Pix)/2))
		}
	}
	s := &Scan{Stored: m, Values: m, Modality: Modality{Slope: 1}}
	s.VOIs = voisOf(s)
	return s
}

// At 1:1 every screen pixel is one image pixel, wherever the image lies and
// whatever the parity of the pane.
func TestOneToOneIsPixelExact(t *testing.T) {
	for _, signed := range []bool{false, true} {
		s := gradient(37, 23, signed)
		lut := s.DisplayLUT(s.Values, s.VOIs[0], false)
		p := NewPyramid(s.Values)
		for _, pane := range []image.Point{{50, 40}, {51, 41}, {20, 10}, {21, 11}} {
			for _, centre := range [][2]float64{{18.5, 11.5}, {18.3, 11.9}, {2, 2}, {30.75, 20.25}} {
				v := Viewport{CentreX: centre[0], CentreY: centre[1], Zoom: 1}
				dst := image.NewRGBA(image.Rectangle{Max: pane})
				Render(dst, p, v, lut)
				for y := range pane.Y {
					for x := range pane.X {
						fx, fy := v.ToImage(float64(x)+0.5, float64(y)+0.5, pane.X, pane.Y)
						ix, iy := int(math.Floor(fx)), int(math.Floor(fy))
						want := color.RGBA{A: 255}
						if s.Values.Contains(ix, iy) {
							g := lut.Level[uint16(s.Values.Value(ix, iy, 0))^s.Values.bias()]
							want = color.RGBA{g, g, g, 255}
						}
						if got := dst.RGBAAt(x, y); got != want {
							t.Fatalf("pane %v centre %v: screen (%d, %d) = image (%d, %d) is %v, want %v", pane, centre, x, y, ix, iy, got, want)
						}
					}
				}
			}
		}
	}
}

// Smaller than 1:1, by powers of two, the screen shows the mean of the pixels
// it stands for: nothing is skipped over.
func TestReductionAverages(t *testing.T) {
	s := gradient(64, 48, false)
	for i := range s.Values.Pix {
		s.Values.Pix[i] = uint16((i*7919)%256) * 100
	}
	v := VOI{Centre: 12800, Width: 25600, Function: Linear}
	lut := s.DisplayLUT(s.Values, v, false)
	dst := image.NewRGBA(image.Rect(0, 0, 16, 12))
	Render(dst, NewPyramid(s.Values), Fit(64, 48, 16, 12), lut)
	for y := range 12 {
		for x := range 16 {
			var sum int
			for k := range 16 {
				sum += s.Values.Value(4*x+k%4, 4*y+k/4, 0)
			}
			want := v.Apply(float64(sum)/16) * 255
			if got := float64(dst.RGBAAt(x, y).R); math.Abs(got-want) > 0.75 {
				t.Fatalf("screen (%d, %d) is %g, want the mean %.2f", x, y, got, want)
			}
		}
	}
}

func TestEnlargementInterpolatesValuesBeforeTheWindow(t *testing.T) {
	m := NewImage(1, 2, 1, 16, false)
	m.Pix[0], m.Pix[1] = 0, 1000
	s := &Scan{Stored: m, Values: m, Modality: Modality{Slope: 1}}
	v := VOI{Centre: 500.5, Width: 1, Function: Linear} // a step at 500
	dst := image.NewRGBA(image.Rect(0, 0, 200, 100))
	Render(dst, NewPyramid(m), Fit(2, 1, 200, 100), s.DisplayLUT(m, v, false))
	for x := range 200 {
		want := uint8(0)
		if x >= 101 {
			want = 255
		}
		if got := dst.RGBAAt(x, 50).R; got != want && x != 100 {
			t.Fatalf("column %d is %d, want %d: grey levels were interpolated", x, got, want)
		}
	}
}

func TestViewportRoundTrip(t *testing.T) {
	for _, v := range []Viewport{{CentreX: 10.2, CentreY: 20.7, Zoom: 0.37}, {CentreX: 100, CentreY: 50, Zoom: 1}, {CentreX: 3.3, CentreY: 4.4, Zoom: 7.5}} {
		x, y := v.ToImage(12.5, 99.5, 301, 200)
		sx, sy := v.ToScreen(x, y, 301, 200)
		if math.Abs(sx-12.5)+math.Abs(sy-99.5) > 1e-9 {
			t.Errorf("%v: (12.5, 99.5) comes back as (%g, %g)", v, sx, sy)
		}
	}
}

func TestRenderNothing(t *testing.T) {
	s := gradient(3, 2, false)
	Render(image.NewRGBA(image.Rectangle{}), NewPyramid(s.Values), Viewport{CentreX: 1, CentreY: 1, Zoom: 1}, s.DisplayLUT(s.Values, s.VOIs[0], false))
	for level := range 5 {
		NewPyramid(s.Values).Level(level) // a level that does not exist gives the smallest
	}
}
