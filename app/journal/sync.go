package journal

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"

	"lightbox/vision/fault"
)

// takeDirty is what is to be flushed now, and whether their names are too.
func (w *writer) takeDirty() (list []*shelf, names bool) {
	list, names = slices.Collect(maps.Keys(w.dirty)), w.names
	clear(w.dirty)
	w.names = false
	return list, names
}

// sync flushes files to disk, and the names of new ones.
func (w *writer) sync(list []*shelf, names bool) (failures []failure) {
	if names {
		if err := w.disk.syncFolder(w.folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			for _, s := range list {
				failures = append(failures, failure{s, err})
			}
			return failures
		}
	}
	for _, s := range list {
		if err := w.syncFile(s.path); err != nil {
			failures = append(failures, failure{s, err})
		}
	}
	return failures
}

func (w *writer) syncFile(path string) (err error) {
	defer fault.Contain(path, &err)
	f, err := w.disk.open(path, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) {
		if _, serr := os.Stat(w.folder); serr == nil {
			return nil // another window forgot the study
		}
	}
	if err != nil {
		return err
	}
	err = w.disk.sync(f)
	if errors.Is(err, errors.ErrUnsupported) {
		err = nil // such a file system keeps what it keeps
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// flushed deals with files that could not be flushed: nobody knows then what of
// them is on disk (Linux forgets what it could not write), so all that was in them
// waits to be written again.
func (w *writer) flushed(failures []failure) {
	for _, f := range failures {
		w.names = true // whichever it was
		w.restore(f.shelf)
		w.fail(f.shelf, f.err)
	}
}

// settle writes and flushes all there is, and says what could not be.
func (w *writer) settle() error {
	w.flush(true)
	if w.syncing {
		w.flushed(<-w.synced)
		w.syncing = false
	}
	w.flushed(w.sync(w.takeDirty()))
	w.judge()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.shelves {
		switch {
		case s.failed != nil:
			return problem(w.folder, s.failed)
		case s.newer > 0 && len(s.memory.of) > 0:
			return newer(s.path, s.newer)
		case w.folder != "" && len(s.memory.of) > 0:
			return tooMuch(s.path)
		}
	}
	return nil
}

// problem words why something is not kept.
func problem(folder string, err error) error {
	var e *fault.Error
	switch kind := fault.KindOf(fault.Writing("", err)); {
	case errors.As(err, &e): // a defect of ours
		return err
	case errors.Is(err, errStuck):
		return fault.New(fault.NotKept, folder, "another Lightbox does not let go of it").Because(err)
	case kind == fault.DiskFull:
		return fault.New(fault.NotKept, folder, "the disk is full").Because(err)
	case kind == fault.NoPermission:
		return fault.New(fault.NotKept, folder, "your user rights do not allow it").Because(err)
	case kind == fault.NotFound:
		return fault.New(fault.NotKept, folder, "the folder is gone").Because(err)
	}
	return fault.Wrap(fault.NotKept, folder, err)
}
