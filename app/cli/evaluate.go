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
	"lightbox/model/train/ensembles"
	"lightbox/vision/fault"
)

// evaluateOptions are the flags of the evaluate command.
type evaluateOptions struct {
	model, data, split              string
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
patients). Opening a test split is an event: log it. With them stand predictive
values at prevalences of 5, 20 and 60 %, and what thresholds chosen on these very
pictures would reach: sensitivity at 90 and 95 % specificity, specificity at 95 %
sensitivity. Those are upper bounds, and no operating points.

A folder has a labels.csv or index.csv (columns file and label; if there are any,
patient_id or group, view, age and split), or subfolders named after the classes.
Where its table has splits, --split is measured. Every scan takes the way of
analyze. What is refused has no number: it is left out of the figures and counted
by reason beside them. The pictures of an npz file say nothing about themselves: all
are read. Figures are given for all, by set and by view.

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
	return c
}

// evaluated is the JSON object that evaluate prints.
type evaluated struct {
	Model           string `json:"model"`
	ModelVersion    string `json:"model_version"`
	WeightsSHA256   string `json:"weights_sha256"`
	Finding         string `json:"finding"`
	Calibrated      bool   `json:"calibrated"`
	ThresholdSource string `json:"threshold_source"`
	Data            string `json:"data"`
	DataSHA256      string `json:"data_sha256"`
	Split           string `json:"split"`
	// Unlabelled scans have no class, Unknown ones a class that is not known.
	Unlabelled int            `json:"unlabelled"`
	Unknown    map[string]int `json:"unknown_classes,omitempty"`
	Report     metrics.Report `json:"report"`
	// Score is the plain score of a calibrated model, null for others.
	Score *metrics.Report `json:"score_report"`
	// Measured is everything that is measured.
	Measured *measured.Result `json:"measured"`
}

// check finds wrong usage before any work, and reads --population.
func (o evaluateOptions) check() (age *float64, err error) {
	switch {
	case o.data == "":
		return nil, usagef("--data is missing: name the npz file or the folder to measure on")
	case o.record && filepath.Base(o.model) != ensembles.WeightsFile:
		return nil, usagef("--record needs --model to be the %s of a training folder", ensembles.WeightsFile)
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
	e, err := o.measure(c.Context(), options)
	if err != nil {
		return err
	}
	return o.tell(c, e)
}

// measure measures the model on a folder or an archive.
func (o evaluateOptions) measure(ctx context.Context, options evaluation.Options) (*evaluation.Evaluation, error) {
	info, err := os.Stat(o.data)
	if err != nil {
		return nil, worded(fault.Reading(o.data, err))
	}
	run := evaluation.Run
	if !info.IsDir() {
		run = o.archive
	}
	e, err := run(ctx, options)
	var wrong usageError
	switch {
	case errors.As(err, &wrong):
		return nil, err
	case errors.Is(err, evaluation.ErrNoSplit):
		return nil, usageError{err}
	case err != nil:
		return nil, fmt.Errorf("cannot evaluate %s: %w", app.Printable(o.data), told(err))
	}
	return e, nil
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

// tell writes and prints what was measured.
func (o evaluateOptions) tell(c *cobra.Command, e *evaluation.Evaluation) (err error) {
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
			ThresholdSource: m.Meta.ThresholdSource, Data: o.data, DataSHA256: e.SHA256, Split: folderSplit(e.Split), Unlabelled: e.Unlabelled, Unknown: e.UnknownClasses, Measured: e.Result,
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
		return o.addTo(e)
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

// archive measures a model on a split of an npz file.
func (o evaluateOptions) archive(ctx context.Context, options evaluation.Options) (*evaluation.Evaluation, error) {
	archive, err := dataset.OpenNPZ(o.data)
	if err != nil {
		return nil, err
	}
	if !archive.Has(o.split) {
		return nil, usagef("%s has no split %q", o.data, o.split)
	}
	data, err := archive.Split(o.split)
	if err != nil {
		return nil, err
	}
	m, err := options.Network.Model()
	if err != nil {
		return nil, err
	}
	if g, size := data.Images[0], m.Meta.Preprocessing.Size; min(g.Rows, g.Columns) < size {
		return nil, fmt.Errorf("%d×%d pixels are fewer than the %d×%d that %s looks at", g.Columns, g.Rows, size, size, m.Meta.Name)
	}
	return evaluation.OfDataset(ctx, options, data)
}

// folderSplit is the split of a folder, which may have none.
func folderSplit(split string) string {
	if split == "" {
		return "folder"
	}
	return split
}
