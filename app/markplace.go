package app

import (
	"lightbox/app/frames"
	"lightbox/app/marks"
)

// MarkPlace is a mark with the frame it is on.
type MarkPlace struct {
	Stack *Stack
	Frame int // of the stack, from 0
	Mark  marks.Mark
	Key   bool // the frame is a key image
}

func (at MarkPlace) key() Frame { return frames.KeyOf(at.Stack.Frames[at.Frame]) }

// AllMarks lists the marks of all that is open, by stack, frame and time.
func (s *State) AllMarks() (out []MarkPlace) {
	for _, k := range s.Stacks {
		for i, f := range k.Frames {
			key := frames.KeyOf(f)
			for _, m := range s.marks[key] {
				out = append(out, MarkPlace{k, i, m, s.keys[key]})
			}
		}
	}
	return out
}

// KeyImages lists the key images of all that is open.
func (s *State) KeyImages() (out []MarkPlace) {
	for _, k := range s.Stacks {
		for i, f := range k.Frames {
			if s.keys[frames.KeyOf(f)] {
				out = append(out, MarkPlace{Stack: k, Frame: i, Key: true})
			}
		}
	}
	return out
}

// IsKeyAt tells whether a frame is a key image.
func (s *State) IsKeyAt(at MarkPlace) bool { return s.keys[at.key()] }

// GoTo shows a frame of a stack in the active pane, and its mark as the selected one.
func (s *Session) GoTo(at MarkPlace) {
	st := &s.state
	for i, k := range st.Stacks {
		if k.ID() == at.Stack.ID() && i != st.StackIndex {
			s.SelectStack(i)
		}
	}
	s.ScrollTo(at.Frame)
	s.SelectMark(at.Mark.ID)
}

// ChangeMarkAt puts another mark in the place of the one with its ID on a frame that
// need not be on screen.
func (s *Session) ChangeMarkAt(at MarkPlace, m marks.Mark) { s.changeMark(at.key(), m) }

// RemoveMarkAt takes a mark away from a frame that need not be on screen.
func (s *Session) RemoveMarkAt(at MarkPlace) { s.removeMark(at.key(), at.Mark.ID) }

// ToggleKeyAt makes a frame a key image, or one no longer.
func (s *Session) ToggleKeyAt(at MarkPlace) { s.toggleKey(at.key()) }
