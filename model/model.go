package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"

	"lightbox/assets"
)

// weightsSuffix ends the name of every weights file.
const weightsSuffix = ".safetensors"

// calibrationSuffix ends the name of the calibration of an embedded model.
const calibrationSuffix = ".calibration.json"

// embeddedFolder is where the embedded models lie in assets.
const embeddedFolder = "models"

// Model is a network with everything needed to use it honestly. It is safe
// for concurrent use; its weights must not be changed after it is made.
type Model struct {
	Meta    Meta
	tensors []Tensor
	hash    string
	reader  reader
	similar *Comparison

	calibrations *Calibrations
	measured     []Performance // what its metrics.json tells
}

// New joins the weights and metadata of the source document's network. It fails
// with [ErrBadWeights] where they do not fit this program's network.
func New(net *Network, meta Meta) (*Model, error) {
	switch {
	case net == nil:
		return nil, fmt.Errorf("%w: none given", ErrBadWeights)
	case meta.Architecture != Architecture:
		return nil, fmt.Errorf("%w: made for architecture %q, this is %q", ErrBadWeights, meta.Architecture, Architecture)
	}
	return NewModel(meta, net.Tensors())
}

// NewModel joins weights and metadata. The tensors are those of the architecture
// in its order, and, where meta.Similar asks for them, "similar.features" and
// "similar.labels"; they are kept. Other ones fail with [ErrBadWeights].
func NewModel(meta Meta, tensors []Tensor) (*Model, error) {
	if err := meta.validate(); err != nil {
		return nil, err
	}
	if err := validTensors(meta, tensors); err != nil {
		return nil, err
	}
	labels := tensorNamed(tensors, similarLabels)
	if err := checkSimilar(labels); err != nil {
		return nil, err
	}
	hash, err := hashWeights(tensors, meta)
	if err != nil {
		return nil, err
	}
	r, err := architectures[meta.Architecture].read(meta, tensors)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadWeights, err)
	}
	return &Model{Meta: meta, tensors: tensors, hash: hash, reader: r, similar: NewComparison(tensorNamed(tensors, similarFeatures), labels)}, nil
}

// hashWeights covers what decides a logit: architecture, preprocessing,
// mirror averaging and every weight. Metrics, dates, the calibration and the
// pictures for comparison are left out, so that measuring a model does not
// change its name; of what a file says beside, [metadataSum] takes care.
func hashWeights(tensors []Tensor, meta Meta) (string, error) {
	h := sha256.New()
	head, err := json.Marshal(struct {
		Architecture    string
		Preprocessing   Preprocessing
		MirrorAveraging bool
	}{meta.Architecture, meta.Preprocessing, meta.MirrorAveraging})
	if err != nil {
		return "", fmt.Errorf("model: cannot hash the weights: %w", err)
	}
	h.Write(head)
	for _, t := range tensors {
		if !forComparison(t.Name) {
			hashTensor(h, t)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func hashTensor(h hash.Hash, t Tensor) {
	h.Write(fmt.Appendf(nil, "\n%s %v\n", t.Name, t.Shape))
	h.Write(appendFloats(nil, t.Data))
}

// forComparison tells the tensors that no logit depends on.
func forComparison(name string) bool { return name == similarFeatures || name == similarLabels }

// SHA256 identifies the weights with their preprocessing, in lower-case hex.
func (m *Model) SHA256() string { return m.hash }

// Network returns a copy of the weights of the source document's network; ok is
// false for models of another architecture.
func (m *Model) Network() (net *Network, ok bool) {
	if m.Meta.Architecture != Architecture {
		return nil, false
	}
	net = NewNetwork()
	for _, t := range net.Tensors() {
		copy(t.Data, tensorNamed(m.tensors, t.Name))
	}
	return net, true
}

// Parse reads a model from the bytes of a safetensors file that [Model.Write]
// wrote. Any other, and one that was changed since, is refused with an error that
// wraps [ErrBadWeights] and says in one sentence what is wrong and what to do.
func Parse(file []byte) (*Model, error) {
	m, err := parse(file)
	return m, advised(err)
}

func parse(file []byte) (*Model, error) {
	if err := checkFormat(file); err != nil {
		return nil, err
	}
	text, err := ReadMetadata(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadWeights, err)
	}
	meta, err := parseMeta(text)
	if err != nil {
		return nil, err
	}
	tensors, err := tensorsOf(meta)
	if err != nil {
		return nil, err
	}
	if _, err := ReadTensors(file, tensors); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadWeights, err)
	}
	m, err := NewModel(meta, tensors)
	if err != nil {
		return nil, err
	}
	if err := checkSeal(text, tensors, m.hash); err != nil {
		return nil, err
	}
	return m, nil
}

