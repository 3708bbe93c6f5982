package worker

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// Pool decodes in worker processes. It starts them when frames are asked for,
// keeps them for the next frames and ends them when they have nothing to do.
// Any number of goroutines may use it; as many frames are decoded at a time as
// it has workers, further callers wait.
type Pool struct {
	o          Options
	executable string

	ctx   context.Context // ends with Close
	close context.CancelCauseFunc

	slots  chan struct{} // one for each worker that is busy
	starts chan func()   // to the starter
	first  sync.Once     // starts the starter
	ids    atomic.Uint64
	ending sync.WaitGroup // workers, until they are gone

	closing sync.Once

	mu      sync.Mutex
	idle    []*process    // the one used last is the last
	reaper  *time.Timer   // runs while there are more idle workers than are kept
	idleFor time.Duration // idleTime, and …
	grace   time.Duration // … cancelGrace, save in tests
}

var _ codec.Decoder = (*Pool)(nil)

var errClosed = errors.New("the pool of decoders is closed")

// New makes a pool. No process is started before the first frame is asked for.
func New(o Options) *Pool {
	o = o.withDefaults()
	p := &Pool{o: o, executable: executable(), slots: make(chan struct{}, o.Workers), starts: make(chan func()), idleFor: idleTime, grace: cancelGrace}
	p.ctx, p.close = context.WithCancelCause(context.Background())
	return p
}

var shared = sync.OnceValue(func() *Pool { return New(Options{}) })

// Default is the pool that the program shares. It is made when it is first
// asked for.
func Default() *Pool { return shared() }

// Close ends the workers and returns when they are gone. Frames that are being
// decoded, and those asked for later, give Interrupted.
func (p *Pool) Close() { p.closing.Do(p.closeOnce) }

func (p *Pool) closeOnce() {
	p.close(errClosed)
	for range cap(p.slots) { // each busy worker comes back
		p.slots <- struct{}{}
	}
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	if p.reaper != nil {
		p.reaper.Stop()
	}
	p.mu.Unlock()
	for _, w := range idle {
		p.end(w)
	}
	p.ending.Wait()
	for range cap(p.slots) {
		<-p.slots
	}
}

// Decode decodes one frame in a worker.
//
// Besides the errors of codec.Decoder it gives Died when the frame brought the
// worker down, TimedOut when it took too long, and InternalError when no worker
// can be started; it never decodes in this process instead. A frame that killed
// its worker is not tried again.
func (p *Pool) Decode(ctx context.Context, job codec.Job) (*codec.Picture, error) {
	if p.o.InProcess {
		return decoder.Decode(ctx, job)
	}
	if len(job.Format) > maxFormatBytes {
		return nil, fault.New(fault.Syntax, "", "a codestream of unknown format")
	}
	if job.MaxBytes <= 0 || job.MaxBytes > codec.MaxFrameBytes {
		job.MaxBytes = codec.MaxFrameBytes
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.ctx, func() { cancel(errClosed) })()

	limit := p.o.timeFor(job.Rows, job.Columns, job.Samples)
	for range 3 { // a worker may have died while it was idle, which is no frame's fault
		w, err := p.take(ctx)
		if err != nil {
			return nil, err
		}
		picture, usable, err := w.decode(ctx, p.ids.Add(1), job, limit)
		bytes := int64(len(job.Data))
		if picture != nil {
			bytes += int64(len(picture.Data))
		}
		p.put(w, usable && !w.worn(bytes))
		if !errors.Is(err, errUnread) {
			return picture, err
		}
	}
	return nil, fault.Wrap(fault.InternalError, "", errUnread)
}

// Isolation tells what holds in the pool's workers. It starts one if none is
// idle. Errors are InternalError and Interrupted.
func (p *Pool) Isolation(ctx context.Context) (Isolation, error) {
	if p.o.InProcess {
		return Isolation{InProcess: true}, nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.ctx, func() { cancel(errClosed) })()
	w, err := p.take(ctx)
	if err != nil {
		return Isolation{}, err
	}
	defer p.put(w, true)
	return w.isolation, nil
}

