package app

import (
	"math"
	"strings"
	"time"

	"lightbox/app/journal"
	"lightbox/app/marks"
	"lightbox/vision"
	"lightbox/vision/study"
)

// keepDelay is how long after the first change of a window, a place or a frame it is
// written down, with all that came meanwhile: a drag is a few lines, not hundreds. Marks
// and key images are written at once.
const keepDelay = 300 * time.Millisecond

// keeping is what goes between that which is open and the journal. It belongs to the
// session's goroutine; each opening has its own.
type keeping struct {
	items   map[*study.Item]keptItem
	byName  map[keptItem]*study.Item
	fresh   []*study.Item // whose marks are not brought back yet
	studies map[journal.Study]*recalled
	names   map[string]string // of stacks, by ID

	// As the journal has it.
	marks    map[Frame][]marks.Mark
	keys     map[Frame]bool
	looks    map[string]keptLook // by stack
	panes    keptPanes
	filters  vision.Filters
	readings map[string]keptReading // by the journal's key

	arranged time.Time // when the panes that were brought back had been put
	filtered time.Time // the same of filters
	own      map[*Pane]keptPane
	told     bool // that things were brought back

	links lent[Links]
	blur  lent[vision.Filters]
}

// lent is what an opening set in the place of what the reader had: the next study gets
// the latter back, unless the reader has changed it.
type lent[T comparable] struct {
	on      bool
	was, is T
}

func (l *lent[T]) take(now, is T) T {
	if !l.on {
		l.on, l.was = true, now
	}
	l.is = is
	return is
}

func (l *lent[T]) back(now T) T {
	if l.on && now == l.is {
		return l.was
	}
	return now
}

func newKeeping() *keeping {
	return &keeping{
		items: map[*study.Item]keptItem{}, byName: map[keptItem]*study.Item{}, studies: map[journal.Study]*recalled{},
		names: map[string]string{}, looks: map[string]keptLook{}, readings: map[string]keptReading{}, own: map[*Pane]keptPane{},
	}
}

// UseJournal has what is done with studies kept, and brought back when they are opened.
// It comes before the first opening, and at most once. The journal stays the caller's
// to close, after the session.
func (s *Session) UseJournal(j *journal.Journal) {
	if j == nil || s.journal != nil {
		return
	}
	s.journal, s.kept = j, newKeeping()
	s.Listen(s.keep)
}

// JournalListener has the user told what a journal has to say, once, in the status
// line; work goes on.
func (s *Session) JournalListener() journal.Listener {
	return journal.Listener{
		Problem: func(err error) { s.post(func() { s.Report(err) }) },
		Recovered: func() {
			s.post(func() { s.Tell(Say("All that you did is saved again.")) })
		},
	}
}

// keep writes down what an event tells of.
func (s *Session) keep(e Event) {
	switch e {
	case MarksChanged:
		s.writeMarks()
	case ReadingChanged, ModeChanged:
		s.writeReading()
	case ScanOpened, FrameShown, CineChanged, ViewsChanged, DisplayChanged, GeometryChanged, FiltersChanged, ActiveChanged, LayoutChanged, LinksChanged:
		if s.keepTimer == nil {
			s.keepTimer = time.AfterFunc(keepDelay, func() { s.post(s.keepNow) })
		}
	}
}

// keepNow writes down what waits to be.
func (s *Session) keepNow() {
	if s.keepTimer == nil {
		return
	}
	s.keepTimer.Stop()
	s.keepTimer = nil
	s.writeLooks()
}

// frameOf names a frame of what is open; ok is false for one of something else.
func (k *keeping) frameOf(f Frame) (of journal.Study, name string, ok bool) {
	if k == nil {
		return "", "", false
	}
	it, ok := k.items[f.Item]
	return it.study, it.frameName(f.Index), ok
}

// studyOf is the key of a stack's study.
func (k *keeping) studyOf(stack *Stack) (journal.Study, bool) {
	if k == nil || stack == nil || len(stack.Frames) == 0 {
		return "", false
	}
	it, ok := k.items[stack.Frames[0].Item]
	return it.study, ok
}

// stackOf names a stack.
func (k *keeping) stackOf(stack *Stack) (of journal.Study, name string, ok bool) {
	if of, ok = k.studyOf(stack); !ok {
		return "", "", false
	}
	if name = k.names[stack.ID()]; name == "" {
		name = stackName(of, stack)
		k.names[stack.ID()] = name
	}
	return of, name, true
}

// write has the journal keep a value.
func (s *Session) write(of journal.Study, kind, key string, value any) {
	s.lastPut[of] = time.Now()
	s.journal.Put(of, kind, key, value)
}

// erase has the journal keep it no longer.
func (s *Session) erase(of journal.Study, kind, key string) {
	s.lastPut[of] = time.Now()
	s.journal.Delete(of, kind, key)
}

// markName is the key of a mark.
func markName(frame, id string) string {
	plain := func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_'
	}
	if len(id) > 64 || strings.ContainsFunc(id, func(r rune) bool { return !plain(r) }) {
		id = journal.Hash("mark", id)
	}
	return frame + "/" + id
}

// writeMarks writes the marks and key images that changed.
func (s *Session) writeMarks() {
	k, st := s.kept, &s.state
	for f := range changedFrames(k.marks, st.marks, k.keys, st.keys) {
		of, name, ok := k.frameOf(f)
		if !ok {
			continue
		}
		s.writeList(of, name, k.marks[f], st.marks[f])
		switch {
		case st.keys[f] && !k.keys[f]:
			s.write(of, kindKey, name, true)
		case !st.keys[f] && k.keys[f]:
			s.erase(of, kindKey, name)
		}
	}
	k.marks, k.keys = st.marks, st.keys
}

// writeList writes what differs in the marks of one frame.
func (s *Session) writeList(of journal.Study, frame string, before, now []marks.Mark) {
	old := make(map[string]marks.Mark, len(before))
	for _, m := range before {
		old[m.ID] = m
	}
	for _, m := range now {
		was, known := old[m.ID]
		delete(old, m.ID)
		if (!known || !sameMark(was, m)) && m.Check() == nil {
			s.write(of, kindMark, markName(frame, m.ID), keepMark(m))
		}
	}
	for id := range old {
		s.erase(of, kindMark, markName(frame, id))
	}
}

// writeReading writes down the result that is shown.
func (s *Session) writeReading() {
	st := &s.state
	r := &st.Reading
	of, frame, ok := s.kept.frameOf(st.shown)
	if !ok || st.Scan == nil || s.attended != st.shown || r.Status != Result && r.Status != Failed || !st.Reveals(RevealFinding) {
		return
	}
	now := keptReading{Status: r.Status.String(), Model: r.Model, Version: r.Version, Finding: r.Finding, Calibrated: r.Calibrated, At: time.Now().UTC()}
	if n := r.Number(); r.Status == Result && st.Reveals(RevealNumber) && !math.IsNaN(n) && !math.IsInf(n, 0) {
		now.Number = &n
	}
	key := frame + "/" + journal.Hash("model", r.Model, r.Version, r.Finding)
	if old, known := s.kept.readings[key]; known && old.same(now) {
		return
	}
	s.kept.readings[key] = now
	s.write(of, kindReading, key, now)
}

// letGo has a pane no longer be shown as it was left: the reader chose another stack.
func (k *keeping) letGo(p *Pane) {
	if k != nil {
		delete(k.own, p)
	}
}
