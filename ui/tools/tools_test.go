package tools

import (
	"math"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lightbox/app/marks"
	"lightbox/assets"
)

// scene is a tool, what a reader does with it, and what must come of it.
type scene struct {
	name    string
	tool    Kind
	steps   []step
	want    []string
	preview string // what is shown at the end; empty for nothing
}

func (s *scene) play(t *testing.T, f *fake) {
	t.Helper()
	h := New(f)
	h.Take(s.tool)
	f.said = nil
	for _, do := range s.steps {
		do(h)
	}
	if !slices.Equal(f.said, s.want) {
		t.Errorf("%s, %s:\n got %q\nwant %q", s.tool, s.name, f.said, s.want)
	}
	shown := ""
	if f.preview != nil {
		shown = written(f.preview.Points...)
	}
	if shown != s.preview {
		t.Errorf("%s, %s: shows %q, want %q", s.tool, s.name, shown, s.preview)
	}
}

const left, middle, right = desktop.MouseButtonPrimary, desktop.MouseButtonTertiary, desktop.MouseButtonSecondary

// TestViewing: drags and wheel do what they did before there were tools.
func TestViewing(t *testing.T) {
	const none, ctrl, shift = fyne.KeyModifier(0), fyne.KeyModifierControl, fyne.KeyModifierShift
	for _, s := range []scene{
		{name: "drag", tool: Window, steps: []step{press(1, 1), moving(left, 3, -4, none), release(1, 1)}, want: []string{"window 3,-4 ×1"}},
		{name: "fast", tool: Window, steps: []step{moving(left, 3, -4, ctrl)}, want: []string{"window 3,-4 ×4"}},
		{name: "fine", tool: Window, steps: []step{moving(left, 3, -4, shift)}, want: []string{"window 3,-4 ×0.25"}},
		{name: "no button", tool: Window, steps: []step{moving(0, 3, -4, none)}},
		{name: "no movement", tool: Window, steps: []step{moving(left, math.NaN(), 1, none), moving(left, 1, math.Inf(1), none)}},
		{name: "100 pixels down double, about where it began", tool: Zoom, steps: []step{press(7, 8), moving(left, 5, 100, none), moving(left, 5, -50, none), release(9, 9)}, want: []string{"zoom 2 at (14,16)", "zoom 0.7071 at (14,16)"}},
		{name: "without a press", tool: Zoom, steps: []step{moving(left, 0, 100, none)}, want: []string{"zoom 2 at (20,40)"}},
		{name: "far too far", tool: Zoom, steps: []step{moving(left, 0, 9e4, none)}, want: []string{"zoom 1024 at (20,40)"}},
		{name: "drag", tool: Pan, steps: []step{press(1, 1), moving(left, 3, -4, none), release(1, 1), release(1, 1)}, want: []string{"pan 3,-4"}},
		{name: "20 images: 20 pixels each", tool: Scroll, steps: []step{press(1, 1), moving(left, 0, 15, none), moving(left, 0, 15, none), moving(left, 0, -35, none)}, want: []string{"scroll 1", "scroll -1"}},
		{name: "a new drag begins at nothing", tool: Scroll, steps: []step{press(1, 1), moving(left, 0, 15, none), release(1, 1), press(1, 1), moving(left, 0, 15, none)}},
		{name: "glass", tool: Magnifier, steps: []step{hover(1, 1), press(1, 2), drag(3, 4), release(3, 4), drag(5, 6), release(5, 6)}, want: []string{"magnify (2,4)", "magnify (6,8)", "magnify no more"}},
		{name: "glass, given up", tool: Magnifier, steps: []step{press(1, 2), key(fyne.KeyEscape), drag(3, 4), release(3, 4)}, want: []string{"magnify (2,4)", "magnify no more"}},
		{name: "glass, other tool", tool: Magnifier, steps: []step{press(1, 2), take(Pan)}, want: []string{"magnify (2,4)", "magnify no more"}},
		{name: "place", tool: CrossHair, steps: []step{press(1.5, 2.25), drag(900, -7), release(900, -7), drag(4, 4), hover(5, 5)}, want: []string{"cross (1.5 2.25)", "cross (200 0)"}},
		{name: "middle button pans", tool: Length, steps: []step{moving(middle, 3, 4, none)}, want: []string{"pan 3,4"}},
		{name: "right button zooms", tool: Length, steps: []step{moving(right, 3, 100, none)}, want: []string{"zoom 2 at (20,40)"}},
	} {
		s.play(t, &fake{frames: 20})
	}
	one := scene{name: "one image", tool: Scroll, steps: []step{moving(left, 0, 50, 0)}}
	one.play(t, &fake{frames: 1})
	many := scene{name: "3 pixels at least", tool: Scroll, steps: []step{moving(left, 0, 9, 0)}, want: []string{"scroll 3"}}
	many.play(t, &fake{frames: 5000})
	empty := scene{name: "no image", tool: CrossHair, steps: []step{press(1, 1)}}
	empty.play(t, &fake{empty: true})
}

