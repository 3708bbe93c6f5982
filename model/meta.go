package model

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"lightbox/model/breast"
	"lightbox/model/lungs"
	"lightbox/model/metrics"
)

// Texts every model of this network shares. The finding is what the
// probability is about; the population is where it was learned.
const (
	// DefaultName names the source document's network at 28 pixels.
	DefaultName = "source-28"
	// ChestName names the networks that read the lungs on chest radiographs,
	// BreastName those that read ultrasound of the breast.
	ChestName  = "chest"
	BreastName = "breast"
	// Findings.
	FindingPneumonia = "Pneumonia"
	FindingOpacity   = "Pneumonia or lung opacity"
	FindingMalignant = "Malignant breast lesion"
	// PopulationKermany says whom the training pictures show.
	PopulationKermany = "children aged 1–5 years, one hospital (Guangzhou Women and Children's Medical Center), frontal chest radiographs"
	// PopulationChest and PopulationBreast are those of the ensembles.
	PopulationChest = "children aged 1–5 years of one hospital (Guangzhou Women and Children's Medical Center) and adults of another (NIH Clinical Center), frontal chest radiographs"
	// PopulationAdults is the part of PopulationChest that its calibration for
	// adults was made on.
	PopulationAdults = "adults of one hospital (NIH Clinical Center), frontal chest radiographs cut out to the lungs"
	PopulationBreast = "women aged 25–75 years of one hospital (Baheya, Cairo), ultrasound of the breast"
)

// Meta is what a weights file says about itself.
type Meta struct {
	Name            string
	Version         string
	Architecture    string
	Finding         string
	Population      string
	Preprocessing   Preprocessing
	MirrorAveraging bool // the logit is the mean over the picture and its mirror image
	Recipe          string
	Epochs          int
	Seed            uint64
	Date            string // of training, YYYY-MM-DD
	Datasets        []DatasetRef
	Evaluations     []Evaluation
	// Threshold is the operating point on Prediction.Score; ThresholdSource says how it
	// was chosen.
	Threshold       float64
	ThresholdSource string
	// Members is the number of networks of an ensemble, Similar that of training
	// pictures whose features are kept.
	Members, Similar int
	// Far is the distance in features from training within which 99.5 % of
	// held-out pictures lie; 0 where it was not measured.
	Far float64
	// Ages are those of the patients that it was trained on; nil for a file that
	// does not say.
	Ages []Ages
	// Shape tells chest films from other pictures; nil for a model that cannot.
	Shape *lungs.Shape
	// Look tells ultrasound of the breast from other pictures; nil for a model that
	// cannot.
	Look *breast.Look
}

// DatasetRef identifies one split of a data set by the hash of its file.
type DatasetRef struct {
	Name   string `json:"name"`
	Split  string `json:"split"`
	SHA256 string `json:"sha256"`
	N      int    `json:"n"`
}

// Evaluation is one measurement on a split.
type Evaluation struct {
	Split  string         `json:"split"`
	Report metrics.Report `json:"report"` // of Prediction.Score
}

// Sigmoid is 1/(1+exp(-z)) without overflow at either end.
func Sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

// DefaultThreshold stands where no threshold was chosen on training folds.
const DefaultThreshold = 0.5

// strings lays the metadata out as the safetensors format wants them.
func (m Meta) strings() (map[string]string, error) {
	out := map[string]string{
		"name": m.Name, "version": m.Version, "architecture": m.Architecture,
		"finding": m.Finding, "population": m.Population,
		"mirror_averaging": strconv.FormatBool(m.MirrorAveraging),
		"recipe":           m.Recipe, "epochs": strconv.Itoa(m.Epochs),
		"seed": strconv.FormatUint(m.Seed, 10), "date": m.Date,
		"threshold":        strconv.FormatFloat(m.Threshold, 'g', -1, 64),
		"threshold_source": m.ThresholdSource,
	}
	if m.Members > 0 {
		out["members"] = strconv.Itoa(m.Members)
	}
	if m.Similar > 0 {
		out["similar"] = strconv.Itoa(m.Similar)
		out["far"] = strconv.FormatFloat(m.Far, 'g', -1, 64)
	}
	parts := map[string]any{
		"preprocessing": m.Preprocessing, "datasets": m.Datasets, "evaluations": m.Evaluations,
	}
	if m.Shape != nil {
		parts["shape"] = m.Shape
	}
	if m.Look != nil {
		parts["look"] = m.Look
	}
	if m.Ages != nil {
		parts["ages"] = m.Ages
	}
	for key, value := range parts {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("model: cannot write %s: %w", key, err)
		}
		out[key] = string(text)
	}
	return out, nil
}

