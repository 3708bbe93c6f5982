package study

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"lightbox/vision/fault"
)

// Options change how Index works; the zero value is for the window.
type Options struct {
	// Workers read files at the same time; 0 for as many as there are
	// processors.
	Workers int

	// Skip tells of a picture found in a folder whether to pass over it, such
	// as one that the program exported itself. It is called by several
	// goroutines.
	Skip func(path string) bool
}

// Index finds the scans among paths and reads their headers.
//
// Folders are walked; hidden files are left out, links followed to files but
// not to folders. ZIP archives are looked into without unpacking, one inside of
// another is not. A DICOMDIR that is named itself stands for the files it
// refers to; in a folder it is passed over. A format is told by the content of
// a file, never by its name. Files that are no scans are passed over unless
// they were named.
//
// found is given the scans in batches, in the order of paths and, below each,
// in natural order of names; problem every file or folder that could not be
// read, which ends nothing. progress is told how many files were looked at of
// how many found so far. All three are called by the goroutine that called
// Index, one at a time; problem and progress may be nil.
//
// The error is nil or fault.Interrupted.
func Index(ctx context.Context, paths []string, o Options, found func([]*Item), problem func(Problem), progress func(done, total int)) error {
	x := &indexer{
		options: o, found: found, problem: problem, progress: progress,
		jobs: make(chan *job), names: interner{texts: map[string]string{}},
	}
	if x.problem == nil {
		x.problem = func(Problem) {}
	}
	if x.progress == nil {
		x.progress = func(int, int) {}
	}
	// The workers also end when all is delivered.
	ctx, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	for range workers {
		group.Go(func() { x.work(ctx) })
	}
	list, order := newQueue(), make(chan *job, ahead)
	group.Go(func() {
		defer list.close()
		walk(ctx, paths, func(s source) {
			x.total.Add(1)
			list.add(s)
		})
	})
	group.Go(func() { x.feed(ctx, list.next, order) })
	x.last = time.Now()
	x.deliver(ctx, &group, order)
	if ctx.Err() != nil {
		return fault.Wrap(fault.Interrupted, first(paths), ctx.Err())
	}
	x.flush()
	x.progress(x.done, int(x.total.Load()))
	return nil
}

func first(paths []string) string {
	if len(paths) == 0 {
		return ""
	}
	return paths[0]
}

// indexer is one run of Index.
type indexer struct {
	options  Options
	found    func([]*Item)
	problem  func(Problem)
	progress func(done, total int)
	jobs     chan *job
	names    interner
	total    atomic.Int64

	// Of the goroutine that called Index.
	batch          []*Item
	done, given    int
	last, reported time.Time
}

// job is one file on its way: it is delivered in its turn, whenever it is
// done.
type job struct {
	source
	done chan result
}

func (x *indexer) work(ctx context.Context) {
	for {
		select {
		case j := <-x.jobs:
			j.done <- x.read(ctx, j.source)
		case <-ctx.Done():
			return
		}
	}
}

// feed hands sources to the workers and, in the same order, to deliver; no
// more than a bounded number ahead of it.
func (x *indexer) feed(ctx context.Context, next func() (source, bool), order chan<- *job) {
	defer close(order)
	for {
		s, ok := next()
		if !ok {
			return
		}
		j := &job{s, make(chan result, 1)}
		select {
		case order <- j:
		case <-ctx.Done():
			return
		}
		select {
		case x.jobs <- j:
		case <-ctx.Done():
			return
		}
	}
}

// deliver takes results in order. What an archive or a DICOMDIR leads to comes
// in its place.
func (x *indexer) deliver(ctx context.Context, group *sync.WaitGroup, order <-chan *job) {
	for j := range order {
		var r result
		select {
		case r = <-j.done:
		default:
			x.idle()
			select {
			case r = <-j.done:
			case <-ctx.Done():
				return
			}
		}
		if ctx.Err() != nil {
			return
		}
		if r.err != nil {
			x.problem(Problem{Path: j.path(), Err: fault.WithPath(r.err, j.path()), Named: j.named})
		}
		if r.item != nil {
			x.batch = append(x.batch, r.item)
		}
		if len(r.more) > 0 {
			x.total.Add(int64(len(r.more)))
			inner, more := make(chan *job, ahead), r.more
			next := func() (source, bool) {
				if len(more) == 0 {
					return source{}, false
				}
				s := more[0]
				more = more[1:]
				return s, true
			}
			group.Go(func() { x.feed(ctx, next, inner) })
			x.deliver(ctx, group, inner)
		}
		x.done++
		x.report()
	}
}

// report tells progress, and gives a batch out when it is large enough.
func (x *indexer) report() {
	if len(x.batch) >= max(firstBatch, x.given/batchShare) || x.given == 0 && len(x.batch) > 0 {
		x.flush()
	}
	if now := time.Now(); now.Sub(x.reported) >= progressEvery {
		x.reported = now
		x.progress(x.done, int(x.total.Load()))
	}
}

// idle gives out what there is when the next file is slow.
func (x *indexer) idle() {
	if time.Since(x.last) >= batchWait {
		x.flush()
	}
}

func (x *indexer) flush() {
	if len(x.batch) > 0 {
		x.given += len(x.batch)
		batch := x.batch
		x.batch = nil
		x.found(batch)
	}
	x.last = time.Now()
}
