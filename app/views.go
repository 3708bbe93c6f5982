package app

import (
	"context"
	"path/filepath"
	"time"

	"lightbox/vision"
	"lightbox/vision/fault"
)

// startReading has the model read the frame on screen. What it finds is kept:
// a frame is read once.
func (s *Session) startReading(key Frame) {
	scan := s.state.Scan
	start := time.Now()
	network := s.network
	b := &Busy{Stage: StageModel, File: filepath.Base(scan.Path)}
	inBackground(s, &s.read, b, scan.Path, func(ctx context.Context) (Reading, error) {
		r, err := network.Read(ctx, scan)
		if fault.KindOf(err) == fault.InternalError {
			logProblem(err) // the reading says that it failed; the log gets the stack
			return failed(r, start, err), nil
		}
		return r, err
	}, func(r Reading) {
		s.readings[key] = r
		s.state.Reading = r
		s.publish(ReadingChanged)
		s.wantStability()
	})
}

// SetBlur asks for another filter. Impossible parameters are refused with a
// *vision.FilterError and change nothing.
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
