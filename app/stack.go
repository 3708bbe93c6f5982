package app

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"lightbox/app/frames"
	"lightbox/vision"
)

// Limits of the frame cache. A quarter of the memory leaves room for the model,
// OpenCV and other programs; the floor holds a few large radiographs.
const (
	minCacheBytes = 256 << 20
	maxCacheBytes = 4 << 30
)

// ScrollBy goes n frames on (or back) in the stack; it stops at the ends.
func (s *Session) ScrollBy(n int) { s.ScrollTo(s.state.Frame + n) }

// ScrollTo goes to a frame of the stack, counted from 0; beyond the ends it
// goes to the end. A cine that plays stops.
func (s *Session) ScrollTo(i int) {
	s.Pause()
	s.wandered = true
	s.goTo(i)
}

// goTo shows frame i in the active pane as soon as it is there, and what goes with
// it in those that are linked. Until then the frame before it stays, and Frame
// tells which one is waited for.
func (s *Session) goTo(i int) {
	st := &s.state
	if st.Frames() == 0 {
		return
	}
	i = min(max(i, 0), st.Frames()-1)
	if i == st.Frame && st.shows(i) {
		return
	}
	st.Frame, st.Linked = i, ""
	if st.Links.Scroll {
		for _, p := range st.Panes {
			if p != st.Pane && p.stack != nil {
				s.followFrame(p)
			}
		}
	}
	s.load()
	s.publish(FrameChanged)
	s.prepare()
}

// load has the loader decode around what the panes show, the active one first.
func (s *Session) load() {
	st := &s.state
	var targets []frames.Target
	for _, p := range append([]*Pane{st.Pane}, st.Panes...) {
		if p.stack != nil && len(p.stack.Frames) > 0 {
			targets = append(targets, frames.Target{Frames: p.stack.Frames, Cursor: p.Frame})
		}
	}
	s.loader.Show(targets...)
}

// Step opens the next (+1) or the previous (-1) stack.
func (s *Session) Step(by int) { s.SelectStack(s.state.StackIndex + by) }

// SelectStack shows a stack in the active pane and those that go with it: as it was
// left, where that is kept, or else from its first frame on. What cannot be shown of it
// is told in its place. The stack that the active pane shows already is brought back to
// linked panes that were given others.
func (s *Session) SelectStack(index int) {
	st := &s.state
	if index < 0 || index >= len(st.Stacks) {
		return
	}
	if index != st.StackIndex {
		s.turnTo(s.group(), index, asLeft)
	} else {
		s.turnTo(s.strayed(), index, st.Frame)
	}
}

// ShowStack shows a stack in one pane alone, whatever is linked: at the place in the
// patient that another pane shows, where the files tell it, else as it was left or from
// its first frame on.
func (s *Session) ShowStack(pane, index int) {
	st := &s.state
	if pane < 0 || pane >= len(st.Panes) || index < 0 || index >= len(st.Stacks) || st.Panes[pane].StackIndex == index {
		return
	}
	p := st.Panes[pane]
	s.turnTo([]*Pane{p}, index, s.levelIn(st.Stacks[index], p))
}

// asLeft stands for the frame at which a stack was left, or its first.
const asLeft = -1

// turnTo shows a frame of a stack in panes.
func (s *Session) turnTo(panes []*Pane, index, frame int) {
	if len(panes) == 0 {
		return
	}
	st := &s.state
	s.Pause()
	s.keepNow()
	s.frame.stop()
	s.ahead.drop()
	s.wandered = true
	k := st.Stacks[index]
	for _, p := range panes {
		p.StackIndex, p.stack, p.Frame, p.Linked = index, k, frame, ""
		s.kept.letGo(p)
		if frame == asLeft {
			p.Frame, _ = s.home(p)
		}
		p.empty()
	}
	s.anchor()
	s.load()
	if slices.Contains(panes, st.Pane) {
		st.Rate = rateOf(k)
		s.stopLooking()
	}
	if s.cache.Get(frames.KeyOf(k.Frames[panes[0].Frame])) != nil { // it is here in no time: one repaint for both
		s.publish(CineChanged)
	} else {
		s.publish(ScanOpened, CineChanged)
	}
	s.prepare()
}

