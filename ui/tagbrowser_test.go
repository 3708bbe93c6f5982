package ui

import (
	"archive/zip"
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lightbox/app"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// tagged is a radiograph with a nested sequence.
func tagged() []byte {
	m := dicomtest.Chest(40, 30, 10)
	m.Extra = []dicomtest.Element{
		{Tag: 0x00080005, VR: "CS", Value: "ISO_IR 192"}, {Tag: 0x00100010, VR: "PN", Value: "PHANTOM^ADAM=体模^一"},
		{Tag: 0x00081140, VR: "SQ", Items: [][]dicomtest.Element{
			{{Tag: 0x00081150, VR: "UI", Value: "1.2.840.10008.5.1.4.1.1.2"}},
			{{Tag: 0x0040A043, VR: "SQ", Items: [][]dicomtest.Element{{{Tag: 0x00080100, VR: "SH", Value: "121311"}}}}},
		}},
		{Tag: 0x00090010, VR: "LO", Value: "ACME 1.0"}, {Tag: 0x00091001, VR: "LT", Value: "two\r\nlines\tand a tab"},
	}
	return m.Bytes()
}

// tags opens the tag browser and waits until the file is read.
func (b *bench) tags() *tagBrowser {
	b.t.Helper()
	browser := newTagBrowser(b.window)
	read := false
	if b.window.session.ReadTags(func(l *app.TagList) { browser.show(l); read = true }) == nil {
		b.t.Fatal("nothing to read")
	}
	browser.open()
	b.until("tags", func(*app.State) bool { return read })
	return browser
}

// texts are the tags that are found, each with its value.
func (b *tagBrowser) texts() string {
	var out []string
	for _, i := range b.found {
		out = append(out, b.rows[i].tag+" "+b.rows[i].value)
	}
	return strings.Join(out, "\n")
}

func TestTagSearch(t *testing.T) {
	b := newBench(t)
	b.open("片.dcm", tagged())
	b.until("an open scan", ready)
	browser := b.tags()
	all := len(browser.rows)
	if all < 25 || len(browser.found) != all || browser.note.Visible() {
		t.Fatalf("%d of %d rows, note %q", len(browser.found), all, browser.note.Text)
	}
	name := "(0010,0010) PHANTOM^ADAM=体模^一"
	for _, c := range []struct{ typed, want string }{
		{"0010,0010", name}, {"(0010,0010)", name}, {"00100010", name}, {"patient's name", name}, {"PatientName", name},
		{"PHANTOM^adam", name}, {"体模", name}, {"pn", name}, {"name  体模", name},
		{"121311", "(0008,0100) 121311"}, {"acme lines", "(0009,1001) two\r\nlines\tand a tab"},
		{"0009,10", "(0009,1001) two\r\nlines\tand a tab"}, {"no such thing", ""}, {"<>", ""},
	} {
		browser.search.SetText(c.typed)
		got := browser.texts()
		if got != c.want {
			t.Errorf("%q finds %q, want %q", c.typed, got, c.want)
		}
	}
	if browser.count.Text != "0 of "+strconv.Itoa(all)+" elements" {
		t.Errorf("count %q", browser.count.Text)
	}
	browser.search.SetText("")
	if len(browser.found) != all || browser.at != -1 {
		t.Errorf("%d of %d rows after clearing", len(browser.found), all)
	}
}

func TestTagCopy(t *testing.T) {
	b := newBench(t)
	b.open("片.dcm", tagged())
	b.until("an open scan", ready)
	browser := b.tags()
	clipboard := b.window.fyne.Clipboard()
	browser.search.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	if clipboard.Content() != "" {
		t.Errorf("nothing is selected, copied %q", clipboard.Content())
	}
	if !browser.buttons[0].Disabled() || browser.buttons[2].Disabled() {
		t.Error("the buttons do not tell what can be copied")
	}
	browser.search.SetText("0010,0010")
	browser.search.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	if got := clipboard.Content(); got != "(0010,0010)\tPN\tPatient's Name\tPHANTOM^ADAM=体模^一\t24" {
		t.Errorf("Ctrl+C: %q", got)
	}
	test.Tap(browser.buttons[1])
	if got := clipboard.Content(); got != "PHANTOM^ADAM=体模^一" {
		t.Errorf("value: %q", got)
	}
	browser.search.SetText("acme lines")
	test.Tap(browser.buttons[0])
	if got := clipboard.Content(); got != "(0009,1001)\tLT\tPrivate · ACME 1.0\ttwo  lines and a tab\t20" {
		t.Errorf("row: %q", got)
	}
	browser.search.SetText("0008,11")
	test.Tap(browser.buttons[2])
	want := "(0008,1140)\tSQ\tReferenced Image Sequence\tItems: 2\t" // and its length
	if got := clipboard.Content(); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "\n>>(0008,1150)\tUI\tReferenced SOP Class UID\t1.2.840.10008.5.1.4.1.1.2 = CT Image Storage\t26\n") || strings.Count(got, "\n") != 2 {
		t.Errorf("all: %q", got)
	}
}

