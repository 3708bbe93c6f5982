package app

import (
	"image"
	"math"

	"lightbox/vision"
)

// Limits of what a view can be set to.
const (
	minZoom   = 0.02 // screen pixels for one image pixel
	maxZoom   = 32
	maxWindow = 1_000_000_000 // modality values, for centre and width
	// keptVisible is how much of an image stays in its pane, in screen
	// pixels: a picture that was pushed out of sight looks like a lost one.
	keptVisible = 40
)

// each calls f for the active pane and, if they are linked, for the others that
// show a picture.
func (s *Session) each(linked bool, f func(*Pane)) {
	st := &s.state
	for _, p := range st.Panes {
		if p.Scan != nil && (p == st.Pane || linked) {
			f(p)
		}
	}
}

// SetSize tells the size of a pane in screen pixels.
func (s *Session) SetSize(pane int, size image.Point) {
	st := &s.state
	if pane < 0 || pane >= len(st.Panes) || size == st.Panes[pane].Size {
		return
	}
	p := st.Panes[pane]
	p.Size = size
	if p.FitToPane {
		p.fit()
		s.followCursor()
	}
	s.publish(GeometryChanged)
}

func (p *Pane) fit() {
	if p.Scan != nil {
		p.Viewport = p.Fitted(p.Size.X, p.Size.Y)
	}
}

func boundedZoom(zoom float64) float64 { return math.Min(math.Max(zoom, minZoom), maxZoom) }

// Fitted is the viewport of a pane of so many screen pixels that follows its size.
func (p *Pane) Fitted(width, height int) vision.Viewport {
	m := p.Scan.Values
	v := p.Area.Viewport(m.Columns, m.Rows, width, height, p.Viewport.Turn)
	if p.Area.Zoom > 0 {
		v.Zoom = boundedZoom(v.Zoom)
	}
	return v
}

// Fit shows the whole image in each linked pane and keeps doing so when they
// change their size.
func (s *Session) Fit() {
	s.do(StepPlace, s.fitAll)
	s.followCursor()
	s.publish(GeometryChanged)
}

func (s *Session) fitAll() {
	s.each(s.state.Links.Zoom, func(p *Pane) {
		p.FitToPane, p.Area = true, vision.Area{}
		p.fit()
	})
}

// ZoomTo sets the zoom in screen pixels for one image pixel, keeping the image
// position under the pane's point where it is.
func (s *Session) ZoomTo(zoom float64, at image.Point) {
	p := s.state.Pane
	if p.Scan == nil || p.Size.X <= 0 || p.Size.Y <= 0 || math.IsNaN(zoom) {
		return
	}
	zoom = boundedZoom(zoom)
	s.setViewport(p.Viewport.ZoomedAt(zoom, float64(at.X), float64(at.Y), p.Size.X, p.Size.Y))
}

// ZoomBy multiplies the zoom about a point of the pane.
func (s *Session) ZoomBy(factor float64, at image.Point) {
	s.ZoomTo(s.state.Viewport.Zoom*factor, at)
}

// Centre is the point of the pane that keyboard zooming keeps still.
func (p *Pane) Centre() image.Point { return p.Size.Div(2) }

// PanBy moves the image by so many screen pixels.
func (s *Session) PanBy(dx, dy float64) {
	if s.state.Scan == nil {
		return
	}
	s.setViewport(s.state.Viewport.Panned(dx, dy))
}

// setViewport changes what the active pane shows of its image, and what those do
// that are linked with it.
func (s *Session) setViewport(v vision.Viewport) {
	st := &s.state
	before := st.Viewport
	s.do(StepPlace, func() {
		st.place(v)
		for _, p := range st.Panes {
			if p != st.Pane && p.Scan != nil {
				p.followViewport(st.Pane, before, st.Links)
			}
		}
	})
	s.followCursor()
	s.publish(GeometryChanged)
}

// place sets the viewport by hand.
func (p *Pane) place(v vision.Viewport) {
	m := p.Scan.Values
	clamp := func(centre float64, size, pane int) float64 {
		half := math.Max(float64(pane)/2-keptVisible, 0) / v.Zoom
		return math.Min(math.Max(centre, -half), float64(size)+half)
	}
	v.Zoom = boundedZoom(v.Zoom)
	along, down := p.Size.X, p.Size.Y
	if v.Turn.Swaps() {
		along, down = down, along
	}
	v.CentreX = clamp(v.CentreX, m.Columns, along)
	v.CentreY = clamp(v.CentreY, m.Rows, down)
	p.Viewport, p.FitToPane = v, false
}