// strayed is the linked panes that show another stack than the active one.
func (s *Session) strayed() (out []*Pane) {
	st := &s.state
	if st.Layout.Independent() || !st.Links.Scroll {
		return nil
	}
	for _, p := range st.Panes {
		if p.StackIndex != st.StackIndex {
			out = append(out, p)
		}
	}
	return out
}

// group is the panes in which another stack is shown together: those that show
// the same one as the active pane, unless the layout is there to compare or
// scrolling is not linked.
func (s *Session) group() []*Pane {
	st := &s.state
	if st.Layout.Independent() || !st.Links.Scroll {
		return []*Pane{st.Pane}
	}
	var out []*Pane
	for _, p := range st.Panes {
		if p == st.Pane || p.stack == nil || st.stack != nil && p.stack.ID() == st.stack.ID() {
			out = append(out, p)
		}
	}
	return out
}

// stopLooking stops what is under way for the picture in the active pane.
func (s *Session) stopLooking() {
	s.filter.stop()
	s.read.stop()
	s.dropStability()
	s.state.Reading = Reading{Status: NotAssessed}
	s.refreshBusy()
}

// decoded is told of every frame that was decoded, on screen or not.
func (s *Session) decoded(e frames.Event) {
	st := &s.state
	for _, k := range e.Dropped {
		delete(st.Loaded, k)
	}
	if e.Err == nil {
		st.Loaded[e.Key] = true
	}
	s.collector.follow(s.cache.Used())
	s.publish(LoadedChanged)
	if len(s.waiting(e.Key)) > 0 {
		s.prepare()
	}
}

// waiting are the panes that wait for a frame.
func (s *Session) waiting(key Frame) (out []*Pane) {
	for _, p := range s.state.Panes {
		if k, ok := p.asked(); ok && k == key && !p.shows(p.Frame) {
			out = append(out, p)
		}
	}
	return out
}

// prepare makes the views of a frame that was asked for, if it is decoded, that of
// the active pane first. OpenCV cannot be stopped in the middle, so while one frame
// is prepared the newest request waits, and those between are never computed.
func (s *Session) prepare() {
	if s.frame.cancel != nil {
		return
	}
	st := &s.state
	for _, p := range append([]*Pane{st.Pane}, st.Panes...) {
		key, ok := p.asked()
		if !ok || p.shows(p.Frame) {
			continue
		}
		if err := s.loader.Failure(key); err != nil {
			s.cannotShow(key, err)
			continue
		}
		scan := s.cache.Get(key)
		if scan == nil {
			continue
		}
		if made := s.ahead.take(key, scan, st.Filters); made != nil {
			s.display(key, made, s.waiting(key))
			continue
		}
		if !s.ahead.onTheWay(key) {
			s.prepareFrame(key, scan)
		}
		return
	}
}

// prepareFrame makes the views of a frame that is decoded, and shows them.
func (s *Session) prepareFrame(key Frame, scan *vision.Scan) {
	st := &s.state
	panes := s.waiting(key)
	var views []vision.ViewKind
	for _, p := range panes {
		views = append(views, p.View)
	}
	busy := &Busy{Stage: StageFrame, File: filepath.Base(scan.Path)}
	inBackground(s, &s.frame, busy, scan.Path, s.preparing(scan, views, st.Filters), func(made *prepared) {
		for _, p := range s.waiting(key) {
			if !slices.Contains(panes, p) {
				panes = append(panes, p)
			}
		}
		// A frame that was passed over meanwhile is shown all the same: who scrolls
		// wants to see where.
		panes = slices.DeleteFunc(panes, func(p *Pane) bool {
			return !slices.Contains(st.Panes, p) || p.stack == nil || !p.stack.has(key)
		})
		s.display(key, made, panes)
		s.prepare()
	})
}

