package app

import (
	"maps"
	"slices"
	"time"

	"lightbox/app/journal"
	"lightbox/app/marks"
)

// renew reads again what was put since it was read: by what is open while the same is
// opened anew.
func (s *Session) renew(list []*recalled) {
	for _, r := range list {
		if s.lastPut[r.study].After(r.asked) {
			*r = *recallStudy(s.journal, r.study)
		}
	}
}

// beginKeeping begins with another study; k is what came of its files and journals so
// far.
func (s *Session) beginKeeping(k *keeping) {
	if k == nil {
		return
	}
	st := &s.state
	st.Links, st.Filters = s.kept.links.back(st.Links), s.kept.blur.back(st.Filters)
	s.publish(LinksChanged, FiltersChanged)
	s.kept = k
	k.filters = st.Filters
	s.renew(slices.Collect(maps.Values(k.studies)))
}

// recall brings back what the reader did, as far as the files for it are there.
func (s *Session) recall() {
	k := s.kept
	if k == nil {
		return
	}
	back := s.recallMarks()
	for _, r := range k.studies {
		s.explainRecalled(r)
		for name, l := range r.looks {
			if _, known := k.looks[name]; !known {
				k.looks[name] = l
				back = back || l != untouched
			}
		}
		maps.Copy(k.readings, r.readings)
		r.looks, r.readings = nil, nil
	}
	if !s.acted() {
		back = s.recallFilters() || back
		back = s.recallPanes() || back
	}
	if back && !k.told {
		k.told = true
		s.Tell(Say("Measurements, marks and view of this study are as you left them. “Forget this study” starts afresh."))
	}
}

// explainRecalled says once what of a journal cannot be used.
func (s *Session) explainRecalled(r *recalled) {
	err, leftOut := r.err, r.leftOut
	if err == nil {
		err = r.notes.Fault()
	} else if s.unreadable {
		err = nil // said of another study: it is the folder
	} else {
		s.unreadable = true
	}
	r.err, r.notes, r.leftOut = nil, journal.Notes{}, 0
	switch {
	case err != nil:
		s.Report(err)
	case leftOut > 0:
		s.complain(Say("Not all that was saved of this study can be used by this version of Lightbox (entries: {{.Count}}). The rest is there; what is left out stays saved.", "Count", leftOut))
	}
}

// recallMarks brings marks and key images of new files back; it tells whether there
// are any. The history has them too: they are nothing that an undo could take away.
func (s *Session) recallMarks() bool {
	k, st := s.kept, &s.state
	all, keys := map[Frame][]marks.Mark{}, map[Frame]bool{}
	for _, it := range k.fresh {
		id := k.items[it]
		r := k.studies[id.study]
		if r == nil {
			continue
		}
		for _, m := range r.marks[id.name] {
			if f := (Frame{Item: it, Index: m.frame}); m.frame < max(it.Frames, 1) && len(all[f]) < maxMarks {
				all[f] = append(all[f], m.mark)
			}
		}
		for _, i := range r.keys[id.name] {
			if i < max(it.Frames, 1) {
				keys[Frame{Item: it, Index: i}] = true
			}
		}
		delete(r.marks, id.name)
		delete(r.keys, id.name)
	}
	k.fresh = nil
	if len(all)+len(keys) == 0 {
		return false
	}
	s.history.add(all, keys)
	maps.Copy(all, st.marks)
	maps.Copy(keys, st.keys)
	k.marks, k.keys = all, keys
	s.setMarks(all, keys)
	return true
}

// add puts marks and key images into all that is remembered.
func (h *history) add(all map[Frame][]marks.Mark, keys map[Frame]bool) {
	for _, list := range [][]remembered{h.undo, h.redo} {
		for i := range list {
			m, k := maps.Clone(all), maps.Clone(keys)
			maps.Copy(m, list[i].marks)
			maps.Copy(k, list[i].keys)
			list[i].marks, list[i].keys = m, k
		}
	}
}

// recallFilters brings the filters back that were last used for what is open.
func (s *Session) recallFilters() (back bool) {
	k, st := s.kept, &s.state
	for _, r := range k.studies {
		if r.filters != nil && r.filtersAt.After(k.filtered) {
			k.filtered, k.filters, back = r.filtersAt, *r.filters, true
		}
	}
	if back && st.Filters != k.filters {
		st.Filters = k.blur.take(st.Filters, k.filters)
		s.publish(FiltersChanged)
		s.startFilter()
	}
	return back
}

