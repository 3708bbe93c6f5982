package ui

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// textsOf are the texts of the visible objects below one.
func textsOf(o fyne.CanvasObject) string {
	var out []string
	for _, x := range test.LaidOutObjects(o) {
		if t, ok := x.(*canvas.Text); ok && t.Text != "" {
			out = append(out, t.Text)
		}
	}
	return strings.Join(out, "\n")
}

// stripsOf are the texts that can be seen under the panes and in the status line.
func (b *bench) stripsOf() string { return textsOf(b.window.dock) + "\n" + textsOf(b.window.foot) }

// secondReader opens the radiograph in the mode of the second reader; its curve is whole.
func (b *bench) secondReader() {
	b.t.Helper()
	b.window.session.SetReader("MK")
	b.window.run(b.action("Second reader"))
	b.openRadiograph()
	b.until("the curve", curved)
	b.capture()
}

// What the result says, in the digits in which it says it.
var numberOfResult = regexp.MustCompile(`\d+ %|0\.\d\d|95`)

// The reader reads first, then the result comes in its stages: each shows what is its,
// and nothing of what comes after.
func TestOwnReadThenRevealInStages(t *testing.T) {
	b := newBench(t)
	b.secondReader()
	w, st := b.window, b.window.session.State()
	report := filepath.Join(t.TempDir(), "report.json")
	check := func(stage app.Reveal) {
		t.Helper()
		b.capture()
		if st.Revealed() != stage {
			t.Fatalf("stage %d, want %d", st.Revealed(), stage)
		}
		reads := func(what string, shown bool, from app.Reveal) {
			t.Helper()
			if shown != (stage >= from) {
				t.Errorf("stage %d: %s shown: %v", stage, what, shown)
			}
		}
		strip := textsOf(w.own.shown)
		if !w.own.shown.Visible() {
			strip = ""
		}
		reads("finding", strings.Contains(strip, "Pneumonia or lung opacity"), app.RevealFinding)
		reads("the words of the curve", strings.Contains(w.filter.words.Text, "flip"), app.RevealFinding)
		reads("value", w.result.value.Text != "", app.RevealNumber)
		reads("bar", w.result.bar.answer != nil && w.result.barTip.Visible(), app.RevealNumber)
		reads("curve", w.filter.curve.Visible(), app.RevealNumber)
		reads("evidence", w.proof.has && w.proof.chart.Visible(), app.RevealNumber)
		reads("outlines", drawing(st) != nil, app.RevealPlaces)
		reads("legend", len(corners(st.Pane, st, annotationsFull).Legend.Lines) > 0, app.RevealPlaces)
		reads("what the network saw", !w.result.eye.Disabled(), app.RevealPlaces)
		if stage < app.RevealNumber {
			text := regexp.MustCompile(`(?m)^0%$|^`+w.own.percent.Text+`$|.*sure that it is there.*|.*σ.*|.*px.*`).ReplaceAllString(b.stripsOf(), "")
			if bad := numberOfResult.FindString(text); bad != "" {
				t.Errorf("stage %d: %q stands in\n%s", stage, bad, text)
			}
		}
		// Keys and dialogs obey it too.
		for name, from := range map[string]app.Reveal{
			"Choose the model…": app.RevealFinding, "Heat map": app.RevealPlaces, "Outlines": app.RevealPlaces, "What the network saw…": app.RevealPlaces,
			"Peek at the heat map": app.RevealPlaces, "What speaks against": app.RevealPlaces, "Grad-CAM or occlusion": app.RevealPlaces,
		} {
			ok, _ := w.possible(b.action(name))
			reads(name, ok, from)
		}
		w.showTerms()
		preview := ""
		for _, l := range inDialog[*widget.Label](b) {
			preview += l.Text
		}
		w.dialog.Hide()
		reads("the preview of terms", strings.Contains(preview, "robability: ") || strings.Contains(preview, "core, uncalibrated: "), app.RevealNumber)
		// The report waits for nothing that is not to come, and tells what is on the screen.
		if !(&reporter{window: w}).complete() {
			t.Errorf("stage %d: the report waits", stage)
		}
		(&reporter{file: report, window: w, marks: map[string]float64{}}).write()
		data, err := os.ReadFile(report)
		var told painted
		if err == nil {
			err = json.Unmarshal(data, &told)
		}
		if err != nil {
			t.Fatal(err)
		}
		reads("the finding in the report", told.Finding != "", app.RevealFinding)
		reads("the score in the report", told.Score != nil, app.RevealNumber)
		reads("the curve in the report", told.Stability != nil, app.RevealNumber)
		reads("the reliability in the report", told.Reliability != nil, app.RevealNumber)
		reads("the overlay in the report", told.Overlay != nil, app.RevealPlaces)
		if told.Mode != "second-reader" || told.Revealed != revealNames[stage] {
			t.Errorf("the report: mode %q, revealed %q", told.Mode, told.Revealed)
		}
	}

	check(app.RevealNothing)
	if got := w.status.mode.text.Text; got != "Second reader · result hidden" || !w.status.chips.Visible() {
		t.Errorf("the chip says %q", got)
	}
	w.focusPane()
	b.press("F9") // refused: nothing was read
	if check(app.RevealNothing); !strings.Contains(w.status.hint.Text, "Read first") {
		t.Errorf("the status line says %q", w.status.hint.Text)
	}
	b.press("F7")
	if st.Overlay.Peek || !w.own.keep.Disabled() || !w.own.reveal.Disabled() {
		t.Error("the peek works, or a read without a call can be kept")
	}
	b.press("Return") // no call yet: no read
	if st.Case().Before != nil {
		t.Error("a read without a call was kept")
	}
	test.Tap(w.own.calls[app.CallUnsure])
	w.own.likely.SetValue(30)
	if w.own.percent.Text != "30 %" {
		t.Errorf("the slider says %q", w.own.percent.Text)
	}
	w.window.Canvas().Focus(w.own.likely)
	b.press("Return")
	if r := st.Case().Before; r == nil || r.Call != app.CallUnsure || r.Confidence != 30 || w.window.Canvas().Focused() != w.panes.active() {
		t.Fatalf("kept %+v", r)
	}
	if !strings.Contains(w.own.kept.Text, "unsure, 30 %") {
		t.Errorf("it says %q", w.own.kept.Text)
	}
	test.Tap(w.own.calls[app.CallPresent]) // another opinion, before the result
	b.press("Return")
	for stage := app.RevealFinding; stage <= app.RevealPlaces; stage++ {
		b.press("F9")
		check(stage)
		if want := "Second reader · " + stageText(stage); w.status.mode.text.Text != want {
			t.Errorf("the chip says %q", w.status.mode.text.Text)
		}
	}
	if w.own.next.Visible() {
		t.Error("there is more to reveal")
	}
	test.Tap(w.own.again)
	if !w.own.controls.Visible() || !strings.Contains(w.own.question.Text, "after") && !strings.Contains(w.own.question.Text, "saw the result") {
		t.Errorf("%q", w.own.question.Text)
	}
	test.Tap(w.own.calls[app.CallAbsent])
	b.press("Return")
	c := st.Case()
	if c.Before.Call != app.CallPresent || c.After == nil || c.After.Call != app.CallAbsent || w.own.controls.Visible() {
		t.Errorf("before %+v, after %+v", c.Before, c.After)
	}
	if got := w.own.reads.Text; !strings.Contains(got, "present, 30 %") || !strings.Contains(got, "absent, 30 %") {
		t.Errorf("the bar says %q", got)
	}
	w.run(b.action("Second reader"))
	if w.own.bar.Visible() || w.status.chips.Visible() || w.result.value.Text == "" {
		t.Error("the direct mode keeps something of the other")
	}
}

