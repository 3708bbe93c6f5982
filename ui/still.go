package ui

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/assets"
	"lightbox/ui/viewport"
	"lightbox/vision"
)

// Sizes of a picture that is exported as it is seen, in pixels; letters and lines in
// units.
const (
	stillUnit   = 700 // shorter side of a picture whose unit is one pixel: larger ones have larger letters
	minStill    = 480 // width: a narrower picture has black beside it, so that the strip can be read
	stillText   = 11  // units
	stillMargin = 6   // units, of the strip
)

// lettersOf are the fonts that the window has: Fyne's own, behind it the one with
// Chinese, and behind that those with signs that neither has.
func (s *paneSet) lettersOf() (l *viewport.Letters, err error) {
	if s.letters == nil {
		font := func(style fyne.TextStyle) []byte { return theme.DefaultTheme().Font(style).Content() }
		behind := [][]byte{assets.CJKFont(), font(fyne.TextStyle{Symbol: true}), font(fyne.TextStyle{Monospace: true})}
		s.letters, err = viewport.NewLetters(
			append([][]byte{font(fyne.TextStyle{})}, behind...), append([][]byte{font(fyne.TextStyle{Bold: true})}, behind...))
	}
	return s.letters, err
}

// asFile is a pane as its view is drawn into a file: at the image's own resolution,
// turned, windowed and inverted as on screen. What it says of itself follows: it is not
// resampled.
func asFile(p *app.Pane) *app.Pane {
	q := *p
	q.FitToPane = false
	q.Viewport = vision.Viewport{
		CentreX: float64(p.Scan.Values.Columns) / 2, CentreY: float64(p.Scan.Values.Rows) / 2, Zoom: 1, Turn: p.Viewport.Turn,
	}
	return &q
}

// still is the view of a pane for drawing it outside the window. What is not revealed
// to a second reader is not in it, nor is what belongs to the work at the screen: the
// selection, a mark that is being made, the magnifying glass.
func (w *mainWindow) still(p *app.Pane, letters *viewport.Letters) viewport.Still {
	st := w.session.State()
	picture := viewport.Picture{Pyramid: p.Picture(), Marks: w.panes.marks.get(p.Scan, !w.noOverlays)}
	if st.IsRead(p) && st.Reveals(app.RevealPlaces) {
		picture.Drawing = drawing(st)
	}
	picture.LUT = w.panes.luts.get(p, picture.Pyramid.Base)
	now := annotated{labels: w.annotations != annotationsOff}
	a, b, ok := st.Localizer(p)
	now.localizers, now.hasLine = [4]float64{a[0], a[1], b[0], b[1]}, ok
	x, y, ok := st.CrossIn(p)
	now.cross, now.hasCross = [2]float64{x, y}, ok
	picture.Annotations = w.makeAnnotations(p, now)
	s := viewport.Still{Picture: picture, View: p.Viewport, Unit: 1, Letters: letters}
	if w.annotations != annotationsOff {
		s.Edges = edgeLetters(p.Viewport.Turn.Letters(p.Scan.Orientation()))
	}
	return s
}

// pictureOf draws the view of a pane at the image's own resolution, each pixel of the
// image one of the picture, with marks and orientation letters on it and everything
// else in a strip below it: nothing covers anatomy.
func (w *mainWindow) pictureOf(p *app.Pane) (*image.RGBA, error) {
	letters, err := w.panes.lettersOf()
	if err != nil {
		return nil, err
	}
	q := asFile(p)
	s := w.still(q, letters)
	columns, rows := q.Scan.Values.Columns, q.Scan.Values.Rows
	if q.Viewport.Turn.Swaps() {
		columns, rows = rows, columns
	}
	s.Unit = math.Max(1, float64(min(columns, rows))/stillUnit)
	width := max(columns, minStill)
	under := newStrip(letters, width, s.Unit)
	w.fillStrip(under, q)
	out := image.NewRGBA(image.Rect(0, 0, width, rows+under.height()))
	s.Draw(out.SubImage(image.Rect(0, 0, width, rows)).(*image.RGBA))
	under.draw(out, rows)
	return out, nil
}

