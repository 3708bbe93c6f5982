package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/assets"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// action is one thing that can be done: its key, its menu entry, its tooltip
// and what it does stand in one row, so that none can be forgotten.
type action struct {
	menu      string // English, see menus
	name      string // English
	tip       string // English; shown with the key
	key       fyne.KeyName
	modifier  fyne.KeyModifier
	icon      fyne.Resource // of its button; nil for those in menus only
	do        func()
	needScan  bool          // a picture must be on screen
	needStack bool          // something must be open, be there a picture of it or not
	onBar     bool          // its button is one of the stack bar's
	aliases   []combination // further keys for the same
	hold      func(bool)    // what its key does while it is held; do is for the menu then
	on        func() bool   // whether what it switches is on; nil for those that switch nothing
}

// combination is a key with its modifiers.
type combination struct {
	key      fyne.KeyName
	modifier fyne.KeyModifier
}

// Modifiers of the key table, short because the table is wide.
const (
	ctrl  = fyne.KeyModifierShortcutDefault
	shift = fyne.KeyModifierShift
	alt   = fyne.KeyModifierAlt
)

// menus in their order. Their names and the rows below are translated when
// they are shown.
var menus = []string{"File", "View", "Stack", "Window level", "Filter", "Model", "Help"}

// zoomStep is how much one press of a zoom key changes the size.
const zoomStep = 1.25

// panStep is how far one press of a pan key moves the image, in screen pixels.
const panStep = 40

