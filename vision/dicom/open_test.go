package dicom

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

func TestOpenFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "胸部 扫描")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "检查 1.dcm")
	m := dt.Chest(600, 500, 12)
	if err := os.WriteFile(path, m.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	calls, last := 0, int64(0)
	f, err := Open(ctx, path, func(done, total int64) {
		if calls++; done < last || total < done {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || calls == 0 || last != int64(len(m.Bytes())) {
		t.Fatalf("%v, %d calls, %d bytes", err, calls, last)
	}
	checkImage(t, m, m.Bytes())
	lazy, err := OpenHeader(ctx, path)
	if err != nil || lazy.data != nil {
		t.Fatal(err)
	}
	if got := frameValues(t, lazy, 0); got[1234] != m.Values[1234] {
		t.Error("a frame read later differs")
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	expect := func(what string, err error, kind fault.Kind) {
		t.Helper()
		var fe *fault.Error
		if !errors.As(err, &fe) || fe.Kind != kind || fe.Path == "" {
			t.Errorf("%s: %v, want %s", what, err, kind)
		}
	}
	_, err = Open(stopped, path, nil)
	expect("cancelled", err, fault.Interrupted)
	if !errors.Is(err, context.Canceled) {
		t.Error("the cause of an interruption is lost")
	}
	_, err = f.Frame(stopped, 0)
	expect("frame cancelled", err, fault.Interrupted)
	_, err = f.Frame(ctx, 1)
	expect("second of one frame", err, fault.BadHeader)
	_, err = Open(ctx, dir, nil)
	expect("folder", err, fault.IsDirectory)
	_, err = Open(ctx, path+"x", nil)
	expect("missing", err, fault.NotFound)
	if err := os.Truncate(path, 5000); err != nil {
		t.Fatal(err)
	}
	_, err = lazy.Frame(ctx, 0)
	expect("shortened since", err, fault.Truncated)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err = lazy.Frame(ctx, 0)
	expect("vanished since", err, fault.NotFound)
	if _, err = f.Frame(ctx, 0); err != nil {
		t.Errorf("a frame that was read while opening is lost with the file: %v", err)
	}
	if err := os.WriteFile(path, m.Bytes(), 0); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 { // root may read everything
		_, err = Open(ctx, path, nil)
		expect("no permission", err, fault.NoPermission)
	}
}

// failing stands for a disk that answers no more.
type failing struct {
	data []byte
	ok   int
	err  error
}

func (f *failing) ReadAt(b []byte, off int64) (int, error) {
	if f.ok--; f.ok < 0 {
		return 0, f.err
	}
	return bytes.NewReader(f.data).ReadAt(b, off)
}

func TestReadErrors(t *testing.T) {
	m := dt.Chest(300, 200, 12)
	for _, syntax := range nativeSyntaxes {
		m.Syntax = syntax
		data := m.Bytes()
		for ok := range 4 {
			for cause, kind := range map[error]fault.Kind{os.ErrPermission: fault.NoPermission, os.ErrNotExist: fault.NotFound, errors.New("I/O error"): fault.CannotRead} {
				f, err := Parse(context.Background(), &failing{data, ok, cause}, int64(len(data)), "disk.dcm")
				if err == nil {
					_, err = f.Frame(context.Background(), 0)
				}
				if err != nil && fault.KindOf(err) != kind {
					t.Errorf("%s, %d reads: %v, want %s", SyntaxOf(syntax).Name, ok, err, kind)
				}
			}
		}
	}
}