func TestWheel(t *testing.T) {
	wheel := func(notches float64, m fyne.KeyModifier) step {
		return func(h *Hand) { h.Wheel(notches, m&fyne.KeyModifierShortcutDefault != 0, event(5, 6).Screen) }
	}
	for _, s := range []struct {
		frames int
		scene  scene
	}{
		{20, scene{name: "parts of a notch add up", tool: Pan, steps: []step{wheel(-0.5, 0), wheel(-0.75, 0), wheel(2, 0)}, want: []string{"scroll 1", "scroll -1"}}},
		{20, scene{name: "Ctrl zooms", tool: Pan, steps: []step{wheel(2, fyne.KeyModifierShortcutDefault)}, want: []string{"zoom 1.562 at (10,12)"}}},
		{1, scene{name: "one image zooms", tool: Pan, steps: []step{wheel(-1, 0)}, want: []string{"zoom 0.8 at (10,12)"}}},
		{1, scene{name: "no number", tool: Pan, steps: []step{wheel(math.NaN(), 0), wheel(math.Inf(1), 0)}}},
	} {
		s.scene.play(t, &fake{frames: s.frames})
	}
}

// TestMarksAreMade: every tool makes its mark by clicks and by drags.
func TestMarksAreMade(t *testing.T) {
	sh := func(method func(*Hand, Event), x, y float64) step { return with(shift, method, x, y) }
	for _, s := range []scene{
		{name: "clicks", tool: Length, steps: []step{click(10, 20), hover(15, 25), click(30.25, 40.5)}, want: []string{"add length (10 20)(30.25 40.5)"}},
		{name: "drag", tool: Length, steps: []step{press(10, 20), drag(20, 30), drag(30.25, 40.5), release(30.25, 40.5)}, want: []string{"add length (10 20)(30.25 40.5)"}},
		{name: "in the middle", tool: Length, steps: []step{click(10, 20), hover(15, 25)}, preview: "(10 20)(15 25)"},
		{name: "out of the window", tool: Length, steps: []step{press(10, 20), drag(900, -900), release(900, -900)}, want: []string{"add length (10 20)(200 0)"}},
		{name: "begun far from the image", tool: Length, steps: []step{click(-50, 20)}},
		{name: "begun at its edge", tool: Length, steps: []step{click(-1, 20), click(50, 20)}, want: []string{"add length (0 20)(50 20)"}},
		{name: "second click moves until it is released", tool: Length, steps: []step{click(10, 20), press(30, 40), drag(50, 60), release(50, 60)}, want: []string{"add length (10 20)(50 60)"}},
		{name: "level with Shift", tool: Length, steps: []step{press(10, 20), sh((*Hand).Drag, 60, 27), sh((*Hand).Release, 60, 27)}, want: []string{"add length (10 20)(60 20)"}},
		{name: "upright with Shift", tool: Length, steps: []step{press(10, 90), sh((*Hand).Drag, 13, 30), sh((*Hand).Release, 13, 30)}, want: []string{"add length (10 90)(10 30)"}},
		{name: "aslant with Shift, within the image", tool: Length, steps: []step{press(10, 60), sh((*Hand).Drag, 110, 170), sh((*Hand).Release, 110, 170)}, want: []string{"add length (10 60)(50 100)"}},
		{name: "square with Shift", tool: Rectangle, steps: []step{press(10, 20), sh((*Hand).Drag, 40, 25), sh((*Hand).Release, 40, 25)}, want: []string{"add rectangle (10 20)(40 50)"}},
		{name: "square to the left and up, within the image", tool: Ellipse, steps: []step{press(150, 30), sh((*Hand).Drag, 90, 10), sh((*Hand).Release, 90, 10)}, want: []string{"add ellipse (150 30)(120 0)"}},
		{name: "clicks", tool: Ellipse, steps: []step{click(10, 20), click(50, 40)}, want: []string{"add ellipse (10 20)(50 40)"}},
		{name: "no box without height", tool: Rectangle, steps: []step{press(10, 20), drag(50, 20), release(50, 20)}, preview: "(10 20)"},
		{name: "clicks", tool: Angle, steps: []step{click(10, 10), click(50, 10), click(10, 60), click(50, 80)}, want: []string{"add angle (10 10)(50 10)(10 60)(50 80)"}},
		{name: "drags", tool: Cobb, steps: []step{press(10, 10), drag(50, 10), release(50, 10), press(10, 60), drag(50, 80), release(50, 80)}, want: []string{"add cobb (10 10)(50 10)(10 60)(50 80)"}},
		{name: "drag and clicks", tool: Angle, steps: []step{press(10, 10), drag(50, 10), release(50, 10), click(10, 60), click(50, 80)}, want: []string{"add angle (10 10)(50 10)(10 60)(50 80)"}},
		{name: "clicks", tool: CTR, steps: []step{click(80, 60), click(140, 70), click(40, 80), click(160, 80)}, want: []string{"add ctr (80 60)(140 70)(40 80)(160 80)"}},
		{name: "clicks", tool: Region, steps: []step{click(10, 20), click(50, 40)}, want: []string{"region (10 20)(50 40)"}},
		{name: "drag", tool: Region, steps: []step{press(10, 20), drag(50, 40), release(50, 40)}, want: []string{"region (10 20)(50 40)"}},
		{name: "double click closes", tool: Polygon, steps: []step{click(10, 10), click(50, 10), hover(60, 60), click(50, 50), click(50, 50)}, want: []string{"add polygon (10 10)(50 10)(50 50)"}},
		{name: "the first one closes", tool: Polygon, steps: []step{click(10, 10), click(50, 10), click(50, 50), hover(12, 12), click(11, 11)}, want: []string{"add polygon (10 10)(50 10)(50 50)"}},
		{name: "Enter closes", tool: Polygon, steps: []step{click(10, 10), click(50, 10), key(fyne.KeyReturn), click(50, 50), key(fyne.KeyEnter)}, want: []string{"add polygon (10 10)(50 10)(50 50)"}},
		{name: "Backspace", tool: Polygon, steps: []step{click(10, 10), click(50, 10), click(99, 99), key(fyne.KeyBackspace), click(50, 50), click(50, 50)}, want: []string{"add polygon (10 10)(50 10)(50 50)"}},
		{name: "Backspace to nothing", tool: Polygon, steps: []step{click(10, 10), key(fyne.KeyBackspace), key(fyne.KeyBackspace)}},
		{name: "a corner is dragged", tool: Polygon, steps: []step{click(10, 10), press(50, 10), drag(70, 300), release(70, 300), click(10, 50)}, preview: "(10 10)(70 100)(10 50)"},
		{name: "double click at once", tool: Polygon, steps: []step{click(10, 10), click(10, 10)}, preview: "(10 10)"},
		{name: "Backspace takes a point back", tool: Angle, steps: []step{click(10, 10), click(50, 10), key(fyne.KeyBackspace), click(60, 10)}, preview: "(10 10)(60 10)"},
	} {
		s.play(t, &fake{})
	}
}

