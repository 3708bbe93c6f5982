package vision

import (
	"cmp"
	"image"
	"math"
	"slices"
	"sort"
	"strings"

	"lightbox/vision/dicom"
)

// Figure is a line that a presentation state draws, in image positions (pixel edges,
// 0 … Columns).
type Figure struct {
	Points [][2]float64
	Closed bool
	Gray   *float64 // of its layer, 0 black … 1 white; nil where the state recommends none
}

// Text is a text of a presentation state: it stands beside At, or in a box around it.
type Text struct {
	Lines []string
	At    [2]float64
	Mark  bool // At is the place that it names, and is marked
	Gray  *float64
}

// roundPoints is how many corners stand in for a circle, and curvePoints for a piece of
// a curve; of curves with many pieces there are fewer.
const (
	roundPoints    = 128
	curvePoints    = 16
	maxCurvePoints = 200_000
)

// draw makes figures and texts, lower layers first.
func (p *Presented) draw(s *Scan, uid string) {
	layers := map[string]dicom.GraphicLayer{}
	for _, l := range p.State.Layers {
		layers[l.Name] = l
	}
	list := slices.Clone(p.State.Annotations)
	slices.SortStableFunc(list, func(a, b dicom.GraphicAnnotation) int {
		return cmp.Compare(layers[a.Layer].Order, layers[b.Layer].Order)
	})
	place := p.placer(s)
	for _, a := range list {
		if !dicom.Covers(a.Of, uid, s.Frame) {
			continue
		}
		gray := layers[a.Layer].Gray
		for _, g := range a.Graphics {
			if g.Filled {
				p.omit(OmitFilled)
			}
			p.Figures = append(p.Figures, figure(g, gray, place))
		}
		for _, t := range a.Texts {
			p.Texts = append(p.Texts, p.text(t, gray, place))
		}
	}
}

// placer brings coordinates of a state to image positions. Fractions of the displayed
// area are taken at the state's own turn, in which they were written.
func (p *Presented) placer(s *Scan) func(units string, at [2]float64) [2]float64 {
	a := p.Area
	if a.X1 <= a.X0 || a.Y1 <= a.Y0 {
		a = Area{X1: float64(s.Values.Columns), Y1: float64(s.Values.Rows)}
	}
	w, h := a.X1-a.X0, a.Y1-a.Y0
	if p.Turn.Swaps() {
		w, h = h, w
	}
	return func(units string, at [2]float64) [2]float64 {
		if units == dicom.UnitsPixel {
			return at
		}
		x, y := p.Turn.toImage((at[0]-0.5)*w, (at[1]-0.5)*h)
		return [2]float64{(a.X0+a.X1)/2 + x, (a.Y0+a.Y1)/2 + y}
	}
}

func figure(g dicom.Graphic, gray *float64, place func(string, [2]float64) [2]float64) Figure {
	points := make([][2]float64, len(g.Points))
	for i, at := range g.Points {
		points[i] = place(g.Units, at)
	}
	f := Figure{Points: points, Gray: gray}
	switch g.Type {
	case "CIRCLE": // its centre, and a point on it
		r := math.Hypot(points[1][0]-points[0][0], points[1][1]-points[0][1])
		f.Points, f.Closed = around(points[0], [2]float64{r, 0}, [2]float64{0, r}), true
	case "ELLIPSE": // the ends of the major axis, and those of the minor
		half := func(a, b [2]float64) [2]float64 { return [2]float64{(b[0] - a[0]) / 2, (b[1] - a[1]) / 2} }
		centre := [2]float64{(points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2}
		f.Points, f.Closed = around(centre, half(points[0], points[1]), half(points[2], points[3])), true
	case "INTERPOLATED":
		f.Points = curve(points)
	}
	return f
}

// around is an ellipse with two half axes.
func around(centre, a, b [2]float64) [][2]float64 {
	out := make([][2]float64, roundPoints)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / roundPoints)
		out[i] = [2]float64{centre[0] + cos*a[0] + sin*b[0], centre[1] + cos*a[1] + sin*b[1]}
	}
	return out
}

