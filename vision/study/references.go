package study

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/fault"
)

// references lists the files that a DICOMDIR refers to. File IDs are relative
// to its folder and upper case (PS3.10 section 8.2); on disks they turn up in
// lower case, with ".dcm" or with the version that ISO 9660 adds. A file ID
// that leads out of the folder is refused, one that is not there a problem.
func references(ctx context.Context, b blob.Blob) ([]source, error) {
	records, err := dicom.Directory(ctx, b)
	folders := folderNames{}
	var out []source
	for _, r := range records {
		path, problem := folders.find(filepath.Dir(b.Path()), r.FileID)
		out = append(out, source{blob: blob.File(path), inner: true, err: problem})
	}
	if err == nil && len(out) == 0 {
		err = fault.New(fault.NoScans, b.Path(), "files looked at: %d", 0)
	}
	return out, err
}

// folderNames keeps the content of folders, names folded to lower case.
type folderNames map[string]map[string]fs.DirEntry

// find gives the path of a file ID, and why it cannot be had.
func (f folderNames) find(folder string, id []string) (string, error) {
	wanted := filepath.Join(append([]string{folder}, harmless(id)...)...)
	for i, part := range id {
		if !plainName(part) {
			return wanted, fault.New(fault.BadHeader, wanted, "the DICOMDIR refers to a file outside of its folder")
		}
		last := i == len(id)-1
		e := f.lookup(folder, part, last)
		if e == nil || !last && !e.IsDir() || last && e.IsDir() {
			return wanted, fault.New(fault.NotFound, wanted, "the DICOMDIR refers to it")
		}
		folder = filepath.Join(folder, e.Name())
	}
	return folder, nil
}

// lookup finds a name in a folder in the ways in which it may be written.
func (f folderNames) lookup(folder, name string, file bool) fs.DirEntry {
	names, known := f[folder]
	if !known {
		names = map[string]fs.DirEntry{}
		entries, _ := os.ReadDir(folder) // what cannot be listed is not found
		for _, e := range entries {
			key := strings.ToLower(e.Name())
			if _, double := names[key]; !double || e.Name() == name {
				names[key] = e
			}
		}
		f[folder] = names
	}
	name = strings.ToLower(name)
	if e := names[name]; e != nil || !file {
		return e
	}
	for _, ending := range []string{".dcm", ";1", ".;1"} {
		if e := names[name+ending]; e != nil {
			return e
		}
	}
	return nil
}

// plainName reports whether part names something in a folder and nothing else.
func plainName(part string) bool {
	return part != "" && part != "." && part != ".." && !strings.ContainsAny(part, "/\\:\x00")
}

// harmless is the file ID as it can be shown.
func harmless(id []string) []string {
	var out []string
	for _, part := range id {
		if plainName(part) {
			out = append(out, strings.ToValidUTF8(part, "\uFFFD"))
		}
	}
	return out
}
