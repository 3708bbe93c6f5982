package journal

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"lightbox/app/userfolder"
	"lightbox/model/wholefile"
)

// disk is what can fail outside of this package, and how long it is given. Tests
// put a full or broken one in its place.
type disk struct {
	makeFolder func(folder string) error
	open       func(name string, flag int) (*os.File, error)
	write      func(f *os.File, lines []byte) (int, error)
	sync       func(f *os.File) error
	syncFolder func(folder string) error
	replace    func(name string, write func(io.Writer) error) error

	retryAfter, patience time.Duration
}

// theDisk is the operating system's.
func theDisk() disk {
	return disk{
		makeFolder: func(folder string) error {
			if err := userfolder.Make(folder); err != nil {
				return err
			}
			return wholefile.SyncFolder(filepath.Dir(folder))
		},
		open:       func(name string, flag int) (*os.File, error) { return os.OpenFile(name, flag, 0o600) },
		write:      func(f *os.File, lines []byte) (int, error) { return f.Write(lines) },
		sync:       func(f *os.File) error { return f.Sync() },
		syncFolder: wholefile.SyncFolder,
		replace: func(name string, write func(io.Writer) error) error {
			return wholefile.Write(name, 0o600, write)
		},
		retryAfter: retryAfter,
		patience:   lockPatience,
	}
}