// take gives a worker for one frame: the one used last, or a new one. It waits
// while all are busy.
func (p *Pool) take(ctx context.Context) (*process, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, interrupted(ctx)
	}
	if ctx.Err() != nil {
		<-p.slots
		return nil, interrupted(ctx)
	}
	if w := p.takeIdle(); w != nil {
		return w, nil
	}

	// A start is not broken off when its frame is cancelled: who leafs through
	// frames would otherwise never get a worker.
	type made struct {
		w   *process
		err error
	}
	done := make(chan made, 1)
	go func() {
		w, err := p.start()
		done <- made{w, err}
	}()
	select {
	case m := <-done:
		if m.err != nil {
			<-p.slots
		}
		return m.w, m.err
	case <-ctx.Done():
		go func() {
			if m := <-done; m.err == nil {
				p.put(m.w, true)
			} else {
				<-p.slots
			}
		}()
		return nil, interrupted(ctx)
	}
}

func (p *Pool) takeIdle() *process {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := len(p.idle); n > 0; n = len(p.idle) {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		if !w.isDead() {
			return w
		}
		p.end(w)
	}
	return nil
}

// put takes a worker back, for the next frame or to be ended.
func (p *Pool) put(w *process, usable bool) {
	defer func() { <-p.slots }()
	if !usable || w.isDead() || p.ctx.Err() != nil {
		p.end(w)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	w.idleSince = time.Now()
	p.idle = append(p.idle, w)
	if len(p.idle) > keepIdle && p.reaper == nil {
		p.reaper = time.AfterFunc(p.idleFor, p.reap)
	}
}

// reap ends the workers that have been idle for long, those used least first.
func (p *Pool) reap() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reaper = nil
	for len(p.idle) > keepIdle {
		w := p.idle[0]
		if left := p.idleFor - time.Since(w.idleSince); left > 0 {
			p.reaper = time.AfterFunc(left, p.reap)
			return
		}
		p.idle = p.idle[1:]
		p.end(w)
	}
}

// end ends a worker in the background.
func (p *Pool) end(w *process) { p.ending.Go(w.end) }

// start makes a worker and waits for its greeting. Errors are InternalError.
//
// All of a pool's workers are started by one thread that lives as long as the
// pool: Linux ends a child whose parent wished so (see attributes) when the
// thread that started it ends, not when the process does.
func (p *Pool) start() (*process, error) {
	p.first.Do(func() {
		go func() {
			runtime.LockOSThread()
			for {
				select {
				case f := <-p.starts:
					f()
				case <-p.ctx.Done():
					return // and the thread with it, and with that what still runs
				}
			}
		}()
	})
	w := &process{dead: make(chan struct{}), grace: p.grace}
	launched := make(chan error, 1)
	select {
	case p.starts <- func() { launched <- w.launch(p.executable, p.o) }:
	case <-p.ctx.Done():
		return nil, fault.Wrap(fault.Interrupted, "", errClosed)
	}
	if err := <-launched; err != nil {
		return nil, fault.New(fault.InternalError, "", "the decoder process cannot be started: %s", err.Error()).Because(err)
	}
	go w.wait()
	if err := w.greet(p.o); err != nil {
		if p.ctx.Err() == nil {
			slog.Warn("decoder process does not start", "state", w.cmd.ProcessState.String(), "stderr", w.stderr.String())
		}
		p.end(w)
		return nil, err
	}
	return w, nil
}

// executable is what is started as a worker: this program.
func executable() string {
	// On Linux this name keeps meaning the program that runs, even when an
	// update has replaced its file.
	if runtime.GOOS == "linux" {
		if _, err := os.Stat("/proc/self/exe"); err == nil {
			return "/proc/self/exe"
		}
	}
	path, err := os.Executable()
	if err != nil {
		return os.Args[0] // starting it fails, and says why
	}
	return path
}
