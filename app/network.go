package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"lightbox/model"
	"lightbox/model/calibrate"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// AutoModel is the name under which the program itself chooses the model.
const AutoModel = "auto"

// automatic are the models that are chosen from, in this order: the first that
// may read a scan does. source-28 is there to be asked for.
var automatic = []string{model.ChestName, model.BreastName}

// Network hands out the models that read scans; each is loaded once, when it is
// first needed.
type Network struct {
	fixed  string // the name of the model; empty: the program chooses
	loaded *loadedModels
}

// loadedModels are shared by the networks that were made of one.
type loadedModels struct {
	embedded []string // names of the models inside the program

	mu   sync.Mutex
	load map[string]func() (*model.Model, error)
}

// NewNetwork names the model: one that is embedded, the path of a .safetensors
// file, or auto, which is also what the empty name means.
func NewNetwork(name string) *Network {
	n := &Network{loaded: &loadedModels{embedded: model.EmbeddedNames(), load: map[string]func() (*model.Model, error){}}}
	return n.With(name)
}

// With is the same models with another choice.
func (n *Network) With(name string) *Network {
	if name == AutoModel {
		name = ""
	}
	return &Network{name, n.loaded}
}

// Name is the model that was asked for, or auto.
func (n *Network) Name() string {
	if n.fixed == "" {
		return AutoModel
	}
	return n.fixed
}

// model loads a model.
func (n *Network) model(name string) (*model.Model, error) {
	l := n.loaded
	l.mu.Lock()
	load, ok := l.load[name]
	if !ok {
		load = sync.OnceValues(func() (*model.Model, error) { return LoadModel(name) })
		l.load[name] = load
	}
	l.mu.Unlock()
	return load()
}

// LoadModel loads an embedded model by name or one from a .safetensors file; the
// empty name and auto are the first that is chosen from.
func LoadModel(name string) (*model.Model, error) {
	if name == "" || name == AutoModel {
		name = candidates(model.EmbeddedNames())[0]
	}
	if strings.HasSuffix(strings.ToLower(name), ".safetensors") || strings.ContainsRune(name, filepath.Separator) {
		return model.LoadFile(name)
	}
	return model.Embedded(name)
}

// Calibrate has the model that a calibration file was made for answer by it,
// instead of by the calibration of its own: the model that was named, or of all
// that can be chosen the one whose weights it was fitted on. A file of other
// weights, or one that is damaged, is refused and changes nothing.
func (n *Network) Calibrate(file string) error {
	text, err := readCalibration(file)
	if err != nil {
		return err
	}
	names := []string{n.fixed}
	if n.fixed == "" {
		names = n.loaded.embedded
	}
	for _, name := range names {
		m, err := n.model(name)
		if err != nil {
			return err
		}
		c, err := model.DecodeCalibrations(bytes.NewReader(text), m.SHA256())
		if errors.Is(err, calibrate.ErrOtherModel) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w; copy it again, or make it anew with lightbox calibrate", Printable(file), err)
		}
		if m, err = m.Calibrated(c); err != nil {
			return fmt.Errorf("%s: %w", Printable(file), err)
		}
		n.loaded.mu.Lock()
		n.loaded.load[name] = func() (*model.Model, error) { return m, nil }
		n.loaded.mu.Unlock()
		return nil
	}
	return fmt.Errorf("%s: %w: it was made for other weights than those of %s; make one for them with lightbox calibrate", Printable(file), model.ErrBadCalibration, strings.Join(names, ", "))
}

// maxCalibration bounds a calibration file, in bytes: a real one has some hundred
// kilobytes.
const maxCalibration = 64 << 20

func readCalibration(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.Reading(file, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxCalibration+1))
	if err != nil {
		return nil, fault.Reading(file, err)
	}
	if len(text) > maxCalibration {
		return nil, fmt.Errorf("%s: %w: more than %d bytes", Printable(file), model.ErrBadCalibration, maxCalibration)
	}
	return text, nil
}

