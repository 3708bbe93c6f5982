package viewport

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/vision"
)

const testWidth, testHeight = 173, 131 // screen pixels of a pane

// gray is a pane of one grey level.
func gray(level uint8) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, testWidth, testHeight))
	for i := range m.Pix {
		m.Pix[i] = level
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

// views are zooms, positions and turns of an image of 200 × 150 pixels.
var views = map[string]vision.Viewport{
	"whole":           vision.Fit(200, 150, testWidth, testHeight),
	"1:1":             {CentreX: 100, CentreY: 75, Zoom: 1},
	"enlarged":        {CentreX: 61.3, CentreY: 40.2, Zoom: 3.7},
	"whole ×4":        {CentreX: 130, CentreY: 91.4, Zoom: 4},
	"corner":          {CentreX: 3, CentreY: 146, Zoom: 0.83},
	"whole, upright":  vision.FitTurned(200, 150, testWidth, testHeight, vision.Turn{Quarters: 1}),
	"1:1, mirrored":   {CentreX: 100, CentreY: 75, Zoom: 1, Turn: vision.Turn{Flip: true}},
	"enlarged, 180°":  {CentreX: 61.3, CentreY: 40.2, Zoom: 3.7, Turn: vision.Turn{Quarters: 2}},
	"whole ×4, 270°":  {CentreX: 130, CentreY: 91.4, Zoom: 4, Turn: vision.Turn{Quarters: 3}},
	"corner, turned":  {CentreX: 3, CentreY: 146, Zoom: 0.83, Turn: vision.Turn{Quarters: 1, Flip: true}},
	"1:1, transposed": {CentreX: 100, CentreY: 75, Zoom: 1, Turn: vision.Turn{Quarters: 3, Flip: true}},
	"upside down":     {CentreX: 100, CentreY: 75, Zoom: 0.71, Turn: vision.Turn{Quarters: 2, Flip: true}},
}

// TestHeatMapPixelByPixel compares each screen pixel with the map's value at its
// place of the image, taken by another function, in the colour of that value.
func TestHeatMapPixelByPixel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	m := plane.New(5, 7)
	for i := range m.Pix {
		m.Pix[i] = float32(r.NormFloat64())
	}
	const most = 1.7
	for name, v := range views {
		for _, over := range []model.Box{model.WholePicture, {X0: 0.2, Y0: -0.1, X1: 0.7, Y1: 0.8}} {
			for _, against := range []bool{false, true} {
				dst := gray(90)
				(&Heat{Map: m, Within: over, Most: most, Against: against}).draw(dst, 200, 150, v)
				for y := range testHeight {
					for x := range testWidth {
						ix, iy := v.ToImage(float64(x)+0.5, float64(y)+0.5, testWidth, testHeight)
						u, w := ix/200, iy/150
						want := [3]float64{90, 90, 90}
						if u >= 0 && u < 1 && w >= 0 && w < 1 && over.Has(u, w) {
							var value [1]float32
							into := over.Into()
							m.Warp(value[:], 1, 1, plane.Affine{X0: into.XX*u + into.X0, Y0: into.YY*w + into.Y0}, false)
							want = blended(float64(value[0])/most, against, 90)
						}
						for k := range want {
							if got := float64(dst.Pix[y*dst.Stride+4*x+k]); math.Abs(got-want[k]) > 3 {
								t.Fatalf("%s, over %v: pixel (%d, %d) is %v, want %v", name, over, x, y, dst.RGBAAt(x, y), want)
							}
						}
					}
				}
			}
		}
	}
}

// blended is the colour of a value, −1 … 1, over a grey level.
func blended(value float64, against bool, under float64) [3]float64 {
	c := For[int(255*min(math.Abs(value), 1)+0.5)]
	cover := 0.5 * min(1, math.Abs(value)/0.25)
	if value < 0 {
		c = Against[int(255*min(-value, 1)+0.5)]
		if !against {
			cover = 0
		}
	}
	var out [3]float64
	for k, v := range [3]uint8{c.R, c.G, c.B} {
		out[k] = cover*float64(v) + (1-cover)*under
	}
	return out
}

