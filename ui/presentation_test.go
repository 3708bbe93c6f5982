package ui

import (
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox/app"
	"lightbox/vision/dicom/dicomtest"
)

// openBeside opens a folder of a radiograph and of objects that belong to it.
func (b *bench) openBeside(sets ...dicomtest.Set) {
	b.t.Helper()
	dir := b.t.TempDir()
	files := [][]byte{radiograph()}
	for _, s := range sets {
		files = append(files, dicomtest.File(dicomtest.ExplicitLE, s))
	}
	for i, data := range files {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%c.dcm", 'a'+i)), data, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	b.window.session.Open(dir)
	b.until("the study", func(st *app.State) bool { return ready(st) && !st.Indexing && st.Busy == nil })
	b.capture()
}

// A presentation state is drawn, and the pane says by which; Y takes it away and brings
// it back, the list of windows has its own.
func TestPresentationStateIsShown(t *testing.T) {
	b := newBench(t)
	items := func(tag uint32, list ...[]dicomtest.Element) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: "SQ", Items: list}
	}
	text := []dicomtest.Element{{Tag: 0x00700004, VR: "CS", Value: "PIXEL"}, {Tag: 0x00700006, VR: "ST", Value: "look here"},
		{Tag: 0x00700014, VR: "FL", Value: []float64{30, 30}}, {Tag: 0x00700015, VR: "CS", Value: "Y"}}
	m := dicomtest.Chest(300, 240, 10) // as radiograph has it
	b.openBeside(dicomtest.State(m.Columns, m.Rows,
		items(dicomtest.SoftcopyVOIs, []dicomtest.Element{dicomtest.DS(dicomtest.WindowCentre, "300"), dicomtest.DS(dicomtest.WindowWidth, "200")}),
		items(dicomtest.Layers, dicomtest.Layer("L", "1", 0xFFFF)),
		items(dicomtest.DisplayedArea, dicomtest.Area(1, 1, m.Columns, m.Rows, "TRUE SIZE")),
		items(dicomtest.Graphics, dicomtest.Annotation("L", [][]dicomtest.Element{dicomtest.Graphic("PIXEL", "POLYLINE", 20, 40, 60, 40)}, [][]dicomtest.Element{text})),
		dicomtest.Element{Tag: 0x00181600, VR: "CS", Value: "RECTANGULAR"}, dicomtest.Element{Tag: 0x00181602, VR: "IS", Value: "11"},
		dicomtest.Element{Tag: 0x00181604, VR: "IS", Value: "100"}, dicomtest.Element{Tag: 0x00181606, VR: "IS", Value: "1"},
		dicomtest.Element{Tag: 0x00181608, VR: "IS", Value: fmt.Sprint(m.Rows)}, dicomtest.Element{Tag: 0x00181622, VR: "US", Value: 0x8000},
	))
	w, st := b.window, b.window.session.State()
	corner := func() string { return strings.Join(corners(st.Pane, st, w.annotations).BottomLeft, "\n") }
	for _, want := range []string{"Presentation state: READ · a synthetic state\nReader Ruth · 2024-01-02 10:11:12\n", "not shown of it: true size (shown 1:1", "presentation state"} {
		if !strings.Contains(corner(), want) {
			t.Errorf("the corner lacks %q:\n%s", want, corner())
		}
	}
	if got := b.labels(paneOriginal); !strings.Contains(got, "look here") {
		t.Errorf("labels: %q", got)
	}
	if v := st.Viewport; v.Zoom != 1 || v.CentreX != float64(m.Columns)/2 {
		t.Errorf("viewport %+v", v)
	}
	at := func(x, y float64) color.RGBA {
		img := b.capture()
		pane := w.panes.boxes[paneOriginal].pane
		p := st.Panes[paneOriginal]
		sx, sy := p.Viewport.ToScreen(x, y, p.Size.X, p.Size.Y)
		r := pane.PictureRect().Min.Add(image.Pt(int(sx), int(sy)))
		return color.RGBAModel.Convert(img.At(r.X, r.Y)).(color.RGBA)
	}
	if c := at(5.5, 80.5); c.R != 128 || c.G != 128 {
		t.Errorf("the shutter is %v", c)
	}
	if c := at(40.5, 40); c.R < 200 || c.R != c.B {
		t.Errorf("the line is %v", c)
	}
	if got := w.voi.choice.Options; len(got) < 3 || !strings.Contains(got[0], "W 200 L 300 · presentation state") || !strings.Contains(got[1], "DICOM window") {
		t.Errorf("windows to choose from: %q", got)
	}
	if a := b.action("Presentation state"); !w.switched(a) {
		t.Error("the menu does not say that it is applied")
	}
	b.press("Y")
	if got := corner(); st.Presented != nil || !strings.Contains(got, "presentation state not applied") || strings.Contains(got, "READ") {
		t.Errorf("left, the corner says %q", got)
	}
	if c := at(5.5, 80.5); c.R == 128 {
		t.Error("the shutter stays")
	}
	b.press("Ctrl+Z")
	if st.Presented == nil {
		t.Error("undo does not bring it back")
	}
	if got := labels(w.presentationMenu()); !slices.Equal(got, []string{"The image's own presentation", "✓ READ · a synthetic state · Reader Ruth · 2024-01-02 10:11:12"}) {
		t.Errorf("the menu is %q", got)
	}
	b.press("Shift+Y")
	if b.menuOpen() == nil {
		t.Error("Shift+Y opens no menu")
	}
	b.press("Enter") // the image's own
	if st.Presented != nil {
		t.Error("the state is not left by the menu")
	}
	// The exported picture has what the pane has.
	w.session.TogglePresentation()
	if !strings.Contains(b.stripWords(), "Presentation state: READ") {
		t.Error("the strip below an exported picture does not name the state")
	}
}

