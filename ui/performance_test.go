package ui

import (
	"strings"
	"testing"
)

// The model's line tells the AUC of each set, the page of the ROC how sensitive and
// specific it was there, in the language of the window; the report has it in English.
func TestPerformanceOnScreen(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.until("the curve", curved)
	w := b.window
	measured := w.session.State().Reading.Performance
	if len(measured) == 0 {
		t.Fatal("nothing is known of the model")
	}
	check := func() {
		t.Helper()
		w.proof.turn(evidenceROC)
		for _, p := range measured {
			if s := capitalised(say(p.Full)); !strings.Contains(w.proof.words.Text, s) {
				t.Errorf("the page lacks %q", s)
			}
			if p.Brief != nil && !strings.Contains(w.result.model.Text, say(*p.Brief)) {
				t.Errorf("%q lacks the AUC of %v", w.result.model.Text, p.Brief.Args["Set"])
			}
		}
	}
	check()
	if told := w.reportResult().Performance; len(told) != len(measured) || told[0] != measured[0].Full.String() {
		t.Errorf("the report tells %q", told)
	}
	w.session.Settings().Language = "zh"
	w.applySettings()
	defer func() {
		if err := useLanguage("en"); err != nil {
			t.Error(err)
		}
	}()
	check()
	if !strings.Contains(w.proof.words.Text, "灵敏度") || strings.Contains(w.proof.words.Text, "sensitivity") {
		t.Errorf("%q", w.proof.words.Text)
	}
}
