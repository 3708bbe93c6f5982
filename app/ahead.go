package app

import (
	"context"

	"lightbox/app/frames"
	"lightbox/vision"
)

// ahead is the frame that comes next if scrolling goes on as it went, with its views:
// made while the one before is looked at, so that a notch of the wheel has only to paint.
type ahead struct {
	job     job
	of      Frame          // that is being made, or was
	filters vision.Filters // it is made with these
	made    *prepared      // nil until it is there

	stack string // where the active pane was last, to tell which way it goes
	frame int
}

// drop lets go of what was made.
func (a *ahead) drop() {
	a.job.stop()
	*a = ahead{job: a.job}
}

// onTheWay tells that a frame is being made.
func (a *ahead) onTheWay(key Frame) bool { return a.job.cancel != nil && a.of == key }

// take hands over a frame that was made, if it is as it would be made now.
func (a *ahead) take(key Frame, scan *vision.Scan, filters vision.Filters) *prepared {
	made := a.made
	if made == nil || a.of != key || made.scan != scan || a.filters != filters {
		return nil
	}
	a.made = nil
	return made
}

// lookAhead makes the frame that comes after the one in the active pane, in the direction
// of the last step. A pane that stays where it is has none, nor have pictures that are
// dear to filter.
func (s *Session) lookAhead() {
	st, a := &s.state, &s.ahead
	p := st.Pane
	if p.stack == nil || p.Scan == nil {
		return
	}
	step := 0
	if a.stack == p.shownStack {
		step = p.Frame - a.frame
	}
	a.stack, a.frame = p.shownStack, p.Frame
	next := p.Frame + step
	if step == 0 || next < 0 || next >= len(p.stack.Frames) {
		return
	}
	key := frames.KeyOf(p.stack.Frames[next])
	scan := s.cache.Get(key)
	if scan == nil || a.of == key && (a.made != nil || a.job.cancel != nil) || scan.Values.Rows*scan.Values.Columns > sideBySide {
		return
	}
	var views []vision.ViewKind
	for _, o := range st.Panes {
		if o.stack == p.stack {
			views = append(views, o.View)
		}
	}
	filters := st.Filters
	a.of, a.filters, a.made = key, filters, nil
	work := s.preparing(scan, views, filters)
	inBackground(s, &a.job, nil, scan.Path, func(ctx context.Context) (*prepared, error) {
		made, err := work(ctx)
		if err != nil {
			return nil, nil // it fails again where it is asked for, and is told then
		}
		return made, nil
	}, func(made *prepared) {
		a.made = made
		s.prepare() // who scrolls fast waits for it already
	})
}

// preparing is the work that makes the views of a frame.
func (s *Session) preparing(scan *vision.Scan, views []vision.ViewKind, filters vision.Filters) func(context.Context) (*prepared, error) {
	network := s.network
	return func(ctx context.Context) (*prepared, error) {
		p, err := prepareViews(ctx, scan, views, filters)
		if err == nil {
			p.refusal, p.network = gate(network, scan), network
		}
		return p, err
	}
}