// TestOddSequences: what no hand does, and programs do.
func TestOddSequences(t *testing.T) {
	nan := math.NaN()
	for _, kind := range Kinds {
		for _, s := range []scene{
			{name: "release without press", steps: []step{release(10, 10), release(10, 10)}},
			{name: "no numbers", steps: []step{press(nan, 1), drag(1, nan), release(nan, nan), hover(math.Inf(1), 2)}},
			{name: "given up before it began", steps: []step{key(fyne.KeyEscape), key(fyne.KeyDelete), key(fyne.KeyBackspace)}},
			{name: "hover", steps: []step{hover(10, 10), hover(20, 20)}},
		} {
			s.tool = kind
			s.play(t, &fake{})
		}
	}
	for _, kind := range []Kind{Length, Angle, Cobb, CTR, Ellipse, Rectangle, Arrow, Reference, Region} {
		for _, s := range []scene{
			{name: "drag without press", steps: []step{drag(10, 10), drag(50, 50), release(50, 50)}},
			{name: "double press", steps: []step{press(10, 20), press(10, 20), release(10, 20)}, preview: "(10 20)"},
			{name: "double click", steps: []step{click(10, 20), click(10, 20)}, preview: "(10 20)"},
			{name: "Esc in the middle of a drag", steps: []step{press(10, 20), drag(40, 50), key(fyne.KeyEscape), drag(60, 60), release(60, 60)}},
			{name: "Esc between clicks", steps: []step{click(10, 20), hover(30, 30), key(fyne.KeyEscape), hover(40, 40)}},
			{name: "another tool in the middle", steps: []step{click(10, 20), take(Pan)}},
			{name: "another tool in a drag", steps: []step{press(10, 20), drag(40, 50), take(Pan), release(40, 50)}},
			{name: "another frame in a drag", steps: []step{press(10, 20), with(otherFrame, (*Hand).Drag, 40, 50), release(40, 50)}},
			{name: "another frame between clicks", steps: []step{click(10, 20), with(otherFrame, (*Hand).Hover, 40, 50), with(otherFrame, (*Hand).Press, 40, 50)}, preview: "(40 50)"},
			{name: "no numbers in the middle", steps: []step{click(10, 20), press(nan, nan), drag(nan, 3), hover(nan, 4)}, preview: "(10 20)"},
			{name: "the middle button in the middle", steps: []step{click(10, 20), moving(middle, 3, 4, 0)}, want: []string{"pan 3,4"}, preview: "(10 20)"},
			{name: "a drag back to where it began", steps: []step{press(10, 20), drag(50, 60), drag(10, 20), release(10, 20)}, preview: "(10 20)"},
		} {
			s.tool = kind
			s.play(t, &fake{})
		}
		none := scene{name: "no image", tool: kind, steps: []step{click(10, 20), click(50, 60)}}
		none.play(t, &fake{empty: true})
	}
	lost := scene{name: "a release that never came", tool: Length, steps: []step{press(10, 20), press(50, 60), press(70, 80)}, want: []string{"add length (10 20)(50 60)"}, preview: "(70 80)"}
	lost.play(t, &fake{})
}