// A case that the model may not read is read first as well, and says why at the reveal.
func TestOwnReadOfARefusedCase(t *testing.T) {
	b := newBench(t)
	b.window.session.SetReader("MK")
	b.window.run(b.action("Second reader"))
	b.openSeries(2)
	b.until("a refusal", func(st *app.State) bool { return st.Reading.Status == app.Refused })
	b.capture()
	w := b.window
	if text := b.stripsOf(); strings.Contains(text, "eligible") || !w.own.controls.Visible() {
		t.Errorf("the refusal shows:\n%s", text)
	}
	test.Tap(w.own.calls[app.CallAbsent])
	test.Tap(w.own.keep)
	test.Tap(w.own.reveal)
	if !strings.Contains(w.result.badge.Text, "Not eligible") || w.result.detail.Text == "" || w.own.next.Visible() {
		t.Errorf("revealed: %q %q", w.result.badge.Text, w.result.detail.Text)
	}
	w.focusPane()
	b.press("↓") // the next slice is another case
	b.at(1)
	b.capture()
	if !w.own.controls.Visible() || w.own.call != app.CallNone || w.own.likely.Value != undecided {
		t.Errorf("the next slice begins with %q, %g", w.own.call, w.own.likely.Value)
	}
	b.press("↑")
	b.at(0)
	if w.own.controls.Visible() {
		t.Error("a case that was revealed is hidden again")
	}
}

