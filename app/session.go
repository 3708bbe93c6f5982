package app

import (
	"context"
	"errors"
	"image"
	"path/filepath"
	"time"

	"lightbox/vision"
	"lightbox/vision/fault"
)

// busyDelay is how long work may take before it is shown: shorter flashes
// disturb more than they tell.
const busyDelay = 200 * time.Millisecond

// Session owns what is open in one window. Its methods are intentions; they
// and all listeners run on one goroutine, the one that post hands functions
// to (Fyne's, in the window).
//
// Each class of background work has one current job. Starting a new one
// cancels the old one, and a result is applied only while its job is current.
type Session struct {
	post      func(func())
	network   *Network
	settings  *Settings
	state     State
	listeners []func(Event)

	open, blur, read, export job
}

// NewSession makes an empty session. post must run the functions it is given
// one after the other on the goroutine that uses the session.
func NewSession(post func(func()), network *Network, settings *Settings) *Session {
	return &Session{
		post: post, network: network, settings: settings,
		state: State{Blur: vision.DefaultBlur, FitToPane: true, FileIndex: -1},
	}
}

// State is what is open now; it is read, never written, outside the session.
func (s *Session) State() *State { return &s.state }

// Settings are the user's choices.
func (s *Session) Settings() *Settings { return s.settings }

// Listen has f called after each change.
func (s *Session) Listen(f func(Event)) { s.listeners = append(s.listeners, f) }

func (s *Session) publish(events ...Event) {
	for _, e := range events {
		for _, f := range s.listeners {
			f(e)
		}
	}
}

// job is one class of background work.
type job struct {
	id     uint64
	cancel context.CancelFunc
	busy   *Busy       // shown since the job took longer than busyDelay
	delay  *time.Timer // until then
}

// start makes a new job current and cancels the one before it.
func (j *job) start() (ctx context.Context, id uint64) {
	j.stop()
	ctx, j.cancel = context.WithCancel(context.Background())
	return ctx, j.id
}

// stop cancels the job; results that are still under way will not be applied.
func (j *job) stop() {
	j.id++
	j.end()
}

func (j *job) current(id uint64) bool { return j.id == id }

// end marks the job as done without making its own result stale.
func (j *job) end() {
	if j.cancel != nil {
		j.cancel()
		j.cancel = nil
	}
	if j.delay != nil {
		j.delay.Stop()
	}
	j.busy = nil
}

// opened is what the opening job hands over.
type opened struct {
	scan  *vision.Scan
	gray  *vision.Gray
	files []string
	index int
}

// Open opens a file, or the first scan of a folder. What is open stays open
// until the new scan is there; an opening under way is cancelled.
func (s *Session) Open(path string) { s.OpenAll([]string{path}) }

// OpenAll opens the first scan of several files and folders; Step goes through
// the others.
func (s *Session) OpenAll(paths []string) {
	if len(paths) == 0 {
		return
	}
	s.startOpening(paths[0], func(ctx context.Context, report vision.ProgressFunc) (*opened, error) {
		return openFirst(ctx, paths, report)
	})
}

// Step opens the next (+1) or the previous (-1) file of the folder.
func (s *Session) Step(by int) {
	i := s.state.FileIndex + by
	if i < 0 || i >= len(s.state.Files) {
		return
	}
	files := s.state.Files
	s.startOpening(files[i], func(ctx context.Context, report vision.ProgressFunc) (*opened, error) {
		return openOne(ctx, files, i, report)
	})
}

func (s *Session) startOpening(path string, work func(context.Context, vision.ProgressFunc) (*opened, error)) {
	ctx, id := s.open.start()
	name := filepath.Base(path)
	s.showBusyLater(&s.open, id, &Busy{Stage: StageReading, File: name})
	report := func(done, total int64) {
		s.post(func() {
			if b := s.open.busy; b != nil && s.open.current(id) {
				b.Done, b.Total = done, total
				s.publish(BusyChanged)
			}
		})
	}
	go func() {
		var o *opened
		var err error
		func() {
			defer Contain(path, &err)
			o, err = work(ctx, throttle(report))
		}()
		s.post(func() {
			if !s.open.current(id) {
				return
			}
			s.open.end()
			s.refreshBusy()
			if err != nil {
				s.fail(err)
				return
			}
			s.show(o)
		})
	}()
}

// throttle lets a progress report through at most every 50 ms, the last always.
func throttle(f vision.ProgressFunc) vision.ProgressFunc {
	var last time.Time
	return func(done, total int64) {
		if now := time.Now(); now.Sub(last) >= 50*time.Millisecond || done == total {
			last = now
			f(done, total)
		}
	}
}

// show makes a scan the open one and starts its filter and its reading.
func (s *Session) show(o *opened) {
	s.read.stop()
	s.blur.stop()
	st := &s.state
	st.Scan = o.scan
	st.Files, st.FileIndex = o.files, o.index
	original := vision.NewPyramid(o.scan.Values)
	st.Views = Views{Original: original, Gray: original, gray: o.gray}
	if o.gray.Image != o.scan.Values {
		st.Views.Gray = vision.NewPyramid(o.gray.Image)
	}
	st.VOI, st.VOIIndex = o.scan.VOIs[0], 0
	st.Invert = false
	st.FitToPane = true
	st.InImage = false
	st.Problem = nil
	st.Reading = Reading{Status: Running}
	s.fit()
	if s.settings.AddRecent(o.scan.Path) {
		s.publish(SettingsChanged)
	}
	s.publish(ScanOpened, ProblemChanged)
	s.startBlur()
	s.startReading()
}

