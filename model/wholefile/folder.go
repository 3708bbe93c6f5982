//go:build !windows

package wholefile

import (
	"errors"
	"os"
	"syscall"
)

// SyncFolder flushes the names in a folder to disk: those of files that were
// made, renamed or removed. File systems that know no such thing are content.
func SyncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
