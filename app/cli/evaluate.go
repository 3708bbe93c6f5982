package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/model/metrics"
	"lightbox/model/train"
	"lightbox/vision/fault"
)

// evaluateOptions are the flags of the evaluate command.
type evaluateOptions struct {
	model, data, split, compare string
	seed                        uint64
	json, record                bool
}

func newEvaluateCommand() *cobra.Command {
	var o evaluateOptions
	c := &cobra.Command{
		Use:   "evaluate --data FILE.npz|FOLDER [--model NAME|FILE]",
		Short: "Measure a model on labelled pictures",
		Long: `Measure a model on a split of a MedMNIST-style npz file, or on a folder of
labelled pictures: AUC, accuracy, sensitivity, specificity, Brier score and
expected calibration error, each with a 95 % bootstrap interval (2,000
resamples of independent units). Opening a test split is an event: log it.

With --record the figures are added to the weights' metadata, metrics.json and
model cards beside them; the weights themselves stay as they are.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return runEvaluate(c, o) },
	}
	f := c.Flags()
	f.StringVar(&o.model, "model", model.DefaultName, "name of an embedded model, or a weights file")
	f.StringVar(&o.data, "data", "", "npz file or folder with labels (required)")
	f.StringVar(&o.split, "split", "test", "split of the npz file: train, val or test")
	f.Uint64Var(&o.seed, "seed", 1, "seed of the bootstrap")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	f.BoolVar(&o.record, "record", false, "add the figures to the files beside the weights file")
	f.StringVar(&o.compare, "compare", "", "with --record: metrics.json of the other recipe for the card")
	return c
}

// evaluation is the JSON object evaluate prints.
type evaluation struct {
	Model           string         `json:"model"`
	ModelVersion    string         `json:"model_version"`
	WeightsSHA256   string         `json:"weights_sha256"`
	Finding         string         `json:"finding"`
	Calibrated      bool           `json:"calibrated"`
	ThresholdSource string         `json:"threshold_source"`
	Data            string         `json:"data"`
	DataSHA256      string         `json:"data_sha256"`
	Split           string         `json:"split"`
	Report          metrics.Report `json:"report"`
	// Score is the plain score of a calibrated model, null for others.
	Score *metrics.Report `json:"score_report"`
}

func runEvaluate(c *cobra.Command, o evaluateOptions) error {
	switch {
	case o.data == "":
		return usagef("--data is missing: name the npz file or the folder to measure on")
	case o.record && filepath.Base(o.model) != train.WeightsFile:
		return usagef("--record needs --model to be the %s of a training folder", train.WeightsFile)
	case o.compare != "" && !o.record:
		return usagef("--compare has a use only with --record")
	}
	m, err := app.LoadModel(o.model)
	if err != nil {
		return usageError{err}
	}
	data, split, skipped, err := openLabelled(c.Context(), o.data, o.split)
	if err != nil {
		return err
	}
	for _, s := range skipped {
		c.PrintErrln(s)
	}
	if negatives, positives := data.Counts(); negatives == 0 || positives == 0 {
		return fmt.Errorf("%s holds %d pictures without and %d with the finding: both are needed to measure a model", o.data, negatives, positives)
	}
	measured, err := train.Measure(c.Context(), m, data, split, o.seed, func(done, total int) {
		if done == total || done%1024 == 0 {
			c.PrintErrf("evaluate: %d/%d pictures\n", done, total)
		}
	})
	if err != nil {
		return fmt.Errorf("cannot evaluate %s: %w", o.data, err)
	}
	if o.record {
		if err := recordEvaluation(o, m, measured); err != nil {
			return err
		}
	}
	e := evaluation{
		Model: m.Meta.Name, ModelVersion: m.Meta.Version, WeightsSHA256: m.SHA256(),
		Finding: m.Meta.Finding, Calibrated: m.Meta.Calibration != nil,
		ThresholdSource: m.Meta.ThresholdSource,
		Data:            o.data, DataSHA256: data.SHA256, Split: split, Report: measured.Report, Score: measured.Score,
	}
	if o.json {
		err = json.NewEncoder(c.OutOrStdout()).Encode(e)
	} else {
		err = printEvaluation(c.OutOrStdout(), e)
	}
	if err == nil && len(skipped) > 0 {
		return errInputsFailed
	}
	return err
}

// openLabelled reads a split of an npz file, or a folder, which has no splits.
// What had to be left out of a folder is in skipped.
func openLabelled(ctx context.Context, path, split string) (data *dataset.Dataset, of string, skipped []app.Message, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", nil, errors.New(app.Explain(fault.Reading(path, err)).String())
	}
	if info.IsDir() {
		data, skipped, err = app.LoadLabelled(ctx, path)
		if err != nil {
			err = errors.New(app.Explain(err).String())
		}
		return data, "folder", skipped, err
	}
	archive, err := dataset.OpenNPZ(path)
	if err != nil {
		return nil, "", nil, err
	}
	if !archive.Has(split) {
		return nil, "", nil, usagef("%s has no split %q", path, split)
	}
	data, err = archive.Split(split)
	return data, split, nil, err
}

// recordEvaluation rewrites the files of a training run with the new report.
func recordEvaluation(o evaluateOptions, m *model.Model, e model.Evaluation) error {
	folder := filepath.Dir(o.model)
	result, err := train.LoadResult(folder)
	if err != nil {
		return err
	}
	if result.Model.SHA256() != m.SHA256() {
		return fmt.Errorf("%s changed while it was being measured", o.model)
	}
	var other *train.Record
	if o.compare != "" {
		if other, err = train.ReadRecord(o.compare); err != nil {
			return err
		}
	}
	result.AddEvaluation(e)
	return result.Write(folder, other)
}

func printEvaluation(w io.Writer, e evaluation) error {
	r := e.Report
	kind := "uncalibrated score"
	if e.Calibrated {
		kind = "calibrated probability"
	}
	_, err := fmt.Fprintf(w, `%s %s, %s (%s)
weights sha256 %s
data %s, %s, sha256 %s
n %d (%d with the finding), %d independent units; 95 %% intervals from %d resamples
AUC          %s
at 0.5       accuracy %s  sensitivity %s  specificity %s
at %-9.4f accuracy %s  sensitivity %s  specificity %s
             threshold: %s
Brier score  %s
ECE (15)     %s
`,
		e.Model, e.ModelVersion, e.Finding, kind, e.WeightsSHA256, e.Data, e.Split, e.DataSHA256,
		r.N, r.Positives, r.Groups, r.Resamples, estimate(r.AUC),
		estimate(r.Half.Accuracy), estimate(r.Half.Sensitivity), estimate(r.Half.Specificity),
		r.Operating.Threshold,
		estimate(r.Operating.Accuracy), estimate(r.Operating.Sensitivity), estimate(r.Operating.Specificity),
		e.ThresholdSource, estimate(r.Brier), estimate(r.ECE))
	if s := e.Score; s != nil && err == nil {
		_, err = fmt.Fprintf(w, `the plain score of the same predictions, without calibration:
at 0.5       accuracy %s  sensitivity %s  specificity %s
Brier score  %s
ECE (15)     %s
`,
			estimate(s.Half.Accuracy), estimate(s.Half.Sensitivity), estimate(s.Half.Specificity),
			estimate(s.Brier), estimate(s.ECE))
	}
	return err
}

// estimate prints a figure with its interval.
func estimate(e metrics.Estimate) string {
	return fmt.Sprintf("%.4f (%.4f–%.4f)", e.Value, e.Low, e.High)
}
