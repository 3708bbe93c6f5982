package journal

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lightbox/vision/fault"
)

// writer is the journal's goroutine: the only one that writes files.
type writer struct {
	*Journal
	found   bool            // the folder was there
	tidied  bool            // what killed programs left there was removed
	dirty   map[*shelf]bool // written and not flushed
	names   bool            // new files among them
	due     time.Time       // when they are to be flushed
	syncing bool            // another goroutine flushes
	synced  chan []failure  // what came of that
	trouble bool            // a problem was told, and no recovery
}

// failure is a shelf whose file could not be flushed.
type failure struct {
	shelf *shelf
	err   error
}

func (w *writer) run() {
	defer close(w.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(w.rest())
		select {
		case <-w.wake:
		case <-timer.C:
		case failures := <-w.synced:
			w.syncing = false
			w.flushed(failures)
		case f := <-w.calls:
			f()
		case <-w.quit:
			return
		}
		w.flush(false)
		if len(w.dirty) > 0 && !w.syncing && !time.Now().Before(w.due) {
			// Elsewhere: a slow disk must not keep the next record from being written.
			w.syncing = true
			go func(list []*shelf, names bool) { w.synced <- w.sync(list, names) }(w.takeDirty())
		}
	}
}

// rest is how long there is nothing to do unless something is put.
func (w *writer) rest() time.Duration {
	next := time.Now().Add(time.Hour)
	if len(w.dirty) > 0 && !w.syncing {
		next = w.due
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.shelves {
		if s.failed != nil && s.retry.Before(next) {
			next = s.retry
		}
	}
	return time.Until(next)
}

// flush writes what waits; what failed just now is left for later unless it is urgent.
func (w *writer) flush(urgent bool) {
	w.mu.Lock()
	var ready []*shelf
	for _, s := range w.shelves {
		if len(s.pending) > 0 && (urgent || s.failed == nil || !time.Now().Before(s.retry)) {
			ready = append(ready, s)
		}
	}
	w.mu.Unlock()
	if len(ready) > 0 {
		w.writeAll(ready)
	}
	w.judge()
	w.prune()
}

// writeAll writes what waits of some studies, with the folder locked once.
func (w *writer) writeAll(ready []*shelf) {
	unlock, locked, err := w.lock()
	if err != nil {
		for _, s := range ready {
			w.fail(s, err)
		}
		return
	}
	defer unlock()
	for _, s := range ready {
		if err := w.write(s, locked); err != nil {
			w.fail(s, err)
		}
	}
}

// lock finds or makes the folder and locks it. One that was there and is gone is a
// failure first: what was kept in it is gone too, and waits in memory from then on.
func (w *writer) lock() (unlock func(), locked bool, err error) {
	unlock, locked, err = lock(w.folder, w.disk.patience)
	if errors.Is(err, fs.ErrNotExist) {
		if w.found {
			w.found = false
			for _, s := range w.all() {
				w.restore(s)
			}
			return nil, false, err
		}
		if err = w.disk.makeFolder(w.folder); err != nil {
			return nil, false, err
		}
		unlock, locked, err = lock(w.folder, w.disk.patience)
	}
	if err != nil {
		return nil, false, err
	}
	w.found = true
	if locked && !w.tidied {
		w.tidied = true
		remove(w.folder, ".*"+suffix+".*") // see wholefile.Temporary: nobody else is writing
	}
	return unlock, locked, nil
}

// write writes what waits of a study.
func (w *writer) write(s *shelf, locked bool) (err error) {
	defer fault.Contain(s.path, &err)
	w.mu.Lock()
	records := slices.Clone(s.pending)
	w.mu.Unlock()
	if s.newer > 0 {
		w.keep(s, records, records, nil)
		return nil
	}
	refused, err := s.append(w.disk, records, locked)
	if err != nil {
		return err
	}
	if s.newer > 0 {
		var say error
		if !s.told {
			say = newer(s.path, s.newer)
		}
		w.keep(s, records, records, say)
		return nil
	}
	w.keep(s, records, refused, tooMuch(s.path))
	if len(w.dirty) == 0 {
		w.due = time.Now().Add(syncEvery)
	}
	w.dirty[s] = true
	w.names = w.names || s.created
	if locked && s.grown() {
		_ = s.renew(w.disk) // tried again when the file has grown; what it holds is whole
	}
	return nil
}

// keep ends the waiting of the first records: they are on disk, or refused.
func (w *writer) keep(s *shelf, done, refused []record, why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s.pending = slices.Clone(s.pending[len(done):])
	s.notBefore(s.table.last)
	for _, r := range refused {
		s.refuse(r, why)
	}
	s.failed = nil
	s.told = s.told || s.newer > 0
}

// fail leaves what waits for later.
func (w *writer) fail(s *shelf, err error) {
	s.forget()
	w.mu.Lock()
	defer w.mu.Unlock()
	s.failed, s.retry = err, time.Now().Add(w.disk.retryAfter)
	if len(s.pending) > maxPending {
		var t table
		for _, r := range s.pending {
			t.set(held{r, len(r.Value)})
		}
		s.pending = t.records()
	}
}

// restore has all that a file held wait again: it is not on disk any more.
func (w *writer) restore(s *shelf) {
	var records []record
	if s.newer == 0 {
		records = s.table.records()
	}
	s.forget()
	w.mu.Lock()
	defer w.mu.Unlock()
	s.pending = append(records, s.pending...)
}

// judge tells what is not kept, and when trouble begins and ends: it ends when all
// is flushed, not sooner, or a disk that takes all and keeps nothing would be told of
// again and again.
func (w *writer) judge() {
	var failed error
	var refused []error
	w.mu.Lock()
	for _, s := range w.shelves {
		if s.failed != nil {
			failed = s.failed
		}
		if s.refused != nil {
			refused = append(refused, s.refused)
			s.refused = nil
		}
	}
	w.mu.Unlock()
	for _, err := range refused {
		w.tell.Problem(err)
	}
	switch {
	case failed != nil && !w.trouble:
		w.trouble = true
		w.tell.Problem(problem(w.folder, failed))
	case failed == nil && w.trouble && len(w.dirty) == 0 && !w.syncing:
		w.trouble = false
		w.tell.Recovered()
	}
}

// prune lets go of the studies that were not used for longest.
func (w *writer) prune() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.shelves) <= maxStudies {
		return
	}
	byUse := slices.SortedFunc(maps.Keys(w.shelves), func(a, b Study) int {
		return w.shelves[a].used.Compare(w.shelves[b].used)
	})
	for _, study := range byUse[:len(byUse)-maxStudies] {
		if s := w.shelves[study]; s.idle() && !w.dirty[s] && !w.syncing {
			delete(w.shelves, study)
		}
	}
}

func (w *writer) all() []*shelf {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Collect(maps.Values(w.shelves))
}

// remove removes what matches a pattern from a folder, as far as that can be done.
func remove(folder, pattern string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return // there is nothing to remove
	}
	for _, e := range entries {
		if ok, _ := filepath.Match(pattern, e.Name()); ok {
			_ = os.Remove(filepath.Join(folder, e.Name())) // tried again at the next start
		}
	}
}
