package app

import "lightbox/vision"

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
		s.state.Links = l
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
	st.Panes[i].View = view
	s.publish(ViewsChanged)
	s.startFilter()
}

// SetLayout lays the panes out in another way. Those that were there stay what
// they are as far as there is room; new ones show what the active one does.
func (s *Session) SetLayout(l Layout) {
	st := &s.state
	views, ok := layoutViews[l]
	if !ok || l == st.Layout {
		return
	}
	before := st.Panes
	st.Layout = l
	st.Panes = nil
	for i, view := range views {
		p := newPane(view)
		if i < len(before) && !l.Independent() {
			p = before[i]
			p.View = view
		} else if i == 0 {
			*p = *st.Pane
			p.View = view
		} else {
			s.fill(p, st.Pane)
		}
		st.Panes = append(st.Panes, p)
	}
	st.Active = min(st.Active, len(st.Panes)-1)
	if l.Independent() {
		st.Active = 0
	}
	st.Pane = st.Panes[st.Active]
	s.pin()
	s.publish(LayoutChanged)
	s.startFilter()
	s.attend()
}

// fill has an empty pane show what another one does.
func (s *Session) fill(p, like *Pane) {
	size, view := p.Size, p.View
	*p = *like
	p.Size, p.View, p.FitToPane = size, view, true
}
