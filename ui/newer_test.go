package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// Settings of a newer version are said to be so, once, and stay as they are.
func TestNewerSettingsAreSaid(t *testing.T) {
	b := newBench(t)
	path := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(path, []byte(`{"format":9}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, newer := app.LoadSettings(path)
	went := false
	b.window.tellNewer(newer, func() { went = true })
	said := ""
	for _, o := range test.LaidOutObjects(b.window.window.Canvas().Overlays().Top()) {
		if l, ok := o.(*widget.Label); ok {
			said += l.Text + "\n"
		}
	}
	if went || !strings.Contains(said, "written by a newer version of Lightbox (settings.json, format 9)") {
		t.Errorf("%v, %q", went, said)
	}
	b.window.dialog.Hide()
	if !went || b.window.dialog != nil {
		t.Error("it does not go on")
	}
}
