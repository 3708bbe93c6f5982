package cli

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ward is a folder of phantoms, one of which is in a test split too, with another
// label.
func ward(t *testing.T, patients int) string {
	t.Helper()
	folder := films(t, patients)
	table, err := os.ReadFile(filepath.Join(folder, "labels.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(table), "file,label,patient_id,view,age", "file,label,patient_id,view,age,split", 1)
	text += "0.png,1,900,PA,30,test\n"
	if err := os.WriteFile(filepath.Join(folder, "labels.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestCalibrateThenUse: a calibration is fitted, says how sure it is, is used by
// analyze and evaluate, and refused by other weights.
func TestCalibrateThenUse(t *testing.T) {
	if testing.Short() {
		t.Skip("reads some hundred pictures")
	}
	folder := ward(t, 90)
	out := filepath.Join(t.TempDir(), "ours.json")
	stdout, stderr, err := execute(t.Context(), newCalibrateCommand(), "--data", folder, "--out", out, "--population", "our ward", "--level", "0.9", "--json")
	if err != nil {
		t.Fatal(err, stderr)
	}
	var line calibratedLine
	if err := json.Unmarshal([]byte(stdout), &line); err != nil {
		t.Fatal(err)
	}
	if line.Given.All() != 90 || line.Counts.Cases != 90-line.Refused.All() || line.Population != "our ward" || line.Alpha < 0.0999 || line.Alpha > 0.1001 || len(line.Notes) < 5 {
		t.Errorf("%+v", line)
	}
	if n := strings.Count(stderr, "refused:"); n != line.Refused.All() {
		t.Errorf("%d refusals are listed, %d counted", n, line.Refused.All())
	}
	if _, _, err := execute(t.Context(), newCalibrateCommand(), "--data", folder, "--out", out, "--level", "0.9"); err != nil {
		t.Errorf("over its own file: %v", err)
	}
	if _, _, err := execute(t.Context(), newCalibrateCommand(), "--data", folder, "--out", out, "--population", "our ward", "--level", "0.9"); err != nil {
		t.Fatal(err)
	}
	analyzed, complaints, status := command(t, "analyze", "--json", "--model", "chest", "--calibration", out, filepath.Join(folder, "0.png"))
	if all := objects(t, analyzed); status != exitDone || all[0]["eligible"] == true && all[0]["calibrated"] != true {
		t.Errorf("status %d, %s %s", status, analyzed, complaints)
	}
	stdout, _, err = execute(t.Context(), newEvaluateCommand(), "--model", "chest", "--data", folder, "--split", "train", "--calibration", out)
	if err != nil || !strings.Contains(stdout, "calibrated probability (our ward)") {
		t.Errorf("%v, %s", err, stdout)
	}
	for _, args := range [][]string{{"analyze", "--model", "source-28", "--calibration", out, folder}, {"evaluate", "--model", "source-28", "--data", folder, "--calibration", out}} {
		if _, complaints, status := command(t, args...); status != exitUsage || !strings.Contains(complaints, "other weights") || strings.Contains(strings.TrimSpace(complaints), "\n") {
			t.Errorf("%v: status %d, %q", args, status, complaints)
		}
	}
}

func TestCalibrateRefuses(t *testing.T) {
	few := ward(t, 16)
	foreign := filepath.Join(t.TempDir(), "notes.json")
	if err := os.WriteFile(foreign, []byte(`{"a":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "x.json")
	for name, c := range map[string]struct {
		args  []string
		usage bool
		says  string
	}{
		"no data":         {[]string{"--out", out}, true, "--data"},
		"no out":          {[]string{"--data", few}, true, "--out"},
		"no such level":   {[]string{"--data", few, "--out", out, "--level", "95"}, true, "--level"},
		"too few":         {[]string{"--data", few, "--out", out}, false, "too few cases"},
		"a foreign file":  {[]string{"--data", few, "--out", foreign}, false, "did not make"},
		"no such split":   {[]string{"--data", few, "--out", out, "--split", "val"}, false, ""},
		"an empty folder": {[]string{"--data", t.TempDir(), "--out", out}, false, "no scan"},
	} {
		_, _, err := execute(t.Context(), newCalibrateCommand(), c.args...)
		var usage usageError
		if err == nil || errors.As(err, &usage) != c.usage || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a calibration was written all the same")
	}
}
