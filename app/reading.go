package app

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"lightbox/model"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// Status is how far a reading has come.
type Status int

// The states of a reading. NotAssessed is never drawn as "negative".
const (
	NotAssessed Status = iota
	Running
	Result
	Refused // the model may not read this scan; Reason says why
	Failed  // it should have, but something went wrong; Reason says what
)

// Reading is what the network makes of a scan.
type Reading struct {
	Status Status

	Model, Version, Finding, Population string

	Logit       float64
	Score       float64 // sigmoid of the logit, 0 … 1; not a probability by itself
	Probability float64 // what is shown; to be called a probability only if Calibrated
	Calibrated  bool    // calibrated on a named population that this patient belongs to
	Threshold   float64 // operating point of the model, on the scale of Probability

	// Performance is how well the model did on pictures it had not seen, with
	// an interval; nil where it was not measured.
	Performance *Message

	Reason   *Message  // why Refused or Failed
	Cautions []Message // what limits a Result

	Elapsed time.Duration // preprocessing and inference

	inPopulation bool // the gate found the patient inside the model's population
}

// Network hands out the model that reads scans; it is loaded once, when it is
// first needed.
type Network struct {
	load func() (*model.Model, error)
}

// NewNetwork names the model: one that is embedded, or the path of a
// .safetensors file. The empty name is the default.
func NewNetwork(name string) *Network {
	return &Network{load: sync.OnceValues(func() (*model.Model, error) { return LoadModel(name) })}
}

// LoadModel loads an embedded model by name or one from a .safetensors file; the
// empty name is the default.
func LoadModel(name string) (*model.Model, error) {
	if name == "" {
		name = model.DefaultName
	}
	if strings.HasSuffix(strings.ToLower(name), ".safetensors") || strings.ContainsRune(name, filepath.Separator) {
		return model.LoadFile(name)
	}
	return model.Embedded(name)
}

// Model returns the model, loading it if need be.
func (n *Network) Model() (*model.Model, error) { return n.load() }

// Read asks the gate whether the model may read the scan and, if so, predicts.
// It fails with fault.Interrupted when ctx is cancelled and with
// fault.InternalError for a defect of ours; everything else is in the Reading.
func (n *Network) Read(ctx context.Context, s *vision.Scan) (r Reading, err error) {
	defer fault.Contain(s.Path, &err)
	start := time.Now()
	m, err := n.Model()
	if err != nil {
		return failed(Reading{}, start, err), nil
	}
	if r = n.gated(m, s); r.Status == Refused {
		r.Elapsed = time.Since(start)
		return r, nil
	}
	rows, columns, pix, err := s.ModelInput(ctx)
	if err == nil {
		var p model.Prediction
		p, err = m.Predict(ctx, model.Gray{Rows: rows, Columns: columns, Pix: pix})
		r.Logit, r.Score, r.Probability = p.Logit, p.Score, p.Probability
		r.Calibrated = p.Calibrated && r.inPopulation
	}
	if ctx.Err() != nil {
		return Reading{}, fault.Wrap(fault.Interrupted, s.Path, ctx.Err())
	}
	if err != nil {
		return failed(r, start, err), nil
	}
	r.Status = Result
	r.Elapsed = time.Since(start)
	return r, nil
}

// Gate is the part of Read that takes no time: it tells why the model may not
// read the scan. Where it may, the Reading's Status is not Refused.
func (n *Network) Gate(s *vision.Scan) (r Reading, err error) {
	defer fault.Contain(s.Path, &err)
	m, err := n.Model()
	if err != nil {
		return Reading{}, err
	}
	return n.gated(m, s), nil
}

// gated is a reading before the prediction.
func (n *Network) gated(m *model.Model, s *vision.Scan) Reading {
	r := Reading{
		Model: m.Meta.Name, Version: m.Meta.Version,
		Finding: m.Meta.Finding, Population: m.Meta.Population, Threshold: m.Meta.Threshold,
		Performance: performanceOf(m),
	}
	verdict := model.Gate(m, factsOf(s))
	for _, c := range verdict.Cautions {
		r.Cautions = append(r.Cautions, fromNote(c))
	}
	r.inPopulation = verdict.InPopulation
	if s.Incomplete != nil {
		r.Cautions = append(r.Cautions, Say("The file is incomplete ({{.Detail}}).", "Detail", detailOf(s.Incomplete)))
	}
	switch {
	case !verdict.Eligible:
		reason := Say("The model may not read this scan.")
		if verdict.Reason != nil {
			reason = fromNote(*verdict.Reason)
		}
		r.Status, r.Reason = Refused, &reason
	case s.Decoded < s.Stored.Rows:
		reason := Say("Only {{.Rows}} of {{.All}} rows of this image could be decoded; the model reads whole images only.", "Rows", s.Decoded, "All", s.Stored.Rows)
		r.Status, r.Reason = Refused, &reason
	}
	return r
}

// performanceOf words the model's measurement on its test split.
func performanceOf(m *model.Model) *Message {
	for _, e := range m.Meta.Evaluations {
		if e.Split == "test" {
			auc := e.Report.AUC
			s := Say("test AUC {{.AUC}} ({{.Low}}–{{.High}} at 95 %, {{.N}} pictures of the same hospital)",
				"AUC", fmt.Sprintf("%.3f", float64(auc.Value)), "Low", fmt.Sprintf("%.3f", float64(auc.Low)),
				"High", fmt.Sprintf("%.3f", float64(auc.High)), "N", e.Report.N)
			return &s
		}
	}
	return nil
}

func failed(r Reading, start time.Time, err error) Reading {
	reason := Say("The model could not read this scan: {{.Detail}}.", "Detail", detailOf(err))
	r.Status, r.Reason, r.Elapsed = Failed, &reason, time.Since(start)
	return r
}

// factsOf is what the gate looks at.
func factsOf(s *vision.Scan) model.Facts {
	h := &s.Header
	return model.Facts{
		Format: string(s.Format), Modality: h.Modality,
		BodyPart: h.BodyPart, View: h.ViewPosition,
		AgeYears: ageYears(h.Age),
		Colour:   s.Colourful(),
		Rows:     s.Values.Rows, Columns: s.Values.Columns,
	}
}

// ageYears reads an Age String (PS3.5 table 6.2-1, e.g. "067Y", "018M"); nil
// where there is none.
func ageYears(as string) *float64 {
	as = strings.TrimSpace(as)
	if len(as) < 2 {
		return nil
	}
	perYear := map[byte]float64{'Y': 1, 'M': 12, 'W': 365.25 / 7, 'D': 365.25}[as[len(as)-1]]
	n, err := strconv.Atoi(strings.TrimSpace(as[:len(as)-1]))
	if err != nil || n < 0 || perYear == 0 {
		return nil
	}
	years := float64(n) / perYear
	return &years
}
