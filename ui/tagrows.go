package ui

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"fyne.io/fyne/v2/lang"

	"lightbox/app"
	"lightbox/vision"
)

// maxCellText is how many characters a cell is given: more never fit, and
// Fyne measures all of them to cut them off.
const maxCellText = 240

// tagRow is a row of the tag browser, worded in the window's language.
type tagRow struct {
	depth           int
	tag, vr, name   string
	value, length   string
	search, numbers string // what is searched, in lower case; the tag's digits
}

// tagWords words rows. Files have thousands of items with the same few texts,
// and translating takes its time, therefore it is done once for each.
type tagWords struct {
	counts                           map[tagCount]string
	privately, noName, deep, endless string
}

// tagCount is what is counted, and how many there are.
type tagCount struct {
	of tagCounted
	n  int64
}

type tagCounted int

const (
	countedItem tagCounted = iota
	countedItems
	countedBytes
	countedFragments
)

func newTagWords() *tagWords {
	return &tagWords{
		counts:    map[tagCount]string{},
		privately: lang.L("Private"), noName: lang.L("Not in the dictionary"),
		deep: lang.L("Nested too deep to be listed"), endless: lang.L("undefined"),
	}
}

// count is a translated text with a number in it.
func (w *tagWords) count(of tagCounted, n int64) string {
	s, ok := w.counts[tagCount{of, n}]
	if ok {
		return s
	}
	gaps := map[string]any{"Count": n}
	switch of {
	case countedItem:
		s = lang.L("Item {{.Count}}", gaps)
	case countedItems:
		s = lang.L("Items: {{.Count}}", gaps)
	case countedBytes:
		s = lang.L("{{.Count}} bytes", gaps)
	case countedFragments:
		s = lang.L("Fragments: {{.Count}}", gaps)
	}
	w.counts[tagCount{of, n}] = s
	return s
}

// rowsOf words a list of tags.
func rowsOf(list []app.Tag) []tagRow {
	w, rows := newTagWords(), make([]tagRow, len(list))
	for i := range list {
		rows[i] = w.row(&list[i])
	}
	return rows
}

func (w *tagWords) row(t *app.Tag) tagRow {
	if t.Label != "" {
		r := tagRow{name: lang.L(string(t.Label)), value: t.Value}
		r.search = strings.ToLower(r.name + "\n" + r.value)
		return r
	}
	r := tagRow{depth: t.Depth, vr: t.VR, name: t.Name, value: w.value(t)}
	r.tag = fmt.Sprintf("(%04X,%04X)", t.Tag.Tag>>16, t.Tag.Tag&0xFFFF)
	r.numbers = strings.ToLower(r.tag[1:5] + r.tag[6:10])
	switch {
	case t.Form == vision.TagItem:
		r.name = w.count(countedItem, int64(t.Count))
	case t.Creator != "" && r.name == "":
		r.name = w.privately + " · " + t.Creator
	case t.Creator != "":
		r.name += " · " + t.Creator
	case r.name == "" && t.Tag.Tag>>16&1 == 1:
		r.name = w.privately
	case r.name == "":
		r.name = w.noName
	}
	if r.length = strconv.FormatInt(t.Bytes, 10); t.Undefined {
		r.length = w.endless
	}
	r.search = strings.ToLower(r.tag + "\n" + r.vr + "\n" + r.name + "\n" + t.Keyword + "\n" + r.value)
	return r
}

// value words what is in an element.
func (w *tagWords) value(t *app.Tag) string {
	switch t.Form {
	case vision.TagBinary:
		if t.Bytes == 0 {
			return ""
		}
		return w.count(countedBytes, t.Bytes) + ": " + t.Value
	case vision.TagSequence:
		return w.count(countedItems, int64(t.Count))
	case vision.TagItem:
		return ""
	case vision.TagFragments:
		return w.count(countedFragments, int64(t.Count)) + ", " + w.count(countedBytes, t.Bytes)
	case vision.TagTooDeep:
		return w.deep
	}
	if t.Meaning != "" {
		return t.Value + " = " + t.Meaning
	}
	return t.Value
}

// query is what is searched for: all of its words must be found.
type query []string

func newQuery(text string) query { return strings.Fields(strings.ToLower(text)) }

// matches reports whether a row has all words. A tag may be typed with or
// without its brackets and comma.
func (q query) matches(r *tagRow) bool {
	for _, word := range q {
		if strings.Contains(r.search, word) {
			continue
		}
		digits := strings.Trim(word, "(,)")
		if digits == "" || !strings.Contains(r.numbers, digits) || strings.Trim(digits, "0123456789abcdef") != "" {
			return false
		}
	}
	return true
}

// oneLine makes a value fit a cell or a line of a table: no line breaks, and
// nothing that would reorder the text around it.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsPrint(r) {
			return r
		}
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return ' '
	}, s)
}

// cellText is what of a text is put into a cell.
func cellText(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxCellText {
			s = s[:i] + "…"
			break
		}
	}
	return oneLine(s)
}

// place tells where row i lies: the sequences and items around it, and itself.
func place(rows []tagRow, i int) string {
	depth, text := rows[i].depth, strings.TrimSpace(rows[i].tag+" "+rows[i].name)
	for i--; i >= 0 && depth > 0; i-- {
		if r := &rows[i]; r.depth < depth {
			depth, text = r.depth, r.name+"  ›  "+text
		}
	}
	return oneLine(text)
}

// line gives a row as tab-separated text. As in the tables of the standard,
// each level of nesting is a ">" before the tag.
func (r *tagRow) line() string {
	return strings.Repeat(">", r.depth) + oneLine(r.tag) + "\t" + oneLine(r.vr) + "\t" + oneLine(r.name) + "\t" + oneLine(r.value) + "\t" + r.length
}
