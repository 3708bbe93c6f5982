package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/app/evaluation"
	"lightbox/app/report"
	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/model/measured"
	"lightbox/model/metrics"
	"lightbox/model/train"
	"lightbox/vision/fault"
)

// evaluateOptions are the flags of the evaluate command.
type evaluateOptions struct {
	model, data, split, compare     string
	calibration, population, report string
	level                           float64
	seed                            uint64
	json, record, audit             bool
}

func newEvaluateCommand() *cobra.Command {
	var o evaluateOptions
	c := &cobra.Command{
		Use:   "evaluate --data FILE.npz|FOLDER [--model NAME|FILE]",
		Short: "Measure a model on labelled pictures",
		Long: `Measure a model on a folder of labelled scans, or on a split of a MedMNIST-style
npz file: AUC, accuracy, sensitivity, specificity, Brier score and expected
calibration error, each with a 95 % bootstrap interval (2,000 resamples of
patients). Opening a test split is an event: log it.

A folder has a labels.csv or index.csv (columns file and label; if there are any,
patient_id or group, view, age and split), or subfolders named after the classes.
Where its table has splits, --split is measured. Every scan takes the way of
analyze. What is refused has no number: it is left out of the figures and counted
by reason beside them. Figures are given for all, by set and by view.

The probability is measured where a calibration applies: by the patient's age as
the file or the table says it, by --population where neither does, or by a file of
your own with --calibration.

--audit asks how well the classes are told apart by what should not tell them: the
film with its lungs blanked, their outline, the rim of the picture, its size, where
it came from.

--report writes report.html, report.zh.html and evaluation.json into a folder:
pages with all figures, ROC curve, reliability diagram, histogram of the scores,
decision curve and the list of refusals, which need nothing but a browser. They
name the scans that were refused.

With --record the figures are added to metrics.json and the model cards beside the
weights file; the weights themselves stay as they are.

` + app.Disclaimer + ".",
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return runEvaluate(c, o) },
	}
	f := c.Flags()
	f.StringVar(&o.model, "model", model.DefaultName, "name of an embedded model, or a weights file")
	f.StringVar(&o.data, "data", "", "npz file or folder with labels (required)")
	f.StringVar(&o.split, "split", "test", "split of the npz file or the folder's table: train, val or test")
	f.StringVar(&o.calibration, "calibration", "", "calibration `FILE` of your own, as lightbox calibrate writes it")
	f.StringVar(&o.population, "population", "", "patients whose age is not known are `WHO`: children, adults, or an age in years")
	f.Float64Var(&o.level, "level", 0, "coverage that conformal sets promise, 0.5 to 1 (0: that of the calibration)")
	f.StringVar(&o.report, "report", "", "write pages with figures and charts into this `FOLDER`")
	f.BoolVar(&o.audit, "audit", false, "ask what the classes are told apart by")
	f.Uint64Var(&o.seed, "seed", 1, "seed of the bootstrap")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	f.BoolVar(&o.record, "record", false, "add the figures to the files beside the weights file")
	f.StringVar(&o.compare, "compare", "", "with --record, source-28: metrics.json of the other recipe for the card")
	return c
}

// evaluated is the JSON object that evaluate prints.
type evaluated struct {
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
	// Measured is everything else that is measured on a folder, null for an archive.
	Measured *measured.Result `json:"measured"`
}

// check finds wrong usage before any work, and reads --population.
func (o evaluateOptions) check() (age *float64, err error) {
	switch {
	case o.data == "":
		return nil, usagef("--data is missing: name the npz file or the folder to measure on")
	case o.record && filepath.Base(o.model) != train.WeightsFile:
		return nil, usagef("--record needs --model to be the %s of a training folder", train.WeightsFile)
	case o.compare != "" && !o.record:
		return nil, usagef("--compare has a use only with --record")
	case o.level != 0 && !(o.level >= 0.5 && o.level < 1):
		return nil, usagef("--level %v: from 0.5 to below 1", o.level)
	}
	years, ok := map[string]float64{"": 0, "children": typicalChild, "adults": typicalAdult}[strings.ToLower(o.population)]
	if !ok {
		if years, err = strconv.ParseFloat(o.population, 64); err != nil || !(years >= 0 && years <= 150) {
			return nil, usagef("--population %q: children, adults, or an age in years", o.population)
		}
	}
	if o.population == "" {
		return nil, nil
	}
	return &years, nil
}

// Ages in years that stand for patients of whom no more is said.
const (
	typicalChild = 3
	typicalAdult = 45
)

func runEvaluate(c *cobra.Command, o evaluateOptions) error {
	age, err := o.check()
	if err != nil {
		return err
	}
	if o.model == app.AutoModel || o.model == "" {
		o.model = model.DefaultName
	}
	network, err := networkOf(o.model, o.calibration)
	if err != nil {
		return err
	}
	if o.report != "" {
		made, err := writable(o.report) // found out before the long work, not after it
		if err != nil {
			return worded(err)
		}
		defer made()
	}
	options := evaluation.Options{
		Network: network, Folder: o.data, Split: o.split, Age: age, Seed: o.seed, Audit: o.audit,
		Progress: evaluateProgress(c.PrintErrf),
	}
	if o.level != 0 {
		options.Alpha = 1 - o.level
	}
	info, err := os.Stat(o.data)
	switch {
	case err != nil:
		return worded(fault.Reading(o.data, err))
	case info.IsDir():
		return evaluateFolder(c, o, options)
	}
	return evaluateArchive(c, o, options)
}

// evaluateProgress tells now and then how many are done.
func evaluateProgress(print func(string, ...any)) func(done, total int) {
	last := time.Now()
	return func(done, total int) {
		if done == total || time.Since(last) >= progressInterval {
			last = time.Now()
			print("evaluate: %d/%d pictures\n", done, total)
		}
	}
}