// second is a film of another study.
func second(t testing.TB) string {
	path := filepath.Join(t.TempDir(), "other.dcm")
	m := dicomtest.Chest(160, 128, 10)
	m.Extra = []dicomtest.Element{{Tag: 0x0020000D, VR: "UI", Value: "1.2.8"}}
	if err := os.WriteFile(path, m.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// R opens the reports of a study in a window of their own, or says that there is none.
func TestReportsAreShown(t *testing.T) {
	b := newBench(t)
	report := dicomtest.Report(
		dicomtest.Content("CONTAINS", "CONTAINER", "Findings", dicomtest.Children(
			dicomtest.Content("CONTAINS", "TEXT", "Finding", dicomtest.Element{Tag: 0x0040A160, VR: "UT", Value: "A mass.\r\nRound."}),
			dicomtest.Content("CONTAINS", "NUM", "Diameter", dicomtest.Number("12.5", "mm", "millimeter")),
		)))
	patient := dicomtest.Element{Tag: 0x00100020, VR: "LO", Value: "PH-1"}
	b.openBeside(report.With(patient), dicomtest.PDF("Befund", []byte("%PDF-1.4")).With(patient))
	w := b.window
	b.press("R")
	b.until("the reports", func(*app.State) bool { return w.reports != nil })
	r := w.reports
	want := "体模 一 (PHANTOM ADAM) · PH-1\nImaging Measurement Report · 2024-01-03 13:14:15\nnot verified · not complete\n\nFINDINGS\n" +
		"    Finding:\n        A mass.\n        Round.\n    Diameter: 12.5 mm"
	if r.text.Text != want {
		t.Errorf("the report reads\n%s", r.text.Text)
	}
	if !strings.Contains(textsOf(r.window.Content()), app.Disclaimer) {
		t.Error("the permanent line is missing")
	}
	r.copy.OnTapped()
	if got := w.fyne.Clipboard().Content(); got != want+"\n\n"+app.Disclaimer+"\n" {
		t.Errorf("copied is\n%s", got)
	}
	r.list.Select(1)
	if !r.open.Visible() || r.copy.Visible() || !strings.Contains(r.note.Text, "PDF document") {
		t.Errorf("of the document it says %q", r.note.Text)
	}
	r.open.OnTapped()
	if !strings.Contains(r.note.Text, "report.pdf; deleted when Lightbox closes.") {
		t.Errorf("it says %q", r.note.Text)
	}
	w.toggleDemo()
	if w.reports != nil || w.fyne.Clipboard().Content() != "" {
		t.Error("the demo mode leaves the report open, or on the clipboard")
	}
	b.press("R")
	b.until("the reports", func(*app.State) bool { return w.reports != nil })
	if got := w.reports.text.Text; strings.Contains(got, "PHANTOM") || strings.Contains(got, "mass") || !strings.Contains(got, "12.5 mm") {
		t.Errorf("in the demo mode the report reads\n%s", got)
	}
	w.reports.list.Select(1)
	if w.reports.open.Visible() {
		t.Error("the demo mode opens documents")
	}
	b.window.session.Open(second(b.t))
	b.until("another study", func(st *app.State) bool { return ready(st) && st.Studies[0].UID == "1.2.8" && !st.Indexing })
	if w.reports != nil {
		t.Error("the report stays open beside another study")
	}
	b.press("R")
	if got := w.status.hint.Text; w.reports != nil || !strings.Contains(got, "This study has no report.") {
		t.Errorf("without a report it says %q", got)
	}
}
