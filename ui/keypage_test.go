package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/keys"
)

// offer taps a button that the page offers under the list.
func (p *keyPage) offer(t *testing.T, name string) {
	t.Helper()
	for _, o := range p.asked.Objects {
		if b, ok := o.(*widget.Button); ok && b.Text == name {
			test.Tap(b)
			return
		}
	}
	t.Fatalf("no offer %q beside %q", name, p.said.Text)
}

func TestKeysAreBoundOnThePage(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	w, s := b.window, b.window.session.Settings()
	w.run(b.action("Change keys…"))
	w.dialog.Hide()
	p := w.showKeyPage()
	c := w.window.Canvas()
	find := func(text, id string) {
		t.Helper()
		p.search.SetText(text)
		if p.at < 0 || p.action().id != id {
			t.Fatalf("%q finds %d actions, not %s first", text, len(p.found), id)
		}
	}
	of := func(id string) string { return keys.Text(w.actionOf(id).keys) }

	// A free key holds at once, is kept, and is in the menu and the tooltip.
	find("invert", "invert")
	b.press("Enter")
	if _, ok := c.Focused().(*keyCatcher); !ok {
		t.Fatalf("Enter asks for no key: the focus is on %T", c.Focused())
	}
	b.press("Ctrl+J")
	if of("invert") != "Ctrl+J" || s.Keys["invert"][0] != "Ctrl+J" || c.Focused() != fyne.Focusable(p.search) {
		t.Errorf("invert has %q, settings %v, focus on %T", of("invert"), s.Keys, c.Focused())
	}
	test.Tap(p.buttons[1])
	b.press("N")
	if of("invert") != "Ctrl+J, N" {
		t.Errorf("with a further key invert has %q", of("invert"))
	}

	// What is taken is refused with its owner's name.
	test.Tap(p.buttons[0])
	b.press("Tab")
	if of("invert") != "Ctrl+J, N" || !strings.Contains(p.said.Text, "Tab cannot be bound: it belongs to the keyboard's way") {
		t.Errorf("Tab: %q, %q", of("invert"), p.said.Text)
	}
	test.Tap(p.buttons[0])
	b.press("Esc")
	if of("invert") != "Ctrl+J, N" || w.dialog == nil {
		t.Error("Escape does not only give up")
	}

	// Another action's key is named with it, and swapped or taken.
	test.Tap(p.buttons[0])
	b.press("W")
	if of("invert") != "Ctrl+J, N" || p.said.Text != "W is the key of Window level › Window tool." {
		t.Errorf("W: %q, %q", of("invert"), p.said.Text)
	}
	p.offer(t, "Swap")
	if of("invert") != "W, N" || of("window-tool") != "Ctrl+J" {
		t.Errorf("swapped: %q, %q", of("invert"), of("window-tool"))
	}
	find("home", "first-image") // by its key
	test.Tap(p.buttons[0])
	b.press("Ctrl+0")
	p.offer(t, "Take it")
	if of("first-image") != "Ctrl+0" || of("fit") != "" {
		t.Errorf("taken: %q, %q", of("first-image"), of("fit"))
	}
	if n := len(w.bound.profile.Conflicts()); n != 0 {
		t.Errorf("%d conflicts", n)
	}

	// A change is followed behind the page, and goes with another profile.
	p.profile.SetSelectedIndex(3)
	if s.KeyProfile != "ohif" || of("reset") != "Space, Esc" || of("invert") != "W, N" {
		t.Errorf("profile %q: reset has %q, invert %q", s.KeyProfile, of("reset"), of("invert"))
	}
	p.profile.SetSelectedIndex(0)
	find("invert", "invert")
	test.Tap(p.buttons[3])
	if of("invert") != "Shift+I" || s.KeyProfile != "" {
		t.Errorf("as in the profile invert has %q", of("invert"))
	}
	test.Tap(p.buttons[2])
	if of("invert") != "" || w.actionOf("invert").tooltip() != "Exchange black and white" {
		t.Errorf("without a key: %q", w.actionOf("invert").tooltip())
	}
	test.Tap(p.buttons[4])
	if of("invert") != "Shift+I" || of("fit") != "Ctrl+0" || s.Keys != nil {
		t.Errorf("all as in the profile: %q, %q, %v", of("invert"), of("fit"), s.Keys)
	}
	b.press("Esc")
	if w.dialog != nil {
		t.Error("Escape does not close the page")
	}
	w.focusPane()
	if b.press("Shift+I"); !w.session.State().Invert {
		t.Error("keys do not work after the page")
	}
}

// Conflicts in settings edited by hand are named when the page opens.
func TestThePageNamesConflicts(t *testing.T) {
	b := newBench(t)
	b.use("", map[string][]string{"invert": {"W"}, "fit": {"w"}, "zoom-in": {"Alt+F4"}, "reset": {"rubbish"}})
	p := b.window.showKeyPage()
	for _, want := range []string{"W is bound twice: Fit to pane, Invert.", "Alt+F4 cannot be bound: it belongs to the system."} {
		if !strings.Contains(p.said.Text, want) {
			t.Errorf("%q lacks %q", p.said.Text, want)
		}
	}
	if k := b.window.actionOf("reset").keyText(); k != "Esc" {
		t.Errorf("what cannot be read leaves %q", k)
	}
	if strings.Contains(p.said.Text, "rubbish") {
		t.Error("the page reads the log out")
	}
}

// Settings keep profile and keys.
func TestKeysAreKept(t *testing.T) {
	path := t.TempDir() + "/设置/settings.json"
	s, err := app.LoadSettings(path)
	if err != nil {
		t.Fatal(err)
	}
	s.KeyProfile, s.Keys = "horos", map[string][]string{"fit": {"Ctrl++", "F5"}, "cine": {}}
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	again, err := app.LoadSettings(path)
	if err != nil {
		t.Fatal(err)
	}
	p := profileOf(again)
	if p.ID != "horos" || keys.Text(p.Keys["fit"]) != "Ctrl++, F5" || len(p.Keys["cine"]) != 0 || keys.Text(p.Keys["pan-tool"]) != "M" {
		t.Errorf("read back: %s, %v", p.ID, again.Keys)
	}
}
