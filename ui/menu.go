package ui

import (
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
)

// menuState is all that the menu depends on.
type menuState struct {
	made, scan, stack bool
	recent            []string
}

func (w *mainWindow) menuState() menuState {
	st := w.session.State()
	return menuState{true, st.Scan != nil, st.Stack() != nil, slices.Clone(w.session.Settings().Recent)}
}

func (m menuState) equal(o menuState) bool {
	return m.made == o.made && m.scan == o.scan && m.stack == o.stack && slices.Equal(m.recent, o.recent)
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
			item := fyne.NewMenuItem(lang.L(a.name), func() { w.run(a) })
			item.Shortcut = &desktop.CustomShortcut{KeyName: a.key, Modifier: a.modifier}
			item.Icon = a.icon
			item.Disabled = !w.possible(a)
			item.IsQuit = a.name == "Quit"
			m.Items = append(m.Items, item)
			if a.name == "Open folder…" {
				m.Items = append(m.Items, w.recentItem())
			}
		}
		out = append(out, m)
	}
	return fyne.NewMainMenu(out...)
}

// recentItem is the submenu of recently opened scans.
func (w *mainWindow) recentItem() *fyne.MenuItem {
	item := fyne.NewMenuItem(lang.L("Open recent"), nil)
	recent := w.session.Settings().Recent
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
