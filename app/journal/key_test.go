package journal

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Nothing of what names a study is in the folder, and nobody else may look into it.
func TestPrivacy(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "journal")
	j := Open(folder, quiet(t))
	for _, s := range []Study{KeyOf("1.2.840.99", ""), KeyOf("", "/data/Meier^Anna"), "Meier^Anna", "../../Meier"} {
		j.Put(s, "measure", Hash("1.2.840.99.1"), 1)
	}
	closed(t, j)
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 5 { // and the lock
		t.Fatal(entries, err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"840", "99", "Meier", "Anna", "data", ".."} {
			if strings.Contains(e.Name(), word) || strings.Contains(strings.ReplaceAll(string(data), Hash("1.2.840.99.1"), ""), "Meier") {
				t.Errorf("%s holds %s", e.Name(), word)
			}
		}
		if st, err := e.Info(); err != nil || runtime.GOOS != "windows" && st.Mode() != 0o600 {
			t.Errorf("%s: %v %v", e.Name(), st.Mode(), err)
		}
	}
	if st, err := os.Stat(folder); err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v %v", st.Mode(), err)
	}
}

func TestKeys(t *testing.T) {
	if KeyOf("1.2.3", "/a") != KeyOf("1.2.3", "/b") || KeyOf("1.2.3\x00", "") != KeyOf("1.2.3", "") {
		t.Error("a study is another at another place")
	}
	if KeyOf("", "/a/b") != KeyOf(" ", "/a/./c/../b") || KeyOf("", "x") == KeyOf("", "y") {
		t.Error("paths")
	}
	if KeyOf("/a", "") == KeyOf("", "/a") {
		t.Error("a UID and a path are one")
	}
	if Hash("ab", "c") == Hash("a", "bc") || Hash() == Hash("") || len(Hash("x")) != 32 {
		t.Error("hashes")
	}
	// SHA-256 of the length in eight bytes and the text, by sha256sum:
	// printf '\3\0\0\0\0\0\0\0abc' | sha256sum
	if got := Hash("abc"); got != "ce91dc5eec0139adf091900d225971d6" {
		t.Errorf("Hash(abc) = %s", got)
	}
	t.Setenv("XDG_DATA_HOME", "/somewhere")
	if f, err := Folder(); err != nil || runtime.GOOS == "linux" && f != "/somewhere/lightbox/journal" {
		t.Errorf("%s %v", f, err)
	}
}
