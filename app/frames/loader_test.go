package frames

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lightbox/vision/blob"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/study"
)

// stack writes n single-frame files of 20 × 20 pixels of 16 bits.
func stack(t *testing.T, n int) []study.Frame {
	t.Helper()
	folder := t.TempDir()
	out := make([]study.Frame, n)
	for i := range out {
		path := filepath.Join(folder, fmt.Sprintf("%d.dcm", i))
		if err := os.WriteFile(path, dicomtest.Chest(20, 20, 16).Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		out[i] = study.Frame{Item: &study.Item{Blob: blob.File(path), Rows: 20, Columns: 20, Samples: 1, Frames: 1, Photometric: "MONOCHROME2"}}
	}
	return out
}

// counter keeps the events of a loader.
type counter struct {
	mu     sync.Mutex
	events []Event
}

func (c *counter) add(e Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = append(c.events, e)
}

// settle waits until no more events come.
func (c *counter) settle(t *testing.T) []Event {
	t.Helper()
	last := -1
	for range 200 {
		time.Sleep(30 * time.Millisecond)
		c.mu.Lock()
		n := len(c.events)
		c.mu.Unlock()
		if n == last {
			c.mu.Lock()
			defer c.mu.Unlock()
			return c.events
		}
		last = n
	}
	t.Fatal("the loader never comes to rest")
	return nil
}

func TestReach(t *testing.T) {
	frames, seen := stack(t, 40), &counter{}
	l := NewLoader(NewCache(1<<30), seen.add)
	defer l.Close()
	l.Reach(5)
	l.Show(Target{Frames: frames, Cursor: 10})
	got := seen.settle(t)
	if len(got) != 5 {
		t.Errorf("%d frames decoded with a reach of 5", len(got))
	}
	for _, e := range got {
		for i, f := range frames {
			if KeyOf(f) == e.Key && (i < 8 || i > 14) {
				t.Errorf("frame %d is not near frame 10", i)
			}
		}
	}
	l.Reach(0)
	if got := seen.settle(t); len(got) != 40 {
		t.Errorf("%d of 40 frames decoded", len(got))
	}
}

// The cursor's frame is never what makes room for others.
func TestTheCursorStays(t *testing.T) {
	frames, seen := stack(t, 30), &counter{}
	cache := NewCache(8 * 20 * 20 * 2)
	l := NewLoader(cache, seen.add)
	defer l.Close()
	for _, cursor := range []int{0, 29, 15, 3} {
		l.Show(Target{Frames: frames, Cursor: cursor})
		seen.settle(t)
		if cache.Get(KeyOf(frames[cursor])) == nil || cache.Used() > cache.Limit() {
			t.Errorf("at frame %d: %d of %d bytes", cursor, cache.Used(), cache.Limit())
		}
		cache.Pin(KeyOf(frames[cursor]))
	}
}

func TestFailuresAreKept(t *testing.T) {
	frames, seen := stack(t, 3), &counter{}
	if err := os.Remove(frames[1].Item.Path()); err != nil {
		t.Fatal(err)
	}
	l := NewLoader(NewCache(1<<30), seen.add)
	defer l.Close()
	l.Show(Target{Frames: frames, Cursor: 1})
	if got := seen.settle(t); len(got) != 3 || l.Failure(KeyOf(frames[1])) == nil || l.Failure(KeyOf(frames[0])) != nil {
		t.Errorf("%d events, %v, %v", len(got), l.Failure(KeyOf(frames[1])), l.Failure(KeyOf(frames[0])))
	}
}
