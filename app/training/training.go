package training

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/fit"
	"lightbox/model/train/ensembles"
	"lightbox/vision/fault"
)

// Options of a training.
type Options struct {
	Model   string   // one of Kinds
	Data    []string // folders to train on; for the source document's network npz files too
	HoldOut []string // folders whose labelled patients are never trained on
	Out     string   // folder for the results, which is there

	// Lungs is a model or weights file whose segmenter is taken over; empty trains
	// one.
	Lungs    string
	Begin    string // of breast: a model or weights file whose networks it begins with; empty for none
	Recipe   string // of the source document's network: see CheckRecipe; empty for the default
	Seed     uint64
	Steps    int // of every network; 0 for the recipe's own
	Folds    int // 0 for the recipe's own
	Patience int // 0 never stops early
	Every    int // steps between measurements and checkpoints; 0 for DefaultEvery
	Resume   bool
	Strict   bool // stop where anything cannot be used
	Name     string
	Version  string
	Program  string // what trains, with its version
	Date     time.Time
	Tell     func(Event) // called from several goroutines, by turns; nil for nobody
}

// Phase of a training.
type Phase string

// Phases, in their order; a segmenter is trained before lungs are looked for.
const (
	Reading    Phase = "reading"       // scans: Done of Of
	Finding    Phase = "finding lungs" // on all films
	Training   Phase = "training"      // networks: Progress
	Assembling Phase = "assembling"    // the model
)

// Event is something to be told while training goes on.
type Event struct {
	Phase    Phase
	Done, Of int
	Sets     []ensembles.SetRecord // what is trained on, once it has been read
	Progress *ensembles.Progress
	Problem  error        // what is left aside, one by one
	Note     *app.Message // what is done in another way than was to be expected
}

func (o Options) tell(e Event) {
	if o.Tell != nil {
		o.Tell(e)
	}
}

// checkpoints is the folder below the one for results that is there while a
// training has not ended.
const checkpoints = "checkpoints"

// Result is what a training made.
type Result struct {
	Model  *model.Model
	Record *ensembles.Record
	Files  []string // that were written, in Options.Out
}

// ErrUnfinished tells that the folder for results holds a training that was
// interrupted.
var ErrUnfinished = errors.New("an unfinished training is there")

// kind is a sort of model that can be trained.
type kind struct {
	train func(context.Context, Options) (*outcome, error)
	// every is how many steps lie between two checkpoints, and two measurements on the
	// fold that is held out, unless something else is asked for.
	every int
}

// kinds by the names of their models.
var kinds = map[string]kind{
	model.DefaultName: {trainSource, 500}, // whose steps are short
	model.ChestName:   {trainChest, 100},
	model.BreastName:  {trainBreast, 100},
}

// Kinds lists the models that this package trains.
func Kinds() []string { return []string{model.DefaultName, model.ChestName, model.BreastName} }

// DefaultEvery is Options.Every of a model, unless something else is asked for.
func DefaultEvery(name string) int { return kinds[name].every }

// outcome is a trained model before it is written.
type outcome struct {
	assembled *ensembles.Assembled
	record    *ensembles.Record
	texts     ensembles.Texts
}

// Run trains a model and writes it into Options.Out. While it goes on, its
// checkpoints lie in a folder there; with Resume it goes on from them, to the same
// weights. A cancelled ctx ends it with an error that wraps ctx's.
func Run(ctx context.Context, o Options) (*Result, error) {
	of, ok := kinds[o.Model]
	if !ok {
		return nil, fmt.Errorf("%w %q: trained are %s", model.ErrUnknownModel, o.Model, strings.Join(Kinds(), ", "))
	}
	if o.Every == 0 {
		o.Every = of.every
	}
	begin := time.Now()
	folder := filepath.Join(o.Out, checkpoints)
	if err := prepare(folder, o.Resume); err != nil {
		return nil, err
	}
	made, err := of.train(ctx, o)
	if err != nil {
		_ = os.Remove(folder) // fails, as it should, where a checkpoint is in it
		return nil, storage(o.Out, err)
	}
	r := made.record
	r.Program, r.Command, r.Patience, r.Seconds = o.Program, o.command(), o.Patience, time.Since(begin).Seconds()
	files, err := made.assembled.Files(r, made.texts)
	if err != nil {
		return nil, err
	}
	if err := ensembles.WriteFiles(o.Out, files); err != nil {
		return nil, storage(o.Out, err)
	}
	result := &Result{Model: made.assembled.Model, Record: r}
	for _, f := range files {
		result.Files = append(result.Files, f.Name)
	}
	// The networks are in the weights now.
	return result, storage(o.Out, os.RemoveAll(folder))
}

// prepare makes the folder for checkpoints, or finds the one to go on from.
func prepare(folder string, resume bool) error {
	entries, err := os.ReadDir(folder)
	if err == nil && len(entries) > 0 && !resume {
		return fmt.Errorf("%w: %s. Go on with --resume, or name another folder", ErrUnfinished, filepath.Dir(folder))
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fault.Writing(folder, err)
	}
	return nil
}

// storage names what is wrong with the disk that the folder lies on.
func storage(folder string, err error) error {
	var known *fault.Error
	var path *os.PathError
	var link *os.LinkError // of a failed renaming
	if errors.As(err, &known) || !errors.As(err, &path) && !errors.As(err, &link) {
		return err
	}
	return fault.Writing(folder, err)
}

// Resumable tells whether a training that ended with err can be taken up again
// where it was.
func Resumable(out string, err error) bool {
	if errors.Is(err, fit.ErrBadCheckpoint) || errors.Is(err, fit.ErrDiverged) {
		return false
	}
	entries, readErr := os.ReadDir(filepath.Join(out, checkpoints))
	return readErr == nil && len(entries) > 0
}

// command is how the training was started, with the names of folders instead of
// their paths.
func (o Options) command() string {
	words := []string{"lightbox train --model " + o.Model}
	for _, f := range o.Data {
		words = append(words, "--data "+quoted(f))
	}
	for _, f := range o.HoldOut {
		words = append(words, "--hold-out "+quoted(f))
	}
	if o.Lungs != "" {
		words = append(words, "--lungs "+quoted(o.Lungs))
	}
	if o.Begin != "" {
		words = append(words, "--begin "+quoted(o.Begin))
	}
	if o.Recipe != "" {
		words = append(words, "--recipe "+quoted(o.Recipe))
	}
	words = append(words, fmt.Sprintf("--seed %d", o.Seed))
	for _, n := range []struct {
		name  string
		value int
	}{{"--steps", o.Steps}, {"--folds", o.Folds}, {"--patience", o.Patience}, {"--every", o.stops()}} {
		if n.value > 0 {
			words = append(words, fmt.Sprintf("%s %d", n.name, n.value))
		}
	}
	return strings.Join(append(words, "--out NEW"), " ")
}

// stops is how many steps lie between the places where a network may stop early,
// where that is not the default; without patience it decides nothing.
func (o Options) stops() int {
	if o.Patience == 0 || o.Every == DefaultEvery(o.Model) {
		return 0
	}
	return o.Every
}

func quoted(path string) string { return Quoted(filepath.Base(filepath.Clean(path))) }

// Quoted is a word of a command as a shell takes it.
func Quoted(word string) string {
	word = app.Printable(word)
	if word == "" || strings.ContainsAny(word, " '\"$\\&;|<>()*?[]#~`!{}") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
