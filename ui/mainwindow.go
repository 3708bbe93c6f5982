package ui

import (
	"io/fs"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"

	"lightbox/app"
	"lightbox/ui/tools"
	"lightbox/ui/viewport"
)

// mainWindow is Lightbox's window: three linked panes over one session.
type mainWindow struct {
	fyne    fyne.App
	window  fyne.Window
	session *app.Session
	network *app.Network

	tool        tools.Kind
	annotations annotations
	actions     []*action
	dialog      dialog.Dialog // the one that is open, if any
	onPainted   func()        // after each painted pane; for the report
	noOverlays  bool          // overlay planes are not drawn
	documents   fs.FS         // of the about page; nil in tests
	helpWindow  *helpWindow   // while it is open
	readings    int           // counts the readings that are shown later
	redraws     map[app.Event]func(*app.State)
	history     [2]bool // whether there is something to undo, and to do again
	tellings    int     // counts what was said in the status line
	bound       bindings

	// after runs a function on the window's goroutine when some time is over.
	after func(time.Duration, func())

	tips   *tipLayer
	panes  *paneSet
	result *resultStrip
	own    *ownRead
	cases  *caseBanner
	demo   *chip  // that names are masked
	copied string // what was put on the clipboard

	reports     *reportWindow // while it is open
	reportsRead func()        // gives up reading them; nil while none are read
	proof       *evidence
	filter      *filterBar
	status      *statusBar
	voi         *voiBar
	stack       *stackBar
	series      *seriesPanel
	side        *sideLayout
	body        *fyne.Container // panel, panes and dock
	dock        *fyne.Container // the strips under the panes
	foot        *fyne.Container // stack bar and status bar
	chosen      *bool           // whether the user wants the panel; nil leaves it to what is open
	buttons     []toolbarButton

	why  whyShown  // what the panes were painted with
	menu menuState // of the menu that is there
	soon later     // makes the menu anew
}

func newMainWindow(a fyne.App, session *app.Session, network *app.Network) *mainWindow {
	w := &mainWindow{
		fyne: a, session: session, network: network, onPainted: func() {}, soon: later{do: fyne.Do}, side: &sideLayout{panelRoom()},
		after: func(d time.Duration, f func()) { time.AfterFunc(d, func() { fyne.Do(f) }) },
	}
	w.window = a.NewWindow("Lightbox")
	w.window.SetPadded(false)
	w.build()
	w.redraws = w.makeRedraws()
	session.Listen(w.changed)
	session.Listen(w.followActive)
	w.window.SetOnDropped(w.dropped)
	w.window.SetCloseIntercept(w.quit)
	return w
}

// dropped opens what was dropped on the window: files, folders or both.
func (w *mainWindow) dropped(_ fyne.Position, uris []fyne.URI) {
	var paths []string
	for _, u := range uris {
		paths = append(paths, u.Path())
	}
	w.session.OpenAll(paths)
}

// build makes everything in the window anew, in the current language and
// theme, and shows what the session has.
func (w *mainWindow) build() {
	w.attachAll()
	w.actions = w.makeActions()
	w.tips = newTipLayer()
	w.result = newResultStrip(w.session, w.tips, resultActions{w.showCard, w.showModels, w.showTerms, w.showSeen})
	page := evidenceReliability
	if w.proof != nil {
		page = w.proof.own() // in the new language or theme
	}
	w.proof = newEvidence(&w.tips.way, page)
	w.filter = newFilterBar(w)
	w.status = newStatusBar(w.session, w.tips)
	w.voi = newVOIBar(w)
	w.stack = newStackBar(w)
	w.series = newSeriesPanel(w)
	w.menu = menuState{}
	w.panes = newPaneSet(w)
	w.own = newOwnRead(w, w.result.object)
	w.cases = newCaseBanner(w, w.cases)
	w.dock = container.New(&paneGrid{}, container.NewPadded(w.own.object), container.NewPadded(w.proof.object), container.NewPadded(w.filter.object))
	w.body = container.New(w.side, w.series.object, newDivider(&w.tips.way, w.dragPanel), container.New(&withDock{}, w.panes.object, w.dock))
	w.foot = container.New(&stacked{}, w.stack.object, w.status.object)
	main := inOrder(container.New(&stacked{}, w.withBadge(w.makeToolbar()), w.cases.object), nil, w.body, nil, w.foot)
	w.window.SetContent(container.NewStack(main, w.tips.layer))
	w.registerKeys()
	w.series.update()
	w.showAll()
}

// showAll draws the whole state.
func (w *mainWindow) showAll() {
	st := w.session.State()
	w.showFrame()
	w.showReading()
	w.filter.follow()
	w.filter.showCurve()
	w.status.show(st)
	w.stack.show(st)
	w.series.follow()
	if !st.Decoding() { // else they would flicker
		w.showButtons()
		w.showMenu()
	}
	w.arrange()
}

