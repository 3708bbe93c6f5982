package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightbox/app"
	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// input is one file of a command.
type input struct {
	blob     blob.Blob
	path     string // what the file is called in results
	named    bool   // on the command line, not found in a folder or an archive
	relative string // folder below the one that was named
	err      error  // why there is nothing to open

	// Of analyze, which goes through series.
	frames      []int // to be analysed, from 0
	several     bool  // the file has frames that are no part of this input
	series      string
	stack       int    // of its series, from 1; 0 unknown
	heading     string // of the series, for people
	folder      string // where the output goes, see namer
	outputNames []string
}

// inputs hands a command's files to put, in order. An error of put ends it.
type inputs func(ctx context.Context, put func(input) error) error

// files are the files that paths name, folders walked. A ZIP archive stands for
// its scans, a DICOMDIR that is named itself for the object and the files that
// it refers to.
func files(paths []string) inputs {
	return func(ctx context.Context, put func(input) error) error {
		for _, p := range paths {
			if err := filesOf(ctx, p, put); err != nil {
				return err
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	}
}

func filesOf(ctx context.Context, p string, put func(input) error) error {
	if entry, err := archiveEntry(p); entry != nil || err != nil {
		return put(input{blob: entry, path: p, named: true, err: err})
	}
	var putting error
	err := app.Walk(ctx, p, func(file, relative string) error {
		in := input{blob: blob.File(file), path: file, named: file == p, relative: relative}
		putting = putFile(ctx, in, put)
		return putting
	}, func(folder string, err error) {
		if putting == nil {
			putting = put(input{path: folder, named: true, err: err})
		}
	})
	if putting != nil || err == nil || ctx.Err() != nil {
		return putting
	}
	return put(input{path: p, named: true, err: err})
}

// putFile puts a file or what it leads to.
func putFile(ctx context.Context, in input, put func(input) error) error {
	zip, directory := leadsOn(in.blob)
	if !zip {
		if err := put(in); err != nil {
			return err
		}
		if !directory || !in.named {
			return nil // a walk finds the files of a DICOMDIR by itself
		}
	}
	items, problems := index(ctx, in.path)
	var found []input
	for _, it := range items {
		if it.Path() == in.path {
			continue
		}
		found = append(found, input{blob: it.Blob, path: it.Path()})
	}
	for _, p := range problems {
		found = append(found, input{path: p.Path, named: p.Path == in.path && in.named, err: p.Err})
	}
	slices.SortStableFunc(found, func(a, b input) int { return study.Natural(a.path, b.path) })
	for _, f := range found {
		f.relative = filepath.Join(in.relative, below(in.path, f.path))
		if err := put(f); err != nil {
			return err
		}
	}
	return nil
}

// sniffed is how much of a file is read to tell a DICOMDIR: its meta information.
const sniffed = 4096

// leadsOn tells whether a file is a ZIP archive or a DICOMDIR.
func leadsOn(b blob.Blob) (zip, directory bool) {
	in, err := b.Open()
	if err != nil {
		return false, false // told when it is opened again
	}
	defer func() { _ = in.Close() }() // only read
	head := make([]byte, sniffed)
	n, _ := in.ReadAt(head, 0) // of a shorter file there is less
	return blob.IsZip(head[:n]), dicom.IsDirectory(head[:n])
}

// below is the folder of a file that was found through path: a folder, an
// archive, or a DICOMDIR whose files lie beside it.
func below(path, file string) string {
	for _, root := range []string{path, filepath.Dir(path)} {
		if r, err := filepath.Rel(root, filepath.Dir(file)); err == nil && r != ".." && !strings.HasPrefix(r, ".."+string(filepath.Separator)) {
			if r == "." {
				return ""
			}
			return r
		}
	}
	return ""
}

// index lists the scans of a path with their headers.
func index(ctx context.Context, path string) (items []*study.Item, problems []study.Problem) {
	// An interrupted index is a cancelled command, which the context tells.
	_ = study.Index(ctx, []string{path}, study.Options{Skip: app.IsExport},
		func(batch []*study.Item) { items = append(items, batch...) },
		func(p study.Problem) { problems = append(problems, p) }, nil)
	return items, problems
}

// archiveEntry finds the entry of a ZIP archive that a path such as
// "scans.zip/CT/1.dcm" names, which is how results call it; nil where the path
// leads through no archive.
func archiveEntry(path string) (blob.Blob, error) {
	if _, err := os.Stat(path); err == nil {
		return nil, nil
	}
	for archive := filepath.Dir(path); filepath.Dir(archive) != archive; archive = filepath.Dir(archive) {
		st, err := os.Stat(archive)
		if err != nil {
			continue
		}
		if !st.Mode().IsRegular() || !isZip(archive) {
			return nil, nil
		}
		entries, err := blob.Zip(archive)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Path() == filepath.Clean(path) {
				return e, nil
			}
		}
		return nil, fault.New(fault.NotFound, path, "the archive has no such entry")
	}
	return nil, nil
}

func isZip(path string) bool {
	zip, _ := leadsOn(blob.File(path))
	return zip
}
