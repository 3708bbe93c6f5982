package app

import (
	"context"
	"path/filepath"
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

// goTo shows frame i as soon as it is there. Until then the frame before it
// stays, and Frame tells which one is waited for.
func (s *Session) goTo(i int) {
	st := &s.state
	k := st.Stack()
	if k == nil || len(k.Frames) == 0 {
		return
	}
	i = min(max(i, 0), len(k.Frames)-1)
	if i == st.Frame && s.shows(i) {
		return
	}
	st.Frame = i
	s.loader.Show(k.Frames, i)
	s.publish(FrameChanged)
	s.prepare()
}

// shows tells whether frame i is the one on screen, as a picture or as the
// sentence that stands in its place.
func (s *Session) shows(i int) bool {
	st := &s.state
	return (st.Scan != nil || st.FrameFault != nil) && st.shown == frames.KeyOf(st.Stack().Frames[i])
}

// Step opens the next (+1) or the previous (-1) stack.
func (s *Session) Step(by int) { s.SelectStack(s.state.StackIndex + by) }

// SelectStack shows a stack, from its first frame on. What cannot be shown of
// it is told in its place.
func (s *Session) SelectStack(index int) {
	st := &s.state
	if index < 0 || index >= len(st.Stacks) || index == st.StackIndex {
		return
	}
	s.Pause()
	s.frame.stop()
	s.wandered = true
	st.StackIndex, st.Frame = index, 0
	k := st.Stack()
	st.Rate = rateOf(k)
	s.loader.Show(k.Frames, 0)
	first := frames.KeyOf(k.Frames[0])
	if scan := s.cache.Get(first); scan != nil {
		s.enter(first, scan)
		return
	}
	st.Scan, st.Views, st.FrameFault = nil, Views{}, nil
	st.Reading = Reading{Status: NotAssessed}
	s.blur.stop()
	s.read.stop()
	s.dropStability()
	s.publish(ScanOpened, CineChanged)
	s.prepare()
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
	if k := st.Stack(); k != nil && st.Frame < len(k.Frames) && frames.KeyOf(k.Frames[st.Frame]) == e.Key {
		s.prepare()
	}
}

// prepare makes the views of the frame that was asked for, if it is decoded.
// OpenCV cannot be stopped in the middle, so while one frame is prepared the
// newest request waits, and those between are never computed.
func (s *Session) prepare() {
	st := &s.state
	k := st.Stack()
	if k == nil || s.frame.cancel != nil || st.Frame >= len(k.Frames) || s.shows(st.Frame) {
		return
	}
	key := frames.KeyOf(k.Frames[st.Frame])
	if err := s.loader.Failure(key); err != nil {
		s.cannotShow(key, err)
		return
	}
	scan := s.cache.Get(key)
	if scan == nil {
		return
	}
	blur, network := st.Blur, s.network
	inBackground(s, &s.frame, &Busy{Stage: StageFrame, File: filepath.Base(scan.Path)}, scan.Path, func(ctx context.Context) (*prepared, error) {
		p, err := prepareViews(ctx, scan, blur)
		if err == nil {
			p.refusal, p.network = gate(network, scan), network
		}
		return p, err
	}, func(p *prepared) {
		if now := st.Stack(); now != nil && st.Frame < len(now.Frames) {
			s.display(key, p, key == frames.KeyOf(now.Frames[st.Frame]))
		}
		s.prepare()
	})
}

// cannotShow takes the picture off the screen, where it would be taken for the
// frame that was asked for, and says why there is none.
func (s *Session) cannotShow(key Frame, err error) {
	logProblem(err)
	st := &s.state
	m := Explain(err)
	st.Scan, st.Views, st.FrameFault = nil, Views{}, &m
	st.shown = key
	s.blur.stop()
	s.read.stop()
	s.dropStability()
	st.Reading = Reading{Status: NotAssessed}
	s.refreshBusy()
	s.publish(ScanOpened)
}

// prepared is a frame with its views.
type prepared struct {
	scan    *vision.Scan
	views   Views
	blur    vision.Blur
	sigma   float64
	blurred bool

	// refusal is the reading of a frame that the model may not read: known with
	// the views, so that it appears with them; its Status is Refused, or there
	// is none.
	refusal Reading
	network *Network // that refused
}

// sideBySide is how many pixels are filtered together with the other views, so
// that the three panes change at once; larger ones follow.
const sideBySide = 1 << 21

func prepareViews(ctx context.Context, scan *vision.Scan, blur vision.Blur) (*prepared, error) {
	gray, err := scan.Gray(ctx)
	if err != nil {
		return nil, err
	}
	p := &prepared{scan: scan, blur: blur}
	original := vision.NewPyramid(scan.Values)
	p.views = Views{Original: original, Gray: original, gray: gray}
	if gray.Image != scan.Values {
		p.views.Gray = vision.NewPyramid(gray.Image)
	}
	if scan.Values.Rows*scan.Values.Columns > sideBySide {
		return p, nil
	}
	out, err := gray.Blur(ctx, blur)
	if err != nil {
		return nil, err
	}
	p.views.Blurred, p.views.blurred = vision.NewPyramid(out.Image), out
	p.sigma, p.blurred = blur.AppliedSigma(), true
	return p, nil
}

// enter shows a frame of the stack that was just chosen or opened.
func (s *Session) enter(key Frame, scan *vision.Scan) {
	st := &s.state
	k := st.Stack()
	if k == nil {
		return
	}
	st.Frame = 0
	for i, f := range k.Frames {
		if frames.KeyOf(f) == key {
			st.Frame = i
			break
		}
	}
	st.Rate = rateOf(k)
	s.cache.Keep(key, scan)
	st.Loaded[key] = true
	st.Scan, st.FrameFault = nil, nil
	s.blur.stop()
	s.read.stop()
	s.dropStability()
	s.loader.Show(k.Frames, st.Frame)
	s.publish(CineChanged)
	s.prepare()
}

// display puts a prepared frame on the screen. Zoom, place, inversion and a
// window set by hand stay within a stack; another stack begins afresh. current
// is false for a frame that was passed over while it was prepared.
func (s *Session) display(key Frame, p *prepared, current bool) {
	st := &s.state
	fresh := st.Scan == nil || st.shownStack != st.Stack().ID()
	s.blur.stop()
	s.read.stop()
	s.dropStability()
	st.Scan, st.Views, st.FrameFault, st.shownStack = p.scan, p.views, nil, st.Stack().ID()
	st.shown = key
	s.redecode()
	if p.blurred {
		st.BlurApplied, st.AppliedSigma = p.blur, p.sigma
	}
	event := FrameShown
	switch {
	case fresh:
		event = ScanOpened
		st.VOI, st.VOIIndex, st.Invert = p.scan.VOIs[0], 0, false
		st.FitToPane, st.InImage = true, false
		s.fit()
	case st.VOI.Source == vision.SourceAuto: // one window for the stack: it must not flicker
		st.VOIIndex = len(p.scan.VOIs) - 1
	case st.VOIIndex >= 0: // the frame's own windows follow it
		st.VOIIndex = min(st.VOIIndex, len(p.scan.VOIs)-1)
		st.VOI = p.scan.VOIs[st.VOIIndex]
	}
	if st.FitToPane {
		s.fit()
	}
	s.cache.Pin(key)
	s.SetCursor(s.pointer, s.over)
	if r, ok := s.readings[key]; ok {
		st.Reading = r
	} else if p.refusal.Status == Refused && p.network == s.network {
		st.Reading, s.readings[key] = p.refusal, p.refusal
	} else {
		st.Reading = Reading{Status: Running}
	}
	s.publish(event, ReadingChanged)
	if !p.blurred || st.Blur != p.blur {
		s.startBlur()
	}
	if current && st.Reading.Status == Running {
		s.startReading(key)
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
			if s.shows(s.state.Frame) {
				s.goTo((s.state.Frame + 1) % s.state.Frames())
			}
			s.tick(due)
		})
	})
}
