package fit

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"lightbox/model"
	"lightbox/model/arch"
)

// follow trains as train does and keeps an average, as callers do.
func follow(t *testing.T, trainer *Trainer, average, w arch.Weights, r *rand.Rand, steps int) {
	t.Helper()
	for range steps {
		train(t, trainer, r, 1)
		Average(average, w, 0.9)
	}
}

// A run that is saved, dropped and taken up again by a new trainer ends with
// the same weights, to the last bit, as one that was never interrupted.
func TestResume(t *testing.T) {
	whole, want := newToy(t, 1)
	whole.Epsilon = 1e-7
	wantAverage := want.Clone()
	follow(t, whole, wantAverage, want, rand.New(rand.NewPCG(2, 3)), 12)

	first, w := newToy(t, 1)
	first.Epsilon = 1e-7
	average := w.Clone()
	source := rand.NewPCG(2, 3)
	follow(t, first, average, w, rand.New(source), 7)
	state, err := source.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "run.checkpoint")
	if err := first.SaveFile(name, average, map[string]string{"generator": hex.EncodeToString(state)}); err != nil {
		t.Fatal(err)
	}

	second, w2 := newToy(t, 8) // other weights, all of which must go
	train(t, second, rand.New(rand.NewPCG(5, 5)), 3)
	average2 := w2.Clone()
	note, err := second.RestoreFile(name, average2)
	if err != nil {
		t.Fatal(err)
	}
	again := &rand.PCG{}
	if state, err = hex.DecodeString(note["generator"]); err != nil {
		t.Fatal(err)
	}
	if err := again.UnmarshalBinary(state); err != nil {
		t.Fatal(err)
	}
	follow(t, second, average2, w2, rand.New(again), 5)
	if !reflect.DeepEqual(w2, want) {
		t.Error("the weights of the resumed run differ")
	}
	if !reflect.DeepEqual(average2, wantAverage) {
		t.Error("the averages of the resumed run differ")
	}
}

func TestNotesAreText(t *testing.T) {
	trainer, _ := newToy(t, 1)
	if err := trainer.Save(io.Discard, nil, map[string]string{"generator": "\xff\x00"}); err == nil {
		t.Error("a note that JSON would change was written")
	}
}

