package onnx

import (
	"bufio"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

//go:embed testdata/onnxruntime.js
var onnxRuntimeScript string

//go:embed testdata/opencv.py
var openCVScript string

// job is a model with its input, (image, channel, row, column), and the number
// of threads that may run it.
type job struct {
	Model   string `json:"model"`
	Input   string `json:"input"`
	Dims    []int  `json:"dims"`
	Threads int    `json:"threads"`
}

// newJob puts model and input into files below dir.
func newJob(t testing.TB, dir string, model []byte, input []float32, dims []int, threads int) job {
	t.Helper()
	f, err := os.MkdirTemp(dir, "job")
	if err != nil {
		t.Fatal(err)
	}
	j := job{filepath.Join(f, "model.onnx"), filepath.Join(f, "input"), dims, threads}
	var raw []byte
	for _, v := range input {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	if err := os.WriteFile(j.Model, model, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(j.Input, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return j
}

// reference is another runtime in a process of its own; testdata/README.md says
// how it is spoken to.
type reference struct {
	name    string // with its version
	in      io.Writer
	out     *bufio.Reader
	scratch string
}

// references are the other runtimes, by their names.
var references = map[string]func() (command []string, missing string){
	"ONNX Runtime": onnxRuntime,
	"OpenCV DNN":   openCV,
}

// onnxRuntime looks for the npm package in LIGHTBOX_ONNXRUNTIME, or where
// make bench puts it.
func onnxRuntime() (command []string, missing string) {
	folder := os.Getenv("LIGHTBOX_ONNXRUNTIME")
	if cache, err := os.UserCacheDir(); folder == "" && err == nil {
		folder = filepath.Join(cache, "lightbox-bench", "node_modules", "onnxruntime-node")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, "node is not installed"
	}
	if _, err := os.Stat(filepath.Join(folder, "dist", "binding.js")); err != nil {
		return nil, "onnxruntime-node is not installed: make bench ONLY=model does it, or LIGHTBOX_ONNXRUNTIME names its folder"
	}
	return []string{node, "-e", onnxRuntimeScript, folder}, ""
}

func openCV() (command []string, missing string) {
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(python, "-c", "import cv2, numpy; cv2.dnn.readNetFromONNX").Run() == nil {
			return []string{python, "-c", openCVScript}, ""
		}
	}
	return nil, "python3-opencv is not installed"
}

// start starts a runtime with its jobs; it ends with the test.
func start(t testing.TB, name string, command []string, jobs []job) (*reference, error) {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // it ends by that, whether or not anything is wrong with the pipe
		if err := cmd.Wait(); err != nil {
			t.Logf("%s: %v\n%s", name, err, said.String())
		}
	})
	r := &reference{in: in, out: bufio.NewReader(out), scratch: filepath.Join(t.TempDir(), "output")}
	a, err := r.ask(jobs)
	r.name = name + " " + a.Version
	return r, err
}

// answer to a question; MS and CPU are milliseconds of a run.
type answer struct {
	Version, Error string
	MS, CPU        float64
}

func (r *reference) ask(question any) (a answer, err error) {
	line, err := json.Marshal(question)
	if err != nil {
		return a, err
	}
	if _, err := r.in.Write(append(line, '\n')); err != nil {
		return a, err
	}
	if line, err = r.out.ReadBytes('\n'); err != nil {
		return a, fmt.Errorf("no answer: %w", err)
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return a, fmt.Errorf("%q: %w", line, err)
	}
	if a.Error != "" {
		return a, fmt.Errorf("it says: %s", a.Error)
	}
	return a, nil
}

// output is what a job gives.
func (r *reference) output(job int) ([]float32, error) {
	if _, err := r.ask(map[string]any{"job": job, "ms": 0, "out": r.scratch}); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(r.scratch)
	if err != nil {
		return nil, err
	}
	x := make([]float32, len(raw)/4)
	for i := range x {
		x[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return x, nil
}
