package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// command runs a command line and returns what it printed and its status.
func command(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, complaints bytes.Buffer
	root := newRoot(Windows{Scans: func(context.Context, WindowOptions) error { return errors.New("no window in this test") }})
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&complaints)
	err := root.ExecuteContext(context.Background())
	if err != nil && !errors.Is(err, errInputsFailed) {
		complaints.WriteString(err.Error())
	}
	return out.String(), complaints.String(), exitStatus(err)
}

func objects(t *testing.T, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, m)
	}
	return all
}

func keys(m map[string]any) string {
	var k []string
	for key := range m {
		k = append(k, key)
	}
	sort.Strings(k)
	return strings.Join(k, " ")
}

func folder(t *testing.T) (dir, dcm, picture, bad string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "扫描 件")
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	m := dicomtest.Chest(160, 128, 10)
	m.Extra = []dicomtest.Element{{Tag: 0x00080060, VR: "CS", Value: "DX"}, {Tag: 0x00180015, VR: "CS", Value: "CHEST"}}
	p := image.NewNRGBA(image.Rect(0, 0, 70, 50))
	for i := range 3500 {
		p.SetNRGBA(i%70, i/70, color.NRGBA{R: uint8(i), G: uint8(i / 11), B: uint8(i * 3), A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	dcm, picture, bad = filepath.Join(dir, "a.dcm"), filepath.Join(dir, "sub", "照片.png"), filepath.Join(dir, "z.dcm")
	for path, data := range map[string][]byte{dcm: m.Bytes(), picture: b.Bytes(), bad: m.Bytes()[:2000], filepath.Join(dir, "notes.txt"): []byte("none")} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, dcm, picture, bad
}

const analyzeKeys = "calibrated chosen columns conformal_level conformal_set distance_from_training elapsed_ms eligible error finding format frame frames influence_in_lungs logit logit_sd modality model model_version path photometric prevalence probability probability_high95 probability_low95 reason rows score series_uid stack"

// TestAnalyzeCalibrated: for a patient of a calibrated population there is a
// probability with an interval and a set, and another prevalence moves it as
// Bayes' theorem does.
func TestAnalyzeCalibrated(t *testing.T) {
	m := dicomtest.Chest(256, 224, 10)
	m.Extra = []dicomtest.Element{
		{Tag: 0x00080060, VR: "CS", Value: "DX"}, {Tag: 0x00180015, VR: "CS", Value: "CHEST"},
		{Tag: 0x00185101, VR: "CS", Value: "PA"}, {Tag: 0x00101010, VR: "AS", Value: "040Y"},
	}
	path := save(t, t.TempDir(), "成人.dcm", m.Bytes())
	read := func(args ...string) map[string]any {
		out, errors, status := command(t, append([]string{"analyze", "--json", path}, args...)...)
		if status != exitDone {
			t.Fatalf("status %d: %s", status, errors)
		}
		return objects(t, out)[0]
	}
	a := read()
	if a["calibrated"] != true || a["model"] != "chest" || a["chosen"] == nil || a["conformal_set"] == nil {
		t.Fatalf("%v", a)
	}
	number := func(m map[string]any, key string) float64 {
		v, ok := m[key].(float64)
		if !ok {
			t.Fatalf("%s is %v", key, m[key])
		}
		return v
	}
	p, prior := number(a, "probability"), number(a, "prevalence")
	if low, high := number(a, "probability_low95"), number(a, "probability_high95"); !(0 < low && low <= p && p <= high && high < 1) {
		t.Errorf("%v in %v to %v", p, low, high)
	}
	b := read("--prevalence", "0.05", "--level", "0.9")
	odds := p / (1 - p) * (0.05 / 0.95) / (prior / (1 - prior))
	if q := number(b, "probability"); math.Abs(q-odds/(1+odds)) > 1e-9 || number(b, "prevalence") != 0.05 || math.Abs(number(b, "conformal_level")-0.9) > 1e-9 {
		t.Errorf("%v at a prevalence of 0.05, want %v", b, odds/(1+odds))
	}
	for _, args := range [][]string{{"--prevalence", "1"}, {"--prevalence", "-0.1"}, {"--level", "0.3"}, {"--level", "1"}, {"--model", "nonesuch"}} {
		if _, _, status := command(t, append([]string{"analyze", path}, args...)...); status != exitUsage {
			t.Errorf("%v: status %d", args, status)
		}
	}
}

func TestAnalyzeJSON(t *testing.T) {
	_, dcm, picture, bad := folder(t)
	out, _, status := command(t, "analyze", "--json", dcm, picture)
	all := objects(t, out)
	if status != exitDone || len(all) != 2 {
		t.Fatalf("status %d, %d objects", status, len(all))
	}
	for _, m := range all {
		if keys(m) != analyzeKeys {
			t.Errorf("keys are %s", keys(m))
		}
	}
	scan, photo := all[0], all[1]
	if scan["eligible"] != true || scan["calibrated"] != false || scan["error"] != nil || scan["rows"] != 160.0 || scan["columns"] != 128.0 {
		t.Errorf("%v", scan)
	}
	if p, ok := scan["probability"].(float64); !ok || p <= 0 || p >= 1 {
		t.Errorf("probability %v", scan["probability"])
	}
	// A colour photograph opens, but the model may not read it: no failure.
	if photo["eligible"] != false || photo["probability"] != nil || photo["reason"] == nil || photo["format"] != "PNG" || photo["modality"] != nil {
		t.Errorf("%v", photo)
	}
	out, _, status = command(t, "analyze", "--json", dcm, bad)
	all = objects(t, out)
	if status != exitFailed || len(all) != 2 || keys(all[1]) != analyzeKeys || all[1]["error"] == nil || all[1]["rows"] != nil {
		t.Errorf("status %d: %v", status, all)
	}
}

func TestAnalyzeWalksFolders(t *testing.T) {
	dir, _, _, bad := folder(t)
	if err := os.Remove(bad); err != nil {
		t.Fatal(err)
	}
	views := filepath.Join(t.TempDir(), "out")
	out, _, status := command(t, "analyze", "--json", "--out", views, "--kernel", "7", "--sigma", "1.5", dir)
	if all := objects(t, out); status != exitDone || len(all) != 2 || !strings.HasSuffix(all[0]["path"].(string), "a.dcm") {
		t.Fatalf("status %d: %v", status, all)
	}
	for _, name := range []string{"a.original.png", "a.gray.png", "a.blur.png", "sub/照片.gray.png"} {
		if _, err := os.Stat(filepath.Join(views, filepath.FromSlash(name))); err != nil {
			t.Error(err)
		}
	}
}

// gray and blur are what OpenCV computes for 8 bits, in plain Go: cvtColor in
// 15-bit fixed point, GaussianBlur 5×5 as 1 4 6 4 1 in both directions with the
// borders reflected (gfedcb|abcdefgh|gfedcb), rounded once.
func gray(m *image.NRGBA) []uint8 {
	out := make([]uint8, len(m.Pix)/4)
	for i := range out {
		r, g, b := int(m.Pix[4*i]), int(m.Pix[4*i+1]), int(m.Pix[4*i+2])
		out[i] = uint8((r*9798 + g*19235 + b*3735 + 1<<14) >> 15)
	}
	return out
}

func blur(g []uint8, columns, rows int) []uint8 {
	weights := [5]int{1, 4, 6, 4, 1}
	reflect := func(i, n int) int {
		if i < 0 {
			return -i
		}
		if i >= n {
			return 2*n - 2 - i
		}
		return i
	}
	out := make([]uint8, len(g))
	for y := range rows {
		for x := range columns {
			sum := 0
			for dy, wy := range weights {
				for dx, wx := range weights {
					sum += wy * wx * int(g[reflect(y+dy-2, rows)*columns+reflect(x+dx-2, columns)])
				}
			}
			out[y*columns+x] = uint8((sum + 128) >> 8)
		}
	}
	return out
}

// The exported views of an 8-bit picture are OpenCV's values, byte for byte.
func TestExportedViewsAreOpenCVsValues(t *testing.T) {
	_, _, picture, _ := folder(t)
	views := t.TempDir()
	if _, complaints, status := command(t, "analyze", "--out", views, picture); status != exitDone {
		t.Fatal(complaints)
	}
	decode := func(path string) image.Image {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	source := image.NewNRGBA(image.Rect(0, 0, 70, 50))
	original := decode(picture)
	for i := range 3500 {
		source.Set(i%70, i/70, original.At(i%70, i/70))
	}
	wantGray := gray(source)
	for name, want := range map[string][]uint8{"照片.gray.png": wantGray, "照片.blur.png": blur(wantGray, 70, 50)} {
		got, ok := decode(filepath.Join(views, name)).(*image.Gray)
		if !ok || !bytes.Equal(got.Pix, want) {
			t.Errorf("%s differs from OpenCV's formulas", name)
		}
	}
	exported := decode(filepath.Join(views, "照片.original.png"))
	for i := range 3500 {
		if exported.At(i%70, i/70) != original.At(i%70, i/70) {
			t.Fatalf("pixel %d of the original changed", i)
		}
	}
}

func TestEqualNamesDoNotOverwriteEachOther(t *testing.T) {
	dir := t.TempDir()
	data := dicomtest.Chest(40, 30, 8).Bytes()
	var paths []string
	for _, name := range []string{"a.dcm", "a.dicom", "A.dcm2", "a"} {
		paths = append(paths, filepath.Join(dir, name))
		if err := os.WriteFile(paths[len(paths)-1], data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	views := t.TempDir()
	if _, complaints, status := command(t, append([]string{"analyze", "--out", views}, paths...)...); status != exitDone {
		t.Fatal(complaints)
	}
	if entries, err := os.ReadDir(views); err != nil || len(entries) != 12 {
		t.Errorf("%d files, want 12: %v", len(entries), entries)
	}
}

func TestInfo(t *testing.T) {
	dir, dcm, picture, bad := folder(t)
	out, _, status := command(t, "info", "--json", "--hash", dcm, picture)
	all := objects(t, out)
	const want = "bits_allocated bits_stored columns error frame_sha256 frames modality path photometric rows samples transfer_syntax"
	if status != exitDone || len(all) != 2 || keys(all[0]) != want || keys(all[1]) != want {
		t.Fatalf("status %d: %v", status, all)
	}
	if h := all[0]["frame_sha256"].([]any); len(h) != 1 || len(h[0].(string)) != 64 {
		t.Errorf("hashes %v", h)
	}
	if all[0]["transfer_syntax"] != "1.2.840.10008.1.2.1" || all[1]["transfer_syntax"] != nil {
		t.Errorf("syntaxes %v and %v", all[0]["transfer_syntax"], all[1]["transfer_syntax"])
	}
	if _, _, status := command(t, "info", "--hash", bad); status != exitFailed {
		t.Errorf("a truncated file gives status %d", status)
	}
	if out, _, status := command(t, "info", dir); status != exitDone || strings.Count(out, "128×160") < 1 {
		t.Errorf("folder: status %d, %s", status, out)
	}
}

func TestWrongUsage(t *testing.T) {
	_, dcm, _, _ := folder(t)
	for _, args := range [][]string{
		{"analyze"}, {"info"}, {"analyze", "--kernel", "4", dcm}, {"analyze", "--kernel", "x", dcm},
		{"analyze", "--sigma", "-1", dcm}, {"analyze", "--nonsense", dcm}, {"analyze", "--model", "no-such-model", dcm},
		{"--nonsense"}, {"train"}, {"train", "stray"}, {"evaluate"}, {"evaluate", "stray"},
	} {
		if _, complaints, status := command(t, args...); status != exitUsage || complaints == "" {
			t.Errorf("%q: status %d, %q", args, status, complaints)
		}
	}
	for _, args := range [][]string{{"--help"}, {"analyze", "--help"}, {"info", "--help"}, {"render", "--help"}, {"series", "--help"}, {"train", "--help"}, {"evaluate", "--help"}, {"--version"}} {
		if out, _, status := command(t, args...); status != exitDone || out == "" {
			t.Errorf("%q: status %d, %q", args, status, out)
		}
	}
}

func TestEmptyFolderAndMissingPath(t *testing.T) {
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "gone.dcm")} {
		_, complaints, status := command(t, "analyze", path)
		if status != exitFailed || !strings.Contains(complaints, filepath.Base(path)) {
			t.Errorf("%s: status %d, %q", path, status, complaints)
		}
	}
}

// A file that Lightbox did not make is never replaced; its own exports are, and
// they are no input when their folder is walked.
func TestOutSparesOtherFiles(t *testing.T) {
	_, _, picture, _ := folder(t)
	dir := filepath.Dir(picture)
	other := filepath.Join(dir, "照片.gray.png")
	if err := os.WriteFile(other, []byte("somebody's notes"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, complaints, status := command(t, "analyze", "--out", dir, picture)
	if data, err := os.ReadFile(other); err != nil || string(data) != "somebody's notes" || status != exitFailed || !strings.Contains(complaints, "照片.gray.png") {
		t.Fatalf("status %d, %q, now %q, %v", status, complaints, data, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		out, _, status := command(t, "analyze", "--json", "--out", dir, dir)
		if all := objects(t, out); status != exitDone || len(all) != 1 {
			t.Fatalf("status %d, %d objects", status, len(all))
		}
	}
}

// A failure names the whole path, and a hostile name cannot move the cursor.
func TestFailuresNameThePath(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "a\x1b[2J\nb.dcm")
	if err := os.WriteFile(bad, nil, 0o644); err != nil {
		t.Skip("this system has no such names")
	}
	_, complaints, status := command(t, "analyze", bad)
	if status != exitFailed || !strings.HasPrefix(complaints, dir) || strings.ContainsAny(strings.TrimSuffix(complaints, "\n"), "\x1b\n") {
		t.Errorf("status %d, %q", status, complaints)
	}
}

func TestUnreadableSubfolderIsTold(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read every folder")
	}
	dir, _, _, bad := folder(t)
	if err := errors.Join(os.Remove(bad), os.Chmod(filepath.Join(dir, "sub"), 0)); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(filepath.Join(dir, "sub"), 0o755) }()
	out, _, status := command(t, "analyze", "--json", dir)
	if all := objects(t, out); status != exitFailed || len(all) != 2 || all[1]["error"] == nil {
		t.Errorf("status %d: %s", status, out)
	}
}

// A folder that cannot be written to is found out before the training.
func TestTrainChecksItsFolderFirst(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	cleanup, err := writable(filepath.Join(file, "out"))
	if err == nil {
		cleanup()
		t.Fatal("a folder below a file counts as writable")
	}
	fresh := filepath.Join(t.TempDir(), "new")
	if cleanup, err = writable(fresh); err != nil {
		t.Fatal(err)
	}
	cleanup()
	if _, err := os.Stat(fresh); !errors.Is(err, os.ErrNotExist) {
		t.Error("an empty folder is left behind")
	}
}

// The demo mode is on before the first picture is there, not after it.
func TestTheWindowIsOpenedInTheDemoMode(t *testing.T) {
	var got WindowOptions
	root := newRoot(Windows{Scans: func(_ context.Context, o WindowOptions) error { got = o; return nil }})
	root.SetArgs([]string{"--demo", "scan.dcm"})
	if err := root.ExecuteContext(context.Background()); err != nil || !got.Demo || len(got.Paths) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
