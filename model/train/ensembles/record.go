package ensembles

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightbox/model"
	"lightbox/model/measured"
	"lightbox/model/metrics"
)

// Names of the files that a training leaves in its folder.
const (
	WeightsFile     = "weights.safetensors"
	CalibrationFile = "calibration.json"
	MetricsFile     = "metrics.json"
	CardFile        = "card.md"
	CardFileChinese = "card.zh.md"
	ReliabilityFile = "reliability.png"
	ROCFile         = "roc.png"
)

// Record is the content of metrics.json: what was trained, how, on what, and
// what was measured.
type Record struct {
	Model         string `json:"model"`
	Version       string `json:"version"`
	WeightsSHA256 string `json:"weights_sha256"`
	Finding       string `json:"finding"`
	Population    string `json:"population"`
	Program       string `json:"program"` // that trained it
	Command       string `json:"command"` // with the names of folders, not their paths
	Date          string `json:"date"`
	Seed          uint64 `json:"seed"`
	DataSHA256    string `json:"data_sha256"`

	Recipe    Recipe           `json:"recipe"`
	Patience  int              `json:"patience,omitempty"`
	Segmenter *SegmenterRecord `json:"segmenter,omitempty"`
	Sets      []SetRecord      `json:"sets"`
	LeftAside LeftAside        `json:"left_aside"`

	Threshold       float64 `json:"threshold"`
	ThresholdSource string  `json:"threshold_source"`
	// HeldOut measures the score of each network on the pictures that it was not
	// trained on: all of them, then by set, then by view.
	HeldOut      []Part               `json:"held_out"`
	Uncalibrated []UncalibratedRecord `json:"uncalibrated,omitempty"`
	Gate         GateRecord           `json:"gate"`
	Curves       []Curve              `json:"curves,omitempty"`
	// Seconds of this run, which may be the last of several.
	Seconds float64 `json:"seconds,omitempty"`
	// Measurements are those on other pictures, see [Record.Add].
	Measurements []Measurement `json:"measurements,omitempty"`
	// Remarks are shown at the top of the cards.
	Remarks []Remark `json:"remarks,omitempty"`
}

// Measurement is one on pictures that the model was not made of.
type Measurement struct {
	Date    string `json:"date"`
	Program string `json:"program"`
	Data    string `json:"data"` // name of the folder
	Split   string `json:"split,omitempty"`
	SHA256  string `json:"sha256"` // of the pictures
	// Seen tells that the model was trained on the set, so that the figures say
	// nothing about other pictures.
	Seen bool `json:"seen_in_training,omitempty"`
	measured.Result
}

// Add stores a measurement on the sets of the given names, in place of an earlier
// one on the same pictures.
func (r *Record) Add(m Measurement, sets []string) {
	m.Seen = m.Split != "test" && slices.ContainsFunc(r.Sets, func(s SetRecord) bool { return s.Used && slices.Contains(sets, s.Name) })
	for i, old := range r.Measurements {
		if old.Data == m.Data && old.Split == m.Split {
			r.Measurements[i] = m
			return
		}
	}
	r.Measurements = append(r.Measurements, m)
}

// SegmenterRecord is how the network that finds where the others look was made.
type SegmenterRecord struct {
	Steps int                `json:"steps,omitempty"`
	Batch int                `json:"batch,omitempty"`
	Dice  map[string]float64 `json:"dice,omitempty"` // by set, on pictures held out from it
	// From is the model that it was taken from, where it was not trained.
	From string `json:"from,omitempty"`
}

// SetRecord counts the pictures of one set.
type SetRecord struct {
	Name     string `json:"name"`
	Pictures int    `json:"pictures"`
	Positive int    `json:"positive"`
	Negative int    `json:"negative"`
	Other    int    `json:"other"` // of other classes, or of none
	Groups   int    `json:"groups"`
	Masks    int    `json:"masks"`
	Held     int    `json:"held"` // never trained on
	Used     bool   `json:"used"` // its labels trained the networks
}

// LeftAside counts what was found and not trained on.
type LeftAside struct {
	TestSplit     int `json:"test_split"` // not even read
	Unreadable    int `json:"unreadable"`
	Contradictory int `json:"contradictory"`
	// Unlabelled have no class; UnknownClass have one that is not known, of which
	// UnknownClasses are the names.
	Unlabelled     int      `json:"unlabelled"`
	UnknownClass   int      `json:"unknown_class"`
	UnknownClasses []string `json:"unknown_classes,omitempty"`
	// MergedGroups counts groups that became part of another, because a picture of
	// each shows the same.
	MergedGroups int `json:"merged_groups"`
}

// mostNames bounds how many classes that are not known are named in a sentence.
const mostNames = 8

// Names are the classes that are not known, in brackets; nothing without any.
func (l LeftAside) Names() string {
	list := l.UnknownClasses
	switch {
	case len(list) == 0:
		return ""
	case len(list) > mostNames:
		list = append(slices.Clone(list[:mostNames]), "…")
	}
	return " (" + strings.Join(list, ", ") + ")"
}

// Part is figures of a part of the pictures.
type Part struct {
	By     string         `json:"by,omitempty"` // "set", "view", or empty for all
	Name   string         `json:"name,omitempty"`
	Report metrics.Report `json:"report"`
}

