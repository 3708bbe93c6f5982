package journal

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lightbox/vision/fault"
)

// Forget removes all that is kept of a study, in memory and on disk. What is put
// afterwards begins a new journal, in another window that has the study open too.
func (j *Journal) Forget(study Study) error {
	return j.call(context.Background(), func() error {
		return j.w.forget(func(name string) bool { return strings.HasPrefix(name, study.file()) }, func(s Study) bool { return s == study })
	})
}

// ForgetAll removes all that is kept of all studies.
func (j *Journal) ForgetAll() error {
	return j.call(context.Background(), func() error {
		return j.w.forget(func(name string) bool { return strings.Contains(name, suffix) }, func(Study) bool { return true })
	})
}

// forget removes files and studies.
func (w *writer) forget(file func(name string) bool, study func(Study) bool) error {
	w.mu.Lock()
	for key, s := range w.shelves {
		if study(key) {
			delete(w.shelves, key)
			delete(w.dirty, s)
		}
	}
	w.mu.Unlock()
	if w.folder == "" {
		return nil
	}
	// Nothing is written meanwhile, and nobody replaces a file that was removed.
	unlock, _, err := lock(w.folder, w.disk.patience)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault.Writing(w.folder, err)
	}
	defer unlock()
	entries, err := os.ReadDir(w.folder)
	if err != nil {
		return fault.Reading(w.folder, err)
	}
	var errs []error
	for _, e := range entries {
		if path := filepath.Join(w.folder, e.Name()); file(e.Name()) {
			errs = append(errs, fault.Writing(path, os.Remove(path)))
		}
	}
	errs = append(errs, fault.Writing(w.folder, w.disk.syncFolder(w.folder)))
	return errors.Join(errs...)
}

// Size tells how many studies there are journals of, and how many bytes there are of
// them and what is kept for support.
func (j *Journal) Size() (studies int, bytes int64, err error) {
	if j.folder == "" {
		return 0, 0, nil
	}
	entries, err := os.ReadDir(j.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, 0, fault.Reading(j.folder, err)
	}
	for _, e := range entries {
		if st, err := e.Info(); err == nil && strings.Contains(e.Name(), suffix) { // an error: it was just forgotten
			bytes += st.Size()
			if strings.HasSuffix(e.Name(), suffix) {
				studies++
			}
		}
	}
	return studies, bytes, nil
}
