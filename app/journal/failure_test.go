package journal

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"lightbox/vision/fault"
)

// failing is a disk that fails with an error while there is one. What it fails at in
// writing it leaves half-written, as a full disk does.
type failing struct {
	write, sync, replace, folder atomic.Pointer[error]
	flushed                      atomic.Int64 // calls of sync that worked
}

func (f *failing) disk() disk {
	d := hasty()
	real := theDisk()
	get := func(p *atomic.Pointer[error]) error {
		if e := p.Load(); e != nil {
			return *e
		}
		return nil
	}
	d.write = func(to *os.File, lines []byte) (int, error) {
		if err := get(&f.write); err != nil {
			n, _ := to.Write(lines[:len(lines)*2/3])
			return n, err
		}
		return real.write(to, lines)
	}
	d.sync = func(of *os.File) error {
		if err := get(&f.sync); err != nil {
			return err
		}
		defer f.flushed.Add(1)
		return real.sync(of)
	}
	d.syncFolder = func(folder string) error {
		if err := get(&f.folder); err != nil {
			return err
		}
		return real.syncFolder(folder)
	}
	d.replace = func(name string, write func(io.Writer) error) error {
		if err := get(&f.replace); err != nil {
			_ = write(io.Discard)
			return err
		}
		return real.replace(name, write)
	}
	return d
}

// hasty is a disk that is tried again soon.
func hasty() disk {
	d := theDisk()
	d.retryAfter, d.patience = 20*time.Millisecond, 100*time.Millisecond
	return d
}

func set(p *atomic.Pointer[error], err error) { p.Store(&err) }

// A disk that fails is told once however much is put, nothing is lost, and it is
// told once when all is on disk.
func TestFailingDisk(t *testing.T) {
	for name, c := range map[string]struct {
		at     func(*failing) *atomic.Pointer[error]
		err    error
		detail string
	}{
		"full":               {func(f *failing) *atomic.Pointer[error] { return &f.write }, syscall.ENOSPC, "the disk is full"},
		"read-only":          {func(f *failing) *atomic.Pointer[error] { return &f.write }, syscall.EACCES, "your user rights do not allow it"},
		"broken":             {func(f *failing) *atomic.Pointer[error] { return &f.write }, syscall.EIO, ""},
		"broken at flushing": {func(f *failing) *atomic.Pointer[error] { return &f.sync }, syscall.EIO, ""},
		"no folder":          {func(f *failing) *atomic.Pointer[error] { return &f.folder }, syscall.EIO, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f failing
			var h heard
			folder := t.TempDir()
			study, other := KeyOf("1", ""), KeyOf("2", "")
			j := open(folder, h.listener(), f.disk())
			want := map[Name]string{}
			put := func(kind string, n int) {
				for i := range n {
					j.Put(study, kind, fmt.Sprint(i%900), i)
					want[Name{kind, fmt.Sprint(i % 900)}] = fmt.Sprint(i)
				}
			}
			put("before", 100)
			if name != "no folder" { // it matters when a file is new
				settled(t, j)
			}
			set(c.at(&f), c.err)
			put("meanwhile", 5000)
			h.wait(t, 1, 0)
			j.Put(other, "a", "b", 1)
			for range 3 {
				if err := synced(j); fault.KindOf(err) != fault.NotKept || !strings.Contains(err.Error(), c.detail) {
					t.Errorf("%v", err)
				}
				put("more", 10)
			}
			got, _, err := j.Load(study)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "meanwhile", texts(got), want)
			h.told(t, 0, fault.NotKept)
			c.at(&f).Store(nil)
			put("later", 1)
			h.wait(t, 1, 1)
			closed(t, j)
			h.told(t, 1, fault.NotKept)
			kept, n := loaded(t, folder, study)
			same(t, "afterwards", kept, want)
			if n.Lines > 0 || n.Torn > 0 {
				t.Errorf("%+v", n)
			}
			if kept, _ := loaded(t, folder, other); len(kept) != 1 {
				t.Errorf("the other study: %v", kept)
			}
		})
	}
}

