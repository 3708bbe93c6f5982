//go:build bench && linux

package ui

import (
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"fyne.io/fyne/v2"

	"lightbox/app"
)

// Steps of the wheel while frames are still being decoded, and afterwards.
const (
	stepsWhileDecoding = 100
	stepsDecoded       = 300
)

// aimFrame is the time in seconds that 95 of 100 frames may take.
const aimFrame = 0.033

// listed is how long a stack must not have grown to be taken for complete.
const listed = 300 * time.Millisecond

// A program that is built with the tag bench, and told by LIGHTBOX_BENCH_SCROLL
// where to write what it found, goes through the stack before it reports.
func init() {
	if file := os.Getenv("LIGHTBOX_BENCH_SCROLL"); file != "" {
		beforeReport = func(w *mainWindow, write func()) {
			m := &scrolling{window: w, file: file, write: write, painted: w.onPainted}
			w.onPainted = m.frame
			w.session.Listen(m.changed)
			m.first = time.Since(processStart).Seconds()
			m.beginWhenListed(0)
		}
	}
}

// scrolling turns the wheel by one notch, waits until the frame is on the
// screen, and turns it again.
type scrolling struct {
	window  *mainWindow
	file    string
	write   func()
	painted func()

	left    int
	by      float64
	wanted  int
	began   time.Time
	queued  bool
	waiting bool // for all frames to be decoded
	times   []float64

	first    float64   // seconds since the program began
	ready    string    // how much was decoded when the scrolling began
	decoding []float64 // seconds, each from the notch to the painted frame
	cpu      float64   // seconds of this process for each step, all decoded
}

// beginWhenListed begins when the stack has ceased to grow.
func (m *scrolling) beginWhenListed(before int) {
	n := m.window.session.State().Frames()
	if n > 1 && n == before {
		m.ready = fmt.Sprintf("%d of %d decoded", len(m.window.session.State().Loaded), n)
		m.begin(stepsWhileDecoding)
		return
	}
	time.AfterFunc(listed, func() { fyne.Do(func() { m.beginWhenListed(n) }) })
}

func (m *scrolling) begin(steps int) {
	m.left, m.times, m.by = steps, nil, -1
	m.cpu = -processorTime()
	m.step()
}

// step turns the wheel by one notch; at an end of the stack the other way.
func (m *scrolling) step() {
	st := m.window.session.State()
	if n := st.Frame - int(m.by); n < 0 || n >= st.Frames() {
		m.by = -m.by
	}
	m.wanted, m.queued, m.began = st.Frame-int(m.by), false, time.Now()
	m.window.panes.boxes[0].hand.Wheel(m.by, false, m.window.session.State().Centre())
}

// frame is called while a pane is painted. What is queued here runs when the
// frame has been swapped onto the screen.
func (m *scrolling) frame() {
	st := m.window.session.State()
	if m.left == 0 || m.queued || st.Frame != m.wanted || st.Scan == nil || st.Scan.Path != st.Stack().Frames[m.wanted].Item.Path() {
		return
	}
	m.queued = true
	fyne.Do(m.shown)
}

func (m *scrolling) shown() {
	m.times = append(m.times, time.Since(m.began).Seconds())
	if m.left--; m.left > 0 {
		m.step()
		return
	}
	if m.decoding == nil {
		m.decoding, m.waiting = m.times, true
		m.changed(app.LoadedChanged)
		return
	}
	m.cpu = (m.cpu + processorTime()) / stepsDecoded
	m.end()
}

func (m *scrolling) changed(e app.Event) {
	if st := m.window.session.State(); e == app.LoadedChanged && m.waiting && len(st.Loaded) == st.Frames() {
		m.waiting = false
		time.AfterFunc(time.Second, func() { fyne.Do(func() { m.begin(stepsDecoded) }) })
	}
}

// processorTime is what this process has used, in seconds.
func processorTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// end adds a line to the table of the benchmark.
func (m *scrolling) end() {
	m.window.onPainted = m.painted
	name := filepath.Base(filepath.Dir(m.window.session.State().Scan.Path))
	p95 := percentile(m.times, 0.95)
	verdict := "✓"
	if p95 > aimFrame {
		verdict = "**✗**"
	}
	line := fmt.Sprintf("| %s | %.2f s | %s: %s | %s %s | %.1f ms | %s |\n", name, m.first, m.ready, times(m.decoding), times(m.times), verdict, 1000*m.cpu, peakMemory())
	f, err := os.OpenFile(m.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(line)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		slog.Error("scrolling was measured in vain", "error", err)
	}
	m.write()
}

func times(v []float64) string {
	return fmt.Sprintf("median %.1f ms, p95 %.1f ms, longest %.1f ms", 1000*percentile(v, 0.5), 1000*percentile(v, 0.95), 1000*percentile(v, 1))
}

// percentile is the smallest value that so large a part of all does not exceed.
func percentile(v []float64, part float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[max(int(math.Ceil(part*float64(len(v)))), 1)-1]
}

// peakMemory is the largest resident memory of this process so far, its
// libraries included and its workers not (proc(5)).
func peakMemory() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			if kib, err := strconv.Atoi(f[1]); err == nil {
				return fmt.Sprintf("%.0f MB", float64(kib)*1.024/1000)
			}
		}
	}
	return "unknown"
}
