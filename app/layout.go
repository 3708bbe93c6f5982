package app

import (
	"cmp"
	"slices"

	"lightbox/vision"
)

// Layout is how the panes lie in the window.
type Layout string

// The layouts.
const (
	LayoutThree   Layout = "three"   // the views beside each other
	LayoutLarge   Layout = "large"   // one large pane, the others as a strip
	LayoutQuad    Layout = "quad"    // two rows of two
	LayoutCompare Layout = "compare" // two stacks beside each other
)

// Layouts are all layouts in the order in which they are offered.
var Layouts = []Layout{LayoutThree, LayoutLarge, LayoutQuad, LayoutCompare}

// layoutViews are what the panes of a layout show at first.
var layoutViews = map[Layout][]vision.ViewKind{
	LayoutThree:   {vision.ViewOriginal, vision.ViewGray, vision.ViewGaussian},
	LayoutLarge:   {vision.ViewOriginal, vision.ViewGray, vision.ViewGaussian},
	LayoutQuad:    {vision.ViewOriginal, vision.ViewGray, vision.ViewGaussian, vision.ViewUnsharp},
	LayoutCompare: {vision.ViewOriginal, vision.ViewOriginal},
}

// Independent tells that the panes of a layout show stacks of their own: choosing
// one changes the active pane alone.
func (l Layout) Independent() bool { return l == LayoutCompare }

// Links are the switches that have the panes move together.
type Links struct{ Scroll, Zoom, Pan, Window, Cursor bool }

// AllLinks has everything linked.
var AllLinks = Links{true, true, true, true, true}

// SetLinks changes what is linked.
func (s *Session) SetLinks(l Links) {
	if l != s.state.Links {
		s.EndGesture()
		if l.Scroll && !s.state.Links.Scroll {
			s.anchor()
		}
		s.do(StepLinks, func() { s.state.Links = l })
		s.publish(LinksChanged)
		s.followCursor()
	}
}

// Activate makes a pane the active one.
func (s *Session) Activate(i int) {
	st := &s.state
	if i < 0 || i >= len(st.Panes) || i == st.Active {
		return
	}
	st.Active, st.Pane = i, st.Panes[i]
	if st.stack != nil {
		st.Rate = rateOf(st.stack)
	}
	s.load()
	s.publish(ActiveChanged)
	s.attend()
}

// SetView has a pane show another view of its frame.
func (s *Session) SetView(i int, view vision.ViewKind) {
	st := &s.state
	if i < 0 || i >= len(st.Panes) || st.Panes[i].View == view {
		return
	}
	s.EndGesture()
	s.do(StepView, func() { st.Panes[i].View = view })
	s.keepLayout()
	s.publish(ViewsChanged)
	s.startFilter()
}

// SetLayout lays the panes out in another way. Those that were there stay what
// they are as far as there is room; new ones show what the active one does.
func (s *Session) SetLayout(l Layout) {
	views, ok := layoutViews[l]
	if !ok || l == s.state.Layout {
		return
	}
	s.layOut(l, views)
	s.keepLayout()
}

// layOut lays the panes out as one step that can be undone.
func (s *Session) layOut(l Layout, views []vision.ViewKind) {
	s.EndGesture()
	s.do(StepLayout, func() { s.arrange(l, views) })
	s.anchor()
	s.pin()
	s.publish(LayoutChanged)
	s.startFilter()
	s.attend()
}

// arrange makes the panes of a layout. What was compared gives way to the views of
// the stack in the active pane, and the other way round.
func (s *Session) arrange(l Layout, views []vision.ViewKind) {
	st := &s.state
	before, afresh := st.Panes, l.Independent() || st.Layout.Independent()
	st.Layout, st.Panes = l, nil
	for i, view := range views {
		p := newPane(view)
		switch {
		case i < len(before) && !afresh:
			p = before[i]
			p.View = view
		case i == 0:
			*p = *st.Pane
			p.View = view
		default:
			s.fill(p, st.Pane)
		}
		st.Panes = append(st.Panes, p)
	}
	st.Active = min(st.Active, len(st.Panes)-1)
	if afresh {
		st.Active = 0
	}
	st.Pane = st.Panes[st.Active]
}

// fill has an empty pane show what another one does.
func (s *Session) fill(p, like *Pane) {
	size, view := p.Size, p.View
	*p = *like
	p.Size, p.View, p.FitToPane = size, view, true
}

// LayoutChoice is how the user wants images of a modality laid out.
type LayoutChoice struct {
	Layout Layout            `json:"layout"`
	Views  []vision.ViewKind `json:"views"`
}

// possible tells whether a choice, which may come from a file, can be used.
func (c LayoutChoice) possible() bool {
	return len(layoutViews[c.Layout]) > 0 && len(c.Views) == len(layoutViews[c.Layout]) &&
		!slices.ContainsFunc(c.Views, func(k vision.ViewKind) bool { return !slices.Contains(vision.ViewKinds, k) })
}

// UseMonitor says what the screen is called that the window is on; layouts are
// remembered for each. On another one the panes lie as they were last laid out there for
// the modality on screen, which can be undone; where nothing is remembered, or stacks are
// compared, they stay as they are. The empty name is a screen that is not known.
func (s *Session) UseMonitor(name string) {
	if name == s.monitor {
		return
	}
	s.monitor = name
	st := &s.state
	c, ok := s.settings.Layouts[s.layoutKey()]
	if !ok || !c.possible() || st.Layout.Independent() || c.Layout == st.Layout && slices.Equal(c.Views, s.views()) {
		return
	}
	s.layOut(c.Layout, c.Views)
}

// Monitor is the screen that was said last.
func (s *Session) Monitor() string { return s.monitor }

// views are what the panes show.
func (s *Session) views() (list []vision.ViewKind) {
	for _, p := range s.state.Panes {
		list = append(list, p.View)
	}
	return list
}

// layoutKey is what a layout is remembered by: the modality in the active pane, and
// the monitor.
func (s *Session) layoutKey() string {
	if s.state.stack == nil {
		return ""
	}
	return s.modalityKey() + s.monitor
}

// modalityKey is the same on a screen that is not known.
func (s *Session) modalityKey() string { return cmp.Or(s.state.stack.Series.Modality, "-") + "@" }

// keepLayout remembers the layout for the modality in the active pane.
func (s *Session) keepLayout() {
	st := &s.state
	key := s.layoutKey()
	if key == "" || st.Layout.Independent() || s.history.travelling {
		return // what is compared depends on what is open
	}
	c := LayoutChoice{st.Layout, s.views()}
	if s.settings.Layouts == nil {
		s.settings.Layouts = map[string]LayoutChoice{}
	}
	s.settings.Layouts[key] = c
	if err := s.settings.Save(); err != nil {
		logProblem(err)
	}
}

// recallLayout lays the panes out as was remembered for a modality; panes that were
// detached or compared go back. On a screen for which nothing is remembered they lie as
// on one that was not known, such as under Wayland.
func (s *Session) recallLayout() {
	st := &s.state
	c, ok := s.settings.Layouts[s.layoutKey()]
	if !ok || !c.possible() {
		c, ok = s.settings.Layouts[s.modalityKey()]
	}
	if !ok || !c.possible() {
		c = LayoutChoice{LayoutThree, layoutViews[LayoutThree]}
	}
	if st.Layout == c.Layout {
		for i, p := range st.Panes {
			p.View = c.Views[i]
		}
		return
	}
	s.arrange(c.Layout, c.Views)
	s.publish(LayoutChanged)
}
