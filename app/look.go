package app

import (
	"context"
	"path/filepath"
	"time"

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
