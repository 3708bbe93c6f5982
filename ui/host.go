package ui

import (
	"image"

	"lightbox/app"
	"lightbox/app/marks"
	"lightbox/ui/tools"
)

// paneHost is what the tools in pane number i act through.
type paneHost struct {
	w   *mainWindow
	i   int
	box *paneBox
}

var _ tools.Host = (*paneHost)(nil)

// pane is the pane as the session has it; nil after it went.
func (h *paneHost) pane() *app.Pane {
	if st := h.w.session.State(); h.i < len(st.Panes) {
		return st.Panes[h.i]
	}
	return nil
}

// Pan moves the image.
func (h *paneHost) Pan(dx, dy float64) { h.w.session.PanBy(dx, dy) }

// Zoom enlarges about a point.
func (h *paneHost) Zoom(factor float64, at image.Point) { h.w.session.ZoomBy(factor, at) }

// Window changes the window.
func (h *paneHost) Window(dx, dy, speed float64) { h.w.session.DragWindow(dx, dy, speed) }

// Scroll goes through the stack.
func (h *paneHost) Scroll(by int) { h.w.session.ScrollBy(by) }

// Frames is the length of the stack.
func (h *paneHost) Frames() int {
	if p := h.pane(); p != nil {
		return p.Frames()
	}
	return 0
}

// PaneHeight is in screen pixels.
func (h *paneHost) PaneHeight() int {
	if p := h.pane(); p != nil {
		return p.Size.Y
	}
	return 0
}

// Magnify shows the glass, or takes it away.
func (h *paneHost) Magnify(at *image.Point) {
	h.box.glass = at
	h.w.panes.showOne(h.i)
}

// RegionWindow sets the window by a box.
func (h *paneHost) RegionWindow(a, b marks.Point) {
	h.w.session.WindowRegion(min(a.X, b.X), min(a.Y, b.Y), max(a.X, b.X), max(a.Y, b.Y))
}

// CrossHair points at a place in all panes.
func (h *paneHost) CrossHair(at marks.Point) { h.w.session.PointAt(at.X, at.Y) }

// Bounds is the size of the image.
func (h *paneHost) Bounds() (columns, rows int) {
	p := h.pane()
	if p == nil || p.Scan == nil {
		return 0, 0
	}
	return p.Scan.Values.Columns, p.Scan.Values.Rows
}

// Hit finds the mark under a point, a handle of the selected one before all others.
func (h *paneHost) Hit(p marks.Point, reach float64) (m marks.Mark, part int, ok bool) {
	pane := h.pane()
	if pane == nil {
		return m, 0, false
	}
	st := h.w.session.State()
	best := reach
	for _, o := range st.Marks(pane) {
		at, hit := marks.Hit(o, p, reach)
		if !hit {
			continue
		}
		if o.ID == st.Selected && at != marks.Body {
			return o, at, true
		}
		if d := marks.Distance(o, p); !ok || d < best {
			m, part, ok, best = o, at, true, d
		}
	}
	return m, part, ok
}

// Move moves a part of a mark.
func (h *paneHost) Move(m marks.Mark, part int, dx, dy float64) marks.Mark {
	return marks.Move(m, part, dx, dy)
}

// Preview shows a mark that is being made or changed.
func (h *paneHost) Preview(m *marks.Mark) { h.w.session.PreviewMark(m) }

// Add keeps a new mark. One that cannot be measured without the reader's word asks
// for it.
func (h *paneHost) Add(m marks.Mark) {
	h.w.session.PreviewMark(nil)
	h.w.session.AddMark(m)
	h.w.confirmMark(h.w.session.State().Selected)
}

// Change keeps a mark that was moved.
func (h *paneHost) Change(_, after marks.Mark) {
	h.w.session.PreviewMark(nil)
	h.w.session.ChangeMark(after)
	h.w.session.EndGesture()
}

// Delete takes a mark away.
func (h *paneHost) Delete(id string) { h.w.session.RemoveMark(id) }

// Select selects a mark.
func (h *paneHost) Select(id string) { h.w.session.SelectMark(id) }

// Selected is the selected mark.
func (h *paneHost) Selected() string { return h.w.session.State().Selected }

// Over tells which mark the pointer is over.
func (h *paneHost) Over(id string) {
	if h.box.over != id {
		h.box.over = id
		h.w.panes.showOne(h.i)
	}
}

// Ask has the reader say what points do not tell.
func (h *paneHost) Ask(m marks.Mark, done func(m marks.Mark, ok bool)) { h.w.askMark(m, done) }
