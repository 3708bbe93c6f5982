package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// readingRoom is the part of CONFORMANCE.md that says what a reader's hands find.
func readingRoom(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../CONFORMANCE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, room, ok := strings.Cut(string(page), "\n## The reading room\n")
	if !ok {
		t.Fatal("CONFORMANCE.md has no section The reading room")
	}
	room, _, _ = strings.Cut(room, "\n## ")
	return room
}

// testsOf are the tests that the files of a package declare.
func testsOf(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(folder), "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", folder, err)
	}
	declared, names := regexp.MustCompile(`(?m)^func (Test\w+)\(`), map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllSubmatch(source, -1) {
			names[string(m[1])] = true
		}
	}
	return names
}

// Each test that CONFORMANCE.md names is in the package that it names.
func TestConformanceNamesTests(t *testing.T) {
	word := regexp.MustCompile("`(Test\\w+)`|\\(((?:app|assets|model|ui|vision)(?:/\\w+)*)\\)")
	packages, count := map[string]map[string]bool{}, 0
	var names []string
	for _, m := range word.FindAllStringSubmatch(readingRoom(t), -1) {
		if m[1] != "" {
			names = append(names, m[1])
			continue
		}
		if packages[m[2]] == nil {
			packages[m[2]] = testsOf(t, m[2])
		}
		for _, name := range names {
			if count++; !packages[m[2]][name] {
				t.Errorf("CONFORMANCE.md names %s, which %s does not have", name, m[2])
			}
		}
		names = nil
	}
	if len(names) > 0 || count < 100 {
		t.Errorf("%d tests are named; without a package: %v", count, names)
	}
}

// All rows are there, and each has a test or says that there is nothing to be shown.
func TestConformanceHasEveryRow(t *testing.T) {
	for heading, rows := range map[string][]string{
		"### IHE Basic Image Review": {
			"Content, footprint", "Start-up", "Compare", "Window", "Scroll, zoom, translate", "Localise", "Annotation", "Distance, angle", "Cine",
			"Rotate, flip", "Navigate, reset", "Print", "Report", "Help", "Advanced", "Tool state", "GSPS",
		},
		"### What the best viewers have": {
			"Transfer syntaxes", "VOI", "Linked views", "Filters", "Measurements", "MPR, MIP, volume rendering", "PACS, DICOMweb", "Result objects",
			"AI on the device, gate", "Audit", "Reader study", "Shortcuts", "Layout, monitors, drop, undo", "Installers", "Chinese", "Accessibility", "Fyne baseline",
		},
	} {
		_, section, ok := strings.Cut(readingRoom(t), heading)
		if !ok {
			t.Fatalf("no section %q", heading)
		}
		section, _, _ = strings.Cut(section, "\n### ")
		var found []string
		for line := range strings.Lines(section) {
			cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
			if len(cells) != 3 || strings.HasPrefix(cells[0], "-") {
				continue
			}
			row := strings.TrimSpace(cells[0])
			if row == "row" {
				continue
			}
			found = append(found, row)
			if !strings.Contains(cells[2], "`Test") && !strings.HasPrefix(strings.TrimSpace(cells[1]), "❌") {
				t.Errorf("%s: neither a test nor ❌", row)
			}
		}
		if !slices.Equal(found, rows) {
			t.Errorf("%s has the rows %q, want %q", heading, found, rows)
		}
	}
}