// A file that cannot be written anew stays as it is and grows; nobody need hear.
func TestFailingCompaction(t *testing.T) {
	var f failing
	set(&f.replace, syscall.ENOSPC)
	folder := t.TempDir()
	study := KeyOf("1", "")
	j := open(folder, quiet(t), f.disk())
	for i := range 2000 {
		j.Put(study, "a", "b", strings.Repeat("x", i))
	}
	settled(t, j)
	if _, size, _ := j.Size(); size < 1_900_000 {
		t.Errorf("%d bytes", size)
	}
	f.replace.Store(nil)
	for range 500 {
		j.Put(study, "a", "b", strings.Repeat("x", 2000))
	}
	settled(t, j)
	closed(t, j)
	if st, err := os.Stat(at(folder, study)); err != nil || st.Size() > 1_000_000 {
		t.Errorf("%v %v", st.Size(), err)
	}
	got, _ := loaded(t, folder, study)
	same(t, "afterwards", got, map[Name]string{{"a", "b"}: raw(t, strings.Repeat("x", 2000))})
}

// A folder that vanishes is told, made again, and filled with all that is known.
func TestVanishedFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "journal")
	study := KeyOf("1", "")
	var h heard
	j := open(folder, h.listener(), hasty())
	want := map[Name]string{}
	for i := range 100 {
		j.Put(study, "before", fmt.Sprint(i), i)
		want[Name{"before", fmt.Sprint(i)}] = fmt.Sprint(i)
	}
	settled(t, j)
	if err := os.RemoveAll(filepath.Dir(folder)); err != nil {
		t.Fatal(err)
	}
	j.Put(study, "after", "", 1)
	want[Name{"after", ""}] = "1"
	h.wait(t, 1, 1)
	closed(t, j)
	h.told(t, 1, fault.NotKept)
	got, _ := loaded(t, folder, study)
	same(t, "afterwards", got, want)
}

// A folder that cannot be made is told; what is put is there while the program runs.
func TestNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	write(t, file, nil)
	for _, folder := range []string{filepath.Join(file, "journal"), file} {
		var h heard
		j := Open(folder, h.listener())
		study := KeyOf("1", "")
		for i := range 100 {
			j.Put(study, "a", "b", i)
		}
		h.wait(t, 1, 0)
		c, n, _ := j.Load(study)
		same(t, folder, texts(c), map[Name]string{{"a", "b"}: "99"})
		if n.Unsaved == 0 {
			t.Errorf("%+v", n)
		}
		if err := j.Close(); fault.KindOf(err) != fault.NotKept {
			t.Errorf("%v", err)
		}
		h.told(t, 0, fault.NotKept)
	}
}

// A folder without the right to write, as seen by the system and not by us.
func TestReadOnlyFolder(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("root may write everywhere, and Windows knows no such folders")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(folder, 0o700) }() // so that it can be removed
	var h heard
	j := open(folder, h.listener(), hasty())
	study := KeyOf("1", "")
	j.Put(study, "a", "b", 1)
	h.wait(t, 1, 0)
	if err := os.Chmod(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	h.wait(t, 1, 1)
	closed(t, j)
	if got, _ := loaded(t, folder, study); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// A program that was stopped while it held the folder costs patience, not the work.
func TestStuckLock(t *testing.T) {
	folder := t.TempDir()
	unlock, held, err := lock(folder, limit)
	if err != nil || !held {
		t.Skip("no locks here:", err)
	}
	var h heard
	j := open(folder, h.listener(), hasty())
	study := KeyOf("1", "")
	began := time.Now()
	j.Put(study, "a", "b", 1)
	if d := time.Since(began); d > time.Second {
		t.Errorf("Put took %v", d)
	}
	h.wait(t, 1, 0)
	unlock()
	h.wait(t, 1, 1)
	closed(t, j)
	if got, _ := loaded(t, folder, study); len(got) != 1 {
		t.Errorf("%v", got)
	}
}
