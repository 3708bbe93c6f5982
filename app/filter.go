package app

import (
	"context"
	"path/filepath"
	"time"

	"lightbox/vision"
)

// SetFilters asks for other parameters of the filters. Impossible ones are refused
// with vision's error and change nothing.
func (s *Session) SetFilters(f vision.Filters) error {
	if err := f.Validate(); err != nil {
		return err
	}
	if f == s.state.Filters && (s.state.Scan == nil || s.nextFilter() == nil) {
		return nil // it is there already
	}
	s.do(StepFilter, func() { s.state.Filters = f })
	s.publish(FiltersChanged)
	s.startFilter()
	return nil
}

// SetBlur asks for another Gaussian.
func (s *Session) SetBlur(b vision.Blur) error {
	f := s.state.Filters
	f.Gaussian = b
	return s.SetFilters(f)
}

// nextFilter is a pane whose filtered picture is missing or made with other
// parameters than are asked for, the active one first; nil if there is none.
func (s *Session) nextFilter() *Pane {
	st := &s.state
	for _, p := range append([]*Pane{st.Pane}, st.Panes...) {
		if p.Views == nil || p.Views.gray == nil || !p.View.Filtered() {
			continue
		}
		if !p.filteredBy(st.Filters) {
			return p
		}
	}
	return nil
}

// Settled tells that all panes show what was asked for.
func (s *State) Settled() bool {
	for _, p := range s.Panes {
		if p.waits() || p.Scan != nil && p.View.Filtered() && !p.filteredBy(s.Filters) {
			return false
		}
	}
	return true
}

// filteredBy tells whether the pane's picture is filtered as is asked for, whole and
// not as a preview.
func (p *Pane) filteredBy(wanted vision.Filters) bool {
	f := p.Filtered()
	return f != nil && !f.Preview && f.Of == wanted.Only(p.View)
}

// startFilter filters with the newest parameters. OpenCV cannot be stopped in
// the middle, so while one run is under way the next waits in line, and only
// the newest of those that wait is run.
func (s *Session) startFilter() {
	if s.filter.cancel != nil {
		return // the running job sees the change when it ends
	}
	if s.resting != nil {
		s.resting.Stop()
		s.resting = nil
	}
	p := s.nextFilter()
	if p == nil {
		return
	}
	views, view, path := p.Views, p.View, p.Scan.Path
	of := s.state.Filters.Only(view)
	if s.wantsPreview(p, of) {
		s.startPreview(p, of)
		return
	}
	inBackground(s, &s.filter, &Busy{Stage: StageBlur, File: filepath.Base(path)}, path, func(ctx context.Context) (*Filtered, error) {
		f, err := filtered(ctx, views.gray, view, of)
		if err == nil {
			f.Pyramid.Level(1) // what most panes show; made here, off the window's goroutine
		}
		return f, err
	}, func(f *Filtered) {
		views.filtered[view] = f
		s.publish(ViewsChanged)
		s.startFilter()
	})
}

// wantsPreview tells whether the part of a blurred picture that is in sight is shown
// before the whole of it: where that is worth it, and one pane alone shows it.
func (s *Session) wantsPreview(p *Pane, of vision.Filters) bool {
	if p.View != vision.ViewGaussian || p.Views.gray.Rows*p.Views.gray.Columns <= sideBySide || p.Size.X <= 0 || p.Size.Y <= 0 {
		return false
	}
	f := p.Filtered()
	if f == nil || f.Of == of { // the first picture is not dragged, and what was previewed is to be whole now
		return false
	}
	for _, o := range s.state.Panes {
		if o != p && o.View == p.View && o.Views == p.Views {
			return false
		}
	}
	return true
}

// startPreview filters the part of a picture that a pane shows, at the size that it
// shows it. The whole picture follows when no other filter is asked for meanwhile.
func (s *Session) startPreview(p *Pane, of vision.Filters) {
	views, view, path, viewport, size := p.Views, p.View, p.Scan.Path, p.Viewport, p.Size
	if views.preview == nil {
		views.preview = views.gray.Preview(views.Gray)
	}
	preview := views.preview
	inBackground(s, &s.filter, &Busy{Stage: StageBlur, File: filepath.Base(path)}, path, func(ctx context.Context) (*Filtered, error) {
		pyramid, err := preview.Blur(ctx, of.Gaussian, viewport, size)
		if err != nil {
			return nil, err
		}
		return &Filtered{Pyramid: pyramid, Of: of, Sigma: of.Gaussian.AppliedSigma(), Preview: true}, nil
	}, func(f *Filtered) {
		if f.whole = views.filtered[view]; f.whole != nil && f.whole.Preview {
			f.whole = f.whole.whole
		}
		views.filtered[view] = f
		s.publish(ViewsChanged)
		s.resting = time.AfterFunc(previewRest, func() { s.post(s.startFilter) })
	})
}

// previewRest is how long the control of a filter rests before the whole picture is
// filtered: OpenCV takes all processors for that, which the screen needs to show the
// preview.
const previewRest = 40 * time.Millisecond

// filtered makes a filtered view.
func filtered(ctx context.Context, gray *vision.Gray, view vision.ViewKind, of vision.Filters) (*Filtered, error) {
	out, err := gray.Filter(ctx, view, of)
	if err != nil {
		return nil, err
	}
	f := &Filtered{Pyramid: vision.NewPyramid(out.Image), Of: of, gray: out}
	if view == vision.ViewGaussian {
		f.Sigma = of.Gaussian.AppliedSigma()
	}
	return f, nil
}

// giveUpFilter stops the filtering that is under way: what is applied stays, and is
// what is asked for again.
func (s *Session) giveUpFilter() {
	if s.filter.cancel == nil {
		return
	}
	s.filter.stop()
	st := &s.state
	for _, p := range st.Panes {
		f := p.Filtered()
		if f != nil && f.Preview { // the whole picture will not come
			f = f.whole
			p.Views.filtered[p.View] = f
		}
		if f != nil { // else nothing is applied, and asking again starts it
			st.Filters = st.Filters.With(p.View, f.Of)
		}
	}
	s.publish(FiltersChanged, ViewsChanged)
}
