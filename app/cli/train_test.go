package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"lightbox/app/training"
	"lightbox/model/dataset/npztest"
)

// writeArchive makes an npz of random pictures, every second one with a bright corner
// and the label 1.
func writeArchive(t *testing.T, name string, splits ...string) {
	t.Helper()
	const n, side = 36, 28
	rng := rand.New(rand.NewPCG(1, 1))
	var list []npztest.Split
	for _, split := range splits {
		s := npztest.Split{Name: split, Side: side, Images: make([]byte, n*side*side), Labels: make([]byte, n)}
		for i := range s.Images {
			picture, x, y := i/side/side, i%side, i/side%side
			s.Images[i] = byte(rng.IntN(200))
			if picture%2 == 1 && x < 10 && y < 10 {
				s.Images[i] += 50
			}
		}
		for i := range s.Labels {
			s.Labels[i] = byte(i % 2)
		}
		list = append(list, s)
	}
	npztest.Write(t, name, list...)
}

// execute runs one command as the program does.
func execute(ctx context.Context, c *cobra.Command, args ...string) (stdout, stderr string, err error) {
	var out, progress bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&progress)
	c.SetArgs(args)
	c.SilenceErrors, c.SilenceUsage = true, true
	err = c.ExecuteContext(ctx)
	return out.String(), progress.String(), err
}

func TestTrainThenEvaluate(t *testing.T) {
	folder := t.TempDir()
	data, out := filepath.Join(folder, "data.npz"), filepath.Join(folder, "out")
	writeArchive(t, data, "train", "val", "test")
	stdout, stderr, err := execute(t.Context(), newTrainCommand(nil),
		"--data", data, "--steps", "2", "--folds", "2", "--every", "1", "--seed", "5", "--out", out)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(stdout, "weights sha256") || !strings.Contains(stdout, "36 scans of test splits (not read)") ||
		!strings.Contains(stderr, "network 3 of 3 (all): step 2/2") || !strings.Contains(stderr, "AUC on its held-out fold") {
		t.Errorf("stdout %q, stderr %q", stdout, stderr)
	}
	weights := filepath.Join(out, "weights.safetensors")
	stdout, _, err = execute(t.Context(), newEvaluateCommand(), "--model", weights, "--data", data, "--json", "--record")
	if err != nil {
		t.Fatal(err)
	}
	var e evaluated
	if err := json.Unmarshal([]byte(stdout), &e); err != nil {
		t.Fatal(err)
	}
	if e.Split != "test" || e.Report.N != 36 || e.Report.Positives != 18 || len(e.WeightsSHA256) != 64 || e.Measured == nil || e.Calibrated {
		t.Errorf("%+v", e)
	}
	card, err := os.ReadFile(filepath.Join(out, "card.md"))
	if err != nil || !strings.Contains(string(card), e.WeightsSHA256) || !strings.Contains(string(card), "**data.npz**, split test") || strings.Contains(string(card), "trained on these") {
		t.Errorf("the card does not carry the evaluation: %v\n%s", err, card)
	}
	stdout, _, err = execute(t.Context(), newEvaluateCommand(), "--model", weights, "--data", data, "--split", "val", "--record")
	if err != nil || !strings.Contains(stdout, "AUC") || !strings.Contains(stdout, "ECE") {
		t.Errorf("%q, %v", stdout, err)
	}
	if card, err := os.ReadFile(filepath.Join(out, "card.md")); err != nil || !strings.Contains(string(card), "trained on these") {
		t.Errorf("what was trained on is not marked: %v", err)
	}
	stdout, _, err = execute(t.Context(), newEvaluateCommand(), "--model", weights, "--data", data, "--population", "children",
		"--calibration", filepath.Join(out, "calibration.json"), "--report", filepath.Join(folder, "pages"))
	if err != nil || !strings.Contains(stdout, "calibrated probability") {
		t.Errorf("%q, %v", stdout, err)
	}
	metrics := filepath.Join(out, "metrics.json")
	if err := os.WriteFile(metrics, fmt.Appendf(nil, `{"weights_sha256": %q, "recipe": {"name": "augmented"}}`, e.WeightsSHA256), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := execute(t.Context(), newEvaluateCommand(), "--model", weights, "--data", data, "--record"); err == nil || !strings.Contains(err.Error(), "older program") {
		t.Errorf("metrics of an older program: %v", err)
	}
}

func TestCancelledTrainingWritesNothing(t *testing.T) {
	folder := t.TempDir()
	data, out := filepath.Join(folder, "data.npz"), filepath.Join(folder, "out")
	writeArchive(t, data, "train")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := execute(ctx, newTrainCommand(nil), "--data", data, "--out", out)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("output folder: %v", err)
	}
}

