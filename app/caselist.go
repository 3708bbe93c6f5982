package app

import (
	"slices"

	"lightbox/vision/study"
)

// caseList is the order in which studies are gone through by hand in a clinical review.
type caseList struct{ ids []string } // of studies; none while there is no list

// StudyCase is a study that is open, as a list of cases offers it.
type StudyCase struct {
	ID    string       // tells the study from all others that are open
	Name  string       // its pseudonym
	Study *study.Study // masked in the demo mode
	first int          // its first stack, in State.Stacks
}

// Studies are the studies that are open and have a picture, in their order.
func (s *Session) Studies() (out []StudyCase) {
	for i, k := range s.state.Stacks {
		if n := len(out); n == 0 || out[n-1].ID != k.studyID {
			out = append(out, StudyCase{k.studyID, s.caseOf(k), k.Study, i})
		}
	}
	return out
}

// StartCases begins to go through studies, by their IDs, in an order: the first is
// shown. None ends it.
func (s *Session) StartCases(ids []string) {
	s.state.cases = caseList{slices.Clone(ids)}
	s.publish(ModeChanged)
	if len(ids) > 0 {
		s.showStudy(ids[0])
	}
}

// EndCases ends going through a list of cases; what is on screen stays there.
func (s *Session) EndCases() {
	if s.state.cases.ids != nil {
		s.StartCases(nil)
	}
}

// CaseAt is which case of how many is on screen, from 1, and 0 for a study that is
// none of them; ok is false where no list of cases is gone through.
func (s *State) CaseAt() (n, of int, ok bool) {
	if len(s.cases.ids) == 0 {
		return 0, 0, false
	}
	if s.stack != nil {
		n = slices.Index(s.cases.ids, s.stack.studyID) + 1
	}
	return n, len(s.cases.ids), true
}

// StepStudy shows the next study (+1) or the one before (-1), by the list of cases
// where there is one; it stops at the ends.
func (s *Session) StepStudy(by int) {
	st := &s.state
	if st.stack == nil {
		return
	}
	ids := st.cases.ids
	if ids == nil {
		for _, c := range s.Studies() {
			ids = append(ids, c.ID)
		}
	}
	at := slices.Index(ids, st.stack.studyID)
	if at < 0 && by < 0 { // a study that is not in the list lies before its first
		return
	}
	if at+by >= 0 && at+by < len(ids) {
		s.showStudy(ids[at+by])
	}
}

// showStudy shows the first stack of a study in all panes that show the study which is
// left: nothing of the case before may stay beside the new one.
func (s *Session) showStudy(id string) {
	st := &s.state
	all := s.Studies()
	i := slices.IndexFunc(all, func(c StudyCase) bool { return c.ID == id })
	if i < 0 || st.stack == nil || all[i].first == st.StackIndex {
		return
	}
	var panes []*Pane
	for _, p := range st.Panes {
		if p == st.Pane || p.stack == nil || p.stack.studyID == st.stack.studyID {
			panes = append(panes, p)
		}
	}
	s.turnTo(panes, all[i].first, asLeft)
}