// showFrame draws what differs from one frame of a stack to the next; it runs
// many times a second.
func (w *mainWindow) showFrame() {
	st := w.session.State()
	if t := title(st); t != w.window.Title() {
		w.window.SetTitle(t)
	}
	w.stack.shown(st)
	if !st.Decoding() {
		w.voi.show(st)
	}
	w.status.notes.show(frameNotes(w.session))
	w.showPanes()
	w.showMeasure()
}

// showReading draws what the model says of the frame on screen.
func (w *mainWindow) showReading() {
	st := w.session.State()
	defer func() { w.own.show(st); w.cases.show() }()
	w.proof.show(w.session.Answer())
	switch {
	case st.Decoding():
		w.result.say(lang.L("Decoding…"))
	case st.FrameFault != nil:
		w.result.say(lang.L("Not assessed: there is no picture"))
	case w.result.refused && st.Reading.Status == app.Running:
		// While a stack plays that the model may not read, each frame is "not
		// assessed" anyway; to say in between that it is being read would flicker.
		w.readings++
		id := w.readings
		w.after(readingDelay, func() {
			if st := w.session.State(); id == w.readings && st.Scan != nil {
				w.result.show(&st.Reading, true)
			}
		})
	default:
		w.result.show(&st.Reading, st.Scan != nil)
	}
}

// readingDelay is how long a refusal stays while the next frame is read.
const readingDelay = 200 * time.Millisecond

// arrange gives the panel and the stack bar their room, or takes it.
func (w *mainWindow) arrange() {
	st := w.session.State()
	panel := worthShowing(st)
	if w.chosen != nil {
		panel = *w.chosen
	}
	if panel != w.series.object.Visible() {
		setVisible(w.series.object, panel)
		setVisible(w.body.Objects[1], panel)
		w.body.Refresh()
	}
	if bar := st.Frames() > 1; bar != w.stack.object.Visible() {
		setVisible(w.stack.object, bar)
		w.stack.show(st)
		w.window.Content().Refresh()
	}
}

// toggleSeries shows or hides the panel, whatever is open from now on.
func (w *mainWindow) toggleSeries() {
	visible := !w.series.object.Visible()
	w.chosen = &visible
	w.arrange()
}

// dragPanel makes the panel wider or narrower.
func (w *mainWindow) dragPanel(dx float32) {
	w.side.width = min(max(w.side.width+dx, minPanelWidth), scaled(maxPanelWidth))
	w.side.Layout(w.body.Objects, w.body.Size())
}

// title names what is on screen.
func title(st *app.State) string {
	if name := st.Title(); name != "" {
		return name + " — Lightbox"
	}
	return "Lightbox"
}

// keepFocus gives the keyboard to the active pane if a pane that went had it, or
// nothing.
func (w *mainWindow) keepFocus() {
	switch f := w.window.Canvas().Focused().(type) {
	case nil:
		w.focusPane()
	case *viewport.Pane:
		if f != w.panes.active() {
			w.focusPane()
		}
	}
}

// showHistory brings the buttons of undo and redo to what there is: it hears of each
// step of a drag.
func (w *mainWindow) showHistory() {
	_, undo := w.session.CanUndo()
	_, redo := w.session.CanRedo()
	if now := [2]bool{undo, redo}; now != w.history {
		w.history = now
		w.showButtons()
		w.showMenu()
	}
}

// showPanes draws the images with their text.
func (w *mainWindow) showPanes() {
	st := w.session.State()
	w.why = whyShown{st.Why(), st.Overlay}
	w.panes.show()
	w.status.showCursor(st)
}

// showCursor draws the linked cursor and the values under it.
func (w *mainWindow) showCursor() {
	w.panes.showCursor()
	w.status.showCursor(w.session.State())
}

func (w *mainWindow) cycleAnnotations() {
	w.annotations = (w.annotations + 1) % annotationsCount
	w.showPanes()
	w.series.cull()
}

func (w *mainWindow) toggleOverlays() {
	w.noOverlays = !w.noOverlays
	w.showPanes()
}

func (w *mainWindow) toggleFullScreen() { w.window.SetFullScreen(!w.window.FullScreen()) }

// escape pauses or cancels what is going on or else resets the view.
func (w *mainWindow) escape() {
	switch st := w.session.State(); {
	case st.Playing:
		w.session.Pause()
	case st.Busy != nil:
		w.session.Cancel()
	case st.Problem != nil:
		w.session.DismissProblem()
	case w.endCases():
	default:
		w.session.Reset()
	}
}

// chooseFileVOI takes a window of the file, never the automatic one at the end
// of the list.
func (w *mainWindow) chooseFileVOI(i int) {
	if p := w.session.State().Pane; p.Scan != nil && i < len(p.VOIs())-1 {
		w.session.ChooseVOI(i)
	}
}

func (w *mainWindow) clearRecent() {
	w.session.Settings().ClearRecent()
	w.showMenu()
}

func (w *mainWindow) quit() {
	w.stopReports()
	w.attachAll()
	w.session.Close()
	w.fyne.Quit()
}
