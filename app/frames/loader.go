package frames

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"lightbox/vision"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// nearFrames is how far from the cursor, in frames for each worker, a decoding
// under way is let finish when the cursor moves; beyond it is cancelled.
const nearFrames = 8

// Target is a stack that is on screen, and the frame of it that is wanted.
type Target struct {
	Frames []study.Frame
	Cursor int
}

// same tells whether two targets are of one stack, and not of one that grew.
func (t Target) same(o Target) bool {
	return len(t.Frames) == len(o.Frames) && len(t.Frames) > 0 && &t.Frames[0] == &o.Frames[0]
}

// Loader decodes the frames of the stacks that are on screen, those under the
// cursors first, then the others by their distance from them, as many as the cache
// holds.
type Loader struct {
	cache   *Cache
	workers int
	ready   func(Event)
	files   files

	mu      sync.Mutex
	targets []Target
	forward []bool        // of each target: the direction of the last move
	plan    []study.Frame // in the order in which they are wanted
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

// Show makes the cursors of the targets the frames that are wanted first, in their
// order. Frames decoding far from all of them are cancelled; a stack that grew keeps
// its own. Targets of one stack and cursor count once. The frames must not be
// changed afterwards.
func (l *Loader) Show(targets ...Target) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var wanted []Target
	var forward []bool
	for _, t := range targets {
		if t.Cursor < 0 || t.Cursor >= len(t.Frames) || slices.ContainsFunc(wanted, func(o Target) bool { return t.same(o) && t.Cursor == o.Cursor }) {
			continue
		}
		ahead := true
		if i := slices.IndexFunc(l.targets, t.same); i >= 0 {
			ahead = t.Cursor >= l.targets[i].Cursor
		}
		wanted, forward = append(wanted, t), append(forward, ahead)
	}
	if l.closed || len(wanted) == 0 {
		return
	}
	l.targets, l.forward = wanted, forward
	l.cancelFar()
	l.begin()
}

// Reach bounds how many frames are decoded ahead, 0 for as many as the cache
// holds: while headers are still being read, decoding must not take the
// processors from that.
func (l *Loader) Reach(frames int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reach = frames; len(l.targets) > 0 && !l.closed {
		l.begin()
	}
}

// begin makes a new plan and puts goroutines to work on it.
func (l *Loader) begin() {
	l.makePlan()
	for l.active < min(l.workers, len(l.plan)) {
		l.active++
		go l.work()
	}
}

// cancelFar cancels what is decoded far from all cursors.
func (l *Loader) cancelFar() {
	if len(l.running) == 0 {
		return
	}
	near := map[Key]bool{}
	reach := nearFrames * l.workers
	for _, t := range l.targets {
		for _, f := range t.Frames[max(0, t.Cursor-reach):min(len(t.Frames), t.Cursor+reach+1)] {
			near[KeyOf(f)] = true
		}
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
	l.targets, l.forward, l.plan, l.within = nil, nil, nil, nil
	l.files.mu.Lock()
	l.files.open = nil
	l.files.mu.Unlock()
}

// makePlan orders the frames: the cursors, then outwards from all of them at once,
// no more than the cache holds.
func (l *Loader) makePlan() {
	l.plan, l.next = nil, 0
	l.within = map[Key]int{}
	room := l.cache.Limit()
	var ways []*outwards
	for i, t := range l.targets {
		room -= frameBytes(t.Frames[t.Cursor].Item) // the one still on screen
		ways = append(ways, newOutwards(len(t.Frames), t.Cursor, l.forward[i]))
	}
	for more := true; more; {
		more = false
		for i, t := range l.targets {
			n, ok := ways[i].next()
			if !ok {
				continue
			}
			more = true
			f := t.Frames[n]
			if _, there := l.within[KeyOf(f)]; there {
				continue
			}
			room -= frameBytes(f.Item)
			if (room < 0 || l.reach > 0 && len(l.plan) >= l.reach) && len(l.plan) >= len(l.targets) {
				return
			}
			l.plan = append(l.plan, f)
			l.within[KeyOf(f)] = len(l.plan) - 1
		}
	}
}

// outwards counts the frames of a stack from a cursor on, two in the direction of
// the last move for one against it.
type outwards struct {
	n, cursor, sign      int
	step, ahead, against int
}

func newOutwards(n, cursor int, forward bool) *outwards {
	o := &outwards{n: n, cursor: cursor, sign: 1}
	if !forward {
		o.sign = -1
	}
	return o
}

// next is the next frame; ok is false when there are no more.
func (o *outwards) next() (i int, ok bool) {
	for {
		if o.step == 0 {
			o.step, o.ahead, o.against = 1, 1, 1
			return o.cursor, true
		}
		if o.ahead >= o.n && o.against >= o.n {
			return 0, false
		}
		if o.step%3 != 0 && o.ahead < o.n || o.against >= o.n {
			i = o.cursor + o.sign*o.ahead
			o.ahead++
		} else {
			i = o.cursor - o.sign*o.against
			o.against++
		}
		o.step++
		if i >= 0 && i < o.n {
			return i, true
		}
	}
}

// take gives the next frame to decode, nil when there is none.
func (l *Loader) take() *task {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ; l.next < len(l.plan); l.next++ {
		f := l.plan[l.next]
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
