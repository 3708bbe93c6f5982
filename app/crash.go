package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"lightbox/app/userfolder"
	"lightbox/vision/fault"
)

// CrashLog catches what the Go runtime prints when the program dies: a stack,
// never pixels or patient data. The file is removed on a clean exit; one that
// is left behind is offered at the next start.
type CrashLog struct {
	path string
	file *os.File
}

// emptyCrashAge is how old an empty log must be to count as left behind by a
// program that was killed, and not as one of a program that is running.
const emptyCrashAge = 24 * time.Hour

// CrashFolder is where the crash logs of this user are kept.
func CrashFolder() (string, error) {
	return userfolder.Logs()
}

// TakeOverCrashLogs moves the logs of crashes from where versions up to 0.1 kept
// them, among what may be thrown away, into folder.
func TakeOverCrashLogs(folder string) error {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil // then there are none
	}
	former := filepath.Join(cache, "lightbox")
	if former == folder {
		return nil
	}
	var errs []error
	for _, log := range LeftCrashLogs(former) {
		if err := userfolder.Make(folder); err != nil {
			return err
		}
		errs = append(errs, os.Rename(log, filepath.Join(folder, filepath.Base(log))))
	}
	return errors.Join(errs...)
}

// StartCrashLog has crashes of this process written to a file in folder.
func StartCrashLog(folder string) (*CrashLog, error) {
	if err := userfolder.Make(folder); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, fmt.Sprintf("crash-%d.log", os.Getpid()))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	if err := debug.SetCrashOutput(f, debug.CrashOptions{}); err != nil {
		_ = f.Close() // the first error is the one to report
		_ = os.Remove(path)
		return nil, err
	}
	return &CrashLog{path: path, file: f}, nil
}

// Close ends a run that did not crash.
func (c *CrashLog) Close() {
	if c == nil {
		return
	}
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{}) // cannot fail for nil
	_ = c.file.Close()                                  // nothing was written
	_ = os.Remove(c.path)                               // an empty one is cleaned up at a later start
}

// LeftCrashLogs lists the logs that crashed runs left in folder, and removes
// empty ones that are too old to belong to a running program.
func LeftCrashLogs(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil // no folder, no crash
	}
	var left []string
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, "crash-") || !strings.HasSuffix(name, ".log") {
			continue
		}
		path := filepath.Join(folder, name)
		st, err := e.Info()
		switch {
		case err != nil:
		case st.Size() > 0:
			left = append(left, path)
		case time.Since(st.ModTime()) > emptyCrashAge:
			_ = os.Remove(path) // tried again at the next start
		}
	}
	return left
}

// RemoveCrashLogs deletes logs that the user does not want to keep.
func RemoveCrashLogs(logs []string) error {
	var errs []error
	for _, l := range logs {
		if err := os.Remove(l); err != nil {
			errs = append(errs, fault.Writing(l, err))
		}
	}
	return errors.Join(errs...)
}
