//go:build bench && linux

package dicom_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lightbox/vision/dicom"
	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch"
	"lightbox/vision/worker"
)

// timing is a command and the times of its runs.
type timing struct {
	command   []string
	wall, cpu []float64
	failed    string
}

func add(to *[]*timing, command []string) *timing {
	r := &timing{command: command}
	*to = append(*to, r)
	return r
}

// run runs the command once. Processor time counts that of all processes below
// it: those that it leaves behind, as our program does its workers, become ours
// and are waited for.
func (r *timing) run() {
	if r.failed != "" {
		return
	}
	cmd := exec.Command(r.command[0], r.command[1:]...)
	began, used := time.Now(), processorTime(unix.RUSAGE_CHILDREN)
	err := cmd.Run()
	r.wall = append(r.wall, milliseconds(time.Since(began)))
	for adopted := error(nil); adopted == nil || errors.Is(adopted, unix.EINTR); {
		_, adopted = unix.Wait4(-1, nil, 0, nil) // until there is no child any more
	}
	if err != nil {
		r.failed = "fails: " + err.Error()
		return
	}
	r.cpu = append(r.cpu, milliseconds(processorTime(unix.RUSAGE_CHILDREN)-used))
}

// adopt makes orphans of all processes below this one its children (prctl(2)).
func adopt(t *testing.T) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
}

func (r *timing) median() took {
	if r.failed != "" {
		x := nothing
		x.note = r.failed
		return x
	}
	return took{wall: median(r.wall), cpu: median(r.cpu)}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// filled puts the names of files into a command.
func filled(command []string, f written, out string) []string {
	r := strings.NewReplacer("IN", f.path, "STREAM", f.stream, "OUT", out)
	var all []string
	for _, c := range command {
		all = append(all, r.Replace(c))
	}
	return all
}

// writing times what the references do beside decoding: to write the decoded
// values, here without any decoding.
func writing(t *testing.T, path string, bytes int) took {
	data := make([]byte, bytes)
	for i := range data {
		data[i] = byte(i * 31)
	}
	var wall, cpu []float64
	for range repeats() {
		_ = os.Remove(path) // it may not be there
		began, used := time.Now(), processorTime(unix.RUSAGE_SELF)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		wall, cpu = append(wall, milliseconds(time.Since(began))), append(cpu, milliseconds(processorTime(unix.RUSAGE_SELF)-used))
	}
	return took{wall: median(wall), cpu: median(cpu)}
}

// processorTime is what this process has used, or its children that have ended.
func processorTime(whose int) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(whose, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestMeasureFrames is the child that times the frames of one file, file
// reading included: in process and, if told so, in turns by a worker. A
// deflated file is opened anew for its frames: that is where it is inflated.
func TestMeasureFrames(t *testing.T) {
	path := os.Getenv("LIGHTBOX_BENCH_FILE")
	if path == "" {
		t.Skip("only measures what another process orders")
	}
	pool := worker.New(worker.Options{Workers: 1})
	defer pool.Close()
	here, there := source{path: path, decoder: dispatch.InProcess{}}, source{path: path, decoder: pool}
	both := os.Getenv("LIGHTBOX_BENCH_WORKER") != ""
	for began := time.Now(); len(here.wall) <= 2*repeats() || time.Since(began) < 300*time.Millisecond && len(here.wall) < 200; {
		here.frame(t)
		if both {
			there.frame(t)
		}
	}
	x := frameTimes{Wall: median(here.wall[1:]), CPU: median(here.cpu[1:])} // the first frame grows the heap
	if both {
		x.Worker = median(there.wall[1:]) // and starts the worker
	}
	data, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("MEASURED %s\n", data)
}

// frameTimes are medians in milliseconds for a frame.
type frameTimes struct{ Wall, CPU, Worker float64 }

// source is a file whose frames are timed with one decoder.
type source struct {
	path      string
	decoder   codec.Decoder
	file      *dicom.File
	next      int
	wall, cpu []float64
}

func (s *source) frame(t *testing.T) {
	if s.file == nil {
		s.open(t)
	}
	began, used := time.Now(), processorTime(unix.RUSAGE_SELF)
	frames := 1
	if s.file.Syntax.UID == dicom.DeflatedLE {
		s.open(t)
		frames = s.file.Frames
	}
	for range frames {
		if _, err := s.file.Frame(context.Background(), s.next%s.file.Frames); err != nil {
			t.Fatal(err)
		}
		s.next++
	}
	s.wall = append(s.wall, milliseconds(time.Since(began))/float64(frames))
	s.cpu = append(s.cpu, milliseconds(processorTime(unix.RUSAGE_SELF)-used)/float64(frames))
}

func (s *source) open(t *testing.T) {
	f, err := dicom.OpenHeader(context.Background(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	f.Decoder, s.file = s.decoder, f
}
