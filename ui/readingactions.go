package ui

import (
	"lightbox/app"
	"lightbox/ui/tools"
	"lightbox/vision"
)

// layoutActions are those of the panes: how they lie, and what links them.
func (w *mainWindow) layoutActions() []*action {
	s := w.session
	layout := func(l app.Layout) (func(), func() bool) {
		return func() { s.SetLayout(l) }, func() bool { return s.State().Layout == l }
	}
	three, isThree := layout(app.LayoutThree)
	large, isLarge := layout(app.LayoutLarge)
	quad, isQuad := layout(app.LayoutQuad)
	_, isCompare := layout(app.LayoutCompare)
	link := func(switched func(*app.Links) *bool) (func(), func() bool) {
		return func() {
				l := s.State().Links
				*switched(&l) = !*switched(&l)
				s.SetLinks(l)
			}, func() bool {
				l := s.State().Links
				return *switched(&l)
			}
	}
	scroll, scrollOn := link(func(l *app.Links) *bool { return &l.Scroll })
	zoom, zoomOn := link(func(l *app.Links) *bool { return &l.Zoom })
	pan, panOn := link(func(l *app.Links) *bool { return &l.Pan })
	window, windowOn := link(func(l *app.Links) *bool { return &l.Window })
	cursor, cursorOn := link(func(l *app.Links) *bool { return &l.Cursor })
	return []*action{
		{id: "layout-three", menu: "Layout", name: "Three views", tip: "Original, grayscale and blur beside each other", icon: toolIcon("layout-three"), group: "layout", do: three, on: isThree},
		{id: "layout-large", menu: "Layout", name: "One large view", tip: "One large pane, the others as a strip", icon: toolIcon("layout-large"), group: "layout", do: large, on: isLarge},
		{id: "layout-quad", menu: "Layout", name: "Two by two", tip: "Four views of one image", icon: toolIcon("layout-quad"), group: "layout", do: quad, on: isQuad},
		{id: "layout-compare", menu: "Layout", name: "Compare with the prior", tip: "The stack on screen beside an earlier one of the same patient", icon: toolIcon("layout-compare"), group: "layout", do: s.Compare, on: isCompare, needScan: true},
		{id: "next-pane", menu: "Layout", name: "Next pane", tip: "Make the next pane the active one", do: func() { w.stepPane(1) }},
		{id: "previous-pane", menu: "Layout", name: "Previous pane", tip: "Make the pane before the active one", do: func() { w.stepPane(-1) }},
		{id: "detach-pane", menu: "Layout", name: "Detach the pane", tip: "Show the active pane in a window of its own, for a second monitor; the same brings it back", do: w.detach},
		{id: "link", menu: "Layout", name: "Link all", tip: "Panes scroll, zoom, move, window and point together", icon: toolIcon("link"), group: "link", do: func() { s.SetLinks(app.AllLinks) }, on: func() bool { return s.State().Links == app.AllLinks }},
		{id: "unlink", menu: "Layout", name: "Unlink all", tip: "Each pane for itself", icon: toolIcon("unlink"), group: "link", do: func() { s.SetLinks(app.Links{}) }, on: func() bool { return s.State().Links == app.Links{} }},
		{id: "link-scroll", menu: "Layout", name: "Link scrolling", tip: "Panes go through their stacks together: by places in the patient where the files allow it, else by number", group: "link", do: scroll, on: scrollOn},
		{id: "link-zoom", menu: "Layout", name: "Link zoom", tip: "Panes zoom together", group: "link", do: zoom, on: zoomOn},
		{id: "link-pan", menu: "Layout", name: "Link position", tip: "Panes move together", group: "link", do: pan, on: panOn},
		{id: "link-window", menu: "Layout", name: "Link window", tip: "Panes with values of one kind have one window", group: "link", do: window, on: windowOn},
		{id: "link-cursor", menu: "Layout", name: "Link cursor", tip: "The pointer is shown in all panes", group: "link", do: cursor, on: cursorOn},
		{id: "crosshair", menu: "Layout", name: "Cross-hair", tip: "Click a place: the other panes go to the images that it lies on", icon: toolIcon("crosshair"), group: "tools", tool: tools.CrossHair},
		{id: "localizers", menu: "Layout", name: "Lines of reference", tip: "Show where the image of the active pane cuts the others", do: func() { s.SetLocalizers(!s.State().Localizers) }, on: func() bool { return s.State().Localizers }},
	}
}

