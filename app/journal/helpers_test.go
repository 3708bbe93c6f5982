package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lightbox/vision/fault"
)

const limit = 20 * time.Second

// heard collects what the reader is told.
type heard struct {
	mu        sync.Mutex
	problems  []error
	recovered int
	changed   chan struct{}
}

func (h *heard) listener() Listener {
	h.changed = make(chan struct{}, 1000)
	return Listener{
		Problem: func(err error) {
			h.mu.Lock()
			h.problems = append(h.problems, err)
			h.mu.Unlock()
			h.changed <- struct{}{}
		},
		Recovered: func() {
			h.mu.Lock()
			h.recovered++
			h.mu.Unlock()
			h.changed <- struct{}{}
		},
	}
}

// wait waits until so many problems and recoveries were told.
func (h *heard) wait(t *testing.T, problems, recovered int) {
	t.Helper()
	deadline := time.After(limit)
	for {
		h.mu.Lock()
		ok := len(h.problems) >= problems && h.recovered >= recovered
		h.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-h.changed:
		case <-deadline:
			t.Fatalf("told %v and %d recoveries; waited for %d, %d", h.problems, h.recovered, problems, recovered)
		}
	}
}

// told fails unless just these kinds of problems and so many recoveries were told.
func (h *heard) told(t *testing.T, recovered int, kinds ...fault.Kind) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	ok := len(h.problems) == len(kinds) && h.recovered == recovered
	for i := 0; ok && i < len(kinds); i++ {
		ok = fault.KindOf(h.problems[i]) == kinds[i]
	}
	if !ok {
		t.Errorf("told %v and %d recoveries; want %v, %d", h.problems, h.recovered, kinds, recovered)
	}
}

// quiet is a listener that fails the test when it is told anything.
func quiet(t *testing.T) Listener {
	return Listener{
		Problem:   func(err error) { t.Errorf("told %v", err) },
		Recovered: func() { t.Error("told a recovery") },
	}
}

// synced is what Sync says.
func synced(j *Journal) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return j.Sync(ctx)
}

func settled(t *testing.T, j *Journal) {
	t.Helper()
	if err := synced(j); err != nil {
		t.Fatal(err)
	}
}

func closed(t *testing.T, j *Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// loaded is what a program that opens the folder afterwards finds.
func loaded(t *testing.T, folder string, study Study) (map[Name]string, Notes) {
	t.Helper()
	j := Open(folder, quiet(t))
	defer closed(t, j)
	c, n, err := j.Load(study)
	if err != nil {
		t.Fatal(err)
	}
	return texts(c), n
}

func texts(c Contents) map[Name]string {
	m := map[Name]string{}
	for n, e := range c {
		m[n] = string(e.Value)
	}
	return m
}

// same fails where two sets of values differ.
func same(t *testing.T, what string, got, want map[Name]string) {
	t.Helper()
	for n, v := range want {
		if g, ok := got[n]; !ok || g != v {
			t.Errorf("%s: %v is %q, want %q", what, n, g, v)
			return
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
	}
}

// lines makes a journal of n measures by the format's description in encode's
// comment, and tells where each line ends.
func lines(n int) (data []byte, ends []int, want []map[Name]string) {
	values := map[Name]string{}
	for i := range n {
		text := fmt.Sprintf(`{"time":"2026-11-29T15:02:%02d.5Z","kind":"measure","key":"%d","value":{"length":%d.25,"unit":"mm"}}`, i, i%7, i)
		data = seal(data, 1, []byte(text))
		ends = append(ends, len(data))
		values[Name{"measure", fmt.Sprint(i % 7)}] = fmt.Sprintf(`{"length":%d.25,"unit":"mm"}`, i)
		copied := map[Name]string{}
		for k, v := range values {
			copied[k] = v
		}
		want = append(want, copied)
	}
	return data, ends, want
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func at(folder string, s Study) string { return filepath.Join(folder, s.file()) }

func raw(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
