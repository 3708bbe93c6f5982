// Package wholefile writes files whole or not at all.
package wholefile

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes a file whole or not at all: write fills a temporary file beside
// it, which is flushed to disk and then renamed over the name; the folder is
// flushed too, so that the new name outlives a power cut. What stood there
// before stays untouched if anything before the renaming fails.
func Write(name string, mode fs.FileMode, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), Temporary(name))
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
	if err = f.Chmod(mode); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	closed = true
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(temporary, name); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(name))
}

// Temporary is the pattern, as for [filepath.Match], of the temporary files that
// Write makes beside a file: one is left behind when the program is killed.
func Temporary(name string) string { return "." + filepath.Base(name) + ".*" }
