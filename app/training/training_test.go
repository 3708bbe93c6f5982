package training

import (
	"bytes"
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
	"time"

	"lightbox/model"
	"lightbox/model/fit"
	"lightbox/model/train/ensembles"
	"lightbox/vision/fault"
)

// phantom draws two dark ovals, and a bright disc in one of them; the mask is the
// ovals.
func phantom(r *rand.Rand, opacity bool) (film, mask *image.Gray) {
	const n = 100
	film, mask = image.NewGray(image.Rect(0, 0, n, n)), image.NewGray(image.Rect(0, 0, n, n))
	shift, at := 6*r.Float64(), 40+20*r.Float64()
	wave, tilt := 2+8*r.Float64(), 8*r.Float64() // no two are copies of each other
	for i := range film.Pix {
		x, y := float64(i%n), float64(i/n)
		v := 150.0
		for _, cx := range [2]float64{30 + shift, 66 + shift} {
			if math.Pow((x-cx)/15, 2)+math.Pow((y-48)/28, 2) < 1 {
				v, mask.Pix[i] = 50, 255
			}
		}
		if opacity && math.Pow(x-30-shift, 2)+math.Pow(y-at, 2) < 80 {
			v = 140
		}
		film.Pix[i] = uint8(v + 12*r.Float64() + 30*math.Sin(wave*x/n+tilt*y/n))
	}
	return film, mask
}

