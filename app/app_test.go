package app

import (
	"bytes"
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"image/png"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// Each kind of fault has a sentence; a new kind without one fails here.
func TestEveryFaultHasASentence(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../vision/fault/fault.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != "Kind" {
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		n++
		s := Explain(fault.New(fault.Kind(value), "/some/where/片.dcm", "the detail")).String()
		if !strings.Contains(s, "片.dcm") || strings.Contains(s, "{{") || strings.Contains(s, "/some/where") || !strings.HasSuffix(s, ".") {
			t.Errorf("%s: %q", value, s)
		}
		if _, ok := sentences[fault.Kind(value)]; !ok {
			t.Errorf("kind %q has no sentence", value)
		}
		return true
	})
	if n != len(sentences) || n < 15 {
		t.Errorf("%d kinds, %d sentences", n, len(sentences))
	}
}

func TestExplainForeignErrors(t *testing.T) {
	s := Explain(fault.Reading("/a/b.dcm", &fs.PathError{Op: "read", Path: "/a/b.dcm", Err: errors.New("input/output error")})).String()
	if strings.Count(s, "b.dcm") != 1 || !strings.Contains(s, "input/output error") {
		t.Error(s)
	}
	if s := Explain(errors.New("odd")).String(); !strings.Contains(s, "odd") {
		t.Error(s)
	}
}

// The log gets no path: file names can hold a patient's name.
func TestLogsHoldNoPaths(t *testing.T) {
	var b bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&b, nil)))
	defer slog.SetDefault(old)
	_, err := vision.Open(context.Background(), "/nowhere/张三^先生.dcm", nil)
	logProblem(err)
	logProblem(errors.New("open /nowhere/张三: no such file"))
	if s := b.String(); strings.Contains(s, "张三") || strings.Contains(s, "nowhere") || s == "" {
		t.Errorf("log: %s", s)
	}
}

func TestPanicsAreContained(t *testing.T) {
	err := func() (err error) {
		defer fault.Contain("/x/a.dcm", &err)
		var none []int
		_ = none[len(none)]
		return nil
	}()
	if fault.KindOf(err) != fault.InternalError {
		t.Fatalf("%v", err)
	}
	var p *fault.Panic
	if !errors.As(err, &p) || !bytes.Contains(p.Stack, []byte("TestPanicsAreContained")) {
		t.Error("the stack is lost")
	}
}

// The twin in the other monochrome interpretation has the same probability.
func TestTwinsHaveTheSameProbability(t *testing.T) {
	m := dicomtest.Chest(160, 128, 10)
	m.Extra = []dicomtest.Element{dicomtest.DS(dicomtest.WindowCentre, "511"), dicomtest.DS(dicomtest.WindowWidth, "900"), {Tag: 0x00080060, VR: "CS", Value: "CR"}}
	twin := dicomtest.Twin(m)
	twin.Extra = []dicomtest.Element{dicomtest.DS(dicomtest.WindowCentre, "513"), dicomtest.DS(dicomtest.WindowWidth, "900"), {Tag: 0x00080060, VR: "CS", Value: "CR"}}
	network := NewNetwork("")
	read := func(data []byte) Reading {
		a, err := Analyze(context.Background(), write(t, "a.dcm", data), vision.DefaultBlur, network)
		if err != nil {
			t.Fatal(err)
		}
		return a.Reading
	}
	a, b := read(m.Bytes()), read(twin.Bytes())
	if a.Status != Result || math.Abs(a.Probability-b.Probability) > 1e-5 {
		t.Errorf("probabilities %g and %g", a.Probability, b.Probability)
	}
}

// The model's probability does not depend on the filter that is looked at.
func TestFilterDoesNotChangeTheProbability(t *testing.T) {
	path := write(t, "a.dcm", radiograph())
	network := NewNetwork("")
	a, err := Analyze(context.Background(), path, vision.DefaultBlur, network)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Analyze(context.Background(), path, vision.Blur{Kernel: 31, Sigma: 9}, network)
	if err != nil {
		t.Fatal(err)
	}
	if a.Reading.Logit != b.Reading.Logit {
		t.Errorf("logits %g and %g", a.Reading.Logit, b.Reading.Logit)
	}
}

