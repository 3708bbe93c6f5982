package ui

import (
	"image"
	"io/fs"
	"math"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"lightbox/app"
	"lightbox/ui/viewport"
	"lightbox/vision"
)

// mainWindow is Lightbox's window: three linked panes over one session.
type mainWindow struct {
	fyne    fyne.App
	window  fyne.Window
	session *app.Session
	network *app.Network

	tool        tool
	annotations annotations
	actions     []*action
	dialog      dialog.Dialog // the one that is open, if any
	onPainted   func()        // after each painted pane; for the report
	noOverlays  bool          // overlay planes are not drawn
	documents   fs.FS         // of the about page; nil in tests
	helpWindow  *helpWindow   // while it is open
	wheel       float64       // notches that did not make a whole image yet
	scrolled    float64       // the same of the scroll tool
	readings    int           // counts the readings that are shown later

	// after runs a function on the window's goroutine when some time is over.
	after func(time.Duration, func())

	tips    *tipLayer
	panes   [paneCount]*paneBox
	result  *resultStrip
	proof   *evidence
	filter  *filterBar
	status  *statusBar
	voi     *voiBar
	stack   *stackBar
	series  *seriesPanel
	side    *sideLayout
	body    *fyne.Container // panel and panes
	foot    *fyne.Container // stack bar and status bar
	chosen  *bool           // whether the user wants the panel; nil leaves it to what is open
	tools   map[tool]*tipButton
	buttons []toolbarButton

	luts  lutCache
	marks markCache
	why   whyShown  // what the panes were painted with
	menu  menuState // of the menu that is there
}

func newMainWindow(a fyne.App, session *app.Session, network *app.Network) *mainWindow {
	w := &mainWindow{
		fyne: a, session: session, network: network, onPainted: func() {}, side: &sideLayout{panelRoom()},
		after: func(d time.Duration, f func()) { time.AfterFunc(d, func() { fyne.Do(f) }) },
	}
	w.window = a.NewWindow("Lightbox")
	w.window.SetPadded(false)
	w.build()
	session.Listen(w.changed)
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
	w.actions = w.makeActions()
	w.tips = newTipLayer()
	w.result = newResultStrip(w.session, w.tips, resultActions{w.showCard, w.showModels, w.showTerms, w.showSeen})
	page := evidenceReliability
	if w.proof != nil {
		page = w.proof.page // in the new language or theme
	}
	w.proof = newEvidence(page)
	w.filter = newFilterBar(w)
	w.status = newStatusBar(w.session, w.tips)
	w.voi = newVOIBar(w)
	w.stack = newStackBar(w)
	w.series = newSeriesPanel(w)
	w.menu = menuState{}
	strips := [paneCount]fyne.CanvasObject{w.result.object, w.proof.object, w.filter.object}
	var boxes []fyne.CanvasObject
	for kind := range paneCount {
		pane := viewport.New(w.intentions())
		w.panes[kind] = newPaneBox(kind, pane, strips[kind])
		boxes = append(boxes, w.panes[kind].object)
	}
	w.body = container.New(w.side, w.series.object, newDivider(w.dragPanel), container.New(&columns{gap: 2}, boxes...))
	w.foot = container.New(&stacked{}, w.stack.object, w.status.object)
	main := container.NewBorder(w.makeToolbar(), w.foot, nil, nil, w.body)
	w.window.SetContent(container.NewStack(main, w.tips.layer))
	w.registerKeys()
	w.series.update()
	w.showAll()
}

// columns lays its objects out side by side, equally wide to the pixel: the
// linked panes must not differ.
type columns struct{ gap float32 }

func (c *columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		m := o.MinSize()
		s.Width, s.Height = max(s.Width, m.Width), max(s.Height, m.Height)
	}
	n := float32(len(objects))
	return fyne.NewSize(s.Width*n+c.gap*(n-1), s.Height)
}

func (c *columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	n := float32(len(objects))
	width := float32(math.Floor(float64((size.Width - c.gap*(n-1)) / n)))
	for i, o := range objects {
		o.Move(fyne.NewPos(float32(i)*(width+c.gap), 0))
		o.Resize(fyne.NewSize(width, size.Height))
	}
}

// stacked lays what is visible out from top to bottom without gaps.
type stacked struct{}

func (*stacked) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		if o.Visible() {
			m := o.MinSize()
			s.Width, s.Height = max(s.Width, m.Width), s.Height+m.Height
		}
	}
	return s
}