func save(t *testing.T, path string, m image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// folder writes films of so many patients, two each, with masks and a table.
// Lines are added to the table as they are.
func folder(t *testing.T, path string, seed uint64, patients, first int, lines ...string) string {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 9))
	table := "file,label,patient_id,age,mask,split\n"
	for p := first; p < first+patients; p++ {
		for k := range 2 {
			label := map[bool]string{true: "Pneumonia", false: "Normal"}[p%2 == 1]
			film, mask := phantom(r, p%2 == 1)
			name := fmt.Sprintf("p%d-%d.png", p, k)
			save(t, filepath.Join(path, "films", name), film)
			save(t, filepath.Join(path, "masks", name), mask)
			table += fmt.Sprintf("films/%s,%s,%d,%d,masks/%s,train\n", name, label, p, 30+p, name)
		}
	}
	if err := os.WriteFile(filepath.Join(path, "labels.csv"), []byte(table+strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func options(t *testing.T, data string) Options {
	t.Helper()
	return Options{
		Model: model.ChestName, Data: []string{data}, Out: t.TempDir(), Seed: 3, Steps: 3, Folds: 2, Every: 2,
		Date: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), Program: "test",
	}
}

// TestTrainChest: a training is whole; one that is interrupted and taken up again,
// on other cores too, writes the same weights.
func TestTrainChest(t *testing.T) {
	data := folder(t, filepath.Join(t.TempDir(), "甲 films"), 1, 24, 0)
	want := options(t, data)
	r, err := Run(context.Background(), want)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ensembles.WeightsFile, ensembles.MetricsFile, ensembles.CardFile, ensembles.CardFileChinese, ensembles.ROCFile} {
		if _, err := os.Stat(filepath.Join(want.Out, name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(want.Out, checkpoints)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("checkpoints are left behind: %v", err)
	}
	back, err := model.LoadFile(filepath.Join(want.Out, ensembles.WeightsFile))
	if err != nil || back.SHA256() != r.Record.WeightsSHA256 || back.Meta.Members != 2 || back.Meta.Similar == 0 {
		t.Errorf("%+v, %v", back, err)
	}
	if a := back.Meta.Ages; len(a) != 1 || a[0] != (model.Ages{From: 30, Until: 54}) {
		t.Errorf("ages %v", a)
	}
	record, err := ensembles.ReadRecord(filepath.Join(want.Out, ensembles.MetricsFile))
	if err != nil || len(record.Curves) != 3 || len(record.Curves[2].Points) != 2 || record.HeldOut[0].Report.N != 48 || record.Sets[0].Groups+record.LeftAside.MergedGroups != 24 {
		t.Errorf("%+v, %v", record, err)
	}
	for _, name := range []string{ensembles.CardFile, ensembles.CardFileChinese} {
		card, err := os.ReadFile(filepath.Join(want.Out, name))
		if err != nil || !bytes.Contains(card, []byte(r.Record.WeightsSHA256)) || !bytes.Contains(card, []byte("--data '甲 films'")) || bytes.Contains(card, []byte("<no value>")) || bytes.Contains(card, []byte("%!")) {
			t.Errorf("%s: %v\n%s", name, err, card)
		}
	}
	again := options(t, data)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	again.Tell = func(e Event) {
		if e.Progress != nil && e.Progress.Network == "1" && e.Progress.Step == 2 {
			cancel()
		}
	}
	if _, err := Run(ctx, again); !errors.Is(err, context.Canceled) || !Resumable(again.Out, err) {
		t.Fatalf("cancelled: %v", err)
	}
	again.Tell = nil
	if _, err := Run(context.Background(), again); !errors.Is(err, ErrUnfinished) {
		t.Errorf("begun anew over an unfinished training: %v", err)
	}
	other := again
	other.Resume, other.Seed = true, 4
	if _, err := Run(context.Background(), other); !errors.Is(err, fit.ErrBadCheckpoint) {
		t.Errorf("gone on with another seed: %v", err)
	}
	again.Resume = true
	before := map[string][2]int{} // steps and measurements before the interruption, by network
	again.Tell = func(e Event) {
		if e.Progress != nil && e.Progress.Resumed {
			before[e.Progress.Network] = [2]int{e.Progress.Step, len(e.Progress.Before)}
		}
	}
	if _, err := Run(context.Background(), again); err != nil {
		t.Fatal(err)
	}
	if len(before) != 2 || before["lungs"] != [2]int{3, 2} || before["1"] != [2]int{2, 1} {
		t.Errorf("taken up again: %v", before)
	}
	a, errA := os.ReadFile(filepath.Join(want.Out, ensembles.WeightsFile))
	b, errB := os.ReadFile(filepath.Join(again.Out, ensembles.WeightsFile))
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("an interruption changes the weights file (%v, %v)", errA, errB)
	}
	taken := options(t, data)
	taken.Lungs = filepath.Join(want.Out, ensembles.WeightsFile)
	r, err = Run(context.Background(), taken)
	if err != nil || r.Record.Segmenter.From == "" || len(r.Record.Curves) != 2 {
		t.Errorf("with another model's segmenter: %+v, %v", r, err)
	}
}

// TestTrainChestWithoutMasks: a hospital's own films come without masks of the lungs;
// the embedded segmenter finds them, and that is told.
func TestTrainChestWithoutMasks(t *testing.T) {
	data := folder(t, filepath.Join(t.TempDir(), "ours"), 1, 24, 0)
	table := filepath.Join(data, "labels.csv")
	text, err := os.ReadFile(table)
	if err == nil {
		err = os.WriteFile(table, bytes.Replace(text, []byte(",mask,"), []byte(",drawing,"), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	o := options(t, data)
	o.Steps = 1
	var notes []string
	o.Tell = func(e Event) {
		if e.Note != nil {
			notes = append(notes, e.Note.String())
		}
	}
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "embedded model chest finds the lungs") || !strings.Contains(notes[0], "--lungs") {
		t.Errorf("told: %q", notes)
	}
	embedded, err := model.Embedded(model.ChestName)
	if err != nil || !strings.Contains(r.Record.Segmenter.From, embedded.SHA256()[:12]) || len(r.Record.Curves) != 2 {
		t.Errorf("%v, %+v", err, r.Record.Segmenter)
	}
}

// TestCollect: what must not be trained on is held, what cannot be used is told.
func TestCollect(t *testing.T) {
	base := t.TempDir()
	data := folder(t, filepath.Join(base, "a"), 1, 6, 0,
		"films/gone.png,Normal,90,40,,train", "films/p0-0.png,Pneumonia,0,40,,train", "never-read.png,Normal,91,40,,test",
		"films/p1-0.png,Pneumonia,92,40,,train", "held/later.png,Normal,1001,40,,train")
	film, _ := phantom(rand.New(rand.NewPCG(8, 8)), false)
	save(t, filepath.Join(data, "held", "later.png"), film)
	// Patients 1000 and 1001 are held out; one film of theirs is a copy of one of
	// patient 4, and another one has no class.
	held := folder(t, filepath.Join(base, "b", "a"), 2, 2, 1000, "films/unread.png,,1500,40,,", "films/unread2.png,,1001,40,,", "films/copy.png,Normal,1000,50,,")
	unread, _ := phantom(rand.New(rand.NewPCG(5, 5)), false)
	save(t, filepath.Join(held, "films", "unread.png"), unread)
	unread2, _ := phantom(rand.New(rand.NewPCG(6, 5)), true)
	save(t, filepath.Join(held, "films", "unread2.png"), unread2)
	same, err := os.ReadFile(filepath.Join(data, "films", "p4-0.png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(held, "films", "copy.png"), same, 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(t, data)
	o.HoldOut = []string{held}
	var problems []error
	kind := func(class string) int { return map[string]int{"normal": 1, "pneumonia": 2}[class] }
	c, err := collect(context.Background(), o, stretched(kind, true), func(err error) { problems = append(problems, err) })
	if err != nil {
		t.Fatal(err)
	}
	if l := c.leftAside; l.TestSplit != 1 || l.Unreadable != 1 || l.Contradictory != 2 || len(problems) != 3 {
		t.Errorf("%+v, %v", l, problems)
	}
	group := map[string]string{}
	for _, p := range c.pictures {
		key := p.Set + " " + p.Name
		group[key] = p.Group
		patient := strings.TrimPrefix(strings.SplitN(filepath.Base(p.Name), "-", 2)[0], "p")
		wantHeld := patient == "4" || patient == "1000" || patient == "1001" || strings.Contains(p.Name, "unread2") || strings.Contains(p.Name, "copy") || strings.Contains(p.Name, "later")
		if p.Held != wantHeld {
			t.Errorf("%s of group %s is held: %v", key, p.Group, p.Held)
		}
		if p.Dir == held && p.Mask != nil {
			t.Errorf("the mask of %s is kept", key)
		}
	}
	if group["a films/p4-0.png"] != group["b/a films/copy.png"] {
		t.Errorf("a copy is in another group, or a set lost its name: %v", group)
	}
	if group["a films/p1-0.png"] == "" || group["a films/p1-0.png"] != group["a films/p1-1.png"] {
		t.Error("patients 1 and 92, who share a film, are two")
	}
	if first := c.pictures[0]; first.Set != "a" {
		t.Errorf("the first picture is %s of %s", first.Name, first.Set)
	}
	o.Strict = true
	if _, err := collect(context.Background(), o, stretched(kind, true), func(error) {}); !errors.Is(err, ErrLeftAside) {
		t.Errorf("strict: %v", err)
	}
	o.Data = []string{t.TempDir()}
	if _, err := Run(context.Background(), o); fault.KindOf(err) != fault.NoScans || Resumable(o.Out, err) {
		t.Errorf("an empty folder: %v", err)
	}
	o.Model = "none"
	if _, err := Run(context.Background(), o); !errors.Is(err, model.ErrUnknownModel) {
		t.Errorf("no such model: %v", err)
	}
}

// TestCollectLabels: rows without a label, and labels that are slips of the pen, are
// told, counted and named, and end a strict training; other classes that are known,
// and unread films of folders that are held out, do not.
func TestCollectLabels(t *testing.T) {
	base := t.TempDir()
	known := []string{"other0.png,No Lung Opacity / Not Normal,80,40,,", "other1.png,other_abnormal,81,40,,", "other2.png,Effusion|Mass,82,40,,"}
	wrong := append(known, "films/a.png,,90,40,,", "films/b.png,banana,91,40,,", "films/c.png,Pneumonai,92,40,,", "films/d.png,banana,93,40,,")
	for i, lines := range [][]string{known, wrong} {
		data := folder(t, filepath.Join(base, fmt.Sprint("data", i)), 1, 4, 0, lines...)
		r := rand.New(rand.NewPCG(12, 12))
		for k := range known {
			film, _ := phantom(r, false)
			save(t, filepath.Join(data, fmt.Sprintf("other%d.png", k)), film)
		}
		held := folder(t, filepath.Join(base, fmt.Sprint("held", i)), 2, 2, 1000, "films/p1001-1.png,,1001,40,,")
		o := options(t, data)
		o.HoldOut = []string{held}
		var told []string
		c, err := collect(context.Background(), o, stretched(chestClass, true), func(err error) { told = append(told, err.Error()) })
		if err != nil {
			t.Fatal(err)
		}
		l, said := c.leftAside, strings.Join(told, "\n")
		o.Strict = true
		_, err = collect(context.Background(), o, stretched(chestClass, true), func(error) {})
		if i == 0 {
			if err != nil || l.Unlabelled+l.UnknownClass != 0 || said != "" {
				t.Errorf("other classes and unread films: %+v, %s, strict %v", l, said, err)
			}
			continue
		}
		if l.Unlabelled != 1 || l.UnknownClass != 3 || strings.Join(l.UnknownClasses, " ") != "banana pneumonai" || l.Names() != " (banana, pneumonai)" || len(told) != 4 || !strings.Contains(said, "a.png: unlabelled") || !strings.Contains(said, "c.png: unknown class: pneumonai") {
			t.Errorf("%+v, %s", l, said)
		}
		if !errors.Is(err, ErrLeftAside) || !strings.Contains(err.Error(), "1 have no label and 3 one that is not known (banana, pneumonai)") {
			t.Errorf("strict: %v", err)
		}
	}
}

// TestRecordIsJSON: figures that are no numbers do not break the file.
func TestRecordIsJSON(t *testing.T) {
	r := &ensembles.Record{Curves: []ensembles.Curve{{Points: []fit.Point{{Step: 1, Quality: fit.Quality{Value: 0}}}}}}
	r.Curves[0].Points[0].Value = r.Curves[0].Points[0].Value / 0.5
	text, err := r.Encode()
	if err != nil || !json.Valid(text) {
		t.Errorf("%s, %v", text, err)
	}
}

// TestTrainBreast: the same way for ultrasound.
func TestTrainBreast(t *testing.T) {
	data := folder(t, filepath.Join(t.TempDir(), "us"), 3, 16, 0)
	table, err := os.ReadFile(filepath.Join(data, "labels.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("Pneumonia", "malignant", "Normal", "benign").Replace(string(table))
	if err := os.WriteFile(filepath.Join(data, "labels.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(t, data)
	o.Model, o.Steps = model.BreastName, 1
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if m := r.Model.Meta; m.Architecture != model.BreastArchitecture || m.Finding != model.FindingMalignant || m.Members != 2 || r.Record.HeldOut[0].Report.Positives != 16 {
		t.Errorf("%+v", m)
	}
	for _, name := range []string{ensembles.CardFile, ensembles.CardFileChinese} {
		card, err := os.ReadFile(filepath.Join(o.Out, name))
		if err != nil || !bytes.Contains(card, []byte(r.Record.WeightsSHA256)) || bytes.Contains(card, []byte("<no value>")) {
			t.Errorf("%s: %v\n%s", name, err, card)
		}
	}
}