// cannotShow takes the picture off the panes that wait for a frame, where it would
// be taken for it, and says why there is none.
func (s *Session) cannotShow(key Frame, err error) {
	logProblem(err)
	st := &s.state
	m := s.state.Explain(err)
	for _, p := range s.waiting(key) {
		p.empty()
		p.FrameFault, p.shown = &m, key
	}
	if st.Scan == nil {
		s.stopLooking()
	}
	s.publish(ScanOpened)
}

// prepared is a frame with its views.
type prepared struct {
	scan  *vision.Scan
	views *Views

	// refusal is the reading of a frame that the model may not read: known with
	// the views, so that it appears with them; its Status is Refused, or there
	// is none.
	refusal Reading
	network *Network // that refused
}

// sideBySide is how many pixels are filtered together with the other views, so
// that the panes change at once; larger ones follow.
const sideBySide = 1 << 21

// prepareViews makes the gray view of a scan and, of one that is not large, those
// of the filters too.
func prepareViews(ctx context.Context, scan *vision.Scan, views []vision.ViewKind, filters vision.Filters) (*prepared, error) {
	gray, err := scan.Gray(ctx)
	if err != nil {
		return nil, err
	}
	original := vision.NewPyramid(scan.Values)
	v := &Views{Original: original, Gray: original, gray: gray, filtered: map[vision.ViewKind]*Filtered{}}
	if gray.Image != scan.Values {
		v.Gray = vision.NewPyramid(gray.Image)
	}
	if scan.Values.Rows*scan.Values.Columns <= sideBySide {
		for _, view := range views {
			if !view.Filtered() || v.filtered[view] != nil {
				continue
			}
			if v.filtered[view], err = filtered(ctx, gray, view, filters.Only(view)); err != nil {
				return nil, err
			}
		}
	}
	return &prepared{scan: scan, views: v}, nil
}

// enter shows, in all panes, a frame of the stack that was just opened.
func (s *Session) enter(index int, key Frame, scan *vision.Scan) {
	st := &s.state
	k := st.Stacks[index]
	for _, p := range st.Panes {
		p.StackIndex, p.stack, p.Frame = index, k, max(k.index(key), 0)
		p.Scan, p.FrameFault = nil, nil // what is drawn stays until the new picture is there
	}
	s.anchor()
	st.Rate = rateOf(k)
	s.cache.Keep(key, scan)
	st.Loaded[key] = true
	s.filter.stop()
	s.read.stop()
	s.dropStability()
	s.load()
	s.publish(CineChanged)
	s.prepare()
}

// display puts a prepared frame into panes. Zoom, place, inversion and a window set
// by hand stay within a stack; another stack begins as it was left, or afresh.
func (s *Session) display(key Frame, made *prepared, panes []*Pane) {
	if len(panes) == 0 {
		return
	}
	st := &s.state
	event := FrameShown
	for _, p := range panes {
		if s.put(p, key, made) {
			event = ScanOpened
		}
	}
	s.pin()
	s.filter.stop()
	s.followCursor()
	if made.refusal.Status == Refused && made.network == s.network {
		s.readings[key] = made.refusal
	}
	if !slices.Contains(panes, st.Pane) {
		s.publish(event)
	} else {
		s.attendTo(event)
	}
	s.startFilter()
	s.lookAhead()
}

// put shows a prepared frame in one pane; fresh tells that it is of another stack
// than the one before.
func (s *Session) put(p *Pane, key Frame, made *prepared) (fresh bool) {
	fresh = p.Scan == nil || p.shownStack != p.stack.ID()
	p.Scan, p.Views, p.FrameFault = made.scan, made.views, nil
	p.shown, p.shownStack = key, p.stack.ID()
	before := stateOf(p.Presented)
	s.dress(p)
	switch {
	case fresh:
		p.InImage = false
		p.begin()
	case stateOf(p.Presented) != before: // what was on screen was another state's, or its own
		p.begin()
	case p.VOI.Source == vision.SourceAuto: // one window for the stack: it must not flicker
		p.VOIIndex = len(p.VOIs()) - 1
	case p.VOIIndex >= 0: // the frame's own windows follow it
		p.ownWindow(min(p.VOIIndex, len(p.VOIs())-1))
	}
	if p.FitToPane {
		p.fit()
	}
	if fresh && p.pending == nil {
		if l, kept := s.keptLook(p); kept {
			p.pending = new(l.look(p))
		}
	}
	if p.pending != nil {
		if p.pending.stack == p.shownStack {
			p.take(*p.pending)
		}
		p.pending = nil
	}
	return fresh
}

