package model

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// WriteFileAtomic is [WriteAtomic] of data.
func WriteFileAtomic(name string, data []byte) error {
	return WriteAtomic(name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// WriteAtomic writes a file whole or not at all: write fills a temporary file
// beside it, which is flushed to disk and then renamed over the name. What stood
// there before stays untouched if anything fails.
func WriteAtomic(name string, write func(io.Writer) error) (err error) {
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
	if err = write(f); err != nil {
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