// TestOutlineLiesInPlace: the line is of its colour where it runs, dark beside
// it, and nothing else is touched.
func TestOutlineLiesInPlace(t *testing.T) {
	square := []plane.Point{{X: 0.3, Y: 0.3}, {X: 0.3, Y: 0.6}, {X: 0.5, Y: 0.6}, {X: 0.5, Y: 0.3}}
	for name, v := range views {
		for _, level := range []uint8{0, 128, 255} {
			dst := gray(level)
			var p pen
			d := &Drawing{Outlines: []Outline{{Lines: [][]plane.Point{square}, Colour: HotColour, Width: 2}}}
			d.draw(dst, &p, 200, 150, v, 1)
			x0, y0 := v.ToScreen(0.3*200, 0.3*150, testWidth, testHeight)
			x1, y1 := v.ToScreen(0.5*200, 0.6*150, testWidth, testHeight)
			x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
			on := 0
			for y := range testHeight {
				for x := range testWidth {
					distance := toRectangle(float64(x)+0.5, float64(y)+0.5, x0, y0, x1, y1)
					got := dst.RGBAAt(x, y)
					switch {
					case distance < 0.5+1e-9:
						on++
						if off := math.Abs(float64(got.R)-float64(HotColour.R)) + math.Abs(float64(got.G)-float64(HotColour.G)) + math.Abs(float64(got.B)-float64(HotColour.B)); off > 30 {
							t.Fatalf("%s: pixel (%d, %d), %.2f from the line, is %v", name, x, y, distance, got)
						}
					case distance > 1+rimWidth+0.6:
						if got != (color.RGBA{level, level, level, 255}) {
							t.Fatalf("%s: pixel (%d, %d), %.2f from the line, became %v", name, x, y, distance, got)
						}
					case math.Abs(distance-1.7) < 0.05 && level > 0:
						if got.R >= level || got.R != got.G {
							t.Fatalf("%s: beside the line, at (%d, %d), is %v", name, x, y, got)
						}
					}
				}
			}
			if x0 > 0 && x1 < testWidth && y0 > 0 && y1 < testHeight && on < 30 {
				t.Errorf("%s: only %d pixels on the line", name, on)
			}
			for _, left := range p.distance {
				if left != far {
					t.Fatal("the pen remembers a line")
				}
			}
		}
	}
}

// toRectangle is how far a point lies from the sides of a rectangle.
func toRectangle(x, y, x0, y0, x1, y1 float64) float64 {
	dx, dy := math.Max(math.Max(x0-x, x-x1), 0), math.Max(math.Max(y0-y, y-y1), 0)
	if dx > 0 || dy > 0 {
		return math.Hypot(dx, dy)
	}
	return math.Min(math.Min(x-x0, x1-x), math.Min(y-y0, y1-y))
}

// lightness is CIE L* of an sRGB colour, 0 … 100, from IEC 61966-2-1 and CIE 15.
func lightness(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	y := 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	if y <= 216.0/24389 {
		return y * 24389 / 27
	}
	return 116*math.Cbrt(y) - 16
}

// TestRampsRiseEvenly: more influence is always lighter, by nearly equal steps.
func TestRampsRiseEvenly(t *testing.T) {
	for name, r := range map[string]*Ramp{"for": For, "against": Against} {
		span := lightness(r[255]) - lightness(r[0])
		if span < 55 {
			t.Errorf("%s: from L* %.0f to %.0f", name, lightness(r[0]), lightness(r[255]))
		}
		for i := 0; i+32 < 256; i += 8 {
			if step := (lightness(r[i+32]) - lightness(r[i])) / span; step < 0.5*32/255 || step > 1.6*32/255 {
				t.Errorf("%s: 32 steps from %d are %.3f of the lightness", name, i, step)
			}
		}
	}
	for _, c := range []color.NRGBA{LungsColour, HotColour} { // on black, beside their rim on white
		if l := lightness(c); l < 60 || l > 90 {
			t.Errorf("%v has L* %.0f", c, l)
		}
	}
	if RampPicture(true).Bounds().Dx() != 512 || RampPicture(true).At(255, 0) != color.Color(Against[0]) || RampPicture(true).At(256, 0) != color.Color(For[0]) {
		t.Error("the colours for and against do not meet at nothing")
	}
}

// BenchmarkDrawing is the cost of each painted frame of a pane of usual size: the
// heat map, and lines around two lungs.
func BenchmarkDrawing(b *testing.B) {
	m := plane.New(6, 6)
	for i := range m.Pix {
		m.Pix[i] = float32(i%7) - 2
	}
	var lungs [2][]plane.Point
	for i := range 300 {
		sin, cos := math.Sincos(float64(i) / 300 * 2 * math.Pi)
		lungs[0] = append(lungs[0], plane.Point{X: 0.3 + 0.15*cos, Y: 0.45 + 0.3*sin})
		lungs[1] = append(lungs[1], plane.Point{X: 0.7 + 0.15*cos, Y: 0.45 + 0.3*sin})
	}
	v := vision.Fit(1760, 2140, 532, 699)
	outline := Outline{Lines: lungs[:], Colour: LungsColour, Width: 1.5}
	for name, d := range map[string]*Drawing{
		"heat map": {Heat: &Heat{Map: m, Within: model.WholePicture, Most: 4}},
		"outlines": {Outlines: []Outline{outline}},
	} {
		b.Run(name, func(b *testing.B) {
			dst := image.NewRGBA(image.Rect(0, 0, 532, 699))
			var p pen
			for range b.N {
				d.draw(dst, &p, 1760, 2140, v, 1)
			}
		})
	}
}
