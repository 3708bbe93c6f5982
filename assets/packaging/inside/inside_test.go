package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
)

const root = "../../.."

// NOTICE's licences are read as they stand there.
func TestParseNotice(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	stated := parseNotice(string(text))
	for name, want := range map[string]string{
		"github.com/cocosip/go-dicom":    "MS-PL",
		"fyne.io/fyne/v2":                "BSD-3-Clause",
		"gorgonia.org/tensor":            "Apache-2.0",
		"OpenCV":                         "Apache-2.0",
		"CharLS":                         "BSD-3-Clause",
		"OpenJPEG":                       "BSD-2-Clause",
		"github.com/go-text/typesetting": "BSD-3-Clause",
		"golang.org/x/sys":               "BSD-3-Clause",
		"Go's standard library":          "BSD-3-Clause",
		"github.com/golang/freetype":     "FTL",
		"kernel.org/pub/linux/libs/security/libcap/psx": "BSD-3-Clause",
		"libstdc++ and libgcc":                          "GPL-3.0-or-later WITH GCC-exception-3.1",
		"mingw-w64 runtime and winpthreads":             "ZPL-2.1",
		"nobody.example/knows":                          "",
	} {
		if stated[name] != want {
			t.Errorf("%s: %q", name, stated[name])
		}
	}
	for _, c := range cLibraries {
		if stated[c.name] == "" {
			t.Errorf("NOTICE does not name %s", c.name)
		}
	}
}

// Every module that go.mod lets into the program is named in NOTICE and has its text:
// what go list finds, which is neither the program nor this package's reading of it.
func TestModulesAreStated(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	stated := parseNotice(string(text))
	for _, system := range []string{"linux", "windows"} {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}", ".")
		list.Dir = root
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=1", "GOFLAGS=-mod=readonly -tags=customenv,gocv_specific_modules,migrated_fynedo")
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		info := &debug.BuildInfo{GoVersion: "go1"}
		seen := map[string]bool{}
		for _, line := range strings.Split(string(out), "\n") {
			path, version, ok := strings.Cut(line, " ")
			if !ok || version == "" || seen[path] {
				continue
			}
			seen[path] = true
			info.Deps = append(info.Deps, &debug.Module{Path: path, Version: version})
		}
		if len(info.Deps) < 40 {
			t.Fatalf("%s: %d modules", system, len(info.Deps))
		}
		if parts, err := linkedModules(info, stated); err != nil || len(parts) != len(info.Deps)+1 {
			t.Errorf("%s: %v", system, err)
		}
	}
}

// A module that nobody stated, or that has no text, is an error that says so.
func TestModulesUnstated(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1", Deps: []*debug.Module{{Path: "github.com/spf13/cobra", Version: "v1.10.1"}}}
	_, err := linkedModules(info, map[string]string{"Go's standard library": "BSD-3-Clause"})
	if err == nil || !strings.Contains(err.Error(), "github.com/spf13/cobra v1.10.1 is linked, and NOTICE does not name it") {
		t.Error(err)
	}
	p := part{name: "x", version: "1", licence: "MIT"}
	if got := p.missing(); len(got) != 1 || !strings.Contains(got[0], "no licence text") {
		t.Error(got)
	}
}

// Texts inside of a module are found: the fonts' in Fyne, GLFW's own in its Go package,
// the two of FreeType.
func TestTextsInside(t *testing.T) {
	for module, names := range map[string][]string{
		"fyne.io/fyne/v2 v2.8.1": {"LICENSE", "theme/font/LICENSE.txt", "theme/font/LICENSE_Inter.txt"},
		"github.com/golang/freetype v0.0.0-20170609003504-e2365dfdc4a0":              {"LICENSE", "licenses/ftl.txt"},
		"github.com/go-gl/glfw/v3.4/glfw v0.1.0-pre.1.0.20260707082822-2a407d02d01a": {"LICENSE", "glfw/LICENSE.md"},
		"github.com/BurntSushi/toml v1.6.0":                                          {"COPYING"},
	} {
		path, version, _ := strings.Cut(module, " ")
		folder, err := moduleFolder(path, version)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := textsUnder(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			if texts[n] == "" {
				t.Errorf("%s lacks %s", module, n)
			}
		}
	}
}

