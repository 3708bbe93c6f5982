package ui

import (
	"image"
	"math"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"

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

	tips    *tipLayer
	panes   [paneCount]*paneBox
	result  *resultStrip
	filter  *filterBar
	status  *statusBar
	voi     *voiBar
	tools   map[tool]*tipButton
	buttons []toolbarButton

	luts lutCache
}

func newMainWindow(a fyne.App, session *app.Session, network *app.Network) *mainWindow {
	w := &mainWindow{fyne: a, session: session, network: network, onPainted: func() {}}
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
	w.result = newResultStrip(w.tips, w.showCard)
	w.filter = newFilterBar(w)
	w.status = newStatusBar(w.session, w.tips)
	w.voi = newVOIBar(w)
	strips := [paneCount]fyne.CanvasObject{w.result.object, newGrayStrip(), w.filter.object}
	var boxes []fyne.CanvasObject
	for kind := range paneCount {
		pane := viewport.New(w.intentions())
		w.panes[kind] = newPaneBox(kind, pane, strips[kind])
		boxes = append(boxes, w.panes[kind].object)
	}
	main := container.NewBorder(w.makeToolbar(), w.status.object, nil, nil,
		container.New(&columns{gap: 2}, boxes...))
	w.window.SetContent(container.NewStack(main, w.tips.layer))
	w.registerKeys()
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

// intentions connect a pane with the session; all panes do the same, which is
// what links them.
func (w *mainWindow) intentions() viewport.Intentions {
	s := w.session
	return viewport.Intentions{
		Drag: w.drag,
		Scroll: func(steps float64, _ fyne.KeyModifier, at image.Point) {
			s.ZoomBy(math.Pow(zoomStep, steps), at)
		},
		Hover: s.SetCursor,
		DoubleTap: func() {
			if s.State().FitToPane {
				s.ZoomTo(1, s.PaneCentre())
			} else {
				s.Fit()
			}
		},
		Key: w.typedKey,
		// Painting is no time to change anything: the session learns of the
		// size after the frame.
		Resized: func(size image.Point) { fyne.Do(func() { s.SetPane(size) }) },
		Painted: func() { w.onPainted() },
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
	case app.ReadingChanged:
		w.result.show(&st.Reading, st.Scan != nil)
	case app.BusyChanged, app.ProblemChanged:
		w.status.show(st)
	case app.BlurChanged:
		w.filter.follow()
	case app.SettingsChanged:
		w.window.SetMainMenu(w.makeMenu())
	}
}

// showAll draws the whole state.
func (w *mainWindow) showAll() {
	st := w.session.State()
	w.window.SetTitle(title(st))
	w.result.show(&st.Reading, st.Scan != nil)
	w.filter.follow()
	w.filter.showApplied(st)
	w.status.show(st)
	w.voi.show(st)
	w.showButtons()
	w.window.SetMainMenu(w.makeMenu())
	w.showPanes()
}

// title names the file; a patient's name stays off the task bar.
func title(st *app.State) string {
	if st.Scan == nil {
		return "Lightbox"
	}
	return filepath.Base(st.Scan.Path) + " — Lightbox"
}

// showPanes draws the three images with their text.
func (w *mainWindow) showPanes() {
	st := w.session.State()
	pyramids := [paneCount]*vision.Pyramid{st.Views.Original, st.Views.Gray, st.Views.Blurred}
	text := corners(st, w.annotations)
	for kind, box := range w.panes {
		picture := viewport.Picture{Pyramid: pyramids[kind], Place: w.place}
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
}

func (w *mainWindow) toggleFullScreen() { w.window.SetFullScreen(!w.window.FullScreen()) }

// escape cancels what is going on or else resets the view.
func (w *mainWindow) escape() {
	switch st := w.session.State(); {
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
	w.window.SetMainMenu(w.makeMenu())
}

func (w *mainWindow) quit() {
	w.session.Close()
	w.fyne.Quit()
}
