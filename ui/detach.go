package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
)

// Size of the window of a detached pane at first, in units.
const (
	detachedWidth  = 900
	detachedHeight = 900
)

// detach shows the active pane in a window of its own, for a second monitor, or brings
// it back. Its keys are those of the main window.
func (w *mainWindow) detach() {
	i := w.session.State().Active
	box := w.panes.boxes[i]
	if box.window != nil {
		w.attach(box)
		return
	}
	if w.panes.attached() < 2 {
		w.tell(lang.L("The last pane stays in the window."))
		return
	}
	d := w.fyne.NewWindow(title(w.session.State()))
	d.SetPadded(false)
	box.window = d
	w.panes.build()
	d.SetContent(container.NewStack(box.object))
	d.SetCloseIntercept(func() { w.attach(box) })
	d.Resize(fyne.NewSize(detachedWidth, detachedHeight))
	w.bindTo(d.Canvas())
	d.Show()
	if driver, ok := w.fyne.Driver().(desktop.Driver); ok && len(systemScreens{}.monitors()) > 0 && driver.HasSecondaryDisplay() { // Fyne panics without any
		if x, ok := d.(desktop.Window); ok {
			x.RequestFullScreenSecondary()
		}
	}
	d.Canvas().Focus(box.pane)
	w.showPanes()
}

// attach brings a detached pane back into the main window.
func (w *mainWindow) attach(box *paneBox) {
	d := box.window
	if d == nil {
		return
	}
	box.window = nil
	d.SetContent(container.NewStack())
	d.SetCloseIntercept(nil)
	d.Close()
	w.panes.build()
	w.showPanes()
	w.focusPane()
}

// attachAll brings all detached panes back: the window is built anew, or goes.
func (w *mainWindow) attachAll() {
	if w.panes == nil {
		return
	}
	for _, b := range w.panes.boxes {
		w.attach(b)
	}
}

// bindTo has the shortcuts of the actions work in another window.
func (w *mainWindow) bindTo(c fyne.Canvas) {
	for _, a := range w.actions {
		for _, k := range a.keys {
			if s := k.Shortcut(); s != nil && w.bound.profile.Action(k) == a.id {
				c.AddShortcut(s, func(fyne.Shortcut) { w.run(a) })
			}
		}
	}
	c.SetOnTypedKey(w.typedKey)
}
