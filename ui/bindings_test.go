package ui

import (
	"maps"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lightbox/app"
	"lightbox/ui/keys"
	"lightbox/ui/tools"
)

// press sends a combination as Fyne's window does: down to what has the keyboard,
// then a shortcut or a typed key to what has it then, then up to what has it now.
func (b *bench) press(text string) {
	b.t.Helper()
	k, err := keys.Parse(text)
	if err != nil {
		b.t.Fatal(err)
	}
	w, c, e := b.window, b.window.window.Canvas(), &fyne.KeyEvent{Name: k.Key}
	w.bound.modifiers = func() fyne.KeyModifier { return k.Modifier }
	defer func() { w.bound.modifiers = func() fyne.KeyModifier { return 0 } }()
	if f, ok := c.Focused().(desktop.Keyable); ok {
		f.KeyDown(e)
	} else if c.Focused() == nil {
		w.held(e.Name, true)
	}
	if s := k.Shortcut(); s == nil {
		if f := c.Focused(); f != nil {
			f.TypedKey(e)
		} else {
			c.OnTypedKey()(e)
		}
	} else if f, ok := c.Focused().(fyne.Shortcutable); ok {
		f.TypedShortcut(s)
	} else {
		b.shortcuts().TypedShortcut(s)
	}
	if f, ok := c.Focused().(desktop.Keyable); ok {
		f.KeyUp(e)
	} else if c.Focused() == nil {
		w.held(e.Name, false)
	}
}

// shortcuts are those that the window has registered; Fyne's test driver keeps none.
func (b *bench) shortcuts() *fyne.ShortcutHandler {
	h, ok := b.window.bound.shortcut.(*fyne.ShortcutHandler)
	if !ok {
		h = &fyne.ShortcutHandler{}
		b.window.bound.shortcut = h
		b.window.registerKeys()
	}
	return h
}

// waiting are ids that the profiles bind and the window has no action for yet. An
// action that is added takes its id off this list; the test below fails until it
// does, and so does the list once all are there.
var waiting = []string{}

func TestEveryBoundIDHasAnAction(t *testing.T) {
	b := newBench(t)
	has := map[string]bool{}
	for _, a := range b.window.actions {
		if has[a.id] || a.id == "" {
			t.Errorf("%q: id %q is another's, or empty", a.name, a.id)
		}
		has[a.id] = true
	}
	bound := keys.Find(keys.Default).Keys
	for _, id := range slices.Sorted(maps.Keys(bound)) {
		switch waits := slices.Contains(waiting, id); {
		case !has[id] && !waits:
			t.Errorf("%q has keys and no action", id)
		case has[id] && waits:
			t.Errorf("%q has an action now: take it off the list of those that are waited for", id)
		}
	}
	for _, id := range waiting {
		if len(bound[id]) == 0 {
			t.Errorf("%q is waited for and bound to nothing", id)
		}
	}
}

// Each action has a key of its own, a menu entry and a tooltip.
func TestActionsAreWhole(t *testing.T) {
	b := newBench(t)
	for _, a := range b.window.actions {
		if a.tip == "" || a.keyText() == "" || a.do == nil || !slices.Contains(menus, a.menu) {
			t.Errorf("%q lacks something", a.name)
		}
	}
	n := 0
	for _, m := range b.window.window.MainMenu().Items {
		n += len(m.Items)
	}
	if n < len(b.window.actions) {
		t.Errorf("%d menu entries for %d actions", n, len(b.window.actions))
	}
}

// use changes the profile and the user's own keys, as the settings do.
func (b *bench) use(profile string, own map[string][]string) {
	s := b.window.session.Settings()
	s.KeyProfile, s.Keys = profile, own
	b.window.build()
}

