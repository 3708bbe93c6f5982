package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/model/dataset"
	"lightbox/model/train"
	"lightbox/vision/fault"
)

// trainOptions are the flags of the train command.
type trainOptions struct {
	data, recipe, out, compare string
	name, dataName             string
	seed                       uint64
	epochs, folds              int
}

func newTrainCommand() *cobra.Command {
	var o trainOptions
	c := &cobra.Command{
		Use:   "train --data FILE.npz --out DIR",
		Short: "Train the network and write weights, metrics and model cards",
		Long: `Train the 28×28 network on the train split of a MedMNIST-style npz file
(keys train_images, train_labels, and val_… if there is one) and write
weights.safetensors, metrics.json, card.md and card.zh.md into a folder.

Recipes: "source" is the source document's training; "augmented" trains the
same network longer on randomly changed pictures. The same data, recipe and
seed give the same weights. The validation split is only reported; the test
split is not read. With --folds the probability is calibrated on networks
trained on parts of the train split.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return runTrain(c, o) },
	}
	f := c.Flags()
	f.StringVar(&o.data, "data", "", "npz file with train and, if present, val split (required)")
	f.StringVar(&o.out, "out", "", "folder for the results, made if missing (required)")
	f.StringVar(&o.recipe, "recipe", "augmented", "training recipe: source or augmented")
	f.Uint64Var(&o.seed, "seed", 1, "seed of all random numbers")
	f.IntVar(&o.epochs, "epochs", 0, "number of epochs (0: the recipe's own)")
	f.IntVar(&o.folds, "folds", 0, "folds for calibration (0: leave the score uncalibrated)")
	f.StringVar(&o.compare, "compare", "", "metrics.json of the other recipe, shown beside this one on the card")
	f.StringVar(&o.name, "name", "", "model name (default source-28)")
	f.StringVar(&o.dataName, "data-name", "PneumoniaMNIST", "name of the data set on the card")
	return c
}

// noArguments refuses stray words as wrong usage.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%q is not understood: this command takes flags only", args[0])
	}
	return nil
}

func (o trainOptions) check() (train.Recipe, error) {
	recipe, err := train.ByName(o.recipe)
	switch {
	case err != nil:
		return recipe, usageError{err}
	case o.data == "":
		return recipe, usagef("--data is missing: name the npz file to train on")
	case o.out == "":
		return recipe, usagef("--out is missing: name the folder for the weights")
	case o.epochs < 0:
		return recipe, usagef("--epochs %d: a number from 1 is needed, or 0 for the recipe's own", o.epochs)
	case o.folds < 0 || o.folds == 1:
		return recipe, usagef("--folds %d: at least 2 are needed, or 0 for no calibration", o.folds)
	}
	if o.epochs > 0 {
		recipe = recipe.WithEpochs(o.epochs)
	}
	return recipe, nil
}

// writable makes sure that files can be written into folder, which is made if
// missing. The function that it returns removes a folder that was made and
// stayed empty.
func writable(folder string) (cleanup func(), err error) {
	_, missing := os.Stat(folder)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fault.Writing(folder, err)
	}
	cleanup = func() {
		if missing != nil {
			_ = os.Remove(folder) // fails, as it should, where something is in it
		}
	}
	f, err := os.CreateTemp(folder, ".lightbox-*")
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		cleanup()
		return nil, fault.Writing(folder, err)
	}
	return cleanup, nil
}

func runTrain(c *cobra.Command, o trainOptions) error {
	recipe, err := o.check()
	if err != nil {
		return err
	}
	var other *train.Record
	if o.compare != "" { // read before the long work, not after it
		if other, err = train.ReadRecord(o.compare); err != nil {
			return err
		}
	}
	archive, err := dataset.OpenNPZ(o.data)
	if err != nil {
		return err
	}
	made, err := writable(o.out) // found out before the long work, not after it
	if err != nil {
		return errors.New(app.Explain(err).String())
	}
	defer made()
	data, err := archive.Split("train")
	if err != nil {
		return err
	}
	var val *dataset.Dataset
	if archive.Has("val") {
		if val, err = archive.Split("val"); err != nil {
			return err
		}
	}
	result, err := train.Run(c.Context(), train.Config{
		DataName: o.dataName, Train: data, Val: val,
		Recipe: recipe, Seed: o.seed, Folds: o.folds, Name: o.name, Date: time.Now(),
		Progress: trainProgress(c.PrintErrln, val != nil),
	})
	if err != nil {
		return fmt.Errorf("training stopped, nothing was written: %w", err)
	}
	if err := result.Write(o.out, other); err != nil {
		return err
	}
	return printTrained(c.OutOrStdout(), o.out, result)
}

// trainProgress prints a line at the end of each epoch, and in slow epochs
// one every few seconds.
func trainProgress(print func(...any), hasVal bool) func(train.Progress) {
	const interval = 5 * time.Second
	last := time.Now()
	return func(p train.Progress) {
		scored := !math.IsNaN(p.ValAUC)
		ended := p.Step == p.Steps && (scored || !hasVal || p.Stage != "train")
		if !ended && time.Since(last) < interval {
			return
		}
		last = time.Now()
		line := fmt.Sprintf("%s: epoch %d/%d, step %d/%d, loss %.4f", p.Stage, p.Epoch, p.Epochs, p.Step, p.Steps, p.Loss)
		if scored {
			line += fmt.Sprintf(", val AUC %.4f", p.ValAUC)
		}
		print(line)
	}
}

func printTrained(w io.Writer, folder string, r *train.Result) error {
	_, err := fmt.Fprintf(w, "%s %s\nweights sha256 %s\ntrained in %.0f s\n",
		r.Record.Model, r.Record.Version, r.Record.WeightsSHA256, r.Record.TrainSeconds)
	if val := r.Record.Evaluation("val"); val != nil {
		_, more := fmt.Fprintf(w, "val AUC %s (val shares pictures with train: far too optimistic)\n", estimate(val.Report.AUC))
		err = errors.Join(err, more)
	}
	if o := r.Record.OutOfFold; o != nil {
		_, more := fmt.Fprintf(w, "out-of-fold AUC %s, calibration a %.4f b %.4f, threshold %.4f\n",
			estimate(o.After.AUC), o.Calibration.A, o.Calibration.B, o.Threshold)
		err = errors.Join(err, more)
	} else {
		_, more := fmt.Fprintln(w, "uncalibrated (no --folds)")
		err = errors.Join(err, more)
	}
	_, more := fmt.Fprintf(w, "written to %s\n", folder)
	return errors.Join(err, more)
}