// followViewport does what another pane did since before, as far as the two are
// linked. Panes of one size that show one image are alike to the pixel; in the
// others zoom and position change by as much, in millimetres where both have them,
// so that a link that is made never makes a picture jump.
func (p *Pane) followViewport(o *Pane, before vision.Viewport, l Links) {
	if !l.Zoom && !l.Pan {
		return
	}
	if l.Zoom && l.Pan && p.sameImage(o) && p.Size == o.Size && p.Viewport.Turn == o.Viewport.Turn {
		p.place(o.Viewport)
		return
	}
	v := p.Viewport
	if l.Zoom {
		v.Zoom *= o.Viewport.Zoom / before.Zoom
	}
	if l.Pan {
		kx, ky := p.perPixelOf(o)
		v.CentreX += kx * (o.Viewport.CentreX - before.CentreX)
		v.CentreY += ky * (o.Viewport.CentreY - before.CentreY)
	}
	p.place(v)
}

// perPixelOf is how many pixels of this pane's image are one of another's: by
// their spacing, or else by the sizes of the two images.
func (p *Pane) perPixelOf(o *Pane) (x, y float64) {
	if a, b := p.Scan.Spacing, o.Scan.Spacing; a != nil && b != nil && a.Column > 0 && a.Row > 0 {
		return b.Column / a.Column, b.Row / a.Row
	}
	a, b := p.Scan.Values, o.Scan.Values
	return float64(a.Columns) / float64(b.Columns), float64(a.Rows) / float64(b.Rows)
}

// Turn rotates or mirrors the image in the active pane, and the same image in the
// others: change makes of how it is turned how it is to be. Orientation letters, marks
// and outlines follow. Only projection radiographs can be turned, as IHE BIR has it: a
// slice that lies otherwise than all others is a trap.
func (s *Session) Turn(change func(vision.Turn) vision.Turn) {
	st := &s.state
	if why := NoTurning(st.Scan); why != nil {
		s.complain(*why)
		return
	}
	turn := change(st.Viewport.Turn)
	s.EndGesture()
	s.do(StepTurn, func() {
		s.each(true, func(p *Pane) {
			if p != st.Pane && !p.sameImage(st.Pane) {
				return
			}
			p.Viewport.Turn = turn
			if p.FitToPane {
				p.fit()
			} else {
				p.place(p.Viewport)
			}
		})
	})
	s.followCursor()
	s.publish(GeometryChanged)
}

// NoTurning says why an image cannot be rotated and mirrored, nil where it can.
func NoTurning(scan *vision.Scan) *Message {
	switch {
	case scan == nil:
		return reason(Say("No scan is open"))
	case scan.Format != vision.DICOM:
		return nil // a picture may lie in any way
	}
	switch scan.Header.Modality {
	case "CR", "DX", "MG", "RF", "XA", "RG", "IO", "PX", "SC", "OT", "":
		return nil
	}
	return reason(Say("Rotate and flip are for radiographs; this is {{.Modality}}, whose slices all lie in one way.", "Modality", Printable(scan.Header.Modality)))
}

// WindowRegion sets the window by the values inside a box of the active pane's image,
// given by two corners in image positions.
func (s *Session) WindowRegion(x0, y0, x1, y1 float64) {
	st := &s.state
	if st.Scan == nil {
		return
	}
	m := st.Scan.Values
	box := image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1)), int(math.Ceil(y1))).Intersect(image.Rect(0, 0, m.Columns, m.Rows))
	v, ok := st.toned().WindowOf(box)
	if !ok {
		s.complain(Say("Nothing lies in this region that a window could be made of."))
		return
	}
	s.EndGesture()
	s.windowed(func(p *Pane) { p.VOI, p.VOIIndex = p.toned().InMode(v, p.Clamped), -1 })
	s.publish(DisplayChanged)
}

// windowed changes the windows of the active pane and those whose window is linked with it:
// the ones whose values mean the same.
func (s *Session) windowed(f func(*Pane)) {
	st := &s.state
	s.do(StepWindow, func() {
		s.each(st.Links.Window, func(p *Pane) {
			if p == st.Pane || p.Scan.Header.Modality == st.Scan.Header.Modality && p.Scan.Modality.Unit == st.Scan.Modality.Unit && otherValues(p) == otherValues(st.Pane) {
				f(p)
			}
		})
	})
}

// otherValues tells that the windows of a pane are in values that are not its image's.
func otherValues(p *Pane) bool { return p.Presented != nil && p.Presented.OtherValues }

