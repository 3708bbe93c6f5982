package ui

import (
	"image"
	"runtime"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

// lookEvery is how often is looked where the windows are: Fyne does not tell that one was
// moved or a monitor unplugged. A look takes 0.2 ms with one monitor and 0.5 ms with two
// (medians on Xorg).
const lookEvery = 500 * time.Millisecond

// Looks that pass before something is done.
const (
	looksAtRest  = 2 // on another monitor, until its layout is recalled: the window may be under way
	looksOfGrace = 4 // after a change of the monitors: the window system may move windows itself
)

// screens is what the window system knows of monitors and windows.
type screens interface {
	monitors() []monitor
	place(w fyne.Window) windowPlace
	move(w fyne.Window, to image.Rectangle)
}

// monitorWatch tells the session which monitor the main window is on, and brings back
// windows whose monitor is gone.
type monitorWatch struct {
	window  *mainWindow
	screens screens

	all     []monitor // at the last look
	on      string    // the monitor that was found then
	looks   int       // that found it, up to looksAtRest
	grace   int       // looks until windows are brought back; 0 when nothing is due
	full    bool      // whether the main window was to fill its monitor
	started bool
}

// watchMonitors looks now, before anything is opened, and then again and again.
func (w *mainWindow) watchMonitors(s screens) {
	m := &monitorWatch{window: w, screens: s}
	var again func()
	again = func() {
		m.look()
		w.after(lookEvery, again)
	}
	again()
}

func (m *monitorWatch) look() {
	all, full := m.screens.monitors(), m.window.window.FullScreen()
	changed := m.started && !slices.Equal(all, m.all)
	var main windowPlace
	if len(all) > 1 || m.grace > 0 { // on one monitor there is nothing to ask
		main = m.screens.place(m.window.window)
	}
	m.tell(monitorOf(all, main))
	switch {
	case changed, m.full && !full: // what was full goes back to where it was before
		m.grace = looksOfGrace
	case m.grace > 0:
		if m.grace--; m.grace == 0 {
			m.all = all
			m.bringBack(main)
		}
	}
	m.all, m.full, m.started = all, full, true
}

// tell has the session know the monitor, once the window rests on it. A window that is
// not seen, or whose place is not told, is where it was last.
func (m *monitorWatch) tell(on *monitor) {
	if on == nil {
		return
	}
	if on.name != m.on {
		m.on, m.looks = on.name, 0
	}
	if m.looks++; m.looks == looksAtRest || !m.started {
		m.window.session.UseMonitor(on.name)
	}
}

// bringBack has all windows on monitors that are there.
func (m *monitorWatch) bringBack(main windowPlace) {
	w := m.window
	if orphaned(w.window, main) {
		w.window.SetFullScreen(true) // on a monitor that is there
	} else {
		m.bring(w.window, main)
	}
	if w.helpWindow != nil {
		m.bring(w.helpWindow.window, m.screens.place(w.helpWindow.window))
	}
	for _, b := range w.panes.boxes {
		if b.window == nil {
			continue
		}
		p := m.screens.place(b.window)
		if orphaned(b.window, p) {
			w.attach(b) // it would lie over the main window
			w.tell(lang.L("The monitor of the detached pane is gone: the pane is back in the window."))
			continue
		}
		m.bring(b.window, p)
	}
}

// orphaned tells that the monitor went which a window filled: GLFW made an ordinary
// window of it, and Fyne was not told. macOS has full screens of its own.
func orphaned(w fyne.Window, p windowPlace) bool {
	return w.FullScreen() && p.known && !p.full && runtime.GOOS != "darwin"
}

// bring moves a window onto a monitor where nobody could reach it.
func (m *monitorWatch) bring(w fyne.Window, p windowPlace) {
	if lost(m.all, p) {
		m.screens.move(w, within(p.at, monitorOf(m.all, p).work))
	}
}
