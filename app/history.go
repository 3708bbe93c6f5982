package app

import (
	"maps"
	"slices"
	"time"

	"lightbox/app/marks"
	"lightbox/vision"
)

// Step names what one undo takes back, for menus and the status line.
type Step string

// The steps.
const (
	StepWindow  Step = "window"
	StepInvert  Step = "inversion"
	StepPlace   Step = "zoom and position"
	StepTurn    Step = "rotation"
	StepReset   Step = "reset of the view"
	StepFilter  Step = "filter"
	StepView    Step = "choice of view"
	StepLayout  Step = "layout"
	StepLinks   Step = "links"
	StepMeasure Step = "measure"
	StepKey     Step = "key image"
	StepForget  Step = "forgetting of the study"

	StepPresentation Step = "presentation state"
)

// Bounds of the history.
const (
	maxSteps = 200
	// oneGesture is how long after a change another of its kind still belongs to the
	// same gesture: a drag is one step, and so are a few turns of the wheel.
	oneGesture = 700 * time.Millisecond
)

// history is what can be undone and done again. What is kept is what the reader set,
// as it was before each step: small values, no pictures.
type history struct {
	undo, redo []remembered
	last       time.Time // of the newest change
	open       bool      // whether a further change of its kind belongs to the newest step
	travelling bool      // a step is being undone or done again
	within     bool      // a step is under way: what it changes belongs to it
}

// remembered is what the reader had set before a step.
type remembered struct {
	step    Step
	layout  Layout
	links   Links
	active  int
	filters vision.Filters
	looks   []look
	marks   map[Frame][]marks.Mark // not changed once it is here
	keys    map[Frame]bool         // the same
	chosen  map[string]stateChoice // the same: presentation states
	frame   Frame                  // that was looked at
}

func (s *Session) remembered(step Step) remembered {
	st := &s.state
	r := remembered{
		step: step, layout: st.Layout, links: st.Links, active: st.Active, filters: st.Filters,
		marks: st.marks, keys: st.keys, frame: st.shown, chosen: s.states.chosen,
	}
	for _, p := range st.Panes {
		r.looks = append(r.looks, p.look())
	}
	return r
}

// same tells whether nothing that is remembered differs.
func (r remembered) same(o remembered) bool {
	return r.layout == o.layout && r.links == o.links && r.filters == o.filters && slices.Equal(r.looks, o.looks) &&
		maps.EqualFunc(r.marks, o.marks, sameList) && maps.Equal(r.keys, o.keys) && maps.Equal(r.chosen, o.chosen)
}

// do makes a change that can be undone. Changes of one kind in one gesture are one
// step.
func (s *Session) do(step Step, change func()) {
	h := &s.history
	if h.within { // of a larger step
		change()
		return
	}
	before := s.remembered(step)
	h.within = true
	change()
	h.within = false
	if before.same(s.remembered(step)) {
		return
	}
	now := time.Now()
	joined := h.open && len(h.undo) > 0 && h.undo[len(h.undo)-1].step == step && now.Sub(h.last) < oneGesture
	h.last, h.open, h.redo = now, true, nil
	if !joined {
		h.undo = append(h.undo, before)
		if len(h.undo) > maxSteps {
			h.undo = slices.Delete(h.undo, 0, len(h.undo)-maxSteps)
		}
	}
	s.publish(HistoryChanged)
}

// doOn is do for a change of a frame that need not be on screen: undoing goes there.
func (s *Session) doOn(key Frame, step Step, change func()) {
	h := &s.history
	before := h.last
	s.do(step, change)
	if h.last != before && len(h.undo) > 0 {
		h.undo[len(h.undo)-1].frame = key
	}
}

// EndGesture ends a drag or whatever else was going on: what comes next is a step of
// its own.
func (s *Session) EndGesture() {
	s.history.open = false
	s.keepNow()
}

// CanUndo tells what Undo would take back.
func (s *Session) CanUndo() (Step, bool) { return topOf(s.history.undo) }

// CanRedo tells what Redo would do again.
func (s *Session) CanRedo() (Step, bool) { return topOf(s.history.redo) }

func topOf(list []remembered) (Step, bool) {
	if len(list) == 0 {
		return "", false
	}
	return list[len(list)-1].step, true
}

// Undo takes the last step back.
func (s *Session) Undo() { s.travel(&s.history.undo, &s.history.redo) }

// Redo does again what was taken back.
func (s *Session) Redo() { s.travel(&s.history.redo, &s.history.undo) }

func (s *Session) travel(from, to *[]remembered) {
	n := len(*from)
	if n == 0 {
		return
	}
	r := (*from)[n-1]
	*from = (*from)[:n-1]
	now := s.remembered(r.step)
	now.frame = r.frame
	*to = append(*to, now)
	s.history.open = false
	s.restore(r)
	s.publish(HistoryChanged)
}

// restore brings back what was remembered. What was set for a stack that is on
// screen no more stays away.
func (s *Session) restore(r remembered) {
	st := &s.state
	s.history.within, s.history.travelling = true, true
	defer func() { s.history.within, s.history.travelling = false, false }()
	if r.layout != st.Layout {
		s.SetLayout(r.layout)
		s.Activate(r.active)
	}
	s.states.chosen = r.chosen
	for i, l := range r.looks {
		if i < len(st.Panes) {
			s.present(st.Panes[i])
			s.takeLook(st.Panes[i], l, r.step == StepLayout)
		}
	}
	changed := len(changedFrames(st.marks, r.marks, st.keys, r.keys)) > 0
	st.Filters, st.Links = r.filters, r.links
	s.setMarks(r.marks, r.keys)
	s.followCursor()
	if i := st.indexOf(r.frame); changed && i >= 0 && r.frame != st.shown {
		s.ScrollTo(i) // to where the mark is
	}
	s.publish(DisplayChanged, GeometryChanged, FiltersChanged, LinksChanged, ViewsChanged)
	s.load()
	s.prepare()
	s.startFilter()
}

// indexOf is the number of a frame in the stack of the active pane, -1 if it is of
// another.
func (s *State) indexOf(key Frame) int {
	if s.stack == nil {
		return -1
	}
	return s.stack.index(key)
}

// forget drops the history: another study was opened.
func (h *history) forget() { *h = history{} }
