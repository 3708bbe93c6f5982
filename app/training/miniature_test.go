package training

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/model/dataset/npztest"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/miniature"
)

const (
	small  = miniature.Side
	pixels = small * small
)

// discs are pictures of noise, every second one with a bright disc and the label 1.
func discs(name string, n int, seed uint64) npztest.Split {
	r := rand.New(rand.NewPCG(seed, 99))
	s := npztest.Split{Name: name, Side: small}
	for i := range n {
		x, y := 8+12*r.Float64(), 8+12*r.Float64()
		for k := range pixels {
			v := 150 * r.Float64()
			if i%2 == 1 && math.Hypot(float64(k%small)-x, float64(k/small)-y) < 5 {
				v += 90
			}
			s.Images = append(s.Images, byte(v))
		}
		s.Labels = append(s.Labels, byte(i%2))
	}
	return s
}

// archive is a file of so many pictures to train on, of which a sixth are the split
// val, and a test split that nobody can read.
func archive(t *testing.T, name string, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	npztest.Write(t, path, discs("train", n-n/6, 1), discs("val", n/6, 2), npztest.Split{Name: "test", Side: small, Labels: make([]byte, 7), Broken: true})
	return path
}

// recipe is a file with one.
func recipe(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "small.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func sourceOptions(t *testing.T, data string) Options {
	t.Helper()
	o := options(t, data)
	o.Model, o.Steps, o.Every = model.DefaultName, 2, 1
	return o
}