// UncalibratedRecord is an [Uncalibrated] as text.
type UncalibratedRecord struct {
	Population string `json:"population"`
	Why        string `json:"why"`
}

// GateRecord is what the model refuses by.
type GateRecord struct {
	ShapeFilms int     `json:"shape_films,omitempty"` // from which the look of what is read was learned; 0 for none
	ShapeLimit float64 `json:"shape_limit,omitempty"`
	Far        float64 `json:"far,omitempty"`
	Similar    int     `json:"similar"`
}

// Remark is a sentence in both languages.
type Remark struct {
	English string `json:"en"`
	Chinese string `json:"zh"`
}

// NewRecord starts the record of an ensemble.
func NewRecord(a *Assembled, recipe Recipe) (*Record, error) {
	m := a.Model.Meta
	r := &Record{
		Model: m.Name, Version: m.Version, WeightsSHA256: a.Model.SHA256(), Finding: m.Finding, Population: m.Population,
		Date: m.Date, Seed: m.Seed, Recipe: recipe, Threshold: m.Threshold, ThresholdSource: m.ThresholdSource,
		Gate: GateRecord{Far: m.Far, Similar: m.Similar},
	}
	if m.Shape != nil {
		r.Gate.ShapeFilms, r.Gate.ShapeLimit = m.Shape.Films, m.Shape.Limit
	}
	if m.Look != nil {
		r.Gate.ShapeFilms, r.Gate.ShapeLimit = m.Look.Films, m.Look.Limit
	}
	for _, u := range a.Uncalibrated {
		r.Uncalibrated = append(r.Uncalibrated, UncalibratedRecord{u.Text, u.Err.Error()})
	}
	var err error
	r.HeldOut, err = a.Held.parts(m.Threshold, m.Seed)
	return r, err
}

// parts measures all pictures, then those of each set and of each view that is
// known.
func (o OutOfFold) parts(threshold float64, seed uint64) (out []Part, err error) {
	measure := func(by, name string, belongs func(Case) bool) {
		in := metrics.Input{Threshold: threshold, Seed: seed}
		for i, c := range o.Cases {
			if belongs(c) {
				in.Probabilities = append(in.Probabilities, model.Sigmoid(o.Sample.Logits[i]))
				in.Labels, in.Groups = append(in.Labels, c.Label), append(in.Groups, c.Group)
			}
		}
		if err != nil || len(in.Labels) == 0 {
			return
		}
		var report metrics.Report
		report, err = metrics.Evaluate(in)
		out = append(out, Part{by, name, report})
	}
	measure("", "", func(Case) bool { return true })
	var sets, views []string
	for _, c := range o.Cases {
		if !slices.Contains(sets, c.Set) {
			sets = append(sets, c.Set)
		}
		if c.View != "" && !slices.Contains(views, c.View) {
			views = append(views, c.View)
		}
	}
	for _, s := range sets {
		measure("set", s, func(c Case) bool { return c.Set == s })
	}
	slices.Sort(views)
	for _, v := range views {
		measure("view", v, func(c Case) bool { return c.View == v })
	}
	return out, err
}

// CountSets describes the sets of cases, in the order in which they come; masks
// tells which have one.
func CountSets(cases []Case, masks func(i int) bool, recipe Recipe) (out []SetRecord) {
	at, groups, used := map[string]int{}, map[string]map[string]bool{}, recipe.Sets(cases)
	for i, c := range cases {
		k, known := at[c.Set]
		if !known {
			k = len(out)
			at[c.Set], groups[c.Set] = k, map[string]bool{}
			out = append(out, SetRecord{Name: c.Set, Used: slices.Contains(used, c.Set)})
		}
		s := &out[k]
		s.Pictures++
		groups[c.Set][c.Group] = true
		s.Groups = len(groups[c.Set])
		switch {
		case c.Held:
			s.Held++
		case c.Label == 1:
			s.Positive++
		case c.Label == 0:
			s.Negative++
		default:
			s.Other++
		}
		if !c.Held && masks(i) {
			s.Masks++
		}
	}
	return out
}

// maxRecordBytes bounds a metrics file: curves of some networks.
const maxRecordBytes = 16 << 20

// ReadRecord reads a metrics.json.
func ReadRecord(name string) (*Record, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot open the metrics: %w", err)
	}
	defer f.Close()
	var r Record
	if err := json.NewDecoder(io.LimitReader(f, maxRecordBytes)).Decode(&r); err != nil {
		return nil, fmt.Errorf("cannot read the metrics %s: %w", name, err)
	}
	return &r, nil
}

// Encode is the record as the text of metrics.json.
func (r *Record) Encode() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("cannot write the metrics: %w", err)
	}
	return append(text, '\n'), nil
}

// File is one file of a training's folder.
type File struct {
	Name string
	Data []byte
}

// WriteFiles writes files into a folder, each whole or not at all.
func WriteFiles(folder string, files []File) error {
	for _, f := range files {
		if err := model.WriteFileAtomic(filepath.Join(folder, f.Name), f.Data); err != nil {
			return err
		}
	}
	return nil
}
