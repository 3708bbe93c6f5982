package cli

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/app"
)

// TestVersion: what version tells of the models is what lies in the source tree, and
// of the libraries what their own tools tell.
func TestVersion(t *testing.T) {
	out, complaints, status := command(t, "version", "--json")
	if status != exitDone || complaints != "" {
		t.Fatalf("status %d, %s", status, complaints)
	}
	var b app.Built
	if err := json.Unmarshal([]byte(out), &b); err != nil {
		t.Fatal(err)
	}
	if b.Version != app.Version || b.Target == "" || !strings.HasPrefix(b.Go, "go1.") {
		t.Errorf("%+v", b)
	}
	files, err := filepath.Glob("../../assets/models/*.safetensors")
	if err != nil || len(files) == 0 || len(files) != len(b.Models) {
		t.Fatalf("%d model files, %d models, %v", len(files), len(b.Models), err)
	}
	for _, m := range b.Models {
		stem := filepath.Join("../../assets/models", m.Name)
		if got := sum(t, stem+".safetensors"); got != m.FileSHA256 {
			t.Errorf("%s: sum %s, the file's is %s", m.Name, m.FileSHA256, got)
		}
		for language, card := range map[string]string{"en": stem + ".md", "zh": stem + ".zh.md"} {
			if m.CardSHA256[language] != sum(t, card) {
				t.Errorf("%s: not the sum of %s", m.Name, card)
			}
			text, err := os.ReadFile(card)
			if err != nil {
				t.Fatal(err)
			}
			heading, _, _ := strings.Cut(string(text), "\n")
			if !strings.Contains(heading, m.Name+" "+m.Version) || !strings.Contains(string(text), m.WeightsSHA256) {
				t.Errorf("%s: the card is of another model or version: %s", card, heading)
			}
		}
	}
	packages := map[string]string{"OpenJPEG": "libopenjp2", "CharLS": "charls"}
	for _, l := range b.Libraries {
		if l.Version == "" || l.Linked != app.LinkedDynamic && l.Linked != app.LinkedStatic {
			t.Errorf("%+v", l)
		}
		if want, err := exec.Command("pkg-config", "--modversion", packages[l.Name]).Output(); err == nil && l.Version != strings.TrimSpace(string(want)) {
			t.Errorf("%s %s; pkg-config says %s", l.Name, l.Version, want)
		}
	}

	out, _, status = command(t, "version")
	if status != exitDone || !strings.HasPrefix(out, "Lightbox "+app.Version) || !strings.Contains(out, "OpenCV 4.") || !strings.Contains(out, b.Models[0].WeightsSHA256) {
		t.Errorf("status %d, %q", status, out)
	}
	if _, complaints, status = command(t, "version", "extra"); status == exitDone {
		t.Errorf("a path is taken: %q", complaints)
	}
}

func sum(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}