// fillStrip puts below a picture what is to be known of it.
func (w *mainWindow) fillStrip(s *strip, p *app.Pane) {
	st := w.session.State()
	c := corners(p, st, w.annotations)
	badge, _ := fidelity(p)
	s.add(caption(p)+" — "+badge, viewport.TextColour, true)
	for _, text := range c.Caution {
		s.add(text, viewport.CautionColour, true)
	}
	said := slices.Concat(c.TopLeft, c.TopRight, c.BottomRight, c.BottomLeft)
	mentioned := func(text string) bool { return text == "" || slices.Contains(said, text) }
	for _, block := range [][]string{c.TopLeft, c.TopRight, c.BottomRight, c.BottomLeft} {
		block = slices.DeleteFunc(slices.Clone(block), func(text string) bool { return slices.Contains(c.Caution, text) })
		s.add(strings.Join(block, " · "), viewport.TextColour, false)
	}
	// At every level of annotation: what a picture must not lose.
	if text := lossyText(p.Scan); !mentioned(text) {
		s.add(text, viewport.CautionColour, true)
	}
	if h := &p.Scan.Header; h.Laterality != "" && !mentioned(join(" ", h.BodyPart, h.ViewPosition, h.Laterality)) {
		s.add(lang.L("Laterality")+" "+h.Laterality, viewport.TextColour, false)
	}
	if w.annotations == annotationsOff {
		e := edgeLetters(p.Viewport.Turn.Letters(p.Scan.Orientation()))
		s.add("↑ "+e[0]+"  → "+e[1]+"  ↓ "+e[2]+"  ← "+e[3], viewport.TextColour, false)
	}
	if st.Reveals(app.RevealPlaces) {
		s.addLegend(&c.Legend)
	}
	s.add(lang.L(app.Disclaimer), viewport.CautionColour, true)
}

// strip is lines of text below a picture.
type strip struct {
	letters     *viewport.Letters
	width, unit float64
	lines       []stripLine
}

type stripLine struct {
	text  string
	style viewport.Style
	ramp  *viewport.Legend // a bar of colours in the place of text
}

func newStrip(l *viewport.Letters, width int, unit float64) *strip {
	return &strip{letters: l, width: float64(width), unit: unit}
}

func (s *strip) style(c color.Color, bold bool) viewport.Style {
	return viewport.Style{Size: float64(scaled(stillText)) * s.unit, Bold: bold, Colour: c}
}

// add puts a text below the others, in as many lines as it needs; an empty one is none.
func (s *strip) add(text string, c color.Color, bold bool) {
	if text == "" {
		return
	}
	style := s.style(c, bold)
	for _, line := range s.letters.Wrap(text, s.width-2*stillMargin*s.unit, style) {
		s.lines = append(s.lines, stripLine{text: line, style: style})
	}
}

// addLegend says what is drawn over the picture.
func (s *strip) addLegend(l *viewport.Legend) {
	if l.High != "" {
		s.lines = append(s.lines, stripLine{style: s.style(viewport.TextColour, false), ramp: l})
	}
	for _, line := range l.Lines {
		var c color.Color = viewport.TextColour
		switch {
		case line.Caution:
			c = viewport.CautionColour
		case line.Colour.A > 0:
			c = line.Colour
		}
		s.add(line.Text, c, line.Caution)
	}
}

// height is that of the strip in pixels.
func (s *strip) height() int {
	sum := 2 * stillMargin * s.unit
	for _, l := range s.lines {
		sum += s.letters.Height(l.style)
	}
	return int(math.Ceil(sum))
}

// draw sets the strip, on black, from a row of the picture down.
func (s *strip) draw(dst *image.RGBA, top int) {
	draw.Draw(dst, image.Rect(0, top, int(s.width), top+s.height()), image.Black, image.Point{}, draw.Src)
	x, y := stillMargin*s.unit, float64(top)+stillMargin*s.unit
	for _, l := range s.lines {
		if l.ramp != nil {
			s.drawRamp(dst, l, x, y)
		} else {
			s.letters.Draw(dst, l.text, x, y, l.style)
		}
		y += s.letters.Height(l.style)
	}
}

// rampUnits is the width of a bar of colours in units.
const rampUnits = 90

// drawRamp draws a bar of colours with what its ends mean.
func (s *strip) drawRamp(dst *image.RGBA, l stripLine, x, y float64) {
	height := s.letters.Height(l.style)
	s.letters.Draw(dst, l.ramp.Low, x, y, l.style)
	x += s.letters.Width(l.ramp.Low, l.style) + stillMargin*s.unit
	bar := image.Rect(int(x), int(y+height*0.25), int(x+rampUnits*s.unit), int(y+height*0.75))
	colours := viewport.RampPicture(l.ramp.Both)
	for i := bar.Min.X; i < bar.Max.X; i++ {
		c := colours.At((i-bar.Min.X)*colours.Bounds().Dx()/bar.Dx(), 0)
		draw.Draw(dst, image.Rect(i, bar.Min.Y, i+1, bar.Max.Y), image.NewUniform(c), image.Point{}, draw.Src)
	}
	s.letters.Draw(dst, l.ramp.High, float64(bar.Max.X)+stillMargin*s.unit, y, l.style)
}