func TestExport(t *testing.T) {
	a, err := Analyze(context.Background(), write(t, "a.dcm", radiograph()), vision.DefaultBlur, NewNetwork(""))
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "新 文件夹")
	files, err := Export(context.Background(), a, folder, "片")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(data, []byte(Disclaimer)) {
			t.Errorf("%s lacks the disclaimer", f)
		}
		cfg, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || cfg.Width != 128 || cfg.Height != 160 {
			t.Errorf("%s: %v, %d×%d", f, err, cfg.Width, cfg.Height)
		}
	}
}

// An export that fails half-way leaves no file behind.
func TestFailedExportLeavesNothing(t *testing.T) {
	a, err := Analyze(context.Background(), write(t, "a.dcm", radiograph()), vision.DefaultBlur, NewNetwork(""))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	// A folder stands where the second file should go.
	if err := os.MkdirAll(filepath.Join(folder, "x.gray.png", "full"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Export(context.Background(), a, folder, "x"); fault.KindOf(err) == "" || fault.KindOf(err) == fault.InternalError {
		t.Errorf("%v", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestSettingsRoundTripAndRepair(t *testing.T) {
	path := filepath.Join(t.TempDir(), "设置", "settings.json")
	s, err := LoadSettings(path)
	if err != nil {
		t.Fatal(err)
	}
	s.Language, s.Theme = "zh", "light"
	for i := range 20 {
		s.AddRecent(filepath.Join("/scans", strconv.Itoa(i)))
	}
	s.AddRecent("/scans/15")
	got, err := LoadSettings(path)
	if err != nil || got.Language != "zh" || got.Theme != "light" || len(got.Recent) != maxRecent || got.Recent[0] != "/scans/15" || got.Recent[1] != "/scans/19" {
		t.Errorf("%+v, %v", got, err)
	}
	if err := os.WriteFile(path, []byte("{broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := LoadSettings(path); err == nil || got.Language != "" {
		t.Errorf("a broken file gives %+v, %v", got, err)
	}
	if _, err := os.Stat(path + ".broken"); err != nil {
		t.Error("the broken file is not kept for support")
	}
}

func TestCrashLogIsRemovedOnACleanExit(t *testing.T) {
	folder := t.TempDir()
	c, err := StartCrashLog(folder)
	if err != nil {
		t.Fatal(err)
	}
	if left := LeftCrashLogs(folder); len(left) != 0 {
		t.Errorf("an empty log is offered: %q", left)
	}
	c.Close()
	if entries, _ := os.ReadDir(folder); len(entries) != 0 {
		t.Errorf("left after a clean exit: %v", entries)
	}
	log := filepath.Join(folder, "crash-1.log")
	if err := os.WriteFile(log, []byte("goroutine 1 [running]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if left := LeftCrashLogs(folder); len(left) != 1 || left[0] != log {
		t.Errorf("offered: %q", left)
	}
	if err := RemoveCrashLogs([]string{log}); err != nil || len(LeftCrashLogs(folder)) != 0 {
		t.Errorf("%v", err)
	}
}

func TestAges(t *testing.T) {
	for s, want := range map[string]float64{"067Y": 67, "018M": 1.5, "002W": 14 / 365.25, "010D": 10 / 365.25, "005Y ": 5} {
		if got := ageYears(s); got == nil || math.Abs(*got-want) > 1e-9 {
			t.Errorf("%q is %v, want %g", s, got, want)
		}
	}
	for _, s := range []string{"", "Y", "67", "abcY", "-01Y"} {
		if got := ageYears(s); got != nil {
			t.Errorf("%q is %g, want unknown", s, *got)
		}
	}
}
