package viewport

import (
	"image"
	"math"
	"slices"

	"lightbox/model/plane"
	"lightbox/vision"
)

// Limits of labels: text is dear (each line is five textures), and more than that
// nobody reads over an image. What finds no place says nothing; lists say it all.
const (
	maxLabels    = 40
	maxLabelRows = 4
	maxLabelText = 64  // lines of text in all labels together
	labelTries   = 120 // annotations that are asked for a place, see arrange
)

// Distances of labels in Fyne's units.
const (
	labelGap   = 8 // from what they stand beside
	labelRings = 7 // distances that are tried, each one height of the label further out
	labelRim   = 2 // around the letters

	leaderWidth = 1
)

// placed is a label with its place.
type placed struct {
	of     *Annotation
	rows   []string
	box    rect
	anchor plane.Point // what it stands beside
	moved  bool        // not quite: a line leads there
}

// arranger finds places for labels in a pane.
type arranger struct {
	tracer
	measure func(rows []string) (width, height float64) // screen pixels
	taken   []rect                                      // by other text
}

// arrange gives labels their places: those of selected marks first, then in the
// order of the list. None stands on another one or leaves the pane.
func (r *arranger) arrange(list []Annotation) (out []placed) {
	order := make([]*Annotation, 0, len(list))
	for i := range list {
		if len(list[i].Label) > 0 && r.visible(&list[i]) {
			order = append(order, &list[i])
		}
	}
	slices.SortStableFunc(order, func(a, b *Annotation) int { return urgency(b) - urgency(a) })
	rows := 0
	for _, a := range order[:min(len(order), labelTries)] {
		text := a.Label[:min(len(a.Label), maxLabelRows)]
		if len(out) == maxLabels || rows+len(text) > maxLabelText {
			break
		}
		if l, ok := r.place(a, text); ok {
			out, rows = append(out, l), rows+len(text)
			r.taken = append(r.taken, l.box)
		}
	}
	return out
}

func urgency(a *Annotation) int {
	switch {
	case a.Selected:
		return 3
	case a.Hovered:
		return 2
	case a.Faint:
		return 0
	}
	return 1
}

// visible tells whether any of an annotation may lie in the pane.
func (r *arranger) visible(a *Annotation) bool {
	b := rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	add := func(p plane.Point) {
		if x, y, ok := r.screen(p); ok {
			b = rect{min(b.x0, x), min(b.y0, y), max(b.x1, x), max(b.y1, y)}
		}
	}
	for _, s := range a.Strokes {
		for _, p := range s.Points {
			add(p)
		}
	}
	if len(a.Strokes) == 0 {
		add(a.LabelAt)
	}
	return b.x0 <= float64(r.width) && b.x1 >= 0 && b.y0 <= float64(r.height) && b.y1 >= 0
}

// around are the sides that a label is tried at, the best first: right, left,
// then aslant, then over and under.
var around = [8][2]float64{{1, 0}, {-1, 0}, {1, 1}, {1, -1}, {-1, -1}, {-1, 1}, {0, -1}, {0, 1}}

// place finds the place nearest to what a label names, if there is one beside the
// mark's own lines.
func (r *arranger) place(a *Annotation, rows []string) (best placed, ok bool) {
	target, ok := r.target(a)
	if !ok {
		return placed{}, false
	}
	w, h := r.measure(rows)
	pane := rect{0, 0, float64(r.width), float64(r.height)}
	anchor := pane.nearest(target)
	found := false
	for ring := range labelRings {
		gap := labelGap*r.scale + float64(ring)*h
		for _, side := range around {
			x, y := anchor.X+side[0]*(w/2+gap), anchor.Y+side[1]*(h/2+gap)
			box := rect{x - w/2, y - h/2, x + w/2, y + h/2}
			if !box.within(pane) || slices.ContainsFunc(r.taken, box.meets) {
				continue
			}
			l := placed{of: a, rows: rows, box: box, anchor: anchor, moved: ring > 0}
			if !r.crosses(a, box) {
				return l, true
			}
			if !found {
				best, found = l, true
			}
		}
	}
	return best, found
}

// most segments of a mark that its label is kept off.
const maxKeptOff = 64

// crosses tells whether a mark's own straight lines go through a box.
func (r *arranger) crosses(a *Annotation, box rect) bool {
	for _, s := range a.Strokes {
		if s.Ellipse || len(s.Points) > maxKeptOff {
			continue
		}
		for i := 1; i < len(s.Points); i++ {
			x0, y0, ok0 := r.screen(s.Points[i-1])
			x1, y1, ok1 := r.screen(s.Points[i])
			if !ok0 || !ok1 {
				continue
			}
			if _, _, hit := box.clip(plane.Point{X: x0, Y: y0}, plane.Point{X: x1, Y: y1}); hit {
				return true
			}
		}
	}
	return false
}

// target is where in the pane an annotation's label should stand; it may lie
// outside.
func (r *arranger) target(a *Annotation) (plane.Point, bool) {
	if a.AtEnd && len(a.Strokes) > 0 && len(a.Strokes[0].Points) > 1 {
		line := a.Strokes[0].Points
		x0, y0, ok := r.screen(line[0])
		x1, y1, ok2 := r.screen(line[len(line)-1])
		_, end, seen := r.clip(plane.Point{X: x0, Y: y0}, plane.Point{X: x1, Y: y1})
		return end, ok && ok2 && seen
	}
	x, y, ok := r.screen(a.LabelAt)
	return plane.Point{X: x, Y: y}, ok
}

// labelCover is how much of the picture is hidden under letters: their rim alone
// does not carry colours on white.
const labelCover = 0.65

// drawUnderLabels darkens the picture under labels and draws lines from those that
// could not stand beside what they name.
func drawUnderLabels(dst *image.RGBA, pen *pen, list []placed, scale float64) {
	for _, l := range list {
		shade(dst, l.box)
	}
	for rank := range 3 { // as the marks themselves
		for _, l := range list {
			if k := l.of.look(); l.moved && k.rank == rank {
				t := newTracer(dst, pen, vision.Viewport{}, scale, leaderWidth)
				t.dots([]plane.Point{l.box.nearest(l.anchor), l.anchor}, false)
				pen.end(dst, k.colour)
			}
		}
	}
}

// shade darkens a rectangle.
func shade(dst *image.RGBA, box rect) {
	r := image.Rect(int(box.x0), int(box.y0), int(math.Ceil(box.x1)), int(math.Ceil(box.y1))).Intersect(dst.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := dst.Pix[y*dst.Stride+4*r.Min.X : y*dst.Stride+4*r.Max.X]
		for i, v := range row {
			if i%4 != 3 {
				row[i] = uint8(float64(v) * (1 - labelCover))
			}
		}
	}
}