// makeActions lists every action. Keys follow IHE Basic Image Review and
// Weasis where these have one.
func (w *mainWindow) makeActions() []*action {
	s := w.session
	zoom := func(f float64) func() { return func() { s.ZoomBy(f, s.State().Centre()) } }
	pan := func(dx, dy float64) func() { return func() { s.PanBy(dx, dy) } }
	drag := func(dx, dy float64) func() { return func() { s.DragWindow(dx, dy, 1) } }
	tool := func(t tool) func() { return func() { w.setTool(t) } }
	return []*action{
		{menu: "File", name: "Open scan…", tip: "Open a scan: DICOM, NIfTI, PNG, JPEG, TIFF or BMP, a ZIP archive or a DICOMDIR", key: fyne.KeyO, modifier: ctrl, icon: theme.FileImageIcon(), do: w.openFile},
		{menu: "File", name: "Open folder…", tip: "Open all scans of a folder, sorted into studies, series and stacks", key: fyne.KeyO, modifier: ctrl | shift, icon: theme.FolderOpenIcon(), do: w.openFolder},
		{menu: "File", name: "Export views…", tip: "Write the three views as PNG files at full resolution", key: fyne.KeyS, modifier: ctrl, icon: theme.DocumentSaveIcon(), do: w.export, needScan: true},
		{menu: "File", name: "Clear recent list", tip: "Forget the recently opened scans", key: fyne.KeyDelete, modifier: ctrl | shift, do: w.clearRecent},
		{menu: "File", name: "DICOM tags…", tip: "List all that the file on screen says of itself", key: fyne.KeyT, modifier: ctrl, icon: theme.ListIcon(), do: w.showTags, needStack: true},
		{menu: "File", name: "Settings…", tip: "Language and theme", key: fyne.KeyComma, modifier: ctrl, icon: theme.SettingsIcon(), do: w.showSettings},
		{menu: "File", name: "Quit", tip: "Close Lightbox", key: fyne.KeyQ, modifier: ctrl, do: w.quit},

		{menu: "View", name: "Thumbnails", tip: "Show or hide the list of studies and stacks", key: fyne.KeyF4, icon: toolIcon("thumbnails"), do: w.toggleSeries},
		{menu: "View", name: "Zoom tool", tip: "Left drag zooms", key: fyne.KeyZ, icon: theme.SearchIcon(), do: tool(toolZoom)},
		{menu: "View", name: "Pan tool", tip: "Left drag moves the image", key: fyne.KeyT, icon: toolIcon("pan"), do: tool(toolPan)},
		{menu: "View", name: "Zoom in", tip: "Larger", key: fyne.KeyPlus, modifier: ctrl, icon: theme.ZoomInIcon(), do: zoom(zoomStep), needScan: true,
			// The plus of most keyboards is the shifted key of the equals sign.
			aliases: []combination{{fyne.KeyEqual, ctrl}, {fyne.KeyEqual, ctrl | shift}, {fyne.KeyPlus, ctrl | shift}}},
		{menu: "View", name: "Zoom out", tip: "Smaller", key: fyne.KeyMinus, modifier: ctrl, icon: theme.ZoomOutIcon(), do: zoom(1 / zoomStep), needScan: true},
		{menu: "View", name: "Fit to pane", tip: "Show the whole image", key: fyne.Key0, modifier: ctrl, icon: toolIcon("fit"), do: s.Fit, needScan: true},
		{menu: "View", name: "Actual pixels 1:1", tip: "One image pixel on one screen pixel", key: fyne.Key1, modifier: ctrl, icon: toolIcon("actual"), do: func() { s.ZoomTo(1, s.State().Centre()) }, needScan: true},
		{menu: "View", name: "Move left", tip: "Move the image left", key: fyne.KeyLeft, modifier: shift, do: pan(-panStep, 0), needScan: true},
		{menu: "View", name: "Move right", tip: "Move the image right", key: fyne.KeyRight, modifier: shift, do: pan(panStep, 0), needScan: true},
		{menu: "View", name: "Move up", tip: "Move the image up", key: fyne.KeyUp, modifier: shift, do: pan(0, -panStep), needScan: true},
		{menu: "View", name: "Move down", tip: "Move the image down", key: fyne.KeyDown, modifier: shift, do: pan(0, panStep), needScan: true},
		{menu: "View", name: "Annotations", tip: "Text over the images: full, minimal, off", key: fyne.KeyI, icon: toolIcon("annotations"), do: w.cycleAnnotations},
		{menu: "View", name: "Overlay planes", tip: "Show or hide the overlay planes of the file", key: fyne.KeyO, modifier: shift, do: w.toggleOverlays, needScan: true},
		{menu: "View", name: "Read texts as GB18030", tip: "For files that name the wrong character set; Lightbox remembers it for their source", key: fyne.KeyG, modifier: ctrl, do: s.ToggleGB18030, needScan: true},
		{menu: "View", name: "Full screen", tip: "Use the whole screen", key: fyne.KeyF11, icon: theme.ViewFullScreenIcon(), do: w.toggleFullScreen},
		{menu: "View", name: "Reset view", tip: "Zoom, position, window and inversion as they were; a cine is paused and what runs is cancelled first", key: fyne.KeyEscape, icon: toolIcon("reset"), do: w.escape},

		{menu: "Stack", name: "Previous stack", tip: "Previous stack of the list", key: fyne.KeyPageUp, icon: theme.NavigateBackIcon(), do: func() { s.Step(-1) }, needStack: true},
		{menu: "Stack", name: "Next stack", tip: "Next stack of the list", key: fyne.KeyPageDown, icon: theme.NavigateNextIcon(), do: func() { s.Step(1) }, needStack: true},
		{menu: "Stack", name: "Scroll tool", tip: "Left drag goes through the images of the stack", key: fyne.KeyS, icon: toolIcon("scroll"), do: tool(toolScroll)},
		{menu: "Stack", name: "First image", tip: "First image of the stack", key: fyne.KeyHome, icon: theme.MediaSkipPreviousIcon(), do: func() { s.ScrollTo(0) }, needStack: true, onBar: true},
		{menu: "Stack", name: "Previous image", tip: "Previous image of the stack; the left arrow key does the same", key: fyne.KeyUp, icon: toolIcon("previous"), do: func() { s.ScrollBy(-1) }, needStack: true, onBar: true,
			aliases: []combination{{fyne.KeyLeft, 0}}},
		{menu: "Stack", name: playAction, tip: "Cine: play the stack over and over, or pause it", key: fyne.KeyC, icon: theme.MediaPlayIcon(), do: s.TogglePlay, needStack: true, onBar: true},
		{menu: "Stack", name: "Next image", tip: "Next image of the stack; the right arrow key does the same", key: fyne.KeyDown, icon: toolIcon("next"), do: func() { s.ScrollBy(1) }, needStack: true, onBar: true,
			aliases: []combination{{fyne.KeyRight, 0}}},
		{menu: "Stack", name: "Last image", tip: "Last image of the stack", key: fyne.KeyEnd, icon: theme.MediaSkipNextIcon(), do: func() { s.ScrollTo(s.State().Frames() - 1) }, needStack: true, onBar: true},

		{menu: "Window level", name: "Window tool", tip: "Left drag changes the window: right is wider, up is brighter", key: fyne.KeyW, icon: toolIcon("window"), do: tool(toolWindow)},
		{menu: "Window level", name: "Automatic window", tip: "Window between the 0.1st and 99.9th percentile", key: fyne.Key0, do: s.AutoWindow, needScan: true},
		{menu: "Window level", name: "First window of the file", tip: "The file's own first window or VOI LUT", key: fyne.Key1, do: func() { w.chooseFileVOI(0) }, needScan: true},
		{menu: "Window level", name: "Second window of the file", tip: "The file's own second window or VOI LUT", key: fyne.Key2, do: func() { w.chooseFileVOI(1) }, needScan: true},
		{menu: "Window level", name: "Wider", tip: "Wider window: less contrast", key: fyne.KeyRight, modifier: alt, do: drag(20, 0), needScan: true},
		{menu: "Window level", name: "Narrower", tip: "Narrower window: more contrast", key: fyne.KeyLeft, modifier: alt, do: drag(-20, 0), needScan: true},
		{menu: "Window level", name: "Brighter", tip: "Brighter image", key: fyne.KeyUp, modifier: alt, do: drag(0, -20), needScan: true},
		{menu: "Window level", name: "Darker", tip: "Darker image", key: fyne.KeyDown, modifier: alt, do: drag(0, 20), needScan: true},
		{menu: "Window level", name: "Invert", tip: "Exchange black and white", key: fyne.KeyI, modifier: shift, icon: toolIcon("invert"), do: s.ToggleInvert, needScan: true},

		{menu: "Filter", name: "Larger kernel", tip: "Gaussian kernel two pixels larger", key: fyne.KeyUp, modifier: ctrl, do: func() { w.filter.stepKernel(2) }},
		{menu: "Filter", name: "Smaller kernel", tip: "Gaussian kernel two pixels smaller", key: fyne.KeyDown, modifier: ctrl, do: func() { w.filter.stepKernel(-2) }},
		{menu: "Filter", name: "Larger sigma", tip: "Standard deviation 0.1 px larger", key: fyne.KeyUp, modifier: ctrl | shift, do: func() { w.filter.stepSigma(sigmaStep) }},
		{menu: "Filter", name: "Smaller sigma", tip: "Standard deviation 0.1 px smaller; 0 derives it from the kernel", key: fyne.KeyDown, modifier: ctrl | shift, do: func() { w.filter.stepSigma(-sigmaStep) }},
		{menu: "Filter", name: "Default filter", tip: "5 × 5 pixels, sigma derived from the kernel", key: fyne.KeyB, modifier: ctrl, do: func() { _ = s.SetBlur(vision.DefaultBlur) }},

		{menu: "Model", name: "Outlines", tip: "Outline what speaks most for the finding, and the part that the model looked at where it did not look at all", key: fyne.KeyH, modifier: shift, icon: toolIcon("outlines"), do: w.changeOverlay(func(o *app.Overlay) { o.Outlines = !o.Outlines }), needScan: true,
			on: func() bool { return s.State().Overlay.Outlines }},
		{menu: "Model", name: "Heat map", tip: "Show or hide what the result hangs on, as colours over the pictures", key: fyne.KeyH, icon: toolIcon("heatmap"), do: w.changeOverlay(func(o *app.Overlay) { o.HeatMap = !o.HeatMap }), needScan: true,
			on: func() bool { return s.State().Overlay.HeatMap }},
		{menu: "Model", name: "Peek at the heat map", tip: "Show the heat map while the key is held; from the menu for three seconds", key: fyne.KeyF7, do: w.peekAWhile, hold: w.peek, needScan: true},
		{menu: "Model", name: "Grad-CAM or occlusion", tip: "Change between Grad-CAM, which is there at once, and the occlusion map, which reads the picture again with square after square covered", key: fyne.KeyG, do: w.changeOverlay(otherMethod), needScan: true},
		{menu: "Model", name: "What speaks against", tip: "Let the heat map show what speaks against the finding as well, in blue", key: fyne.KeyG, modifier: shift, do: w.changeOverlay(alsoAgainst), needScan: true},
		{menu: "Model", name: "What the network saw…", tip: "The very input of the network, enlarged, with what was done to it", key: fyne.KeyI, modifier: ctrl, do: w.showSeen, needScan: true},
		{menu: "Model", name: "Model card…", tip: "What the model is, what it was trained on, and how well it performs", key: fyne.KeyM, modifier: ctrl, do: w.showCard},

		{menu: "Model", name: "Choose the model…", tip: "Model that reads, and others that may", key: fyne.KeyM, modifier: ctrl | shift, do: w.showModels},
		{menu: "Model", name: "Prevalence and level…", tip: "Prevalence among your patients, and level of the set", key: fyne.KeyP, modifier: ctrl, do: w.showTerms},
		{menu: "Model", name: "Next evidence", tip: "Turn over what the result rests on: reliability, ROC, similar pictures, set, view", key: fyne.KeyF8, do: func() { w.proof.next() }},

		{menu: "Help", name: "Keys…", tip: "All keys and what they do", key: fyne.KeyF1, icon: theme.HelpIcon(), do: w.showKeys},
		{menu: "Help", name: "About Lightbox…", tip: "Version, licences and citations", key: fyne.KeyF1, modifier: shift, do: w.showAbout},
	}
}

