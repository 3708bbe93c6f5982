package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/assets"
	"lightbox/ui/keys"
	"lightbox/ui/tools"
	"lightbox/vision"
)

// action is one thing that can be done: its menu entry, its tooltip and what it
// does stand in one row, so that none can be forgotten. Its keys are those that the
// profile in force gives its id, see package keys.
type action struct {
	id        string        // never changes: settings and profiles name it
	menu      string        // English, see menus
	name      string        // English
	tip       string        // English; shown with the key
	icon      fyne.Resource // of its button; nil for those in menus only
	do        func()
	group     string             // its button is one of a menu behind a button, see groupName
	tool      tools.Kind         // that it puts into the hand; empty for others
	needScan  bool               // a picture must be on screen
	needStack bool               // something must be open, be there a picture of it or not
	why       func() app.Message // why it cannot be done now, whatever is open; an empty message if it can
	onBar     bool               // its button is one of the stack bar's
	hold      func(bool)         // what its key does while it is held; do is for the menu then
	on        func() bool        // whether what it switches is on; nil for those that switch nothing

	keys []keys.Combination // the main one first; set by bind
}

// menus in their order. Their names and the rows below are translated when
// they are shown.
var menus = []string{"File", "View", "Stack", "Window level", "Filter", "Layout", "Measure", "Model", "Help"}

// zoomStep is how much one press of a zoom key changes the size.
const zoomStep = 1.25

// panStep is how far one press of a pan key moves the image, in screen pixels.
const panStep = 40

