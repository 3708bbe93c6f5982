package study

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"lightbox/vision/blob"
	"lightbox/vision/fault"
)

// source is a file to be looked into, or why there is none.
type source struct {
	blob  blob.Blob
	named bool
	inner bool // found through an archive or a DICOMDIR, which are not followed any further
	err   error
}

func (s source) path() string { return s.blob.Path() }

// queue is a list of sources that grows while it is worked off.
type queue struct {
	mu     sync.Mutex
	grown  *sync.Cond
	items  []source
	closed bool
}

func newQueue() *queue {
	q := &queue{}
	q.grown = sync.NewCond(&q.mu)
	return q
}

func (q *queue) add(s ...source) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, s...)
	q.grown.Signal()
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.grown.Signal()
}

// next waits for the next source; false when there are no more.
func (q *queue) next() (source, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.closed {
		q.grown.Wait()
	}
	if len(q.items) == 0 {
		return source{}, false
	}
	s := q.items[0]
	q.items[0] = source{}
	q.items = q.items[1:]
	return s, true
}

// walk lists what the user named: files as they are, folders with all that is
// below, in the order in which people count.
func walk(ctx context.Context, paths []string, found func(source)) {
	for _, p := range paths {
		b := blob.File(p)
		st, err := os.Stat(p)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			found(source{blob: b, named: true, err: fault.Reading(p, err)})
		case st.IsDir():
			walkFolder(ctx, p, true, found)
		default:
			found(source{blob: b, named: true})
		}
	}
}

// walkFolder lists the files below a folder. Hidden ones are left out; links
// are followed to files but not to folders, so that loops of links end.
func walkFolder(ctx context.Context, folder string, named bool, found func(source)) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		found(source{blob: blob.File(folder), named: named, err: fault.Reading(folder, err)})
		// What could be read before the failure is in entries.
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return Natural(a.Name(), b.Name()) })
	for _, e := range entries {
		if ctx.Err() != nil {
			return
		}
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		path := filepath.Join(folder, e.Name())
		switch {
		case e.IsDir():
			walkFolder(ctx, path, false, found)
		case e.Type()&fs.ModeSymlink != 0:
			if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() {
				found(source{blob: blob.File(path)})
			}
		case e.Type().IsRegular():
			found(source{blob: blob.File(path)})
		}
	}
}

// hidden reports whether an archive's entry is one that a folder would hide:
// a name or folder that begins with a dot, or macOS's double of each file.
func hidden(name string) bool {
	for part := range strings.SplitSeq(filepath.ToSlash(name), "/") {
		if strings.HasPrefix(part, ".") || part == "__MACOSX" {
			return true
		}
	}
	return false
}
