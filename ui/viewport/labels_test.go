package viewport

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"lightbox/app/marks"
	"lightbox/vision"
)

// newTestPane is a pane in a window, painted once so that it knows its size.
func newTestPane(t *testing.T, intend Intentions) (*Pane, fyne.Window) {
	t.Helper()
	test.NewTempApp(t)
	ignore := Intentions{
		Drag:   func(desktop.MouseButton, fyne.KeyModifier, float64, float64, image.Point) {},
		Scroll: func(float64, fyne.KeyModifier, image.Point) {}, Hover: func(image.Point, bool) {}, DoubleTap: func() {},
		Key: func(*fyne.KeyEvent) {}, Held: func(fyne.KeyName, bool) {}, Resized: func(image.Point) {}, Painted: func() {},
		Pressed: intend.Pressed, Dragged: intend.Dragged, Released: intend.Released, Moved: intend.Moved,
	}
	p := New(ignore, testLetters(t))
	w := test.NewTempWindow(t, p)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(500, 400))
	w.Canvas().Capture()
	return p, w
}

// texts are what the labels say, with the place of each in screen pixels.
func (p *Pane) texts() map[string]fyne.Position {
	said := map[string]fyne.Position{}
	for i := range p.shown.labels {
		p.shown.labels[i].label(func(text string, x, y float64, _ Style) { said[text] = fyne.NewPos(float32(x), float32(y)) }, float64(p.scale()))
	}
	return said
}

func testPicture(v vision.Viewport, list ...Annotation) Picture {
	return Picture{Pyramid: vision.NewPyramid(steps(200, 150, 10)), LUT: asStored(), Place: func(int, int) vision.Viewport { return v }, Annotations: list}
}

func measured(kind marks.Kind, label string, points ...marks.Point) Annotation {
	a := Shape(marks.Mark{Kind: kind, Points: points}, true)
	a.Label = []string{label}
	return a
}

// TestLabelsFollowTheImage: labels stand beside their marks through zoom and pan,
// keep their text while they move, and go with their marks.
func TestLabelsFollowTheImage(t *testing.T) {
	p, _ := newTestPane(t, Intentions{})
	end := marks.Point{X: 120, Y: 70}
	length := measured(marks.Length, "12.3 mm", marks.Point{X: 80, Y: 60}, end)
	for _, v := range []vision.Viewport{{CentreX: 100, CentreY: 75, Zoom: 1}, {CentreX: 110, CentreY: 70, Zoom: 1}, {CentreX: 100, CentreY: 75, Zoom: 2.5}} {
		p.Draw(testPicture(v, length))
		at, ok := p.texts()["12.3 mm"]
		if !ok {
			t.Fatalf("%+v: nothing is said", v)
		}
		x, y := v.ToScreen(end.X, end.Y, p.pixels.X, p.pixels.Y)
		s := float64(p.scale())
		if dx, dy := float64(at.X)-x, float64(at.Y)-y; dx < 0 || dx > 2*labelGap*s || math.Abs(dy) > 20*s {
			t.Errorf("%+v: the label lies at %v, the end at (%.0f, %.0f)", v, at, x, y)
		}
	}
	p.Draw(testPicture(vision.Viewport{CentreX: 5000, CentreY: 75, Zoom: 1}, length))
	if len(p.texts()) != 0 {
		t.Errorf("out of sight it says %v", p.texts())
	}
	p.Draw(testPicture(views["1:1"], length))
	p.Draw(testPicture(views["1:1"]))
	if len(p.texts()) != 0 {
		t.Errorf("deleted, it says %v", p.texts())
	}
	p.Draw(Picture{Annotations: []Annotation{length}}) // no image
	if len(p.texts()) != 0 {
		t.Errorf("without an image it says %v", p.texts())
	}
}

// larger is the usual theme with letters twice as large.
type larger struct{ fyne.Theme }

func (l larger) Size(n fyne.ThemeSizeName) float32 { return 2 * l.Theme.Size(n) }

func TestLabelsFollowTheTextSize(t *testing.T) {
	p, _ := newTestPane(t, Intentions{})
	length := measured(marks.Length, "12.3 mm", marks.Point{X: 80, Y: 60}, marks.Point{X: 120, Y: 70})
	size := func() (size float64) {
		p.Draw(testPicture(views["1:1"], length))
		p.shown.labels[0].label(func(_ string, _, _ float64, s Style) { size = s.Size }, 1)
		return size
	}
	before := size()
	fyne.CurrentApp().Settings().SetTheme(larger{theme.DefaultTheme()})
	if after := size(); before == 0 || after != 2*before {
		t.Errorf("text went from %g to %g", before, after)
	}
}

// TestTextsAreKept: a text that stays the same is not set anew for the next frame, and one
// that is gone is let go of.
func TestTextsAreKept(t *testing.T) {
	p, w := newTestPane(t, Intentions{})
	var list []Annotation
	for i := range 10 {
		x := 20 * float64(i)
		list = append(list, measured(marks.Length, fmt.Sprint(i, " mm"), marks.Point{X: x, Y: 10}, marks.Point{X: x + 5, Y: 10 + 14*float64(i)}))
	}
	sprites := func() map[string]*image.RGBA {
		w.Canvas().Capture()
		m := map[string]*image.RGBA{}
		for key, s := range p.painter.(*rasterPainter).writing.kept {
			m[key.text] = s
		}
		return m
	}
	p.SetCorners(Corners{TopLeft: []string{"Doe^Jane"}})
	p.Draw(testPicture(views["1:1"], list...))
	before := sprites()
	p.SetCorners(Corners{TopLeft: []string{"Roe^Jane"}})
	p.Draw(testPicture(vision.Viewport{CentreX: 90, CentreY: 75, Zoom: 1}, list[3:]...))
	after := sprites()
	if after["Roe^Jane"] == nil || after["Doe^Jane"] != nil || after["1 mm"] != nil {
		t.Error("what is gone is kept, or what is there is not")
	}
	delete(after, "Roe^Jane")
	if len(after) < 5 {
		t.Fatalf("%d labels", len(after))
	}
	for text, s := range after {
		if before[text] != s {
			t.Errorf("%q was set anew", text)
		}
	}
}

