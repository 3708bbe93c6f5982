package ui

import "lightbox/app"

// followActive has the keyboard go with the active pane where the session chose another
// one, as when a study is opened as it was left: the pane that had the keyboard would
// make itself the active one again as soon as the window comes to the front.
func (w *mainWindow) followActive(e app.Event) {
	if e == app.ActiveChanged {
		w.keepFocus()
	}
}
