package ui

import (
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

// menuState is all that the menu depends on.
type menuState struct {
	possible []bool // of the actions, in their order
	recent   []string
}

func (w *mainWindow) menuState() menuState {
	m := menuState{recent: slices.Clone(w.session.Recent())}
	for _, a := range w.actions {
		ok, _ := w.possible(a)
		m.possible = append(m.possible, ok, w.switched(a))
	}
	return m
}

func (m menuState) equal(o menuState) bool {
	return slices.Equal(m.possible, o.possible) && slices.Equal(m.recent, o.recent)
}

// showMenu makes the menu anew, before the next frame, if anything in it has changed.
// That lays out the whole window and leaves the old menu's widgets in Fyne's caches for a
// minute: the many events of an opening make one menu together, when its picture is there.
func (w *mainWindow) showMenu() {
	w.soon.once(func() {
		if now := w.menuState(); !now.equal(w.menu) && !w.session.State().Decoding() { // ScanOpened is to come
			w.menu = now
			w.window.SetMainMenu(w.makeMenu())
		}
	})
}

// later runs something when what is going on is over; once, however often it is asked.
type later struct {
	do    func(func()) // queues a function for the window's goroutine
	asked bool
}

func (l *later) once(f func()) {
	if l.asked {
		return
	}
	l.asked = true
	l.do(func() {
		l.asked = false
		f()
	})
}

// makeMenu builds the main menu from the actions.
func (w *mainWindow) makeMenu() *fyne.MainMenu {
	var out []*fyne.Menu
	for _, name := range menus {
		m := fyne.NewMenu(lang.L(name))
		for _, a := range w.actions {
			if a.menu != name {
				continue
			}
			item := w.menuItem(a)
			m.Items = append(m.Items, item)
			if a.id == "open-folder" {
				m.Items = append(m.Items, w.recentItem())
			}
		}
		out = append(out, m)
	}
	return fyne.NewMainMenu(out...)
}

// menuItem is an action as an entry of a menu.
func (w *mainWindow) menuItem(a *action) *fyne.MenuItem {
	item := fyne.NewMenuItem(lang.L(a.name), func() { w.run(a) })
	if len(a.keys) > 0 {
		item.Shortcut = a.keys[0].Shown()
	}
	item.Icon = a.icon
	ok, _ := w.possible(a)
	item.Disabled = !ok
	item.IsQuit = a.id == "quit"
	item.Checked = w.switched(a)
	return item
}

// switched tells whether what an action switches is on, or its tool in the hand.
func (w *mainWindow) switched(a *action) bool {
	return a.on != nil && a.on() || a.tool != "" && a.tool == w.tool
}

// recentItem is the submenu of recently opened scans.
func (w *mainWindow) recentItem() *fyne.MenuItem {
	item := fyne.NewMenuItem(lang.L("Open recent"), nil)
	recent := w.session.Recent()
	item.Disabled = len(recent) == 0
	sub := fyne.NewMenu("")
	for _, path := range recent {
		// The folder tells scans of equal names apart.
		label := filepath.Base(path) + "  —  " + filepath.Base(filepath.Dir(path))
		sub.Items = append(sub.Items, fyne.NewMenuItem(label, func() { w.session.Open(path) }))
	}
	item.ChildMenu = sub
	return item
}
