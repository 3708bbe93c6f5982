package ui

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
)

// themed prepares the theme that the pen takes its colours from.
func themed(t *testing.T) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(newTheme(&app.Settings{}))
	if err := useLanguage("en"); err != nil {
		t.Fatal(err)
	}
}

func alphaAt(p *pen, x, y int) uint8 { return p.img.RGBAAt(x, y).A }

// The corners of the unit square lie on the outermost pixels within the inset,
// at every scale.
func TestPenPlacesTheCorners(t *testing.T) {
	themed(t)
	for _, scale := range []int{1, 2} {
		p := newPen(112*scale, 62*scale, 112)
		b := image.Rect(bleed*scale, bleed*scale, (112-bleed)*scale, (62-bleed)*scale)
		for _, c := range []struct {
			at   spot
			x, y int
		}{{spot{0, 0}, b.Min.X, b.Max.Y - 1}, {spot{1, 1}, b.Max.X - 1, b.Min.Y}, {spot{0, 1}, b.Min.X, b.Min.Y}} {
			if x, y := p.at(c.at); int(x) != c.x || int(y) != c.y {
				t.Errorf("scale %d: %v lies at (%g, %g), want pixel (%d, %d)", scale, c.at, x, y, c.x, c.y)
			}
		}
	}
}

// Lines along the axes are crisp: whole pixels, nothing beside them.
func TestPenDrawsCrispLines(t *testing.T) {
	themed(t)
	p := newPen(113, 113, 113)
	p.upright(0.5, 0, 1, 1, theme.ColorNameForeground)
	p.level(0.5, 0, 1, 1, false, theme.ColorNameForeground)
	for i := bleed; i < 113-bleed; i++ {
		if alphaAt(p, 56, i) != 255 || alphaAt(p, i, 56) != 255 {
			t.Fatalf("the lines have a gap at %d", i)
		}
		if i != 56 && (alphaAt(p, 55, i) != 0 || alphaAt(p, 57, i) != 0 || alphaAt(p, i, 55) != 0 || alphaAt(p, i, 57) != 0) {
			t.Fatalf("the lines are smeared at %d", i)
		}
	}
	if alphaAt(p, 56, bleed-1) != 0 || alphaAt(p, bleed-1, 56) != 0 {
		t.Error("the lines leave their axes")
	}
}

// Circles are as large as they say, and rings are hollow.
func TestPenDrawsCircles(t *testing.T) {
	themed(t)
	area := func(p *pen) (sum float64) {
		for i := 3; i < len(p.img.Pix); i += 4 {
			sum += float64(p.img.Pix[i]) / 255
		}
		return sum
	}
	p := newPen(100, 100, 100)
	p.disc(spot{.5, .5}, 10, theme.ColorNameForeground)
	if got, want := area(p), math.Pi*100; math.Abs(got-want) > 0.02*want {
		t.Errorf("a disc of radius 10 covers %.1f pixels, want %.1f", got, want)
	}
	p = newPen(100, 100, 100)
	p.ring(spot{.5, .5}, 10, 2, theme.ColorNameForeground)
	if got, want := area(p), math.Pi*(121-81); math.Abs(got-want) > 0.03*want || alphaAt(p, 50, 50) != 0 {
		t.Errorf("a ring covers %.1f pixels, want %.1f; its middle has %d", got, want, alphaAt(p, 50, 50))
	}
	p = newPen(100, 100, 100)
	p.curve([]spot{{0, 0}, {1, 1}}, 2, theme.ColorNameForeground)
	if got, want := area(p), 2*(87*math.Sqrt2+2); math.Abs(got-want) > 0.05*want {
		t.Errorf("a diagonal two pixels wide covers %.1f pixels, want %.1f", got, want)
	}
}

