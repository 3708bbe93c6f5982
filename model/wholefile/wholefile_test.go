package wholefile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// A file is there whole, with its rights, and nothing lies beside it.
func TestWrite(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "a file.json")
	for _, text := range []string{"first", "second, longer", ""} {
		err := Write(name, 0o600, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil || string(got) != text {
			t.Errorf("%q, %v; want %q", got, err, text)
		}
	}
	if st, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && st.Mode() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	alone(t, folder)
}

// What stood there before is there after a failure, and nothing else.
func TestWriteFails(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "a file.json")
	if err := os.WriteFile(name, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := Write(name, 0o600, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != "before" {
		t.Errorf("%q, %v", got, err)
	}
	alone(t, folder)
	if err := Write(filepath.Join(folder, "none", "x"), 0o600, func(io.Writer) error { return nil }); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

func alone(t *testing.T, folder string) {
	t.Helper()
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v: want one file", entries, err)
	}
}