// tool is what a drag with the left button does.
type tool int

const (
	toolWindow tool = iota
	toolZoom
	toolPan
	toolScroll
)

// toolIcon is one of our own icons in the colours of the theme.
func toolIcon(name string) fyne.Resource {
	return theme.NewThemedResource(fyne.NewStaticResource(name+".svg", assets.ToolIcon(name)))
}

// keyText is the key as people read it.
func (a *action) keyText() string {
	s := ""
	for _, m := range []struct {
		bit  fyne.KeyModifier
		name string
	}{{ctrl, "Ctrl+"}, {alt, "Alt+"}, {shift, "Shift+"}} {
		if a.modifier&m.bit != 0 {
			s += m.name
		}
	}
	names := map[fyne.KeyName]string{
		fyne.KeyPageUp: "Page Up", fyne.KeyPageDown: "Page Down", fyne.KeyEscape: "Esc",
		fyne.KeyUp: "↑", fyne.KeyDown: "↓", fyne.KeyLeft: "←", fyne.KeyRight: "→", fyne.KeyDelete: "Del",
		fyne.KeyHome: "Home", fyne.KeyEnd: "End",
	}
	if n, ok := names[a.key]; ok {
		return s + n
	}
	return s + string(a.key)
}

// tooltip is the translated tip with the key.
func (a *action) tooltip() string { return lang.L(a.tip) + " (" + a.keyText() + ")" }

