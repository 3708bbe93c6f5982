// Package chart draws what says how good a model is: ROC curves, reliability
// diagrams, histograms of scores, decision curves. Texts are English or Simplified
// Chinese; colours can be told apart by colour-blind readers (Okabe and Ito,
// 2008).
package chart

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Language of a figure's texts.
type Language string

// The languages.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// Size of every figure in points, and pixels a point of a PNG.
const (
	width, height = 380, 330
	pngDPI        = 144
)

// colours of curves, in order.
var colours = []color.NRGBA{
	{R: 0x00, G: 0x72, B: 0xB2, A: 255}, {R: 0xD5, G: 0x5E, B: 0x00, A: 255}, {R: 0x00, G: 0x9E, B: 0x73, A: 255},
	{R: 0xCC, G: 0x79, B: 0xA7, A: 255}, {R: 0xE6, G: 0x9F, B: 0x00, A: 255}, {R: 0x56, G: 0xB4, B: 0xE9, A: 255},
}

// gray is what stands behind the curves: diagonals, zero lines.
var gray = color.NRGBA{R: 0x80, G: 0x80, B: 0x80, A: 255}

func colour(i int) color.NRGBA { return colours[i%len(colours)] }

// Figure is a drawing.
type Figure struct{ plot *plot.Plot }

// margin in points, on all sides.
const margin = 8

func (f Figure) draw(c draw.Canvas) {
	c.SetColor(f.plot.BackgroundColor)
	c.Fill(c.Rectangle.Path())
	f.plot.Draw(draw.Crop(c, margin, -2*margin, margin, -margin))
}

// PNG is the figure as pixels.
func (f Figure) PNG() ([]byte, error) {
	c := vgimg.NewWith(vgimg.UseWH(vg.Length(width), vg.Length(height)), vgimg.UseDPI(pngDPI))
	f.draw(draw.New(c))
	var out bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(&out); err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	return out.Bytes(), nil
}

// families are what a page falls back to where it lacks the fonts.
var families = strings.NewReplacer(
	"font-family:Liberation Sans;", "font-family:Liberation Sans,Arial,Helvetica,sans-serif;",
	"font-family:Droid Sans Fallback;", "font-family:Droid Sans Fallback,Noto Sans CJK SC,Microsoft YaHei,PingFang SC,sans-serif;",
)

// SVG is the figure as an element to be put into a page.
func (f Figure) SVG() (string, error) {
	c := vgsvg.New(vg.Length(width), vg.Length(height))
	f.draw(draw.New(c))
	var out bytes.Buffer
	if _, err := c.WriteTo(&out); err != nil {
		return "", fmt.Errorf("chart: %w", err)
	}
	svg := out.String()
	if at := strings.Index(svg, "<svg"); at > 0 { // an element has no declaration
		svg = svg[at:]
	}
	return families.Replace(svgText.ReplaceAllStringFunc(svg, fixedWidth)), nil
}

// svgText is a text of an SVG: attributes, size, content.
var svgText = regexp.MustCompile(`(?s)<text ([^>]*font-size:([0-9.]+)px[^>]*)>([^<]*)</text>`)

// fixedWidth has a text take the width that was planned for it, whatever font it
// is shown in.
func fixedWidth(element string) string {
	parts := svgText.FindStringSubmatch(element)
	size, err := strconv.ParseFloat(parts[2], 64)
	if err != nil {
		return element
	}
	f := latin
	f.Size = vg.Length(size)
	width, _, _ := handler().Box(html.UnescapeString(parts[3]), f)
	return fmt.Sprintf(`<text textLength="%.2f" lengthAdjust="spacingAndGlyphs" %s>%s</text>`, width.Points(), parts[1], parts[3])
}

// latin is the font of all but Chinese letters.
var latin = font.Font{Typeface: "Liberation", Variant: "Sans"}

// blank is a figure with axes but without curves.
func blank(title, x, y string) *plot.Plot {
	p := plot.New()
	h := handler()
	p.TextHandler = h
	set := func(s *text.Style, size vg.Length) {
		s.Handler, s.Font = h, font.From(latin, size)
	}
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	set(&p.Title.TextStyle, 12)
	p.Title.Padding = 8
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		set(&a.Label.TextStyle, 10)
		set(&a.Tick.Label, 9)
		a.Label.Padding = 4
	}
	set(&p.Legend.TextStyle, 9)
	p.Legend.Padding = 2
	p.Legend.ThumbnailWidth = 18
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = color.Gray{Y: 232}, color.Gray{Y: 232}
	p.Add(grid)
	return p
}

// unit has an axis go from 0 to 1.
func unit(axes ...*plot.Axis) {
	for _, a := range axes {
		a.Min, a.Max = 0, 1
		a.Tick.Marker = plot.ConstantTicks(fifths)
	}
}

var fifths = []plot.Tick{{Value: 0, Label: "0"}, {Value: 0.2, Label: "0.2"}, {Value: 0.4, Label: "0.4"}, {Value: 0.6, Label: "0.6"}, {Value: 0.8, Label: "0.8"}, {Value: 1, Label: "1"}}

// line adds a curve; points that are no numbers are left out.
func line(p *plot.Plot, name string, c color.Color, dashed bool, points plotter.XYs) error {
	var finite plotter.XYs
	for _, q := range points {
		if v := q.X + q.Y; !math.IsNaN(v) && !math.IsInf(v, 0) {
			finite = append(finite, q)
		}
	}
	if len(finite) == 0 {
		return nil
	}
	l, err := plotter.NewLine(finite)
	if err != nil {
		return fmt.Errorf("chart: %w", err)
	}
	l.Color, l.Width = c, 1.6
	if dashed {
		l.Width, l.Dashes = 1, []vg.Length{4, 3}
	}
	p.Add(l)
	if name != "" {
		p.Legend.Add(name, l)
	}
	return nil
}
