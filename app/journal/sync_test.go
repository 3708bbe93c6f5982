package journal

import (
	"bytes"
	"context"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// When Sync returns, the last byte was flushed, and the name of the file was.
func TestSyncFlushes(t *testing.T) {
	var f failing
	folder := t.TempDir()
	study := KeyOf("1", "")
	d := f.disk()
	var steps []string // on the journal's goroutine and those it waits for
	inner := d
	d.write = func(to *os.File, lines []byte) (int, error) {
		steps = append(steps, "write "+string(bytes.TrimSpace(lines))[11:12])
		return inner.write(to, lines)
	}
	d.sync = func(of *os.File) error { steps = append(steps, "flush"); return inner.sync(of) }
	d.syncFolder = func(folder string) error { steps = append(steps, "flush name"); return inner.syncFolder(folder) }
	j := open(folder, quiet(t), d)
	for i := range 3 {
		j.Put(study, "a", "b", i)
		settled(t, j)
	}
	closed(t, j)
	want := "write {, flush name, flush, write {, flush, write {, flush"
	if got := strings.Join(steps, ", "); got != want {
		t.Errorf("%s; want %s", got, want)
	}
}

// Without a Sync what was written is flushed soon.
func TestFlushedBySoon(t *testing.T) {
	var f failing
	j := open(t.TempDir(), quiet(t), f.disk())
	defer closed(t, j)
	j.Put(KeyOf("1", ""), "a", "b", 1)
	for deadline := time.Now().Add(limit); f.flushed.Load() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never flushed")
		}
	}
}

// A slow flush does not keep the next record from being written.
func TestSlowFlush(t *testing.T) {
	folder := t.TempDir()
	study := KeyOf("1", "")
	d := theDisk()
	began, end := make(chan struct{}), make(chan struct{})
	var once atomic.Bool
	d.sync = func(f *os.File) error {
		if once.CompareAndSwap(false, true) {
			close(began)
			<-end
		}
		return f.Sync()
	}
	j := open(folder, quiet(t), d)
	j.Put(study, "a", "1", 1)
	<-began
	j.Put(study, "a", "2", 2)
	for deadline := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		if got, _ := loaded(t, folder, study); len(got) == 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("not written while another is flushed")
		}
	}
	// And Sync does not wait longer than it is told to.
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := j.Sync(ctx); err == nil {
		t.Error("flushed while the disk stands still")
	}
	close(end)
	closed(t, j)
}
