package app

import "lightbox/app/marks"

// FromMark takes over what a mark has to say. What the file's words put into it is
// made printable.
func FromMark(s marks.Sentence) Message {
	m := Message{Text: s.Text}
	if s.Args != nil {
		m.Args = make(map[string]any, len(s.Args))
	}
	for k, v := range s.Args {
		switch x := v.(type) {
		case string:
			v = Printable(x)
		case marks.Term:
			v = Term(x)
		}
		m.Args[k] = v
	}
	return m
}
