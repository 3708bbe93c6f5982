package train

import (
	"context"
	"fmt"
	"time"

	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/model/metrics"
)

// Config is one training run from data to model.
type Config struct {
	DataName string           // for the card, e.g. "PneumoniaMNIST (28×28)"
	Train    *dataset.Dataset // the only pictures that shape the weights
	Val      *dataset.Dataset // may be nil; reported, never selected by
	Recipe   Recipe
	Seed     uint64
	Folds    int       // 0: no calibration; otherwise at least 2
	Name     string    // model name; empty means model.DefaultName
	Version  string    // empty means "RECIPE-SEED"
	Date     time.Time // of training, stored as a day
	Progress func(Progress)
}

// Result is a trained model with its record.
type Result struct {
	Model  *model.Model
	Record Record
}

// Run trains on the whole training split, and, where folds are asked for,
// calibrates on out-of-fold logits of further networks trained by the same
// recipe. The calibration is made on sibling networks and carried over to the
// one trained on all pictures. There is no way to hand it a test split.
func Run(ctx context.Context, c Config) (*Result, error) {
	if c.Name == "" {
		c.Name = model.DefaultName
	}
	if c.Version == "" {
		c.Version = fmt.Sprintf("%s-%d", c.Recipe.Name, c.Seed)
	}
	begin := time.Now()
	net, err := Fit(ctx, c.Train, c.Recipe, c.Seed, Options{Progress: c.Progress, Val: c.Val})
	if err != nil {
		return nil, err
	}
	seconds := time.Since(begin).Seconds()
	meta := c.meta()
	var folds *OutOfFold
	if c.Folds > 0 {
		folds, err = Calibrate(ctx, c.Train, c.Recipe, c.Seed, c.Folds, Options{Progress: c.Progress})
		if err != nil {
			return nil, fmt.Errorf("calibration: %w", err)
		}
		meta.Calibration = &folds.Calibration
		meta.Threshold = folds.Threshold
		meta.ThresholdSource = fmt.Sprintf("Youden's index on out-of-fold probabilities, %d folds of the training split", c.Folds)
	}
	m, err := model.New(net, meta)
	if err != nil {
		return nil, err
	}
	record := NewRecord(m, c.Recipe)
	record.TrainSeconds = seconds
	record.OutOfFold = folds
	if c.Val != nil {
		evaluation, err := Measure(ctx, m, c.Val, "val", c.Seed, nil)
		if err != nil {
			return nil, err
		}
		record.SetEvaluation(evaluation)
		m.Meta.Evaluations = record.Evaluations
	}
	return &Result{Model: m, Record: record}, nil
}

func (c Config) meta() model.Meta {
	meta := model.Meta{
		Name: c.Name, Version: c.Version, Architecture: model.Architecture,
		Finding: model.FindingPneumonia, Population: model.PopulationKermany,
		Preprocessing: c.Recipe.Preprocessing(), MirrorAveraging: c.Recipe.MirrorAveraging,
		Recipe: c.Recipe.Name, Epochs: c.Recipe.Epochs, Seed: c.Seed,
		Date:            c.Date.Format(time.DateOnly),
		Datasets:        []model.DatasetRef{{Name: c.DataName, Split: "train", SHA256: c.Train.SHA256, N: c.Train.Len()}},
		Threshold:       model.DefaultThreshold,
		ThresholdSource: "0.5, not chosen on data",
	}
	if c.Val != nil {
		meta.Datasets = append(meta.Datasets, model.DatasetRef{Name: c.DataName, Split: "val", SHA256: c.Val.SHA256, N: c.Val.Len()})
	}
	return meta
}

// Measure evaluates a model on labelled pictures: its probability at its own
// threshold, and for a calibrated model the plain score as well, so that
// anyone can see what the calibration did. Intervals resample whole groups.
func Measure(ctx context.Context, m *model.Model, data *dataset.Dataset, split string, seed uint64, progress func(done, total int)) (model.Evaluation, error) {
	out := model.Evaluation{Split: split}
	if err := data.Validate(); err != nil {
		return out, err
	}
	predictions, err := m.PredictBatch(ctx, data.Images, progress)
	if err != nil {
		return out, err
	}
	probabilities, scores := make([]float64, len(predictions)), make([]float64, len(predictions))
	for i, p := range predictions {
		probabilities[i], scores[i] = p.Probability, p.Score
	}
	in := metrics.Input{
		Probabilities: probabilities, Labels: data.Labels, Groups: data.Groups,
		Threshold: m.Meta.Threshold, Seed: seed,
	}
	if out.Report, err = metrics.Evaluate(in); err != nil || m.Meta.Calibration == nil {
		return out, err
	}
	in.Probabilities, in.Threshold = scores, model.DefaultThreshold
	score, err := metrics.Evaluate(in)
	out.Score = &score
	return out, err
}
