package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/viewport"
)

// showPaneMenu opens the menu of a pane where the right button was clicked: its view
// and, on a mark, what can be done with it.
func (w *mainWindow) showPaneMenu(i int, p viewport.Pointer) {
	st := w.session.State()
	if i >= len(st.Panes) || w.dialog != nil {
		return
	}
	box := w.panes.boxes[i]
	e := w.seen(i, p)
	host := &paneHost{w, i, box}
	m := fyne.NewMenu("")
	if mark, _, ok := host.Hit(e.At, markReach*e.Unit); ok {
		w.session.SelectMark(mark.ID)
		m.Items = append(m.Items, w.markItems()...)
	}
	m.Items = append(m.Items, w.viewItem(i), w.toolItem("measure"), w.toolItem("turn"), w.presetItem())
	for _, id := range []string{"key-image", "invert", "fit", "actual-pixels", "reset", "annotations", "detach-pane"} {
		if a := w.actionOf(id); a != nil {
			m.Items = append(m.Items, w.menuItem(a))
		}
	}
	at := fyne.NewPos(float32(p.X/p.Unit), float32(p.Y/p.Unit))
	widget.ShowPopUpMenuAtRelativePosition(m, w.window.Canvas(), at, box.pane)
}

// markReach is how near to a mark a click takes it, in Fyne's units.
const markReach = 7

func (w *mainWindow) markItems() []*fyne.MenuItem {
	return []*fyne.MenuItem{
		w.menuItem(w.actionOf("rename-mark")), w.menuItem(w.actionOf("delete-mark")), fyne.NewMenuItemSeparator(),
	}
}

// viewItem is the submenu of views and stacks of a pane.
func (w *mainWindow) viewItem(i int) *fyne.MenuItem {
	item := fyne.NewMenuItem(lang.L("View"), nil)
	item.ChildMenu = w.viewMenu(i)
	return item
}

// toolItem is the submenu of a group of actions.
func (w *mainWindow) toolItem(group string) *fyne.MenuItem {
	item := fyne.NewMenuItem(groupName(group), nil)
	item.ChildMenu = w.groupMenu(group)
	return item
}

// presetItem is the submenu of window presets.
func (w *mainWindow) presetItem() *fyne.MenuItem {
	item := fyne.NewMenuItem(lang.L("Window presets"), nil)
	item.Disabled = app.NoPresets(w.session.State().Scan) != nil
	item.ChildMenu = fyne.NewMenu("")
	for i, p := range w.session.Settings().WindowPresets() {
		sub := fyne.NewMenuItem(say(p.Name.Message())+"  W "+trimmed(p.Width)+" L "+trimmed(p.Centre), func() { w.session.UsePreset(i) })
		item.ChildMenu.Items = append(item.ChildMenu.Items, sub)
	}
	return item
}

// groupMenu is the menu of a group of actions.
func (w *mainWindow) groupMenu(group string) *fyne.Menu {
	m := fyne.NewMenu("")
	for _, a := range w.actions {
		if a.group == group {
			m.Items = append(m.Items, w.menuItem(a))
		}
	}
	return m
}

// groupName is what a group of actions that share a button is called.
func groupName(group string) string {
	switch group {
	case "measure":
		return lang.L("More measures")
	case "tools":
		return lang.L("More tools")
	case "turn":
		return lang.L("Rotate and flip")
	case "layout":
		return lang.L("Layout")
	}
	return lang.L("Links between panes")
}