// maxFile bounds a weights file in bytes; the largest that is embedded has a
// quarter of it.
const maxFile = 64 << 20

// Load reads a model from a stream; no more than the largest weights file
// there can be is read.
func Load(r io.Reader) (*Model, error) {
	file, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("model: cannot read the weights: %w", err)
	}
	return Parse(file)
}

// LoadFile reads a model from a safetensors file.
func LoadFile(name string) (*Model, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("model: cannot open the weights: %w", err)
	}
	defer f.Close()
	m, err := Load(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

// EmbeddedNames lists the models inside the program, in alphabetical order.
func EmbeddedNames() []string {
	entries, err := fs.ReadDir(assets.Models(), embeddedFolder)
	if err != nil { // the folder is part of the binary
		return nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), weightsSuffix); ok {
			names = append(names, name)
		}
	}
	return names
}

// embedded are the models inside the program that were asked for, by name: functions
// that load them once. Each takes tens of megabytes.
var embedded sync.Map

// Embedded is a model with its calibration and its measured figures from inside the
// program; an unknown name gives [ErrUnknownModel]. All who ask share its weights.
func Embedded(name string) (*Model, error) {
	load, _ := embedded.LoadOrStore(name, sync.OnceValues(func() (*Model, error) { return loadEmbedded(name) }))
	m, err := load.(func() (*Model, error))()
	if err != nil {
		return nil, err
	}
	own := *m
	return &own, nil
}

func loadEmbedded(name string) (*Model, error) {
	file, err := embeddedFile(name, weightsSuffix)
	if err != nil {
		return nil, err
	}
	m, err := Load(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	text, err := beside(name, metricsSuffix)
	if err != nil {
		return nil, err
	}
	if text != nil {
		if m.measured, err = DecodePerformance(bytes.NewReader(text), m.SHA256()); err != nil {
			return nil, fmt.Errorf("embedded %s%s: %w", name, metricsSuffix, err)
		}
	}
	if text, err = beside(name, calibrationSuffix); err != nil {
		return nil, err
	}
	if text == nil {
		return m, nil
	}
	c, err := DecodeCalibrations(bytes.NewReader(text), m.SHA256())
	if err != nil {
		return nil, err
	}
	return m.Calibrated(c)
}

// beside is what lies beside the weights of an embedded model; nil where it has none.
func beside(name, suffix string) ([]byte, error) {
	text, err := fs.ReadFile(assets.Models(), path.Join(embeddedFolder, name+suffix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("model: cannot read embedded %s%s: %w", name, suffix, err)
	}
	return text, nil
}

// EmbeddedCard returns the Markdown model card of an embedded model. The
// language is a tag such as "en" or "zh-Hans"; Chinese has its own card,
// every other language gets the English one.
func EmbeddedCard(name, language string) (string, error) {
	suffix := ".md"
	if strings.HasPrefix(strings.ToLower(language), "zh") {
		suffix = ".zh.md"
	}
	file, err := embeddedFile(name, suffix)
	return string(file), err
}

func embeddedFile(name, suffix string) ([]byte, error) {
	file, err := fs.ReadFile(assets.Models(), path.Join(embeddedFolder, name+suffix))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, fmt.Errorf("%w %q: embedded are %s", ErrUnknownModel, name, strings.Join(EmbeddedNames(), ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("model: cannot read embedded %s%s: %w", name, suffix, err)
	}
	return file, nil
}

// Write stores the model in the safetensors format, with its metadata and the
// sums by which [Parse] finds out whether it was changed.
func (m *Model) Write(w io.Writer) error {
	text, err := m.sealed()
	if err != nil {
		return err
	}
	return WriteTensors(w, m.tensors, text)
}

// WriteFile stores the model in a file: whole, or not at all.
func (m *Model) WriteFile(name string) error {
	var buffer bytes.Buffer
	if err := m.Write(&buffer); err != nil {
		return err
	}
	return WriteFileAtomic(name, buffer.Bytes())
}
