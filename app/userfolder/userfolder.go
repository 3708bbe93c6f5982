// Package userfolder knows where each system wants what a program keeps of its user:
// settings, data and logs. Each user has folders of their own, which nobody else may
// look into: names of files tell of patients.
//
//	          settings                        data                            logs
//	Linux     $XDG_CONFIG_HOME/lightbox       $XDG_DATA_HOME/lightbox         $XDG_STATE_HOME/lightbox
//	          (~/.config)                     (~/.local/share)                (~/.local/state)
//	Windows   %AppData%\lightbox              %LocalAppData%\lightbox         %LocalAppData%\lightbox
//	macOS     ~/Library/Application Support   ~/Library/Application Support   ~/Library/Logs
//
// (XDG Base Directory Specification 0.8; Windows: Known Folders; macOS: File System
// Programming Guide.) On Windows data are local: a profile that roams would bring two
// computers' journals of one study over each other.
package userfolder

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

const name = "lightbox"

// kind is what is kept in a folder.
type kind int

const (
	settings kind = iota
	data
	logs
)

// Settings is where the settings of this user are kept.
func Settings() (string, error) { return of(runtime.GOOS, os.Getenv, settings) }

// Data is where the user's work is kept.
func Data() (string, error) { return of(runtime.GOOS, os.Getenv, data) }

// Logs is where logs are kept.
func Logs() (string, error) { return of(runtime.GOOS, os.Getenv, logs) }

// of finds a folder of a system with this environment.
func of(system string, env func(string) string, k kind) (string, error) {
	base, below := "", ""
	switch system {
	case "windows":
		base = env([]string{"AppData", "LocalAppData", "LocalAppData"}[k])
	case "darwin":
		base, below = env("HOME"), []string{"Library/Application Support", "Library/Application Support", "Library/Logs"}[k]
	default:
		// A path that is not absolute is to be taken for none (the specification, section 3).
		if base = env([]string{"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"}[k]); !filepath.IsAbs(base) {
			base, below = env("HOME"), []string{".config", ".local/share", ".local/state"}[k]
		}
	}
	if base == "" {
		return "", errors.New("the system names no folder of this user's")
	}
	return filepath.Join(base, filepath.FromSlash(below), name), nil
}

// Make makes a folder with those above it, for this user alone. One that others may
// look into is closed to them.
func Make(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return nil // the profile's own rights hold for what is in it
	}
	st, err := os.Stat(folder)
	if err != nil {
		return err
	}
	if st.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return os.Chmod(folder, 0o700)
}

// Moved takes a folder of an older version over to where this one has it, and returns
// the one to use: what cannot be moved is used where it is. Where there is a folder in
// the new place already, the old one stays untouched. Others may not look into it.
func Moved(from, to string) string {
	folder := moved(from, to)
	if _, err := os.Stat(folder); err == nil {
		_ = Make(folder) // to close it; whoever writes there is told what is wrong with it
	}
	return folder
}

func moved(from, to string) string {
	if _, err := os.Stat(to); err == nil || !errors.Is(err, os.ErrNotExist) {
		return to
	}
	if st, err := os.Stat(from); err != nil || !st.IsDir() {
		return to
	}
	if err := Make(filepath.Dir(to)); err != nil {
		return from
	}
	if err := os.Rename(from, to); err != nil {
		return from
	}
	return to
}
