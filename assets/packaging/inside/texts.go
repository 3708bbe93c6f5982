package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// licenceTexts is one file with the licences of all parts. A text that several have
// stands once, and the others refer to it.
func licenceTexts(parts []part) []byte {
	var b bytes.Buffer
	b.WriteString("Licences of what is built into Lightbox\n\n" +
		"Everything that is linked into this program, with the texts of its licences as\n" +
		"its makers give them. NOTICE has the overview, and the fonts and data.\n")
	first := map[string]string{}
	for _, p := range parts {
		fmt.Fprintf(&b, "\n%s\n%s %s\n%s, %s\n%s\n", strings.Repeat("=", 78), p.name, p.version, p.source, p.licence, strings.Repeat("=", 78))
		for _, name := range slices.Sorted(maps.Keys(p.texts)) {
			text := plain(p.texts[name])
			fmt.Fprintf(&b, "\n--- %s\n\n", name)
			if where, ok := first[text]; ok {
				fmt.Fprintf(&b, "The same text as %s.\n", where)
				continue
			}
			first[text] = name + " of " + p.name
			b.WriteString(text + "\n")
		}
	}
	return b.Bytes()
}

// plain is a text in UTF-8 with ends of lines as Unix has them. What is no UTF-8 is
// ISO 8859-1: a name in a few old licences.
func plain(text string) string {
	if !utf8.ValidString(text) {
		var b strings.Builder
		for i := range len(text) {
			b.WriteRune(rune(text[i]))
		}
		text = b.String()
	}
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}
