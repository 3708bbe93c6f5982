package frames

import (
	"context"
	"runtime"
	"sync"

	"lightbox/vision"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// nearFrames is how far from the cursor, in frames for each worker, a decoding
// under way is let finish when the cursor moves; beyond it is cancelled.
const nearFrames = 8

// Loader decodes the frames of one stack at a time, the one under the cursor
// first, then the others by their distance from it, as many as the cache holds.
type Loader struct {
	cache   *Cache
	workers int
	ready   func(Event)
	files   files

	mu      sync.Mutex
	frames  []study.Frame
	cursor  int
	plan    []int         // indices into frames, in the order in which they are wanted
	next    int           // in plan
	within  map[Key]int   // ranks in plan
	running map[Key]*task // none of them cancelled
	failed  map[Key]error
	active  int // goroutines
	reach   int // frames of a plan at most, 0 for as many as the cache holds
	id      uint64
	closed  bool
}

// task is a frame being decoded.
type task struct {
	ctx    context.Context
	cancel context.CancelFunc
	id     uint64 // of the loader when it began
	frame  study.Frame
}

// Event tells that a frame of the stack was decoded, or why it cannot be.
type Event struct {
	Key  Key
	Scan *vision.Scan
	Err  error

	Dropped []Key // frames that had to make room
}

// NewLoader makes a loader that tells ready, on goroutines of its own, of each
// frame.
func NewLoader(cache *Cache, ready func(Event)) *Loader {
	return &Loader{
		cache: cache, workers: runtime.GOMAXPROCS(0), ready: ready,
		running: map[Key]*task{}, failed: map[Key]error{},
	}
}

// Show makes frames[cursor] the frame that is wanted first. Frames decoding far
// from it are cancelled, those of another stack altogether; a stack that grew
// keeps its own. The frames must not be changed afterwards.
func (l *Loader) Show(frames []study.Frame, cursor int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || cursor < 0 || cursor >= len(frames) {
		return
	}
	same := len(frames) == len(l.frames) && len(frames) > 0 && &frames[0] == &l.frames[0]
	forward := !same || cursor >= l.cursor
	l.frames, l.cursor = frames, cursor
	l.cancelFar()
	l.begin(forward)
}

// Reach bounds how many frames are decoded ahead, 0 for as many as the cache
// holds: while headers are still being read, decoding must not take the
// processors from that.
func (l *Loader) Reach(frames int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reach = frames; len(l.frames) > 0 && !l.closed {
		l.begin(true)
	}
}

// begin makes a new plan and puts goroutines to work on it.
func (l *Loader) begin(forward bool) {
	l.makePlan(forward)
	for l.active < min(l.workers, len(l.plan)) {
		l.active++
		go l.work()
	}
}

// cancelFar cancels what is decoded far from the cursor.
func (l *Loader) cancelFar() {
	if len(l.running) == 0 {
		return
	}
	near := map[Key]bool{}
	reach := nearFrames * l.workers
	for _, f := range l.frames[max(0, l.cursor-reach):min(len(l.frames), l.cursor+reach+1)] {
		near[KeyOf(f)] = true
	}
	for k, t := range l.running {
		if !near[k] {
			l.drop(k, t)
		}
	}
}

// drop cancels a task. It counts as running no more: until it has ended, the
// same frame may be asked for again and must then be begun anew.
func (l *Loader) drop(k Key, t *task) {
	t.cancel()
	delete(l.running, k)
}

// Failure is why a frame could not be decoded, nil if it was not tried or is
// there.
func (l *Loader) Failure(k Key) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed[k]
}

// Close cancels everything; ready may still be told of frames under way.
func (l *Loader) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for k, t := range l.running {
		l.drop(k, t)
	}
	l.plan = nil
}

// Forget drops what is known of failures and cancels everything, for another
// study.
func (l *Loader) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, t := range l.running {
		l.drop(k, t)
	}
	l.id++
	l.failed = map[Key]error{}
	l.frames, l.plan, l.within = nil, nil, nil
	l.files.mu.Lock()
	l.files.open = nil
	l.files.mu.Unlock()
}

// makePlan orders the frames: the cursor, then outwards, two in the direction
// of the last move for one against it, no more than the cache holds.
func (l *Loader) makePlan(forward bool) {
	n := len(l.frames)
	l.plan, l.next = l.plan[:0], 0
	l.within = make(map[Key]int, n)
	room := l.cache.Limit() - frameBytes(l.frames[l.cursor].Item) // the one still on screen
	add := func(i int) bool {
		if i < 0 || i >= n {
			return true
		}
		room -= frameBytes(l.frames[i].Item)
		if (room < 0 || l.reach > 0 && len(l.plan) >= l.reach) && len(l.plan) > 0 {
			return false
		}
		l.plan = append(l.plan, i)
		l.within[KeyOf(l.frames[i])] = len(l.plan) - 1
		return true
	}
	sign := 1
	if !forward {
		sign = -1
	}
	add(l.cursor)
	for k, ahead, back := 1, 1, 1; ahead < n || back < n; k++ {
		var ok bool
		if k%3 != 0 && ahead < n || back >= n {
			ok = add(l.cursor + sign*ahead)
			ahead++
		} else {
			ok = add(l.cursor - sign*back)
			back++
		}
		if !ok {
			return
		}
	}
}

// take gives the next frame to decode, nil when there is none.
func (l *Loader) take() *task {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ; l.next < len(l.plan); l.next++ {
		f := l.frames[l.plan[l.next]]
		k := KeyOf(f)
		if l.running[k] != nil || l.failed[k] != nil || l.cache.has(k) {
			continue
		}
		l.next++
		t := &task{id: l.id, frame: f}
		t.ctx, t.cancel = context.WithCancel(context.Background())
		l.running[k] = t
		return t
	}
	l.active--
	return nil
}

func (l *Loader) work() {
	for t := l.take(); t != nil; t = l.take() {
		scan, err := l.decode(t.ctx, t.frame)
		l.end(t, Event{Key: KeyOf(t.frame), Scan: scan, Err: err})
	}
}

// end takes over what became of a task, unless it was cancelled.
func (l *Loader) end(t *task, e Event) {
	l.mu.Lock()
	dropped := t.ctx.Err() != nil || l.id != t.id || l.closed
	if l.running[e.Key] == t {
		l.drop(e.Key, t)
	}
	if !dropped && e.Err != nil {
		l.failed[e.Key] = e.Err
	}
	within := l.within
	l.mu.Unlock()
	if dropped {
		return
	}
	if e.Err == nil {
		e.Dropped = l.cache.put(e.Key, e.Scan, func(k Key) (int, bool) {
			r, ok := within[k]
			return r, ok
		})
	}
	l.ready(e)
}

// decode reads one frame.
func (l *Loader) decode(ctx context.Context, f study.Frame) (s *vision.Scan, err error) {
	defer fault.Contain(f.Item.Path(), &err)
	file, err := l.files.get(ctx, f.Item)
	if err != nil {
		return nil, err
	}
	return file.Scan(ctx, f.Index)
}

// frameBytes is about what a frame of the item takes once it is decoded, see
// vision.Scan.Bytes: 16 bits a sample, colour that is converted twice.
func frameBytes(i *study.Item) int64 {
	n := int64(max(i.Rows, 1)) * int64(max(i.Columns, 1)) * int64(max(i.Samples, 1)) * 2
	switch i.Photometric {
	case "MONOCHROME1", "MONOCHROME2", "RGB":
		return n
	case "PALETTE COLOR":
		return 4 * n
	}
	return 2 * n
}
