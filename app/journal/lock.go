package journal

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// lockName is the file that whoever writes into the folder holds locked. It is
// empty, and never removed: two programs could then hold two of that name.
const lockName = "lock"

// errBusy is what tryLock says when someone else holds the lock.
var errBusy = errors.New("locked by another program")

// errStuck is said when another program did not let go of the folder.
var errStuck = errors.New("another Lightbox holds the folder")

// lock waits for the folder's lock. Held is false where the file system has no
// locks: single appends are then still safe, everything else is left undone. The
// system lets go of the lock of a program that dies.
func lock(folder string, patience time.Duration) (unlock func(), held bool, err error) {
	f, err := os.OpenFile(filepath.Join(folder, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, err
	}
	// Nothing was written; closing lets go of the lock.
	free := func() { _ = f.Close() }
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		switch err := tryLock(f); {
		case err == nil:
			return free, true, nil
		case !errors.Is(err, errBusy):
			return free, false, nil
		case time.Since(began) > patience:
			free()
			return nil, false, errStuck
		}
	}
}
