package study

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

func headCT(t testing.TB) string {
	return filepath.Join(dicomtest.Shared(t), "slicer-cthead", "Testing", "Data", "Input", "CTHeadAxialDicom")
}

// The public head CT: 93 slices, 1.5 mm apart, whatever the files are called.
func TestPublicHeadCT(t *testing.T) {
	studies := index(t, Options{}, headCT(t)).catalog()
	if len(studies) != 1 || len(studies[0].Series) != 1 || len(studies[0].Series[0].Stacks) != 1 {
		t.Fatalf("%d studies", len(studies))
	}
	k := studies[0].Series[0].Stacks[0]
	if len(k.Frames) != 93 || k.Spacing < 1.4999 || k.Spacing > 1.5001 || len(k.Notes) != 0 {
		t.Errorf("%d frames, %v mm, %v", len(k.Frames), k.Spacing, k.Notes)
	}
	for i := 1; i < len(k.Frames); i++ {
		if k.Frames[i].Position[2] <= k.Frames[i-1].Position[2] {
			t.Errorf("slice %d is not nearer to the head than the one before", i+1)
		}
	}
}

// In a ZIP the same files make the same stacks.
func TestPublicHeadCTZipped(t *testing.T) {
	dir := headCT(t)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	path := file(t, t.TempDir(), "head.zip", zipped(t, files))
	describe := func(path string) (out []string) {
		for _, s := range index(t, Options{}, path).catalog() {
			for _, r := range s.Series {
				for _, k := range r.Stacks {
					out = append(out, s.UID, r.UID, k.Key)
					for _, f := range k.Frames {
						out = append(out, filepath.Base(f.Item.Path()))
					}
				}
			}
		}
		return out
	}
	folder, archive := describe(dir), describe(path)
	if len(folder) != 96 || !slices.Equal(folder, archive) {
		t.Errorf("%d and %d lines differ", len(folder), len(archive))
	}
}

// Enhanced MR whose functional groups were taken out: ten frames in their own
// order.
func TestPublicMultiFrame(t *testing.T) {
	path := filepath.Join(dicomtest.Shared(t), "pydicom-data", "data_store", "data", "emri_small.dcm")
	if _, err := os.Stat(path); err != nil {
		t.Skip("emri_small.dcm is not here")
	}
	studies := index(t, Options{}, path).catalog()
	if len(studies) != 1 || len(studies[0].Series) != 1 || len(studies[0].Series[0].Stacks) != 1 {
		t.Fatalf("%d studies", len(studies))
	}
	k := studies[0].Series[0].Stacks[0]
	if len(k.Frames) != 10 || k.Frames[9].Index != 9 || k.Spacing != 0 || len(k.Notes) != 0 || k.Rows != 64 {
		t.Errorf("%+v", k)
	}
}

// The eight index files of pydicom's test data: what they refer to is found
// where it is there.
func TestPublicDirectories(t *testing.T) {
	dir := filepath.Join(dicomtest.Shared(t), "pydicom", "src", "pydicom", "data", "test_files", "dicomdirtests")
	want := map[string]int{ // files that they refer to, by dcmdump
		"DICOMDIR": 31, "DICOMDIR-bigEnd": 31, "DICOMDIR-empty.dcm": 0, "DICOMDIR-implicit": 31,
		"DICOMDIR-nooffset": 31, "DICOMDIR-nopatient": 31, "DICOMDIR-reordered": 31, "TINY_ALPHA/DICOMDIR": 50,
	}
	for name, n := range want {
		r := index(t, Options{}, filepath.Join(dir, filepath.FromSlash(name)))
		if n == 0 {
			if len(r.problems) != 1 || fault.KindOf(r.problems[0].Err) != fault.NoScans {
				t.Errorf("%s: %v", name, r.problems)
			}
			continue
		}
		if len(r.items)+len(r.problems) != n || len(r.items) == 0 {
			t.Errorf("%s: %d files and %d problems of %d", name, len(r.items), len(r.problems), n)
		}
		for _, p := range r.problems {
			if fault.KindOf(p.Err) != fault.NotFound {
				t.Errorf("%s: %v", name, p)
			}
		}
	}
}

// The whole corpus, malformed files among it: every image has its place in one
// stack.
func TestPublicCorpus(t *testing.T) {
	r := index(t, Options{}, dicomtest.Shared(t))
	images, frames := 0, 0
	for _, it := range r.items {
		if !it.NoImage() {
			images += it.Frames
		}
	}
	for _, s := range r.catalog() {
		for _, series := range s.Series {
			frames += series.Images()
		}
	}
	t.Logf("%d items, %d images, %d problems", len(r.items), images, len(r.problems))
	if images != frames || len(r.items) < 380 {
		t.Errorf("%d images, %d of them in stacks", images, frames)
	}
	for _, p := range r.problems {
		if strings.HasSuffix(p.Path, ".json") || fault.KindOf(p.Err) == fault.InternalError {
			t.Errorf("%v", p)
		}
		t.Log(p.Path[max(0, len(p.Path)-50):], fault.KindOf(p.Err))
	}
}