// measureActions are those of marks.
func (w *mainWindow) measureActions() []*action {
	s := w.session
	return []*action{
		{id: "length", menu: "Measure", name: "Length", tip: "Distance between two points, in mm where the file or you say what a pixel is", icon: toolIcon("length"), tool: tools.Length},
		{id: "angle", menu: "Measure", name: "Angle", tip: "Angle between two lines, which need not meet", icon: toolIcon("angle"), group: "measure", tool: tools.Angle},
		{id: "cobb", menu: "Measure", name: "Cobb angle", tip: "Angle between two end plates", icon: toolIcon("cobb"), group: "measure", tool: tools.Cobb},
		{id: "ctr", menu: "Measure", name: "Cardiothoracic ratio", tip: "Width of the heart over that of the thorax, on PA films", icon: toolIcon("ctr"), group: "measure", tool: tools.CTR},
		{id: "ellipse", menu: "Measure", name: "Ellipse", tip: "Mean, deviation, least and greatest value and area of an ellipse", icon: toolIcon("ellipse"), group: "measure", tool: tools.Ellipse},
		{id: "rectangle", menu: "Measure", name: "Rectangle", tip: "The same of a rectangle", icon: toolIcon("rectangle"), group: "measure", tool: tools.Rectangle},
		{id: "polygon", menu: "Measure", name: "Polygon", tip: "The same of a polygon", icon: toolIcon("polygon"), group: "measure", tool: tools.Polygon},
		{id: "arrow", menu: "Measure", name: "Arrow", tip: "An arrow with words", icon: toolIcon("arrow"), group: "measure", tool: tools.Arrow},
		{id: "text", menu: "Measure", name: "Text", tip: "Words on the image", icon: toolIcon("text"), group: "measure", tool: tools.Text},
		{id: "reference", menu: "Measure", name: "Reference length", tip: "Draw a length that you know: it calibrates this image, and its stack", icon: toolIcon("reference"), group: "measure", tool: tools.Reference},
		{id: "rename-mark", menu: "Measure", name: "Rename the mark…", tip: "Give the selected mark a name", do: w.renameMark, why: w.noMark},
		{id: "delete-mark", menu: "Measure", name: "Delete the mark", tip: "Delete the selected mark", do: func() { s.RemoveMark(s.State().Selected) }, why: w.noMark},
		{id: "delete-marks", menu: "Measure", name: "Delete all marks", tip: "Delete all marks on this image; undo brings them back", do: s.RemoveAllMarks, needScan: true},
		{id: "key-image", menu: "Measure", name: "Key image", tip: "Mark this image as one of the key images, or no longer", icon: toolIcon("key"), do: s.ToggleKey, needScan: true, on: func() bool { return s.State().IsKey(s.State().Pane) }},
		{id: "marks-list", menu: "Measure", name: "Marks and key images…", tip: "All marks of what is open: go there, rename, delete, export", do: func() { w.showMarks() }, needStack: true},
		{id: "forget-study", menu: "Measure", name: "Forget this study", tip: "Delete all marks of the study on screen, and what is kept of how it was looked at", do: s.ForgetStudy, needStack: true},
		{id: "export-csv", menu: "Measure", name: "Export measures…", tip: "Write all measures into a table (CSV)", do: w.exportMarks, needStack: true},
	}
}

// message is a reason, or none.
func message(m *app.Message) app.Message {
	if m == nil {
		return app.Message{}
	}
	return *m
}

func (w *mainWindow) turn(change func(vision.Turn) vision.Turn) func() {
	return func() { w.session.Turn(change) }
}

func (w *mainWindow) noTurning() app.Message { return message(app.NoTurning(w.session.State().Scan)) }

func (w *mainWindow) noPresets() app.Message { return message(app.NoPresets(w.session.State().Scan)) }

func (w *mainWindow) noClamp() app.Message { return message(app.NoClamp(w.session.State().Pane)) }

func (w *mainWindow) preset(i int) func() { return func() { w.session.UsePreset(i) } }

func (w *mainWindow) noMark() app.Message {
	if w.session.State().Selected == "" {
		return app.Say("No mark is selected.")
	}
	return app.Message{}
}

func (w *mainWindow) noUndo() app.Message {
	if _, ok := w.session.CanUndo(); !ok {
		return app.Say("There is nothing to undo.")
	}
	return app.Message{}
}

func (w *mainWindow) noRedo() app.Message {
	if _, ok := w.session.CanRedo(); !ok {
		return app.Say("There is nothing to do again.")
	}
	return app.Message{}
}

// undo takes the last step back and says which that was.
func (w *mainWindow) undo() {
	step, _ := w.session.CanUndo()
	w.session.Undo()
	w.tell(say(app.Say("Undone: {{.Step}}", "Step", app.Term(step))))
}

func (w *mainWindow) redo() {
	step, _ := w.session.CanRedo()
	w.session.Redo()
	w.tell(say(app.Say("Done again: {{.Step}}", "Step", app.Term(step))))
}

// stepPane makes another pane the active one and gives it the keyboard.
func (w *mainWindow) stepPane(by int) {
	st := w.session.State()
	n := len(st.Panes)
	w.session.Activate(((st.Active+by)%n + n) % n)
	w.focusPane()
}

// peekBlurAWhile shows the blur by the menu, where nothing is held.
func (w *mainWindow) peekBlurAWhile() {
	w.session.PeekBlur(true)
	w.after(peekTime, func() { w.session.PeekBlur(false) })
}
