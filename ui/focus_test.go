package ui

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"lightbox/app"
	"lightbox/ui/viewport"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// walk goes through the window with Tab, or with Shift and Tab, until it comes to where
// it began.
func (b *bench) walk(next func()) []fyne.Focusable {
	b.t.Helper()
	c := b.window.window.Canvas()
	b.window.focusPane()
	var out []fyne.Focusable
	for range 200 {
		out = append(out, c.Focused())
		next()
		b.window.tips.leave() // the one that waits
		if c.Focused() == out[0] {
			return out
		}
	}
	b.t.Fatalf("after %d steps the keyboard has not come round", len(out))
	return nil
}

// boxOf is where an object is on the screen, in pixels.
func boxOf(o fyne.CanvasObject) image.Rectangle {
	at, size := fyne.CurrentApp().Driver().AbsolutePositionForObject(o), o.Size()
	return image.Rect(int(at.X)-2, int(at.Y)-2, int(at.X+size.Width)+3, int(at.Y+size.Height)+3)
}

func differ(a, b image.Image, r image.Rectangle) int {
	n := 0
	r = r.Intersect(a.Bounds())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				n++
			}
		}
	}
	return n
}

func kindOf(f fyne.Focusable) string {
	if b, ok := f.(*tipButton); ok {
		return "button " + b.tip
	}
	return fmt.Sprintf("%T", f)
}

// Tab comes round through everything that can be operated, and back the same way;
// whatever has the keyboard shows it.
func TestTabComesRound(t *testing.T) {
	b := newBench(t)
	b.window.window.Resize(fyne.NewSize(1500, 900))
	b.openSeries(3)
	b.until("a picture", func(st *app.State) bool { return st.Scan != nil })
	b.window.session.SetOverlay(app.Overlay{})
	b.capture()
	w, c := b.window, b.window.window.Canvas()
	kernel, sigma := b.parameter(vision.ViewGaussian, vision.Kernel), b.parameter(vision.ViewGaussian, vision.Sigma)
	forth := b.walk(c.FocusNext)
	back := b.walk(c.FocusPrevious)
	if len(forth) != len(back) {
		t.Errorf("%d forth, %d back", len(forth), len(back))
	}
	for i := 1; i < min(len(forth), len(back)); i++ {
		if forth[i] != back[len(back)-i] {
			t.Errorf("step %d: %s forth, %s back", i, kindOf(forth[i]), kindOf(back[len(back)-i]))
		}
	}
	reached := map[fyne.Focusable]bool{}
	for _, f := range forth {
		reached[f] = true
	}
	for name, f := range map[string]fyne.Focusable{
		"window width": w.voi.width, "window centre": w.voi.centre, "windows": w.voi.choice, "kernel": kernel.entry, "its slider": kernel.slider,
		"sigma": sigma.entry, "slider of sigma": sigma.slider, "caption": w.panes.boxes[paneGray].paneHead, "models": w.result.choose, "play": w.stack.play, "rate": w.stack.rate,
		"second pane": w.panes.boxes[paneGray].pane, "third pane": w.panes.boxes[paneBlur].pane,
	} {
		if !reached[f] {
			t.Errorf("Tab does not reach %s", name)
		}
	}
	reaches, panes := 0, 0
	for _, f := range forth {
		switch f.(type) {
		case *reach:
			reaches++
		case *viewport.Pane:
			panes++
		}
	}
	if panes != 3 || reaches < 3 { // panel, tabs, track; and texts that are too long
		t.Errorf("%d panes, %d others are reached", panes, reaches)
	}
	for _, x := range w.buttons {
		if !x.button.Disabled() && !reached[x.button] {
			t.Errorf("Tab does not reach the button of %q", x.action.name)
		}
	}

	for _, f := range forth {
		c.Unfocus()
		b.capture()
		without := b.capture()
		c.Focus(f)
		w.tips.leave()
		b.capture()
		with := b.capture()
		if n := differ(without, with, boxOf(f.(fyne.CanvasObject))); n < 8 {
			t.Errorf("%s shows the keyboard by %d pixels", kindOf(f), n)
		}
	}
}

// From top to bottom and, within a bar, from left to right.
func TestTabGoesAsOneReads(t *testing.T) {
	b := newBench(t)
	b.window.window.Resize(fyne.NewSize(1500, 900))
	b.openSeries(3)
	b.until("a picture", func(st *app.State) bool { return st.Scan != nil })
	b.capture()
	w := b.window
	kernel, sigma := b.parameter(vision.ViewGaussian, vision.Kernel), b.parameter(vision.ViewGaussian, vision.Sigma)
	at := map[fyne.Focusable]int{}
	for i, f := range b.walk(w.window.Canvas().FocusNext) {
		at[f] = i
	}
	for _, row := range [][]fyne.Focusable{
		{kernel.entry, kernel.slider, sigma.entry, sigma.slider},
		{w.buttons[0].button, w.voi.width, w.voi.centre, w.voi.choice},
		{w.panes.boxes[paneOriginal].pane, w.panes.boxes[paneGray].paneHead, w.panes.boxes[paneGray].pane, w.panes.boxes[paneBlur].pane, w.result.choose, kernel.entry, w.stack.play, w.stack.rate},
	} {
		for i := 1; i < len(row); i++ {
			if at[row[i]] <= at[row[i-1]] {
				t.Errorf("%s comes after %s", kindOf(row[i-1]), kindOf(row[i]))
			}
		}
	}
}

