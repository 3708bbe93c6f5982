package userfolder

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Each system has its own places; the expected ones are those of its documentation.
func TestPlaces(t *testing.T) {
	for name, c := range map[string]struct {
		system string
		env    map[string]string
		want   [3]string
	}{
		"Linux":            {"linux", map[string]string{"HOME": "/home/a"}, [3]string{"/home/a/.config/lightbox", "/home/a/.local/share/lightbox", "/home/a/.local/state/lightbox"}},
		"Linux with XDG":   {"linux", map[string]string{"HOME": "/home/a", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s"}, [3]string{"/c/lightbox", "/d/lightbox", "/s/lightbox"}},
		"Linux, relative":  {"linux", map[string]string{"HOME": "/home/a", "XDG_DATA_HOME": "data"}, [3]string{"/home/a/.config/lightbox", "/home/a/.local/share/lightbox", "/home/a/.local/state/lightbox"}},
		"Windows":          {"windows", map[string]string{"AppData": "/R", "LocalAppData": "/L", "HOME": "/x"}, [3]string{"/R/lightbox", "/L/lightbox", "/L/lightbox"}},
		"macOS":            {"darwin", map[string]string{"HOME": "/Users/a"}, [3]string{"/Users/a/Library/Application Support/lightbox", "/Users/a/Library/Application Support/lightbox", "/Users/a/Library/Logs/lightbox"}},
		"Linux, no home":   {"linux", nil, [3]string{}},
		"Windows, no home": {"windows", nil, [3]string{}},
	} {
		for k, want := range c.want {
			got, err := of(c.system, func(n string) string { return c.env[n] }, kind(k))
			if filepath.ToSlash(got) != want || (err != nil) != (want == "") {
				t.Errorf("%s, %d: %q, %v", name, k, got, err)
			}
		}
	}
}

// Whatever the umask, nobody else may look into a folder; one that was open is closed.
func TestNobodyElseLooks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a profile has its own rights there")
	}
	open := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "a", "b")
	for _, f := range []string{open, fresh} {
		if err := Make(f); err != nil {
			t.Fatal(err)
		}
		if st, err := os.Stat(f); err != nil || st.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v %v", f, st.Mode(), err)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if Make(filepath.Join(file, "x")) == nil {
		t.Error("a folder in a file")
	}
}

// What an older version kept comes along, once, and nothing is written over.
func TestMoved(t *testing.T) {
	home := t.TempDir()
	from, to := filepath.Join(home, "old", "journal"), filepath.Join(home, "new", "lightbox", "journal")
	if got := Moved(from, to); got != to {
		t.Errorf("nothing to move: %s", got)
	}
	put := func(folder, text string) {
		t.Helper()
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "x"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(from, "first")
	if got := Moved(from, to); got != to {
		t.Errorf("moved to %s", got)
	}
	text := func(folder string) string {
		data, _ := os.ReadFile(filepath.Join(folder, "x"))
		return string(data)
	}
	if st, err := os.Stat(to); err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", st.Mode(), err)
	}
	if text(to) != "first" || text(from) != "" {
		t.Errorf("%q and %q", text(to), text(from))
	}
	put(from, "second") // by an older version that was started once more
	if got := Moved(from, to); got != to || text(to) != "first" || text(from) != "second" {
		t.Errorf("%s, %q and %q", got, text(to), text(from))
	}
	// Where it cannot be moved to, it is used where it is.
	blocked := filepath.Join(home, "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Moved(from, filepath.Join(blocked, "journal")); !strings.HasPrefix(got, blocked) && got != from || text(from) != "second" {
		t.Errorf("%s", got)
	}
}
