package dataset

import (
	"os"
	"path/filepath"
	"testing"
)

// sharedFile finds a file of the data folder, which is not part of the
// project: under $LIGHTBOX_SHARED, or under shared/ beside a parent of the
// working folder. The test is skipped where there is none.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	var roots []string
	if root := os.Getenv("LIGHTBOX_SHARED"); root != "" {
		roots = append(roots, root)
	}
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		roots = append(roots, filepath.Join(folder, "shared"))
		parent := filepath.Dir(folder)
		if parent == folder {
			break
		}
		folder = parent
	}
	for _, root := range roots {
		path := filepath.Join(root, filepath.FromSlash(name))
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skipf("%s is not here: set LIGHTBOX_SHARED to the data folder", name)
	return ""
}

// The real file has the class counts its description states. The test split
// is counted, not scored.
func TestPneumoniaMNIST(t *testing.T) {
	a, err := OpenNPZ(sharedFile(t, "data/pneumoniamnist-28/pneumoniamnist_rebuilt.npz"))
	if err != nil {
		t.Fatal(err)
	}
	for split, want := range map[string][2]int{"train": {1214, 3494}, "val": {135, 389}, "test": {234, 390}} {
		d, err := a.Split(split)
		if err != nil {
			t.Fatal(err)
		}
		if negatives, positives := d.Counts(); negatives != want[0] || positives != want[1] {
			t.Errorf("%s: %d normal, %d pneumonia, want %v", split, negatives, positives, want)
		}
		if d.Images[0].Rows != 28 || d.Images[0].Columns != 28 {
			t.Errorf("%s: pictures of %d×%d", split, d.Images[0].Columns, d.Images[0].Rows)
		}
	}
}
