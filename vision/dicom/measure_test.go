//go:build bench && linux

package dicom_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestMeasureDecode times every transfer syntax beside DCMTK, GDCM, OpenJPEG
// and OpenJPH, all in turns on one core. LIGHTBOX_BINARY names our program.
func TestMeasureDecode(t *testing.T) {
	program := os.Getenv("LIGHTBOX_BINARY")
	if program == "" {
		t.Skip("LIGHTBOX_BINARY does not name the program")
	}
	dir := os.Getenv("LIGHTBOX_BENCH_DATA")
	if dir == "" {
		dir = t.TempDir()
	}
	adopt(t)
	var inside, whole, starts table
	inside.head("Decoding: milliseconds for a megapixel (a million pixels, all samples), on one core", "syntax", "bits/pixel", "Lightbox in process", "DCMTK", "GDCM", "OpenJPEG", "OpenJPH",
		"ratio to the fastest (aim ≤ 1)", "the same by processor time", "a worker adds, a frame")
	whole.head("Whole processes: milliseconds for the file, on one core unless said otherwise", "syntax", "frames", "`lightbox info --hash`", "with all cores", "DCMTK", "GDCM", "OpenJPEG", "OpenJPH", "ratio to the fastest", "the same by processor time")
	starts.head("Start-up: milliseconds for a picture of 64 × 64, on one core; in brackets processor time", "syntax", "`lightbox info --hash`", "DCMTK", "GDCM", "OpenJPEG", "OpenJPH")
	for _, c := range cases() {
		if only := os.Getenv("LIGHTBOX_BENCH_ONLY"); !strings.Contains(c.name, only) {
			continue
		}
		m := measure(t, c, program, dir)
		if m.missing != "" {
			inside.row(c.name, m.missing)
			continue
		}
		inside.row(m.insideRow()...)
		whole.row(m.wholeRow()...)
		starts.row(m.startRow()...)
	}
	for _, x := range []*table{&inside, &whole, &starts} {
		x.write(t)
	}
}

// tools are the references, in the order of the columns.
var tools = []string{"DCMTK", "GDCM", "OpenJPEG", "OpenJPH"}

// took is a median of times in milliseconds: on the clock and of processors.
// NaN is what was not measured, for a reason that note tells.
type took struct {
	wall, cpu float64
	note      string
}

var nothing = took{wall: math.NaN(), cpu: math.NaN(), note: "–"}

func (a took) minus(b took) took {
	return took{wall: a.wall - b.wall, cpu: a.cpu - b.cpu, note: a.note}
}

func (a took) over(n float64) took {
	return took{wall: a.wall / n, cpu: a.cpu / n, note: a.note}
}

func (a took) cell() string {
	switch {
	case math.IsNaN(a.wall):
		return a.note
	case a.wall < 10:
		return fmt.Sprintf("%.2f", a.wall)
	}
	return fmt.Sprintf("%.1f", a.wall)
}

// measured is all that was found of one syntax.
type measured struct {
	testCase
	missing    string
	bits       float64 // of the codestream for each pixel
	program    took    // whole, one core
	all        took    // with all cores
	start      took
	whole      [4]took // of tools
	small      [4]took
	writing    took // the decoded file
	inProcess  took // each frame
	isolation  float64
	megapixels float64 // of the file
}

func measure(t *testing.T, c testCase, program, dir string) measured {
	m := measured{testCase: c, megapixels: float64(c.side) * float64(c.side) * float64(c.frames) / 1e6}
	for i := range tools {
		m.whole[i], m.small[i] = nothing, nothing
	}
	file, err := c.write(t, dir, c.side, c.frames)
	if err != nil {
		m.missing = err.Error()
		return m
	}
	small, err := c.write(t, dir, 64, 1)
	if err != nil {
		m.missing = err.Error()
		return m
	}
	m.bits = file.bits

	out := filepath.Join(t.TempDir(), "out")
	var runs []*timing
	ours := add(&runs, pinned(program, "info", "--hash", file.path))
	all := add(&runs, []string{program, "info", "--hash", file.path})
	begin := add(&runs, pinned(program, "info", "--hash", small.path))
	var theirs, begins [4]*timing
	for i, command := range c.references {
		if command == nil {
			continue
		}
		if _, err := exec.LookPath(command[0]); err != nil {
			m.whole[i].note = command[0] + " is not installed"
			continue
		}
		theirs[i] = add(&runs, pinned(filled(command, file, out)...))
		begins[i] = add(&runs, pinned(filled(command, small, out)...))
	}
	for range repeats() {
		for _, r := range runs { // in turns, so that all meet the same machine
			r.run()
		}
	}
	m.program, m.all, m.start = ours.median(), all.median(), begin.median()
	for i := range tools {
		if theirs[i] != nil {
			m.whole[i], m.small[i] = theirs[i].median(), begins[i].median()
		}
	}
	m.writing = writing(t, out, file.decoded)
	alone, beside := inChild(t, file.path, true), inChild(t, file.path, false)
	m.inProcess = took{wall: alone.Wall, cpu: alone.CPU}
	m.isolation = beside.Worker - beside.Wall
	return m
}

