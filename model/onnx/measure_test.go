//go:build bench && linux

package onnx

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	defaultRuns  = 5
	roundsPerRun = 3
	// burst is how long a contestant runs in its turn, in milliseconds: long
	// enough for caches and threads to be warm, short enough for its rivals to
	// meet the same load.
	burst     = 40
	passes    = 3 // at least, in a burst
	slow      = 5 // bursts that so many may take together; one pass is always made
	batch     = 32
	aimLogits = tolerance
)

// contestants, in the order of the columns.
const (
	byLightbox = iota
	byGorgonia
	byONNXRuntime
	byOpenCV
	contestants
)

// contestant runs one network.
type contestant struct {
	missing string                         // why it does not
	burst   func(ms float64) (took, error) // for so many milliseconds
	output  func() ([]float32, error)
	done    func()    // frees what it holds; nil where that is nothing
	wall    []float64 // of each burst
	cpu     []float64
}

// took is what a pass takes in milliseconds: the median on the clock, and the
// mean of processor time, of all threads, those included that wait in a loop.
type took struct{ wall, cpu float64 }

// TestMeasureModel times forward passes of Lightbox beside other runtimes, in
// turns, with the same weights and inputs.
func TestMeasureModel(t *testing.T) {
	cores := runtime.GOMAXPROCS(0)
	nets := measuredNets(t)
	var b strings.Builder
	for _, way := range []struct {
		title          string
		images, thread int
	}{
		{"Forward pass: milliseconds at batch 1, one thread", 1, 1},
		{fmt.Sprintf("Forward pass: milliseconds a picture in batches of %d, one thread", batch), batch, 1},
		{fmt.Sprintf("Forward pass: milliseconds a picture in batches of %d, all %d cores", batch, cores), batch, cores},
	} {
		rivals := startRivals(t, nets, way.images, way.thread)
		fmt.Fprintf(&b, "\n### %s\n\nThe same weights and pictures, in turns; medians of %d rounds, ratios of the two times of each round. "+
			"Processor time is that of all threads, with those that wait in a loop.\n\n", way.title, roundsPerRun*runs())
		row(&b, "network", "MFLOP", "Lightbox", "GFLOP/s", "Gorgonia's stock graph", rivals[0].title, rivals[1].title,
			"ratio to ONNX Runtime (aim ≤ 1)", "the same by processor time", "ratio to OpenCV DNN", "largest difference of logits (aim ≤ 1e-4)")
		row(&b, slices.Repeat([]string{"---"}, 11)...)
		for i, n := range nets {
			all := [contestants]*contestant{n.ours(t, way.images, way.thread), n.stock(t, way.images, way.thread), rivals[0].contestant(i), rivals[1].contestant(i)}
			differences := compete(t, n.name, all)
			row(&b, n.line(all, way.images, differences)...)
			for _, c := range all {
				if c.done != nil {
					c.done()
				}
			}
		}
	}
	publish(t, b.String())
}

// compete has all in turns for some rounds, and says by how much the outputs
// differ from ours at most.
func compete(t *testing.T, network string, all [contestants]*contestant) (difference float64) {
	t.Helper()
	difference = math.NaN()
	var ours []float32
	for i, c := range all { // once without the clock
		if c.missing != "" {
			continue
		}
		got, err := c.output()
		switch {
		case err != nil:
			c.missing = "fails: " + err.Error()
		case i == byLightbox:
			ours = got
		default:
			if d := worst(got, ours); !(d <= difference) {
				difference = d
			}
		}
	}
	for range roundsPerRun * runs() {
		for _, c := range all {
			if c.missing != "" {
				continue
			}
			pass, err := c.burst(burst)
			if err != nil {
				t.Fatalf("%s: %v", network, err)
			}
			c.wall, c.cpu = append(c.wall, pass.wall), append(c.cpu, pass.cpu)
		}
	}
	return difference
}

func (n measuredNet) line(all [contestants]*contestant, images int, difference float64) []string {
	own := median(all[byLightbox].wall) / float64(images)
	cells := []string{n.name, fmt.Sprintf("%.1f", n.flop/1e6), all[byLightbox].cell(images), fmt.Sprintf("%.0f", n.flop/own/1e6)}
	for _, c := range all[byGorgonia:] {
		cells = append(cells, c.cell(images))
	}
	ours, best := all[byLightbox], all[byONNXRuntime]
	cells = append(cells, ratio(ours.wall, best.wall, true), ratio(ours.cpu, best.cpu, false), ratio(ours.wall, all[byOpenCV].wall, false))
	switch {
	case math.IsNaN(difference):
		return append(cells, "–")
	case difference <= aimLogits:
		return append(cells, fmt.Sprintf("%.0e ✓", difference))
	}
	return append(cells, fmt.Sprintf("%.0e **✗**", difference))
}

func (c *contestant) cell(images int) string {
	if len(c.wall) == 0 {
		return c.missing
	}
	return fmt.Sprintf("%.4f", median(c.wall)/float64(images))
}

// ratio is the median of the ratios in each round: what loads the machine loads
// both of them.
func ratio(ours, theirs []float64, aim bool) string {
	if len(theirs) == 0 || len(ours) == 0 {
		return "–"
	}
	var each []float64
	for i, ms := range ours {
		each = append(each, ms/theirs[i])
	}
	mark := ""
	if aim {
		if mark = " ✓"; median(each) > 1 {
			mark = " **✗**"
		}
	}
	return fmt.Sprintf("%.2f%s", median(each), mark)
}

// timed runs f for so many milliseconds on so many threads of Go, as the
// references do.
func timed(ms float64, threads int, f func() error) (took, error) {
	before := runtime.GOMAXPROCS(threads)
	defer runtime.GOMAXPROCS(before)
	var times []float64
	began, used := time.Now(), processorTime()
	more := func() bool {
		spent := milliseconds(time.Since(began))
		return len(times) == 0 || spent < ms || len(times) < passes && spent < slow*ms
	}
	for more() {
		start := time.Now()
		if err := f(); err != nil {
			return took{}, err
		}
		times = append(times, milliseconds(time.Since(start)))
	}
	return took{median(times), milliseconds(processorTime()-used) / float64(len(times))}, nil
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// runs is LIGHTBOX_BENCH_RUNS, or 5.
func runs() int {
	if n, err := strconv.Atoi(os.Getenv("LIGHTBOX_BENCH_RUNS")); err == nil && n > 0 {
		return n
	}
	return defaultRuns
}

func row(b *strings.Builder, cells ...string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }

// publish puts a table to standard output and to the file that
// LIGHTBOX_BENCH_TABLE names.
func publish(t *testing.T, table string) {
	t.Helper()
	fmt.Print(table)
	path := os.Getenv("LIGHTBOX_BENCH_TABLE")
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(table); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
