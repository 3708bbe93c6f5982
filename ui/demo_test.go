package ui

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightbox/app"
	"lightbox/app/marks"
	"lightbox/vision/dicom/dicomtest"
)

// named is a folder whose name, files, attributes (PS3.15 table E.1-1), nested items
// and private elements all hold a name: an image, a document without one, and a file
// that is no scan.
func named(t *testing.T, name string) string {
	t.Helper()
	text := func(tag uint32, vr, value string) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: vr, Value: value}
	}
	planted := []dicomtest.Element{
		text(0x00080060, "CS", "CR"), text(0x00180015, "CS", "CHEST"), text(0x00185101, "CS", "PA"), text(0x00101010, "AS", "040Y"),
		text(0x00080050, "SH", name), text(0x00080080, "LO", name), text(0x00080081, "ST", name), text(0x00080090, "PN", name),
		text(0x00081010, "SH", name), text(0x00081030, "LO", name), text(0x0008103E, "LO", name), text(0x00081050, "PN", name),
		text(0x00081070, "PN", name), text(0x00090010, "LO", name), text(0x00091001, "LO", name), text(0x00100010, "PN", name+"^Wqlx=王^"+name),
		text(0x00100020, "LO", name), text(0x00100030, "DA", "19771231"), text(0x00101040, "LO", name), text(0x00102154, "SH", name),
		text(0x00104000, "LT", name), text(0x00181000, "LO", name), text(0x00181030, "LO", name), text(0x00204000, "LT", name),
		text(0x00281055, "LO", name), text(0x00321060, "LO", name), text(0x00400244, "DA", "19771231"), text(0x00400254, "LO", name),
		text(0x00080020, "DA", "19771231"), text(0x00080021, "DA", "19771231"), text(0x00080070, "LO", name),
		{Tag: 0x00400275, VR: "SQ", Items: [][]dicomtest.Element{{text(0x00400007, "LO", name), text(0x00321060, "LO", name)}}},
		dicomtest.DS(dicomtest.WindowCentre, "511"), dicomtest.DS(dicomtest.WindowWidth, "900"),
	}
	m := dicomtest.Chest(300, 240, 10)
	m.Extra = planted
	document := m
	document.Extra = append(slices.Clone(planted), text(0x00080060, "CS", "SR"), text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.88.11"),
		text(0x0020000E, "UI", "1.2.826.0.1.3680043.10.1.4"), text(0x00080018, "UI", "1.2.826.0.1.3680043.10.1.5"))
	document.Omit = []uint32{dicomtest.Pixels, dicomtest.Rows, dicomtest.Columns}
	folder := filepath.Join(t.TempDir(), name+" 病例")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for file, data := range map[string][]byte{name + " Wqlx.dcm": m.Bytes(), "2." + name: document.Bytes(), "3." + name: []byte("no scan")} {
		if err := os.WriteFile(filepath.Join(folder, file), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// Names that are planted in two folders: the one that is open when the demo mode is
// switched on, and the one that is opened under it.
const (
	nameBefore = "Zyxwvut"
	nameUnder  = "Qponmlk"
)

// The demo mode masks who a patient is in all that is shown, listed, copied, exported,
// logged and kept, at once, and gives it back.
func TestDemoModeLeavesNoNameAnywhere(t *testing.T) {
	var log strings.Builder
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(old)
	kept := filepath.Join(t.TempDir(), "settings.json")
	settings, err := app.LoadSettings(kept)
	if err != nil {
		t.Fatal(err)
	}
	settings.Language = "en"
	b := newBenchWith(t, settings, func(app.Event) {})
	w, s := b.window, b.window.session
	names := []string{nameBefore, nameUnder, "Wqlx", "19771231", "1977-12-31"}
	check := func(what, text string) {
		t.Helper()
		for _, bad := range names {
			if i := strings.Index(text, bad); i >= 0 {
				t.Errorf("%s: %q in …%s…", what, bad, text[max(0, i-60):min(len(text), i+40)])
			}
		}
	}
	open := func(folder string) {
		t.Helper()
		before := s.State().Stack()
		s.Open(folder)
		b.until("an open folder", func(st *app.State) bool {
			return ready(st) && !st.Indexing && st.Busy == nil && len(st.Stacks) == 1 && (before == nil || st.Stack().Frames[0] != before.Frames[0])
		})
		b.until("its thumbnail", func(st *app.State) bool { return s.Thumbnail(st.Stacks[0]) != nil })
		w.toggleSeries()
		if !w.series.object.Visible() {
			w.toggleSeries()
		}
		b.capture()
	}

	first := named(t, nameBefore)
	open(first)
	if text := b.said(); !strings.Contains(text, nameBefore) || !strings.Contains(text, "1977-12-31") {
		t.Fatal("the test sees nothing")
	}
	tip := w.stack.play
	w.tips.timer = time.NewTimer(time.Hour)
	w.tips.show(tip, nameBefore) // a tooltip that is open, and a browser, and what was copied from it
	browser := b.tags()
	browser.copyAll()
	if !strings.Contains(w.fyne.Clipboard().Content(), nameBefore) {
		t.Error("nothing was copied")
	}
	w.tell(nameBefore)
	s.SetDemo(true)
	if w.dialog != nil || w.demo.text.Text != "DEMO" || !w.demo.object.Visible() || !w.status.demo.object.Visible() {
		t.Error("a dialog stays open, or the badge is missing")
	}
	b.capture()
	check("the window", b.said())

	check("the settings before", strings.ReplaceAll(readFile(t, kept), nameBefore, "")) // what was opened before stays listed
	open(named(t, nameUnder))
	check("what is opened under it", b.said())
	check("the settings", strings.ReplaceAll(readFile(t, kept), nameBefore, ""))
	for level := range annotationsCount {
		w.annotations = level
		w.showPanes()
		check(fmt.Sprintf("corners at level %d", level), b.said())
	}
	w.annotations = annotationsFull
	s.SetCursor(0, w.session.State().Centre(), true)
	b.capture()
	check("the cursor", b.said())

	for _, name := range []string{"Keys…", "About Lightbox…", "Settings…", "Model card…", "What the network saw…", "Prevalence and level…", "Choose the model…", "Case list…", "Open scan…", "Export views…", "Export reader study…", "Change keys…"} {
		w.run(b.action(name))
		check(name, b.said())
		if w.dialog == nil {
			t.Errorf("%s opens nothing", name)
			continue
		}
		w.dialog.Hide()
	}
	browser = b.tags()
	browser.list.Select(0)
	for i := range browser.found {
		browser.selected(i)
		browser.copyRow()
		check("a row that is copied", w.fyne.Clipboard().Content())
	}
	browser.copyAll()
	b.capture()
	check("the tag browser", b.said())
	if len(browser.rows) < 30 {
		t.Errorf("%d tags", len(browser.rows))
	}
	w.dialog.Hide()

	s.AddMark(marks.Mark{Kind: marks.Length, Name: nameUnder, Points: []marks.Point{{X: 10, Y: 10}, {X: 90, Y: 90}}})
	folder := t.TempDir()
	done := 0
	s.Export(folder, func([]string) { done++ })
	b.until("exported views", func(*app.State) bool { return done == 1 })
	s.ExportMarks(filepath.Join(folder, "marks.csv"), func(int) { done++ })
	b.until("exported marks", func(*app.State) bool { return done == 2 })
	w.writeReaderStudy(filepath.Join(folder, "study.csv"))
	check("what is said of the export", w.status.hint.Text)
	(&reporter{file: filepath.Join(folder, "report.json"), window: w, marks: map[string]float64{}}).write()
	files, err := os.ReadDir(folder)
	if err != nil || len(files) < 5 {
		t.Fatalf("%v, %d files", err, len(files))
	}
	for _, f := range files {
		check(f.Name(), f.Name()+readFile(t, filepath.Join(folder, f.Name())))
	}
	data, err := json.Marshal(w.reportResult())
	check("the report", string(data))
	if err != nil {
		t.Error(err)
	}
	s.RemoveAllMarks() // its name is the reader's, and on the screen

	s.Open(filepath.Join(first, "3."+nameBefore))
	b.until("a problem", func(st *app.State) bool { return st.Problem != nil })
	check("the problem", b.said())
	s.Open(filepath.Join(first, nameBefore+" gone.dcm"))
	b.until("another problem", func(st *app.State) bool { return strings.Contains(st.Problem.String(), "found") })
	check("the other problem", b.said())
	check("the log", log.String())
	if !strings.Contains(log.String(), "problem") {
		t.Error("nothing was logged")
	}
	if u := w.lastFolder(); u == nil || strings.Contains(u.Path(), nameBefore) {
		t.Errorf("file dialogs start in %v", u)
	}

	w.run(b.action("Demo mode"))
	b.capture()
	if text := b.said(); !strings.Contains(text, nameUnder) || !strings.Contains(text, nameBefore) || w.demo.object.Visible() || w.status.chips.Visible() {
		t.Error("switched off, names do not come back")
	}
	if u := w.lastFolder(); u == nil || !strings.HasPrefix(first, u.Path()) {
		t.Errorf("file dialogs start in %v", u)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A window that is built anew, for another language say, stays in its modes.
func TestModesOutliveTheLanguage(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	w := b.window
	w.session.SetDemo(true)
	w.session.SetMode(app.SecondReader)
	w.session.StartCases([]string{w.session.Studies()[0].ID})
	w.session.Settings().Language = "zh"
	w.applySettings()
	defer func() {
		if err := useLanguage("en"); err != nil {
			t.Error(err)
		}
	}()
	if w.demo.text.Text != "演示" || !w.own.controls.Visible() || !w.cases.object.Visible() || !w.status.mode.object.Visible() {
		t.Errorf("badge %q, own read %v, banner %v", w.demo.text.Text, w.own.controls.Visible(), w.cases.object.Visible())
	}
	w.run(b.action("Case list…")) // ends it
	if w.cases.object.Visible() || w.dialog != nil {
		t.Error("the list does not end")
	}
}