func weightsIn(t *testing.T, folder string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, ensembles.WeightsFile))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestTrainSource: of an archive comes one network of the source document's sort, with
// figures, threshold and calibration of others; the test split is not decoded, copies
// in both other splits stay together, and contradictions are left aside.
func TestTrainSource(t *testing.T) {
	path := filepath.Join(t.TempDir(), "PneumoniaMNIST_small.npz")
	train, val := discs("train", 120, 1), discs("val", 20, 2)
	copy(val.Images[:pixels], train.Images[2*pixels:]) // 0 and 0
	copy(val.Images[pixels:2*pixels], train.Images)    // 1 and 0
	npztest.Write(t, path, train, val, npztest.Split{Name: "test", Side: small, Labels: make([]byte, 7), Broken: true})
	o := sourceOptions(t, path)
	o.Steps = 3
	var problems, parts int
	o.Tell = func(e Event) {
		if e.Problem != nil {
			problems++
		}
		if e.Progress != nil {
			parts = e.Progress.Of
		}
	}
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	record := r.Record
	if l := record.LeftAside; l.TestSplit != 7 || l.Contradictory != 2 || l.Unreadable != 0 || problems != 2 {
		t.Errorf("%+v, %d problems", l, problems)
	}
	if s := record.Sets; len(s) != 1 || s[0].Name != miniature.SetMNIST || s[0].Pictures != 138 || s[0].Groups != 137 || s[0].Positive != 69 || !s[0].Used {
		t.Errorf("%+v", s)
	}
	if h := record.HeldOut; len(h) != 2 || h[0].Report.N != 138 || h[0].Report.Groups != 137 || h[1].Name != miniature.SetMNIST {
		t.Errorf("%+v", h)
	}
	if c := record.Curves; parts != 3 || len(c) != 3 || c[2].Network != ensembles.Whole || c[2].Fold != ensembles.NoFold || len(c[2].Points) != 3 || !math.IsNaN(float64(c[2].Points[2].Value)) || !(c[2].Points[2].Loss > 0) {
		t.Errorf("%d networks, %+v", parts, c)
	}
	back, err := model.Parse(weightsIn(t, o.Out))
	if err != nil {
		t.Fatal(err)
	}
	net, ok := back.Network()
	m := back.Meta
	if !ok || m.Architecture != model.Architecture || !m.MirrorAveraging || m.Finding != model.FindingPneumonia || m.Population != model.PopulationKermany || m.Similar == 0 || !(m.Far > 0) || back.SHA256() != record.WeightsSHA256 {
		t.Errorf("%+v", m)
	}
	total := 0
	for _, tensor := range net.Tensors() {
		total += len(tensor.Data)
	}
	if total != model.ParameterCount {
		t.Errorf("%d parameters", total)
	}
	calibration, err := os.ReadFile(filepath.Join(o.Out, ensembles.CalibrationFile))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := model.DecodeCalibrations(bytes.NewReader(calibration), back.SHA256()); err != nil || len(c.Populations) != 1 || c.Populations[0].From != 1 || c.Populations[0].Fitted.Map.Counts.Cases != 138 {
		t.Errorf("%+v, %v", c, err)
	}
	for _, name := range []string{ensembles.ROCFile, ensembles.ReliabilityFile} {
		if _, err := os.Stat(filepath.Join(o.Out, name)); err != nil {
			t.Error(err)
		}
	}
	for name, words := range map[string][]string{
		ensembles.CardFile:        {"121345 parameters", "a further one, trained on all", "cancer", "0.54", "aged 1–5", "averaged: 3 batches", "outer three pixels", "7 pictures of test splits", "not for primary diagnosis"},
		ensembles.CardFileChinese: {"共 121345 个参数", "另外用全部图像训练的一个", "癌症", "0.54", "1–5 岁", "averaged：每个网络 3 批", "最外圈三个像素", "测试集图像 7 幅", "不得用于临床诊断"},
	} {
		card, err := os.ReadFile(filepath.Join(o.Out, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range append(words, record.WeightsSHA256) {
			if !strings.Contains(string(card), w) {
				t.Errorf("%s does not say %q", name, w)
			}
		}
		for _, w := range []string{"<no value>", "{{", "%!", "NaN"} {
			if strings.Contains(string(card), w) {
				t.Errorf("%s contains %q", name, w)
			}
		}
	}
	if s := r.Summary(); len(s.Figures) != 2 || !strings.Contains(s.Remarks[0].String(), "trained on all pictures") || !strings.Contains(s.Remarks[1].String(), "Calibrated for") {
		t.Errorf("%+v", s)
	}
}

// TestTrainSourceOnAFolder: a folder of scans works the same, and is called what it
// is.
func TestTrainSourceOnAFolder(t *testing.T) {
	o := sourceOptions(t, folder(t, filepath.Join(t.TempDir(), "ward"), 4, 12, 0, "films/p0-0.png,Normal,0,40,,test"))
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if m := r.Model.Meta; m.Finding != model.FindingOpacity || m.Population != "patients of the folder ward" || len(m.Ages) != 1 || m.Ages[0].From != 30 || !strings.HasSuffix(m.Recipe, "other data") {
		t.Errorf("%+v", m)
	}
	if h, l := r.Record.HeldOut[0].Report, r.Record.LeftAside; h.N != 24 || h.Positives != 12 || l.TestSplit != 1 || len(r.Record.Uncalibrated) != 1 {
		t.Errorf("%+v, %+v", h, l)
	}
}

// TestSourceKilledAnywhere: wherever a training with teachers is cut off, what lies in
// its folder goes on to the same weights, on any number of cores.
func TestSourceKilledAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("trains many networks")
	}
	data := archive(t, "discs.npz", 60)
	o := sourceOptions(t, data)
	o.Recipe = recipe(t, `{"batch": 8, "changes": {"blur_pixels": 1, "noise_sd": 0.3, "mixup_part": 0.5}, "teaching": {"teachers": 1}}`)
	var kept []string
	var names []string
	root := t.TempDir()
	o.Tell = func(e Event) {
		if p := e.Progress; p != nil {
			to := filepath.Join(root, fmt.Sprint(len(kept)))
			if err := os.CopyFS(filepath.Join(to, checkpoints), os.DirFS(filepath.Join(o.Out, checkpoints))); err != nil {
				t.Error(err)
			}
			kept = append(kept, to)
			names = append(names, fmt.Sprintf("%s %d/%d of %d/%d", p.Network, p.Step, p.Steps, p.Number, p.Of))
		}
	}
	if _, err := Run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	if len(kept) != 12 || names[0] != "1, teacher 1 1/2 of 1/6" || names[7] != "2 2/2 of 4/6" || names[11] != "all 2/2 of 6/6" {
		t.Fatalf("%q", names)
	}
	want := weightsIn(t, o.Out)
	o.Tell, o.Resume = nil, true
	for i, at := range []int{0, 3, 6, 9, 11} {
		old := runtime.GOMAXPROCS(1 + i%2)
		o.Out = kept[at]
		_, err := Run(context.Background(), o)
		runtime.GOMAXPROCS(old)
		if err != nil || !bytes.Equal(weightsIn(t, o.Out), want) {
			t.Errorf("killed after %s: %v; the same weights: %v", names[at], err, err == nil)
		}
	}
	o.Out, o.Recipe = kept[5], recipe(t, `{"batch": 8, "changes": {"blur_pixels": 2}, "teaching": {"teachers": 1}}`)
	if _, err := Run(context.Background(), o); err == nil || Resumable(o.Out, err) {
		t.Errorf("gone on with another recipe: %v", err)
	}
}

