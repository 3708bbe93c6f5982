package app

import (
	"context"
	"path/filepath"

	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/vision/fault"
)

// Method is how the influence of places on a result was found.
type Method int

// The methods. GradCAM is there with the result; Occlusion reads the picture
// again some hundred times, each time with another square covered. GradCAM is what
// is shown first: its peaks lie in the boxes of radiologists more often.
const (
	GradCAM Method = iota
	Occlusion
)

func (m Method) String() string { return [...]string{"grad-cam", "occlusion"}[m] }

// Overlay is what the user wants to see drawn over the pictures of a result.
type Overlay struct {
	Outlines bool // of the lungs, and of what speaks most for the finding
	HeatMap  bool // until it is switched off
	Peek     bool // the heat map, while a key is held
	Against  bool // the heat map shows what speaks against the finding as well
	Method   Method
}

// Heat tells whether the heat map is shown, for good or while a key is held.
func (o Overlay) Heat() bool { return o.HeatMap || o.Peek }

// wantsOcclusion tells that something is to be drawn of the occlusion map.
func (o Overlay) wantsOcclusion() bool { return o.Method == Occlusion && (o.Outlines || o.Heat()) }

// SetOverlay changes what is drawn over the pictures. An occlusion map that is
// asked for and not there yet is computed; one that is no longer asked for is
// given up.
func (s *Session) SetOverlay(o Overlay) {
	if o == s.state.Overlay {
		return
	}
	s.state.Overlay = o
	s.explainResult()
	s.publish(OverlayChanged)
}

// explained are the results on screen as they are drawn, and the occlusion maps
// that were computed, for as long as the study is open.
type explained struct {
	of         *model.Explanation // the one on screen, nil without a result
	occlusions map[*model.Explanation]plane.Plane
}

// followReading keeps what is drawn over the pictures with the result on screen:
// it hears of each change before the widgets do.
func (s *Session) followReading(e Event) {
	if e == ScanOpened || e == FrameShown || e == ReadingChanged || e == ModeChanged {
		s.explainResult()
	}
}

// explainResult brings State.Why to the result on screen. Without one there is
// nothing to be done: scrolling through a CT must cost nothing here.
func (s *Session) explainResult() {
	st := &s.state
	var x *model.Explanation
	if st.Scan != nil && st.Reading.Status == Result {
		x = st.Reading.Explanation
	}
	if x == nil {
		s.giveUpOcclusion()
		s.explained.of, st.why = nil, nil
		return
	}
	if x != s.explained.of {
		s.giveUpOcclusion()
		s.explained.of = x
	}
	values := x.Influence
	if st.Overlay.Method == Occlusion {
		values = s.explained.occlusions[x]
	}
	if st.why == nil || st.why.of != x || st.why.Method != st.Overlay.Method || len(st.why.Map.Pix) != len(values.Pix) {
		st.why = newWhy(x, st.Overlay.Method, values)
	}
	switch wanted := st.Overlay.wantsOcclusion() && len(values.Pix) == 0 && st.Reveals(RevealPlaces); {
	case !wanted:
		s.giveUpOcclusion()
	case s.occlusion.cancel == nil:
		s.startOcclusion(x)
	}
}

// giveUpOcclusion cancels the occlusion map that is being computed, if any.
func (s *Session) giveUpOcclusion() {
	if s.occlusion.cancel != nil {
		s.occlusion.stop()
		s.refreshBusy()
	}
}

// occluded is an occlusion map, or why there is none.
type occluded struct {
	values plane.Plane
	err    error
}

func (s *Session) startOcclusion(x *model.Explanation) {
	path := s.state.Scan.Path
	busy := &Busy{Stage: StageOcclusion, File: filepath.Base(path)}
	inBackground(s, &s.occlusion, busy, path, func(ctx context.Context) (o occluded, err error) {
		defer fault.Contain(path, &o.err)
		o.values, o.err = x.Occlude(ctx)
		return o, nil
	}, func(o occluded) {
		if o.err != nil {
			s.withoutOcclusion()
			s.fail(o.err)
			return
		}
		s.explained.occlusions[x] = o.values
		s.explainResult()
		s.publish(OverlayChanged)
	})
}

// withoutOcclusion goes back to the map that is there: it must not be asked for
// again at once.
func (s *Session) withoutOcclusion() {
	s.giveUpOcclusion()
	s.state.Overlay.Method = GradCAM
	s.explainResult()
	s.publish(OverlayChanged)
}
