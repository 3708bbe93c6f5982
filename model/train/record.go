package train

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"lightbox/model"
)

// Names of the files a training run leaves in its folder.
const (
	WeightsFile     = "weights.safetensors"
	MetricsFile     = "metrics.json"
	CardFile        = "card.md"
	CardFileChinese = "card.zh.md"
)

// maxRecordBytes bounds a metrics file; a real one has a few kilobytes.
const maxRecordBytes = 1 << 20

// Record is the content of metrics.json: what was trained, how, and what was
// measured.
type Record struct {
	Model           string             `json:"model"`
	Version         string             `json:"version"`
	WeightsSHA256   string             `json:"weights_sha256"`
	Finding         string             `json:"finding"`
	Population      string             `json:"population"`
	Recipe          Recipe             `json:"recipe"`
	Seed            uint64             `json:"seed"`
	Date            string             `json:"date"`
	Datasets        []model.DatasetRef `json:"datasets"`
	Threshold       float64            `json:"threshold"`
	ThresholdSource string             `json:"threshold_source"`
	Calibrated      bool               `json:"calibrated"`
	TrainSeconds    float64            `json:"train_seconds"`
	OutOfFold       *OutOfFold         `json:"out_of_fold,omitempty"`
	Evaluations     []model.Evaluation `json:"evaluations"`
}

// NewRecord starts the record of a model.
func NewRecord(m *model.Model, recipe Recipe) Record {
	return Record{
		Model: m.Meta.Name, Version: m.Meta.Version, WeightsSHA256: m.SHA256(),
		Finding: m.Meta.Finding, Population: m.Meta.Population,
		Recipe: recipe, Seed: m.Meta.Seed, Date: m.Meta.Date, Datasets: m.Meta.Datasets,
		Threshold: m.Meta.Threshold, ThresholdSource: m.Meta.ThresholdSource,
		Calibrated:  m.Meta.Calibration != nil,
		Evaluations: m.Meta.Evaluations,
	}
}

// SetEvaluation stores a measurement, in place of an earlier one of its split.
func (r *Record) SetEvaluation(e model.Evaluation) {
	for i := range r.Evaluations {
		if r.Evaluations[i].Split == e.Split {
			r.Evaluations[i] = e
			return
		}
	}
	r.Evaluations = append(r.Evaluations, e)
}

// Evaluation returns the measurement on a split, or nil.
func (r *Record) Evaluation(split string) *model.Evaluation {
	if r == nil {
		return nil
	}
	for i := range r.Evaluations {
		if r.Evaluations[i].Split == split {
			return &r.Evaluations[i]
		}
	}
	return nil
}

// ReadRecord reads a metrics.json.
func ReadRecord(name string) (*Record, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot open the metrics: %w", err)
	}
	defer f.Close()
	var r Record
	if err := json.NewDecoder(io.LimitReader(f, maxRecordBytes)).Decode(&r); err != nil {
		return nil, fmt.Errorf("cannot read the metrics %s: %w", name, err)
	}
	return &r, nil
}

// Write stores weights, metrics and both cards in a folder, which is made if
// missing; each file whole or not at all. other, if not nil, is the record of
// the other recipe for the cards' side-by-side table.
func (r *Result) Write(folder string, other *Record) error {
	english, chinese, err := Cards(r.Model, r.Record, other)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(r.Record, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot write the metrics: %w", err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("cannot make the output folder: %w", err)
	}
	if err := r.Model.WriteFile(filepath.Join(folder, WeightsFile)); err != nil {
		return err
	}
	for _, file := range []struct {
		name string
		data []byte
	}{
		{MetricsFile, append(text, '\n')}, {CardFile, english}, {CardFileChinese, chinese},
	} {
		if err := model.WriteFileAtomic(filepath.Join(folder, file.name), file.data); err != nil {
			return err
		}
	}
	return nil
}

// LoadResult reads back what Write stored, so that a later measurement can be
// added to the weights' metadata, the metrics and the cards alike. Metrics
// that belong to other weights are refused.
func LoadResult(folder string) (*Result, error) {
	m, err := model.LoadFile(filepath.Join(folder, WeightsFile))
	if err != nil {
		return nil, err
	}
	record, err := ReadRecord(filepath.Join(folder, MetricsFile))
	if err != nil {
		return nil, err
	}
	if record.WeightsSHA256 != m.SHA256() {
		return nil, fmt.Errorf("%w: the metrics in %s belong to other weights", ErrBadData, folder)
	}
	return &Result{Model: m, Record: *record}, nil
}

// AddEvaluation stores a measurement in the record and in the model's
// metadata.
func (r *Result) AddEvaluation(e model.Evaluation) {
	r.Record.SetEvaluation(e)
	r.Model.Meta.Evaluations = r.Record.Evaluations
}
