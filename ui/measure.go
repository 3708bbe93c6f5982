//go:build bench && linux

package ui

import (
	"encoding/json"
	"log/slog"
	"os"
	"syscall"
	"time"

	"fyne.io/fyne/v2"

	"lightbox/app"
	"lightbox/model"
)

// Steps of the wheel while frames are still being decoded, and afterwards.
const (
	stepsWhileDecoding = 100
	stepsDecoded       = 300
)

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
			m.Painted = time.Since(processStart).Seconds()
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

	Painted    float64 `json:"painted_s"` // since the program began
	Begun      float64 `json:"begun_s"`   // the same of the scrolling
	LoadedThen int     `json:"loaded_then"`

	Decoding []float64 `json:"decoding_s"` // each from the notch to the painted frame
	Decoded  []float64 `json:"decoded_s"`
	CPU      float64   `json:"cpu_s"`  // processor time of this process for each step, all decoded
	Status   string    `json:"status"` // of this process (proc(5)), at the end
}

// beginWhenListed begins when the stack has ceased to grow.
func (m *scrolling) beginWhenListed(before int) {
	n := m.window.session.State().Frames()
	if n > 1 && n == before {
		m.Begun, m.LoadedThen = time.Since(processStart).Seconds(), len(m.window.session.State().Loaded)
		m.begin(stepsWhileDecoding)
		return
	}
	time.AfterFunc(listed, func() { fyne.Do(func() { m.beginWhenListed(n) }) })
}

func (m *scrolling) begin(steps int) {
	m.left, m.times, m.by = steps, nil, -1
	m.CPU = -processorTime()
	m.step()
}

// step turns the wheel by one notch; at an end of the stack the other way.
func (m *scrolling) step() {
	st := m.window.session.State()
	if n := st.Frame - int(m.by); n < 0 || n >= st.Frames() {
		m.by = -m.by
	}
	m.wanted, m.queued, m.began = st.Frame-int(m.by), false, time.Now()
	m.window.scroll(m.by, 0, m.window.session.PaneCentre())
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
	if m.Decoding == nil {
		m.Decoding, m.waiting = m.times, true
		m.changed(app.LoadedChanged)
		return
	}
	m.Decoded = m.times
	m.CPU = (m.CPU + processorTime()) / stepsDecoded
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

func (m *scrolling) end() {
	m.window.onPainted = m.painted
	status, err := os.ReadFile("/proc/self/status")
	m.Status = string(status)
	if err != nil {
		slog.Warn("no memory figures", "error", err)
	}
	data, err := json.Marshal(m)
	if err == nil {
		err = model.WriteFileAtomic(m.file, data)
	}
	if err != nil {
		slog.Error("scrolling was measured in vain", "error", err)
	}
	m.write()
}
