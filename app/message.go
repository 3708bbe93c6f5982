package app

import (
	"strings"
	"text/template"

	"lightbox/model"
)

// Message is a sentence for people: an English template, which is also the key
// of its translations, and what fills its {{.Gaps}}.
type Message struct {
	Text string
	Args map[string]any
}

// Say makes a Message of a template and key, value pairs.
func Say(text string, pairs ...any) Message {
	m := Message{Text: text}
	if len(pairs) > 0 {
		m.Args = make(map[string]any, len(pairs)/2)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if key, ok := pairs[i].(string); ok {
			m.Args[key] = pairs[i+1]
		}
	}
	return m
}

// String is the message in English.
func (m Message) String() string { return fill(m.Text, m.Args) }

// fill puts args into the gaps of a template. A template that is broken comes
// back as it is: a sentence with gaps beats no sentence.
func fill(text string, args map[string]any) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	t, err := template.New("").Parse(text)
	if err != nil {
		return text
	}
	var b strings.Builder
	if err := t.Execute(&b, args); err != nil {
		return text
	}
	return b.String()
}

// Term is what fills a gap and is itself translated, as the name of a
// population is.
type Term string

// OwnPatients begins the population of a model that was trained on a user's own
// folders, whose names follow.
const OwnPatients = "patients of the folder "

// Message is the term as what is to be translated: the names of a user's folders stay
// as they are.
func (t Term) Message() Message {
	if folder, own := strings.CutPrefix(string(t), OwnPatients); own {
		return Say("patients of the folder {{.Folder}}", "Folder", Printable(folder))
	}
	return Message{Text: string(t)}
}

// fromNote takes over what the model room has to say.
func fromNote(n model.Note) Message {
	m := Message{Text: n.Text, Args: make(map[string]any, len(n.Args))}
	for k, v := range n.Args {
		if s, ok := v.(string); ok && k == "Population" {
			v = Term(s)
		}
		m.Args[k] = v
	}
	return m
}