// Each profile's keys do in the window what its table says, and those of the one
// before do nothing any more.
func TestProfilesAreFollowedLive(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	w, s := b.window, b.window.session.Settings()
	done := ""
	record := func() {
		for _, a := range w.actions {
			a.do, a.hold, a.needScan, a.needStack, a.why = func() { done = a.id }, nil, false, false, nil
		}
	}
	all := map[string]bool{}
	for _, p := range keys.Profiles() {
		for _, list := range p.Keys {
			for _, k := range list {
				all[k.String()] = true
			}
		}
	}
	has := func(id string) bool {
		return slices.ContainsFunc(w.actions, func(a *action) bool { return a.id == id })
	}
	for _, p := range append(keys.Profiles(), keys.Find(keys.Default)) {
		b.use(p.ID, nil)
		record()
		w.focusPane()
		for _, text := range slices.Sorted(maps.Keys(all)) {
			k, err := keys.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			want := p.Action(k)
			if !has(want) {
				want = ""
			}
			done = ""
			if b.press(text); done != want {
				t.Errorf("%s: %s does %q, want %q", p.ID, text, done, want)
			}
		}
		shortcuts := 0
		for _, a := range w.actions {
			for _, k := range a.keys {
				if k.Shortcut() != nil {
					shortcuts++
				}
			}
		}
		if len(w.bound.shortcuts) != shortcuts {
			t.Errorf("%s: %d shortcuts are registered, %d are bound", p.ID, len(w.bound.shortcuts), shortcuts)
		}
	}
	// The user's own keys, then the profile's again.
	b.use("", map[string][]string{"invert": {"Ctrl+J", "N"}, "open-scan": {}, "fit": {"Ctrl+O"}})
	record()
	for text, want := range map[string]string{"N": "invert", "Ctrl+J": "invert", "Shift+I": "", "Ctrl+O": "fit", "Ctrl+0": ""} {
		done = ""
		if b.press(text); done != want {
			t.Errorf("with keys of one's own %s does %q, want %q", text, done, want)
		}
	}
	if a := b.action("Invert"); a.tooltip() != "Exchange black and white (Ctrl+J, N)" {
		t.Errorf("tooltip %q", a.tooltip())
	}
	s.Keys = nil
	w.build()
	record()
	done = ""
	if b.press("Ctrl+J"); done != "" {
		t.Errorf("a key that was given back does %q", done)
	}
}

// A profile chooses the tool to start with; a window that is built anew for another
// reason keeps the tool.
func TestProfilesChooseTheFirstTool(t *testing.T) {
	b := newBench(t)
	if b.window.tool != tools.Window {
		t.Errorf("the default starts with tool %s", b.window.tool)
	}
	b.use("bir-strict", nil)
	if b.window.tool != tools.Scroll {
		t.Errorf("strict Basic Image Review starts with tool %s", b.window.tool)
	}
	b.window.setTool(tools.Zoom)
	b.window.build()
	if b.window.tool != tools.Zoom {
		t.Error("building the window anew takes the tool away")
	}
	m := &b.window.bound.profile.Mouse
	m.Middle, m.Right, m.Wheel, m.CtrlWheel = keys.Scroll, keys.Window, keys.Zoom, keys.Scroll
	b.window.setTool(tools.Zoom)
	if h := b.window.panes.boxes[0].hand; h.Middle != tools.Scroll || h.Right != tools.Window || h.Kind() != tools.Zoom {
		t.Error("the buttons do not do what the profile says")
	}
	if !b.window.wheelZooms(0) || b.window.wheelZooms(ctrl) {
		t.Error("the wheel does not do what the profile says")
	}
}

// What cannot be done says why: in the tooltip of its button, and in the status line
// when its key is pressed.
func TestWhatCannotBeDoneSaysWhy(t *testing.T) {
	b := newBench(t)
	w := b.window
	var later func()
	w.after = func(_ time.Duration, f func()) { later = f }
	button := func() *tipButton {
		for _, x := range w.buttons {
			if x.action.id == "invert" {
				return x.button
			}
		}
		t.Fatal("no button to invert")
		return nil
	}
	if x := button(); !x.Disabled() || x.tooltip() != "Exchange black and white (Shift+I)\nNo scan is open" {
		t.Errorf("tooltip %q", x.tooltip())
	}
	w.focusPane()
	b.press("Shift+I")
	if w.status.hint.Text != "Invert: No scan is open" || !w.status.cursor.Hidden {
		t.Errorf("the status line says %q", w.status.hint.Text)
	}
	b.press("Ctrl++")
	first := later
	if w.status.hint.Text != "Zoom in: No scan is open" {
		t.Errorf("the status line says %q", w.status.hint.Text)
	}
	b.press("F7") // acts while it is held
	if w.status.hint.Text != "Peek at the heat map: No scan is open" {
		t.Errorf("the status line says %q", w.status.hint.Text)
	}
	if first(); w.status.hint.Text == "" {
		t.Error("an older sentence takes a newer one away")
	}
	if later(); w.status.hint.Text != "" || w.status.cursor.Hidden {
		t.Error("the sentence stays")
	}
	b.openRadiograph()
	if x := button(); x.Disabled() || x.tooltip() != "Exchange black and white (Shift+I)" {
		t.Errorf("tooltip %q", x.tooltip())
	}
	// A reason of an action's own.
	b.action("Invert").why = func() app.Message { return app.Say("only for {{.Modality}}", "Modality", "CT") }
	w.showAll()
	if x := button(); !x.Disabled() || x.why != "only for CT" {
		t.Errorf("reason %q", x.why)
	}
	if b.press("Shift+I"); w.session.State().Invert || w.status.hint.Text != "Invert: only for CT" {
		t.Errorf("done although it cannot be; %q", w.status.hint.Text)
	}
	for _, m := range w.window.MainMenu().Items {
		for _, i := range m.Items {
			if i.Label == "Invert" && !i.Disabled {
				t.Error("the menu still offers it")
			}
		}
	}
}