// makeActions lists every action, with its keys.
func (w *mainWindow) makeActions() []*action {
	s := w.session
	zoom := func(f float64) func() { return func() { s.ZoomBy(f, s.State().Centre()) } }
	pan := func(dx, dy float64) func() { return func() { s.PanBy(dx, dy) } }
	drag := func(dx, dy float64) func() { return func() { s.DragWindow(dx, dy, 1) } }

	return w.bind(slices.Concat([]*action{
		{id: "open-scan", menu: "File", name: "Open scan…", tip: "Open a scan: DICOM, NIfTI, PNG, JPEG, TIFF or BMP, a ZIP archive or a DICOMDIR", icon: theme.FileImageIcon(), do: w.openFile},
		{id: "open-folder", menu: "File", name: "Open folder…", tip: "Open all scans of a folder, sorted into studies, series and stacks", icon: theme.FolderOpenIcon(), do: w.openFolder},
		{id: "export-views", menu: "File", name: "Export views…", tip: "Write the three views as PNG files at full resolution", icon: theme.DocumentSaveIcon(), do: w.export, needScan: true},
		{id: "export-picture", menu: "File", name: "Export the picture as seen", tip: "Write the active pane as PNG at the image's own resolution, with marks, window and what is drawn over it; asks for the folder once", do: w.exportPicture, needScan: true, why: w.noPicture},
		{id: "export-picture-to", menu: "File", name: "Export the picture to…", tip: "The same into another folder, which is remembered", do: w.exportPictureTo, needScan: true, why: w.noPicture},
		{id: "print", menu: "File", name: "Print", tip: "Write the panes as on screen, with the result, as a page (A4, PDF), and open it", do: w.print, needScan: true, why: w.noPicture},
		{id: "report", menu: "File", name: "Report…", tip: "Read the reports of this study: structured reports as text, PDF documents in the program that shows them", icon: theme.DocumentIcon(), do: w.showReports, why: w.noReports},
		{id: "export-reader-study", menu: "File", name: "Export reader study…", tip: "Write how each case of this session was read, before and after the result, as CSV", do: w.exportReaderStudy, why: w.noCases},
		{id: "demo-mode", menu: "File", name: "Demo mode", tip: "Mask or show who the patients are, everywhere at once", do: w.toggleDemo, on: func() bool { return s.State().Demo }},
		{id: "clear-recent", menu: "File", name: "Clear recent list", tip: "Forget the recently opened scans", do: w.clearRecent},
		{id: "dicom-tags", menu: "File", name: "DICOM tags…", tip: "List all that the file on screen says of itself", do: w.showTags, needStack: true},
		{id: "settings", menu: "File", name: "Settings…", tip: "Language, theme and size of text", icon: theme.SettingsIcon(), do: w.showSettings},
		{id: "change-keys", menu: "File", name: "Change keys…", tip: "Profile of keys and mouse, and keys of your own", do: func() { w.showKeyPage() }},
		{id: "quit", menu: "File", name: "Quit", tip: "Close Lightbox", do: w.quit},

		{id: "thumbnails", menu: "View", name: "Thumbnails", tip: "Show or hide the list of studies and stacks", icon: toolIcon("thumbnails"), do: w.toggleSeries},
		{id: "choose-view", menu: "View", name: "View in the pane…", tip: "Menu of the active pane: which view it shows, and of which stack", do: w.chooseView},
		{id: "zoom-tool", menu: "View", name: "Zoom tool", tip: "Left drag zooms", icon: theme.SearchIcon(), tool: tools.Zoom},
		{id: "pan-tool", menu: "View", name: "Pan tool", tip: "Left drag moves the image", icon: toolIcon("pan"), tool: tools.Pan},
		{id: "zoom-in", menu: "View", name: "Zoom in", tip: "Larger", do: zoom(zoomStep), needScan: true},
		{id: "zoom-out", menu: "View", name: "Zoom out", tip: "Smaller", do: zoom(1 / zoomStep), needScan: true},
		{id: "fit", menu: "View", name: "Fit to pane", tip: "Show the whole image", icon: toolIcon("fit"), do: s.Fit, needScan: true},
		{id: "actual-pixels", menu: "View", name: "Actual pixels 1:1", tip: "One image pixel on one screen pixel", icon: toolIcon("actual"), do: func() { s.ZoomTo(1, s.State().Centre()) }, needScan: true},
		{id: "move-left", menu: "View", name: "Move left", tip: "Move the image left", do: pan(-panStep, 0), needScan: true},
		{id: "move-right", menu: "View", name: "Move right", tip: "Move the image right", do: pan(panStep, 0), needScan: true},
		{id: "move-up", menu: "View", name: "Move up", tip: "Move the image up", do: pan(0, -panStep), needScan: true},
		{id: "move-down", menu: "View", name: "Move down", tip: "Move the image down", do: pan(0, panStep), needScan: true},
		{id: "rotate-right", menu: "View", name: "Rotate right", tip: "A quarter clockwise; letters, marks and outlines follow", icon: toolIcon("rotate"), group: "turn", do: w.turn(func(t vision.Turn) vision.Turn { return t.Rotated(1) }), why: w.noTurning},
		{id: "rotate-left", menu: "View", name: "Rotate left", tip: "A quarter counter-clockwise", group: "turn", do: w.turn(func(t vision.Turn) vision.Turn { return t.Rotated(-1) }), why: w.noTurning},
		{id: "flip-horizontal", menu: "View", name: "Flip left and right", tip: "Mirror the image; its letters say so", icon: toolIcon("flip"), group: "turn", do: w.turn(vision.Turn.FlippedHorizontally), why: w.noTurning},
		{id: "flip-vertical", menu: "View", name: "Flip top and bottom", tip: "Turn the image upside down by mirroring", group: "turn", do: w.turn(vision.Turn.FlippedVertically), why: w.noTurning},
		{id: "magnifier", menu: "View", name: "Magnifier", tip: "Hold the left button to look through a glass of twice the size", icon: toolIcon("magnifier"), group: "tools", tool: tools.Magnifier},
		{id: "select-tool", menu: "View", name: "Select tool", tip: "Select, move and delete marks", icon: toolIcon("select"), group: "tools", tool: tools.Select},
		{id: "undo", menu: "View", name: "Undo", tip: "Take the last step back: window, zoom, filter, layout, measure", icon: toolIcon("undo"), do: w.undo, why: w.noUndo},
		{id: "redo", menu: "View", name: "Redo", tip: "Do again what was taken back", icon: toolIcon("redo"), do: w.redo, why: w.noRedo},
		{id: "annotations", menu: "View", name: "Annotations", tip: "Text over the images: full, minimal, off", icon: toolIcon("annotations"), do: w.cycleAnnotations},
		{id: "overlay-planes", menu: "View", name: "Overlay planes", tip: "Show or hide the overlay planes of the file", do: w.toggleOverlays, needScan: true},
		{id: "presentation-state", menu: "View", name: "Presentation state", tip: "Show the image as its presentation state says, or without it", do: s.TogglePresentation, why: w.noPresentation, on: func() bool { return s.State().Presented != nil }},
		{id: "presentation-states", menu: "View", name: "Presentation states…", tip: "Choose among the presentation states that refer to this image, or none", do: w.choosePresentation, why: w.noPresentation},
		{id: "gb18030", menu: "View", name: "Read texts as GB18030", tip: "For files that name the wrong character set; Lightbox remembers it for their source", do: s.ToggleGB18030, needScan: true},
		{id: "full-screen", menu: "View", name: "Full screen", tip: "Use the whole screen", do: w.toggleFullScreen},
		{id: "reset", menu: "View", name: "Reset view", tip: "Zoom, position, window and inversion as they were; a cine is paused and what runs is cancelled first", icon: toolIcon("reset"), do: w.escape},

		{id: "previous-series", menu: "Stack", name: "Previous stack", tip: "Previous stack of the list", do: func() { w.step(-1) }, needStack: true},
		{id: "next-series", menu: "Stack", name: "Next stack", tip: "Next stack of the list", do: func() { w.step(1) }, needStack: true},
		{id: "previous-study", menu: "Stack", name: "Previous study", tip: "Study before this one, by the list of cases if there is one", do: func() { s.StepStudy(-1) }, needStack: true},
		{id: "next-study", menu: "Stack", name: "Next study", tip: "Study after this one, by the list of cases if there is one", do: func() { s.StepStudy(1) }, needStack: true},
		{id: "case-list", menu: "Stack", name: "Case list…", tip: "Go through studies in an order of yours, with large letters for a review; ends it while it runs", do: w.showCaseList, needStack: true},
		{id: "scroll-tool", menu: "Stack", name: "Scroll tool", tip: "Left drag goes through the images of the stack", icon: toolIcon("scroll"), tool: tools.Scroll},
		{id: "first-image", menu: "Stack", name: "First image", tip: "First image of the stack", icon: theme.MediaSkipPreviousIcon(), do: func() { s.ScrollTo(0) }, needStack: true, onBar: true},
		{id: "previous-image", menu: "Stack", name: "Previous image", tip: "Previous image of the stack", icon: toolIcon("previous"), do: func() { s.ScrollBy(-1) }, needStack: true, onBar: true},
		{id: "cine", menu: "Stack", name: "Play or pause", tip: "Cine: play the stack over and over, or pause it", icon: theme.MediaPlayIcon(), do: s.TogglePlay, needStack: true, onBar: true},
		{id: "next-image", menu: "Stack", name: "Next image", tip: "Next image of the stack", icon: toolIcon("next"), do: func() { s.ScrollBy(1) }, needStack: true, onBar: true},
		{id: "last-image", menu: "Stack", name: "Last image", tip: "Last image of the stack", icon: theme.MediaSkipNextIcon(), do: func() { s.ScrollTo(s.State().Frames() - 1) }, needStack: true, onBar: true},

		{id: "window-tool", menu: "Window level", name: "Window tool", tip: "Left drag changes the window: right is wider, up is brighter", icon: toolIcon("window"), tool: tools.Window},
		{id: "auto-window", menu: "Window level", name: "Automatic window", tip: "Window between the 0.1st and 99.9th percentile", do: s.AutoWindow, needScan: true},
		{id: "file-window-1", menu: "Window level", name: "First window of the file", tip: "The file's own first window or VOI LUT", do: func() { w.chooseFileVOI(0) }, needScan: true},
		{id: "file-window-2", menu: "Window level", name: "Second window of the file", tip: "The file's own second window or VOI LUT", do: func() { w.chooseFileVOI(1) }, needScan: true},
		{id: "region-window", menu: "Window level", name: "Window by region", tip: "Drag a box: the window spans the values in it", icon: toolIcon("region"), group: "tools", tool: tools.Region},
		{id: "preset-brain", menu: "Window level", name: "First preset", tip: "First window preset for CT: brain, unless you changed the list", do: w.preset(0), why: w.noPresets},
		{id: "preset-soft-tissue", menu: "Window level", name: "Second preset", tip: "Second window preset for CT: abdomen, unless you changed the list", do: w.preset(1), why: w.noPresets},
		{id: "preset-mediastinum", menu: "Window level", name: "Third preset", tip: "Third window preset for CT: mediastinum, unless you changed the list", do: w.preset(2), why: w.noPresets},
		{id: "preset-bone", menu: "Window level", name: "Fourth preset", tip: "Fourth window preset for CT: bone, unless you changed the list", do: w.preset(3), why: w.noPresets},
		{id: "preset-lung", menu: "Window level", name: "Fifth preset", tip: "Fifth window preset for CT: lung, unless you changed the list", do: w.preset(4), why: w.noPresets},
		{id: "preset-liver", menu: "Window level", name: "Sixth preset", tip: "Sixth window preset for CT: liver, unless you changed the list", do: w.preset(5), why: w.noPresets},
		{id: "edit-presets", menu: "Window level", name: "Change presets…", tip: "Names and numbers of the window presets for CT", do: w.showPresets},
		{id: "clamp", menu: "Window level", name: "Clamped window", tip: "Hold the lower end of the window at 0, in CT at −1000 HU: a drag moves the upper end alone; NM and PET begin so", do: s.ToggleClamp, why: w.noClamp, on: func() bool { return s.State().Clamped }},
		{id: "wider", menu: "Window level", name: "Wider", tip: "Wider window: less contrast", do: drag(20, 0), needScan: true},
		{id: "narrower", menu: "Window level", name: "Narrower", tip: "Narrower window: more contrast", do: drag(-20, 0), needScan: true},
		{id: "brighter", menu: "Window level", name: "Brighter", tip: "Brighter image", do: drag(0, -20), needScan: true},
		{id: "darker", menu: "Window level", name: "Darker", tip: "Darker image", do: drag(0, 20), needScan: true},
		{id: "invert", menu: "Window level", name: "Invert", tip: "Exchange black and white", icon: toolIcon("invert"), do: s.ToggleInvert, needScan: true},

		{id: "larger-kernel", menu: "Filter", name: "First parameter up", tip: "One step more of the first parameter under the panes: kernel or aperture 2 px, sigma 0.1 px, clip limit 0.5, threshold 5", do: func() { w.filter.step(0, 1) }},
		{id: "smaller-kernel", menu: "Filter", name: "First parameter down", tip: "One step less of the first parameter under the panes: kernel or aperture 2 px, sigma 0.1 px, clip limit 0.5, threshold 5", do: func() { w.filter.step(0, -1) }},
		{id: "larger-sigma", menu: "Filter", name: "Second parameter up", tip: "One step more of the second parameter under the panes: sigma 0.1 px, amount 0.1, one tile, threshold 5", do: func() { w.filter.step(1, 1) }, why: func() app.Message { return w.filter.noSecond() }},
		{id: "smaller-sigma", menu: "Filter", name: "Second parameter down", tip: "One step less of the second parameter under the panes: sigma 0.1 px (0 derives it from the kernel), amount 0.1, one tile, threshold 5", do: func() { w.filter.step(1, -1) }, why: func() app.Message { return w.filter.noSecond() }},
		{id: "default-filter", menu: "Filter", name: "Default filter", tip: "The parameters of the filter under the panes as they were at first", do: func() { w.filter.reset() }},
	}, w.layoutActions(), w.measureActions(), []*action{
		{id: "second-reader", menu: "Model", name: "Second reader", tip: "Read first: the result stays hidden until you have said what you see, then it comes in stages", do: w.toggleSecondReader, on: func() bool { return s.State().Mode == app.SecondReader }},
		{id: "reveal", menu: "Model", name: "Reveal", tip: "Show the next stage of the result: the finding in words, then the number, then the places", do: s.RevealNext, needScan: true, why: func() app.Message { return s.State().CannotReveal() }},
		{id: "outlines", menu: "Model", name: "Outlines", tip: "Outline what speaks most for the finding, and the part that the model looked at where it did not look at all", icon: toolIcon("outlines"), do: w.changeOverlay(func(o *app.Overlay) { o.Outlines = !o.Outlines }), needScan: true, why: w.unrevealed(app.RevealPlaces),
			on: func() bool { return s.State().Overlay.Outlines }},
		{id: "heat-map", menu: "Model", name: "Heat map", tip: "Show or hide what the result hangs on, as colours over the pictures", icon: toolIcon("heatmap"), do: w.changeOverlay(func(o *app.Overlay) { o.HeatMap = !o.HeatMap }), needScan: true, why: w.unrevealed(app.RevealPlaces),
			on: func() bool { return s.State().Overlay.HeatMap }},
		{id: "peek-heat-map", menu: "Model", name: "Peek at the heat map", tip: "Show the heat map while the key is held; from the menu for three seconds", do: w.peekAWhile, hold: w.peek, needScan: true, why: w.unrevealed(app.RevealPlaces)},
		{id: "method", menu: "Model", name: "Grad-CAM or occlusion", tip: "Change between Grad-CAM, which is there at once, and the occlusion map, which reads the picture again with square after square covered", do: w.changeOverlay(otherMethod), needScan: true, why: w.unrevealed(app.RevealPlaces)},
		{id: "against", menu: "Model", name: "What speaks against", tip: "Let the heat map show what speaks against the finding as well, in blue", do: w.changeOverlay(alsoAgainst), needScan: true, why: w.unrevealed(app.RevealPlaces)},
		{id: "network-input", menu: "Model", name: "What the network saw…", tip: "The very input of the network, enlarged, with what was done to it", do: w.showSeen, needScan: true, why: w.unrevealed(app.RevealPlaces)},
		{id: "model-card", menu: "Model", name: "Model card…", tip: "What the model is, what it was trained on, and how well it performs", do: w.showCard},

		{id: "choose-model", menu: "Model", name: "Choose the model…", tip: "Model that reads, and others that may", do: w.showModels, why: w.unrevealed(app.RevealFinding)},
		{id: "terms", menu: "Model", name: "Prevalence and level…", tip: "Prevalence among your patients, and level of the set", do: w.showTerms},
		{id: "run-model", menu: "Model", name: "Read again", tip: "Have the model read the image in the active pane once more", do: s.ReadAgain, needScan: true},
		{id: "peek-blur", menu: "Filter", name: "Peek at the blur", tip: "Show the Gaussian blur in the active pane while the key is held", do: w.peekBlurAWhile, hold: s.PeekBlur, needScan: true},
		{id: "next-evidence", menu: "Model", name: "Next evidence", tip: "Turn over what the result rests on: reliability, ROC, similar pictures, set, view, measure", do: func() { w.proof.next() }},

		{id: "help", menu: "Help", name: "Keys…", tip: "All keys and what they do", icon: theme.HelpIcon(), do: w.showKeys},
		{id: "manual", menu: "Help", name: "Lightbox help…", tip: "What Lightbox shows and how to read with it, with search; works offline", do: w.showHelp},
		{id: "about", menu: "Help", name: "About Lightbox…", tip: "Version, model cards, conformance and licences", do: w.showAbout},
	}))
}

// toolIcon is one of our own icons in the colours of the theme.
func toolIcon(name string) fyne.Resource {
	return theme.NewThemedResource(fyne.NewStaticResource(name+".svg", assets.ToolIcon(name)))
}