func (*stacked) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if o.Visible() {
			h := o.MinSize().Height
			o.Move(fyne.NewPos(0, y))
			o.Resize(fyne.NewSize(size.Width, h))
			y += h
		}
	}
}

// intentions connect a pane with the session; all panes do the same, which is
// what links them.
func (w *mainWindow) intentions() viewport.Intentions {
	s := w.session
	return viewport.Intentions{
		Drag:   w.drag,
		Scroll: w.scroll,
		Hover:  s.SetCursor,
		DoubleTap: func() {
			if s.State().FitToPane {
				s.ZoomTo(1, s.PaneCentre())
			} else {
				s.Fit()
			}
		},
		Key:  w.typedKey,
		Held: w.held,
		// Painting is no time to change anything: the session learns of the
		// size after the frame.
		Resized: func(size image.Point) { fyne.Do(func() { s.SetPane(size) }) },
		Painted: func() { w.onPainted() },
	}
}

// scroll goes through the stack, or zooms with Ctrl and where there is nothing
// to go through. Touchpads send parts of a notch: they add up.
func (w *mainWindow) scroll(steps float64, modifier fyne.KeyModifier, at image.Point) {
	if modifier&ctrl != 0 || w.session.State().Frames() < 2 {
		w.session.ZoomBy(math.Pow(zoomStep, steps), at)
		return
	}
	w.wheel -= steps // towards the reader is onwards
	if n := math.Trunc(w.wheel); n != 0 {
		w.wheel -= n
		w.session.ScrollBy(int(n))
	}
}

// Screen pixels of a drag for one image with the scroll tool: a pane's height is
// the whole stack, within what a hand can do.
const (
	minScrollDrag = 3
	maxScrollDrag = 20
)

func (w *mainWindow) dragScroll(dy float64) {
	st := w.session.State()
	n := st.Frames()
	if n < 2 {
		return
	}
	w.scrolled += dy / min(max(float64(st.Pane.Y)/float64(n), minScrollDrag), maxScrollDrag)
	if by := math.Trunc(w.scrolled); by != 0 {
		w.scrolled -= by
		w.session.ScrollBy(int(by))
	}
}

// Speeds of a drag with a modifier key held.
const (
	fastDrag = 4
	fineDrag = 0.25
)

func (w *mainWindow) drag(button desktop.MouseButton, modifier fyne.KeyModifier, dx, dy float64, start image.Point) {
	do := w.tool
	switch button {
	case desktop.MouseButtonTertiary:
		do = toolPan
	case desktop.MouseButtonSecondary:
		do = toolZoom
	}
	switch do {
	case toolPan:
		w.session.PanBy(dx, dy)
	case toolZoom: // up is smaller, as IHE BIR has it; 100 pixels double
		w.session.ZoomBy(math.Exp2(dy/100), start)
	case toolScroll:
		w.dragScroll(dy)
	default:
		speed := 1.0
		if modifier&fyne.KeyModifierControl != 0 {
			speed = fastDrag
		} else if modifier&fyne.KeyModifierShift != 0 {
			speed = fineDrag
		}
		w.session.DragWindow(dx, dy, speed)
	}
}

// changed redraws what an event concerns.
func (w *mainWindow) changed(e app.Event) {
	st := w.session.State()
	switch e {
	case app.ScanOpened:
		w.showAll()
	case app.FrameShown:
		w.showFrame()
	case app.FrameChanged:
		if !w.stack.loadedAt(st.Frame) { // else its picture is here in no time: one repaint for both
			w.stack.move(st)
		}
	case app.LoadedChanged:
		w.stack.loaded()
	case app.CineChanged:
		w.stack.showCine(st)
	case app.CatalogChanged:
		w.series.update()
		w.stack.show(st)
		w.status.notes.show(frameNotes(st))
		w.arrange()
	case app.ThumbnailReady:
		w.series.cull()
	case app.ViewsChanged:
		w.filter.showApplied(st)
		w.showPanes()
	case app.DisplayChanged:
		w.voi.show(st)
		w.showPanes()
	case app.GeometryChanged:
		w.showPanes()
	case app.CursorMoved:
		w.showCursor()
	case app.ReadingChanged, app.TermsChanged:
		w.showReading()
		w.showWhy()
	case app.OverlayChanged:
		w.showWhy()
		w.showSwitches()
	case app.StabilityChanged:
		w.filter.showCurve()
	case app.BusyChanged, app.ProblemChanged:
		w.status.show(st)
	case app.BlurChanged:
		w.filter.follow()
	case app.SettingsChanged:
		w.showMenu()
	}
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
	if !decoding(st) { // else they would flicker
		w.showButtons()
		w.showMenu()
	}
	w.arrange()
}

