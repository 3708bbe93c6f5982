package train

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lightbox/model"
	"lightbox/model/dataset"
)

// A whole run: folds, files, read back, a measurement added.
func TestRunAndWrite(t *testing.T) {
	stages := map[string]bool{}
	result, err := Run(context.Background(), Config{
		DataName: "discs", Train: hard(60, 1), Val: hard(30, 2),
		Recipe: quick(Source(), 12, 1), Seed: 1, Folds: 2, Date: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		Progress: func(p Progress) { stages[p.Stage] = true },
	})
	if err != nil {
		t.Fatal(err)
	}
	if !stages["train"] || !stages["fold 1/2"] || !stages["fold 2/2"] {
		t.Errorf("stages %v", stages)
	}
	if result.Model.Meta.Calibration == nil || !result.Record.Calibrated {
		t.Error("not calibrated")
	}
	folder := filepath.Join(t.TempDir(), "new", "run")
	if err := result.Write(folder, nil); err != nil {
		t.Fatal(err)
	}
	back, err := LoadResult(folder)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back.Record, result.Record) || !reflect.DeepEqual(back.Model.Meta, result.Model.Meta) {
		t.Errorf("read back\n%+v, written\n%+v", back.Record, result.Record)
	}
	evaluation, err := Measure(context.Background(), back.Model, hard(40, 3), "test", 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	back.AddEvaluation(evaluation)
	other := back.Record
	other.Recipe = Augmented()
	if err := back.Write(folder, &other); err != nil {
		t.Fatal(err)
	}
	checkCards(t, folder, evaluation)
	if again, err := LoadResult(folder); err != nil || again.Record.Evaluation("test") == nil || len(again.Model.Meta.Evaluations) != 2 {
		t.Errorf("the measurement was not kept: %v", err)
	}
}

func checkCards(t *testing.T, folder string, e model.Evaluation) {
	t.Helper()
	for name, words := range map[string][]string{
		CardFile:        {"cancer", "0.54", "aged 1–5", "source, seed", "augmented, seed", interval(e.Report.AUC), interval(e.Score.Brier), "not for primary diagnosis", "has been viewed"},
		CardFileChinese: {"癌症", "0.54", "1–5 岁", "source，种子", "augmented，种子", interval(e.Report.AUC), interval(e.Score.Brier), "不得用于临床诊断", "已被查看"},
	} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if !strings.Contains(string(text), w) {
				t.Errorf("%s does not say %q", name, w)
			}
		}
		for _, w := range []string{"<no value>", "{{", "%!", "NaN"} {
			if strings.Contains(string(text), w) {
				t.Errorf("%s contains %q", name, w)
			}
		}
	}
}

// hard is blobs with some labels exchanged, so that no fold separates.
func hard(n int, seed uint64) *dataset.Dataset {
	d := blobs(n, seed)
	for i := 0; i+3 < n; i += 10 {
		d.Labels[i], d.Labels[i+3] = 1-d.Labels[i], 1-d.Labels[i+3]
	}
	return d
}

func TestRecordOfOtherWeights(t *testing.T) {
	folder := t.TempDir()
	write := func(seed uint64) {
		t.Helper()
		r, err := Run(context.Background(), Config{Train: blobs(16, 1), Recipe: quick(Source(), 8, 1), Seed: seed, Date: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Write(folder, nil); err != nil {
			t.Fatal(err)
		}
	}
	write(1)
	record, err := os.ReadFile(filepath.Join(folder, MetricsFile))
	if err != nil {
		t.Fatal(err)
	}
	write(2)
	if err := os.WriteFile(filepath.Join(folder, MetricsFile), record, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadResult(folder); !errors.Is(err, ErrBadData) {
		t.Errorf("got %v", err)
	}
}
