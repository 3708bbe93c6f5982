package ui

import (
	"bytes"
	"image"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lightbox/assets"
)

// outline is what the pages of both languages must share: headings by their level,
// rows of tables by their columns, items of lists, pictures and links.
func outline(p helpPage) (out []string) {
	link := regexp.MustCompile(`\[[^\]]+\]\(([^)]+)\)`)
	for _, line := range strings.Split(p.text, "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
			out = append(out, line[:strings.IndexByte(line, ' ')])
		case strings.HasPrefix(line, "|"):
			out = append(out, strings.Repeat("|", strings.Count(line, "|")))
		case strings.HasPrefix(line, "!["):
			out = append(out, path.Base(pictureLine.FindStringSubmatch(line)[2]))
		case strings.HasPrefix(line, "- "):
			out = append(out, "-")
		}
	}
	for _, m := range link.FindAllStringSubmatch(p.text, -1) {
		if !strings.HasPrefix(m[1], "..") {
			out = append(out, m[1])
		}
	}
	return out
}

// Every page is there in both languages, built alike; its links lead to pages, its
// pictures are there, and there are no others.
func TestHelpPages(t *testing.T) {
	used := map[string]bool{}
	var outlines [2][]string
	for i, language := range []string{"en", "zh"} {
		pages, err := helpPages(language)
		if err != nil {
			t.Fatal(err)
		}
		if len(pages) < 12 {
			t.Errorf("%s: only %d pages", language, len(pages))
		}
		for _, p := range pages {
			outlines[i] = append(append(outlines[i], p.name), outline(p)...)
			if p.title == "" || !strings.HasPrefix(p.text, "# "+p.title+"\n") {
				t.Errorf("%s/%s does not begin with its title", language, p.name)
			}
			for _, m := range pictureLine.FindAllStringSubmatch(p.text, -1) {
				used[path.Join("help", language, m[2])], used[path.Join("help", language, lightPicture(m[2]))] = true, true
				if _, _, err := image.DecodeConfig(bytes.NewReader(helpPicture(language, m[2], false))); err != nil || m[1] == "" {
					t.Errorf("%s/%s: picture %s, described %q: %v", language, p.name, m[2], m[1], err)
				}
			}
			for _, x := range outline(p) {
				if strings.HasSuffix(x, ".md") && !slices.ContainsFunc(pages, func(q helpPage) bool { return q.name == x }) {
					t.Errorf("%s/%s links to %s, which is not there", language, p.name, x)
				}
			}
			if chinese := strings.ContainsFunc(p.text, func(r rune) bool { return unicode.Is(unicode.Han, r) }); chinese != (language == "zh") {
				t.Errorf("%s/%s is in another language", language, p.name)
			}
		}
	}
	if !slices.Equal(outlines[0], outlines[1]) {
		for i := range min(len(outlines[0]), len(outlines[1])) {
			if outlines[0][i] != outlines[1][i] {
				t.Fatalf("the languages differ after %q: %q and %q", outlines[0][max(i-6, 0):i], outlines[0][i], outlines[1][i])
			}
		}
		t.Errorf("one language has more: %d and %d", len(outlines[0]), len(outlines[1]))
	}
	total := 0
	err := fs.WalkDir(assets.Help(), "help/pictures", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(assets.Help(), name)
		total += len(data)
		if !used[name] {
			t.Errorf("%s is on no page", name)
		}
		return err
	})
	if err != nil || total > 6<<20 {
		t.Errorf("pictures have %d bytes, %v", total, err)
	}
}

// The search finds the pages that have all words, says where, and links and the way
// back turn the pages.
func TestHelpWindow(t *testing.T) {
	b := newBench(t)
	w := b.window
	w.showHelp()
	h := w.helpWindow
	if h == nil {
		t.Fatal("no help")
	}
	h.window.Resize(fyne.NewSize(900, 600))
	if len(h.found) != len(h.pages) || h.now != 0 {
		t.Errorf("%d of %d pages, page %d", len(h.found), len(h.pages), h.now)
	}
	test.Type(h.search, "hounsfield ELLIPSE")
	if len(h.found) != 1 || h.pages[h.found[0]].name != "06-measuring.md" {
		t.Errorf("found %v", h.found)
	}
	if where := h.pages[h.found[0]].around("hounsfield"); !strings.Contains(where, "Hounsfield units in CT") {
		t.Errorf("found at %q", where)
	}
	h.list.Select(0)
	if h.pages[h.now].name != "06-measuring.md" {
		t.Errorf("on page %s", h.pages[h.now].name)
	}
	if !h.follow("09-exporting.md") || h.follow("https://example.org") || h.pages[h.now].name != "09-exporting.md" {
		t.Errorf("a link leads to %s", h.pages[h.now].name)
	}
	h.goBack()
	h.goBack()
	h.goBack() // there is no more
	if h.now != 0 || !h.back.Disabled() {
		t.Errorf("back on page %d", h.now)
	}
	h.find("xyzzy")
	if len(h.found) != 0 {
		t.Errorf("found %v", h.found)
	}
	w.closeHelp()
	if w.helpWindow != nil {
		t.Error("the help stays")
	}
}
