package app

import (
	"crypto/rand"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"lightbox/app/marks"
)

// maxMarks is how many marks one frame may have: more cannot be read, and a key that
// is held down must not fill the memory.
const maxMarks = 2000

// Marks are the marks on the frame that a pane shows. They must not be changed.
func (s *State) Marks(p *Pane) []marks.Mark {
	if p.Scan == nil {
		return nil
	}
	return s.marks[p.shown]
}

// Mark is a mark on the frame in the active pane by its ID, nil if there is none.
func (s *State) Mark(id string) *marks.Mark {
	for i, m := range s.Marks(s.Pane) {
		if m.ID == id {
			return &s.Marks(s.Pane)[i]
		}
	}
	return nil
}

// MarksVersion changes whenever a mark or a key image does.
func (s *State) MarksVersion() uint64 { return s.marksVersion }

// MarkName is what a mark is called on screen: the reader's own words, which may name a
// patient and are masked in the demo mode.
func (s *State) MarkName(m marks.Mark) string {
	if s.Demo && m.Name != "" {
		return maskedValue
	}
	return m.Name
}

// IsKey tells whether the frame that a pane shows is a key image.
func (s *State) IsKey(p *Pane) bool { return p.Scan != nil && s.keys[p.shown] }

// AddMark puts a mark on the frame in the active pane and selects it.
func (s *Session) AddMark(m marks.Mark) {
	st := &s.state
	list := st.Marks(st.Pane)
	if st.Scan == nil {
		return
	}
	if len(list) >= maxMarks {
		s.complain(Say("This image has {{.Max}} marks; delete some before adding more.", "Max", maxMarks))
		return
	}
	m = m.Clone()
	if m.ID == "" {
		m.ID = newMarkID()
	}
	if m.Made.IsZero() {
		m.Made = time.Now().UTC().Truncate(time.Millisecond) // marks made in one second keep their order when they come back
	}
	s.EndGesture()
	s.do(StepMeasure, func() { s.keepMarks(st.shown, append(slices.Clone(list), m)) })
	s.EndGesture()
	s.SelectMark(m.ID)
}

// ChangeMark puts another mark in the place of the one with its ID: moved, renamed
// or confirmed.
func (s *Session) ChangeMark(m marks.Mark) {
	if s.state.Scan != nil {
		s.changeMark(s.state.shown, m)
	}
}

func (s *Session) changeMark(key Frame, m marks.Mark) {
	list := slices.Clone(s.state.marks[key])
	i := slices.IndexFunc(list, func(o marks.Mark) bool { return o.ID == m.ID })
	if i < 0 {
		return
	}
	list[i] = m.Clone()
	s.doOn(key, StepMeasure, func() { s.keepMarks(key, list) })
}

// RemoveMark takes a mark away.
func (s *Session) RemoveMark(id string) {
	if s.state.Scan != nil {
		s.removeMark(s.state.shown, id)
	}
}

func (s *Session) removeMark(key Frame, id string) {
	st := &s.state
	list := slices.DeleteFunc(slices.Clone(st.marks[key]), func(m marks.Mark) bool { return m.ID == id })
	if len(list) == len(st.marks[key]) {
		return
	}
	s.EndGesture()
	s.doOn(key, StepMeasure, func() { s.keepMarks(key, list) })
	if st.Selected == id {
		s.SelectMark("")
	}
}

// RemoveAllMarks takes all marks of the frame in the active pane away.
func (s *Session) RemoveAllMarks() {
	if len(s.state.Marks(s.state.Pane)) > 0 {
		s.EndGesture()
		s.do(StepMeasure, func() { s.keepMarks(s.state.shown, nil) })
		s.SelectMark("")
	}
}

// SelectMark marks a mark as the one that keys act on; the empty ID none.
func (s *Session) SelectMark(id string) {
	if s.state.Selected != id {
		s.state.Selected = id
		s.publish(MarksChanged)
	}
}

// PreviewMark shows a mark that is being made; nil takes it away.
func (s *Session) PreviewMark(m *marks.Mark) {
	if m == nil && s.state.Preview == nil {
		return
	}
	s.state.Preview = m
	s.publish(MarksChanged)
}

// ToggleKey makes the frame in the active pane a key image, or one no longer.
func (s *Session) ToggleKey() {
	if s.state.Scan != nil {
		s.toggleKey(s.state.shown)
	}
}

func (s *Session) toggleKey(key Frame) {
	st := &s.state
	keys := maps.Clone(st.keys)
	if keys == nil {
		keys = map[Frame]bool{}
	}
	if keys[key] = !keys[key]; !keys[key] {
		delete(keys, key)
	}
	s.EndGesture()
	s.doOn(key, StepKey, func() { s.setMarks(st.marks, keys) })
}

// keepMarks sets the marks of a frame.
func (s *Session) keepMarks(key Frame, list []marks.Mark) {
	all := maps.Clone(s.state.marks)
	if all == nil {
		all = map[Frame][]marks.Mark{}
	}
	if all[key] = list; len(list) == 0 {
		delete(all, key)
	}
	s.setMarks(all, s.state.keys)
}

// setMarks takes over all marks and key images; what the maps hold is never changed,
// the history has it too.
func (s *Session) setMarks(all map[Frame][]marks.Mark, keys map[Frame]bool) {
	st := &s.state
	changed := changedFrames(st.marks, all, st.keys, keys)
	st.marks, st.keys = all, keys
	st.marksVersion++
	if st.Selected != "" && st.Mark(st.Selected) == nil {
		st.Selected = ""
	}
	if len(changed) > 0 {
		s.publish(MarksChanged)
	}
}

// changedFrames are the frames whose marks, or whose being a key image, differ.
func changedFrames(a, b map[Frame][]marks.Mark, ka, kb map[Frame]bool) map[Frame]bool {
	out := map[Frame]bool{}
	for _, pair := range [][2]map[Frame][]marks.Mark{{a, b}, {b, a}} {
		for k, list := range pair[0] {
			if !sameList(list, pair[1][k]) {
				out[k] = true
			}
		}
	}
	for _, pair := range [][2]map[Frame]bool{{ka, kb}, {kb, ka}} {
		for k := range pair[0] {
			if pair[0][k] != pair[1][k] {
				out[k] = true
			}
		}
	}
	return out
}

// sameList tells whether two lists are one and the same: lists that were changed are
// others.
func sameList(a, b []marks.Mark) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// newMarkID names a mark for ever.
func newMarkID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}
