// Package films reads folders of labelled scans, with which networks are
// trained, measured and calibrated.
package films

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lightbox/vision/fault"
)

// Entry is one scan as a folder's table lists it.
type Entry struct {
	Set   string // the folder's name
	Path  string
	Name  string // as the table has it
	Class string // as written there, in lower case; empty where it is not known
	Group string // what must not be torn apart: the patient, where it is known
	View  string // AP, PA, …; empty where it is not known
	Split string // "train" or "test"; empty where there is none
	Age   float64
	Mask  string // path of a mask of the lungs; empty where there is none
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
}

// maxEntries bounds a table.
const maxEntries = 2_000_000

// List reads the tables of a folder and of the folders below it, in the order
// of their paths. A folder without any is fault.NoScans; a table without the
// columns file and label, or one that names files outside its folder, is
// fault.Corrupt.
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
		err = fault.New(fault.NoScans, folder, "there is no labels.csv that lists scans")
	}
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
	set := filepath.Base(filepath.Dir(path))
	var list []Entry
	for {
		row, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return list, nil
		case err != nil:
			return nil, err
		}
		value := func(meaning string) string {
			if i := at[meaning]; i >= 0 && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		if value("file") == "" {
			continue // an empty line at the end
		}
		e := Entry{
			Set: set, Name: value("file"), Class: strings.ToLower(value("class")),
			View: strings.ToUpper(value("view")), Split: strings.ToLower(value("split")), Group: value("kind") + value("group"),
		}
		if e.Path, err = t.File(e.Name); err != nil {
			return nil, err
		}
		if m := value("mask"); m != "" {
			if e.Mask, err = t.File(m); err != nil {
				return nil, err
			}
		}
		if e.Group == "" {
			e.Group = e.Name
		}
		if age, err := strconv.ParseFloat(value("age"), 64); err == nil {
			e.Age = age
		}
		list = append(list, e)
	}
}
