package app

import "lightbox/vision"

// PeekBlur shows the Gaussian blur in the active pane for as long as it is held, and
// what was there before after it. It is no step that could be undone.
func (s *Session) PeekBlur(on bool) {
	st := &s.state
	switch {
	case on && st.peeked == nil && st.View != vision.ViewGaussian:
		st.peeked, st.peekedView = st.Pane, st.View
		st.View = vision.ViewGaussian
	case !on && st.peeked != nil:
		st.peeked.View = st.peekedView
		st.peeked = nil
	default:
		return
	}
	s.publish(ViewsChanged)
	s.startFilter()
}

// ReadAgain has the model read the frame in the active pane once more.
func (s *Session) ReadAgain() {
	st := &s.state
	if st.Scan == nil {
		return
	}
	delete(s.readings, st.shown)
	delete(s.curves, st.shown)
	s.attendTo()
}
