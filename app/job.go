package app

import (
	"context"
	"time"

	"lightbox/vision"
	"lightbox/vision/fault"
)

// busyDelay is how long work may take before it is shown: shorter flashes
// disturb more than they tell.
const busyDelay = 200 * time.Millisecond

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

// inBackground makes work the current job of its class and runs it on a
// goroutine of its own. If the job is still current when it ends, done gets the
// result on the session's goroutine, or the failure is shown. A panic in work
// is a failure.
func inBackground[R any](s *Session, j *job, b *Busy, path string, work func(context.Context) (R, error), done func(R)) {
	ctx, id := j.start()
	if b != nil {
		s.showBusyLater(j, id, b)
	}
	go func() {
		var result R
		var err error
		func() {
			defer fault.Contain(path, &err)
			result, err = work(ctx)
		}()
		s.post(func() {
			if !j.current(id) {
				return
			}
			j.end()
			s.refreshBusy()
			if err != nil {
				s.fail(err)
				return
			}
			done(result)
		})
	}()
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
	for _, j := range []*job{&s.open, &s.export, &s.frame, &s.read, &s.occlusion, &s.filter} {
		if b == nil {
			b = j.busy
		}
	}
	if b != nil {
		shown := *b
		if s.state.Demo {
			shown.File = ""
		}
		b = &shown
	}
	if now := s.state.Busy; (b == nil) != (now == nil) || b != nil && *b != *now {
		s.state.Busy = b
		s.publish(BusyChanged)
	}
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
