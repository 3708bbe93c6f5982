package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"lightbox/vision/fault"
)

// mounted is a file system of its own, of so many KiB.
func mounted(t *testing.T, kib int) string {
	t.Helper()
	folder := t.TempDir()
	if err := syscall.Mount("none", folder, "tmpfs", 0, fmt.Sprintf("size=%dk", kib)); err != nil {
		t.Skip("no file system can be mounted here:", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) }) // it is in a temporary folder
	return folder
}

// A file system that is really full.
func TestFullDisk(t *testing.T) {
	folder := mounted(t, 256)
	filler := filepath.Join(folder, "filler")
	write(t, filler, make([]byte, 128<<10))
	var h heard
	j := open(filepath.Join(folder, "journal"), h.listener(), hasty())
	study := KeyOf("1", "")
	want := map[Name]string{}
	for i := range 200 {
		j.Put(study, "measure", fmt.Sprint(i), strings.Repeat("x", 1000))
		want[Name{"measure", fmt.Sprint(i)}] = raw(t, strings.Repeat("x", 1000))
		if i%10 == 0 {
			_ = synced(j) // fails from some point on
		}
	}
	h.wait(t, 1, 0)
	h.told(t, 0, fault.NotKept)
	if s := h.problems[0].Error(); !strings.Contains(s, "the disk is full") {
		t.Error(s)
	}
	c, n, err := j.Load(study)
	if err != nil || n.Unsaved == 0 || n.Lines > 0 {
		t.Errorf("%+v, %v", n, err)
	}
	same(t, "while it is full", texts(c), want)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	h.wait(t, 1, 1)
	closed(t, j)
	h.told(t, 1, fault.NotKept)
	got, n := loaded(t, filepath.Join(folder, "journal"), study)
	same(t, "afterwards", got, want)
	if n.Lines > 0 || n.Torn > 0 {
		t.Errorf("%+v", n)
	}
}

// A file system that really becomes read-only, and is there again.
func TestReadOnlyDisk(t *testing.T) {
	folder := mounted(t, 256)
	var h heard
	j := open(folder, h.listener(), hasty())
	study := KeyOf("1", "")
	j.Put(study, "a", "before", 1)
	settled(t, j)
	if err := syscall.Mount("none", folder, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=256k"); err != nil {
		t.Skip("it cannot be made read-only:", err)
	}
	j.Put(study, "a", "meanwhile", 2)
	h.wait(t, 1, 0)
	c, _, err := j.Load(study)
	if err != nil {
		t.Fatal(err)
	}
	want := map[Name]string{{"a", "before"}: "1", {"a", "meanwhile"}: "2"}
	same(t, "meanwhile", texts(c), want)
	if err := syscall.Mount("none", folder, "tmpfs", syscall.MS_REMOUNT, "size=256k"); err != nil {
		t.Fatal(err)
	}
	h.wait(t, 1, 1)
	closed(t, j)
	h.told(t, 1, fault.NotKept)
	got, _ := loaded(t, folder, study)
	same(t, "afterwards", got, want)
}
