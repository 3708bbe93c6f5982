package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/app/evaluation"
	"lightbox/model"
	"lightbox/model/calibrate"
	"lightbox/model/measured"
	"lightbox/vision/fault"
)

// calibrateOptions are the flags of the calibrate command.
type calibrateOptions struct {
	model, data, split, out, population string
	level                               float64
	seed                                uint64
	json                                bool
}

func newCalibrateCommand() *cobra.Command {
	var o calibrateOptions
	c := &cobra.Command{
		Use:   "calibrate --data FOLDER --out FILE [--model NAME|FILE]",
		Short: "Fit a model's probability to your own patients, and say how sure that is",
		Long: `calibrate reads a folder of labelled scans with a model, as evaluate does: what the
gate refuses is listed and left out. From the rest it fits the map from scores to
probabilities (temperature, Platt or isotonic, by cross-validation) and the
conformal sets, and writes both as a calibration file. Take scans like those that
the model will read, as they come, with the share of findings that your patients
have; the model must not have been trained on them.

50 scans with 20 patients of each class are enough for sets that promise 95 %; the
intervals that are printed say how little that is. With fewer patients ask for less
(--level 0.9 takes 10 of each class). A table's split named test is left alone
unless --split asks for it.

The file is used with --calibration FILE by the window, analyze and evaluate, for
patients of any age. It belongs to these weights and is refused for others.

Exit status: 0 done, 1 not done, or done although some scans could not be read,
2 wrong usage.

` + app.Disclaimer + ".",
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return runCalibrate(c, o) },
	}
	f := c.Flags()
	f.StringVar(&o.model, "model", model.ChestName, "name of an embedded model, or a weights file")
	f.StringVar(&o.data, "data", "", "folder of labelled scans (required)")
	f.StringVar(&o.split, "split", "", "take this split of the folder's table alone (default: all but test)")
	f.StringVar(&o.out, "out", "", "calibration `FILE` to write (required)")
	f.StringVar(&o.population, "population", "", "in words, whose scans these are; it goes with every probability (default: the folder's name)")
	f.Float64Var(&o.level, "level", 1-calibrate.DefaultAlpha, "coverage that conformal sets promise, 0.5 to 1")
	f.Uint64Var(&o.seed, "seed", 1, "seed of folds and intervals")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	return c
}

// calibratedLine is the JSON object that calibrate prints.
type calibratedLine struct {
	Model         string             `json:"model"`
	ModelVersion  string             `json:"model_version"`
	WeightsSHA256 string             `json:"weights_sha256"`
	Population    string             `json:"population"`
	Data          string             `json:"data"`
	DataSHA256    string             `json:"data_sha256"`
	Given         measured.Count     `json:"given"`
	Refused       measured.Count     `json:"refused"`
	Failed        measured.Count     `json:"failed"`
	Unlabelled    int                `json:"unlabelled"`
	Unknown       map[string]int     `json:"unknown_classes,omitempty"`
	Reasons       []measured.Reason  `json:"reasons"`
	Map           string             `json:"map"`
	Counts        calibrate.Counts   `json:"counts"`
	Alpha         float64            `json:"alpha"`
	Summary       *calibrate.Summary `json:"summary"`
	Notes         []string           `json:"notes"`
	Out           string             `json:"out"`
}

func runCalibrate(c *cobra.Command, o calibrateOptions) error {
	switch {
	case o.data == "":
		return usagef("--data is missing: name the folder of labelled scans")
	case o.out == "":
		return usagef("--out is missing: name the calibration file to write")
	case !(o.level >= 0.5 && o.level < 1):
		return usagef("--level %v: from 0.5 to below 1", o.level)
	}
	if err := replaceable(o.out); err != nil { // found out before the long work, not after it
		return worded(err)
	}
	if o.model == app.AutoModel || o.model == "" {
		o.model = model.ChestName
	}
	network, err := networkOf(o.model, "")
	if err != nil {
		return err
	}
	options := evaluation.Options{Network: network, Folder: o.data, Split: o.split, Seed: o.seed, Progress: evaluateProgress(c.PrintErrf)}
	if o.split == "" {
		options.Not = "test"
	}
	e, err := evaluation.Run(c.Context(), options)
	if errors.Is(err, evaluation.ErrNoSplit) {
		return usageError{err}
	}
	if err != nil {
		return fmt.Errorf("cannot calibrate on %s: %w", app.Printable(o.data), told(err))
	}
	listLeftOut(c, e)
	if o.population == "" {
		o.population = "scans of the folder " + e.Name()
	}
	calibrations, err := e.Calibrate(o.population, 1-o.level, o.seed)
	if err != nil {
		return fmt.Errorf("no calibration was written: %w%s", err, coarser(err, o.level))
	}
	text, err := calibrations.Encode()
	if err != nil {
		return err
	}
	if err := model.WriteFileAtomic(o.out, text); err != nil {
		return worded(fault.Writing(o.out, err))
	}
	if err := printCalibration(c.OutOrStdout(), o, e, calibrations.Populations[0].Fitted); err != nil {
		return err
	}
	if len(e.Problems) > 0 {
		return errInputsFailed
	}
	return nil
}

