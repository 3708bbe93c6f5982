package app

import (
	"image"
	"testing"

	"lightbox/app/marks"
	"lightbox/vision"
)

// openStack opens n slices and waits for all panes.
func (d *desk) openStack(n int) {
	d.t.Helper()
	folder := series(d.t, n)
	d.do(func(s *Session) { sized(s, image.Pt(200, 160)); s.Open(folder) })
	d.until("the stack", func(st *State) bool { return settled(st) && st.Frames() == n && showing(st) == 0 })
}

// shown is the slice that each pane shows.
func shown(st *State) (out []int) {
	for _, p := range st.Panes {
		n := -1
		if p.Scan != nil {
			n = p.Scan.Stored.Value(0, 0, 0)
		}
		out = append(out, n)
	}
	return out
}

func all(list []int, want int) bool {
	for _, n := range list {
		if n != want {
			return false
		}
	}
	return true
}

// Each of the five switches links what it says, and nothing else.
func TestFiveSwitchesLinkPanes(t *testing.T) {
	type look struct {
		frame           int
		zoom, x, window float64
		inImage         bool
	}
	of := func(p *Pane) look {
		_, w := p.VOI.Window()
		return look{p.Frame, p.Viewport.Zoom, p.Viewport.CentreX, w, p.InImage}
	}
	for name, test := range map[string]struct {
		links   Links
		follows look // 1 where the other panes follow
	}{
		"all":    {AllLinks, look{1, 1, 1, 1, true}},
		"none":   {Links{}, look{}},
		"scroll": {Links{Scroll: true}, look{frame: 1}},
		"zoom":   {Links{Zoom: true}, look{zoom: 1}},
		"pan":    {Links{Pan: true}, look{x: 1}},
		"window": {Links{Window: true}, look{window: 1}},
		"cursor": {Links{Cursor: true}, look{inImage: true}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.openStack(10)
			d.do(func(s *Session) { s.SetLinks(test.links) })
			var before look
			d.do(func(s *Session) {
				before = of(s.State().Panes[2])
				s.SetWindow(50, 77)
				s.ZoomTo(12, s.State().Centre())
				s.PanBy(-30, 0)
				s.ScrollBy(4)
				s.SetCursor(0, image.Pt(100, 80), true)
			})
			d.until("slice 4", func(st *State) bool { return showing(st) == 4 && st.Settled() })
			d.do(func(s *Session) {
				active, other := of(s.State().Panes[0]), of(s.State().Panes[2])
				check := func(what string, follows bool, was, is, leader float64) {
					want := was
					if follows {
						want = leader
					}
					if is != want {
						t.Errorf("%s: %g, want %g (before %g)", what, is, want, was)
					}
				}
				f := test.follows
				check("frame", f.frame == 1, float64(before.frame), float64(other.frame), float64(active.frame))
				check("zoom", f.zoom == 1, before.zoom, other.zoom, active.zoom)
				check("position", f.x == 1, before.x, other.x, active.x)
				check("window", f.window == 1, before.window, other.window, active.window)
				// A pane that shows another slice has no pixel that is the same.
				if want := f.inImage || name == "all"; other.inImage != want {
					t.Errorf("cursor in the other pane: %v, want %v", other.inImage, want)
				}
			})
		})
	}
}

// Panes that are not linked show slices of their own, each with its views.
func TestUnlinkedPanesScrollAlone(t *testing.T) {
	d := newDesk(t)
	d.openStack(10)
	d.do(func(s *Session) { s.SetLinks(Links{}); s.ScrollTo(3); s.Activate(2); s.ScrollTo(8) })
	d.until("3, 0 and 8", func(st *State) bool {
		g := shown(st)
		return st.Settled() && g[0] == 3 && g[1] == 0 && g[2] == 8
	})
	d.do(func(s *Session) {
		p := s.State().Panes[2]
		if got := p.Filtered().Pyramid.Base.Pix[0]; got != 8 {
			t.Errorf("the blurred pane shows the filter of slice %d", got)
		}
		s.SetLinks(AllLinks)
		s.ScrollBy(1)
	})
	d.until("9 everywhere", func(st *State) bool { return all(shown(st), 9) && st.Settled() })
}

