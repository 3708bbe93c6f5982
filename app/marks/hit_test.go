package marks

import (
	"math"
	"reflect"
	"testing"
)

func TestHit(t *testing.T) {
	length, ellipse := at(Length, 10, 10, 50, 10), at(Ellipse, 10, 10, 110, 50)
	box, polygon := at(Rectangle, 30, 40, 10, 20), at(Polygon, 0, 0, 20, 0, 20, 20)
	ctr := at(CTR, 0, 0, 10, 0, 0, 30, 40, 30)
	for name, c := range map[string]struct {
		mark Mark
		p    Point
		part int
		ok   bool
	}{
		"an end": {length, Point{48, 11}, 1, true}, "the line": {length, Point{30, 13}, Body, true}, "beside": {length, Point{30, 16}, Body, false},
		"behind the end": {length, Point{56, 10}, Body, false}, "the nearer end": {at(Length, 0, 0, 4, 0), Point{3, 0}, 1, true},
		"corner 0": {ellipse, Point{10, 10}, 0, true}, "corner 1": {ellipse, Point{110, 10}, 1, true}, "corner 2": {ellipse, Point{110, 50}, 2, true}, "corner 3": {ellipse, Point{10, 50}, 3, true},
		"outline": {ellipse, Point{60, 12}, Body, true}, "the far right": {ellipse, Point{112, 30}, Body, true}, "within": {ellipse, Point{60, 30}, Body, false}, "beside a corner": {ellipse, Point{15, 15}, Body, false},
		"side": {box, Point{20, 38}, Body, true}, "drawn upwards": {box, Point{30, 20}, 3, true}, "within the box": {box, Point{20, 30}, Body, false},
		"the closing side": {polygon, Point{11, 9}, Body, true}, "a vertex": {polygon, Point{21, 22}, 2, true},
		"the heart": {ctr, Point{5, 1}, Body, true}, "between the lines": {ctr, Point{5, 15}, Body, false}, "the last point": {ctr, Point{38, 31}, 3, true},
		"text": {at(Text, 5, 5), Point{7, 7}, 0, true}, "not the text": {at(Text, 5, 5), Point{15, 7}, Body, false},
		"nothing": {Mark{Kind: Length}, Point{}, Body, false}, "nowhere": {length, Point{math.NaN(), 3}, Body, false},
	} {
		if part, ok := Hit(c.mark, c.p, 4); part != c.part || ok != c.ok {
			t.Errorf("%s: part %d, %v, want %d, %v", name, part, ok, c.part, c.ok)
		}
	}
	// A circle is hit all around.
	circle := at(Ellipse, 0, 0, 200, 200)
	for k := range 1000 {
		sin, cos := math.Sincos(float64(k))
		if d := Distance(circle, Point{100 + 100*cos, 100 + 100*sin}); d > 100.0/6000 {
			t.Fatalf("%v from the outline", d)
		}
	}
}

func TestMove(t *testing.T) {
	box := at(Rectangle, 10, 20, 110, 70)
	for part, want := range map[int]Mark{
		0: at(Rectangle, 11, 22, 110, 70), 1: at(Rectangle, 10, 22, 111, 70), 2: at(Rectangle, 10, 20, 111, 72), 3: at(Rectangle, 11, 20, 110, 72),
		Body: at(Rectangle, 11, 22, 111, 72), 4: box, -2: box,
	} {
		before, handles := box.Clone(), Handles(box)
		got := Move(box, part, 1, 2)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("part %d: %v, want %v", part, got.Points, want.Points)
		}
		if !reflect.DeepEqual(box, before) {
			t.Fatalf("part %d: the mark that was moved has changed", part)
		}
		if part < 0 || part > 3 {
			continue
		}
		after := Handles(got)
		if moved := (Point{handles[part].X + 1, handles[part].Y + 2}); after[part] != moved || after[(part+2)%4] != handles[(part+2)%4] {
			t.Errorf("part %d: handles %v before, %v after", part, handles, after)
		}
	}
	if got := Move(at(Polygon, 0, 0, 20, 0, 20, 20), 1, 1, 2); !reflect.DeepEqual(got, at(Polygon, 0, 0, 21, 2, 20, 20)) {
		t.Error(got.Points)
	}
	// A mark keeps what it measures when it is moved as a whole.
	s, m := blank(t, 90, 90), at(Polygon, 10, 10, 40, 12, 20, 33)
	a, b := Measure(m, s, Calibration{}), Measure(Move(m, Body, 17, 23), s, Calibration{})
	for i, v := range a.Values {
		if math.Abs(v.Number-b.Values[i].Number) > 1e-9 {
			t.Errorf("%v, moved %v", v, b.Values[i])
		}
	}
}

func TestLabel(t *testing.T) {
	for _, c := range []struct {
		mark Mark
		want Point
	}{
		{at(Length, 50, 10, 20, 30), Point{50, 10}}, {at(Length, 20, 10, 20, 30), Point{20, 30}}, {at(Rectangle, 50, 10, 20, 30), Point{50, 30}},
		{at(Polygon, 0, 0, 9, 4, 3, 8), Point{9, 8}}, {at(Arrow, 50, 10, 20, 30), Point{20, 30}}, {at(Text, 5, 6), Point{5, 6}}, {Mark{Kind: Text}, Point{}},
	} {
		if got := Label(c.mark); got != c.want {
			t.Errorf("%s %v: %v, want %v", c.mark.Kind, c.mark.Points, got, c.want)
		}
	}
}

// What is drawn goes through the handles, and closes where it must.
func TestLines(t *testing.T) {
	for _, c := range []struct {
		mark          Mark
		lines, points int
		closed        bool
	}{
		{at(Length, 0, 0, 5, 5), 1, 2, false}, {at(Cobb, 0, 0, 5, 5, 9, 9, 7, 7), 2, 2, false}, {at(CTR, 0, 0, 5, 5, 9, 9, 7, 7), 2, 2, false},
		{at(Rectangle, 0, 0, 5, 5), 1, 5, true}, {at(Polygon, 0, 0, 5, 5, 3, 9), 1, 4, true}, {at(Ellipse, 0, 0, 5, 5), 1, ellipseSides + 1, true},
		{at(Text, 0, 0), 0, 0, false}, {at(Angle, 0, 0, 5, 5, 9, 9), 1, 2, false}, {at(Ellipse, 0, 0, 5, 5, 6, 6), 0, 0, false}, {at(Rectangle, 0, 0), 0, 0, false},
	} {
		lines := Lines(c.mark)
		if len(lines) != c.lines {
			t.Errorf("%s: %d lines", c.mark.Kind, len(lines))
			continue
		}
		for _, l := range lines {
			if len(l) != c.points || (l[0] == l[len(l)-1]) != c.closed {
				t.Errorf("%s: %v", c.mark.Kind, l)
			}
		}
	}
}
