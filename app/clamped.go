package app

import (
	"math"

	"lightbox/vision"
)

// firstWindow shows the picture in its first window, as it is when it is opened.
func (p *Pane) firstWindow() {
	p.Clamped, p.Invert = p.clamps(), false
	p.ownWindow(0)
}

// clamps tells whether windows are clamped unless the reader wants them otherwise; a
// presentation state says itself how dark its lower end is.
func (p *Pane) clamps() bool { return p.Presented == nil && p.Scan.Clamps() }

// ownWindow takes one of the windows to choose from, in the pane's mode.
func (p *Pane) ownWindow(index int) {
	p.VOI, p.VOIIndex = p.toned().InMode(p.VOIs()[index], p.Clamped), index
}

// byHand is the function of a window that is set by hand in place of the pane's: a LUT
// has none and, in the clamped mode, a SIGMOID no end that could be held.
func (p *Pane) byHand() vision.Function {
	if p.VOI.LUT != nil || p.Clamped && p.VOI.Function == vision.Sigmoid {
		return vision.Linear
	}
	return p.VOI.Function
}

// held is what is asked for by a centre and a width in the clamped mode: by the width, if
// that is another than the one in force, else by the centre.
func (p *Pane) held(centre, width float64) (c, w float64) {
	if _, was := p.VOI.Window(); width == was {
		width = math.Max(2*(centre-p.Scan.Floor()), 1)
	}
	return p.rising(width)
}

// rising is the window of a width from where the lower end is held: LINEAR rises from
// c−0.5−(w−1)/2 (PS3.3 C.11.2.1.2.1), LINEAR_EXACT from c−w/2 (C.11.2.1.3.2), which for
// the centre is the same.
func (p *Pane) rising(width float64) (centre, w float64) { return p.Scan.Floor() + width/2, width }

// upTo is the window from where the lower end is held to so many modality values above
// the upper end in force.
func (p *Pane) upTo(by float64) (centre, width float64) {
	_, high := p.VOI.Range()
	width = high + by - p.Scan.Floor()
	if p.byHand() != vision.LinearExact {
		width++
	}
	return p.rising(math.Max(width, 1))
}

// ToggleClamp takes the clamped mode or leaves it: the lower end of the window is held,
// at 0 or where the scale of the values has its natural zero, and a drag moves the upper
// end alone. Linked panes follow, as far as they can.
func (s *Session) ToggleClamp() {
	st := &s.state
	if why := NoClamp(st.Pane); why != nil {
		s.complain(*why)
		return
	}
	on := !st.Clamped
	s.EndGesture()
	s.windowed(func(p *Pane) {
		if NoClamp(p) == nil {
			p.clamp(on)
		}
	})
	s.publish(DisplayChanged)
}

// clamp takes the clamped mode or leaves it. A window without a lower end gives way to
// LINEAR, one that ends below where it would be held to the automatic one.
func (p *Pane) clamp(on bool) {
	p.Clamped = on
	if on && (p.VOI.LUT != nil || p.VOI.Function == vision.Sigmoid) {
		c, w := p.VOI.Window()
		p.VOI, p.VOIIndex = vision.VOI{Centre: c, Width: w, Function: vision.Linear, Source: vision.SourceManual}.Valid(), -1
	}
	if p.VOI = p.toned().InMode(p.VOI, on); on && !p.VOI.Clamp.On {
		p.ownWindow(len(p.VOIs()) - 1)
	}
}

// NoClamp says why windows of a pane cannot be clamped, nil where they can.
func NoClamp(p *Pane) *Message {
	switch {
	case p.Scan == nil:
		return reason(Say("No scan is open"))
	case otherValues(p):
		return reason(Say("The presentation state has a scale of values of its own, of which no lower end is known."))
	}
	floor, vois := p.Scan.Floor(), p.VOIs()
	if _, high := vois[len(vois)-1].Range(); high <= floor {
		return reason(Say("No value of this image is above {{.Floor}}, where the lower end of a clamped window is held.", "Floor", floor))
	}
	return nil
}

// clampMode is the mode of a window as it is kept with a study.
type clampMode string

// The modes; the empty one is that in which the kind of scan is shown at first.
const (
	clampOn  clampMode = "on"
	clampOff clampMode = "off"
)

func (p *Pane) clampMode() clampMode {
	switch p.Clamped {
	case p.clamps():
		return ""
	case true:
		return clampOn
	}
	return clampOff
}

func (m clampMode) valid() bool { return m == "" || m == clampOn || m == clampOff }

func (m clampMode) on(p *Pane) bool {
	return m == clampOn && !otherValues(p) || m == "" && p.clamps()
}