// From every control Escape leads back to a pane, and the keys of the window work.
func TestEscapeLeadsBackFromEveryControl(t *testing.T) {
	b := newBench(t)
	b.openSeries(3)
	b.until("a picture", func(st *app.State) bool { return st.Scan != nil })
	b.capture()
	w, c := b.window, b.window.window.Canvas()
	w.session.ZoomBy(2, w.session.State().Centre())
	zoom := w.session.State().Viewport.Zoom
	for _, f := range b.walk(c.FocusNext)[1:] {
		if _, ok := f.(*viewport.Pane); ok {
			continue
		}
		c.Focus(f)
		w.tips.leave()
		if _, entry := f.(*numberEntry); !entry {
			before := w.annotations
			if b.press("I"); w.annotations == before {
				t.Errorf("%s: I does nothing", kindOf(f))
			}
			b.press("F7")
		}
		c.Focus(f)
		b.press("Esc")
		w.tips.leave()
		if _, ok := c.Focused().(*viewport.Pane); !ok {
			t.Errorf("%s: after Escape the keyboard is at %T", kindOf(f), c.Focused())
		}
	}
	if w.session.State().Viewport.Zoom != zoom {
		t.Error("the way back from a control resets the view")
	}
}

// What was made for the pointer works by keys.
func TestControlsWorkByKeys(t *testing.T) {
	b := newBench(t)
	b.openSeries(5)
	b.until("a picture", func(st *app.State) bool { return st.Scan != nil })
	b.capture()
	w, c, st := b.window, b.window.window.Canvas(), b.window.session.State()
	var reaches []*reach
	for _, f := range b.walk(c.FocusNext) {
		if r, ok := f.(*reach); ok {
			reaches = append(reaches, r)
		}
	}
	// One after the other as Tab finds them; what a key does tells which it is.
	turned, went := 0, 0
	for _, r := range reaches {
		c.Focus(r)
		page := w.proof.page
		if b.press("Right"); w.proof.page == page+1 {
			turned++
		}
		b.press("Home")
		if b.press("End"); st.Frame == 4 {
			went++
			b.press("Left")
			b.press("Left")
			b.press("Right")
			if st.Frame != 3 {
				t.Errorf("two to the left and one to the right of the end is frame %d", st.Frame)
			}
			b.press("Home")
			if st.Frame != 0 {
				t.Errorf("Home goes to frame %d", st.Frame)
			}
		}
	}
	if turned != 1 || went != 1 {
		t.Errorf("by keys the pages turn at %d controls, the stack's slider moves at %d; want one each", turned, went)
	}
	w.filter.choose(vision.ViewGaussian)
	c.Focus(b.parameter(vision.ViewGaussian, vision.Sigma).slider)
	b.press("Right")
	if st.Filters.Gaussian.Sigma != 0.1 {
		t.Errorf("the slider makes sigma %g", st.Filters.Gaussian.Sigma)
	}
	before := w.annotations
	for _, x := range w.buttons {
		if x.action.id == "annotations" {
			c.Focus(x.button)
		}
	}
	if b.press("Space"); w.annotations == before {
		t.Error("Space does not press a button")
	}
	if _, ok := c.Focused().(*tipButton); !ok {
		t.Error("after Space the button has lost the keyboard")
	}
	before = w.annotations
	b.press("Enter")
	if _, ok := c.Focused().(*viewport.Pane); !ok || w.annotations == before {
		t.Error("Enter does not press a button and lead back")
	}
	w.tips.leave()
}

// The panel is gone through by arrows, and a stack is shown by Enter.
func TestThePanelWorksByKeys(t *testing.T) {
	b := newBench(t)
	b.openTwoStacks()
	w, c, st := b.window, b.window.window.Canvas(), b.window.session.State()
	for _, f := range b.walk(c.FocusNext) {
		c.Focus(f)
		w.tips.leave()
		if w.series.marked >= 0 {
			break
		}
	}
	if w.series.marked != w.series.current {
		t.Fatalf("the mark is on row %d, the stack on screen is row %d", w.series.marked, w.series.current)
	}
	first := st.StackIndex
	key := map[bool]string{true: "Down", false: "Up"}[first == 0]
	b.press(key)
	if st.StackIndex != first || w.series.marked == w.series.current {
		t.Error("an arrow does not only move the mark")
	}
	b.press("Enter")
	if _, ok := c.Focused().(*viewport.Pane); !ok || st.StackIndex == first || w.series.marked != -1 {
		t.Errorf("Enter: stack %d, was %d; focus on %T", st.StackIndex, first, c.Focused())
	}
}

// openTwoStacks opens a study of two series, three slices each.
func (b *bench) openTwoStacks() {
	b.t.Helper()
	folder := b.t.TempDir()
	for s := range 2 {
		for i := range 3 {
			uid := dicomtest.Element{Tag: 0x0020000E, VR: "UI", Value: fmt.Sprintf("1.2.3.%d", 7+s)}
			name := filepath.Join(folder, fmt.Sprintf("%d-%d.dcm", s, i))
			if err := os.WriteFile(name, slice(32, 10*s+i, uid), 0o644); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	b.window.session.Open(folder)
	b.until("both stacks", func(st *app.State) bool {
		return ready(st) && len(st.Stacks) == 2 && !st.Indexing && len(st.Loaded) >= 3 && st.Busy == nil
	})
	b.capture()
}
