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
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/viewport"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// menuOpen is the menu over the window, nil without.
func (b *bench) menuOpen() *widget.PopUpMenu {
	for _, o := range b.window.window.Canvas().Overlays().List() {
		for _, x := range test.LaidOutObjects(o) {
			if m, ok := x.(*widget.PopUpMenu); ok && m.Visible() {
				return m
			}
		}
	}
	return nil
}

// labels are the entries of a menu, those that are checked with a mark; lines are empty.
func labels(m *fyne.Menu) (out []string) {
	for _, item := range m.Items {
		label := item.Label
		if item.Checked {
			label = "✓ " + label
		}
		out = append(out, label)
	}
	return out
}

// A click on a caption opens the menu of what the pane shows, at what it shows; a view
// is chosen for that pane, which becomes the active one.
func TestCaptionsOpenAMenu(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	w, st := b.window, b.window.session.State()
	want := []string{"Original", "✓ Grayscale", "Gaussian blur", "Unsharp mask", "Median", "CLAHE", "Sobel", "Canny"}
	if got := labels(w.viewMenu(paneGray)); !slices.Equal(got, want) {
		t.Errorf("the menu of one film is %q", got)
	}
	test.Tap(w.panes.boxes[paneGray].paneHead)
	if b.menuOpen() == nil || st.Active != paneGray {
		t.Fatalf("menu %v, active pane %d", b.menuOpen(), st.Active)
	}
	b.press("Down") // from Grayscale on
	b.press("Down")
	b.press("Enter")
	b.until("the unsharp mask", func(st *app.State) bool { return ready(st) && st.Panes[paneGray].View == vision.ViewUnsharp })
	if b.menuOpen() != nil || w.window.Canvas().Focused() != w.panes.boxes[paneGray].pane {
		t.Errorf("the menu stays, or the keyboard is at %T", w.window.Canvas().Focused())
	}
	if w.filter.shown != vision.ViewUnsharp {
		t.Errorf("the bar controls %s", w.filter.shown)
	}
	w.session.Activate(paneBlur)
	b.press("Shift+V")
	if b.menuOpen() == nil {
		t.Fatal("Shift+V opens no menu")
	}
	b.press("Esc")
	if b.menuOpen() != nil || st.Panes[paneBlur].View != vision.ViewGaussian {
		t.Errorf("Escape leaves the menu, or the view is %s", st.Panes[paneBlur].View)
	}
	for _, key := range []string{"Space", "Enter", "Down"} {
		w.window.Canvas().Focus(w.panes.boxes[paneOriginal].paneHead)
		b.press(key)
		if b.menuOpen() == nil || st.Active != paneOriginal {
			t.Errorf("%s on a caption opens no menu", key)
		}
		b.press("Esc")
	}
}

// The menu lists the stacks that are open; one is shown in that pane alone, and the
// panel marks what the panes show.
func TestAnotherStackInOnePane(t *testing.T) {
	b := newBench(t)
	b.window.window.Resize(fyne.NewSize(1500, 900))
	b.openTwoStacks()
	w, st := b.window, b.window.session.State()
	first := st.StackIndex
	other := 1 - first
	items := w.viewMenu(paneBlur).Items
	if len(items) != len(vision.ViewKinds)+3 || !items[len(vision.ViewKinds)].IsSeparator {
		t.Fatalf("the menu is %q", labels(w.viewMenu(paneBlur)))
	}
	stacks := items[len(items)-2:]
	if !stacks[first].Checked || stacks[other].Checked || !strings.Contains(stacks[other].Label, "CT · HEAD 1.5 mm · 3") {
		t.Errorf("the stacks are %q", labels(w.viewMenu(paneBlur)))
	}
	stacks[other].Action()
	shows := func(want ...int) func(*app.State) bool {
		return func(st *app.State) bool {
			for i, p := range st.Panes {
				if p.StackIndex != want[i] || p.Scan == nil {
					return false
				}
			}
			return ready(st)
		}
	}
	b.until("the other stack in the third pane", shows(first, first, other))
	b.capture()
	frames := func() (strong, thin []int) {
		for _, r := range b.stackRows() {
			switch {
			case r.frame.StrokeColor == theme.Color(theme.ColorNamePrimary) && r.frame.StrokeWidth == frameWidth:
				strong = append(strong, r.stack)
			case r.frame.StrokeColor == theme.Color(colourQuiet) && r.frame.StrokeWidth < frameWidth:
				thin = append(thin, r.stack)
			}
		}
		return strong, thin
	}
	if strong, thin := frames(); !slices.Equal(strong, []int{first}) || !slices.Equal(thin, []int{other}) {
		t.Errorf("framed strongly %v, thinly %v", strong, thin)
	}
	w.session.Activate(paneBlur)
	if strong, thin := frames(); !slices.Equal(strong, []int{other}) || !slices.Equal(thin, []int{first}) {
		t.Errorf("with the third pane active framed strongly %v, thinly %v", strong, thin)
	}
	// By the panel: a click with Ctrl or Shift is for the active pane alone.
	for modifier, pane := range map[fyne.KeyModifier]int{ctrl: paneGray, shift: paneOriginal} {
		w.session.Activate(pane)
		w.bound.modifiers = func() fyne.KeyModifier { return modifier }
		test.Tap(b.stackRows()[other])
	}
	b.until("the other stack everywhere", shows(other, other, other))
	w.bound.modifiers = func() fyne.KeyModifier { return 0 }
	test.Tap(b.stackRows()[first])
	b.until("the first everywhere", shows(first, first, first))
	// And by keys.
	for _, f := range b.walk(w.window.Canvas().FocusNext) {
		w.window.Canvas().Focus(f)
		w.tips.leave()
		if w.series.marked >= 0 {
			break
		}
	}
	b.press(map[bool]string{true: "Down", false: "Up"}[first == 0])
	active := st.Active
	b.press("Shift+Enter")
	want := []int{first, first, first}
	want[active] = other
	b.until("the other by Shift+Enter", shows(want...))
	if _, ok := w.window.Canvas().Focused().(*viewport.Pane); !ok {
		t.Errorf("after Shift+Enter the keyboard is at %T", w.window.Canvas().Focused())
	}
}