// TestUnitsThatAreNone: without a size of the hand a pixel is one.
func TestUnitsThatAreNone(t *testing.T) {
	for _, unit := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		bad := func(e *Event) { e.Unit = unit }
		s := scene{name: "drag", tool: Length, steps: []step{with(bad, (*Hand).Press, 10, 20), with(bad, (*Hand).Drag, 50, 60), with(bad, (*Hand).Release, 50, 60)}, want: []string{"add length (10 20)(50 60)"}}
		s.play(t, &fake{})
	}
}

// TestEveryToolSaysWhatItIs: name, icon and next step, of all tools and all steps.
func TestEveryToolSaysWhatItIs(t *testing.T) {
	h := New(&fake{})
	names := map[Prompt]bool{}
	for _, k := range Kinds {
		a, ok := h.AboutTool(k)
		if !ok || a.Name == "" || a.Next == "" || a.Icon == "" || a.Cursor == nil || names[a.Name] {
			t.Errorf("%s says %+v", k, a)
		}
		names[a.Name] = true
		if assets.ToolIcon(a.Icon) == nil {
			t.Errorf("%s has no icon %q", k, a.Icon)
		}
	}
	if len(names) != len(makeTools(&fake{})) {
		t.Error("Kinds lacks a tool")
	}
	for k, p := range pointedKinds {
		if n, more := marks.Kind(k).Needs(); n != len(p.prompts) || more {
			t.Errorf("%s has %d prompts for %d points", k, len(p.prompts), n)
		}
	}
	h.Take(CTR)
	var said []Prompt
	for i := range 4 {
		said = append(said, h.About().Next)
		click(20+20*float64(i), 50)(h)
	}
	if !slices.Equal(said, []Prompt{ctrFirst, ctrSecond, ctrThird, ctrFourth}) || h.About().Next != ctrFirst {
		t.Errorf("the points of the ratio are asked for by %q", said)
	}
	h.Take("no such tool")
	if h.Kind() != CTR {
		t.Error("took a tool that there is not")
	}
}
