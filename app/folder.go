package app

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightbox/vision"
	"lightbox/vision/fault"
)

// maxFiles bounds the list of a folder that is opened in the window.
const maxFiles = 10_000

// openFirst opens the first path that is a scan. A single file must open; in
// a folder, files that are not scans are passed over.
func openFirst(ctx context.Context, paths []string, report vision.ProgressFunc) (*opened, error) {
	files, err := listFiles(ctx, paths)
	if err != nil {
		return nil, err
	}
	named := len(paths) == 1 && len(files) == 1 && files[0] == paths[0]
	if named {
		return openOne(ctx, files, 0, report)
	}
	var first error
	for i := range files {
		if ctx.Err() != nil {
			return nil, fault.Wrap(fault.Interrupted, paths[0], ctx.Err())
		}
		o, err := openOne(ctx, files, i, report)
		if err == nil {
			return o, nil
		}
		// Worth telling if nothing opens: something was a scan, but a bad one.
		if k := fault.KindOf(err); first == nil && k != fault.NotAScan && k != fault.Empty {
			first = err
		}
	}
	if first != nil {
		return nil, first
	}
	return nil, fault.New(fault.NoScans, paths[0], "files looked at: %d", len(files))
}

func openOne(ctx context.Context, files []string, i int, report vision.ProgressFunc) (*opened, error) {
	scan, err := vision.Open(ctx, files[i], report)
	if err != nil {
		return nil, err
	}
	gray, err := scan.Gray(ctx)
	if err != nil {
		return nil, err
	}
	return &opened{scan: scan, gray: gray, files: files, index: i}, nil
}

// listFiles expands folders, sorted by name, hidden files left out.
func listFiles(ctx context.Context, paths []string) ([]string, error) {
	var files []string
	for _, p := range paths {
		if err := Walk(ctx, p, func(path, _ string) error {
			if len(files) < maxFiles {
				files = append(files, path)
			}
			return nil
		}, func(_ string, err error) { logProblem(err) }); err != nil {
			return nil, err
		}
	}
	return files, nil
}

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

// naturalOrder compares names as people count: slice 2 comes before slice 10.
func naturalOrder(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		dx, dy := digits(x), digits(y)
		if dx > 0 && dy > 0 {
			nx, ny := strings.TrimLeft(x[:dx], "0"), strings.TrimLeft(y[:dy], "0")
			if c := cmp.Or(cmp.Compare(len(nx), len(ny)), strings.Compare(nx, ny)); c != 0 {
				return c
			}
			x, y = x[dx:], y[dy:]
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

// digits counts the ASCII digits that s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// isExport tells whether a file is one of ours; only PNG files are looked into.
func isExport(path string) bool {
	return strings.EqualFold(filepath.Ext(path), ".png") && vision.IsExport(path, Disclaimer)
}

// walkEntries is Walk for the entries of one folder.
func walkEntries(ctx context.Context, folder, relative string, entries []fs.DirEntry, f func(file, relative string) error, unreadable func(string, error)) error {
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return naturalOrder(a.Name(), b.Name()) })
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
		case e.Type().IsRegular() && !isExport(path):
			if err := f(path, relative); err != nil {
				return err
			}
		}
	}
	return nil
}
