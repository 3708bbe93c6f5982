package cli

import (
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/app"
	"lightbox/model/metrics"
	"lightbox/vision"
)

// mixed is a folder of phantoms with a picture of noise, one that is cut short, one
// of another class, one without a class, and one of a test split.
func mixed(t *testing.T) string {
	t.Helper()
	folder := withoutAges(t, films(t, 12,
		"noise.png,1,90,AP,40", "cut.png,0,91,PA,40", "0.png,no lung opacity / not normal,92,PA,40", "1.png,,93,PA,40", "2.png,9,94,,"))
	noise := image.NewGray(image.Rect(0, 0, 120, 120))
	r := rand.New(rand.NewPCG(2, 2))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(r.IntN(256))
	}
	f, err := os.Create(filepath.Join(folder, "noise.png"))
	if err == nil {
		err = errors.Join(png.Encode(f, noise), f.Close())
	}
	data, readErr := os.ReadFile(filepath.Join(folder, "0.png"))
	if err = errors.Join(err, readErr, os.WriteFile(filepath.Join(folder, "cut.png"), data[:len(data)/2], 0o600)); err != nil {
		t.Fatal(err)
	}
	return folder
}

// withoutAges hides the ages of a folder's table.
func withoutAges(t *testing.T, folder string) string {
	t.Helper()
	table := filepath.Join(folder, "labels.csv")
	data, err := os.ReadFile(table)
	if err == nil {
		err = os.WriteFile(table, []byte(strings.Replace(string(data), ",age\n", ",kilograms\n", 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestEvaluateFolder: a folder is measured as analyze reads it, scan by scan.
func TestEvaluateFolder(t *testing.T) {
	folder, pages := mixed(t), filepath.Join(t.TempDir(), "报告")
	stdout, stderr, err := execute(t.Context(), newEvaluateCommand(), "--model", "chest", "--data", folder, "--json", "--audit", "--report", pages, "--population", "adults")
	if !errors.Is(err, errInputsFailed) || !strings.Contains(stderr, "cut.png") {
		t.Fatalf("%v, %s", err, stderr)
	}
	var e evaluated
	if err := json.Unmarshal([]byte(stdout), &e); err != nil {
		t.Fatal(err)
	}
	network := app.NewNetwork("chest")
	read, refused := 0, 0
	for _, name := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "noise"} {
		a, err := app.Analyze(t.Context(), filepath.Join(folder, name+".png"), vision.DefaultBlur, network)
		if err != nil {
			t.Fatal(err)
		}
		if a.Reading.Status == app.Result {
			read++
		} else {
			refused++
		}
	}
	m := e.Measured
	if e.Unlabelled != 1 || e.Unknown["9"] != 1 || len(e.Unknown) != 1 {
		t.Errorf("%d without a class, not known %v", e.Unlabelled, e.Unknown)
	}
	if m == nil || refused == 0 || m.All.Refused.Positive+m.All.Refused.Negative != refused || m.All.Failed.Negative != 1 || m.All.Given.All() != 16 || m.All.Given.Other != 2 {
		t.Fatalf("analyze refuses %d and reads %d; %+v", refused, read, m)
	}
	if read > 0 && (m.All.Score == nil || m.All.Score.N != read || m.All.Calibrated == nil) {
		t.Errorf("%d are read, %+v", read, m.All)
	}
	if read > 0 && (m.All.Further == nil || len(m.All.Further.Predictive) != 3) {
		t.Errorf("%d are read, %+v", read, m.All.Further)
	}
	for _, name := range []string{"report.html", "report.zh.html", "evaluation.json"} {
		if _, err := os.Stat(filepath.Join(pages, name)); err != nil {
			t.Error(err)
		}
	}
	text, _, err := execute(t.Context(), newEvaluateCommand(), "--model", "chest", "--data", folder)
	if !errors.Is(err, errInputsFailed) || !strings.Contains(text, "refused") || !strings.Contains(text, "1 without a class were not read; classes that are not known, and count as other ones: 9 (1)") {
		t.Errorf("%v: %s", err, text)
	}
}

// TestPrintFurther: what thresholds chosen on the pictures reach is called what it is.
func TestPrintFurther(t *testing.T) {
	f, err := metrics.EvaluateFurther(metrics.Input{Probabilities: []float64{0.9, 0.8, 0.7, 0.2, 0.1, 0.3}, Labels: []int{1, 1, 0, 0, 0, 1}, Threshold: 0.6, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	printFurther(&b, &f)
	// By falling score + + - + - -: two of three positives lie above all negatives,
	// and to find the third one of three negatives must be called. At 0.6 two of three
	// are right of either class: of 300 patients at 20 %, 40 and 80 are called.
	for _, words := range []string{
		"upper bounds and no operating points", "sensitivity 0.6667 (", "specificity 0.6667 (",
		"at a prevalence of  5 %: ", "at a prevalence of 20 %: positive 0.3333 (", "negative 0.8889 (", "at a prevalence of 60 %: ",
	} {
		if !strings.Contains(b.String(), words) {
			t.Errorf("%q is missing in\n%s", words, b.String())
		}
	}
	printFurther(&b, nil) // nothing was read
}

// TestEvaluateCopies: two files that show the same picture with and without the
// finding cannot both be right, and are in no figure.
func TestEvaluateCopies(t *testing.T) {
	folder := films(t, 4, "copy.png,1,90,PA,40", "same.png,1,91,PA,40")
	for from, to := range map[string]string{"0.png": "copy.png", "1.png": "same.png"} {
		data, err := os.ReadFile(filepath.Join(folder, from))
		if err = errors.Join(err, os.WriteFile(filepath.Join(folder, to), data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	stdout, stderr, err := execute(t.Context(), newEvaluateCommand(), "--data", folder, "--json")
	var e evaluated
	if !errors.Is(err, errInputsFailed) || json.Unmarshal([]byte(stdout), &e) != nil {
		t.Fatalf("%v: %s", err, stdout)
	}
	if f := e.Measured.All.Failed; f.Positive != 1 || f.Negative != 1 || strings.Count(stderr, "the same picture in") != 2 || !strings.Contains(stderr, "copy.png") || strings.Contains(stderr, "same.png is") {
		t.Errorf("%+v\n%s", f, stderr)
	}
}

// TestEvaluateClasses: without a table the folders are the classes.
func TestEvaluateClasses(t *testing.T) {
	folder := t.TempDir()
	from := films(t, 4)
	for name, to := range map[string]string{"0.png": "NORMAL", "1.png": "PNEUMONIA", "2.png": "normal", "3.png": "masks"} {
		data, err := os.ReadFile(filepath.Join(from, name))
		if err := errors.Join(err, os.MkdirAll(filepath.Join(folder, to), 0o755), os.WriteFile(filepath.Join(folder, to, name), data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	stdout, _, err := execute(t.Context(), newEvaluateCommand(), "--data", folder, "--json")
	var e evaluated
	if err := errors.Join(err, json.Unmarshal([]byte(stdout), &e)); err != nil || e.Split != "folder" || e.Measured.All.Given.All() != 3 || e.Measured.All.Given.Positive != 1 {
		t.Errorf("%+v, %v", e.Measured, err)
	}
}

// TestEvaluateSplit: only what was asked for is read.
func TestEvaluateSplit(t *testing.T) {
	folder := films(t, 4)
	table := "file,label,split\n0.png,0,train\n1.png,1,train\n2.png,0,test\nnever.png,1,test\n3.png,1,\n"
	if err := os.WriteFile(filepath.Join(folder, "labels.csv"), []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, _, err := execute(t.Context(), newEvaluateCommand(), "--data", folder, "--json", "--split", "train")
	var e evaluated
	if err := errors.Join(err, json.Unmarshal([]byte(stdout), &e)); err != nil || e.Split != "train" || e.Measured.All.Given.All() != 3 {
		t.Errorf("%+v, %v", e.Measured, err)
	}
	var usage usageError
	if err := os.WriteFile(filepath.Join(folder, "labels.csv"), []byte("file,label,split\n0.png,0,train\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := execute(t.Context(), newEvaluateCommand(), "--data", folder); !errors.As(err, &usage) {
		t.Errorf("no such split: %v", err)
	}
	for _, args := range [][]string{{"--population", "elderly"}, {"--level", "2"}, {"--level", "0.3"}} {
		if _, _, err := execute(t.Context(), newEvaluateCommand(), append(args, "--data", folder)...); !errors.As(err, &usage) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// TestRecordEnsemble: a measurement reaches figures and cards, and a second one of
// the same scans takes its place.
func TestRecordEnsemble(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	if _, _, err := execute(t.Context(), newTrainCommand(nil), "--model", "chest", "--data", films(t, 16), "--out", out, "--lungs", "chest", "--steps", "1", "--folds", "2"); err != nil {
		t.Fatal(err)
	}
	weights := filepath.Join(out, "weights.safetensors")
	before, err := os.ReadFile(weights)
	if err != nil {
		t.Fatal(err)
	}
	folder := mixed(t)
	for range 2 {
		if _, _, err := execute(t.Context(), newEvaluateCommand(), "--model", weights, "--data", folder, "--record", "--audit"); !errors.Is(err, errInputsFailed) {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"card.md", "card.zh.md"} {
		card, err := os.ReadFile(filepath.Join(out, name))
		if err != nil || strings.Count(string(card), "**"+filepath.Base(folder)+"**") != 1 || strings.Contains(string(card), "<no value>") {
			t.Errorf("%s: %v\n%s", name, err, card)
		}
	}
	if after, err := os.ReadFile(weights); err != nil || string(after) != string(before) {
		t.Errorf("the weights file changed: %v", err)
	}
}