// TestSourceCancelled: what was done before stays.
func TestSourceCancelled(t *testing.T) {
	o := sourceOptions(t, archive(t, "discs.npz", 60))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o.Tell = func(e Event) {
		if e.Progress != nil {
			cancel()
		}
	}
	if _, err := Run(ctx, o); !errors.Is(err, context.Canceled) || !Resumable(o.Out, err) {
		t.Errorf("%v", err)
	}
}

// TestSourceByItsDocument: the recipe of the source document goes over all pictures in
// epochs, and its network reads pixels from 0 to 1 without mirror images.
func TestSourceByItsDocument(t *testing.T) {
	o := sourceOptions(t, archive(t, "discs.npz", 72))
	o.Recipe, o.Steps, o.Folds = "source", 0, 3
	steps := map[string]int{}
	o.Tell = func(e Event) {
		if e.Progress != nil {
			steps[e.Progress.Network] = e.Progress.Steps
		}
	}
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	m := r.Model.Meta
	if m.MirrorAveraging || m.Preprocessing.Standardise != model.StandardiseNone || m.Epochs != 10 || steps[ensembles.Whole] != 20 || steps["1"] > 20 || steps["1"] < 10 {
		t.Errorf("%+v, steps %v", m, steps)
	}
	card, err := os.ReadFile(filepath.Join(o.Out, ensembles.CardFile))
	if err != nil || !strings.Contains(string(card), "10 epochs a network") || !strings.Contains(string(card), "hard labels") || strings.Contains(string(card), "mirror image,") {
		t.Errorf("%v\n%s", err, card)
	}
}

// TestSourceRefusals: each in one sentence, and nothing is written.
func TestSourceRefusals(t *testing.T) {
	whole := archive(t, "whole.npz", 60)
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	split := func(name string, s npztest.Split) string {
		path := filepath.Join(dir, name)
		npztest.Write(t, path, s)
		return path
	}
	flipped := bytes.Clone(text)
	flipped[len(text)/4] ^= 0xff
	three := discs("train", 40, 1)
	three.Labels[7] = 3
	tiny := npztest.Split{Name: "train", Side: 20, Images: make([]byte, 8000), Labels: make([]byte, 20)}
	broken := discs("train", 40, 1)
	broken.Broken = true
	one := discs("train", 40, 1)
	clear(one.Labels)
	for name, c := range map[string]struct {
		path string
		want error
		says string
	}{
		"cut":           {write("cut.npz", text[:len(text)/2]), dataset.ErrBadData, "not an npz archive"},
		"flipped":       {write("flipped.npz", flipped), dataset.ErrBadData, "train"},
		"empty":         {write("empty.npz", nil), dataset.ErrBadData, "not an npz archive"},
		"no train":      {split("test.npz", discs("test", 40, 1)), dataset.ErrBadData, "train_images"},
		"a third label": {split("three.npz", three), dataset.ErrBadData, "label 3"},
		"no pictures":   {split("broken.npz", broken), dataset.ErrBadData, "not a NumPy array"},
		"too small":     {split("tiny.npz", tiny), dataset.ErrBadData, "20×20"},
		"one class":     {split("one.npz", one), ensembles.ErrNoCases, "no set"},
		"not there":     {filepath.Join(dir, "gone.npz"), os.ErrNotExist, "cannot be found"},
	} {
		o := sourceOptions(t, c.path)
		_, err := Run(context.Background(), o)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if said := Explain(err).String(); !strings.Contains(said, c.says) || strings.ContainsRune(said, '\n') {
			t.Errorf("%s: %q", name, said)
		}
		if left, err := os.ReadDir(o.Out); err != nil || len(left) > 0 {
			t.Errorf("%s: %v is left, %v", name, left, err)
		}
	}
	o := sourceOptions(t, whole)
	for _, r := range []string{"best", filepath.Join(dir, "gone.json"), recipe(t, `{"step": 3}`), recipe(t, `{"learning_rate": -1}`), recipe(t, `{"changes": {"mixup_part": 2}}`)} {
		o.Recipe = r
		if _, err := Run(context.Background(), o); !errors.Is(err, ensembles.ErrBadRecipe) {
			t.Errorf("recipe %s: %v", r, err)
		}
	}
}
