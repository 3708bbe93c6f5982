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

func (s *Session) fit() {
	if s.state.Scan == nil {
		return
	}
	m := s.state.Scan.Values
	s.state.Viewport = vision.Fit(m.Columns, m.Rows, s.state.Pane.X, s.state.Pane.Y)
	s.SetCursor(s.pointer, s.over) // another pixel lies under the pointer now
}

// Fit shows the whole image in each pane and keeps doing so when they change
// their size.
func (s *Session) Fit() {
	s.state.FitToPane = true
	s.fit()
	s.publish(GeometryChanged)
}

// ZoomTo sets the zoom in screen pixels for one image pixel, keeping the image
// position under the pane's point where it is.
func (s *Session) ZoomTo(zoom float64, at image.Point) {
	if s.state.Scan == nil || s.state.Pane.X <= 0 || s.state.Pane.Y <= 0 || math.IsNaN(zoom) {
		return
	}
	zoom = math.Min(math.Max(zoom, minZoom), maxZoom)
	v := s.state.Viewport
	ix := v.CentreX + (float64(at.X)-float64(s.state.Pane.X)/2)/v.Zoom
	iy := v.CentreY + (float64(at.Y)-float64(s.state.Pane.Y)/2)/v.Zoom
	v.CentreX = ix - (float64(at.X)-float64(s.state.Pane.X)/2)/zoom
	v.CentreY = iy - (float64(at.Y)-float64(s.state.Pane.Y)/2)/zoom
	v.Zoom = zoom
	s.setViewport(v)
}

// ZoomBy multiplies the zoom about a point of the pane.
func (s *Session) ZoomBy(factor float64, at image.Point) {
	s.ZoomTo(s.state.Viewport.Zoom*factor, at)
}

// PaneCentre is the point that keyboard zooming keeps still.
func (s *Session) PaneCentre() image.Point { return s.state.Pane.Div(2) }

// PanBy moves the image by so many screen pixels.
func (s *Session) PanBy(dx, dy float64) {
	if s.state.Scan == nil {
		return
	}
	v := s.state.Viewport
	v.CentreX -= dx / v.Zoom
	v.CentreY -= dy / v.Zoom
	s.setViewport(v)
}

func (s *Session) setViewport(v vision.Viewport) {
	m := s.state.Scan.Values
	clamp := func(centre float64, size, pane int) float64 {
		half := math.Max(float64(pane)/2-keptVisible, 0) / v.Zoom
		return math.Min(math.Max(centre, -half), float64(size)+half)
	}
	v.CentreX = clamp(v.CentreX, m.Columns, s.state.Pane.X)
	v.CentreY = clamp(v.CentreY, m.Rows, s.state.Pane.Y)
	s.state.Viewport = v
	s.state.FitToPane = false
	s.SetCursor(s.pointer, s.over) // another pixel lies under the pointer now
	s.publish(GeometryChanged)
}

// SetWindow sets the VOI window by hand; the function of the window before it
// stays, a LUT gives way to LINEAR.
func (s *Session) SetWindow(centre, width float64) {
	if s.state.Scan == nil {
		return
	}
	if !(math.Abs(centre) <= maxWindow && width > 0 && width <= maxWindow) {
		s.complain(Say("W and L must be numbers up to {{.Max}}, and W more than 0.", "Max", maxWindow))
		return
	}
	v := s.state.VOI
	if v.LUT != nil {
		v = vision.VOI{Function: vision.Linear}
	}
	v.Centre, v.Width = centre, width
	v.Source, v.Explanation = vision.SourceManual, ""
	s.state.VOI, s.state.VOIIndex = v.Valid(), -1
	s.publish(DisplayChanged)
}

// DragWindow changes the window by a drag of dx, dy screen pixels: right is
// wider, up is brighter. The gain follows the data: crossing 1000 pixels runs
// through the range of the scan's default window twice.
func (s *Session) DragWindow(dx, dy, speed float64) {
	if s.state.Scan == nil {
		return
	}
	_, full := s.state.Scan.VOIs[0].Window()
	gain := speed * math.Max(full, 1) / 500
	centre, width := s.state.VOI.Window()
	up := dy // screen y grows downwards; brighter is a lower centre
	if s.state.Scan.Inverted(s.state.Invert) {
		up = -dy
	}
	s.SetWindow(centre+up*gain, math.Max(width+dx*gain, 1))
}

// ChooseVOI takes one of the scan's own windows; the index is that of
// Scan.VOIs.
func (s *Session) ChooseVOI(index int) {
	if s.state.Scan == nil || index < 0 || index >= len(s.state.Scan.VOIs) {
		return
	}
	s.state.VOI, s.state.VOIIndex = s.state.Scan.VOIs[index], index
	s.publish(DisplayChanged)
}

// AutoWindow takes the window between the 0.1st and 99.9th percentile.
func (s *Session) AutoWindow() {
	if s.state.Scan != nil {
		s.ChooseVOI(len(s.state.Scan.VOIs) - 1)
	}
}

// ToggleInvert turns black and white round, on top of the file's polarity.
func (s *Session) ToggleInvert() {
	if s.state.Scan == nil {
		return
	}
	s.state.Invert = !s.state.Invert
	s.publish(DisplayChanged)
}

// Reset brings zoom, pan, window and inversion back to what they were when the
// scan was opened. The filter stays: it is part of what is looked at.
func (s *Session) Reset() {
	if s.state.Scan == nil {
		return
	}
	s.state.VOI, s.state.VOIIndex, s.state.Invert = s.state.Scan.VOIs[0], 0, false
	s.state.FitToPane = true
	s.fit()
	s.publish(DisplayChanged, GeometryChanged)
}

// SetCursor follows the pointer: at is a point of a pane, inside tells whether
// the pointer is over one.
func (s *Session) SetCursor(at image.Point, inside bool) {
	st := &s.state
	s.pointer, s.over = at, inside
	if st.Scan == nil {
		return
	}
	x, y := st.Viewport.ToImage(float64(at.X)+0.5, float64(at.Y)+0.5, st.Pane.X, st.Pane.Y)
	p := image.Pt(int(math.Floor(x)), int(math.Floor(y)))
	in := inside && st.Scan.Values.Contains(p.X, p.Y)
	if p == st.Cursor && in == st.InImage {
		return
	}
	st.Cursor, st.InImage = p, in
	s.publish(CursorMoved)
}