// Of very many stacks the menu lists those around the one that is shown, and says where
// the others are.
func TestTheMenuOfManyStacks(t *testing.T) {
	b := newBench(t)
	folder := b.t.TempDir()
	const n = maxMenuStacks + 6
	for i := range n {
		uid := dicomtest.Element{Tag: 0x0020000E, VR: "UI", Value: fmt.Sprintf("1.2.3.%d", 100+i)}
		long := dicomtest.Element{Tag: 0x0008103E, VR: "LO", Value: fmt.Sprintf("%d %s", i, strings.Repeat("long ", 40))}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.dcm", i)), slice(32, i, uid, long), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b.window.session.Open(folder)
	b.until("all", func(st *app.State) bool { return ready(st) && len(st.Stacks) == n && !st.Indexing })
	for _, index := range []int{0, n / 2, n - 1} {
		b.window.session.SelectStack(index)
		items := b.window.stackItems(paneOriginal)
		last := items[len(items)-1]
		if len(items) != maxMenuStacks+2 || !last.Disabled || last.Label != "6 more among the thumbnails: Ctrl+click" {
			t.Fatalf("%d entries, the last is %q", len(items), last.Label)
		}
		if !slices.ContainsFunc(items, func(i *fyne.MenuItem) bool { return i.Checked }) {
			t.Errorf("of %d stacks number %d is shown and not in the menu", n, index)
		}
	}
	b.until("the last", ready)
	b.window.chooseView()
	if m := b.menuOpen(); m == nil || m.Size().Width > 600 {
		t.Errorf("the menu is %v", m)
	}
	// A stack that has another number by now, as more was found, is still the one.
	st := b.window.session.State()
	chosen := b.window.stackItems(paneOriginal)[1]
	id := st.Stacks[n-maxMenuStacks].ID()
	slices.Reverse(st.Stacks)
	chosen.Action()
	if got := st.Pane.Stack().ID(); got != id {
		t.Errorf("chosen was %s, shown is %s", id, got)
	}
	st.Stacks = nil
	chosen.Action() // it is not open any more
}

// With nothing open the views can be chosen, and nothing breaks.
func TestTheMenuOfAnEmptyPane(t *testing.T) {
	b := newBench(t)
	b.capture()
	w := b.window
	for i, item := range w.viewMenu(paneGray).Items {
		item.Action()
		if k := vision.ViewKinds[i]; w.session.State().Panes[paneGray].View != k || w.panes.boxes[paneGray].caption.Text != viewName(k) {
			t.Errorf("%s: the pane shows %s, its caption %q", k, w.session.State().Panes[paneGray].View, w.panes.boxes[paneGray].caption.Text)
		}
	}
	for _, k := range w.filter.kinds {
		b.filterTab(k)
		w.filter.step(0, 1)
		w.filter.step(1, 1)
		w.filter.reset()
	}
	w.openViewMenu(paneCount) // a pane that is gone
	if b.menuOpen() != nil || w.session.State().Filters != vision.DefaultFilters {
		t.Errorf("the filters are %+v", w.session.State().Filters)
	}
}
