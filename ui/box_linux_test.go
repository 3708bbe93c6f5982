package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Who starts the program from the menu is told in a box why there is no window; where
// there is no display there can be none.
func TestABoxTellsWhyThereIsNoWindow(t *testing.T) {
	folder := t.TempDir()
	said := filepath.Join(folder, "said")
	script := "#!/bin/sh\nfor a; do echo \"$a\"; done >" + said + ".new && mv " + said + ".new " + said + "\n"
	if err := os.WriteFile(filepath.Join(folder, "kdialog"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	// The tests' own may be a terminal.
	piped, err := os.Create(filepath.Join(folder, "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	stderr, all := os.Stderr, boxes
	os.Stderr, boxes = piped, boxes[1:2]
	t.Cleanup(func() {
		os.Stderr, boxes = stderr, all
		_ = piped.Close() // nothing was written
	})

	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	tellWithoutWindow("no display")
	time.Sleep(50 * time.Millisecond)
	if _, err := os.Stat(said); err == nil {
		t.Error("a box without a display")
	}
	t.Setenv("DISPLAY", ":1")
	tellWithoutWindow("无法打开窗口; $(x) <b>")
	for range 200 {
		if text, err := os.ReadFile(said); err == nil {
			if got := strings.Split(string(text), "\n"); len(got) != 5 || got[3] != "无法打开窗口; $(x) <b>" || got[2] != "--error" {
				t.Errorf("%q", got)
			}
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("no box was shown")
}
