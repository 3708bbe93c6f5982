package ui

import (
	"log/slog"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"lightbox/app"
	"lightbox/ui/keys"
)

// Modifiers as package keys has them.
const (
	ctrl  = keys.Ctrl
	shift = keys.Shift
	alt   = keys.Alt
)

// bindings are the profile that is in force in a window, with the user's changes.
type bindings struct {
	profile   keys.Profile
	shortcuts []fyne.Shortcut         // those that the canvas has been given
	modifiers func() fyne.KeyModifier // that are held
	shortcut  shortcutTaker           // the window's canvas; Fyne's test driver drops what its canvas is given
}

// shortcutTaker is what Fyne's shortcuts are registered with.
type shortcutTaker interface {
	AddShortcut(fyne.Shortcut, func(fyne.Shortcut))
	RemoveShortcut(fyne.Shortcut)
}

// profileOf is the profile that the settings ask for, with the user's changes.
func profileOf(s *app.Settings) keys.Profile {
	p, faults := keys.Find(s.KeyProfile).With(s.Keys)
	for _, err := range faults {
		slog.Warn("settings: a key was left out", "error", err)
	}
	return p
}

// bind gives actions the keys of the profile that is in force. A change of the
// profile chooses the tool that it starts with.
func (w *mainWindow) bind(actions []*action) []*action {
	settings := &app.Settings{}
	if w.session != nil {
		settings = w.session.Settings()
	}
	before := w.bound.profile.ID
	w.bound.profile = profileOf(settings)
	if w.bound.profile.ID != before {
		w.tool = toolOf(w.bound.profile.Mouse.Start)
	}
	if w.bound.modifiers == nil {
		w.bound.modifiers = heldModifiers
	}
	for _, a := range actions {
		a.keys = w.bound.profile.Keys[a.id]
		if a.tool != "" {
			a.do = func() { w.setTool(a.tool) }
		}
	}
	return actions
}

// heldModifiers are the modifier keys that are held now.
func heldModifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// keyText is the main key as people read it, empty without one.
func (a *action) keyText() string { return keys.Text(a.keys[:min(len(a.keys), 1)]) }

// tipKeys is how many keys a tooltip names; the sheet has them all.
const tipKeys = 2

// tooltip is the translated tip with the keys.
func (a *action) tooltip() string {
	if len(a.keys) == 0 {
		return lang.L(a.tip)
	}
	return lang.L(a.tip) + " (" + keys.Text(a.keys[:min(len(a.keys), tipKeys)]) + ")"
}

// keyTexts are the main keys of actions, for a tooltip that is none of theirs.
func (w *mainWindow) keyTexts(ids ...string) string {
	var list []keys.Combination
	for _, id := range ids {
		if all := w.bound.profile.Keys[id]; len(all) > 0 {
			list = append(list, all[0])
		}
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + keys.Text(list) + ")"
}

// registerKeys has the actions follow their keys, and no others: what was registered
// before is taken back. Keys with Ctrl or Alt are Fyne's shortcuts; single keys and
// those with Shift come to typedKey.
func (w *mainWindow) registerKeys() {
	c := w.window.Canvas()
	if w.bound.shortcut == nil {
		w.bound.shortcut = c
	}
	for _, s := range w.bound.shortcuts {
		w.bound.shortcut.RemoveShortcut(s)
	}
	w.bound.shortcuts = nil
	given := map[string]bool{}
	for _, a := range w.actions {
		for _, k := range a.keys {
			s := k.Shortcut()
			if s == nil || given[s.ShortcutName()] || w.bound.profile.Action(k) != a.id {
				continue
			}
			given[s.ShortcutName()] = true
			w.bound.shortcut.AddShortcut(s, func(fyne.Shortcut) { w.run(a) })
			w.bound.shortcuts = append(w.bound.shortcuts, s)
		}
	}
	w.tips.way = way{w.focusPane, w.typedKey, w.held}
	c.SetOnTypedKey(w.typedKey)
	if c, ok := c.(desktop.Canvas); ok { // where nothing has the keyboard
		c.SetOnKeyDown(func(e *fyne.KeyEvent) { w.held(e.Name, true) })
		c.SetOnKeyUp(func(e *fyne.KeyEvent) { w.held(e.Name, false) })
	}
}

// typedKey runs the action of a key without Ctrl or Alt.
func (w *mainWindow) typedKey(e *fyne.KeyEvent) {
	if w.dialog != nil {
		if e.Name == fyne.KeyEscape {
			w.dialog.Hide()
		}
		return
	}
	if w.own.enter(e) {
		return
	}
	id := w.bound.profile.Action(keys.Combination{Key: e.Name, Modifier: w.bound.modifiers() & shift})
	for _, a := range w.actions {
		if a.id == id && a.hold == nil { // the others heard of the key by itself
			w.run(a)
			return
		}
	}
}

// held follows the keys that act for as long as they are held. When the keyboard
// goes elsewhere, so does what they showed.
func (w *mainWindow) held(key fyne.KeyName, down bool) {
	pressed := keys.Combination{Key: key, Modifier: w.bound.modifiers()}
	for _, a := range w.actions {
		switch {
		case a.hold == nil:
		case down && slices.Contains(a.keys, pressed):
			if ok, why := w.possible(a); ok && w.dialog == nil {
				a.hold(true)
			} else if w.dialog == nil {
				w.refuse(a, why)
			}
		case !down && (key == "" || a.hasKey(key)): // whatever modifiers are still held
			a.hold(false)
		}
	}
}

func (a *action) hasKey(key fyne.KeyName) bool {
	return slices.ContainsFunc(a.keys, func(k keys.Combination) bool { return k.Key == key })
}
