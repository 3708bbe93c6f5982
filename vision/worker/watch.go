package worker

import (
	"context"
	"sync/atomic"
	"time"
)

// verdict is how one job with a worker ended.
type verdict int32

// The verdicts. The first one counts.
const (
	running   verdict = iota
	finished          // it answered, or died by itself
	timedOut          // killed: the time is up
	cancelled         // killed: it did not give up in time
	liar              // killed: its answer cannot be true
)

// watch guards one job: it ends the worker when the time is up, and where the
// context is cancelled it asks the worker to give up and ends it a little
// later.
type watch struct {
	w      *process
	state  atomic.Int32
	late   *time.Timer
	unhook func() bool
}

func (w *process) watch(ctx context.Context, id uint64, limit time.Duration) *watch {
	g := &watch{w: w}
	g.late = time.AfterFunc(limit, func() { g.kill(timedOut) })
	g.unhook = context.AfterFunc(ctx, func() {
		grace := time.AfterFunc(w.grace, func() { g.kill(cancelled) })
		w.writing.Lock()
		defer w.writing.Unlock()
		if verdict(g.state.Load()) != running {
			grace.Stop()
			return
		}
		_ = send(w.in, request{Magic: cancelMagic, ID: id}, nil) // a dead worker shows elsewhere
	})
	return g
}

// kill ends the worker unless the job is over.
func (g *watch) kill(v verdict) {
	if g.state.CompareAndSwap(int32(running), int32(v)) {
		g.w.kill()
	}
}

// stop ends the watching. Unless the verdict is finished, the worker has been
// killed.
func (g *watch) stop() verdict {
	g.late.Stop()
	g.unhook()
	g.state.CompareAndSwap(int32(running), int32(finished))
	return verdict(g.state.Load())
}
