package app

import (
	"testing"

	"lightbox/app/marks"
)

func TestFromMark(t *testing.T) {
	for text, s := range map[string]marks.Sentence{
		"3 of Length in A\uFFFDP": marks.Say("{{.N}} of {{.Name}} in {{.View}}", "N", 3, "Name", marks.NameLength, "View", "A\nP"),
		"No gaps.":                marks.Say("No gaps."),
	} {
		m := FromMark(s)
		if m.String() != text {
			t.Errorf("%q, want %q", m, text)
		}
		if name, ok := m.Args["Name"]; ok && name != Term("Length") {
			t.Errorf("%T is not translated", name)
		}
	}
}