// parseMeta reads what strings wrote. Everything that changes a prediction
// must be there and valid; the rest may be empty.
func parseMeta(in map[string]string) (Meta, error) {
	m := Meta{
		Name: in["name"], Version: in["version"], Architecture: in["architecture"],
		Finding: in["finding"], Population: in["population"],
		Recipe: in["recipe"], Date: in["date"], ThresholdSource: in["threshold_source"],
		Threshold: DefaultThreshold,
	}
	if _, err := architectureOf(m.Architecture); err != nil {
		return Meta{}, err
	}
	if older := in["calibration"]; older != "" && older != "null" {
		// Its operating point is one on that calibration's probability.
		return Meta{}, fmt.Errorf("%w: the file carries a calibration of an older kind, which this program does not read: train the model anew", ErrBadWeights)
	}
	p := metaParser{in: in}
	p.json("shape", &m.Shape)
	p.json("look", &m.Look)
	p.json("ages", &m.Ages)
	p.scan("members", func(s string) (err error) { m.Members, err = strconv.Atoi(s); return })
	p.scan("similar", func(s string) (err error) { m.Similar, err = strconv.Atoi(s); return })
	p.scan("far", func(s string) (err error) { m.Far, err = strconv.ParseFloat(s, 64); return })
	p.json("preprocessing", &m.Preprocessing)
	p.json("datasets", &m.Datasets)
	p.json("evaluations", &m.Evaluations)
	p.scan("mirror_averaging", func(s string) (err error) { m.MirrorAveraging, err = strconv.ParseBool(s); return })
	p.scan("epochs", func(s string) (err error) { m.Epochs, err = strconv.Atoi(s); return })
	p.scan("seed", func(s string) (err error) { m.Seed, err = strconv.ParseUint(s, 10, 64); return })
	p.scan("threshold", func(s string) (err error) { m.Threshold, err = strconv.ParseFloat(s, 64); return })
	if p.err != nil {
		return Meta{}, p.err
	}
	return m, m.validate()
}

func (m Meta) validate() error {
	a, err := architectureOf(m.Architecture)
	if err != nil {
		return err
	}
	if err := a.preprocessing(m.Preprocessing); err != nil {
		return err
	}
	for _, a := range m.Ages {
		if !(a.From >= 0 && a.Until > a.From) || math.IsInf(a.Until, 0) {
			return fmt.Errorf("%w: ages from %v to %v years", ErrBadWeights, a.From, a.Until)
		}
	}
	if !(m.Far >= 0) || math.IsInf(m.Far, 0) {
		return fmt.Errorf("%w: a distance from training of %v", ErrBadWeights, m.Far)
	}
	if m.Shape != nil {
		if err := m.Shape.Validate(); err != nil {
			return fmt.Errorf("%w: %w", ErrBadWeights, err)
		}
	}
	if m.Look != nil {
		if err := m.Look.Validate(); err != nil {
			return fmt.Errorf("%w: %w", ErrBadWeights, err)
		}
	}
	if !(m.Threshold >= 0 && m.Threshold <= 1) {
		return fmt.Errorf("%w: threshold %v is not a probability", ErrBadWeights, m.Threshold)
	}
	return nil
}

// metaParser keeps the first error.
type metaParser struct {
	in  map[string]string
	err error
}

func (p *metaParser) scan(key string, parse func(string) error) {
	text, ok := p.in[key]
	if !ok || p.err != nil {
		return
	}
	if err := parse(text); err != nil {
		p.err = fmt.Errorf("%w: metadata %q cannot be read: %w", ErrBadWeights, key, err)
	}
}

func (p *metaParser) json(key string, into any) {
	p.scan(key, func(s string) error { return json.Unmarshal([]byte(s), into) })
}
