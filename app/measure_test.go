//go:build bench

package app

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What the issue that asked for it calls enough, for the lines below. MB is 10⁶ bytes.
const (
	aimFirst    = 500 * time.Millisecond
	aimIndex    = 2 * time.Second
	aimDecoded  = 5 * time.Second
	aimBeyond   = 300e6 // bytes beyond the pixels, or beyond the cache
	aimGrowth   = 0.05  // of memory after ten studies
	smallCache  = 128 << 20
	defaultRuns = 5
	fewRuns     = 3                // are enough …
	longRuns    = 40 * time.Second // … where they take so long together
)

// table collects the lines of a Markdown table, which goes to the file that
// LIGHTBOX_BENCH_TABLE names and to standard output.
type table struct{ b strings.Builder }

func (x *table) row(cells ...string) { fmt.Fprintf(&x.b, "| %s |\n", strings.Join(cells, " | ")) }

func (x *table) head(title string, names ...string) {
	fmt.Fprintf(&x.b, "\n### %s\n\n", title)
	x.row(names...)
	x.row(slices.Repeat([]string{"---"}, len(names))...)
}

func (x *table) write(t *testing.T) {
	t.Helper()
	fmt.Print(x.b.String())
	if path := os.Getenv("LIGHTBOX_BENCH_TABLE"); path != "" {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(x.b.String()); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMeasureStack opens a stack of 1,000 slices, each time in a process of its
// own, and tells how long its first picture, its index and all of its frames
// take, and how much memory.
func TestMeasureStack(t *testing.T) {
	v := writeVolume(t)
	var x table
	x.head("A CT of 1,000 slices of 512 × 512 × 16 bit ("+v.source+"), as a session opens it",
		"slices are", "first picture", "headers read", "all decoded", "peak memory, all in the cache", "peak memory, cache of 128 MiB", "reference")
	x.row("aim", "≤ 0.5 s", "≤ 2 s", "≤ 5 s, uncompressed", "≤ pixels + 300 MB = "+megabytes(int64(v.pixelBytes+aimBeyond)), "≤ 128 MiB + 300 MB = "+megabytes(smallCache+aimBeyond), "")
	for _, k := range v.kinds {
		if k.missing != "" {
			x.row(k.name, k.missing, "", "", "", "", "")
			continue
		}
		var first, index, all, peak []float64
		began := time.Now()
		for len(all) < runs() && (len(all) < fewRuns || time.Since(began) < longRuns) {
			o := inProcess(t, order{Folders: []string{k.folder}})
			first, index, all = append(first, o.First), append(index, o.Index), append(all, o.All)
			peak = append(peak, float64(o.Peak))
		}
		small := inProcess(t, order{Folders: []string{k.folder}, Cache: smallCache})
		aim := aimDecoded.Seconds()
		if k.name != uncompressed {
			aim = 0
		}
		x.row(fmt.Sprintf("%s (%d runs)", k.name, len(all)), against(median(first), aimFirst.Seconds()), against(median(index), aimIndex.Seconds()), against(median(all), aim),
			held(int64(median(peak)), int64(v.pixelBytes+aimBeyond)), held(small.Peak, smallCache+aimBeyond), k.reference(t))
	}
	x.write(t)
}

// TestMeasureTen opens ten studies one after the other and compares the memory
// of the last with that of the first.
func TestMeasureTen(t *testing.T) {
	v := writeVolume(t)
	var x table
	x.head("Memory with ten studies of 200 slices opened one after the other (after a collection, workers included)", "slices are", "first open", "tenth open", "growth", "aim")
	for _, k := range v.kinds {
		if k.missing != "" {
			x.row(k.name, k.missing, "", "", "")
			continue
		}
		o := inProcess(t, order{Folders: v.ten(t, k)})
		first, last := float64(o.Resident[0]), float64(o.Resident[len(o.Resident)-1])
		growth := last/first - 1
		x.row(k.name, megabytes(int64(first)), megabytes(int64(last)), fmt.Sprintf("%+.1f %%%s", 100*growth, mark(growth, aimGrowth)), "≤ 5 %")
	}
	x.write(t)
}

// order is what a child process is to measure, outcome what it found.
type (
	order struct {
		Folders []string
		Cache   int64 // bytes, if not the program's own choice
	}
	outcome struct {
		First, Index, All float64 // seconds since OpenAll
		Resident          []int64 // bytes with each of the folders open, all frames decoded
		Peak              int64   `json:"-"` // bytes, of the whole process tree, as the parent sees it
	}
)

// inProcess runs an order in a fresh process and watches its memory.
func inProcess(t *testing.T, o order) outcome {
	t.Helper()
	data, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	result := filepath.Join(t.TempDir(), "outcome.json")
	cmd := exec.Command(os.Args[0], "-test.run", "^TestMeasureChild$")
	cmd.Env = append(os.Environ(), "LIGHTBOX_BENCH_ORDER="+string(data), "LIGHTBOX_BENCH_OUTCOME="+result)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	peak := int64(0)
	for waiting := true; waiting; {
		select {
		case err = <-done:
			waiting = false
		case <-time.After(5 * time.Millisecond):
			now, _ := residentTree(cmd.Process.Pid)
			peak = max(peak, now)
		}
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	if data, err = os.ReadFile(result); err != nil {
		t.Fatal(err)
	}
	var found outcome
	if err := json.Unmarshal(data, &found); err != nil {
		t.Fatal(err)
	}
	found.Peak = peak
	return found
}

// TestMeasureChild is the child.
func TestMeasureChild(t *testing.T) {
	var o order
	if s := os.Getenv("LIGHTBOX_BENCH_ORDER"); s == "" {
		t.Skip("only measures what another process orders")
	} else if err := json.Unmarshal([]byte(s), &o); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	if o.Cache > 0 {
		d.do(func(s *Session) { s.useCache(o.Cache) })
	}
	go func() { _, _ = d.session.network.Model() }() // as the window does
	var found outcome
	for _, folder := range o.Folders {
		w := d.timed(folder)
		if o.Cache > 0 {
			d.leaf()
		} else {
			<-w.all
		}
		found.First, found.Index, found.All = w.times[0], w.times[1], w.times[2]
		if len(o.Folders) > 1 {
			found.Resident = append(found.Resident, settledMemory())
		}
	}
	data, err := json.Marshal(found)
	if err == nil {
		err = os.WriteFile(os.Getenv("LIGHTBOX_BENCH_OUTCOME"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// opened watches an opening: when its first picture was shown, its headers were
// read, its frames were all decoded.
type opened struct {
	began time.Time
	times [3]float64
	all   chan struct{}
}

// timed opens a folder and returns at the end of its index.
func (d *desk) timed(folder string) *opened {
	w := &opened{all: make(chan struct{})}
	index := make(chan struct{})
	d.do(func(s *Session) {
		s.listeners = append(s.listeners[:1:1], func(e Event) {
			st, now := s.State(), time.Since(w.began).Seconds()
			if w.times[0] == 0 && (e == ScanOpened || e == FrameShown) && st.Scan != nil && strings.HasPrefix(st.Scan.Path, folder) {
				w.times[0] = now
			}
			if w.times[1] == 0 && e == CatalogChanged && s.open.cancel == nil {
				w.times[1] = now
				close(index)
			}
			if w.times[2] == 0 && w.times[1] != 0 && len(st.Loaded) == st.Frames() {
				w.times[2] = now
				close(w.all)
			}
		})
		w.began = time.Now()
		s.OpenAll([]string{folder})
	})
	<-index
	return w
}

// leaf goes through the stack, waiting for each picture.
func (d *desk) leaf() {
	n := 0
	d.do(func(s *Session) { n = s.State().Frames() })
	for i := 0; i < n; i += 5 {
		d.do(func(s *Session) { s.ScrollTo(i) })
		d.until("the frame", func(st *State) bool { return d.session.State().shows(i) })
	}
}

// settledMemory is what this process and its workers occupy after a collection.
func settledMemory() int64 {
	time.Sleep(1200 * time.Millisecond) // workers give memory back a second after their last frame
	runtime.GC()
	freeMemory()
	bytes, _ := residentTree(os.Getpid())
	return bytes
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// runs is how often something is measured: LIGHTBOX_BENCH_RUNS, or 5.
func runs() int {
	if n, err := strconv.Atoi(os.Getenv("LIGHTBOX_BENCH_RUNS")); err == nil && n > 0 {
		return n
	}
	return defaultRuns
}

// against prints seconds with whether they keep to an aim, 0 for none.
func against(s, aim float64) string {
	text := fmt.Sprintf("%.2f s", s)
	if aim > 0 {
		text += mark(s, aim)
	}
	return text
}

func held(bytes, limit int64) string { return megabytes(bytes) + mark(float64(bytes), float64(limit)) }

func mark(v, aim float64) string {
	if v <= aim {
		return " ✓"
	}
	return " **✗**"
}

func megabytes(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/1e6) }
