package ui

import (
	"image"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/assets"
	"lightbox/ui/viewport"
	"lightbox/vision"
)

// Sizes of a picture that is exported as it is seen, in pixels.
const (
	stillUnit = 700 // shorter side of a picture whose unit is one pixel: larger ones have larger letters
	minStill  = 480 // width: a narrower picture has black beside it, so that the strip can be read
)

// newLetters are the fonts of the window: Fyne's own, behind it the one with Chinese, and
// behind that those with signs that neither has. All are in the program; one that cannot
// be read is a fault of the build.
func newLetters() *viewport.Letters {
	font := func(style fyne.TextStyle) []byte { return theme.DefaultTheme().Font(style).Content() }
	behind := [][]byte{assets.CJKFont(), font(fyne.TextStyle{Symbol: true}), font(fyne.TextStyle{Monospace: true})}
	l, err := viewport.NewLetters(
		append([][]byte{font(fyne.TextStyle{})}, behind...), append([][]byte{font(fyne.TextStyle{Bold: true})}, behind...))
	if err != nil {
		panic(err)
	}
	return l
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
func (w *mainWindow) still(p *app.Pane) viewport.Still {
	st := w.session.State()
	picture := viewport.Picture{Pyramid: p.Picture(), Marks: w.panes.marks.get(p.Scan, !w.noOverlays)}
	if st.IsRead(p) && st.Reveals(app.RevealPlaces) {
		picture.Drawing = drawing(st)
	}
	if p.Presented != nil {
		picture.Shutter = p.Presented.Shutter
	}
	picture.LUT = w.panes.luts.get(p, picture.Pyramid.Base)
	now := annotated{labels: w.annotations != annotationsOff}
	a, b, ok := st.Localizer(p)
	now.localizers, now.hasLine = [4]float64{a[0], a[1], b[0], b[1]}, ok
	x, y, ok := st.CrossIn(p)
	now.cross, now.hasCross = [2]float64{x, y}, ok
	picture.Annotations = w.makeAnnotations(p, now)
	s := viewport.Still{Picture: picture, View: p.Viewport, Unit: 1, Letters: w.panes.letters}
	if w.annotations != annotationsOff {
		s.Edges = edgeLetters(p.Viewport.Turn.Letters(p.Scan.Orientation()))
	}
	return s
}

// pictureOf draws the view of a pane at the image's own resolution, each pixel of the
// image one of the picture, with marks and orientation letters on it and everything
// else in a strip below it: nothing covers anatomy.
func (w *mainWindow) pictureOf(p *app.Pane) *image.RGBA {
	q := asFile(p)
	s := w.still(q)
	columns, rows := q.Scan.Values.Columns, q.Scan.Values.Rows
	if q.Viewport.Turn.Swaps() {
		columns, rows = rows, columns
	}
	s.Unit = math.Max(1, float64(min(columns, rows))/stillUnit)
	width := max(columns, minStill)
	under := newStrip(w.panes.letters, width, s.Unit)
	w.fillStrip(under, q)
	out := image.NewRGBA(image.Rect(0, 0, width, rows+under.height()))
	s.Draw(out.SubImage(image.Rect(0, 0, width, rows)).(*image.RGBA))
	under.draw(out, 0, rows)
	return out
}

// fillStrip puts below a picture what is to be known of it.
func (w *mainWindow) fillStrip(s *strip, p *app.Pane) {
	st := w.session.State()
	c := corners(p, st, w.annotations)
	w.addView(s, p, &c)
	addPatient(s, &c)
	s.addBlock(c.BottomLeft, c.Caution)
	w.addLasting(s, p, &c)
	if st.Reveals(app.RevealPlaces) {
		s.addLegend(&c.Legend)
	}
	s.add(lang.L(app.Disclaimer), viewport.CautionColour, true)
}

// addView says what a picture shows and how faithfully, and what is wrong with it.
func (w *mainWindow) addView(s *strip, p *app.Pane, c *viewport.Corners) {
	badge, _ := fidelity(p)
	s.add(join(" — ", caption(p), badge), viewport.TextColour, true)
	for _, text := range c.Caution {
		s.add(text, viewport.CautionColour, true)
	}
}

// addPatient says whose picture it is, and from which study and series.
func addPatient(s *strip, c *viewport.Corners) {
	for _, block := range [][]string{c.TopLeft, c.TopRight, c.BottomRight} {
		s.addBlock(block, c.Caution)
	}
}

// addLasting says at every level of annotation what a picture must not lose.
func (w *mainWindow) addLasting(s *strip, p *app.Pane, c *viewport.Corners) {
	said := slices.Concat(c.TopLeft, c.TopRight, c.BottomRight, c.BottomLeft)
	if text := lossyText(p.Scan); text != "" && !slices.Contains(said, text) {
		s.add(text, viewport.CautionColour, true)
	}
	if h := &p.Scan.Header; h.Laterality != "" && !slices.Contains(said, join(" ", h.BodyPart, h.ViewPosition, h.Laterality)) {
		s.add(lang.L("Laterality")+" "+h.Laterality, viewport.TextColour, false)
	}
	if w.annotations == annotationsOff {
		e := edgeLetters(p.Viewport.Turn.Letters(p.Scan.Orientation()))
		s.add("↑ "+e[0]+"  → "+e[1]+"  ↓ "+e[2]+"  ← "+e[3], viewport.TextColour, false)
	}
}