func saved(t *testing.T, trainer *Trainer, average arch.Weights) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := trainer.Save(&b, average, map[string]string{"step": "3"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// refused checks that a file is refused in one sentence and changes nothing.
func refused(t *testing.T, what string, file []byte, average arch.Weights) {
	t.Helper()
	trainer, w := newToy(t, 4)
	before, kept := w.Clone(), average.Clone()
	_, err := trainer.Restore(bytes.NewReader(file), average)
	if !errors.Is(err, ErrBadCheckpoint) {
		t.Errorf("%s: %v", what, err)
		return
	}
	if text := err.Error(); strings.ContainsAny(text, "\n") || len(text) > 300 {
		t.Errorf("%s: %q", what, text)
	}
	if !reflect.DeepEqual(w, before) || !reflect.DeepEqual(average.Clone(), kept) || trainer.adam.steps != 0 {
		t.Errorf("%s: changed something", what)
	}
}

func TestDamagedCheckpoints(t *testing.T) {
	trainer, w := newToy(t, 4)
	train(t, trainer, rand.New(rand.NewPCG(1, 1)), 3)
	file := saved(t, trainer, nil)
	header := 8 + int(binary.LittleEndian.Uint64(file))
	for _, n := range []int{0, 7, 8, 100, header - 1, header, header + 1, len(file) - 4, len(file) - 1} {
		refused(t, "cut", file[:n], nil)
	}
	refused(t, "grown", append(bytes.Clone(file), 0), nil)
	for _, at := range []int{header + 1, header + 401, len(file) - 30} { // the low bits of a weight
		flipped := bytes.Clone(file)
		flipped[at&^3] ^= 1
		refused(t, "one bit", flipped, nil)
	}
	steps := bytes.Replace(file, []byte(`"adam.steps":"3"`), []byte(`"adam.steps":"4"`), 1)
	if bytes.Equal(steps, file) {
		t.Fatal("no steps in the header")
	}
	refused(t, "other steps", steps, nil)
	holed := bytes.Clone(file)
	binary.LittleEndian.PutUint32(holed[header+40:], math.Float32bits(float32(math.NaN())))
	refused(t, "NaN", holed, nil)
	refused(t, "an average where none is wanted", saved(t, trainer, w), nil)
	refused(t, "no average where one is wanted", file, w.Clone())
}

// rewritten is a checkpoint with tensors and text of one's choice and a
// checksum that matches.
func rewritten(t *testing.T, trainer *Trainer, change func(tensors []model.Tensor, text map[string]string)) []byte {
	t.Helper()
	tensors := trainer.tensors(trainer.weights.Clone(), newAdam(trainer.weights), nil)
	text, err := model.ReadTensors(saved(t, trainer, nil), tensors)
	if err != nil {
		t.Fatal(err)
	}
	change(tensors, text)
	text[checksumKey] = checksum(tensors, text)
	var b bytes.Buffer
	if err := model.WriteTensors(&b, tensors, text); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestForeignCheckpoints(t *testing.T) {
	trainer, _ := newToy(t, 4)
	train(t, trainer, rand.New(rand.NewPCG(1, 1)), 3)
	for name, change := range map[string]func([]model.Tensor, map[string]string){
		"another network": func(_ []model.Tensor, text map[string]string) { text[networkKey] = "{}" },
		"another format":  func(_ []model.Tensor, text map[string]string) { text[formatKey] = "lightbox checkpoint 9" },
		"no steps":        func(_ []model.Tensor, text map[string]string) { delete(text, stepsKey) },
		"negative steps":  func(_ []model.Tensor, text map[string]string) { text[stepsKey] = "-1" },
		"no epsilon":      func(_ []model.Tensor, text map[string]string) { text[epsilonKey] = "0" },
		"epsilon NaN":     func(_ []model.Tensor, text map[string]string) { text[epsilonKey] = "NaN" },
		"a renamed tensor": func(tensors []model.Tensor, _ map[string]string) {
			tensors[0].Name = "stem.weight"
		},
		"a tensor of infinite weights": func(tensors []model.Tensor, _ map[string]string) {
			tensors[0].Data[0] = float32(math.Inf(1))
		},
		"negative squares": func(tensors []model.Tensor, _ map[string]string) {
			tensors[2].Data[0] = -1 // adam.second
		},
	} {
		refused(t, name, rewritten(t, trainer, change), nil)
	}
	unchanged := rewritten(t, trainer, func([]model.Tensor, map[string]string) {})
	other, _ := newToy(t, 5)
	if note, err := other.Restore(bytes.NewReader(unchanged), nil); err != nil || !reflect.DeepEqual(note, map[string]string{"step": "3"}) {
		t.Errorf("unchanged: %v, %v", note, err)
	}
}

// fullDisk takes so many bytes and then fails as a full disk does.
type fullDisk struct {
	w    io.Writer
	room int
}

func (d *fullDisk) Write(p []byte) (int, error) {
	n, err := d.w.Write(p[:min(len(p), d.room)])
	d.room -= n
	if err == nil && n < len(p) {
		err = syscall.ENOSPC
	}
	return n, err
}

func TestFullDiskKeepsTheEarlierCheckpoint(t *testing.T) {
	trainer, w := newToy(t, 4)
	r := rand.New(rand.NewPCG(1, 1))
	train(t, trainer, r, 2)
	folder := t.TempDir()
	name := filepath.Join(folder, "run.checkpoint")
	if err := trainer.SaveFile(name, nil, nil); err != nil {
		t.Fatal(err)
	}
	earlier, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	saved := w.Clone()
	train(t, trainer, r, 2)
	for _, room := range []int{0, 5, 500, len(earlier) - 1} {
		err := model.WriteAtomic(name, func(w io.Writer) error {
			return trainer.Save(&fullDisk{w, room}, nil, nil)
		})
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
	}
	w[0].Data[3] = float32(math.NaN()) // nor is a broken state written
	if err := trainer.SaveFile(name, nil, nil); err == nil {
		t.Error("NaN was written")
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v left in the folder (%v)", entries, err)
	}
	if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, earlier) {
		t.Errorf("the earlier checkpoint changed (%v)", err)
	}
	other, w2 := newToy(t, 5)
	if _, err := other.RestoreFile(name, nil); err != nil || !reflect.DeepEqual(w2, saved) {
		t.Errorf("the earlier checkpoint does not bring its weights back (%v)", err)
	}
}