// possible tells whether there is what the action needs.
func (w *mainWindow) possible(a *action) bool {
	st := w.session.State()
	return (!a.needScan || st.Scan != nil) && (!a.needStack || st.Stack() != nil)
}

// run does the action if it can be done now. A defect in it costs a sentence,
// not the window.
func (w *mainWindow) run(a *action) {
	if w.dialog != nil || !w.possible(a) {
		return
	}
	var err error
	func() {
		defer fault.Contain("", &err)
		a.do()
	}()
	w.session.Report(err)
}

// registerKeys has the actions follow their keys. Keys with Ctrl or Alt are
// Fyne shortcuts; single keys and those with Shift come to typedKey.
func (w *mainWindow) registerKeys() {
	for _, a := range w.actions {
		for _, k := range append([]combination{{a.key, a.modifier}}, a.aliases...) {
			if k.modifier&^shift == 0 {
				continue
			}
			sc := &desktop.CustomShortcut{KeyName: k.key, Modifier: k.modifier}
			w.window.Canvas().AddShortcut(sc, func(fyne.Shortcut) { w.run(a) })
		}
	}
	w.window.Canvas().SetOnTypedKey(w.typedKey)
	if c, ok := w.window.Canvas().(desktop.Canvas); ok { // where nothing has the keyboard
		c.SetOnKeyDown(func(e *fyne.KeyEvent) { w.held(e.Name, true) })
		c.SetOnKeyUp(func(e *fyne.KeyEvent) { w.held(e.Name, false) })
	}
}

// typedKey runs the action of a key without Ctrl or Alt.
func (w *mainWindow) typedKey(e *fyne.KeyEvent) {
	if w.dialog != nil {
		if e.Name == fyne.KeyEscape {
			w.dialog.Hide()
		}
		return
	}
	var held fyne.KeyModifier
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		held = d.CurrentKeyModifiers() & shift
	}
	pressed := combination{e.Name, held}
	for _, a := range w.actions {
		if pressed == (combination{a.key, a.modifier}) || slices.Contains(a.aliases, pressed) {
			if a.hold == nil { // the others heard of the key by itself
				w.run(a)
			}
			return
		}
	}
}
