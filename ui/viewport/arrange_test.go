package viewport

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/app/marks"
	"lightbox/model/plane"
	"lightbox/vision"
)

// manyMarks are marks of all kinds at random places of an image of 2000 × 2400
// pixels.
func manyMarks(n int) (list []Annotation) {
	r := rand.New(rand.NewPCG(7, 7))
	kinds := []marks.Kind{marks.Length, marks.Angle, marks.Cobb, marks.Ellipse, marks.Rectangle, marks.Polygon, marks.CTR, marks.Arrow, marks.Text, marks.Reference}
	for i := range n {
		m := marks.Mark{Kind: kinds[i%len(kinds)]}
		points, _ := m.Kind.Needs()
		x, y := 2000*r.Float64(), 2400*r.Float64()
		for range points {
			m.Points = append(m.Points, marks.Point{X: x + 200*r.NormFloat64(), Y: y + 200*r.NormFloat64()})
		}
		a := Shape(m, true)
		a.Label = []string{fmt.Sprintf("%d mm", i)}
		list = append(list, a)
	}
	return list
}

// arrangerFor lays out text of 7 × 14 pixels a letter.
func arrangerFor(v vision.Viewport, width, height int) *arranger {
	return &arranger{
		tracer: tracer{&pen{}, v, width, height, 1},
		measure: func(rows []string) (w, h float64) {
			for _, s := range rows {
				w, h = math.Max(w, float64(7*len(s))), h+14
			}
			return w, h
		},
	}
}

// TestLabelsKeepClear: no label lies on another one, on other text or outside the
// pane, and those of one crowd are led to what they name.
func TestLabelsKeepClear(t *testing.T) {
	for name, v := range map[string]vision.Viewport{
		"whole": vision.Fit(2000, 2400, 532, 699), "enlarged": {CentreX: 900.5, CentreY: 1200, Zoom: 1.7}, "corner": {CentreX: 0, CentreY: 0, Zoom: 0.5},
	} {
		list := manyMarks(500)
		list[250].Selected = true
		list[250].LabelAt = plane.Point{X: 900, Y: 1200}
		list[250].Strokes = []Stroke{{Points: []plane.Point{{X: 0, Y: 0}, list[250].LabelAt}}}
		r := arrangerFor(v, 532, 699)
		corner := rect{6, 6, 150, 80}
		r.taken = []rect{corner}
		out := r.arrange(list)
		if len(out) == 0 || len(out) > maxLabels {
			t.Fatalf("%s: %d labels", name, len(out))
		}
		if out[0].of != &list[250] {
			t.Errorf("%s: the selected mark says nothing", name)
		}
		for i, l := range out {
			if !l.box.within(rect{0, 0, 532, 699}) || l.box.meets(corner) {
				t.Errorf("%s: label %q lies at %v", name, l.rows, l.box)
			}
			for _, o := range out[:i] {
				if l.box.meets(o.box) {
					t.Errorf("%s: labels %q and %q lie on each other", name, l.rows, o.rows)
				}
			}
			x, y := v.ToScreen(l.of.LabelAt.X, l.of.LabelAt.Y, 532, 699)
			inside := plane.Point{X: math.Min(math.Max(x, 0), 532), Y: math.Min(math.Max(y, 0), 699)}
			if l.anchor != inside {
				t.Errorf("%s: the line from %q leads to %v, want %v", name, l.rows, l.anchor, inside)
			}
			if d := l.box.nearest(inside); !l.moved && math.Hypot(d.X-inside.X, d.Y-inside.Y) > math.Sqrt2*labelGap+1e-6 {
				t.Errorf("%s: label %q at %v is far from %v, and nothing leads there", name, l.rows, l.box, inside)
			}
		}
	}
}

// TestLabelsOutsideAreSilent: what is not in the pane says nothing; what reaches
// into it says it at the edge.
func TestLabelsOutsideAreSilent(t *testing.T) {
	v := vision.Viewport{CentreX: 100, CentreY: 75, Zoom: 1}
	r := func() *arranger { return arrangerFor(v, testWidth, testHeight) }
	label := []string{"12 mm"}
	outside := Annotation{Strokes: []Stroke{{Points: []plane.Point{{X: 400, Y: 10}, {X: 500, Y: 20}}}}, LabelAt: plane.Point{X: 400, Y: 10}, Label: label}
	if got := r().arrange([]Annotation{outside}); len(got) != 0 {
		t.Errorf("a mark outside says %v", got)
	}
	through := outside
	through.Strokes = []Stroke{{Points: []plane.Point{{X: 100, Y: 75}, {X: 400, Y: 75}}}}
	through.LabelAt = plane.Point{X: 400, Y: 75}
	if got := r().arrange([]Annotation{through}); len(got) != 1 || got[0].box.x1 > testWidth || got[0].box.x0 < testWidth-100 {
		t.Errorf("a mark that leaves the pane says %v", got)
	}
	for _, p := range []plane.Point{{X: math.NaN(), Y: 1}, {X: math.Inf(1), Y: 1}} {
		bad := through
		bad.LabelAt = p
		if got := r().arrange([]Annotation{bad}); len(got) != 0 {
			t.Errorf("a label at %v lies at %v", p, got[0].box)
		}
	}
	if got := r().arrange([]Annotation{{LabelAt: plane.Point{X: 100, Y: 75}, Label: []string{"a text that is much longer than the pane is wide, and so finds no place"}}}); len(got) != 0 {
		t.Errorf("text that does not fit lies at %v", got[0].box)
	}
}

// TestLinesSayTheirTextWhereTheyLeave: the text of a line of reference stands where
// the line leaves the pane, not where it ends.
func TestLinesSayTheirTextWhereTheyLeave(t *testing.T) {
	v := vision.Viewport{CentreX: 100, CentreY: 75, Zoom: 1}
	for to, want := range map[plane.Point]plane.Point{
		{X: 5000, Y: 75}: {X: testWidth, Y: testHeight/2.0 + 0.5}, {X: 100, Y: -5000}: {X: testWidth/2.0 + 0.5, Y: 0}, {X: 110, Y: 80}: screenOf(v, plane.Point{X: 110, Y: 80}),
	} {
		out := arrangerFor(v, testWidth, testHeight).arrange([]Annotation{Line(plane.Point{X: 100, Y: 75}, to, "12")})
		if len(out) != 1 {
			t.Fatalf("to %v: %d labels", to, len(out))
		}
		if d := out[0].box.nearest(want); math.Hypot(d.X-want.X, d.Y-want.Y) > labelGap*math.Sqrt2+3 {
			t.Errorf("to %v: the text lies at %v, the line leaves at %v", to, out[0].box, want)
		}
	}
}
