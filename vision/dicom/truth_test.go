package dicom

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lightbox/vision/dicom/codec/dispatch"
	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// openWhole opens a file with a decoder in this process.
func openWhole(path string) (*File, error) {
	f, err := Open(context.Background(), path, nil)
	if err == nil {
		f.Decoder = dispatch.InProcess{}
	}
	return f, err
}

// TestTruth compares frame 0 of every file with the hashes of two reference
// decoders. Where these differ, DCMTK's is the truth (the uncompressed twins
// prove it).
func TestTruth(t *testing.T) {
	dir := dt.Shared(t)
	exact := 0
	for _, row := range dt.Table(t, filepath.Join(dir, "truth_frame0.tsv")) {
		f, err := openWhole(filepath.Join(dir, row["path"]))
		if err != nil {
			t.Errorf("%s: %v", row["path"], err)
			continue
		}
		n, err := f.Frame(context.Background(), 0)
		if err != nil {
			t.Errorf("%s: %v", row["path"], err)
			continue
		}
		sum := sha256.Sum256(n.Data)
		got := hex.EncodeToString(sum[:])
		if got != row["sha256_dcmtk"] && (got != row["sha256_gdcm"] || row["agree"] == "NO") {
			t.Errorf("%s: %s, %s %d bits, agree=%s: hash differs; %v", row["path"], f.Syntax, f.Photometric, f.BitsAllocated, row["agree"], n.Notes)
			continue
		}
		exact++
	}
	t.Logf("%d exact", exact)
}

// TestManifest compares the headers of all files with what is known of them,
// and opens what is malformed without trouble.
func TestManifest(t *testing.T) {
	dir := dt.Shared(t)
	refused := map[string]fault.Kind{
		"no_meta.dcm":          fault.NotAScan, // a stray byte before the first element
		"rtplan_truncated.dcm": fault.Truncated,
	}
	for _, row := range dt.Table(t, filepath.Join(dir, "manifest.tsv")) {
		f, err := openWhole(filepath.Join(dir, row["path"]))
		if want := refused[filepath.Base(row["path"])]; err != nil || want != "" {
			if fault.KindOf(err) != want {
				t.Errorf("%s: %v, want %q", row["path"], err, want)
			}
			continue
		}
		frames := row["frames"]
		if frames == "" || frames == "1A" { // badVR.dcm
			frames = "1"
		}
		if f.Modality != row["modality"] || f.HasPixels() && f.Photometric != row["photometric"] || strconv.Itoa(f.Frames) != frames ||
			f.Rows > 0 && fmt.Sprintf("%dx%d", f.Rows, f.Columns) != row["rows_x_cols"] || !strings.HasSuffix(row["transfer_syntax"], f.Syntax.UID) && row["transfer_syntax"] != "" {
			t.Errorf("%s: %s %s %s %d×%d, %d frames, want %v", row["path"], f.Syntax, f.Modality, f.Photometric, f.Rows, f.Columns, f.Frames, row)
		}
		for i := range f.Frames {
			if _, err := f.Frame(context.Background(), i); err != nil {
				if row["validity"] == "valid" && fault.KindOf(err) != fault.NoPixels {
					t.Errorf("%s, frame %d: %v", row["path"], i, err)
				}
				break
			}
		}
	}
}

// demo finds the radiograph that the program shows first, in the module cache.
func demo(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/suyashkumar/dicom").Output()
	path := filepath.Join(strings.TrimSpace(string(out)), "testdata", "4.dcm")
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Skip("the demo scan is not in the module cache: ", err)
	}
	return path
}

func TestDemoScan(t *testing.T) {
	f, err := Open(context.Background(), demo(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	n, err := f.Frame(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	// DCMTK, go-dicom and suyashkumar/dicom agree on this hash.
	if got := fmt.Sprintf("%x", sha256.Sum256(n.Data)); got != "a2df1d74dcb8c510cf03d943b132cf53ef4a92c1b67c2a28d294cfcb45c5fab9" {
		t.Errorf("stored values %s", got)
	}
	if f.Rows != 2140 || f.Columns != 1760 || f.BitsStored != 10 || f.Photometric != "MONOCHROME1" || f.Age != "067Y" || f.PixelSpacing[0] != 0.2 ||
		len(f.Windows) != 1 || f.Windows[0].Centre != 511 || f.Windows[0].Width != 1023 {
		t.Errorf("%+v", f.Header)
	}
}

func BenchmarkOpenDemo(b *testing.B) {
	path := demo(b)
	for b.Loop() {
		f, err := Open(context.Background(), path, nil)
		if err != nil {
			b.Fatal(err)
		}
		n, err := f.Frame(context.Background(), 0)
		if err != nil {
			b.Fatal(err)
		}
		if _, err = n.Values(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTwins compares all frames of files that hold the same images in several
// transfer syntaxes (see the data folder's README).
func TestTwins(t *testing.T) {
	dir := dt.Shared(t)
	find := func(name string) string {
		matches, _ := filepath.Glob(filepath.Join(dir, "*", "*", "*", name))
		more, _ := filepath.Glob(filepath.Join(dir, "pydicom/src/pydicom/data/test_files", name))
		deep, _ := filepath.Glob(filepath.Join(dir, "pydicom-data/data_store/data", name))
		for _, m := range append(append(more, deep...), matches...) {
			return m
		}
		t.Fatalf("no %s", name)
		return ""
	}
	frames := func(name string) (out [][]uint16) {
		f, err := openWhole(find(name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range f.Frames {
			n, err := f.Frame(context.Background(), i)
			if err != nil {
				t.Errorf("%s, frame %d: %v", name, i, err)
				return out
			}
			v, err := n.Values()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out = append(out, v)
		}
		return out
	}
	for _, group := range [][]string{
		{"liver.dcm", "liver_rle.dcm", "liver_deflate.dcm", "liver_j2k.dcm"},
		{"liver_nonbyte_aligned.dcm", "liver_nonbyte_aligned_rle.dcm", "liver_nonbyte_aligned_deflate.dcm", "liver_nonbyte_aligned_j2k.dcm"},
		{"emri_small.dcm", "emri_small_RLE.dcm", "emri_small_jpeg_2k_lossless.dcm", "emri_small_jpeg_ls_lossless.dcm", "emri_small_big_endian.dcm"},
		{"MR_small.dcm", "MR_small_RLE.dcm", "MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm", "MR_small_bigendian.dcm"},
		{"693_UNCI.dcm", "693_J2KI.dcm"}, {"693_UNCR.dcm", "693_J2KR.dcm"}, {"SC_rgb_2frame.dcm", "SC_rgb_rle_2frame.dcm"},
		{"SC_rgb_16bit_2frame.dcm", "SC_rgb_rle_16bit_2frame.dcm"},
	} {
		want := frames(group[0])
		for _, name := range group[1:] {
			got := frames(name)
			same := len(got) == len(want)
			for i := 0; same && i < len(want); i++ {
				same = slices.Equal(got[i], want[i])
				if !same {
					t.Errorf("%s: frame %d differs from %s", name, i, group[0])
				}
			}
			if len(got) != len(want) {
				t.Errorf("%s: %d frames, %s has %d", name, len(got), group[0], len(want))
			}
		}
	}
}
