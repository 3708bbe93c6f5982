package model

import (
	"fmt"
	"os"
	"path/filepath"
)

// WriteFileAtomic writes a file whole or not at all: into a temporary file
// beside it, flushed to disk, then renamed over the name. What stood there
// before stays untouched if anything fails.
func WriteFileAtomic(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", name, err)
	}
	temporary := f.Name()
	closed := false
	defer func() {
		if err == nil {
			return
		}
		// The first error is the one to report; what follows only tidies up.
		if !closed {
			_ = f.Close()
		}
		_ = os.Remove(temporary)
		err = fmt.Errorf("cannot write %s: %w", name, err)
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	closed = true
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(temporary, name)
}