// recallPanes lays the panes out as they were last laid out for what is open, and has
// each show what it showed as soon as that is found; it tells whether there is anything
// to go by. A reader who has begun is left alone.
func (s *Session) recallPanes() bool {
	k, st := s.kept, &s.state
	panes, at := s.keptArrangement()
	if panes == nil {
		s.goHome(nil)
		return false
	}
	if at.After(k.arranged) {
		k.arranged, k.panes = at, *panes
		s.arrangeKept(panes)
	}
	s.goHome(panes)
	if active := panes.Active; active != st.Active && st.Panes[active].stack != nil {
		st.Active, st.Pane = active, st.Panes[active]
		s.publish(ActiveChanged)
		s.attend()
	}
	return true
}

// keptArrangement is the newest of what is open, nil without.
func (s *Session) keptArrangement() (panes *keptPanes, at time.Time) {
	for _, r := range s.kept.studies {
		if r.panes != nil && r.panesAt.After(at) {
			panes, at = r.panes, r.panesAt
		}
	}
	return panes, at
}

// arrangeKept has as many panes as were kept, with their views and links.
func (s *Session) arrangeKept(panes *keptPanes) {
	k, st := s.kept, &s.state
	choice := panes.choice()
	if st.Layout != panes.Layout {
		s.arrange(choice.Layout, choice.Views)
		s.publish(LayoutChanged)
	} else {
		for i, p := range st.Panes {
			p.View = choice.Views[i]
		}
		s.publish(ViewsChanged)
	}
	if l := panes.links(); l != st.Links {
		st.Links = k.links.take(st.Links, l)
		s.publish(LinksChanged)
	}
	clear(k.own)
	for i, p := range st.Panes {
		k.own[p] = panes.Panes[i]
	}
}

// goHome has each pane show the stack that it showed, where there is one, and of its
// stack the frame that was shown last.
func (s *Session) goHome(panes *keptPanes) {
	st := &s.state
	moved := false
	for i, p := range st.Panes {
		if panes != nil {
			if index := s.stackNamed(panes.Panes[i].Stack); index >= 0 && (p.stack == nil || st.Stacks[index].ID() != p.stack.ID()) {
				p.StackIndex, p.stack, p.Frame = index, st.Stacks[index], 0
				p.empty()
				moved = true
			}
		}
		if home, left := s.home(p); left && p.Frame != home {
			p.Frame, p.Linked, moved = home, "", true
		}
		if l, ok := s.keptLook(p); ok && p.settled() && l.look(p) != p.look() { // it came later than the picture
			p.take(l.look(p))
			moved = true
		}
	}
	if !moved {
		return
	}
	s.anchor()
	if st.stack != nil {
		st.Rate = rateOf(st.stack)
	}
	s.load()
	s.publish(FrameChanged, CineChanged, DisplayChanged, GeometryChanged)
	s.prepare()
}

// stackNamed is the number of a stack by its name in the journal, -1 without.
func (s *Session) stackNamed(name string) int {
	if name == "" {
		return -1
	}
	return slices.IndexFunc(s.state.Stacks, func(k *Stack) bool {
		_, n, _ := s.kept.stackOf(k)
		return n == name
	})
}

// keptLook is how the stack in a pane is to be shown; ok is false where nothing is
// kept of it.
func (s *Session) keptLook(p *Pane) (keptLook, bool) {
	_, name, ok := s.kept.stackOf(p.stack)
	if !ok {
		return keptLook{}, false
	}
	if own := s.kept.own[p]; own.Look != nil && own.Stack == name {
		return *own.Look, true
	}
	l, ok := s.kept.looks[name]
	return l, ok
}

// home is the number of the frame at which the stack in a pane was left; 0 where
// nothing is kept of that, or the frame is not found yet.
func (s *Session) home(p *Pane) (frame int, left bool) {
	l, ok := s.keptLook(p)
	if !ok {
		return 0, false
	}
	item, index, ok := splitFrame(l.Frame)
	of, known := s.kept.studyOf(p.stack)
	if !ok || !known {
		return 0, false
	}
	frame = p.stack.index(Frame{Item: s.kept.byName[keptItem{of, item}], Index: index})
	return max(frame, 0), frame >= 0
}