// curve leads a Catmull-Rom spline through points: the standard leaves the interpolation
// to the viewer (PS3.3 C.10.5.1.2).
func curve(points [][2]float64) [][2]float64 {
	n := len(points)
	if n < 3 {
		return points
	}
	closed := points[0] == points[n-1]
	at := func(i int) [2]float64 {
		if closed { // the last point is the first
			return points[((i%(n-1))+n-1)%(n-1)]
		}
		return points[min(max(i, 0), n-1)]
	}
	steps := min(curvePoints, max(1, maxCurvePoints/n))
	out := make([][2]float64, 0, n*steps)
	for i := range n - 1 {
		p0, p1, p2, p3 := at(i-1), points[i], points[i+1], at(i+2)
		for k := range steps {
			t := float64(k) / float64(steps)
			var q [2]float64
			for c := range 2 {
				q[c] = 0.5 * (2*p1[c] + (p2[c]-p0[c])*t + (2*p0[c]-5*p1[c]+4*p2[c]-p3[c])*t*t + (3*p1[c]-p0[c]-3*p2[c]+p3[c])*t*t*t)
			}
			out = append(out, q)
		}
	}
	return append(out, points[n-1])
}

func (p *Presented) text(t dicom.GraphicText, gray *float64, place func(string, [2]float64) [2]float64) Text {
	out := Text{Gray: gray}
	for _, line := range strings.FieldsFunc(t.Text, func(r rune) bool { return r == '\r' || r == '\n' }) {
		if line = strings.TrimRight(line, " \x00"); line != "" {
			out.Lines = append(out.Lines, line)
		}
	}
	if len(out.Lines) > MaxTextLines {
		p.omit(OmitText)
		out.Lines = out.Lines[:MaxTextLines]
	}
	if t.Anchor != nil {
		out.At, out.Mark = place(t.AnchorUnits, *t.Anchor), t.AnchorShown
		return out
	}
	a, b := place(t.BoxUnits, t.Box[0]), place(t.BoxUnits, t.Box[1])
	out.At = [2]float64{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
	return out
}

// ShutterMask covers what lies outside the shutters of a presentation state.
type ShutterMask struct {
	rows, columns int
	covered       []bool
	level         uint8
}

func newShutter(p *dicom.Presentation, columns, rows int) *ShutterMask {
	m := &ShutterMask{rows: rows, columns: columns, covered: make([]bool, rows*columns), level: uint8(p.ShutterLevel*255 + 0.5)}
	for _, s := range p.Shutters {
		for y := range rows {
			open := rowOf(s, y+1)
			for x := range columns {
				if !open(x + 1) {
					m.covered[y*columns+x] = true
				}
			}
		}
	}
	return m
}

// rowOf tells of the columns of a row, both counted from 1, whether a shutter leaves
// them open.
func rowOf(s dicom.Shutter, row int) func(column int) bool {
	switch s.Shape {
	case "RECTANGULAR":
		return func(column int) bool {
			return row >= s.Upper && row <= s.Lower && column >= s.Left && column <= s.Right
		}
	case "CIRCULAR":
		dy := float64(row - s.CentreRow)
		return func(column int) bool {
			dx := float64(column - s.CentreColumn)
			return dx*dx+dy*dy <= float64(s.Radius)*float64(s.Radius)
		}
	}
	var crossings []float64 // of the row with the sides
	for i, a := range s.Vertices {
		b := s.Vertices[(i+1)%len(s.Vertices)]
		if (a[0] <= row) != (b[0] <= row) {
			crossings = append(crossings, float64(a[1])+float64(row-a[0])*float64(b[1]-a[1])/float64(b[0]-a[0]))
		}
	}
	slices.Sort(crossings)
	return func(column int) bool {
		left := sort.Search(len(crossings), func(i int) bool { return crossings[i] > float64(column) })
		return left%2 == 1
	}
}

// Covers tells whether the pixel in column x and row y, inside the image, is covered.
func (m *ShutterMask) Covers(x, y int) bool { return m.covered[y*m.columns+x] }

// Draw covers what Render drew with the same viewport.
func (m *ShutterMask) Draw(dst *image.RGBA, v Viewport) {
	b := dst.Bounds()
	cols, rows := v.spans(b.Dx(), b.Dy(), m.columns, m.rows)
	for y := range b.Dy() {
		out := dst.Pix[y*dst.Stride:]
		for x := range b.Dx() {
			r, c := v.under(x, y, cols, rows)
			if r.from < r.to && c.from < c.to && m.Covers((c.from+c.to-1)/2, (r.from+r.to-1)/2) {
				out[4*x], out[4*x+1], out[4*x+2], out[4*x+3] = m.level, m.level, m.level, 255
			}
		}
	}
}
