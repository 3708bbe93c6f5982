package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"lightbox/model/metrics"
)

// Performance is how a model did on the pictures of one set: AUC, sensitivity and
// specificity of its score, each with an interval.
type Performance struct {
	On  Unseen
	Set string // name of the set or folder, with its split; that of the split alone for TestSplit
	// Date is that of a measurement, YYYY-MM-DD; Refused counts the pictures that were
	// refused in it and take part in no figure.
	Date    string
	Refused int
	Report  metrics.Report
}

// Unseen says in what sense pictures were not seen in training.
type Unseen int

const (
	// TestSplit is the split of the training's own data that was kept for the end.
	TestSplit Unseen = iota
	// HeldOut are training pictures, each read by the network of the folds that was
	// trained without its patient.
	HeldOut
	// Recorded are other pictures, measured with lightbox evaluate --record.
	Recorded
)

// ErrBadMetrics marks a metrics.json that is none, or that of other weights.
var ErrBadMetrics = errors.New("unusable metrics")

// metricsSuffix ends the name of the measured figures of an embedded model.
const metricsSuffix = ".metrics.json"

// metricsFile is what is read here of the JSON that a training writes and evaluate
// --record adds to (ensembles.Record, which this package does not know).
type metricsFile struct {
	WeightsSHA256 string         `json:"weights_sha256"`
	HeldOut       []heldOut      `json:"held_out"`
	Measurements  []recordedFile `json:"measurements"`
}

type heldOut struct {
	By     string         `json:"by"`
	Name   string         `json:"name"`
	Report metrics.Report `json:"report"`
}

type recordedFile struct {
	Date  string         `json:"date"`
	Data  string         `json:"data"`
	Split string         `json:"split"`
	Seen  bool           `json:"seen_in_training"`
	All   recordedPart   `json:"all"`
	Parts []recordedPart `json:"parts"`
}

type recordedPart struct {
	By      string `json:"by"`
	Name    string `json:"name"`
	Refused struct {
		Positive int `json:"positive"`
		Negative int `json:"negative"`
		Other    int `json:"other"`
	} `json:"refused"`
	Score *metrics.Report `json:"score"`
}

// DecodePerformance reads the figures by set of a metrics.json, for the model of the
// given SHA-256. A figure over several sets is left out: it mixes what differs in more
// than the finding. So is a measurement on what the model was trained on, which
// says nothing of other pictures. What is damaged, or belongs to other weights,
// wraps [ErrBadMetrics].
func DecodePerformance(r io.Reader, sha256 string) ([]Performance, error) {
	var file metricsFile
	if err := json.NewDecoder(r).Decode(&file); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadMetrics, err)
	}
	if file.WeightsSHA256 != sha256 {
		return nil, fmt.Errorf("%w: made for the weights %.12q…, these are %.12s…", ErrBadMetrics, file.WeightsSHA256, sha256)
	}
	var list []Performance
	for _, p := range file.HeldOut {
		if p.By == "set" {
			list = append(list, Performance{On: HeldOut, Set: p.Name, Report: p.Report})
		}
	}
	for _, m := range file.Measurements {
		if !m.Seen {
			list = append(list, m.performance()...)
		}
	}
	return list, nil
}

// performance is by set where there are several, else that on all.
func (m recordedFile) performance() (list []Performance) {
	whole := strings.TrimSpace(m.Data + " " + m.Split)
	add := func(set string, p recordedPart) {
		if p.Score == nil {
			return // none was read
		}
		list = append(list, Performance{
			On: Recorded, Set: set, Date: m.Date, Report: *p.Score,
			Refused: p.Refused.Positive + p.Refused.Negative + p.Refused.Other,
		})
	}
	several := false
	for _, p := range m.Parts {
		if p.By == "set" {
			several = true
			add(whole+"/"+p.Name, p)
		}
	}
	if !several {
		add(whole, m.All)
	}
	return list
}

// Performance is how well the model did on pictures that it had not seen, set by
// set: on the test split that its weights file tells of, and by the metrics.json of
// an embedded model. It is empty where nothing was measured.
func (m *Model) Performance() []Performance {
	var list []Performance
	for _, e := range m.Meta.Evaluations {
		if e.Split == "test" {
			list = append(list, Performance{On: TestSplit, Set: e.Split, Report: e.Report})
		}
	}
	return append(list, m.measured...)
}
