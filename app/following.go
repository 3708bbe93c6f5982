package app

import (
	"image"
	"math"
	"slices"

	"lightbox/app/link"
	"lightbox/vision"
	"lightbox/vision/space"
	"lightbox/vision/study"
)

// ref is what the pane was asked to show, for links.
func (p *Pane) ref() link.Ref { return link.Ref{Stack: p.stack.Stack, Frame: p.Frame} }

// frame is the frame that was asked for; ok is false where there is none.
func (p *Pane) frame() (f study.Frame, ok bool) {
	if p.stack == nil || p.Frame < 0 || p.Frame >= len(p.stack.Frames) {
		return study.Frame{}, false
	}
	return p.stack.Frames[p.Frame], true
}

// anchor keeps how far the stacks are from each other where they are linked by the
// number of their images: the reader may have brought them to one level by hand.
func (s *Session) anchor() {
	for _, p := range s.state.Panes {
		p.anchor = p.Frame
	}
}

// followFrame goes in a linked pane where the active one went.
func (s *Session) followFrame(p *Pane) {
	st := &s.state
	x, y := st.Viewport.CentreX, st.Viewport.CentreY
	p.Frame, p.Linked = link.Frame(st.ref(), x, y, p.ref(), p.anchor-st.anchor)
	p.Frame = min(max(p.Frame, 0), p.Frames()-1)
}

// levelIn is the frame of a stack at the place that one of the panes other than p
// shows, the active one first; asLeft without one.
func (s *Session) levelIn(k *Stack, p *Pane) int {
	st := &s.state
	for _, o := range append([]*Pane{st.Pane}, st.Panes...) {
		if o == p || o.stack == nil || o.Scan == nil {
			continue
		}
		frame, how := link.Frame(o.ref(), o.Viewport.CentreX, o.Viewport.CentreY, link.Ref{Stack: k.Stack}, 0)
		if how == link.PatientSpace || how == link.SameImage {
			return frame
		}
	}
	return asLeft
}

// nearCross is how far a place may lie from an image, in mm, to be shown on it, where
// its stack does not tell how thick it is.
const nearCross = 2.5

// inOther is the position in another pane's image of one in this pane's; ok is false
// where it lies on none, or too far before or behind it.
func (p *Pane) inOther(x, y float64, o *Pane) (ox, oy float64, how link.How, ok bool) {
	if p.sameImage(o) {
		return x, y, link.SameImage, true
	}
	a, oka := p.frame()
	b, okb := o.frame()
	if !oka || !okb {
		return 0, 0, link.NotLinked, false
	}
	ox, oy, distance, how := link.Point(a, x, y, b)
	if how == link.NotLinked {
		return 0, 0, how, false
	}
	return ox, oy, how, math.Abs(distance) <= math.Max(nearCross, o.stack.Spacing/2)
}

// cursorIn is the pixel of a pane's image that a pixel of another's stands for.
func (s *Session) cursorIn(p, under *Pane, at image.Point, in bool) (image.Point, bool) {
	if !in || !s.state.Links.Cursor || p.Scan == nil {
		return at, false
	}
	x, y, _, ok := under.inOther(float64(at.X)+0.5, float64(at.Y)+0.5, p)
	if !ok {
		return at, false
	}
	to := image.Pt(int(math.Floor(x)), int(math.Floor(y)))
	return to, p.Scan.Values.Contains(to.X, to.Y)
}

// SetLocalizers shows or hides the lines where the active pane's image cuts the
// others.
func (s *Session) SetLocalizers(on bool) {
	if s.state.Localizers != on {
		s.state.Localizers = on
		s.publish(GeometryChanged)
	}
}

// Localizer is the line where the image in the active pane cuts the one in another,
// in image positions of the latter; ok is false where there is none, or it is not
// wanted.
func (s *State) Localizer(p *Pane) (a, b [2]float64, ok bool) {
	if !s.Localizers || p == s.Pane || p.Scan == nil || s.Scan == nil || p.shownStack == s.shownStack {
		return a, b, false
	}
	here, oka := p.plane()
	there, okb := s.plane()
	if !oka || !okb || !here.Same(there) || !ofOnePatient(p, s.Pane) {
		return a, b, false
	}
	return here.Line(there)
}

