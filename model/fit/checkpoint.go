package fit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lightbox/model"
	"lightbox/model/arch"
)

// ErrBadCheckpoint marks a file that training cannot go on from: damaged, or
// of another network.
var ErrBadCheckpoint = errors.New("unusable checkpoint")

// A checkpoint is a safetensors file: the weights under their own names, Adam's
// moments and, where there is one, the average of the weights under these
// prefixes, and what is no tensor as metadata.
const (
	firstPrefix   = "adam.first/"
	secondPrefix  = "adam.second/"
	averagePrefix = "average/"
	notePrefix    = "note/"

	formatKey   = "format"
	format      = "lightbox checkpoint 1"
	networkKey  = "network"
	stepsKey    = "adam.steps"
	epsilonKey  = "adam.epsilon"
	checksumKey = "sha256"
)

// SaveFile writes what [Trainer.Save] does into a file, whole or not at all: an
// earlier checkpoint of that name survives a full disk.
func (t *Trainer) SaveFile(name string, average arch.Weights, note map[string]string) error {
	return model.WriteAtomic(name, func(w io.Writer) error { return t.Save(w, average, note) })
}

// Save writes everything that the next steps depend on but for the caller's
// own: weights, Adam's moments, steps and epsilon. The caller adds an average of
// the weights, or nil, and as note the state of his generators and the like, as
// text in UTF-8. Values that are no numbers are not written.
func (t *Trainer) Save(w io.Writer, average arch.Weights, note map[string]string) error {
	tensors := t.tensors(t.weights, t.adam, average)
	for _, p := range tensors {
		for i, v := range p.Data {
			if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
				return fmt.Errorf("fit: no checkpoint is written: %s holds %v at position %d", p.Name, v, i)
			}
		}
	}
	network, err := t.network()
	if err != nil {
		return err
	}
	text := map[string]string{
		formatKey: format, networkKey: network, stepsKey: strconv.Itoa(t.adam.steps),
		epsilonKey: strconv.FormatFloat(t.Epsilon, 'g', -1, 64),
	}
	for key, value := range note {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return fmt.Errorf("fit: no checkpoint is written: the note %q is not text", key)
		}
		text[notePrefix+key] = value
	}
	text[checksumKey] = checksum(tensors, text)
	if err := model.WriteTensors(w, tensors, text); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// RestoreFile reads what [Trainer.SaveFile] wrote.
func (t *Trainer) RestoreFile(name string, average arch.Weights) (note map[string]string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot open the checkpoint: %w", err)
	}
	defer f.Close()
	if note, err = t.Restore(f, average); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return note, nil
}

// Restore takes over what [Trainer.Save] wrote for the same network, and returns
// the note; the next steps are then the same, to the last bit, as if there had
// been no interruption. average is filled, and must be nil if none was saved.
// Anything else wraps [ErrBadCheckpoint] and leaves trainer and average alone.
func (t *Trainer) Restore(r io.Reader, average arch.Weights) (note map[string]string, err error) {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: %w", ErrBadCheckpoint, fmt.Errorf(format, args...))
	}
	weights, moments, mean := t.weights.Clone(), newAdam(t.weights), average.Clone()
	tensors := t.tensors(weights, moments, mean)
	file, err := io.ReadAll(io.LimitReader(r, model.MaxTensorsFile(tensors)+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the checkpoint: %w", err)
	}
	text, err := model.ReadTensors(file, tensors)
	if err != nil {
		return nil, refuse("%w", err)
	}
	network, err := t.network()
	if err != nil {
		return nil, err
	}
	steps, stepsErr := strconv.Atoi(text[stepsKey])
	eps, epsErr := strconv.ParseFloat(text[epsilonKey], 64)
	switch {
	case text[formatKey] != format:
		return nil, refuse("its format is %q, this program reads %q", text[formatKey], format)
	case text[networkKey] != network:
		return nil, refuse("it is of another network than %s", t.net.Name)
	case text[checksumKey] != checksum(tensors, text):
		return nil, refuse("its checksum does not match: the file is damaged")
	case stepsErr != nil || steps < 0 || epsErr != nil || !(eps > 0) || math.IsInf(eps, 0):
		return nil, refuse("%q steps, epsilon %q", text[stepsKey], text[epsilonKey])
	}
	for _, v := range moments.second {
		if len(v) > 0 && slices.Min(v) < 0 {
			return nil, refuse("a mean of squares is negative")
		}
	}
	moments.steps = steps
	t.adam, t.Epsilon = moments, eps
	for i, w := range weights {
		copy(t.weights[i].Data, w.Data) // the graph holds this memory
	}
	for i, w := range mean {
		copy(average[i].Data, w.Data)
	}
	note = map[string]string{}
	for key, value := range text {
		if name, ok := strings.CutPrefix(key, notePrefix); ok {
			note[name] = value
		}
	}
	return note, nil
}

// network describes the network as text.
func (t *Trainer) network() (string, error) {
	text, err := json.Marshal(t.net)
	if err != nil {
		return "", fmt.Errorf("fit: %s cannot be described: %w", t.net.Name, err)
	}
	return string(text), nil
}

// tensors lists everything of a checkpoint that is a tensor, in a fixed order.
func (t *Trainer) tensors(weights arch.Weights, a adam, average arch.Weights) []model.Tensor {
	var all []model.Tensor
	next := 0
	for _, w := range weights {
		all = append(all, model.Tensor{Name: w.Name, Shape: w.Shape, Data: w.Data})
		if w.Learned {
			all = append(all, model.Tensor{Name: firstPrefix + w.Name, Shape: w.Shape, Data: a.first[next]},
				model.Tensor{Name: secondPrefix + w.Name, Shape: w.Shape, Data: a.second[next]})
			next++
		}
	}
	for _, w := range average {
		all = append(all, model.Tensor{Name: averagePrefix + w.Name, Shape: w.Shape, Data: w.Data})
	}
	return all
}

// checksum covers every tensor and every text but itself.
func checksum(tensors []model.Tensor, text map[string]string) string {
	h := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(text)) {
		if key != checksumKey {
			field(h, key)
			field(h, text[key])
		}
	}
	var bits []byte
	for _, t := range tensors {
		field(h, t.Name)
		bits = bits[:0]
		for _, v := range t.Data {
			bits = binary.LittleEndian.AppendUint32(bits, math.Float32bits(v))
		}
		h.Write(bits)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// field writes text with its length before it, so that two never run together.
func field(h hash.Hash, text string) {
	var length [8]byte
	binary.LittleEndian.PutUint64(length[:], uint64(len(text)))
	h.Write(length[:])
	h.Write([]byte(text))
}