// TestFiveHundredMarksInAPane: text stays bounded, whatever is on the image.
func TestFiveHundredMarksInAPane(t *testing.T) {
	p, w := newTestPane(t, Intentions{})
	picture := testPicture(vision.Viewport{CentreX: 1000, CentreY: 1200, Zoom: 0.2}, manyMarks(500)...)
	p.Draw(picture)
	if n := len(p.texts()); n == 0 || n > maxLabels {
		t.Errorf("%d labels", n)
	}
	w.Canvas().Capture()
	for _, l := range picture.Annotations {
		if len(l.Label) != 1 {
			t.Fatal("drawing changed what was drawn")
		}
	}
}

// TestLabelsAreSeen: the letters are painted, in the colour of their mark.
func TestLabelsAreSeen(t *testing.T) {
	p, w := newTestPane(t, Intentions{})
	p.Draw(testPicture(views["1:1"], measured(marks.Text, "Nodule?", marks.Point{X: 100, Y: 75})))
	img := w.Canvas().Capture()
	at := p.texts()["Nodule?"] // one unit is one pixel there
	n := 0
	for y := int(at.Y); y < int(at.Y)+16; y++ {
		for x := int(at.X); x < int(at.X)+60; x++ {
			if c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA); c.R > 150 && c.G > 150 && c.B < 120 {
				n++ // yellow, which nothing else there is
			}
		}
	}
	if n < 20 {
		t.Errorf("%d pixels of letters", n)
	}
}

// TestPointerTellsTools: what Fyne tells of the pointer becomes presses, drags and
// releases in pairs, with parts of pixels.
func TestPointerTellsTools(t *testing.T) {
	var said []string
	tell := func(what string) func(Pointer) {
		return func(at Pointer) {
			said = append(said, fmt.Sprintf("%s %d %g,%g %g,%g", what, at.Button, at.X, at.Y, at.DX, at.DY))
		}
	}
	p, _ := newTestPane(t, Intentions{Pressed: tell("press"), Dragged: tell("drag"), Released: tell("release"), Moved: tell("move")})
	at := func(b desktop.MouseButton, x, y float32) *desktop.MouseEvent {
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Button: b}
	}
	drag := func(x, y, dx, dy float32) *fyne.DragEvent {
		return &fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Dragged: fyne.NewDelta(dx, dy)}
	}
	const left, right = desktop.MouseButtonPrimary, desktop.MouseButtonSecondary
	for name, c := range map[string]struct {
		do   func()
		want []string
	}{
		"click":                  {func() { p.MouseDown(at(left, 10.5, 20.25)); p.MouseUp(at(left, 11, 20.25)) }, []string{"press 1 10.5,20.25 0,0", "release 1 11,20.25 0,0"}},
		"drag out of the window": {func() { p.MouseDown(at(left, 10, 20)); p.Dragged(drag(-900, 20, -910, 0)); p.DragEnd() }, []string{"press 1 10,20 0,0", "drag 1 -900,20 -910,0", "release 1 -900,20 0,0"}},
		"release and end":        {func() { p.MouseDown(at(left, 1, 2)); p.MouseUp(at(left, 1, 2)); p.DragEnd() }, []string{"press 1 1,2 0,0", "release 1 1,2 0,0"}},
		"release without press":  {func() { p.MouseUp(at(left, 1, 2)); p.DragEnd() }, nil},
		"hover":                  {func() { p.MouseMoved(at(0, 3, 4)) }, []string{"move 0 3,4 0,0"}},
		"right drag":             {func() { p.MouseDown(at(right, 1, 2)); p.MouseMoved(at(right, 4, 6)); p.MouseUp(at(right, 4, 6)) }, []string{"press 2 1,2 0,0", "drag 2 4,6 3,4", "release 2 4,6 0,0"}},
		"right drag out":         {func() { p.MouseDown(at(right, 1, 2)); p.MouseOut(); p.MouseMoved(at(0, 4, 6)) }, []string{"press 2 1,2 0,0", "release 2 1,2 0,0", "move 0 4,6 0,0"}},
		"another button meanwhile": {func() {
			p.MouseDown(at(left, 1, 2))
			p.MouseDown(at(right, 3, 4))
			p.MouseUp(at(left, 5, 6))
			p.MouseUp(at(right, 7, 8))
		}, []string{"press 1 1,2 0,0", "release 1 1,2 0,0", "press 2 3,4 0,0", "release 2 7,8 0,0"}},
		"lost release, next press":  {func() { p.MouseDown(at(left, 1, 2)); p.MouseDown(at(left, 3, 4)); p.MouseUp(at(left, 3, 4)) }, []string{"press 1 1,2 0,0", "release 1 1,2 0,0", "press 1 3,4 0,0", "release 1 3,4 0,0"}},
		"a drag that had no button": {func() { p.Dragged(drag(5, 6, 1, 1)); p.DragEnd() }, []string{"drag 1 5,6 1,1"}},
	} {
		said = nil
		c.do()
		if !slices.Equal(said, c.want) {
			t.Errorf("%s: %q, want %q", name, said, c.want)
		}
	}
	p.SetCursor(desktop.TextCursor)
	if p.Cursor() != desktop.TextCursor {
		t.Error("the cursor stays as it was")
	}
}