func TestTagNesting(t *testing.T) {
	b := newBench(t)
	b.open("片.dcm", tagged())
	b.until("an open scan", ready)
	browser := b.tags()
	browser.search.SetText("121311")
	if got := browser.detail.Text; got != "Referenced Image Sequence  ›  Item 2  ›  Concept Name Code Sequence  ›  Item 1  ›  (0008,0100) Code Value\n121311" {
		t.Errorf("place: %q", got)
	}
	// Deeper rows stand further right; columns behind the tag do not move.
	line := newTagLine(&browser.columns)
	line.Resize(fyne.NewSize(900, line.MinSize().Height))
	last := float32(-1)
	name := float32(0)
	for _, i := range []int{find(browser, 0), find(browser, 1), find(browser, 2), find(browser, 3), find(browser, 4)} {
		line.show(&browser.rows[i])
		x := line.tag.Position().X
		if x <= last {
			t.Errorf("depth %d at %g, not right of %g", browser.rows[i].depth, x, last)
		}
		if name != 0 && line.name.Position().X != name {
			t.Errorf("depth %d moves the name to %g", browser.rows[i].depth, line.name.Position().X)
		}
		last, name = x, line.name.Position().X
	}
}

// find is the first row of a depth.
func find(b *tagBrowser, depth int) int {
	for i := range b.rows {
		if b.rows[i].depth == depth {
			return i
		}
	}
	return -1
}

func TestTagBrowserKeys(t *testing.T) {
	b := newBench(t)
	if b.window.run(b.action("DICOM tags…")); b.window.dialog != nil {
		t.Error("a list of nothing")
	}
	b.open("片.dcm", tagged())
	b.until("an open scan", ready)
	b.window.run(b.action("DICOM tags…"))
	search, ok := b.window.window.Canvas().Focused().(*tagSearch)
	if !ok || b.window.dialog == nil {
		t.Fatalf("the focus is on %T", b.window.window.Canvas().Focused())
	}
	browser := search.browser
	b.until("tags", func(*app.State) bool { return len(browser.rows) > 0 })
	key := func(k fyne.KeyName) { search.TypedKey(&fyne.KeyEvent{Name: k}) }
	for _, c := range []struct {
		key  fyne.KeyName
		want int
	}{{fyne.KeyDown, 0}, {fyne.KeyDown, 1}, {fyne.KeyUp, 0}, {fyne.KeyUp, 0}} {
		if key(c.key); browser.at != c.want {
			t.Errorf("%s goes to %d, want %d", c.key, browser.at, c.want)
		}
	}
	if key(fyne.KeyPageDown); browser.at < 5 {
		t.Errorf("a page goes to %d", browser.at)
	}
	if b.window.window.Canvas().Focused() != fyne.Focusable(search) {
		t.Error("moving takes the focus away")
	}
	b.capture()
	if key(fyne.KeyEscape); b.window.dialog != nil {
		t.Error("Escape does not close")
	}
}

// action is the row of the action table with a name.
func (b *bench) action(name string) *action {
	for _, a := range b.window.actions {
		if a.name == name {
			return a
		}
	}
	b.t.Fatalf("no action %q", name)
	return nil
}

// TestTagsElsewhere lists tags of an archive's entry, of a file cut short and of
// a picture.
func TestTagsElsewhere(t *testing.T) {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	entry, err := z.Create("a/b.dcm")
	if err == nil {
		_, err = entry.Write(tagged())
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	b.open("study.zip", archive.Bytes())
	b.until("an open scan", ready)
	if browser := b.tags(); !strings.Contains(browser.texts(), "PHANTOM^ADAM") {
		t.Errorf("archive: %q", browser.texts())
	}
	b.window.dialog.Hide()

	data := tagged()
	data = data[:len(data)-900]
	path := filepath.Join(t.TempDir(), "cut.dcm")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	b.window.session.Open(path)
	b.until("the other scan", func(st *app.State) bool { return ready(st) && st.Scan.Path == path })
	browser := b.tags()
	if !browser.note.Visible() || !strings.Contains(browser.note.Text, "not complete") || !strings.Contains(browser.texts(), "PHANTOM") || strings.Contains(browser.note.Text, "PHANTOM") {
		t.Errorf("cut short: %q", browser.note.Text)
	}
	b.window.dialog.Hide()

	path = filepath.Join(t.TempDir(), "p.png")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 30, 40))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, picture.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	b.window.session.Open(path)
	b.until("the picture", func(st *app.State) bool { return ready(st) && st.Scan.Path == path })
	browser = b.tags()
	if !browser.note.Visible() || len(browser.rows) != 5 || browser.rows[1].name != "Columns" || browser.rows[1].value != "30" {
		t.Errorf("picture: %q, %+v", browser.note.Text, browser.rows)
	}
}

// TestTagsMany holds the time that long lists take to be shown, searched and
// scrolled through.
func TestTagsMany(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	browser := newTagBrowser(b.window)
	browser.open()
	list := &app.TagList{DICOM: true, Tags: make([]app.Tag, 100_000)}
	for i := range list.Tags {
		list.Tags[i].Tag = vision.Tag{Depth: i % 4, Tag: 0x00080100 + uint32(i%900), VR: "LO", Name: "Code Value", Value: strings.Repeat("value ", 50), Bytes: int64(i)}
	}
	step := func(what string, limit time.Duration, f func()) {
		start := time.Now()
		f()
		d := time.Since(start)
		t.Logf("%s: %v", what, d)
		if d > limit {
			t.Errorf("%s takes %v", what, d)
		}
	}
	step("showing 100,000 rows", 3*time.Second, func() { browser.show(list) })
	step("searching", 2*time.Second, func() { browser.search.SetText("0008,01 code") })
	b.capture()
	step("scrolling by 100 screens", 10*time.Second, func() {
		for i := range 100 {
			browser.list.ScrollToOffset(float32(i) * 20_000)
		}
	})
}
