package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/vision/dicom/dicomtest"
)

// openWard opens a folder of n studies, one radiograph each; the description of a study
// is its number.
func (b *bench) openWard(n int) {
	b.t.Helper()
	folder := b.t.TempDir()
	for i := range n {
		m := dicomtest.Chest(300, 240, 10)
		uid := fmt.Sprintf("1.2.3.%d", i+1)
		m.Extra = []dicomtest.Element{
			{Tag: 0x00080060, VR: "CS", Value: "CR"}, {Tag: 0x00180015, VR: "CS", Value: "CHEST"}, {Tag: 0x00185101, VR: "CS", Value: "PA"},
			{Tag: 0x00101010, VR: "AS", Value: "040Y"}, {Tag: 0x00080018, VR: "UI", Value: uid + ".1.1"},
			{Tag: 0x0020000D, VR: "UI", Value: uid}, {Tag: 0x0020000E, VR: "UI", Value: uid + ".1"},
			{Tag: 0x00080020, VR: "DA", Value: "20240203"}, {Tag: 0x00081030, VR: "LO", Value: fmt.Sprintf("Chest %d", i+1)},
			dicomtest.DS(dicomtest.WindowCentre, "511"), dicomtest.DS(dicomtest.WindowWidth, "900"),
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.dcm", i+1)), m.Bytes(), 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	b.window.session.Open(folder)
	b.until("all studies", func(st *app.State) bool { return ready(st) && len(st.Studies) == n && !st.Indexing })
	b.capture()
}

// shows waits until a study is on screen, read or not.
func (b *bench) shows(description string) {
	b.t.Helper()
	b.until("study "+description, func(st *app.State) bool { return ready(st) && st.Scan.Header.StudyDescription == description })
	b.capture()
}

// Studies are put in order, one is left out, and they are gone through in large letters.
func TestCaseListIsPlayedByHand(t *testing.T) {
	b := newBench(t)
	b.openWard(3)
	w, s := b.window, b.window.session
	wanted := w.series.object.Visible()
	c := newCaseChooser(w)
	c.open()
	texts := func() (out []string) {
		for i := range c.rows {
			out = append(out, c.text(i))
		}
		return out
	}
	first := texts()
	if len(first) != 3 || !strings.HasPrefix(first[0], "Case 1 · 2024-02-03 Chest ") {
		t.Fatalf("%q", first)
	}
	key := func(k fyne.KeyName) { c.list.TypedKey(&fyne.KeyEvent{Name: k}) }
	of := func(i int) string { return c.rows[i].Study.Description }
	names := []string{of(0), of(1), of(2)}
	key(fyne.KeyDown)
	key(fyne.KeyDown)
	key(fyne.KeyDown) // the last stays
	key(fyne.KeyPageUp)
	key(fyne.KeyPageUp)
	key(fyne.KeyPageUp) // the first stays
	if got := []string{of(0), of(1), of(2)}; !slices.Equal(got, []string{names[2], names[0], names[1]}) || c.at != 0 {
		t.Errorf("order %q, at %d", got, c.at)
	}
	test.Tap(c.down)
	test.Tap(c.up)
	key(fyne.KeyDown)
	key(fyne.KeySpace)
	if got := texts(); !strings.HasPrefix(got[1], "—") || !strings.HasPrefix(got[2], "Case 2 · ") {
		t.Errorf("%q", got)
	}
	key(fyne.KeyReturn)
	b.shows(names[2])
	if w.dialog != nil || !w.cases.object.Visible() || w.series.object.Visible() {
		t.Error("the list has not begun")
	}
	r := w.result
	if n, v := w.cases.number, w.cases.value; n.Text != "Case 1 of 2" || n.TextSize < 28 || v.Text != r.value.Text || v.Text == "" || v.TextSize < 28 {
		t.Errorf("%q in %g, %q in %g", n.Text, n.TextSize, v.Text, v.TextSize)
	}
	// A number never stands without its name.
	if l := w.cases.lower.Text; !strings.Contains(l, r.badge.Text) || !strings.Contains(l, r.interval.Text) || r.interval.Text == "" || w.cases.upper.Text != r.finding.Text {
		t.Errorf("%q %q beside %q %q", w.cases.upper.Text, l, r.badge.Text, r.interval.Text)
	}
	w.focusPane()
	b.press("Page Down")
	b.shows(names[1])
	if got := w.cases.number.Text; got != "Case 2 of 2" {
		t.Errorf("%q", got)
	}
	b.press("Page Down") // the last stays
	b.press("Ctrl+Page Up")
	b.shows(names[2])
	s.SetReader("MK")
	w.run(b.action("Second reader"))
	b.press("Ctrl+Page Down")
	b.shows(names[1])
	if w.cases.value.Text != "" || w.cases.lower.Text != "" || !w.own.controls.Visible() {
		t.Errorf("hidden, the banner says %q %q", w.cases.value.Text, w.cases.lower.Text)
	}
	s.Read(app.CallAbsent, 20)
	s.RevealNext()
	if l := w.cases.lower.Text; w.cases.value.Text != "" || !strings.HasPrefix(l, "Call at the operating point") {
		t.Errorf("the finding alone: %q %q", w.cases.value.Text, l)
	}
	s.RevealNext()
	if w.cases.value.Text == "" {
		t.Error("revealed, the banner has no number")
	}
	w.run(b.action("Second reader"))
	b.press("Esc")
	if _, _, running := s.State().CaseAt(); running || w.cases.object.Visible() || w.series.object.Visible() != wanted {
		t.Error("Escape does not end the list")
	}
	b.press("Page Down") // by stacks again, the one that was left out too
	at := slices.IndexFunc(s.State().Stacks, func(k *app.Stack) bool { return k.Study.Description == names[1] })
	if got := s.State().StackIndex; got != min(at+1, 2) {
		t.Errorf("stack %d after %d", got, at)
	}
}

// In the demo mode the list names cases, and so do the headings of the panel.
func TestCaseListHasPseudonyms(t *testing.T) {
	b := newBench(t)
	b.openWard(2)
	b.window.session.SetDemo(true)
	b.capture()
	b.window.run(b.action("Case list…"))
	rows := ""
	for _, l := range inDialog[*widget.Label](b) {
		rows += l.Text + "\n"
	}
	if strings.Contains(rows, "2024") || strings.Contains(rows, "Chest") || !strings.Contains(rows, "Case 1 · case 00") {
		t.Errorf("%q", rows)
	}
	if p := b.window.studyPatient(b.window.session.State().Studies[0]); !strings.HasPrefix(p, "case 00") {
		t.Errorf("the panel says %q", p)
	}
}
