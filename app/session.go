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
	position  int // in State.Files, of the file asked for last
	pointer   image.Point
	over      bool // whether pointer is over a pane
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

// opened is what the opening job hands over.
type opened struct {
	scan  *vision.Scan
	gray  *vision.Gray
	files []string
	index int
	step  bool // come to by Step, not opened by name: nothing to remember
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
	i := s.position + by
	if i < 0 || i >= len(s.state.Files) {
		return
	}
	// A file that does not open is stepped over by the next step, and a step
	// while a file is being opened goes on from that one.
	s.position = i
	files := s.state.Files
	s.startOpening(files[i], func(ctx context.Context, report vision.ProgressFunc) (*opened, error) {
		o, err := openOne(ctx, files, i, report)
		if err == nil {
			o.step = true
		}
		return o, err
	})
}

func (s *Session) startOpening(path string, work func(context.Context, vision.ProgressFunc) (*opened, error)) {
	b := &Busy{Stage: StageReading, File: filepath.Base(path)}
	report := func(done, total int64) {
		s.post(func() {
			b.Done, b.Total = done, total
			if s.open.busy == b {
				s.publish(BusyChanged)
			}
		})
	}
	inBackground(s, &s.open, b, path, func(ctx context.Context) (*opened, error) {
		return work(ctx, throttle(report))
	}, s.show)
}

// show makes a scan the open one and starts its filter and its reading.
func (s *Session) show(o *opened) {
	s.read.stop()
	s.blur.stop()
	st := &s.state
	st.Scan = o.scan
	st.Files, st.FileIndex = o.files, o.index
	s.position = o.index
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
	if !o.step && s.settings.AddRecent(o.scan.Path) {
		s.publish(SettingsChanged)
	}
	s.publish(ScanOpened, ProblemChanged)
	s.startBlur()
	s.startReading()
}

func (s *Session) startReading() {
	scan := s.state.Scan
	start := time.Now()
	b := &Busy{Stage: StageModel, File: filepath.Base(scan.Path)}
	inBackground(s, &s.read, b, scan.Path, func(ctx context.Context) (Reading, error) {
		r, err := s.network.Read(ctx, scan)
		if fault.KindOf(err) == fault.InternalError {
			logProblem(err) // the reading says that it failed; the log gets the stack
			return failed(r, start, err), nil
		}
		return r, err
	}, func(r Reading) {
		s.state.Reading = r
		s.publish(ReadingChanged)
	})
}

// SetBlur asks for another filter. Impossible parameters are refused with a
// *vision.BlurError and change nothing.
func (s *Session) SetBlur(b vision.Blur) error {
	if err := b.Validate(); err != nil {
		return err
	}
	if b == s.state.Blur && (s.state.Scan == nil || s.state.Views.Blurred != nil) {
		return nil // it is there already
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
	gray, b := s.state.Views.gray, s.state.Blur
	path := s.state.Scan.Path
	type result struct {
		gray    *vision.Gray
		pyramid *vision.Pyramid
		sigma   float64
	}
	inBackground(s, &s.blur, &Busy{Stage: StageBlur, File: filepath.Base(path)}, path, func(ctx context.Context) (result, error) {
		out, err := gray.Blur(ctx, b)
		if err != nil {
			return result{}, err
		}
		pyramid := vision.NewPyramid(out.Image)
		pyramid.Level(1) // what most panes show; made here, off the window's goroutine
		return result{out, pyramid, b.AppliedSigma()}, nil
	}, func(r result) {
		s.state.Views.Blurred, s.state.Views.blurred = r.pyramid, r.gray
		s.state.BlurApplied, s.state.AppliedSigma = b, r.sigma
		s.publish(ViewsChanged)
		if s.state.Blur != b {
			s.startBlur()
		}
	})
}

// Cancel stops the opening or the export that is under way, else the filtering
// and the reading.
func (s *Session) Cancel() {
	switch {
	case s.open.cancel != nil:
		s.open.stop()
		s.position = s.state.FileIndex
	case s.export.cancel != nil:
		s.export.stop()
	default:
		if s.blur.cancel != nil {
			s.blur.stop()
			if s.state.Views.Blurred != nil { // else nothing is applied, and asking again starts it
				s.state.Blur = s.state.BlurApplied
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
	s.complain(Explain(err))
}

// complain shows a message that has no error behind it.
func (s *Session) complain(m Message) {
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
	name := Stem(a.Scan.Path)
	inBackground(s, &s.export, &Busy{Stage: StageExport, File: name}, folder, func(ctx context.Context) ([]string, error) {
		return Export(ctx, a, folder, name)
	}, done)
}

// DismissProblem takes the problem off the screen.
func (s *Session) DismissProblem() {
	if s.state.Problem != nil {
		s.state.Problem = nil
		s.publish(ProblemChanged)
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