// What a macOS bundle holds beside our own libraries is listed, and a static library
// takes version and sums from what it was built from.
func TestBuiltLibraries(t *testing.T) {
	prefix := t.TempDir()
	if err := os.Mkdir(filepath.Join(prefix, "licenses"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"sources":                   "opencv | 4.13.0 | homebrew | Apache-2.0\nopenjpeg2 | 2.5.4 | homebrew | BSD-2-Clause\ncharls | 2.4.2 | homebrew | BSD-3-Clause\nlibpng | 1.6.50 | homebrew | libpng-2.0\n",
		"licenses/opencv.COPYRIGHT": "a", "licenses/opencv.LICENSE": "b", "licenses/openjpeg.LICENSE": "c", "licenses/charls.LICENSE.md": "d", "licenses/libpng.LICENSE": "e",
	} {
		if err := os.WriteFile(filepath.Join(prefix, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stated := map[string]string{"OpenCV": "Apache-2.0", "OpenJPEG": "BSD-2-Clause", "CharLS": "BSD-3-Clause"}
	parts, err := linkedLibraries(options{root: root, libs: prefix, target: "macos"}, stated)
	if err != nil || len(parts) != 4 || parts[3].name != "libpng" || parts[3].licence != "libpng-2.0" || parts[3].texts["libpng.LICENSE"] != "e" || parts[0].purl != "pkg:generic/opencv@4.13.0" {
		t.Errorf("%+v, %v", parts, err)
	}
	if err := os.Remove(filepath.Join(prefix, "licenses/libpng.LICENSE")); err != nil {
		t.Fatal(err)
	}
	if _, err := linkedLibraries(options{root: root, libs: prefix, target: "macos"}, stated); err == nil || !strings.Contains(err.Error(), "libpng 1.6.50 has no licence text") {
		t.Error(err)
	}

	if err := os.WriteFile(filepath.Join(prefix, "sources"), []byte("opencv | 4.6.0+dfsg-12 | bookworm | all | x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := part{texts: map[string]string{}}
	if err := p.built(options{root: root, libs: prefix}, cLibraries[0]); err != nil {
		t.Fatal(err)
	}
	// The sum of opencv_4.6.0+dfsg.orig.tar.xz, as Debian's .dsc has it.
	if p.version != "4.6.0+dfsg-12" || len(p.hashes) != 1 || p.hashes[0] != "40a59ba7e5c18a43652de0a08733c9843a39bba619b1f3e26a5fac4a6f041423" || len(p.texts) != 2 {
		t.Errorf("%+v", p)
	}
}

// A text that two parts have stands once.
func TestLicenceTexts(t *testing.T) {
	got := string(licenceTexts([]part{
		{name: "a", version: "1", licence: "MIT", texts: map[string]string{"LICENSE": "the text\r\nof it\n"}},
		{name: "b", version: "2", licence: "MIT", texts: map[string]string{"LICENSE": "the text\nof it"}},
	}))
	if latin := plain("\xa9 M\xfcller"); latin != "© Müller" {
		t.Error(latin)
	}
	if strings.Count(got, "the text\nof it") != 1 || !strings.Contains(got, "The same text as LICENSE of a.") {
		t.Error(got)
	}
}

// The bill is the same twice, and a module that one side lacks is an error.
func TestBill(t *testing.T) {
	gomod := filepath.Join(t.TempDir(), "gomod.json")
	text := `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"serialNumber":"urn:uuid:1","metadata":{"timestamp":"2001-01-01T00:00:00Z",
		"tools":[{"name":"cyclonedx-gomod","version":"v1.9.0","hashes":[{"alg":"MD5","content":"0"}]}],"component":{"bom-ref":"main","type":"application","name":"lightbox"}},
		"components":[{"bom-ref":"m","type":"library","name":"example.org/m","version":"v1.0.0"},{"bom-ref":"std","type":"library","name":"std","version":"go1.26.8"}],
		"dependencies":[{"ref":"main","dependsOn":["m"]}]}`
	if err := os.WriteFile(gomod, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o := options{root: root, gomod: gomod, version: "1.2.3", epoch: 1_800_000_000, target: "linux-static"}
	modules := []part{{name: "example.org/m", version: "v1.0.0", licence: "MIT"}, {name: "std", version: "go1.26.8", licence: "BSD-3-Clause"}}
	libraries := []part{{name: "OpenCV", version: "4.6.0+dfsg-12", purl: debianURL("opencv", "4.6.0+dfsg-12"), licence: "Apache-2.0", static: true, hashes: []string{strings.Repeat("0", 64)}}}
	first, err := completeBill(o, modules, libraries)
	if err != nil {
		t.Fatal(err)
	}
	again, err := completeBill(o, modules, libraries)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("not the same twice: %v", err)
	}
	var bill struct {
		SerialNumber string
		Metadata     struct{ Timestamp string }
		Components   []struct {
			Name, Type, Version, Purl string
			Hashes                    []struct{ Content string }
		}
	}
	if err := json.Unmarshal(first, &bill); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(bill.SerialNumber) || bill.Metadata.Timestamp != "2027-01-15T08:00:00Z" {
		t.Errorf("%+v", bill)
	}
	models := 0
	for _, c := range bill.Components {
		if c.Type == "machine-learning-model" {
			models++
			if len(c.Hashes) != 1 || len(c.Hashes[0].Content) != 64 || c.Version == "" {
				t.Errorf("%+v", c)
			}
		}
		if c.Name == "OpenCV" && c.Purl != "pkg:deb/debian/opencv@4.6.0%2Bdfsg-12?arch=source" {
			t.Error(c.Purl)
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "assets/models/*.safetensors"))
	if err != nil || models != len(files) || models == 0 {
		t.Errorf("%d models, %d files, %v", models, len(files), err)
	}
	if _, err := completeBill(o, append(modules, part{name: "example.org/n"}), libraries); err == nil {
		t.Error("a module that the bill lacks passes")
	}
	if _, err := completeBill(o, modules[1:], libraries); err == nil {
		t.Error("a module that the program lacks passes")
	}
}

// This test program's own list can be read; garbage cannot.
func TestRunRefuses(t *testing.T) {
	if _, err := buildinfo.ReadFile(os.Args[0]); err != nil {
		t.Fatal(err)
	}
	garbage := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(garbage, []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(options{program: garbage, root: root, out: t.TempDir()}); err == nil || !strings.Contains(err.Error(), garbage) {
		t.Error(err)
	}
}
