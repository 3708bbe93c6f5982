package frames

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightbox/vision/blob"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/study"
)

// gated is a file in memory that opens when its gate does.
type gated struct {
	name  string
	data  []byte
	gate  chan struct{}
	opens atomic.Int32
}

func (g *gated) Path() string { return g.name }

func (g *gated) Open() (blob.Reader, error) {
	g.opens.Add(1)
	<-g.gate
	return memory{bytes.NewReader(g.data)}, nil
}

type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// stack makes n frames of a file each. Those in closed wait at their gates.
func stack(n int, closed ...int) (frames []study.Frame, files []*gated) {
	data := dicomtest.Chest(8, 8, 12).Bytes()
	for i := range n {
		g := &gated{name: fmt.Sprint(i), data: data, gate: make(chan struct{})}
		files = append(files, g)
		frames = append(frames, study.Frame{Item: &study.Item{Blob: g, Frames: 1, Rows: 8, Columns: 8, Samples: 1, Photometric: "MONOCHROME2"}})
	}
	for i, g := range files {
		waits := false
		for _, c := range closed {
			waits = waits || c == i
		}
		if !waits {
			close(g.gate)
		}
	}
	return frames, files
}

// watched is a loader of two workers and what it told.
type watched struct {
	*Loader
	t    *testing.T
	mu   sync.Mutex
	told map[Key]int
}

func watch(t *testing.T) *watched {
	w := &watched{t: t, told: map[Key]int{}}
	w.Loader = NewLoader(NewCache(1<<20), func(e Event) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told[e.Key]++
		if e.Err != nil {
			t.Error(e.Err)
		}
	})
	w.workers = 2
	t.Cleanup(w.Close)
	return w
}

func (w *watched) until(what string, ok func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("never came to: %s", what)
		}
	}
}

func (w *watched) has(f study.Frame) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.told[KeyOf(f)] > 0
}

func TestWhatIsUnderWayServesAStackThatGrew(t *testing.T) {
	frames, files := stack(5, 0)
	w := watch(t)
	w.Show(frames[:2:2], 0)
	w.until("the first frame begins", func() bool { return files[0].opens.Load() == 1 })
	grown := append([]study.Frame{frames[4]}, frames[:4]...)
	w.Show(grown, 1)
	w.until("the others", func() bool { return w.has(frames[1]) && w.has(frames[2]) && w.has(frames[3]) && w.has(frames[4]) })
	if n := files[0].opens.Load(); n != 1 {
		t.Errorf("the frame under way was begun again: opened %d times", n)
	}
	close(files[0].gate)
	w.until("the first frame", func() bool { return w.has(frames[0]) })
	if w.cache.Get(KeyOf(frames[0])) == nil {
		t.Error("the frame is not kept")
	}
}

func TestAFrameThatWasLeftIsLoadedOnReturn(t *testing.T) {
	frames, files := stack(400, 0)
	w := watch(t)
	w.Show(frames, 0)
	w.until("the first frame begins", func() bool { return files[0].opens.Load() == 1 })
	w.Show(frames, 399) // too far away: cancelled, but it cannot end yet
	w.until("the last frame", func() bool { return w.has(frames[399]) })
	w.Show(frames, 0)
	w.until("the first frame is begun again", func() bool { return files[0].opens.Load() == 2 })
	close(files[0].gate)
	w.until("the first frame", func() bool { return w.has(frames[0]) })
}

func TestFramesOfAnotherStackAreDropped(t *testing.T) {
	old, files := stack(1, 0)
	frames, _ := stack(3)
	w := watch(t)
	w.Show(old, 0)
	w.until("the old stack begins", func() bool { return files[0].opens.Load() == 1 })
	w.Show(frames, 0)
	w.until("the new stack", func() bool { return w.has(frames[0]) && w.has(frames[1]) && w.has(frames[2]) })
	close(files[0].gate)
	w.until("the old one's end", func() bool {
		w.Loader.mu.Lock()
		defer w.Loader.mu.Unlock()
		return w.active == 0
	})
	if w.has(old[0]) || w.cache.Get(KeyOf(old[0])) != nil {
		t.Error("a frame of the stack before is told and kept")
	}
}
