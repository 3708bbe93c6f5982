package train

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"lightbox/model/fit"
)

// Notes of a checkpoint.
const (
	noteRun   = "run"
	noteEpoch = "epoch" // the last that is complete
)

// identify says which run this is: what decides its weights.
func (r *run) identify() (string, error) {
	h := sha256.New()
	for i, input := range r.inputs {
		if err := binary.Write(h, binary.LittleEndian, append(input[:pixels:pixels], r.targets[i])); err != nil {
			return "", fmt.Errorf("cannot hash the training pictures: %w", err)
		}
	}
	text, err := json.Marshal(struct {
		Recipe Recipe
		Seed   uint64
		Data   string // SHA-256 of the prepared pictures and their targets
	}{r.recipe, r.seed, hex.EncodeToString(h.Sum(nil))})
	if err != nil {
		return "", fmt.Errorf("cannot describe the run: %w", err)
	}
	return string(text), nil
}

// save writes the checkpoint after an epoch, where one is wanted.
func (r *run) save(epoch int) error {
	if r.opt.Checkpoint == "" {
		return nil
	}
	return r.trainer.SaveFile(r.opt.Checkpoint, nil, map[string]string{noteRun: r.identity, noteEpoch: strconv.Itoa(epoch)})
}

// resume takes a checkpoint up again, where there is one, and returns how many
// epochs are done.
func (r *run) resume() (done int, err error) {
	if r.opt.Checkpoint == "" {
		return 0, nil
	}
	if r.identity, err = r.identify(); err != nil {
		return 0, err
	}
	note, err := r.trainer.RestoreFile(r.opt.Checkpoint, nil)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, err
	case note[noteRun] != r.identity:
		return 0, fmt.Errorf("%w: %s is of other data, another recipe or another seed", fit.ErrBadCheckpoint, r.opt.Checkpoint)
	}
	done, err = strconv.Atoi(note[noteEpoch])
	if err != nil || done < 0 || done > r.recipe.Epochs {
		return 0, fmt.Errorf("%w: %s was written after epoch %q of %d", fit.ErrBadCheckpoint, r.opt.Checkpoint, note[noteEpoch], r.recipe.Epochs)
	}
	for range done { // the order of the pictures goes on where it was
		r.shuffle.Perm(len(r.inputs))
	}
	return done, nil
}
