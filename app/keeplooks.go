package app

import (
	"reflect"

	"lightbox/app/journal"
)

// acted tells that the reader has done something since the opening.
func (s *Session) acted() bool {
	return s.wandered || len(s.history.undo)+len(s.history.redo) > 0
}

// writeLooks writes how stacks are looked at, how the panes lie and what is filtered,
// as far as the reader changed it.
func (s *Session) writeLooks() {
	k, st := s.kept, &s.state
	if s.catalog == nil || st.Playing {
		return
	}
	if !s.acted() {
		k.panes, _ = s.keptPanes(nil)
		return
	}
	looks := s.keptLooks()
	for name, l := range looks {
		if old, known := k.looks[name]; l.look != old && (known || l.look != untouched) && l.look.valid() {
			k.looks[name] = l.look
			s.write(l.study, kindLook, name, l.look)
		}
	}
	of, ok := k.studyOf(st.stack)
	if !ok {
		return
	}
	if st.Filters != k.filters {
		k.filters = st.Filters
		s.write(of, kindFilters, "", keepFilters(st.Filters))
	}
	if panes, whole := s.keptPanes(looks); whole && !reflect.DeepEqual(panes, k.panes) {
		k.panes = panes
		s.write(of, kindPanes, "", panes)
	}
}

// stackLook is how a stack is looked at.
type stackLook struct {
	study journal.Study
	look  keptLook
}

// keptLooks are the looks of the stacks on screen, by name: of several panes with one
// stack that of the active pane.
func (s *Session) keptLooks() map[string]stackLook {
	out := map[string]stackLook{}
	for _, p := range append([]*Pane{s.state.Pane}, s.state.Panes...) {
		if of, name, ok := s.kept.stackOf(p.stack); ok && p.settled() && out[name] == (stackLook{}) {
			out[name] = stackLook{of, s.lookOf(p)}
		}
	}
	return out
}

// settled tells that the pane shows a picture of its stack as the reader has it.
func (p *Pane) settled() bool {
	return p.Scan != nil && p.stack != nil && p.pending == nil && p.shownStack == p.stack.ID()
}

// lookOf is how a pane that shows a picture shows it.
func (s *Session) lookOf(p *Pane) keptLook {
	frame := ""
	if p.stack.index(p.shown) > 0 {
		_, frame, _ = s.kept.frameOf(p.shown)
	}
	return keepLook(p, frame)
}

// keptPanes is how the panes lie. Without looks, or where a pane's picture is still
// waited for, it is not whole.
func (s *Session) keptPanes(looks map[string]stackLook) (k keptPanes, whole bool) {
	st := &s.state
	k, whole = keptPanes{Layout: st.Layout, Links: keepLinks(st.Links), Active: st.Active}, looks != nil
	for _, p := range st.Panes {
		_, name, _ := s.kept.stackOf(p.stack)
		kept := keptPane{View: p.View, Stack: name}
		if p == st.peeked { // held for a moment only
			kept.View = st.peekedView
		}
		if p.settled() {
			if l := s.lookOf(p); looks != nil && l != looks[name].look && l.valid() {
				kept.Look = &l
			}
		} else if p.stack != nil && p.FrameFault == nil {
			whole = false
		}
		k.Panes = append(k.Panes, kept)
	}
	return k, whole
}
