package journal

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"lightbox/vision/fault"
)

// Journal keeps what is done with studies. Its methods may be called from any
// goroutine; none but Sync, Load, Forget, ForgetAll, Size and Close waits for the disk.
type Journal struct {
	folder string // empty: in memory only
	tell   Listener
	disk   disk

	mu      sync.Mutex
	shelves map[Study]*shelf
	closed  bool

	wake  chan struct{}
	calls chan func()
	quit  chan struct{}
	done  chan struct{}
	w     writer
}

// Listener is told what the reader should hear. Both functions may be nil; they
// are called one at a time, on the journal's goroutine, and must not wait for it.
type Listener struct {
	// Problem is told once when something can no longer be kept, with a
	// *fault.Error of kind NotKept, once of each study whose journal belongs to a
	// newer version (JournalNewer), and once of each that goes beyond the limits
	// (JournalFull). What is put meanwhile stays in memory.
	Problem func(error)
	// Recovered is told once when all that had stayed in memory is on disk.
	Recovered func()
}

// Open begins a journal in a folder, which is made when the first thing is kept.
// It touches no file, so it cannot fail: what goes wrong later is told to the
// listener. An empty folder keeps everything in memory and says nothing.
func Open(folder string, tell Listener) *Journal { return open(folder, tell, theDisk()) }

func open(folder string, tell Listener, d disk) *Journal {
	if tell.Problem == nil {
		tell.Problem = func(error) {}
	}
	if tell.Recovered == nil {
		tell.Recovered = func() {}
	}
	j := &Journal{
		folder: folder, tell: tell, disk: d, shelves: map[Study]*shelf{},
		wake: make(chan struct{}, 1), calls: make(chan func()),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	j.w = writer{Journal: j, dirty: map[*shelf]bool{}, synced: make(chan []failure, 1)}
	go j.w.run()
	return j
}

// Put keeps a value under a kind and a key, in place of the one before. The value
// is made JSON of at once and written within a millisecond or so. Kinds and keys
// are any text of up to 64 and 256 bytes, not empty; they and values must not
// identify a patient: keys that would are made by [Hash]. A value that JSON cannot
// hold, as an infinite number, is a defect of the caller's and told as one.
func (j *Journal) Put(study Study, kind, key string, value any) {
	text, err := json.Marshal(value)
	if err == nil && len(text) == 0 {
		err = errors.New("an empty value")
	}
	j.add(study, record{Kind: kind, Key: key, Value: text}, err)
}

// Delete has a kind and key no value any more.
func (j *Journal) Delete(study Study, kind, key string) {
	j.add(study, record{Kind: kind, Key: key, Deleted: true}, nil)
}

// add queues a record; err is why it cannot be written.
func (j *Journal) add(study Study, r record, err error) {
	// JSON would make other names of them.
	r.Kind, r.Key = strings.ToValidUTF8(r.Kind, "\uFFFD"), strings.ToValidUTF8(r.Key, "\uFFFD")
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return
	}
	s := j.shelf(study)
	r.Time = s.now()
	switch {
	case err != nil:
		s.complain(fault.Wrap(fault.InternalError, j.folder, err))
	case j.folder == "":
		s.memory.set(held{r, len(r.Value)})
	case !r.valid() || len(r.Value) > maxLine-lineOverhead:
		s.refuse(r, fault.New(fault.JournalFull, s.path, "one record is larger than is kept"))
	default:
		s.pending = append(s.pending, r)
	}
	j.mu.Unlock()
	j.rouse()
}

// rouse has the journal's goroutine look after what there is to do.
func (j *Journal) rouse() {
	select {
	case j.wake <- struct{}{}:
	default: // awake already
	}
}

// lineOverhead bounds what a line has beside its value: names of which every
// byte is escaped (\u0001), time, version and sum.
const lineOverhead = 6*(maxKind+maxKey) + 256

// shelf is that of a study; j.mu is held.
func (j *Journal) shelf(study Study) *shelf {
	s := j.shelves[study]
	if s == nil {
		s = &shelf{path: filepath.Join(j.folder, study.file())}
		j.shelves[study] = s
	}
	s.used = time.Now()
	return s
}

// Sync waits until all that was put before is on disk, safe from a power cut. Its
// error says why it is not.
func (j *Journal) Sync(ctx context.Context) error {
	return j.call(ctx, func() error { return j.w.settle() })
}

// call has the journal's goroutine do something between two writes.
func (j *Journal) call(ctx context.Context, f func() error) error {
	answer := make(chan error, 1)
	select {
	case j.calls <- func() { answer <- f() }:
	case <-j.done:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errClosed = errors.New("the journal is closed")

// Close writes what waits, flushes it to disk and ends the journal; its error says
// what is lost. What is put later is dropped. Where the disk does not answer it
// takes as long as that: the caller may go without waiting.
func (j *Journal) Close() error {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return nil
	}
	j.closed = true
	j.mu.Unlock()
	err := j.Sync(context.Background())
	close(j.quit)
	<-j.done
	return err
}