// Words and plot keep clear of each other at every size that a strip can give.
func TestChartWordsDoNotOverlap(t *testing.T) {
	themed(t)
	d := &diagram{
		up: "had the finding", across: "probability given", ys: percentTicks(), xs: percentTicks(),
		line: &chartLine{0.8, "│ σ 12.5 px"}, inside: []chartLegend{{"● operating point", theme.ColorNameForeground}, ofPicture("○")},
		draw: func(*pen) {},
	}
	for _, size := range []fyne.Size{{Width: 100, Height: 90}, {Width: 150, Height: 110}, {Width: 220, Height: 150}, {Width: 300, Height: 180}} {
		c := newChart()
		c.Resize(size)
		c.set(d)
		at, area := d.plot(size)
		var words []*canvas.Text
		for _, o := range test.WidgetRenderer(c).Objects() {
			if w, ok := o.(*canvas.Text); ok && w.Visible() {
				words = append(words, w)
			}
		}
		if len(words) < 5 {
			t.Fatalf("%v: only %d words", size, len(words))
		}
		for i, a := range words {
			p, s := a.Position(), a.Size()
			if p.X < -0.5 || p.Y < -0.5 || p.X+s.Width > size.Width+0.5 || p.Y+s.Height > size.Height+0.5 {
				t.Errorf("%v: %q lies at %v %v, outside", size, a.Text, p, s)
			}
			for _, b := range words[:i] {
				q, r := b.Position(), b.Size()
				if p.X < q.X+r.Width && q.X < p.X+s.Width && p.Y+3 < q.Y+r.Height && q.Y+3 < p.Y+s.Height { // lines may touch
					t.Errorf("%v: %q and %q overlap", size, a.Text, b.Text)
				}
			}
		}
		if area.Width < size.Width/3 || area.Height < size.Height/2 || at.X+area.Width > size.Width {
			t.Errorf("%v: the plot is %v at %v", size, area, at)
		}
	}
}

// A chart's line stands where it says, and moves without what is drawn being painted again.
func TestChartLineMoves(t *testing.T) {
	themed(t)
	painted := 0
	c := newChart()
	window := test.NewTempWindow(t, c)
	window.SetPadded(false)
	window.Resize(fyne.NewSize(200, 120))
	c.set(&diagram{ys: percentTicks(), xs: percentTicks(), line: &chartLine{0.5, "half"}, draw: func(*pen) { painted++ }})
	stands := func(at float64, note string) {
		t.Helper()
		seen := window.Canvas().Capture()
		img := image.NewRGBA(seen.Bounds())
		draw.Draw(img, img.Bounds(), seen, image.Point{}, draw.Src)
		from, area := c.shows.plot(c.Size())
		want := from.X + float32(at)*area.Width
		if got := column(&pen{img: img}, theme.Color(theme.ColorNamePrimary)); math.Abs(float64(got)+1-float64(want)) > 1.5 {
			t.Errorf("the line for %v stands at %d, want %v", at, got, want)
		}
		if c.note.Text != note || c.note.Position().X+c.note.Size().Width != c.Size().Width {
			t.Errorf("%q is said, at %v", c.note.Text, c.note.Position())
		}
	}
	stands(0.5, "half")
	before := painted
	c.move(chartLine{0.9, "nearly all"})
	if c.move(chartLine{0.9, "nearly all"}); painted != before {
		t.Error("to move the line the chart was painted again")
	}
	stands(0.9, "nearly all")
	c.set(nil)
	if c.move(chartLine{0.1, "gone"}); c.line.Visible() || c.note.Visible() {
		t.Error("without a diagram the line is left")
	}
}

// column is the pixel column of a colour in a drawn diagram, -1 without.
func column(p *pen, c color.Color) int {
	r, g, b, _ := c.RGBA()
	for x := range p.img.Bounds().Dx() {
		n := 0
		for y := range p.img.Bounds().Dy() {
			q := p.img.RGBAAt(x, y)
			if q.R == uint8(r>>8) && q.G == uint8(g>>8) && q.B == uint8(b>>8) && q.A == 255 {
				n++
			}
		}
		if n > p.img.Bounds().Dy()/3 {
			return x
		}
	}
	return -1
}

// The σ axis goes by square roots, and its line follows the filter.
func TestSigmaAxis(t *testing.T) {
	for sigma, want := range map[float64]float64{0: 0, 1: 0.25, 4: 0.5, 16: 1, 40: 1, -1: 0} {
		if got := sigmaPlace(sigma); got != want {
			t.Errorf("σ %v lies at %v, want %v", sigma, got, want)
		}
	}
}
