package app

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/model"
	"lightbox/model/calibrate"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// calibrationFile writes one for anyone, fitted on drawn logits, for the weights
// with the given SHA-256.
func calibrationFile(t *testing.T, sha string) string {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	var s calibrate.Sample
	for i := range 200 {
		z := 4 * r.NormFloat64()
		y := 0
		if r.Float64() < 1/(1+math.Exp(-z)) {
			y = 1
		}
		s.Logits, s.Labels, s.Groups = append(s.Logits, z), append(s.Labels, y), append(s.Groups, fmt.Sprint(i))
	}
	fitted, err := calibrate.Fit(s, calibrate.Options{Model: sha, Population: "our ward"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := (&model.Calibrations{Populations: []model.Population{{Fitted: fitted}}}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "校准.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestCalibrate: a calibration of the user's own is taken by the model whose
// weights it was made for, for patients of any age, and by no other.
func TestCalibrate(t *testing.T) {
	n := NewNetwork("")
	source, err := n.With(model.DefaultName).Model()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Calibrate(calibrationFile(t, source.SHA256())); err != nil { // not the first that is chosen from
		t.Fatal(err)
	}
	m, err := n.With(model.DefaultName).Model()
	if err != nil {
		t.Fatal(err)
	}
	if m.Calibrations() == nil || m.Calibrations().Populations[0].Fitted.Population != "our ward" {
		t.Error("the calibration was not taken")
	}
	if first, _ := n.Model(); first.Calibrations() != nil && first.Calibrations().Populations[0].Fitted.Population == "our ward" {
		t.Error("another model took it")
	}
	one := NewNetwork(model.DefaultName)
	other := calibrationFile(t, strings.Repeat("a", 64))
	damaged := filepath.Join(t.TempDir(), "damaged.json")
	if err := os.WriteFile(damaged, []byte(`{"format": 1`), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, file := range map[string]string{"other weights": other, "damaged": damaged} {
		if err := one.Calibrate(file); !errors.Is(err, model.ErrBadCalibration) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "with lightbox calibrate") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := one.Calibrate(damaged + ".none"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no file: %v", err)
	}
	if m, err := one.Model(); err != nil || m.Calibrations() != nil {
		t.Errorf("a refused calibration changed the model: %v", err)
	}
}

// TestCalibratedForAnyone: nothing is said against the age of the patient where
// the probability is calibrated for all.
func TestCalibratedForAnyone(t *testing.T) {
	n := NewNetwork(model.DefaultName)
	m, err := n.Model()
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "a.dcm", radiograph(dicomtest.Element{Tag: 0x00101010, VR: "AS", Value: "067Y"}))
	readFile := func(path string) Reading {
		a, err := Analyze(context.Background(), path, vision.DefaultBlur, n)
		if err != nil || a.Reading.Status != Result {
			t.Fatalf("%+v, %v", a, err)
		}
		return a.Reading
	}
	read := func() Reading { return readFile(path) }
	aboutAge := func(r Reading) (found bool) {
		for _, c := range r.Cautions {
			found = found || strings.Contains(c.String(), "years old") || strings.Contains(c.String(), "age of this patient")
		}
		return found
	}
	before := read()
	if before.Calibrated || !aboutAge(before) {
		t.Fatalf("an adult and a model for children: %v, %v", before.Calibrated, before.Cautions)
	}
	if err := n.Calibrate(calibrationFile(t, m.SHA256())); err != nil {
		t.Fatal(err)
	}
	after := read()
	if !after.Calibrated || aboutAge(after) || after.Calibration == nil || after.Logit != before.Logit {
		t.Errorf("%v, %v", after.Calibrated, after.Cautions)
	}
	if len(after.Cautions) != len(before.Cautions)-1 {
		t.Errorf("cautions %v, before %v", after.Cautions, before.Cautions)
	}
	for what, e := range map[string]dicomtest.Element{
		"a view that is not known": {Tag: 0x00185101, VR: "CS", Value: "XYZZY"},
		"much loss":                dicomtest.DS(0x00282112, `35\4`),
	} {
		r := readFile(write(t, "b.dcm", radiograph(e)))
		if r.Calibrated || r.Calibration != nil || r.Number() != r.Score || len(r.Cautions) == 0 {
			t.Errorf("%s: calibrated %v, %v", what, r.Calibrated, r.Cautions)
		}
	}
	if r, err := Analyze(context.Background(), write(t, "c.dcm", radiograph(dicomtest.DS(0x00282112, "200"))), vision.DefaultBlur, n); err != nil || r.Reading.Status != Refused || !strings.Contains(r.Reading.Reason.String(), "200:1") {
		t.Errorf("200:1 is read: %+v, %v", r, err)
	}
}