func TestLayouts(t *testing.T) {
	d := newDesk(t)
	d.openStack(6)
	d.do(func(s *Session) { s.ScrollTo(2) })
	for _, l := range []Layout{LayoutQuad, LayoutLarge, LayoutCompare, LayoutThree} {
		d.do(func(s *Session) { s.SetLayout(l); sized(s, image.Pt(150, 150)) })
		d.until(string(l), func(st *State) bool { return st.Settled() && all(shown(st), 2) })
		d.do(func(s *Session) {
			st := s.State()
			if len(st.Panes) != len(layoutViews[l]) || st.Pane != st.Panes[st.Active] {
				t.Errorf("%s: %d panes, active %d", l, len(st.Panes), st.Active)
			}
			for i, p := range st.Panes {
				if p.View != layoutViews[l][i] || p.Picture() == nil {
					t.Errorf("%s, pane %d: %s, picture %v", l, i, p.View, p.Picture() != nil)
				}
			}
		})
	}
	// The layout comes back with the next study of this modality.
	d.do(func(s *Session) { s.SetLayout(LayoutQuad); s.SetView(1, vision.ViewSobel); s.Open(series(t, 2)) })
	d.until("the next study", func(st *State) bool { return settled(st) && st.Frames() == 2 })
	d.do(func(s *Session) {
		if st := s.State(); st.Layout != LayoutQuad || st.Panes[1].View != vision.ViewSobel {
			t.Errorf("opened in %s with %s", st.Layout, st.Panes[1].View)
		}
		s.Open(write(t, "film.dcm", radiograph()))
	})
	d.until("a film", func(st *State) bool { return settled(st) && st.Frames() == 1 })
	d.do(func(s *Session) {
		if s.State().Layout != LayoutThree {
			t.Errorf("the film is shown in %s", s.State().Layout)
		}
	})
}

// Each screen has its layouts; where none is remembered, the panes stay, or lie as on a
// screen that was not known.
func TestLayoutsByMonitor(t *testing.T) {
	d := newDesk(t)
	is := func(what string, want Layout, view vision.ViewKind) {
		t.Helper()
		d.do(func(s *Session) {
			if st := s.State(); st.Layout != want || st.Panes[1].View != view {
				t.Errorf("%s: %s with %s, want %s with %s", what, st.Layout, st.Panes[1].View, want, view)
			}
		})
	}
	d.do(func(s *Session) { s.UseMonitor("left") })
	d.openStack(6)
	d.do(func(s *Session) { s.SetLayout(LayoutLarge); s.UseMonitor("right") })
	is("nothing remembered on the right", LayoutLarge, vision.ViewGray)
	d.do(func(s *Session) { s.SetLayout(LayoutQuad); s.SetView(1, vision.ViewSobel); s.UseMonitor("left") })
	is("left", LayoutLarge, vision.ViewGray)
	d.do(func(s *Session) { s.UseMonitor("right") })
	is("right", LayoutQuad, vision.ViewSobel)
	d.do(func(s *Session) { s.Undo() })
	is("right, undone", LayoutLarge, vision.ViewGray)
	d.do(func(s *Session) { s.UseMonitor("left"); s.UseMonitor("right") })
	is("right, after an undo", LayoutQuad, vision.ViewSobel)
	d.do(func(s *Session) { s.SetLayout(LayoutCompare); s.UseMonitor("left") })
	is("comparing", LayoutCompare, vision.ViewOriginal)
	d.do(func(s *Session) { s.Open(series(t, 2)) })
	d.until("the next study", func(st *State) bool { return settled(st) && st.Frames() == 2 })
	is("the next study, left", LayoutLarge, vision.ViewGray)
	d.do(func(s *Session) { s.UseMonitor(""); s.SetLayout(LayoutQuad); s.UseMonitor("new"); s.Open(series(t, 3)) })
	d.until("another", func(st *State) bool { return settled(st) && st.Frames() == 3 })
	is("a new monitor", LayoutQuad, vision.ViewGray)
}

// Comparing, a stack is chosen for the active pane alone.
func TestCompareTwoStacks(t *testing.T) {
	d := newDesk(t)
	a, b := series(t, 8), write(t, "film.dcm", radiograph())
	d.do(func(s *Session) { s.OpenAll([]string{a, b}) })
	d.until("both", func(st *State) bool { return settled(st) && len(st.Stacks) == 2 && !st.Indexing })
	d.do(func(s *Session) {
		s.SetLayout(LayoutCompare)
		sized(s, image.Pt(200, 160))
		s.Activate(1)
		s.SelectStack(1 - s.State().StackIndex)
	})
	d.until("two stacks side by side", func(st *State) bool {
		return settled(st) && st.Panes[0].Scan != nil && st.Panes[1].Scan != nil && st.Panes[0].Stack() != st.Panes[1].Stack()
	})
	d.do(func(s *Session) {
		st := s.State()
		if st.Reading.Status != Result && st.Reading.Status != Refused {
			t.Errorf("the reading of the active pane: %v", st.Reading.Status)
		}
		if st.IsRead(st.Panes[0]) || !st.IsRead(st.Panes[1]) {
			t.Error("the reading is told of the wrong pane")
		}
		before := st.Panes[0].VOI
		s.SetWindow(1, 2)
		if st.Panes[0].VOI != before {
			t.Error("the window of a film went to a CT")
		}
		s.SetLayout(LayoutThree)
	})
	d.until("the views of the active one", func(st *State) bool { return settled(st) && all([]int{len(st.Panes)}, 3) })
	d.do(func(s *Session) {
		for i, p := range s.State().Panes {
			if p.Stack() != s.State().Stack() {
				t.Errorf("pane %d shows another stack", i)
			}
		}
	})
}