// The mode asks once who reads, and writes the study where it says.
func TestReaderStudyIsExported(t *testing.T) {
	b := newBench(t)
	w := b.window
	if ok, why := w.possible(b.action("Export reader study…")); ok || why.Text == "" {
		t.Error("there is nothing to export")
	}
	w.run(b.action("Second reader"))
	if w.dialog == nil || w.session.State().Mode != app.Direct {
		t.Fatal("it does not ask who reads")
	}
	b.tapInDialog("Cancel")
	if w.session.State().Mode != app.Direct {
		t.Error("cancelled, the mode changes")
	}
	w.run(b.action("Second reader"))
	entry := inDialog[*widget.Entry](b)[0]
	entry.SetText(" MK ")
	b.tapInDialog("Read first")
	if s := w.session; s.State().Mode != app.SecondReader || s.Reader() != "MK" || s.Settings().Reader != "MK" {
		t.Fatalf("mode %s, reader %q", s.State().Mode, s.Reader())
	}
	w.run(b.action("Second reader"))
	w.run(b.action("Second reader")) // known: not asked again
	if w.dialog != nil {
		t.Error("it asks again")
	}
	b.openRadiograph()
	test.Tap(w.own.calls[app.CallPresent])
	test.Tap(w.own.keep)
	path := filepath.Join(t.TempDir(), "study.csv")
	w.writeReaderStudy(path)
	text := readFile(t, path)
	if !strings.Contains(text, "case 001,1,MK,second-reader") || !strings.Contains(text, ",present,50,") || strings.Contains(text, "片.dcm") {
		t.Errorf("%s", text)
	}
	if !strings.Contains(w.status.hint.Text, path) {
		t.Errorf("it says %q", w.status.hint.Text)
	}
	w.run(b.action("Settings…")) // the name can be changed there
	for _, tabs := range inDialog[*container.AppTabs](b) {
		tabs.SelectIndex(1)
	}
	for _, e := range inDialog[*widget.Entry](b) {
		e.SetText(strings.Repeat("李", 40))
	}
	b.tapInDialog("Apply")
	if r := w.session.Reader(); r != strings.Repeat("李", 26) { // 80 bytes at most, whole letters
		t.Errorf("reader %q", r)
	}
	w.writeReaderStudy(filepath.Join(t.TempDir(), "gone", "study.csv"))
	if w.session.State().Problem == nil {
		t.Error("a folder that is not there is no problem")
	}
}
