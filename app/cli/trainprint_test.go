package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// films writes phantoms of so many patients, half of them with a bright spot in a
// lung, and a table, and returns the folder.
func films(t *testing.T, patients int, lines ...string) string {
	t.Helper()
	folder := t.TempDir()
	const side = 120
	base := dicomtest.Phantom(side, side, 8)
	r := rand.New(rand.NewPCG(1, 4))
	table := "file,label,patient_id,view,age\n"
	for p := range patients {
		m := image.NewGray(image.Rect(0, 0, side, side))
		ill := p % 2
		tilt, wave := 2*r.Float64()-1, 2+10*r.Float64() // no two are copies of each other
		for i, v := range base {
			x, y := i%side, i/side
			grey := 30 + 0.7*float64(v) + 30*math.Sin((wave*float64(x)+9*tilt*float64(y))/side) + 4*r.Float64()
			if dx, dy := x-32, y-55; ill == 1 && dx*dx+dy*dy < 150 {
				grey += 70
			}
			m.Pix[i] = uint8(min(max(grey, 0), 255))
		}
		name := fmt.Sprintf("%d.png", p)
		f, err := os.Create(filepath.Join(folder, name))
		if err == nil {
			err = errors.Join(png.Encode(f, m), f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		table += fmt.Sprintf("%s,%d,%d,PA,%d\n", name, ill, p, 20+p)
	}
	if err := os.WriteFile(filepath.Join(folder, "labels.csv"), []byte(table+strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestTrainChest(t *testing.T) {
	data, out := films(t, 16, "gone.png,0,99,PA,40"), filepath.Join(t.TempDir(), "out")
	args := []string{"--model", "chest", "--data", data, "--out", out, "--lungs", "chest", "--steps", "2", "--folds", "2", "--json"}
	if _, _, err := execute(t.Context(), newTrainCommand(nil), append(args, "--strict")...); err == nil || !strings.Contains(err.Error(), "nothing was written") {
		t.Errorf("strict: %v", err)
	}
	stdout, stderr, err := execute(t.Context(), newTrainCommand(nil), args...)
	if err != nil {
		t.Fatal(err, stderr)
	}
	var last map[string]any
	stages := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(stdout), "\n") {
		last = nil
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		stages[last["stage"].(string)]++
		if what, ok := last["left_aside"].(string); ok && !strings.Contains(what, "gone.png") {
			t.Errorf("left aside: %q", what)
		}
	}
	if stages["reading"] == 0 || stages["training"] < 2 || stages["done"] != 1 || len(last["weights_sha256"].(string)) != 64 || last["folder"] != out {
		t.Errorf("%v, %v", stages, last)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = execute(ctx, newTrainCommand(nil), "--model", "chest", "--data", data, "--out", filepath.Join(t.TempDir(), "x"), "--lungs", "chest")
	if err == nil || !strings.Contains(err.Error(), "nothing was written") {
		t.Errorf("cancelled before anything was trained: %v", err)
	}
}

func TestTrainUsage(t *testing.T) {
	data := films(t, 2)
	for name, args := range map[string][]string{
		"unknown model":          {"--model", "none", "--data", data, "--out", "x"},
		"recipe of an ensemble":  {"--model", "chest", "--data", data, "--out", "x", "--recipe", "source"},
		"segmenter of source-28": {"--data", data, "--out", "x", "--lungs", "chest"},
		"negative every":         {"--model", "chest", "--data", data, "--out", "x", "--every", "-1"},
		"negative steps":         {"--model", "chest", "--data", data, "--out", "x", "--steps", "-1"},
	} {
		_, _, err := execute(t.Context(), newTrainCommand(nil), args...)
		var usage usageError
		if !errors.As(err, &usage) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
