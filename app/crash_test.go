package app

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Logs that an older version left among what may be thrown away are moved; nothing
// else that lies there is.
func TestCrashLogsAreTakenOver(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the folder of caches has another name there")
	}
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
	former := filepath.Join(home, "cache", "lightbox")
	if err := os.MkdirAll(former, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(former, "crash-7.log"), "goroutine 1 [running]")
	put(t, filepath.Join(former, "other"), "")
	folder, err := CrashFolder()
	if err != nil || folder != filepath.Join(home, "state", "lightbox") {
		t.Fatalf("%s, %v", folder, err)
	}
	if err := TakeOverCrashLogs(folder); err != nil {
		t.Fatal(err)
	}
	if left := LeftCrashLogs(folder); len(left) != 1 || left[0] != filepath.Join(folder, "crash-7.log") {
		t.Errorf("%q", left)
	}
	if _, err := os.Stat(filepath.Join(former, "other")); err != nil || len(LeftCrashLogs(former)) != 0 {
		t.Errorf("in the old place: %v, %q", err, LeftCrashLogs(former))
	}
}