func (s *Session) startReading() {
	ctx, id := s.read.start()
	scan := s.state.Scan
	s.showBusyLater(&s.read, id, &Busy{Stage: StageModel, File: filepath.Base(scan.Path)})
	go func() {
		var r Reading
		var err error
		func() {
			defer Contain(scan.Path, &err)
			r, err = s.network.Read(ctx, scan)
		}()
		s.post(func() {
			if !s.read.current(id) {
				return
			}
			s.read.end()
			s.refreshBusy()
			if err != nil {
				reason := Explain(err)
				r = Reading{Status: Failed, Reason: &reason}
			}
			s.state.Reading = r
			s.publish(ReadingChanged)
		})
	}()
}

// SetBlur asks for another filter. Impossible parameters are refused with a
// *vision.BlurError and change nothing.
func (s *Session) SetBlur(b vision.Blur) error {
	if err := b.Validate(); err != nil {
		return err
	}
	if b == s.state.Blur {
		return nil
	}
	s.state.Blur = b
	s.publish(BlurChanged)
	if s.state.Scan != nil {
		s.startBlur()
	}
	return nil
}

// startBlur filters with the newest parameters. OpenCV cannot be stopped in
// the middle, so while one run is under way the next waits in line, and only
// the newest of those that wait is run.
func (s *Session) startBlur() {
	if s.blur.cancel != nil {
		return // the running job sees the change when it ends
	}
	ctx, id := s.blur.start()
	gray, b := s.state.Views.gray, s.state.Blur
	path := s.state.Scan.Path
	s.showBusyLater(&s.blur, id, &Busy{Stage: StageBlur, File: filepath.Base(path)})
	go func() {
		var out *vision.Gray
		var pyramid *vision.Pyramid
		var err error
		func() {
			defer Contain(path, &err)
			if out, err = gray.Blur(ctx, b); err == nil {
				pyramid = vision.NewPyramid(out.Image)
				pyramid.Level(1) // what most panes show; made here, off the window's goroutine
			}
		}()
		sigma := b.AppliedSigma()
		s.post(func() {
			if !s.blur.current(id) {
				return
			}
			s.blur.end()
			s.refreshBusy()
			if err != nil {
				s.fail(err)
				return
			}
			s.state.Views.Blurred, s.state.Views.blurred = pyramid, out
			s.state.BlurApplied, s.state.AppliedSigma = b, sigma
			s.publish(ViewsChanged)
			if s.state.Blur != b {
				s.startBlur()
			}
		})
	}()
}

// Cancel stops the opening or the export that is under way, else the filtering
// and the reading.
func (s *Session) Cancel() {
	switch {
	case s.open.cancel != nil:
		s.open.stop()
	case s.export.cancel != nil:
		s.export.stop()
	default:
		if s.blur.cancel != nil {
			s.blur.stop()
			s.state.Blur = s.state.BlurApplied
			if s.state.Blur.Kernel == 0 {
				s.state.Blur = vision.DefaultBlur
			}
			s.publish(BlurChanged)
		}
		if s.read.cancel != nil {
			s.read.stop()
			s.state.Reading = Reading{Status: NotAssessed}
			s.publish(ReadingChanged)
		}
	}
	s.refreshBusy()
}

// Close stops all work; results still under way are dropped.
func (s *Session) Close() {
	s.open.stop()
	s.blur.stop()
	s.read.stop()
	s.export.stop()
}

// fail shows a problem; what was open stays open. A cancelled job is none.
func (s *Session) fail(err error) {
	if fault.KindOf(err) == fault.Interrupted || errors.Is(err, context.Canceled) {
		return
	}
	logProblem(err)
	m := Explain(err)
	s.state.Problem = &m
	s.publish(ProblemChanged)
}

// Report shows an error that came up outside the session, in an export say.
func (s *Session) Report(err error) {
	if err != nil {
		s.fail(err)
	}
}

// Export writes the three views of the open scan into folder and calls done
// with the files that it wrote.
func (s *Session) Export(folder string, done func(files []string)) {
	st := &s.state
	if st.Scan == nil || st.Views.blurred == nil {
		return
	}
	a := &Analysis{Scan: st.Scan, Gray: st.Views.gray, Blurred: st.Views.blurred}
	ctx, id := s.export.start()
	s.showBusyLater(&s.export, id, &Busy{Stage: StageExport, File: filepath.Base(st.Scan.Path)})
	go func() {
		var files []string
		var err error
		func() {
			defer Contain(folder, &err)
			files, err = Export(ctx, a, folder, stem(a.Scan.Path))
		}()
		s.post(func() {
			if !s.export.current(id) {
				return
			}
			s.export.end()
			s.refreshBusy()
			if err != nil {
				s.fail(err)
				return
			}
			done(files)
		})
	}()
}

// DismissProblem takes the problem off the screen.
func (s *Session) DismissProblem() {
	if s.state.Problem != nil {
		s.state.Problem = nil
		s.publish(ProblemChanged)
	}
}

// showBusyLater shows b if the job is still running after busyDelay.
func (s *Session) showBusyLater(j *job, id uint64, b *Busy) {
	j.delay = time.AfterFunc(busyDelay, func() {
		s.post(func() {
			if j.current(id) && j.cancel != nil {
				j.busy = b
				s.refreshBusy()
			}
		})
	})
}

// refreshBusy shows the most important work that takes long, if any.
func (s *Session) refreshBusy() {
	var b *Busy
	for _, j := range []*job{&s.open, &s.export, &s.read, &s.blur} {
		if b == nil {
			b = j.busy
		}
	}
	if b != s.state.Busy {
		s.state.Busy = b
		s.publish(BusyChanged)
	}
}

// SetPane tells the size of one pane in screen pixels.
func (s *Session) SetPane(size image.Point) {
	if size == s.state.Pane {
		return
	}
	s.state.Pane = size
	if s.state.FitToPane {
		s.fit()
	}
	s.publish(GeometryChanged)
}