// plane is where the image of the pane lies in the patient.
func (p *Pane) plane() (space.Plane, bool) {
	f, ok := p.frame()
	if !ok {
		return space.Plane{}, false
	}
	return f.Plane()
}

func ofOnePatient(a, b *Pane) bool {
	f, oka := a.frame()
	g, okb := b.frame()
	return oka && okb && f.Item.PatientID == g.Item.PatientID
}

// PointAt puts the cross-hair at a position in the image of the active pane: the other
// panes go to the images that it lies on, in patient space where the files allow that.
func (s *Session) PointAt(x, y float64) {
	st := &s.state
	if st.Scan == nil {
		return
	}
	st.Cross = &Cross{pane: st.Pane, x: x, y: y, frame: st.shown}
	for _, p := range st.Panes {
		if p == st.Pane || p.stack == nil || p.stack.ID() == st.stack.ID() {
			continue
		}
		if frame, how := link.Frame(st.ref(), x, y, p.ref(), p.anchor-st.anchor); how == link.PatientSpace || how == link.Beyond {
			p.Frame, p.Linked = frame, how
		}
	}
	s.load()
	s.publish(FrameChanged, GeometryChanged)
	s.prepare()
}

// HideCross takes the cross-hair away.
func (s *Session) HideCross() {
	if s.state.Cross != nil {
		s.state.Cross = nil
		s.publish(GeometryChanged)
	}
}

// Cross is the cross-hair: a position in one image, and with it in the others.
type Cross struct {
	pane  *Pane
	x, y  float64
	frame Frame
}

// CrossIn is the position of the cross-hair in the image of a pane; ok is false where
// there is none, or it does not lie on that image.
func (s *State) CrossIn(p *Pane) (x, y float64, ok bool) {
	c := s.Cross
	if c == nil || p.Scan == nil || !slices.Contains(s.Panes, c.pane) {
		return 0, 0, false
	}
	if p == c.pane {
		return c.x, c.y, p.shown == c.frame
	}
	if c.pane.shown != c.frame { // it was scrolled on: the cross-hair stays where it was put
		return 0, 0, false
	}
	x, y, _, ok = c.pane.inOther(c.x, c.y, p)
	return x, y, ok && p.Scan.Values.Contains(int(math.Floor(x)), int(math.Floor(y)))
}

// level is the frame of another stack that lies as far from its ends as frame i of n:
// where two studies of one region begin to be compared. From there on the reader knows
// better.
func level(i, n, other int) int {
	if n < 2 {
		return 0
	}
	return int(math.Round(float64(i) / float64(n-1) * float64(other-1)))
}

// likeHere is how a stack is shown that is compared with the one in the active pane:
// in its window, if their values are of one kind; nil to show it as its file says.
func (s *State) likeHere(k *Stack) *look {
	if s.Scan == nil || !s.Links.Window || k.Series.Modality != s.stack.Series.Modality {
		return nil
	}
	l := s.look()
	l.stack, l.view, l.fit, l.viewport.Turn = k.ID(), vision.ViewOriginal, true, vision.Turn{}
	if l.voiIndex >= 0 { // one of the file's own: the other file has its own too
		return nil
	}
	return &l
}

// Compare shows the active pane's stack beside the prior that goes with it, and says
// which that is and why. Where none is found the same stack is shown twice, for the
// reader to choose.
func (s *Session) Compare() {
	st := &s.state
	if st.Scan == nil {
		return
	}
	all := make([]Exam, len(st.Stacks))
	for i, k := range st.Stacks {
		all[i] = ExamOf(k)
	}
	index, why := Prior(ExamOf(st.stack), all)
	s.SetLayout(LayoutCompare)
	if index >= 0 {
		p := st.Panes[1]
		p.StackIndex, p.stack = index, st.Stacks[index]
		p.Frame = level(st.Frame, st.Frames(), p.Frames())
		p.empty()
		p.pending = st.likeHere(p.stack)
		s.anchor()
		s.followFrame(p)
		s.load()
		s.publish(FrameChanged)
		s.prepare()
	}
	s.Tell(why)
}