func TestTrainAndEvaluateUsage(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data.npz")
	writeArchive(t, data, "train")
	for name, c := range map[string]struct {
		command *cobra.Command
		args    []string
		usage   bool
	}{
		"train without data":      {newTrainCommand(nil), []string{"--out", "x"}, true},
		"train without out":       {newTrainCommand(nil), []string{"--data", data}, true},
		"unknown recipe":          {newTrainCommand(nil), []string{"--data", data, "--out", "x", "--recipe", "best"}, true},
		"one fold":                {newTrainCommand(nil), []string{"--data", data, "--out", "x", "--folds", "1"}, true},
		"stray word":              {newTrainCommand(nil), []string{"--data", data, "--out", "x", "now"}, true},
		"missing file":            {newTrainCommand(nil), []string{"--data", data + ".none", "--out", "x"}, false},
		"missing recipe":          {newTrainCommand(nil), []string{"--data", data, "--out", "x", "--recipe", data + ".json"}, true},
		"evaluate without data":   {newEvaluateCommand(), nil, true},
		"unknown model":           {newEvaluateCommand(), []string{"--data", data, "--model", "none"}, true},
		"split not there":         {newEvaluateCommand(), []string{"--data", data, "--split", "test"}, true},
		"record of embedded":      {newEvaluateCommand(), []string{"--data", data, "--record"}, true},
		"weights are not weights": {newEvaluateCommand(), []string{"--data", data, "--split", "train", "--model", data + ".safetensors"}, true},
	} {
		_, _, err := execute(t.Context(), c.command, c.args...)
		var usage usageError
		if err == nil || errors.As(err, &usage) != c.usage {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A training that is to be shown in a window is handed over whole; where there is
// no window, nothing is begun.
func TestTrainInAWindow(t *testing.T) {
	folder := t.TempDir()
	data, out := filepath.Join(folder, "data.npz"), filepath.Join(folder, "out")
	writeArchive(t, data, "train", "val")
	args := []string{"--data", data, "--steps", "1", "--folds", "2", "--out", out}
	none := errors.New("no window can be opened here")
	_, stderr, err := execute(t.Context(), newTrainCommand(func(context.Context, training.Task) error { return none }), append(args, "--window")...)
	if !errors.Is(err, none) || stderr != "" {
		t.Errorf("%v, %q", err, stderr)
	}
	if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("output folder: %v", err)
	}
	opened := 0
	open := func(ctx context.Context, task training.Task) error {
		opened++
		var phases []training.Phase
		steps, measured := 0, 0
		s, err := task.Do(ctx, func(e training.Event) {
			if n := len(phases); n == 0 || phases[n-1] != e.Phase {
				phases = append(phases, e.Phase)
			}
			if e.Progress != nil {
				steps = max(steps, e.Progress.Step)
				if e.Progress.Point != nil {
					measured++
				}
			}
		})
		if err != nil {
			return err
		}
		if task.Model != "source-28" || task.Folder != out || !strings.HasSuffix(task.Resume, "--resume") {
			t.Errorf("%+v", task)
		}
		if fmt.Sprint(phases) != "[reading training assembling]" || steps != 1 || measured != 3 {
			t.Errorf("%v, %d steps, %d measurements", phases, steps, measured)
		}
		if len(s.SHA256) != 64 || len(s.Figures) != 2 || s.Figures[0].N != 72 || s.Figures[0].Positives != 36 || len(s.Files) != 7 {
			t.Errorf("%+v", s)
		}
		return nil
	}
	stdout, stderr, err := execute(t.Context(), newTrainCommand(open), append(args, "--window")...)
	if err != nil || opened != 1 || !strings.Contains(stdout, "weights sha256") || !strings.Contains(stderr, "network 3 of 3") {
		t.Errorf("%v, %q, %q", err, stdout, stderr)
	}
	if _, _, err := execute(t.Context(), newTrainCommand(open), args...); err != nil || opened != 1 {
		t.Errorf("%v; opened %d times, once unasked", err, opened)
	}
}

// The command that goes on with a training is the one that began it.
func TestAgain(t *testing.T) {
	c := newTrainCommand(nil)
	if err := c.ParseFlags([]string{"--model", "chest", "--data", "/films/甲 ward", "--data=b", "--out", "it's", "--steps", "40", "--window", "--strict=false", "--resume"}); err != nil {
		t.Fatal(err)
	}
	want := `cd '/home/a b' && lightbox train --data '/films/甲 ward' --data b --model chest --out 'it'\''s' --steps 40 --strict=false --window --resume`
	if got := again(c.Flags(), "/home/a b"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
