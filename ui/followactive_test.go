package ui

import "testing"

// The keyboard goes with the active pane, but not out of an entry.
func TestTheKeyboardFollowsTheActivePane(t *testing.T) {
	b := newBench(t)
	b.open("x.dcm", radiograph())
	b.until("a scan", ready)
	w := b.window
	w.focusPane()
	w.session.Activate(2)
	if w.window.Canvas().Focused() != w.panes.boxes[2].pane || w.session.State().Active != 2 {
		t.Errorf("%v has the keyboard, pane %d is active", w.window.Canvas().Focused(), w.session.State().Active)
	}
	w.window.Canvas().Focus(w.voi.width)
	w.session.Activate(0)
	if w.window.Canvas().Focused() != w.voi.width {
		t.Errorf("%v has the keyboard", w.window.Canvas().Focused())
	}
}
