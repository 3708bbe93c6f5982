package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/viewport"
	"lightbox/vision"
)

// maxMenuStacks is how many stacks the menu of a pane lists, those around the one that
// is shown; the panel of thumbnails has all.
const maxMenuStacks = 24

// menuStackWidth is how wide the name of a stack may be in the menu, in units.
const menuStackWidth = 420

// chooseView opens the menu of the active pane.
func (w *mainWindow) chooseView() { w.openViewMenu(w.session.State().Active) }

// openViewMenu opens the menu of a pane under its caption, at the view that it shows.
func (w *mainWindow) openViewMenu(i int) {
	if i >= len(w.panes.boxes) {
		return
	}
	w.session.Activate(i)
	w.tips.leave()
	head := w.panes.boxes[i].paneHead
	m := widget.NewPopUpMenu(w.viewMenu(i), fyne.CurrentApp().Driver().CanvasForObject(head)) // a detached pane has its own
	if m == nil {
		return // the pane is on no window at the moment
	}
	m.ShowAtRelativePosition(fyne.NewPos(0, head.Size().Height), head)
	for _, k := range vision.ViewKinds { // arrows go on from what is there
		m.ActivateNext()
		if k == w.session.State().View {
			break
		}
	}
}

// viewMenu lists what a pane can show: the views, then the stacks.
func (w *mainWindow) viewMenu(i int) *fyne.Menu {
	s, p := w.session, w.session.State().Panes[i]
	m := fyne.NewMenu("")
	for _, k := range vision.ViewKinds {
		item := fyne.NewMenuItem(viewName(k), func() {
			s.SetView(i, k)
			w.focusPane()
		})
		item.Checked = k == p.View
		m.Items = append(m.Items, item)
	}
	m.Items = append(m.Items, w.stackItems(i)...)
	return m
}

// stackItems are the stacks that a pane can show instead of its own; none where there
// is nothing to choose from.
func (w *mainWindow) stackItems(i int) (items []*fyne.MenuItem) {
	st := w.session.State()
	if len(st.Stacks) < 2 {
		return nil
	}
	p := st.Panes[i]
	first := min(max(p.StackIndex-maxMenuStacks/2, 0), max(len(st.Stacks)-maxMenuStacks, 0))
	last := min(first+maxMenuStacks, len(st.Stacks))
	items = append(items, fyne.NewMenuItemSeparator())
	for n := first; n < last; n++ {
		id := st.Stacks[n].ID() // while more is found, stacks get other numbers
		item := fyne.NewMenuItem(menuStack(st, st.Stacks[n]), func() {
			w.session.ShowStack(i, slices.IndexFunc(st.Stacks, func(k *app.Stack) bool { return k.ID() == id }))
			w.focusPane()
		})
		item.Checked = n == p.StackIndex
		items = append(items, item)
	}
	if more := len(st.Stacks) - (last - first); more > 0 {
		item := fyne.NewMenuItem(lang.L("{{.Count}} more among the thumbnails: Ctrl+click", map[string]any{"Count": more}), nil)
		item.Disabled = true
		items = append(items, item)
	}
	return items
}

// menuStack names a stack in a line, with the date of its study where there are several.
func menuStack(st *app.State, k *app.Stack) string {
	caption, label := stackCaption(st, k)
	date := ""
	if len(st.Studies) > 1 {
		date = dicomDate(k.Study.Date)
	}
	return viewport.Shorten(join(" · ", date, caption, label), scaled(menuStackWidth), scaled(proseSize+2), fyne.TextStyle{})
}