// listLeftOut names the scans that have no number, and why.
func listLeftOut(c *cobra.Command, e *evaluation.Evaluation) {
	for _, p := range e.Problems {
		c.PrintErrln(p)
	}
	for i := range e.Pictures {
		if p := &e.Pictures[i]; p.Refused != "" {
			c.PrintErrf("%s: refused: %s\n", app.Printable(p.Set+"/"+p.Name), p.Refused)
		}
	}
}

// replaceable refuses to write over what is no calibration.
func replaceable(path string) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault.Reading(path, err)
	}
	if _, err := model.DecodeCalibrations(bytes.NewReader(text), ""); !errors.Is(err, calibrate.ErrOtherModel) {
		return fault.New(fault.CannotWrite, path, "another file of this name is there, which Lightbox did not make")
	}
	return nil
}

// coarser says which level so few patients would do for.
func coarser(err error, level float64) string {
	var few *calibrate.TooFewError
	if !errors.As(err, &few) {
		return ""
	}
	for _, l := range []float64{0.95, 0.9} {
		if l < level && few.Have >= calibrate.MinPatients(1-l) {
			return fmt.Sprintf(" (try --level %g)", l)
		}
	}
	return fmt.Sprintf(" (%d patients of each class are the least)", calibrate.MinPatients(0.5))
}

func printCalibration(w io.Writer, o calibrateOptions, e *evaluation.Evaluation, f *calibrate.Fitted) error {
	var notes []string
	for _, n := range f.Notes() {
		notes = append(notes, n.String())
	}
	m, s := e.Model.Meta, f.Summary
	if o.json {
		return json.NewEncoder(w).Encode(calibratedLine{
			Model: m.Name, ModelVersion: m.Version, WeightsSHA256: e.Model.SHA256(), Population: f.Population, Data: o.data, DataSHA256: e.SHA256,
			Given: e.All.Given, Refused: e.All.Refused, Failed: e.All.Failed, Unlabelled: e.Unlabelled, Unknown: e.UnknownClasses, Reasons: e.Reasons,
			Map: string(f.Map.Kind), Counts: f.Map.Counts, Alpha: f.Alpha, Summary: &s, Notes: notes, Out: o.out,
		})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, %s\nweights sha256 %s\n%s given, %s refused, %s unreadable", m.Name, m.Version, m.Finding, e.Model.SHA256(), counts(e.All.Given), counts(e.All.Refused), counts(e.All.Failed))
	if e.LeftAlone > 0 {
		fmt.Fprintf(&b, "; %d of the split test left alone", e.LeftAlone)
	}
	if e.Unlabelled > 0 {
		fmt.Fprintf(&b, "; %d without a class were not read", e.Unlabelled)
	}
	b.WriteString(unknownClasses(e) + "\n")
	for _, r := range e.Reasons {
		fmt.Fprintf(&b, "  %s: %s\n", counts(r.Count), r.Text)
	}
	for _, n := range notes {
		fmt.Fprintln(&b, n)
	}
	fmt.Fprintf(&b, `cross-validated, 95 %% intervals
                     plain score               calibrated
Brier score          %-25s %s
log loss             %-25s %s
ECE (equal mass)     %-25s %s
ECE (15)             %-25s %s
AUC %.4f; sets at %.4g %%: no call on %s, wrong in %s of the calls; finest level %.4g %%
written to %s
`, estimate(s.Before.Brier), estimate(s.After.Brier), estimate(s.Before.LogLoss), estimate(s.After.LogLoss),
		estimate(s.Before.ECEMass), estimate(s.After.ECEMass), estimate(s.Before.ECE15), estimate(s.After.ECE15),
		s.AUC, 100*(1-f.Alpha), proportion(s.Sets.Abstained), proportion(s.Sets.Wrong), 100*(1-s.SmallestAlpha), o.out)
	_, err := io.WriteString(w, b.String())
	return err
}