// pin keeps what the panes show in the cache.
func (s *Session) pin() {
	var keys []Frame
	for _, p := range s.state.Panes {
		if p.Scan != nil {
			keys = append(keys, p.shown)
		}
	}
	s.cache.Pin(keys...)
}

// attend brings the reading to what the active pane shows, if it is another frame
// than before.
func (s *Session) attend() {
	if s.state.Scan == nil || s.attended != s.state.shown {
		s.attendTo()
	}
}

// attendTo brings the reading to the frame in the active pane and tells of it
// together with events.
func (s *Session) attendTo(events ...Event) {
	st := &s.state
	s.read.stop()
	s.dropStability()
	s.attended = st.shown
	s.beginCase()
	if st.Scan == nil {
		st.Reading, s.attended = Reading{Status: NotAssessed}, Frame{}
		s.publish(append(events, ReadingChanged)...)
		return
	}
	if r, ok := s.readings[st.shown]; ok {
		st.Reading = r
	} else {
		st.Reading = Reading{Status: Running}
	}
	s.publish(append(events, ReadingChanged)...)
	if st.Reading.Status == Running && !st.waits() { // one that is passed over is not read
		s.startReading(st.shown)
	}
	s.wantStability()
}

// Rates of a cine in frames per second.
const (
	defaultRate = 15
	minRate     = 1
	maxRate     = 60
)

// rateOf is the rate a stack was taken with, within what can be played, or the
// default where it does not say.
func rateOf(k *Stack) float64 {
	if k.FrameRate > 0 {
		return min(max(k.FrameRate, minRate), maxRate)
	}
	return defaultRate
}

// cine is a stack that plays.
type cine struct {
	timer *time.Timer
	id    int
}

// TogglePlay starts or pauses the cine.
func (s *Session) TogglePlay() {
	if s.state.Playing {
		s.Pause()
	} else {
		s.Play()
	}
}

// Play shows the frames of the stack one after the other, from the one on
// screen, and begins again after the last. A frame that is not decoded yet is
// waited for.
func (s *Session) Play() {
	if s.state.Playing || s.state.Frames() < 2 {
		return
	}
	s.state.Playing = true
	s.wandered = true
	s.publish(CineChanged)
	s.tick(time.Now())
}

// Pause stops the cine at the frame on screen.
func (s *Session) Pause() {
	if !s.state.Playing {
		return
	}
	s.state.Playing = false
	s.cine.id++
	s.cine.timer.Stop()
	s.publish(CineChanged)
	s.wantStability()
}

// SetRate sets the frames per second.
func (s *Session) SetRate(rate float64) {
	if !(rate >= minRate && rate <= maxRate) {
		s.complain(Say("The frame rate must be a number from {{.Min}} to {{.Max}} per second.", "Min", minRate, "Max", maxRate))
		return
	}
	s.state.Rate = rate
	s.publish(CineChanged)
}

// tick goes on by one frame at due, if the one before it was shown.
func (s *Session) tick(due time.Time) {
	s.cine.id++
	id := s.cine.id
	due = due.Add(time.Duration(float64(time.Second) / s.state.Rate))
	if now := time.Now(); due.Before(now) {
		due = now // behind: catch up by leaving nothing out, only later
	}
	s.cine.timer = time.AfterFunc(time.Until(due), func() {
		s.post(func() {
			if !s.state.Playing || id != s.cine.id {
				return
			}
			if !s.anyWaits() {
				s.goTo((s.state.Frame + 1) % s.state.Frames())
			}
			s.tick(due)
		})
	})
}

// anyWaits tells that a pane waits for its frame, and so a cine for it.
func (s *Session) anyWaits() bool {
	return slices.ContainsFunc(s.state.Panes, func(p *Pane) bool {
		return p.waits() && (p == s.state.Pane || s.state.Links.Scroll)
	})
}
