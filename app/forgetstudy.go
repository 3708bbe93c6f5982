package app

import (
	"maps"

	"lightbox/app/journal"
	"lightbox/app/marks"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// ForgetStudy takes the marks, key images and looks of the study in the active pane
// away, and removes all that is kept of it: what was read and shown too. An undo brings
// marks, key images and looks back, and has them kept again.
func (s *Session) ForgetStudy() {
	st := &s.state
	of, ok := s.kept.studyOf(st.stack)
	if !ok {
		s.complain(Say("Nothing is kept of what is open."))
		return
	}
	s.EndGesture()
	all, keys := s.without(of)
	s.do(StepForget, func() {
		s.setMarks(all, keys)
		for _, p := range st.Panes {
			if in, _ := s.kept.studyOf(p.stack); in == of && p.settled() {
				p.VOI, p.VOIIndex, p.Invert = p.Scan.VOIs[0], 0, false
				p.Viewport.Turn, p.FitToPane = vision.Turn{}, true
				p.fit()
			}
		}
	})
	s.EndGesture()
	s.dropKept(of)
	s.followCursor()
	s.publish(DisplayChanged, GeometryChanged, ModeChanged)
	j := s.journal
	go func() { // the disk may let wait
		var err error
		func() {
			defer fault.Contain("", &err)
			err = j.Forget(of)
		}()
		s.post(func() { s.forgotten(of, err) })
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

// dropKept drops what the session knows of what is kept of a study.
func (s *Session) dropKept(of journal.Study) {
	k := s.kept
	s.dropLooks(of)
	clear(k.own)
	clear(k.readings) // those of other studies are written once more when they are shown
	delete(k.studies, of)
	for f := range s.cases {
		if in, _, ok := k.frameOf(f); ok && in == of {
			delete(s.cases, f)
		}
	}
	s.beginCase()
	// How the panes lie now is nothing that the reader chose for what comes.
	k.panes, _ = s.keptPanes(s.keptLooks())
	k.filters = s.state.Filters
}

// dropLooks has the looks of a study's stacks not be kept.
func (s *Session) dropLooks(of journal.Study) {
	for _, stack := range s.state.Stacks {
		if in, name, ok := s.kept.stackOf(stack); ok && in == of {
			delete(s.kept.looks, name)
		}
	}
}

// forgotten is called when a study's journal is gone. What was put meanwhile, by an
// undo say, is gone with it, and put again.
func (s *Session) forgotten(of journal.Study, err error) {
	if err != nil {
		s.Report(err)
		return
	}
	s.kept.marks, s.kept.keys = s.without(of)
	s.writeMarks()
	s.dropLooks(of)
	s.writeLooks()
	s.Tell(Say("What was saved of this study is forgotten. Undo brings measurements, marks and view back."))
}
