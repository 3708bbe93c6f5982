package dicomtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// SharedFolder finds the folder of public DICOM test files, which is no part of
// the project: LIGHTBOX_SHARED names the shared folder, or it lies beside one
// of the folders above. "" if there is none.
func SharedFolder() string {
	roots := []string{os.Getenv("LIGHTBOX_SHARED")}
	if dir, err := os.Getwd(); err == nil && roots[0] == "" {
		for ; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
			roots = append(roots, filepath.Join(dir, "shared"))
		}
	}
	for _, r := range roots {
		p := filepath.Join(r, "data", "dicom")
		if _, err := os.Stat(filepath.Join(p, "truth_frame0.tsv")); r != "" && err == nil {
			return p
		}
	}
	return ""
}

// Shared is SharedFolder; the test is skipped where there is none.
func Shared(t testing.TB) string {
	t.Helper()
	dir := SharedFolder()
	if dir == "" {
		t.Skip("the shared DICOM test files are not here; set LIGHTBOX_SHARED to their folder")
	}
	return dir
}

// Table reads a table of that folder: a row a file, by the names of the
// columns.
func Table(t testing.TB, path string) []map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	names := strings.Split(lines[0], "\t")
	var rows []map[string]string
	for _, l := range lines[1:] {
		row := map[string]string{}
		for i, v := range strings.Split(l, "\t") {
			if i < len(names) {
				row[names[i]] = v
			}
		}
		rows = append(rows, row)
	}
	return rows
}
