package ui

import "lightbox/app"

// changed redraws what an event concerns.
func (w *mainWindow) changed(e app.Event) {
	if redraw := w.redraws[e]; redraw != nil {
		redraw(w.session.State())
	}
}

// makeRedraws says what each event concerns.
func (w *mainWindow) makeRedraws() map[app.Event]func(*app.State) {
	all := func(*app.State) { w.showAll() }
	panes := func(*app.State) { w.showPanes() }
	reading := func(*app.State) {
		w.showReading()
		w.showWhy()
	}
	status := func(st *app.State) { w.status.show(st) }
	switches := func(*app.State) {
		w.showSwitches()
		w.showMenu()
	}
	return map[app.Event]func(*app.State){
		app.ScanOpened:    all,
		app.ActiveChanged: all,
		app.LayoutChanged: func(*app.State) {
			w.panes.build()
			w.showAll()
			w.keepFocus()
		},
		app.LinksChanged: switches,
		app.MarksChanged: func(st *app.State) {
			w.showPanes()
			w.showMeasure()
			switches(st)
		},
		app.PresentationChanged: switches,
		app.HistoryChanged:      func(*app.State) { w.showHistory() },
		app.FrameShown:          func(*app.State) { w.showFrame() },
		app.FrameChanged: func(st *app.State) {
			if !w.stack.loadedAt(st.Frame) { // else its picture is here in no time: one repaint for both
				w.stack.move(st)
			}
		},
		app.LoadedChanged: func(*app.State) { w.stack.loaded() },
		app.CineChanged:   func(st *app.State) { w.stack.showCine(st) },
		app.CatalogChanged: func(st *app.State) {
			w.series.update()
			w.followReports(st)
			w.stack.show(st)
			w.status.notes.show(frameNotes(w.session))
			w.arrange()
		},
		app.ThumbnailReady: func(*app.State) { w.series.cull() },
		app.ViewsChanged: func(st *app.State) {
			w.filter.showApplied(st)
			w.showPanes()
		},
		app.DisplayChanged: func(st *app.State) {
			w.voi.show(st)
			w.showPanes()
		},
		app.GeometryChanged: panes,
		app.CursorMoved:     func(*app.State) { w.showCursor() },
		app.ReadingChanged:  reading,
		app.TermsChanged:    reading,
		app.OverlayChanged: func(*app.State) {
			w.showWhy()
			w.showSwitches()
		},
		app.StabilityChanged: func(*app.State) { w.showStability() },
		app.BusyChanged:      status,
		app.ProblemChanged:   status,
		app.FiltersChanged:   func(*app.State) { w.filter.follow() },
		app.SettingsChanged:  func(*app.State) { w.showMenu() },
		app.DemoChanged:      func(*app.State) { w.showDemo() },
		app.ModeChanged:      func(*app.State) { w.showModes() },
	}
}
