package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"lightbox/ui/tools"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// Rows of IHE Basic Image Review that no other test shows, see CONFORMANCE.md.

// Esc brings the view back and leaves the measures, where the profile would delete them.
func TestEscapeKeepsMarks(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.press("D")
	b.dragIn(paneOriginal, 50, 60, 150, 60)
	b.press("Shift+I")
	b.press("Ctrl+1")
	b.press("Esc")
	st := b.window.session.State()
	if st.Invert || !st.FitToPane || len(b.marks()) != 1 {
		t.Errorf("after Esc: inverted %v, fitted %v, marks %v", st.Invert, st.FitToPane, b.marks())
	}
}

// One tool is in the hand; its button, and no other's, is marked, and the pointer has a
// shape of its own.
func TestOneToolAtATime(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	pointer := map[desktop.Cursor]tools.Kind{desktop.PointerCursor: "hand over what can be taken"}
	for key, want := range map[string]tools.Kind{"W": tools.Window, "S": tools.Scroll, "Z": tools.Zoom, "T": tools.Pan, "D": tools.Length, "A": tools.Angle, "J": tools.CrossHair, "V": tools.Select} {
		b.press(key)
		if b.window.tool != want {
			t.Errorf("%s takes %s, want %s", key, b.window.tool, want)
		}
		got := b.window.panes.boxes[paneOriginal].pane.Cursor()
		if other := pointer[got]; other != "" {
			t.Errorf("%s: the pointer is that of the %s", key, other)
		}
		pointer[got] = want
		marked := 0
		for _, x := range b.window.buttons {
			if a := b.window.shown(x); a.tool == "" || x.button.Importance != widget.HighImportance {
				continue
			} else if marked++; a.tool != want {
				t.Errorf("%s: the button of %s is marked", key, a.tool)
			}
		}
		if marked != 1 {
			t.Errorf("%s: %d buttons of tools are marked", key, marked)
		}
	}
}

// I goes from all texts to the few and to none, and lines of reference wait for O.
func TestThreeStatesOfAnnotation(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	st := b.window.session.State()
	var blocks []int
	for range annotationsCount {
		c, n := corners(st.Pane, st, b.window.annotations), 0
		for _, lines := range [][]string{c.TopLeft, c.TopRight, c.BottomLeft, c.BottomRight} {
			n += min(len(lines), 1)
		}
		blocks = append(blocks, n)
		if letters := c.Edges != [4]string{}; letters != (n > 0) {
			t.Errorf("with %d blocks the letters are %q", n, c.Edges)
		}
		b.press("I")
	}
	if !slices.Equal(blocks, []int{4, 2, 0}) || b.window.annotations != annotationsFull {
		t.Errorf("corners with text: %v", blocks)
	}
	if st.Localizers {
		t.Error("lines of reference are there from the start")
	}
	if b.press("O"); !st.Localizers {
		t.Error("O does not show them")
	}
}

// An image that was compressed with loss says so in its corner, with ratio and method
// as far as they are known, and in its badge.
func TestLossyMark(t *testing.T) {
	stated := dicomtest.Element{Tag: 0x00282110, VR: "CS", Value: "01"}
	for _, c := range []struct {
		extra []dicomtest.Element
		want  string
	}{
		{nil, ""},
		{[]dicomtest.Element{stated}, "LOSSY ratio unknown"},
		{[]dicomtest.Element{stated, dicomtest.DS(0x00282112, "12.5"), {Tag: 0x00282114, VR: "CS", Value: "ISO_10918_1"}}, "LOSSY 12.5:1 ISO_10918_1"},
	} {
		b := newBench(t)
		m := dicomtest.Chest(160, 128, 8)
		m.Extra = c.extra
		b.open("a.dcm", m.Bytes())
		b.until("the image", ready)
		b.capture()
		st := b.window.session.State()
		lines := corners(st.Pane, st, annotationsFull).BottomRight
		if got := strings.Join(lines, "\n"); strings.Contains(got, "LOSSY") != (c.want != "") || !strings.Contains(got, c.want) {
			t.Errorf("the corner says %q, want %q", got, c.want)
		}
		if got := b.window.panes.boxes[paneOriginal].full; strings.Contains(got, "lossy") != (c.want != "") {
			t.Errorf("the badge says %q", got)
		}
	}
}

// The side of the body is among the texts of the series.
func TestLateralityIsShown(t *testing.T) {
	b := newBench(t)
	m := dicomtest.Chest(60, 50, 8)
	m.Extra = []dicomtest.Element{{Tag: 0x00180015, VR: "CS", Value: "HAND"}, {Tag: 0x00200060, VR: "CS", Value: "L"}}
	b.open("a.dcm", m.Bytes())
	b.until("the image", ready)
	st := b.window.session.State()
	if got := corners(st.Pane, st, annotationsFull).BottomRight; !slices.Contains(got, "HAND L") {
		t.Errorf("the corner says %q", got)
	}
}

// Slices are not turned: their sides would be mistaken.
func TestOnlyFilmsAreTurned(t *testing.T) {
	b := newBench(t)
	b.openSeries(3)
	b.press("Alt+R")
	if st := b.window.session.State(); st.Viewport.Turn != (vision.Turn{}) {
		t.Errorf("a slice is turned: %+v", st.Viewport.Turn)
	}
	if got := b.window.status.hint.Text; !strings.HasPrefix(got, "Rotate right: ") {
		t.Errorf("the status line says %q", got)
	}
}

// The clamped mode has a key and an entry in the list of windows; the corner says where
// the lower end is held, and PET begins with it.
func TestClampedWindowIsSwitched(t *testing.T) {
	b := newBench(t)
	m := dicomtest.Chest(60, 50, 10)
	m.Extra = []dicomtest.Element{{Tag: 0x00080060, VR: "CS", Value: "PT"}, dicomtest.DS(dicomtest.WindowCentre, "300"), dicomtest.DS(dicomtest.WindowWidth, "401")}
	b.open("pet.dcm", m.Bytes())
	b.until("the image", ready)
	st, list := b.window.session.State(), b.window.voi.choice
	is := func(what, window, entry string, clamped bool) {
		t.Helper()
		if got := corners(st.Pane, st, annotationsFull).BottomLeft; !slices.Contains(got, window) {
			t.Errorf("%s: the corner says %q, want %q", what, got, window)
		}
		if last := list.Options[len(list.Options)-1]; last != entry || list.SelectedIndex() == len(list.Options)-1 {
			t.Errorf("%s: the last entry is %q, want %q; the list shows %q", what, last, entry, list.Selected)
		}
		if st.Clamped != clamped || b.window.switched(b.window.actionOf("clamp")) != clamped {
			t.Errorf("%s: clamped %v, and the menu differs", what, st.Clamped)
		}
	}
	is("opened", "W 500.5 L 250.2 · DICOM window · clamped at 0", "let the lower end go", true)
	b.press("B")
	is("the key", "W 401 L 300 · DICOM window", "hold the lower end at 0", false)
	list.SetSelectedIndex(len(list.Options) - 1)
	is("the list", "W 500.5 L 250.2 · DICOM window · clamped at 0", "let the lower end go", true)
	b.press("0")
	if !st.Clamped || list.SelectedIndex() != len(st.Scan.VOIs)-1 {
		t.Errorf("the automatic window is not chosen: %q", list.Selected)
	}
}
