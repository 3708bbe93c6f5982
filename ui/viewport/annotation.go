package viewport

import (
	"cmp"
	"image"
	"image/color"
	"slices"

	"lightbox/model/plane"
	"lightbox/vision"
)

// Annotation is something over an image that belongs to a place in it: a mark of
// the reader, a line of reference. Its points are in image pixels, from the top
// left corner of the image.
type Annotation struct {
	Strokes []Stroke
	Handles []plane.Point // what it can be pulled at; drawn while it is selected or under the pointer
	Label   []string      // lines of text beside it; at most maxLabelRows are shown
	LabelAt plane.Point   // what the label stands beside
	// AtEnd has the label stand where the first stroke leaves the pane instead.
	AtEnd    bool
	Colour   color.NRGBA // its own colour; none for that of marks
	Selected bool
	Hovered  bool // the pointer is over it
	Faint    bool // it is there, and not what it is about
}

// Stroke is a line of an annotation.
type Stroke struct {
	Points  []plane.Point
	Closed  bool // its last point is joined to its first
	Dotted  bool
	Head    bool // an arrow head at its first point, which points away from the second
	Ellipse bool // it is the ellipse that touches the box between its two points
}

// Colours of marks, which tell themselves apart from each other and from the
// amber and green of what a result hangs on for colour-blind readers too: yellow
// and sky blue of Okabe and Ito's palette, the latter lighter for a dark ground.
// Selected marks have handles as well, so that colour says nothing alone.
var (
	MarkColour     = color.NRGBA{R: 0xf0, G: 0xe4, B: 0x42, A: 0xff}
	SelectedColour = color.NRGBA{R: 0x6c, G: 0xd2, B: 0xff, A: 0xff}
	LineColour     = color.NRGBA{R: 0xd2, G: 0xd6, B: 0xff, A: 0xff} // of reference and cross-hair lines
)

// Sizes of annotations in Fyne's units, and how much of a faint one is there.
const (
	markWidth     = 1.5
	selectedWidth = 2
	handleHalf    = 3.5 // half the side of a handle
	headLength    = 10  // of an arrow
	headHalf      = 4   // half its width
	dotOn, dotOff = 1.5, 4.5
	faintAlpha    = 0x70
)

// Line is a dotted line between two places of the image, with a text at its end:
// a line of reference, or an arm of a cross-hair.
func Line(from, to plane.Point, text string) Annotation {
	a := Annotation{Strokes: []Stroke{{Points: []plane.Point{from, to}, Dotted: true}}, LabelAt: to, AtEnd: true, Colour: LineColour}
	if text != "" {
		a.Label = []string{text}
	}
	return a
}

// look is how an annotation is drawn: all that look alike are drawn at once.
type look struct {
	rank   int // later over earlier
	colour color.NRGBA
	width  float64
}

func (a *Annotation) look() look {
	l := look{rank: 1, colour: a.Colour, width: markWidth}
	if l.colour == (color.NRGBA{}) {
		l.colour = MarkColour
	}
	switch {
	case a.Selected:
		l.rank, l.colour, l.width = 2, SelectedColour, selectedWidth
	case a.Faint && !a.Hovered:
		l.rank, l.colour.A = 0, faintAlpha
	}
	return l
}

// drawAnnotations draws lines and handles over what vision.Render drew with the
// same viewport; scale is screen pixels for one of Fyne's units.
func drawAnnotations(dst *image.RGBA, pen *pen, list []Annotation, v vision.Viewport, scale float64) {
	var looks []look
	for i := range list {
		if l := list[i].look(); !slices.Contains(looks, l) {
			looks = append(looks, l)
		}
	}
	slices.SortStableFunc(looks, func(a, b look) int { return cmp.Compare(a.rank, b.rank) })
	for _, l := range looks {
		t := newTracer(dst, pen, v, scale, l.width)
		for i := range list {
			if a := &list[i]; a.look() == l {
				t.annotation(a)
			}
		}
		pen.end(dst, l.colour)
	}
}

func (t *tracer) annotation(a *Annotation) {
	for i := range a.Strokes {
		t.stroke(&a.Strokes[i])
	}
	if !a.Selected && !a.Hovered {
		return
	}
	half := handleHalf * t.scale
	for _, p := range a.Handles {
		if x, y, ok := t.screen(p); ok {
			t.polyline([]plane.Point{{X: x - half, Y: y - half}, {X: x + half, Y: y - half}, {X: x + half, Y: y + half}, {X: x - half, Y: y + half}}, true)
		}
	}
}
