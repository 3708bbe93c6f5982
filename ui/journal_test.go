package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/app/marks"
)

// What is done in the window is in the user's configuration folder when it is closed;
// where there is none that is said, and the window works.
func TestTheWindowKeepsAJournal(t *testing.T) {
	b := newBench(t)
	home := t.TempDir()
	t.Setenv("HOME", "")
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("AppData", "")
	t.Setenv("LocalAppData", "")
	if j := openJournal(b.window.session); j != nil {
		t.Error("a journal without a folder")
	}
	if p := b.window.session.State().Problem; p == nil || !strings.Contains(p.String(), "cannot be saved") {
		t.Errorf("said %v", p)
	}
	closeJournal(nil)

	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "AppData", "LocalAppData"} {
		t.Setenv(name, home)
	}
	j := openJournal(b.window.session)
	b.open("x.dcm", radiograph())
	b.until("a scan", ready)
	b.window.session.AddMark(marks.Mark{Kind: marks.Arrow, Points: []marks.Point{{X: 1, Y: 1}, {X: 5, Y: 5}}})
	b.window.session.Close()
	closeJournal(j)
	found := ""
	_ = filepath.WalkDir(home, func(path string, _ os.DirEntry, _ error) error {
		if filepath.Ext(path) == ".journal" {
			found = path
		}
		return nil
	})
	if data, err := os.ReadFile(found); err != nil || !strings.Contains(string(data), `"arrow"`) {
		t.Errorf("%v, %s", err, data)
	}
}
