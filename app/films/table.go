// Package films reads folders of labelled scans, with which networks are
// trained, measured and calibrated.
package films

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lightbox/model/plane"
	"lightbox/vision/fault"
)

// Entry is one scan as a folder's table lists it.
type Entry struct {
	Set   string // the folder's name
	Dir   string // the folder
	Path  string
	Name  string // as the table has it
	Class string // as written there, in lower case; empty where it is not known
	Group string // what must not be torn apart: the patient, where it is known
	View  string // AP, PA, …; empty where it is not known
	Split string // "train" or "test"; empty where there is none
	Age   float64
	Mask  string // path of a mask of the lungs; empty where there is none
	// Width and Height are those of the original, in pixels, where it was reduced;
	// 0 where they are not known.
	Width, Height int
	// Filed tells that no table names the file: its class is the name of the folder
	// that it lies in.
	Filed bool
	// Pixels are those of an entry of an archive, for which there is no file.
	Pixels plane.Plane
}

// Tables that a folder may have: CSV with a header row.
var tables = []string{"index.csv", "labels.csv"}

// Columns by meaning, the first that is there counts. file and one of class
// are needed; the rest may be missing.
var columns = map[string][]string{
	"file":  {"file"},
	"class": {"rsna_class", "label"},
	"group": {"group", "patient_id", "name_id"},
	"kind":  {"subtype"},
	"view":  {"view"},
	"split": {"mendeley_split", "split"},
	"age":   {"age"},
	"mask":  {"lung_mask", "lung_mask_unet", "mask"},
	"width": {"orig_w"}, "height": {"orig_h"},
}

// maxEntries bounds a table.
const maxEntries = 2_000_000

// List reads the tables of a folder and of the folders below it, in the order
// of their paths. Where there is none, the files are listed by the subfolders that
// they lie in, whose names are their classes. A folder without either is
// fault.NoScans; a table without the columns file and label, or one that names
// files outside its folder, is fault.Corrupt.
func List(ctx context.Context, folder string) ([]Entry, error) {
	var list []Entry
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return fault.Wrap(fault.Interrupted, folder, ctx.Err())
		case err != nil:
			return fault.Reading(path, err)
		case d.IsDir() || !slices.Contains(tables, d.Name()):
			return nil
		}
		entries, err := readTable(path)
		list = append(list, entries...)
		if err == nil && len(list) > maxEntries {
			return fault.New(fault.TooLarge, path, "more than %d files are listed", maxEntries)
		}
		return err
	})
	if err == nil && len(list) == 0 {
		list, err = filed(ctx, folder)
	}
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NoScans, folder, "there is no labels.csv that lists scans")
	}
	return list, err
}

// filed lists the files below a folder by the names of the folders that they lie
// in. Hidden files are passed over.
func filed(ctx context.Context, folder string) (list []Entry, err error) {
	set := filepath.Base(filepath.Clean(folder))
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return fault.Wrap(fault.Interrupted, folder, ctx.Err())
		case err != nil:
			return fault.Reading(path, err)
		case path != folder && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() || filepath.Dir(path) == filepath.Clean(folder) || slices.Contains(tables, d.Name()):
			return nil
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return fault.Reading(path, err)
		}
		name = filepath.ToSlash(name)
		list = append(list, Entry{
			Set: set, Dir: folder, Path: path, Name: name, Group: set + "/" + name,
			Class: strings.ToLower(filepath.Base(filepath.Dir(path))), Filed: true,
		})
		if len(list) > maxEntries {
			return fault.New(fault.TooLarge, folder, "more than %d files are listed", maxEntries)
		}
		return nil
	})
	return list, err
}

// readTable reads one table.
func readTable(path string) ([]Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Reading(path, err)
	}
	defer func() { _ = f.Close() }() // only read: nothing is lost by a failing close
	t, err := NewTable(f, path)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for meaning, names := range columns {
		at[meaning] = t.Column(names...)
	}
	if at["file"] < 0 || at["class"] < 0 {
		return nil, fault.New(fault.Corrupt, path, "the columns file and label are missing")
	}
	r := rowReader{table: t, at: at, dir: filepath.Dir(path)}
	var list []Entry
	for {
		row, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return list, nil
		case err != nil:
			return nil, err
		}
		e, err := r.entry(row)
		if err != nil {
			return nil, err
		}
		if e.Name != "" { // and not an empty line at the end
			list = append(list, e)
		}
	}
}

// rowReader makes entries of a table's rows.
type rowReader struct {
	table *Table
	at    map[string]int // places of the columns by meaning, −1 for none
	dir   string
}

func (r rowReader) entry(row []string) (e Entry, err error) {
	value := func(meaning string) string {
		if i := r.at[meaning]; i >= 0 && i < len(row) {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	e = Entry{
		Set: filepath.Base(r.dir), Dir: r.dir, Name: value("file"), Class: strings.ToLower(value("class")),
		View: strings.ToUpper(value("view")), Split: strings.ToLower(value("split")), Group: value("kind") + value("group"),
	}
	if e.Name == "" {
		return e, nil
	}
	if e.Path, err = r.table.File(e.Name); err != nil {
		return e, err
	}
	if m := value("mask"); m != "" {
		if e.Mask, err = r.table.File(m); err != nil {
			return e, err
		}
	}
	if value("group") == "" { // a kind alone is no patient
		e.Group = e.Set + "/" + e.Name
	}
	number := func(meaning string) float64 {
		v, err := strconv.ParseFloat(value(meaning), 64)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return 0
		}
		return v
	}
	e.Age = number("age")
	e.Width, e.Height = size(number("width")), size(number("height"))
	return e, nil
}

// size is a number of pixels; what no picture has is not known.
func size(v float64) int {
	const most = 1 << 20
	if v > most {
		return 0
	}
	return int(v)
}