// candidates are those of the embedded models that the program chooses from.
func candidates(embedded []string) []string {
	list := slices.DeleteFunc(slices.Clone(automatic), func(name string) bool { return !slices.Contains(embedded, name) })
	if len(list) == 0 {
		return []string{model.DefaultName}
	}
	return list
}

// Model is the model that was asked for, or the first that is chosen from,
// loaded if need be.
func (n *Network) Model() (*model.Model, error) { return n.model(n.first()) }

func (n *Network) first() string {
	if n.fixed != "" {
		return n.fixed
	}
	return candidates(n.loaded.embedded)[0]
}

// chosen is the model for a scan.
type chosen struct {
	*model.Model
	why     *Message // why it was taken, where the program chose
	refusal *Message // why it does not read the scan all the same, whatever its gate says
}

// choose takes the model for a scan, by what its file says. Where none may read it,
// it is the one that reads scans of its modality, or else the first, whose gate says
// why not.
func (n *Network) choose(facts model.Facts) (chosen, error) {
	if n.fixed != "" {
		m, err := n.model(n.fixed)
		return chosen{Model: m}, err
	}
	var nearest chosen
	for i, name := range candidates(n.loaded.embedded) {
		m, err := n.model(name)
		if err != nil {
			return chosen{}, err
		}
		if i == 0 || nearest.refusal == nil && model.OfModality(m, facts) {
			nearest = chosen{Model: m}
			if model.OfModality(m, facts) {
				nearest.refusal = reason(Say("The file is of modality {{.Modality}} and does not say that it shows what the model {{.Model}} reads: that model reads it only if it is asked for by name.",
					"Modality", Printable(facts.Modality), "Model", name))
			}
		}
		says := model.SaysSo(m, facts)
		if !model.Gate(m, facts).Eligible || model.NeedsWords(m) && !says {
			continue
		}
		why := Say("Chosen because nothing in the file speaks against it.")
		if says {
			why = Say("Chosen by modality and body part: {{.Modality}}, {{.BodyPart}}.", "Modality", Printable(facts.Modality), "BodyPart", Printable(facts.BodyPart))
		}
		return chosen{Model: m, why: &why}, nil
	}
	return nearest, nil
}

// Choice is a model that a user may ask for.
type Choice struct {
	Name     string
	Finding  string
	Eligible bool
	Reason   *Message // why not eligible
}

// Choices are all embedded models, and the one that was named, with what their
// gates say by the words of the scan's file.
func (n *Network) Choices(s *vision.Scan) []Choice {
	names := append(slices.Clone(automatic), n.loaded.embedded...)
	if n.fixed != "" {
		names = append([]string{n.fixed}, names...)
	}
	facts := factsOf(s)
	var list []Choice
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			continue
		}
		m, err := n.model(name)
		if err != nil {
			continue // it cannot be chosen
		}
		c := Choice{Name: name, Finding: m.Meta.Finding}
		verdict := model.Gate(m, facts)
		if c.Eligible = verdict.Eligible; verdict.Reason != nil {
			reason := fromNote(*verdict.Reason)
			c.Reason = &reason
		}
		list = append(list, c)
	}
	return list
}

// look asks what a picture looks like before m reads it: m itself, or the model
// of the same scans that was taught to tell.
func (n *Network) look(m *model.Model, g model.Gray) (refusal *model.Note, err error) {
	l, ok, err := m.Look(g)
	if err != nil {
		return nil, err
	}
	if !ok && slices.Contains(n.loaded.embedded, model.ChestName) {
		eyes, err := n.model(model.ChestName)
		if err != nil {
			return nil, err
		}
		if !model.SameDomain(m, eyes) {
			return nil, nil
		}
		if l, ok, err = eyes.Look(g); err != nil {
			return nil, err
		}
	}
	if !ok {
		return nil, nil
	}
	return l.Refusal(), nil
}