func evaluateFolder(c *cobra.Command, o evaluateOptions, options evaluation.Options) error {
	e, err := evaluation.Run(c.Context(), options)
	if errors.Is(err, evaluation.ErrNoSplit) {
		return usageError{err}
	}
	if err != nil {
		return fmt.Errorf("cannot evaluate %s: %w", app.Printable(o.data), told(err))
	}
	for _, p := range e.Problems {
		c.PrintErrln(p)
	}
	if s := e.All.Score; s == nil || s.Positives == 0 || s.Positives == s.N {
		c.PrintErrln("pictures of both classes are needed for an AUC")
	}
	if err := o.write(e); err != nil {
		return err
	}
	m := e.Model
	if o.json {
		out := evaluated{
			Model: m.Meta.Name, ModelVersion: m.Meta.Version, WeightsSHA256: m.SHA256(), Finding: m.Meta.Finding,
			ThresholdSource: m.Meta.ThresholdSource, Data: o.data, DataSHA256: e.SHA256, Split: folderSplit(e.Split), Measured: e.Result,
		}
		if e.All.Score != nil {
			out.Report = *e.All.Score
		}
		if k := e.All.Calibrated; k != nil && k.Without == 0 {
			out.Calibrated, out.Report, out.Score = true, k.Report, e.All.Score
		}
		err = json.NewEncoder(c.OutOrStdout()).Encode(out)
	} else {
		err = printMeasured(c.OutOrStdout(), o.data, e)
	}
	if err == nil && len(e.Problems) > 0 {
		return errInputsFailed
	}
	return err
}

// write writes the report and the record, where they are wanted.
func (o evaluateOptions) write(e *evaluation.Evaluation) error {
	if o.report != "" {
		if err := report.Write(o.report, e, report.Info{Program: program(), Command: o.command(), Date: time.Now()}); err != nil {
			return told(err)
		}
	}
	if o.record {
		return recordFolder(o, e)
	}
	return nil
}

// program is this program with its version.
func program() string { return strings.TrimSpace(app.Version + " " + app.Commit) }

// command is how the evaluation was started, with the names of folders and files
// instead of their paths.
func (o evaluateOptions) command() string {
	words := []string{"lightbox evaluate --model " + filepath.Base(o.model), "--data " + app.Printable(filepath.Base(filepath.Clean(o.data))), "--split " + o.split}
	for _, f := range []struct{ name, value string }{{"--calibration", o.calibration}, {"--population", o.population}} {
		if f.value != "" {
			words = append(words, f.name+" "+app.Printable(filepath.Base(f.value)))
		}
	}
	if o.level != 0 {
		words = append(words, fmt.Sprintf("--level %g", o.level))
	}
	if o.audit {
		words = append(words, "--audit")
	}
	return strings.Join(append(words, fmt.Sprintf("--seed %d", o.seed)), " ")
}

func evaluateArchive(c *cobra.Command, o evaluateOptions, options evaluation.Options) error {
	archive, err := dataset.OpenNPZ(o.data)
	if err != nil {
		return err
	}
	if !archive.Has(o.split) {
		return usagef("%s has no split %q", o.data, o.split)
	}
	data, err := archive.Split(o.split)
	if err != nil {
		return err
	}
	if negatives, positives := data.Counts(); negatives == 0 || positives == 0 {
		return fmt.Errorf("%s holds %d pictures without and %d with the finding: both are needed to measure a model", o.data, negatives, positives)
	}
	m, err := options.Network.Model()
	if err != nil {
		return err
	}
	if g, size := data.Images[0], m.Meta.Preprocessing.Size; min(g.Rows, g.Columns) < size {
		return fmt.Errorf("cannot evaluate %s: %d×%d pixels are fewer than the %d×%d that %s looks at", o.data, g.Columns, g.Rows, size, size, m.Meta.Name)
	}
	found, err := train.Measure(c.Context(), m, data, o.split, o.seed, options.Progress)
	if err != nil {
		return fmt.Errorf("cannot evaluate %s: %w", o.data, err)
	}
	if err := o.archiveFiles(c.Context(), options, m, data, found); err != nil {
		return err
	}
	e := evaluated{
		Model: m.Meta.Name, ModelVersion: m.Meta.Version, WeightsSHA256: m.SHA256(),
		Finding: m.Meta.Finding, Calibrated: m.Meta.Calibration != nil,
		ThresholdSource: m.Meta.ThresholdSource,
		Data:            o.data, DataSHA256: data.SHA256, Split: o.split, Report: found.Report, Score: found.Score,
	}
	if o.json {
		return json.NewEncoder(c.OutOrStdout()).Encode(e)
	}
	return printEvaluation(c.OutOrStdout(), e)
}

// archiveFiles writes the report and the record of an archive, where they are
// wanted.
func (o evaluateOptions) archiveFiles(ctx context.Context, options evaluation.Options, m *model.Model, data *dataset.Dataset, found model.Evaluation) error {
	if o.report != "" {
		options.Progress = nil // it has been told
		e, err := evaluation.OfDataset(ctx, options, data)
		if err != nil {
			return fmt.Errorf("cannot evaluate %s: %w", o.data, told(err))
		}
		if err := report.Write(o.report, e, report.Info{Program: program(), Command: o.command(), Date: time.Now()}); err != nil {
			return told(err)
		}
	}
	if o.record {
		return recordEvaluation(o, m, found)
	}
	return nil
}

// folderSplit is the split of a folder, which may have none.
func folderSplit(split string) string {
	if split == "" {
		return "folder"
	}
	return split
}
