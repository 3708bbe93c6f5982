package films

import (
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"lightbox/vision/fault"
)

// Table reads a table of scans: CSV with a header row, whose files lie in the
// folder of the table or below.
type Table struct {
	path   string
	rows   *csv.Reader
	header []string
}

// NewTable reads the header row; path is for errors and for where files lie.
func NewTable(r io.Reader, path string) (*Table, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if err != nil {
		return nil, fault.New(fault.Corrupt, path, "no header row")
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff") // the byte order mark that spreadsheets write
	return &Table{path, rows, header}, nil
}

// Column is the place of the first of names that the header has, −1 for none.
func (t *Table) Column(names ...string) int {
	for _, n := range names {
		if i := slices.Index(t.header, n); i >= 0 {
			return i
		}
	}
	return -1
}

// Next is the next row, which may have fewer fields than the header; io.EOF
// follows the last.
func (t *Table) Next() ([]string, error) {
	row, err := t.rows.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Wrap(fault.Corrupt, t.path, err)
	}
	return row, err
}

// File is the path of a file that the table names.
func (t *Table) File(name string) (string, error) {
	name = filepath.FromSlash(name)
	if !filepath.IsLocal(name) {
		return "", fault.New(fault.Corrupt, t.path, "it names a file outside the folder")
	}
	return filepath.Join(filepath.Dir(t.path), name), nil
}
