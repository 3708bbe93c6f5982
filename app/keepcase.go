package app

import (
	"math"
	"slices"

	"lightbox/app/journal"
)

// keepCase writes the log of the case on screen down.
func (s *Session) keepCase(c *CaseLog) {
	of, frame, ok := s.kept.frameOf(s.state.shown)
	if k := keepLog(c); ok && slices.Contains([]Mode{Direct, SecondReader}, c.Mode) && !math.IsNaN(k.Number) {
		key := caseName(frame, c.Reader)
		s.write(of, kindCase, key, k)
		s.caseFrames[string(of)+key] = s.state.shown
	}
}

// caseName is the key of a case as one reader read it.
func caseName(frame, reader string) string {
	return frame + "/" + journal.Hash("reader", reader)
}

// recallCase goes on with the case of a frame where its reader left it, be it in this
// session, before the study was opened anew, or in one before.
func (s *Session) recallCase(f Frame) {
	of, frame, ok := s.kept.frameOf(f)
	if !ok {
		return
	}
	st, key := &s.state, string(of)+caseName(frame, s.reader)
	before, begun := s.caseFrames[key]
	c := s.cases[before]
	if !begun {
		c = s.keptCase(of, caseName(frame, s.reader))
	}
	if c == nil || begun && before == f {
		return
	}
	s.caseOrder = slices.DeleteFunc(s.caseOrder, func(o Frame) bool { return o == f })
	if i := slices.Index(s.caseOrder, before); begun && i >= 0 {
		delete(s.cases, before)
		s.caseOrder[i] = f
	} else {
		s.caseOrder = append(s.caseOrder, f)
	}
	c.Case, c.Frame = s.caseOf(st.stack), st.ShownFrame()+1
	s.reopenCase(c)
	s.cases[f], s.caseFrames[key] = c, f
}

// keptCase is a case that the journal has, nil without.
func (s *Session) keptCase(of journal.Study, key string) *CaseLog {
	if r := s.kept.studies[of]; r != nil {
		if c, ok := r.cases[key]; ok {
			return &c
		}
	}
	return nil
}
