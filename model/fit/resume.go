package fit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strconv"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/metrics"
)

// Notes of a job's checkpoint.
const (
	noteJob     = "job"
	noteStep    = "step" // how many are done
	noteHistory = "history"
)

// bestPrefix begins the names of the average that was measured best, which is
// kept beside the latest.
const bestPrefix = "best/"

// historyNote is a [history] as text.
type historyNote struct {
	Points []Point        `json:"points"`
	Sum    metrics.Number `json:"sum"`
	Count  int            `json:"count"`
	Since  int            `json:"since"`
}

// identity is what decides the weights that a job makes, as text; the trainer
// sees to the network.
func (j Job) identity() (string, error) {
	stop := 0 // measuring decides something only where the job has patience
	if j.Patience > 0 {
		stop = j.Every
	}
	text, err := json.Marshal(struct {
		Batch, Steps            int
		Seed                    uint64
		Rate, Warm, Decay, Keep float64
		Scale                   float32
		Data                    string
		Patience, Stop, Until   int     `json:",omitempty"`
		Constant                bool    `json:",omitempty"`
		Epsilon                 float64 `json:",omitempty"`
	}{j.Batch, j.Steps, j.Seed, j.Rate, j.Warm, j.Decay, j.Keep, j.Scale, j.Data, j.Patience, stop, j.Until, j.Constant, j.Epsilon})
	if err != nil {
		return "", fmt.Errorf("fit: the training of %s cannot be described: %w", j.Net.Name, err)
	}
	return string(text), nil
}

// kept are the averages that a checkpoint holds.
func (r *running) kept() arch.Weights {
	all := append(arch.Weights(nil), r.average...)
	for _, t := range r.best {
		t.Name = bestPrefix + t.Name
		all = append(all, t)
	}
	return all
}

// saveNow writes the checkpoint, where one is wanted.
func (r *running) saveNow() error {
	if r.Checkpoint == "" {
		return nil
	}
	identity, err := r.identity()
	if err != nil {
		return err
	}
	past, err := json.Marshal(historyNote{r.points, metrics.Number(r.sum), r.count, r.since})
	if err != nil {
		return fmt.Errorf("fit: the curve of %s cannot be written: %w", r.Net.Name, err)
	}
	write := r.write
	if write == nil {
		write = model.WriteAtomic
	}
	note := map[string]string{noteJob: identity, noteStep: strconv.Itoa(r.done), noteHistory: string(past)}
	return write(r.Checkpoint, func(w io.Writer) error { return r.trainer.Save(w, r.kept(), note) })
}

// resume takes a checkpoint up again, where there is one.
func (r *running) resume() error {
	if r.Checkpoint == "" {
		return nil
	}
	identity, err := r.identity()
	if err != nil {
		return err
	}
	note, err := r.trainer.RestoreFile(r.Checkpoint, r.kept())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case note[noteJob] != identity:
		return fmt.Errorf("%s: %w: it is of other data, another recipe or another seed", r.Checkpoint, ErrBadCheckpoint)
	}
	if r.done, err = strconv.Atoi(note[noteStep]); err != nil || r.done < 0 || r.done > r.last() {
		return fmt.Errorf("%s: %w: it was written after step %q of %d", r.Checkpoint, ErrBadCheckpoint, note[noteStep], r.Steps)
	}
	var past historyNote
	if err := json.Unmarshal([]byte(note[noteHistory]), &past); err != nil || past.Count < 0 || past.Since < 0 || math.IsNaN(float64(past.Sum)) {
		return fmt.Errorf("%s: %w: its curve cannot be read", r.Checkpoint, ErrBadCheckpoint)
	}
	r.history = history{past.Points, float64(past.Sum), past.Count, past.Since}
	return nil
}