// decoding tells that the first picture of a stack is waited for.
func decoding(st *app.State) bool {
	return st.Scan == nil && st.Stack() != nil && st.FrameFault == nil
}

// showFrame draws what differs from one frame of a stack to the next; it runs
// many times a second.
func (w *mainWindow) showFrame() {
	st := w.session.State()
	if t := title(st); t != w.window.Title() {
		w.window.SetTitle(t)
	}
	w.stack.shown(st)
	if !decoding(st) {
		w.voi.show(st)
	}
	w.status.notes.show(frameNotes(st))
	w.showPanes()
}

// showReading draws what the model says of the frame on screen.
func (w *mainWindow) showReading() {
	st := w.session.State()
	w.proof.show(w.session.Answer())
	switch {
	case decoding(st):
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

// showMenu makes the menu anew if anything in it has changed: that lays out the
// whole window.
func (w *mainWindow) showMenu() {
	if now := w.menuState(); !now.equal(w.menu) {
		w.menu = now
		w.window.SetMainMenu(w.makeMenu())
	}
}

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

// title names the file; a patient's name stays off the task bar.
func title(st *app.State) string {
	path := ""
	if k := st.Stack(); st.Scan != nil {
		path = st.Scan.Path
	} else if k != nil && st.Frame < len(k.Frames) {
		path = k.Frames[st.Frame].Item.Path()
	}
	if path == "" {
		return "Lightbox"
	}
	return filepath.Base(path) + " — Lightbox"
}

// showPanes draws the three images with their text.
func (w *mainWindow) showPanes() {
	st := w.session.State()
	pyramids := [paneCount]*vision.Pyramid{st.Views.Original, st.Views.Gray, st.Views.Blurred}
	text := corners(st, w.annotations)
	over := drawing(st)
	w.why = whyShown{st.Why(), st.Overlay}
	for kind, box := range w.panes {
		picture := viewport.Picture{Pyramid: pyramids[kind], Place: w.place, Marks: w.marks.get(st.Scan, !w.noOverlays), Drawing: over}
		if picture.Pyramid != nil {
			picture.LUT = w.luts.get(st, picture.Pyramid.Base)
		}
		box.pane.SetCorners(text)
		box.pane.Draw(picture)
		box.show(st)
	}
	w.showCursor()
}

// place is the viewport for a pane of a size that only the painter knows.
func (w *mainWindow) place(width, height int) vision.Viewport {
	st := w.session.State()
	if st.FitToPane && st.Scan != nil {
		return vision.Fit(st.Scan.Values.Columns, st.Scan.Values.Rows, width, height)
	}
	return st.Viewport
}

// showCursor draws the linked cursor and the values under it.
func (w *mainWindow) showCursor() {
	st := w.session.State()
	x, y := st.Viewport.ToScreen(float64(st.Cursor.X)+0.5, float64(st.Cursor.Y)+0.5, st.Pane.X, st.Pane.Y)
	for _, box := range w.panes {
		box.pane.SetCross(x, y, st.InImage && st.Scan != nil)
		box.showProbe(st)
	}
	w.status.showCursor(st)
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

// markCache keeps a scan without its overlay planes, for when they are hidden;
// the hatching of missing rows stays.
type markCache struct{ scan, bare *vision.Scan }

func (c *markCache) get(s *vision.Scan, overlays bool) *vision.Scan {
	if s == nil || overlays || s.Overlay == nil {
		return s
	}
	if c.scan != s {
		bare := *s
		bare.Overlay = nil
		*c = markCache{s, &bare}
	}
	return c.bare
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
	default:
		w.session.Reset()
	}
}

// chooseFileVOI takes a window of the file, never the automatic one at the end
// of the list.
func (w *mainWindow) chooseFileVOI(i int) {
	if s := w.session.State().Scan; s != nil && i < len(s.VOIs)-1 {
		w.session.ChooseVOI(i)
	}
}

func (w *mainWindow) clearRecent() {
	w.session.Settings().ClearRecent()
	w.showMenu()
}

func (w *mainWindow) quit() {
	w.session.Close()
	w.fyne.Quit()
}
