package app

import "lightbox/vision"

// look is how a pane shows its stack: what the reader set, and nothing that can be
// worked out.
type look struct {
	view     vision.ViewKind
	stack    string // ID; what was set for one stack is not brought to another
	voi      vision.VOI
	voiIndex int
	clamped  bool
	invert   bool
	viewport vision.Viewport
	fit      bool
	area     vision.Area
}

func (p *Pane) look() look {
	return look{p.View, p.shownStack, p.VOI, p.VOIIndex, p.Clamped, p.Invert, p.Viewport, p.FitToPane, p.Area}
}

// take shows the picture as a look has it.
func (p *Pane) take(l look) {
	p.VOI, p.VOIIndex, p.Clamped, p.Invert = l.voi, min(l.voiIndex, len(p.VOIs())-1), l.clamped, l.invert
	p.Viewport, p.FitToPane, p.Area = l.viewport, l.fit, l.area
	if l.fit {
		p.fit()
	}
}

// takeLook brings a look to a pane. Where the pane shows another stack by now, it
// goes back to the one of the look if back is set, and is left alone otherwise.
func (s *Session) takeLook(p *Pane, l look, back bool) {
	p.View = l.view
	switch {
	case p.Scan != nil && p.shownStack == l.stack:
		p.take(l)
	case back:
		for i, k := range s.state.Stacks {
			if k.ID() == l.stack {
				p.StackIndex, p.stack, p.Frame = i, k, 0
				p.empty()
				p.pending = &l
			}
		}
	}
}
