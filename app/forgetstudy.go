package app

import (
	"maps"

	"lightbox/app/journal"
	"lightbox/app/marks"
	"lightbox/vision/fault"
)

// ForgetStudy takes the marks, key images and looks of the study in the active pane
// away, and removes all that is kept of it: what was read and shown too. An undo brings
// marks, key images and looks back, and has them kept again.
func (s *Session) ForgetStudy() {
	st := &s.state
	of, ok := s.kept.studyOf(st.stack)
	if !ok {
		s.Tell(Say("Nothing is kept of what is open."))
		return
	}
	s.EndGesture()
	all, keys := s.without(of)
	s.do(StepForget, func() {
		s.setMarks(all, keys)
		for _, p := range st.Panes {
			if in, _ := s.kept.studyOf(p.stack); in == of && p.settled() {
				p.begin()
			}
		}
	})
	s.EndGesture()
	looks := s.dropKept(of)
	s.followCursor()
	s.publish(DisplayChanged, GeometryChanged, ModeChanged)
	j := s.journal
	go func() { // the disk may let wait
		var err error
		func() {
			defer fault.Contain("", &err)
			err = j.Forget(of)
		}()
		s.post(func() { s.forgotten(of, looks, err) })
	}()
}

// without is all marks and key images but those of a study.
func (s *Session) without(of journal.Study) (map[Frame][]marks.Mark, map[Frame]bool) {
	all, keys := maps.Clone(s.state.marks), maps.Clone(s.state.keys)
	in := func(f Frame) bool { study, _, ok := s.kept.frameOf(f); return ok && study == of }
	maps.DeleteFunc(all, func(f Frame, _ []marks.Mark) bool { return in(f) })
	maps.DeleteFunc(keys, func(f Frame, _ bool) bool { return in(f) })
	return all, keys
}

// dropKept drops what the session knows of what is kept of a study. How its stacks are
// looked at now, and the panes lie, is what everything begins with: the reader has not
// chosen it for what comes.
func (s *Session) dropKept(of journal.Study) (looks map[string]keptLook) {
	k := s.kept
	looks = map[string]keptLook{}
	for name, l := range s.keptLooks() {
		if l.study == of {
			looks[name] = l.look
		}
	}
	s.setLooks(of, looks)
	clear(k.own)
	clear(k.readings) // those of other studies are written once more when they are shown
	delete(k.studies, of)
	for f := range s.cases {
		if in, _, ok := k.frameOf(f); ok && in == of {
			delete(s.cases, f)
		}
	}
	s.beginCase()
	k.panes, _ = s.keptPanes(s.keptLooks())
	k.filters = s.state.Filters
	return looks
}

// setLooks has the looks of a study's stacks be others.
func (s *Session) setLooks(of journal.Study, looks map[string]keptLook) {
	for _, stack := range s.state.Stacks {
		if in, name, ok := s.kept.stackOf(stack); ok && in == of {
			delete(s.kept.looks, name)
		}
	}
	maps.Copy(s.kept.looks, looks)
}

// forgotten is called when a study's journal is gone. What was put meanwhile, by an
// undo say, is gone with it, and put again; looks are those that it began with.
func (s *Session) forgotten(of journal.Study, looks map[string]keptLook, err error) {
	if err != nil {
		s.Report(err)
		return
	}
	s.kept.marks, s.kept.keys = s.without(of)
	s.writeMarks()
	s.setLooks(of, looks)
	s.writeLooks()
	s.Tell(Say("What was saved of this study is forgotten. Undo brings measurements, marks and view back."))
}
