package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lightbox/app"
	"lightbox/app/training"
	"lightbox/model/dataset"
	"lightbox/model/train"
)

// sourceOptions are the flags that only the training of source-28 has.
type sourceOptions struct {
	recipe, compare, dataName string
	epochs                    int
}

// sourceFlags are their names.
var sourceFlags = []string{"recipe", "epochs", "compare", "data-name"}

func (o *sourceOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.recipe, "recipe", "augmented", "source-28: training recipe, source or augmented")
	f.IntVar(&o.epochs, "epochs", 0, "source-28: number of epochs (0: the recipe's own)")
	f.StringVar(&o.compare, "compare", "", "source-28: metrics.json of the other recipe, shown beside this one on the card")
	f.StringVar(&o.dataName, "data-name", "PneumoniaMNIST", "source-28: name of the data set on the card")
}

func (o sourceOptions) check(data []string) (train.Recipe, error) {
	recipe, err := train.ByName(o.recipe)
	switch {
	case err != nil:
		return recipe, usageError{err}
	case len(data) != 1:
		return recipe, usagef("--data: source-28 is trained on one npz file")
	case o.epochs < 0:
		return recipe, usagef("--epochs %d: a number from 1 is needed, or 0 for the recipe's own", o.epochs)
	}
	if o.epochs > 0 {
		recipe = recipe.WithEpochs(o.epochs)
	}
	return recipe, nil
}

func runTrainSource(c *cobra.Command, o trainOptions, open openTraining) error {
	recipe, err := o.source.check(o.data)
	if err != nil {
		return err
	}
	var other *train.Record
	if o.source.compare != "" { // read before the long work, not after it
		if other, err = train.ReadRecord(o.source.compare); err != nil {
			return err
		}
	}
	return o.carryOut(c, open, training.Task{
		Do: func(ctx context.Context, tell func(training.Event)) (*training.Summary, error) {
			begin := time.Now()
			made, err := writable(o.out) // found out before the long work, not after it
			if err != nil {
				return nil, reworded{app.Explain(err).String(), err}
			}
			defer made()
			result, err := o.trainSource(ctx, c, recipe, tell)
			if err != nil {
				return nil, err
			}
			tell(training.Event{Phase: training.Assembling})
			if err := result.Write(o.out, other); err != nil {
				return nil, err
			}
			return training.SourceSummary(result, time.Since(begin)), printTrained(c.OutOrStdout(), o.out, result)
		},
	})
}

// trainSource reads the pictures and trains on them.
func (o trainOptions) trainSource(ctx context.Context, c *cobra.Command, recipe train.Recipe, tell func(training.Event)) (*train.Result, error) {
	tell(training.Event{Phase: training.Reading})
	archive, err := dataset.OpenNPZ(o.data[0])
	if err != nil {
		return nil, err
	}
	data, err := archive.Split("train")
	if err != nil {
		return nil, err
	}
	var val *dataset.Dataset
	if archive.Has("val") {
		if val, err = archive.Split("val"); err != nil {
			return nil, err
		}
	}
	tell(training.Event{Phase: training.Training, Sets: training.SourceSets(o.source.dataName, data)})
	print, show := trainProgress(c.PrintErrln, val != nil), training.SourceProgress(o.folds, tell)
	result, err := train.Run(ctx, train.Config{
		DataName: o.source.dataName, Train: data, Val: val,
		Recipe: recipe, Seed: o.seed, Folds: o.folds, Name: o.name, Date: time.Now(),
		Progress: func(p train.Progress) { print(p); show(p) },
	})
	if err != nil {
		return nil, fmt.Errorf("training stopped, nothing was written: %w", err)
	}
	return result, nil
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
