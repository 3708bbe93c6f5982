//go:build bench && linux

package smoke

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What the issue that asked for it calls enough; seconds, and frames a second.
const (
	aimRate      = 30.0
	aimRateLarge = 20.0 // 4096 × 4096
	aimWindow    = 0.050
	aimPreview   = 0.050
	aimFull      = 0.250
	aimStack     = 0.033
)

// own is what Lightbox measures of itself, see ui/measurereading.go. Times in seconds.
type own struct {
	Window, Stack, Full, Preview []float64
	WindowElapsed, StackElapsed  float64
}

// TestMeasureReading does what a reader does, in Lightbox and in a peer that is shown
// the same files on the same display one after the other, and adds a table to that of
// make bench.
func TestMeasureReading(t *testing.T) {
	binary, data := environment(t, "LIGHTBOX_BENCH_BINARY"), environment(t, "LIGHTBOX_BENCH_DATA")
	m := &comparison{t: t, display: newDisplay(t), binary: binary}
	m.peer, m.missing = findPeer()
	folder := filepath.Join(data, "reading")
	slices300, err := filepath.Glob(filepath.Join(folder, "ct", "*.dcm"))
	if err != nil {
		t.Fatal(err)
	}
	m.single("2140 × 1760, 10 bit", filepath.Join(folder, "film.dcm"), aimRate)
	m.single("4096 × 4096, 16 bit", filepath.Join(folder, "large.dcm"), aimRateLarge)
	m.stack(fmt.Sprintf("%d slices of 512 × 512", len(slices300)), filepath.Join(folder, "ct"), slices300)
	m.write()
}

// How the figures are taken.
const (
	howOwn = "Lightbox: each step calls what a pane calls when it is dragged or the wheel is turned, and its time runs " +
		"until the frame with all three panes was swapped onto the screen. σ goes from 0.5 to 5 px with a kernel of 31 px. " +
		"All slices are decoded. One step is shown before the next is taken, in the peer too."
	howPeer = "The peer, %s: the same files on the same display after Lightbox, in panes of the same size. Each step calls " +
		"what the peer's own tools call for a move of the pointer or a notch of the wheel, and its time runs until every " +
		"pane was reported drawn and the animation frame after the next has begun (requestAnimationFrame twice), up to " +
		"17 ms more than what Lightbox counts. Its frames a second are those of steps taken at each animation frame. It takes " +
		"as many steps as Lightbox, or as many as go into a minute."
)

// comparison collects the lines of the table.
type comparison struct {
	t       *testing.T
	display *display
	binary  string
	peer    *peer
	missing string // why there is no peer
	rows    strings.Builder
	panes   [4]int // of Lightbox's first pane: x, y, width, height in pixels
}

func (m *comparison) row(cells ...string) {
	fmt.Fprintf(&m.rows, "| %s |\n", strings.Join(cells, " | "))
}

// lightbox runs the program on a path until it has measured itself.
func (m *comparison) lightbox(path string) (o own) {
	m.t.Helper()
	file := filepath.Join(m.t.TempDir(), "reading.json")
	m.t.Setenv("LIGHTBOX_BENCH_READING", file)
	p := m.display.start(m.binary, path)
	p.stop(m.t)
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &o)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	m.panes = p.report.Panes[0]
	return o
}

// beside gives the peer's cells: with one pane and with three.
func (m *comparison) beside(files []string, action string, steps int) (cells []string) {
	for _, panes := range []int{1, 3} {
		if m.peer == nil {
			cells = append(cells, "–")
			continue
		}
		a, err := m.peer.measure(m.t, m.display, shown{files, panes, m.panes[2], m.panes[3], action, steps})
		if err != nil {
			cells = append(cells, fmt.Sprintf("not measured: %v", err))
			continue
		}
		if a.Canvas != [2]int{m.panes[2], m.panes[3]} {
			m.t.Errorf("the peer draws into %d × %d pixels, not into %d × %d", a.Canvas[0], a.Canvas[1], m.panes[2], m.panes[3])
		}
		cells = append(cells, fmt.Sprintf("%s, %.1f frames/s", summary(a.Times), a.Rate))
	}
	return cells
}

// inPanes adds how large the panes are, which the stack's bar takes room from.
func (m *comparison) inPanes(what string) string {
	return fmt.Sprintf("%s, in panes of %d × %d", what, m.panes[2], m.panes[3])
}

func (m *comparison) single(what, path string, rate float64) {
	o := m.lightbox(path)
	what = m.inPanes(what)
	achieved := float64(len(o.Window)) / o.WindowElapsed
	m.row(append([]string{"window drag", what,
		fmt.Sprintf("%s, %.1f frames/s", summary(o.Window), achieved),
		fmt.Sprintf("≥ %.0f frames/s %s, p95 ≤ %.0f ms %s", rate, mark(achieved >= rate), 1000*aimWindow, keeps(o.Window, aimWindow))},
		m.beside([]string{path}, "window", len(o.Window))...)...)
	m.row("σ drag: first picture with another filter", what, summary(o.Preview), fmt.Sprintf("p95 ≤ %.0f ms %s", 1000*aimPreview, keeps(o.Preview, aimPreview)), "has no such view", "–")
	m.row("σ drag: full quality", what, summary(o.Full), fmt.Sprintf("p95 ≤ %.0f ms %s", 1000*aimFull, keeps(o.Full, aimFull)), "has no such view", "–")
}

func (m *comparison) stack(what, path string, files []string) {
	o := m.lightbox(path)
	m.row(append([]string{"stack scroll", m.inPanes(what),
		fmt.Sprintf("%s, %.1f frames/s", summary(o.Stack), float64(len(o.Stack))/o.StackElapsed),
		fmt.Sprintf("p95 ≤ %.0f ms %s", 1000*aimStack, keeps(o.Stack, aimStack))},
		m.beside(files, "stack", len(o.Stack))...)...)
}

func (m *comparison) write() {
	name, said := "no peer", m.missing
	if m.peer != nil {
		name, said = m.peer.version, fmt.Sprintf(howPeer, m.peer.version)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### What a reader does, in the real window, drawn by software on a virtual display\n\n%s\n\n%s\n\n", howOwn, said)
	fmt.Fprintf(&b, "| what | picture | Lightbox, three panes | aim | %s, one pane | the same, three panes |\n| --- | --- | --- | --- | --- | --- |\n%s", name, m.rows.String())
	fmt.Print(b.String())
	path := os.Getenv("LIGHTBOX_BENCH_TABLE")
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		m.t.Fatal(err)
	}
	if _, err := f.WriteString(b.String()); err != nil {
		m.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		m.t.Fatal(err)
	}
}

func summary(v []float64) string {
	return fmt.Sprintf("median %.0f ms, p95 %.0f ms", 1000*percentile(v, 0.5), 1000*percentile(v, 0.95))
}

func keeps(v []float64, aim float64) string { return mark(percentile(v, 0.95) <= aim) }

func mark(kept bool) string {
	if kept {
		return "✓"
	}
	return "**✗**"
}

// percentile is the smallest value that so large a part of all does not exceed; not a
// number where there is none.
func percentile(v []float64, part float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	v = slices.Sorted(slices.Values(v))
	return v[max(int(math.Ceil(part*float64(len(v)))), 1)-1]
}
