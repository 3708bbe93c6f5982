package codectest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// Public is a file of the shared folder in one of the syntaxes asked for.
type Public struct {
	Name   string // base name
	Path   string
	Row    map[string]string // its row of manifest.tsv
	Hashes []string          // of frame 0 by the reference decoders; nil if they have none
}

// Publics lists the files of the shared folder by transfer syntax UID. The test
// is skipped when the folder is not here.
func Publics(t testing.TB, syntaxes ...string) []Public {
	t.Helper()
	dir := dicomtest.Shared(t)
	truth := map[string]map[string]string{}
	for _, row := range dicomtest.Table(t, filepath.Join(dir, "truth_frame0.tsv")) {
		truth[row["path"]] = row
	}
	var out []Public
	for _, row := range dicomtest.Table(t, filepath.Join(dir, "manifest.tsv")) {
		_, uid, _ := strings.Cut(row["transfer_syntax"], " ")
		for _, s := range syntaxes {
			if s != uid {
				continue
			}
			p := Public{Name: filepath.Base(row["path"]), Path: filepath.Join(dir, row["path"]), Row: row}
			for _, k := range []string{"sha256_dcmtk", "sha256_gdcm"} {
				if h := truth[row["path"]][k]; h != "" {
					p.Hashes = append(p.Hashes, h)
				}
			}
			if truth[row["path"]]["agree"] == "NO" {
				p.Hashes = p.Hashes[:1] // DCMTK's, as the folder's README says
			}
			out = append(out, p)
		}
	}
	return out
}

// Need skips the test when one of the tools is not installed.
func Need(t testing.TB, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
}

// Run runs a tool and fails the test when it fails.
func Run(t testing.TB, tool string, args ...string) {
	t.Helper()
	if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", tool, strings.Join(args, " "), err, out)
	}
}

// Recode writes in as a file, runs "tool args… in out" and reads the output.
func Recode(t testing.TB, in []byte, tool string, args ...string) (*File, []byte) {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "in.dcm"), filepath.Join(dir, "out.dcm")
	if err := os.WriteFile(from, in, 0o600); err != nil {
		t.Fatal(err)
	}
	Run(t, tool, append(append([]string{}, args...), from, to)...)
	b, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Parse(b)
	if err != nil {
		t.Fatalf("the output of %s: %v", tool, err)
	}
	return f, b
}
