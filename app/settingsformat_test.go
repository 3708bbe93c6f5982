package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lightbox/vision/fault"
)

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// An upgrade keeps the settings of versions that wrote no format.
func TestSettingsUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	put(t, path, `{"language":"zh","theme":"light","recent":["/a.dcm"],"prevalence":0.25,"notice_accepted":1}`)
	s, err := LoadSettings(path)
	if err != nil || s.Language != "zh" || len(s.Recent) != 1 || s.NoticeDue() || len(s.Prevalences) != 2 {
		t.Fatalf("%+v, %v", s, err)
	}
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal([]byte(content(t, path)), &file); err != nil || file["format"] != 1.0 || file["prevalence"] != nil || file["language"] != "zh" {
		t.Errorf("%v, %v", file, err)
	}
	again, err := LoadSettings(path)
	if err != nil || again.Language != "zh" || len(again.Prevalences) != 2 {
		t.Errorf("%+v, %v", again, err)
	}
}

// A downgrade leaves the settings of a newer format as they are, to the byte, says so,
// and keeps its own beside them from one start to the next.
func TestSettingsDowngrade(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "settings.json")
	const newer = `{"format":2,"language":{"first":"zh","second":"en"},"recent":"elsewhere"}`
	const sameTypes = `{"format":7,"language":"zh"}`
	for _, text := range []string{sameTypes, newer} {
		put(t, path, text)
		s, err := LoadSettings(path)
		if fault.KindOf(err) != fault.SettingsNewer || s.Language == "zh" {
			t.Fatalf("%+v, %v", s, err)
		}
		if said := Explain(err).String(); !strings.Contains(said, "newer version") || !strings.Contains(said, "settings.json, format") {
			t.Errorf("says %q", said)
		}
		s.Language = "en"
		s.AddRecent("/scan.dcm")
		if got := content(t, path); got != text {
			t.Errorf("the newer file has become %s", got)
		}
		s, err = LoadSettings(path)
		if fault.KindOf(err) != fault.SettingsNewer || s.Language != "en" || len(s.Recent) != 1 {
			t.Errorf("at the next start %+v, %v", s, err)
		}
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
}

// What a newer version of the same format has added is there after a downgrade.
func TestSettingsUnknownStay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	put(t, path, `{"format":1,"language":"zh","tomorrow":{"a":[1,2.50]},"Theme":"light"}`)
	s, err := LoadSettings(path)
	if err != nil {
		t.Fatal(err)
	}
	s.Language = "en"
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	var file map[string]json.RawMessage
	if err := json.Unmarshal([]byte(content(t, path)), &file); err != nil {
		t.Fatal(err)
	}
	var added struct{ A []json.Number }
	if err := json.Unmarshal(file["tomorrow"], &added); err != nil || len(added.A) != 2 || added.A[1] != "2.50" || string(file["language"]) != `"en"` || string(file["theme"]) != `"light"` {
		t.Errorf("%s, %v", content(t, path), err)
	}
	if _, twice := file["Theme"]; twice {
		t.Error("a setting stands twice")
	}
}

// Nobody else reads the list of recent scans, even where they could before.
func TestSettingsAreTheUsersOwn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a profile has its own rights there")
	}
	folder := filepath.Join(t.TempDir(), "lightbox")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "settings.json")
	if err := os.WriteFile(path, []byte(`{}`), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := LoadSettings(path)
	if err != nil {
		t.Fatal(err)
	}
	s.AddRecent("/scans/one.dcm")
	for name, want := range map[string]os.FileMode{folder: 0o700, path: 0o600} {
		if st, err := os.Stat(name); err != nil || st.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, st.Mode(), err)
		}
	}
}
