//go:build bench && linux

package ui

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/go-gl/gl/v2.1/gl"

	"lightbox/app"
)

const (
	warmUp  = 40   // steps of each kind before those that are counted: buffers get their size
	samples = 40   // of each kind of step
	flat    = 0.05 // by which part what is held may grow from the first quarter to the last
	names   = 8192 // OpenGL textures are numbered from 1 on, the lowest free number first
)

// settled tells that nothing more is being made of the scan.
func settled(st *app.State) bool { return st.Reading.Status != app.Running }

// held is what the program holds at one moment.
type held [len(quantities)]float64

// quantities are what a sample counts.
var quantities = [...]struct {
	name  string
	scale float64 // of what is counted to what is printed
	count func() float64
}{
	{"resident memory, MB", 1e-6, residentBytes},
	{"Go heap, MB", 1e-6, heapBytes},
	{"goroutines", 1, func() float64 { return float64(runtime.NumGoroutine()) }},
	{"file descriptors", 1, func() float64 { return entries("/proc/self/fd") }},
	{"decoding processes", 1, children},
	{"OpenCV Mats", 1, mats},
	{"OpenGL textures", 1, func() float64 { return textures }},
}

// textures is how many there were when a pane was painted last: only then may OpenGL
// be asked.
var textures = math.NaN()

// meter samples what the program holds while it is used.
type meter struct {
	phases []phase
	dirty  bool // textures are to be counted
}

type phase struct {
	name    string
	steps   int
	at      []float64 // step of each sample
	samples []held
	took    time.Duration
	began   time.Time
}

func (m *meter) begin(name string, steps int) {
	m.phases = append(m.phases, phase{name: name, steps: steps, began: time.Now()})
	m.dirty = true
}

// step is told of each step before it is taken, those to warm up by numbers below 0.
func (m *meter) step(i int) {
	p := &m.phases[len(m.phases)-1]
	if i < 0 {
		p.began = time.Now()
		return
	}
	every := max(p.steps/samples, 1)
	switch {
	case i%every == every-1:
		p.at, p.samples = append(p.at, float64(i)), append(p.samples, sample())
	case i%every == max(every-2, 0):
		m.dirty = true
	}
}

func (m *meter) end() {
	p := &m.phases[len(m.phases)-1]
	p.took = time.Since(p.began)
}

// painting counts the textures where that is due.
func (m *meter) painting() {
	if !m.dirty {
		return
	}
	m.dirty, textures = false, 0
	for name := uint32(1); name <= names; name++ {
		if gl.IsTexture(name) {
			textures++
		}
	}
}

// sample counts everything, without the garbage that lies about: what a sync.Pool holds
// and what waits for a finalizer goes with the second collection.
func sample() (h held) {
	runtime.GC()
	debug.FreeOSMemory()
	for i, q := range quantities {
		h[i] = q.scale * q.count()
	}
	return h
}

func residentBytes() float64 {
	data, err := os.ReadFile("/proc/self/statm")
	if f := strings.Fields(string(data)); err == nil && len(f) > 1 {
		if pages, err := strconv.ParseFloat(f[1], 64); err == nil {
			return pages * float64(os.Getpagesize())
		}
	}
	return math.NaN()
}

func heapBytes() float64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc)
}

func entries(folder string) float64 {
	list, err := os.ReadDir(folder)
	if err != nil {
		return math.NaN()
	}
	return float64(len(list))
}

// children counts the processes that this one started and has not laid to rest.
func children() (n float64) {
	files, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil || len(files) == 0 {
		return math.NaN()
	}
	for _, f := range files {
		if data, err := os.ReadFile(f); err == nil { // a thread may have ended since
			n += float64(len(strings.Fields(string(data))))
		}
	}
	return n
}

// write adds a table to the benchmark's.
func (m *meter) write(file string) error {
	var b strings.Builder
	b.WriteString("\n### What is held while Lightbox is used for long, in the real window (aim: no more than 5 % from the first quarter to the last)\n\n" +
		"Sampled 40 times each, after 40 steps that are not counted, each time after a collection of garbage. First and last are the means of the first and the last quarter.\n\n" +
		"| steps | held | first | last | for 1,000 steps | flat |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, p := range m.phases {
		for i, q := range quantities {
			var v []float64
			for _, s := range p.samples {
				v = append(v, s[i])
			}
			n := max(len(v)/4, 1)
			first, last := average(v[:n]), average(v[len(v)-n:])
			fmt.Fprintf(&b, "| %d %s in %.0f s | %s | %.1f | %.1f | %+.2f | %s |\n", p.steps, p.name, p.took.Seconds(), q.name, first, last, 1000*slope(p.at, v), verdict(first, last))
		}
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(b.String()); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

func average(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// slope is that of the line of least squares.
func slope(x, y []float64) float64 {
	mx, my := average(x), average(y)
	var xy, xx float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
	}
	return xy / xx
}
