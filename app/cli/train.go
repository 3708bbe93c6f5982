package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lightbox/app/training"
	"lightbox/model"
	"lightbox/vision/fault"
)

// trainOptions are the flags of the train command.
type trainOptions struct {
	model, out, name string
	data             []string
	seed             uint64
	folds            int
	window           bool

	source   sourceOptions
	ensemble ensembleOptions
}

// openTraining shows a training in a window; see Windows.
type openTraining func(context.Context, training.Task) error

func newTrainCommand(open openTraining) *cobra.Command {
	var o trainOptions
	c := &cobra.Command{
		Use:   "train --data FILE.npz|DIR --out DIR [--model NAME]",
		Short: "Train a model and write weights, calibration, figures and model cards",
		Long: `Train a model from zero.

--model source-28 (the default) trains the 28×28 network on the train split of a
MedMNIST-style npz file (keys train_images, train_labels, and val_… if there is
one) and writes weights.safetensors, metrics.json, card.md and card.zh.md into a
folder. Recipes: "source" is the source document's training; "augmented" trains
the same network longer on randomly changed pictures. The validation split is only
reported; the test split is not read. With --folds the probability is calibrated on
networks trained on parts of the train split.

--model ` + strings.Join(training.Kinds(), " and ") + ` train ensembles on folders of labelled scans, DICOM or picture
files: by labels.csv or index.csv (columns file and label; if there are any,
patient_id or group, view, age, split and lung_mask), or by subfolders named after
the classes. Patients are dealt into folds and one network is trained without each;
what it says about its own fold makes threshold, calibration and figures. Pictures
that are copies of each other, and the patients they belong to, stay together.
Scans of a split named test are not even read. --hold-out names folders whose
labelled patients are never trained on, wherever else their scans lie. Scans that
cannot be read or are labelled in two ways are named, counted and left aside, or
end the training with --strict.

Written are weights.safetensors, calibration.json, metrics.json (with the curves
of loss and AUC on the held-out folds), card.md, card.zh.md, reliability.png and
roc.png. Until then checkpoints lie in a folder "checkpoints" there: after Ctrl+C,
a full disk or a power cut the same command with --resume goes on from them and
ends with the same weights, bit for bit. On one kind of machine the same data and
seed always give the same weights, whatever the number of cores.

--patience N stops a network after N measurements on its held-out fold (one every
100 steps, or --every) without a better AUC, and takes the weights of the best. The learning
rate falls to nothing over the steps that are planned, so most of the gain comes
late: stopping early saves time, seldom improves, and makes the figures on the
held-out folds a little too good, since they were used to choose.

--window shows the same progress in a window as well: what is going on and until
when, the curves of loss and of AUC on the held-out folds, the scans that were left
aside, and at the end the figures and files. Cancel there, or closing the window,
asks first and then stops as Ctrl+C does. The command ends when the window is
closed. Where no window can be opened, nothing is begun.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return runTrain(c, o, open) },
	}
	f := c.Flags()
	f.StringVar(&o.model, "model", model.DefaultName, "what to train: "+strings.Join(trained(), ", "))
	f.StringArrayVar(&o.data, "data", nil, "npz file, or folder with labelled scans; can be given several times (required)")
	f.StringVar(&o.out, "out", "", "folder for the results, made if missing (required)")
	f.Uint64Var(&o.seed, "seed", 1, "seed of all random numbers")
	f.IntVar(&o.folds, "folds", 0, "folds of patients (0: the recipe's own; for source-28 no calibration)")
	f.StringVar(&o.name, "name", "", "model name (default: that of --model)")
	f.BoolVar(&o.window, "window", false, "show the progress in a window too; off unless asked for")
	o.source.flags(f)
	o.ensemble.flags(f)
	return c
}

// trained are the models that can be trained.
func trained() []string { return append([]string{model.DefaultName}, training.Kinds()...) }

// noArguments refuses stray words as wrong usage.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%q is not understood: this command takes flags only", args[0])
	}
	return nil
}

func runTrain(c *cobra.Command, o trainOptions, open openTraining) error {
	switch {
	case !slices.Contains(trained(), o.model):
		return usagef("--model %s: trained are %s", o.model, strings.Join(trained(), ", "))
	case len(o.data) == 0:
		return usagef("--data is missing: name the npz file or the folders to train on")
	case o.out == "":
		return usagef("--out is missing: name the folder for the weights")
	case o.folds < 0 || o.folds == 1:
		return usagef("--folds %d: at least 2 are needed, or 0", o.folds)
	}
	foreign := ensembleFlags
	if o.model != model.DefaultName {
		foreign = sourceFlags
	}
	for _, name := range foreign {
		if c.Flags().Changed(name) {
			return usagef("--%s has no use with --model %s", name, o.model)
		}
	}
	if o.model == model.DefaultName {
		return runTrainSource(c, o, open)
	}
	return runTrainEnsemble(c, o, open)
}

// carryOut carries a training out, in a window where one is wanted.
func (o trainOptions) carryOut(c *cobra.Command, open openTraining, t training.Task) error {
	if o.window {
		t.Model, t.Folder = o.model, o.out
		if path, err := filepath.Abs(o.out); err == nil {
			t.Folder = path
		}
		return open(c.Context(), t)
	}
	_, err := t.Do(c.Context(), func(training.Event) {})
	return err
}

// again is the command that goes on with an interrupted training: the same one,
// with --resume. What it names lies where it was begun, in folder.
func again(f *pflag.FlagSet, folder string) string {
	words := []string{"cd", training.Quoted(folder), "&&", "lightbox", "train"}
	f.Visit(func(g *pflag.Flag) {
		switch v := g.Value.(type) {
		case pflag.SliceValue:
			for _, s := range v.GetSlice() {
				words = append(words, "--"+g.Name, training.Quoted(s))
			}
		default:
			if g.Name == "resume" {
				return
			}
			if g.Value.Type() == "bool" {
				words = append(words, "--"+g.Name+map[string]string{"false": "=false"}[g.Value.String()])
				return
			}
			words = append(words, "--"+g.Name, training.Quoted(g.Value.String()))
		}
	})
	return strings.Join(append(words, "--resume"), " ")
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

// told is an error of a scan or a disk as the sentence that people read, and any
// other as it is.
func told(err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return worded(err)
	}
	return err
}