// net is what a reference took for a megapixel, without what it took to start
// and to write the decoded file.
func (m *measured) net(i int) took {
	return m.whole[i].minus(m.small[i]).minus(m.writing).over(m.megapixels)
}

// fastest gives the smallest figure of the references, NaN for none.
func fastest(of func(i int) float64) float64 {
	best := math.NaN()
	for i := range tools {
		if v := of(i); !math.IsNaN(v) && !(v > best) {
			best = v
		}
	}
	return best
}

func (m *measured) insideRow() []string {
	each := m.inProcess.over(m.megapixels / float64(m.frames))
	row := []string{m.name, fmt.Sprintf("%.1f", m.bits), each.cell()}
	for i := range tools {
		row = append(row, m.net(i).cell())
	}
	return append(row, ratio(each.wall, fastest(func(i int) float64 { return m.net(i).wall })),
		ratio(each.cpu, fastest(func(i int) float64 { return m.net(i).cpu })), fmt.Sprintf("%.2f ms", m.isolation))
}

func (m *measured) wholeRow() []string {
	row := []string{m.name, fmt.Sprintf("%d of %d²", m.frames, m.side), m.program.cell(), m.all.cell()}
	for i := range tools {
		row = append(row, m.whole[i].cell())
	}
	return append(row, ratio(m.program.wall, fastest(func(i int) float64 { return m.whole[i].wall })),
		ratio(m.program.cpu, fastest(func(i int) float64 { return m.whole[i].cpu })))
}

func (m *measured) startRow() []string {
	row := []string{m.name}
	for _, a := range append([]took{m.start}, m.small[:]...) {
		if row = append(row, a.cell()); !math.IsNaN(a.wall) {
			row[len(row)-1] += fmt.Sprintf(" (%.0f)", a.cpu)
		}
	}
	return row
}

func ratio(ours, best float64) string {
	switch v := ours / best; {
	case math.IsNaN(v):
		return "–"
	case best <= 0:
		return "the reference is within the noise"
	case v <= 1:
		return fmt.Sprintf("%.2f ✓", v)
	default:
		return fmt.Sprintf("%.2f **✗**", v)
	}
}

// table collects the lines of a Markdown table, which goes to the file that
// LIGHTBOX_BENCH_TABLE names and to standard output.
type table struct {
	b       strings.Builder
	columns int
}

func (x *table) row(cells ...string) {
	for len(cells) < x.columns {
		cells = append(cells, "")
	}
	fmt.Fprintf(&x.b, "| %s |\n", strings.Join(cells, " | "))
}

func (x *table) head(title string, names ...string) {
	x.columns = len(names)
	fmt.Fprintf(&x.b, "\n### %s\n\n", title)
	x.row(names...)
	x.row(slices.Repeat([]string{"---"}, len(names))...)
}

func (x *table) write(t *testing.T) {
	fmt.Print(x.b.String())
	if path := os.Getenv("LIGHTBOX_BENCH_TABLE"); path != "" {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			_, err = f.WriteString(x.b.String())
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// repeats is how often each process is run: LIGHTBOX_BENCH_RUNS, or 5.
func repeats() int {
	if n, err := strconv.Atoi(os.Getenv("LIGHTBOX_BENCH_RUNS")); err == nil && n > 0 {
		return n
	}
	return 5
}

// pinned has a command run on the last core only, where the system can do so.
func pinned(command ...string) []string {
	if _, err := exec.LookPath("taskset"); err != nil {
		return command
	}
	return append([]string{"taskset", "-c", strconv.Itoa(runtime.NumCPU() - 1)}, command...)
}

// inChild times the frames of a file in a process of its own: on one core, or
// on all of them and in turns with a worker.
func inChild(t *testing.T, path string, onOneCore bool) (x frameTimes) {
	command := []string{os.Args[0], "-test.run", "^TestMeasureFrames$", "-test.v"}
	variables := append(os.Environ(), "LIGHTBOX_BENCH_FILE="+path)
	if onOneCore {
		command = pinned(command...)
	} else {
		variables = append(variables, "LIGHTBOX_BENCH_WORKER=1")
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = variables
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if s, ok := strings.CutPrefix(line, "MEASURED "); ok && json.Unmarshal([]byte(s), &x) == nil {
			return x
		}
	}
	t.Fatalf("nothing was measured:\n%s", out)
	return x
}