// SetWindow sets the VOI window by hand; the function of the window before it
// stays, a LUT gives way to LINEAR. In the clamped mode its upper end counts alone.
func (s *Session) SetWindow(centre, width float64) {
	if s.state.Scan == nil {
		return
	}
	if !(math.Abs(centre) <= maxWindow && width > 0 && width <= maxWindow) {
		s.complain(Say("W and L must be numbers up to {{.Max}}, and W more than 0.", "Max", maxWindow))
		return
	}
	if s.state.Clamped {
		centre, width = s.state.held(centre, width)
	}
	s.windowed(func(p *Pane) {
		v := vision.VOI{Centre: centre, Width: width, Function: p.byHand(), Source: vision.SourceManual}.Valid()
		p.VOI, p.VOIIndex = p.toned().InMode(v, p.Clamped), -1
	})
	s.publish(DisplayChanged)
}

// DragWindow changes the window by a drag of dx, dy screen pixels: right is
// wider, up is brighter; in the clamped mode either moves the upper end alone. The
// gain follows the data: crossing 1000 pixels runs through the range of the scan's
// default window twice.
func (s *Session) DragWindow(dx, dy, speed float64) {
	if s.state.Scan == nil {
		return
	}
	_, full := s.state.VOIs()[0].Window()
	gain := speed * math.Max(full, 1) / 500
	centre, width := s.state.VOI.Window()
	up := dy // screen y grows downwards; brighter is a lower centre
	if s.state.toned().Inverted(s.state.Invert) {
		up = -dy
	}
	if s.state.Clamped {
		s.SetWindow(s.state.upTo((up + dx) * gain))
		return
	}
	s.SetWindow(centre+up*gain, math.Max(width+dx*gain, 1))
}

// ChooseVOI takes one of the scan's own windows; the index is that of
// Pane.VOIs. Linked panes take theirs of the same number.
func (s *Session) ChooseVOI(index int) {
	if s.state.Scan == nil || index < 0 || index >= len(s.state.VOIs()) {
		return
	}
	auto := index == len(s.state.VOIs())-1
	s.windowed(func(p *Pane) {
		if last := len(p.VOIs()) - 1; auto || index >= last {
			p.ownWindow(last)
		} else {
			p.ownWindow(index)
		}
	})
	s.publish(DisplayChanged)
}

// AutoWindow takes the window between the 0.1st and 99.9th percentile.
func (s *Session) AutoWindow() {
	if s.state.Scan != nil {
		s.ChooseVOI(len(s.state.VOIs()) - 1)
	}
}

// ToggleInvert turns black and white round, on top of the file's polarity.
func (s *Session) ToggleInvert() {
	if s.state.Scan == nil {
		return
	}
	invert := !s.state.Invert
	s.EndGesture()
	s.do(StepInvert, func() { s.each(s.state.Links.Window, func(p *Pane) { p.Invert = invert }) })
	s.publish(DisplayChanged)
}

// Reset brings zoom, pan, window and inversion back to what they were when the
// scan was opened. The filter stays: it is part of what is looked at.
func (s *Session) Reset() {
	st := &s.state
	if st.Scan == nil {
		return
	}
	s.EndGesture()
	s.do(StepReset, func() {
		s.each(st.Links.Window, (*Pane).firstWindow)
		s.each(st.Links.Zoom, (*Pane).fitBegun)
	})
	s.followCursor()
	s.publish(DisplayChanged, GeometryChanged)
}

// pointer is where the mouse is.
type pointer struct {
	pane   int
	at     image.Point // in the pane, in screen pixels
	inside bool
}

// SetCursor follows the pointer: at is a point of a pane, inside tells whether
// the pointer is over it.
func (s *Session) SetCursor(pane int, at image.Point, inside bool) {
	if !inside && pane != s.pointer.pane {
		return // it has entered another one before it left this
	}
	s.pointer = pointer{pane, at, inside}
	s.followCursor()
}

// followCursor works out which pixels lie under the pointer and, in linked panes,
// which are the same.
func (s *Session) followCursor() {
	st := &s.state
	if s.pointer.pane >= len(st.Panes) {
		s.pointer = pointer{}
	}
	under := st.Panes[s.pointer.pane]
	var at image.Point
	in := s.pointer.inside && under.Scan != nil
	if in {
		x, y := under.Viewport.ToImage(float64(s.pointer.at.X)+0.5, float64(s.pointer.at.Y)+0.5, under.Size.X, under.Size.Y)
		at = image.Pt(int(math.Floor(x)), int(math.Floor(y)))
		in = under.Scan.Values.Contains(at.X, at.Y)
	}
	moved := false
	for _, p := range st.Panes {
		at, in := at, in
		if p != under {
			at, in = s.cursorIn(p, under, at, in)
		}
		if p.InImage != in || in && p.Cursor != at {
			p.Cursor, p.InImage, moved = at, in, true
		}
	}
	if moved {
		s.publish(CursorMoved)
	}
}
