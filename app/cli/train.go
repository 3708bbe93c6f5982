package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lightbox/app"
	"lightbox/app/training"
	"lightbox/model"
	"lightbox/vision/fault"
)

// trainOptions are the flags of the train command.
type trainOptions struct {
	model, out, name       string
	data, holdOut          []string
	seed                   uint64
	lungs, recipe, begin   string
	steps, folds, patience int
	every                  int
	resume, strict         bool
	json, window           bool
}

// openTraining shows a training in a window; see Windows.
type openTraining func(context.Context, training.Task) error

func newTrainCommand(open openTraining) *cobra.Command {
	var o trainOptions
	c := &cobra.Command{
		Use:   "train --data DIR|FILE.npz --out DIR [--model NAME]",
		Short: "Train a model and write weights, calibration, figures and model cards",
		Long: `Train a model from zero.

--data names folders of labelled scans, DICOM or picture files: by labels.csv or
index.csv (columns file and label; if there are any, patient_id or group, view, age,
split and lung_mask), or by subfolders named after the classes. Patients are dealt
into folds and one network is trained without each; what it says about its own fold
makes threshold, calibration and figures. Pictures that are copies of each other, and
the patients they belong to, stay together. Scans of a split named test are not even
read. --hold-out names folders whose labelled patients are never trained on, wherever
else their scans lie. Scans that cannot be read, are labelled in two ways, have no
label, or one that is not known, are named, counted and left aside, or end the training
with --strict; unread films of folders that are held out do not.

--model source-28 (the default) trains the source document's network, at 28×28
pixels; --data may name MedMNIST-style npz files too (keys train_images,
train_labels, and val_… if there are any: both splits are trained on and dealt into
folds, identical pictures together; test_… is not decoded). The networks of the folds
only measure: the model is one more, trained in the same way on all pictures. --recipe
names how: "averaged" (the default: changed pictures, balanced batches, the moving
average of the weights), "distilled" (the same, learned from three larger networks),
"source" (as the source document has it: ten epochs, a constant rate), or a JSON file
like the recipe in metrics.json, of which what is left out is as in "averaged".

--model chest and breast train ensembles: the networks of the folds together are the
model. With few pictures of the breast it helps to begin with networks that learned to
see elsewhere: --begin chest. With --model chest the same goes on with the training of
networks, each with the fold that it has not seen, in a shorter cycle.

Written are weights.safetensors, calibration.json, metrics.json (with the curves
of loss and AUC on the held-out folds), card.md, card.zh.md, reliability.png and
roc.png. Until then checkpoints lie in a folder "checkpoints" there: after Ctrl+C,
a full disk or a power cut the same command with --resume goes on from them and
ends with the same weights, bit for bit. On one kind of machine the same data and
seed always give the same weights, whatever the number of cores.

--patience N stops a network after N measurements on its held-out fold (one every
100 steps, for source-28 every 500, or --every) without a better AUC, and takes the
weights of the best; the network of source-28 that is trained on all pictures stops
after as many steps as those of the folds in the middle. The learning rate falls to nothing over the steps that are planned, so most of the gain comes
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
	f.StringVar(&o.model, "model", model.DefaultName, "what to train: "+strings.Join(training.Kinds(), ", "))
	f.StringArrayVar(&o.data, "data", nil, "folder with labelled scans, for source-28 also an npz file; can be given several times (required)")
	f.StringArrayVar(&o.holdOut, "hold-out", nil, "folder whose labelled patients are never trained on; can be given several times")
	f.StringVar(&o.out, "out", "", "folder for the results, made if missing (required)")
	f.StringVar(&o.recipe, "recipe", "", "source-28: "+strings.Join(training.Recipes(), ", ")+", or a JSON `FILE`")
	f.StringVar(&o.lungs, "lungs", "", "chest: take the segmenter of this model or weights file instead of training one (without enough films with masks: that of the embedded chest)")
	f.StringVar(&o.begin, "begin", "", "chest, breast: begin with the networks of this model or weights file instead of random weights")
	f.Uint64Var(&o.seed, "seed", 1, "seed of all random numbers")
	f.IntVar(&o.steps, "steps", 0, "batches of every network (0: the recipe's own)")
	f.IntVar(&o.folds, "folds", 0, "folds of patients (0: the recipe's own)")
	f.IntVar(&o.patience, "patience", 0, "stop a network after so many measurements without a better AUC (0: never)")
	f.IntVar(&o.every, "every", 0, "steps between two measurements on the held-out fold, and two checkpoints (0: 100; for source-28 500)")
	f.BoolVar(&o.resume, "resume", false, "go on with an interrupted training in --out")
	f.BoolVar(&o.strict, "strict", false, "train nothing where a scan is unreadable, labelled in two ways, without a label, or with one that is not known")
	f.StringVar(&o.name, "name", "", "model name (default: that of --model)")
	f.BoolVar(&o.json, "json", false, "print progress and result as one JSON object a line")
	f.BoolVar(&o.window, "window", false, "show the progress in a window too; off unless asked for")
	return c
}

// noArguments refuses stray words as wrong usage.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%q is not understood: this command takes flags only", args[0])
	}
	return nil
}

func runTrain(c *cobra.Command, o trainOptions, open openTraining) error {
	switch {
	case !slices.Contains(training.Kinds(), o.model):
		return usagef("--model %s: trained are %s", o.model, strings.Join(training.Kinds(), ", "))
	case len(o.data) == 0:
		return usagef("--data is missing: name the folders to train on, or for source-28 an npz file")
	case o.out == "":
		return usagef("--out is missing: name the folder for the weights")
	case o.folds < 0 || o.folds == 1:
		return usagef("--folds %d: at least 2 are needed, or 0", o.folds)
	case o.steps < 0 || o.patience < 0 || o.every < 0:
		return usagef("--steps %d, --patience %d, --every %d: 0 or more", o.steps, o.patience, o.every)
	case o.lungs != "" && o.model != model.ChestName:
		return usagef("--lungs has no use with --model %s", o.model)
	case o.begin != "" && o.model == model.DefaultName:
		return usagef("--begin has no use with --model %s", o.model)
	case o.recipe != "" && o.model != model.DefaultName:
		return usagef("--recipe has no use with --model %s", o.model)
	}
	if err := training.CheckRecipe(o.recipe); err != nil {
		return usagef("--recipe: %v", err)
	}
	p := &trainingPrinter{out: c.OutOrStdout(), err: c.ErrOrStderr(), json: o.json}
	here, err := os.Getwd()
	if err != nil {
		here = "."
	}
	return o.carryOut(c, open, training.Task{
		Resume: again(c.Flags(), here), Patience: o.patience,
		Do: func(ctx context.Context, tell func(training.Event)) (*training.Summary, error) {
			made, err := writable(o.out) // found out before the long work, not after it
			if err != nil {
				return nil, reworded{app.Explain(err).String(), err}
			}
			defer made()
			result, err := training.Run(ctx, training.Options{
				Model: o.model, Data: o.data, HoldOut: o.holdOut, Out: o.out, Lungs: o.lungs, Begin: o.begin, Recipe: o.recipe, Seed: o.seed,
				Steps: o.steps, Folds: o.folds, Patience: o.patience, Every: o.every, Resume: o.resume, Strict: o.strict, Name: o.name,
				Program: program(), Date: time.Now(), Tell: func(e training.Event) { p.tell(e); tell(e) },
			})
			if err != nil {
				return nil, stoppedTraining(o.out, err)
			}
			return result.Summary(), p.result(o.out, result)
		},
	})
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
