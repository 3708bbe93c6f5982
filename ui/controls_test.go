package ui

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"lightbox/vision"
)

// Keys work again after a number was typed, without a click.
func TestEntriesGiveTheFocusBack(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	c := b.window.window.Canvas()
	for _, e := range []*numberEntry{b.window.voi.width, b.parameter(vision.ViewGaussian, vision.Kernel).entry} {
		c.Focus(e)
		e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if c.Focused() != b.window.panes.boxes[paneOriginal].pane {
			t.Errorf("after Enter the focus is on %T", c.Focused())
		}
	}
	// Leaving the entry applies a window; an impossible one is put back.
	v := b.window.voi
	c.Focus(v.centre)
	v.centre.SetText("300,5")
	c.Unfocus()
	if got := b.window.session.State().VOI.Centre; got != 300.5 {
		t.Errorf("the centre is %g", got)
	}
	for _, bad := range []string{"0", "-5", "abc", "1e300"} {
		v.width.SetText(bad)
		v.submit()
		if b.window.session.State().Problem == nil || v.width.Text != "900" {
			t.Errorf("width %q: problem %v, entry %q", bad, b.window.session.State().Problem, v.width.Text)
		}
		b.window.session.DismissProblem()
	}
	// What was refused does not stay in the entry.
	kernel, problem := b.parameter(vision.ViewGaussian, vision.Kernel).entry, b.window.filter.problem
	kernel.SetText("4")
	kernel.FocusLost()
	if kernel.Text != "5" || problem.Text != "" {
		t.Errorf("the entry says %q, the message %q", kernel.Text, problem.Text)
	}
}

func TestTooltipsArePainted(t *testing.T) {
	b := newBench(t)
	button := b.window.buttons[0].button
	b.window.tips.rest(button, "the tip")
	b.window.tips.show(button, "the tip")
	if !b.window.tips.box.Visible() || b.window.tips.text != "the tip" {
		t.Error("no tooltip")
	}
	b.window.tips.leave()
	if b.window.tips.box.Visible() {
		t.Error("the tooltip stays")
	}
}

// A small or magnified screen still shows all three panes.
func TestSmallWindow(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	if w := b.window.window.Content().MinSize().Width; w > 1024/1.5 {
		t.Errorf("the window needs %g units, 1024 pixels at 150 %% are %g", w, 1024/1.5)
	}
}

// Every action runs, with a scan and without, one after the other.
func TestEveryActionRuns(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	for _, a := range b.window.actions {
		if a.name == "Quit" {
			continue
		}
		b.window.run(a)
		if p := b.window.session.State().Problem; p != nil {
			t.Errorf("%s: %s", a.name, p)
			b.window.session.DismissProblem()
		}
		b.capture()
		if b.window.dialog != nil {
			before := b.window.session.State().Invert
			b.window.typedKey(&fyne.KeyEvent{Name: fyne.KeyI})
			if b.window.session.State().Invert != before {
				t.Errorf("%s: keys reach the scan behind the dialog", a.name)
			}
			b.window.typedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
		}
		if b.window.dialog == nil && b.window.window.Canvas().Overlays().Top() != nil { // a menu
			b.press("Esc")
		}
		if n := len(b.window.window.Canvas().Overlays().List()); b.window.dialog != nil || n != 0 {
			t.Errorf("%s: Escape leaves %d overlays", a.name, n)
		}
	}
}

// The cards are there in both languages.
func TestModelCardsAreShown(t *testing.T) {
	b := newBench(t)
	for _, language := range []string{"en", "zh"} {
		b.window.session.Settings().Language = language
		b.window.applySettings()
		if got := cardLanguage(); got != language {
			t.Errorf("card language %q, want %q", got, language)
		}
	}
	if err := useLanguage("en"); err != nil {
		t.Fatal(err)
	}
}

// Files and folders that are dropped together become one list.
func TestDroppedFilesOpen(t *testing.T) {
	b := newBench(t)
	dir := filepath.Join(t.TempDir(), "拖 放")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var uris []fyne.URI
	for _, name := range []string{"b 10.dcm", "b 9.dcm"} {
		if err := os.WriteFile(filepath.Join(dir, name), radiograph(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	uris = append(uris, storage.NewFileURI(filepath.Join(dir, "b 10.dcm")), storage.NewFileURI(dir))
	b.window.dropped(fyne.Position{}, uris)
	b.until("an open scan", ready)
	st := b.window.session.State()
	names := map[string]bool{}
	for _, k := range st.Stacks {
		for _, f := range k.Frames {
			names[filepath.Base(f.Item.Path())] = true
		}
	}
	if len(names) != 2 || !names["b 9.dcm"] || !names["b 10.dcm"] {
		t.Errorf("open are %v", names)
	}
}
