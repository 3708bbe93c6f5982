package app

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightbox/vision"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// Walk calls f for path, if it is a file, or for every regular file below it
// in order of their names; relative is the file's folder below path, empty for
// a file that was named itself. Hidden files and links to folders are passed
// over, so that a loop of links ends; so are PNG files that Lightbox exported
// itself. A subfolder that cannot be read is told to unreadable and passed over;
// that path itself cannot be is an error.
func Walk(ctx context.Context, path string, f func(file, relative string) error, unreadable func(folder string, err error)) error {
	st, err := os.Stat(path)
	if err != nil {
		return fault.Reading(path, err)
	}
	if !st.IsDir() {
		return f(path, "")
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return fault.Reading(path, err)
	}
	return walkEntries(ctx, path, "", entries, f, unreadable)
}

// IsExport tells whether a picture file is one that Lightbox exported; only PNG files are looked into.
func IsExport(path string) bool {
	return strings.EqualFold(filepath.Ext(path), ".png") && vision.IsExport(path, Disclaimer)
}

// walkEntries is Walk for the entries of one folder.
func walkEntries(ctx context.Context, folder, relative string, entries []fs.DirEntry, f func(file, relative string) error, unreadable func(string, error)) error {
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return study.Natural(a.Name(), b.Name()) })
	for _, e := range entries {
		if ctx.Err() != nil {
			return fault.Wrap(fault.Interrupted, folder, ctx.Err())
		}
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		path := filepath.Join(folder, e.Name())
		switch {
		case e.IsDir():
			below, err := os.ReadDir(path)
			if err != nil {
				unreadable(path, fault.Reading(path, err))
				continue
			}
			if err := walkEntries(ctx, path, filepath.Join(relative, e.Name()), below, f, unreadable); err != nil {
				return err
			}
		case e.Type()&fs.ModeSymlink != 0:
			if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() {
				if err := f(path, relative); err != nil {
					return err
				}
			}
		case e.Type().IsRegular() && !IsExport(path):
			if err := f(path, relative); err != nil {
				return err
			}
		}
	}
	return nil
}
