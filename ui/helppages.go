package ui

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"lightbox/assets"
)

// helpPage is a page of the help: its file name, which links name it by, its title,
// and its text in Markdown.
type helpPage struct{ name, title, text string }

// helpPages reads the pages of a language ("en", "zh") in their order.
func helpPages(language string) ([]helpPage, error) {
	files, err := fs.Glob(assets.Help(), path.Join("help", language, "*.md"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var out []helpPage
	for _, file := range files {
		data, err := fs.ReadFile(assets.Help(), file)
		if err != nil {
			return nil, err
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(string(data), "# "), "\n")
		out = append(out, helpPage{path.Base(file), title, string(data)})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no help in language %q", language)
	}
	return out, nil
}

// lightPicture is what the picture of a page is called in the light theme, where there
// is one of its own.
func lightPicture(name string) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "-light" + ext
}

// helpPicture is a picture as a page of a language names it, relative to the page;
// nil where there is none. In the light theme it is the one that was taken in that.
func helpPicture(language, name string, light bool) []byte {
	if light {
		if data := helpPicture(language, lightPicture(name), false); data != nil {
			return data
		}
	}
	data, err := fs.ReadFile(assets.Help(), path.Join("help", language, name))
	if err != nil {
		return nil
	}
	return data
}

// has tells whether all words of a query stand in the page, whatever their case.
func (p helpPage) has(query string) bool {
	text := strings.ToLower(p.text)
	for _, word := range strings.Fields(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// around is the line of the page where the first word of a query stands, short; the
// empty query has none.
func (p helpPage) around(query string) string {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 {
		return ""
	}
	for _, line := range strings.Split(p.text, "\n") {
		if i := strings.Index(strings.ToLower(line), words[0]); i >= 0 && !pictureLine.MatchString(line) {
			return excerpt(line, i)
		}
	}
	return ""
}

// excerpt is the part of a line round byte i, without the marks of Markdown.
func excerpt(line string, i int) string {
	const before, after = 20, 60 // characters
	// Lower case can be longer or shorter than the text: the place is about right.
	head, tail := []rune(line[:min(i, len(line))]), []rune(line[min(i, len(line)):])
	out := string(head[max(len(head)-before, 0):]) + string(tail[:min(len(tail), after)])
	if len(head) > before {
		out = "…" + out
	}
	return strings.NewReplacer("**", "", "`", "", "# ", "", "#", "", "|", " ").Replace(out)
}