func TestUndoAndRedo(t *testing.T) {
	d := newDesk(t)
	d.openStack(6)
	d.do(func(s *Session) {
		st := s.State()
		first := s.remembered("")
		s.DragWindow(10, 0, 1) // one drag, in parts
		s.DragWindow(10, 0, 1)
		s.EndGesture()
		s.ZoomBy(2, st.Centre())
		s.ToggleInvert()
		s.SetView(1, vision.ViewMedian)
		if err := s.SetBlur(vision.Blur{Kernel: 9}); err != nil {
			t.Error(err)
		}
		s.SetLinks(Links{Scroll: true})
		s.AddMark(marks.Mark{Kind: marks.Length, Points: []marks.Point{{X: 1, Y: 1}, {X: 5, Y: 1}}})
		s.ToggleKey()
		last := s.remembered("")
		var steps []Step
		for {
			step, ok := s.CanUndo()
			if !ok {
				break
			}
			steps = append(steps, step)
			s.Undo()
		}
		want := []Step{StepKey, StepMeasure, StepLinks, StepFilter, StepView, StepInvert, StepPlace, StepWindow}
		if len(steps) != len(want) {
			t.Fatalf("steps %v, want %v", steps, want)
		}
		for i := range want {
			if steps[i] != want[i] {
				t.Errorf("step %d is %q, want %q", i, steps[i], want[i])
			}
		}
		if !first.same(s.remembered("")) {
			t.Errorf("all undone gives %+v, want %+v", s.remembered(""), first)
		}
		for range steps {
			s.Redo()
		}
		if !last.same(s.remembered("")) {
			t.Errorf("all done again gives %+v, want %+v", s.remembered(""), last)
		}
		s.Undo()
		s.ToggleInvert() // something else: what was undone is gone
		if _, ok := s.CanRedo(); ok {
			t.Error("a change leaves what could be done again")
		}
		s.Redo() // nothing
	})
}

// A layout comes back with what its panes showed.
func TestUndoingALayoutBringsThePanesBack(t *testing.T) {
	d := newDesk(t)
	a, b := series(t, 8), write(t, "film.dcm", radiograph())
	d.do(func(s *Session) { s.OpenAll([]string{a, b}) })
	d.until("both", func(st *State) bool { return settled(st) && len(st.Stacks) == 2 && !st.Indexing })
	var second string
	d.do(func(s *Session) {
		s.SetLayout(LayoutCompare)
		sized(s, image.Pt(200, 160))
		s.Activate(1)
		s.SelectStack(1 - s.State().StackIndex)
	})
	d.until("two stacks", func(st *State) bool { return settled(st) && st.Panes[0].Stack() != st.Panes[1].Stack() })
	d.do(func(s *Session) {
		s.SetWindow(33, 44)
		second = s.State().Panes[1].Stack().ID()
		s.SetLayout(LayoutThree)
		s.Undo()
	})
	d.until("two stacks again", func(st *State) bool { return settled(st) && len(st.Panes) == 2 && st.Panes[1].Scan != nil })
	d.do(func(s *Session) {
		p := s.State().Panes[1]
		if c, w := p.VOI.Window(); p.Stack().ID() != second || c != 33 || w != 44 {
			t.Errorf("pane 1 shows %q with W %g L %g", p.Stack().ID(), w, c)
		}
	})
}

// Undoing a mark of another slice goes there: what changes out of sight is not
// noticed.
func TestUndoGoesToTheMark(t *testing.T) {
	d := newDesk(t)
	d.openStack(6)
	d.do(func(s *Session) { s.ScrollTo(3) })
	d.until("slice 3", func(st *State) bool { return all(shown(st), 3) && st.Settled() })
	d.do(func(s *Session) {
		s.AddMark(marks.Mark{Kind: marks.Text, Points: []marks.Point{{X: 3, Y: 3}}, Name: "here"})
		m := *s.State().Mark(s.State().Selected)
		m.Name = "there"
		s.ChangeMark(m)
		s.ScrollTo(0)
	})
	d.until("slice 0", func(st *State) bool { return all(shown(st), 0) && st.Settled() })
	d.do(func(s *Session) {
		if len(s.State().Marks(s.State().Pane)) != 0 {
			t.Error("the mark is on all slices")
		}
		s.Undo()
	})
	d.until("slice 3 again", func(st *State) bool { return all(shown(st), 3) && st.Settled() })
	d.do(func(s *Session) {
		if list := s.State().Marks(s.State().Pane); len(list) != 1 || list[0].Name != "here" {
			t.Errorf("marks %+v", list)
		}
		s.RemoveAllMarks()
		s.Undo()
		if list := s.State().Marks(s.State().Pane); len(list) != 1 {
			t.Errorf("after undoing the removal: %+v", list)
		}
	})
}
