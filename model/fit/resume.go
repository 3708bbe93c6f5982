package fit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"lightbox/model/arch"
)

// Notes of a job's checkpoint.
const (
	noteJob  = "job"
	noteStep = "step" // how many are done
)

// identity is what decides the weights that a job makes, as text; the trainer
// sees to the network.
func (j Job) identity() (string, error) {
	text, err := json.Marshal(struct {
		Batch, Steps            int
		Seed                    uint64
		Rate, Warm, Decay, Keep float64
		Scale                   float32
		Data                    string
	}{j.Batch, j.Steps, j.Seed, j.Rate, j.Warm, j.Decay, j.Keep, j.Scale, j.Data})
	if err != nil {
		return "", fmt.Errorf("fit: the training of %s cannot be described: %w", j.Net.Name, err)
	}
	return string(text), nil
}

// save writes the checkpoint, where one is wanted after so many steps.
func (j Job) save(t *Trainer, average arch.Weights, done int) error {
	if j.Checkpoint == "" || done%max(j.Every, 1) != 0 && done != j.Steps {
		return nil
	}
	identity, err := j.identity()
	if err != nil {
		return err
	}
	return t.SaveFile(j.Checkpoint, average, map[string]string{noteJob: identity, noteStep: strconv.Itoa(done)})
}

// resume takes a checkpoint up again, where there is one, and returns how many
// steps are done.
func (j Job) resume(t *Trainer, average arch.Weights) (done int, err error) {
	if j.Checkpoint == "" {
		return 0, nil
	}
	identity, err := j.identity()
	if err != nil {
		return 0, err
	}
	note, err := t.RestoreFile(j.Checkpoint, average)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, err
	case note[noteJob] != identity:
		return 0, fmt.Errorf("%s: %w: it is of other data, another recipe or another seed", j.Checkpoint, ErrBadCheckpoint)
	}
	if done, err = strconv.Atoi(note[noteStep]); err != nil || done < 0 || done > j.Steps {
		return 0, fmt.Errorf("%s: %w: it was written after step %q of %d", j.Checkpoint, ErrBadCheckpoint, note[noteStep], j.Steps)
	}
	return done, nil
}
