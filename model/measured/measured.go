// Package measured says how good a model is on pictures with labels, once each
// was read, refused or found unreadable: figures with intervals over patients,
// overall and by part, of the plain score and of the calibrated probability, and
// what the conformal sets do.
//
// What was refused is left out of figures and counted beside them. A picture of
// another class than the two is read and counted, and takes part in no figure.
package measured

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"lightbox/model"
	"lightbox/model/calibrate"
	"lightbox/model/metrics"
)

// Other is the label of a picture of another class, or of none.
const Other = -1

// Picture is one that a model was given.
type Picture struct {
	Set, Name, Group, View string
	Label                  int // 1 with the finding, 0 without, or Other
	// Refused says why it was refused, in words that are the same for all that were
	// refused for that; empty where it was not. Failed says why it could not be read.
	Refused, Failed string
	Logit           float64 // of a picture that was read
	// Fitted is the calibration of the patient's population; nil without one.
	Fitted *calibrate.Fitted
}

// Read tells whether the picture has a logit.
func (p *Picture) Read() bool { return p.Refused == "" && p.Failed == "" }

// labelled tells whether the picture takes part in figures.
func (p *Picture) labelled() bool { return p.Read() && p.Label != Other }

// Count counts pictures by class.
type Count struct {
	Positive int `json:"positive"`
	Negative int `json:"negative"`
	Other    int `json:"other"`
}

// All is their number.
func (c Count) All() int { return c.Positive + c.Negative + c.Other }

func (c *Count) add(label int) {
	switch label {
	case 1:
		c.Positive++
	case 0:
		c.Negative++
	default:
		c.Other++
	}
}

// Reason is why pictures were refused, or could not be read, and how many.
type Reason struct {
	Text   string `json:"reason"`
	Failed bool   `json:"failed"` // could not be read, rather than must not
	Count
}

// Figures are those of some pictures.
type Figures struct {
	Given   Count `json:"given"`
	Refused Count `json:"refused"`
	Failed  Count `json:"failed"`
	// Score measures the plain score, which is no probability; nil without pictures.
	Score *metrics.Report `json:"score,omitempty"`
	// Further is what else the score is worth; nil without pictures.
	Further *metrics.Further `json:"further,omitempty"`
	// Calibrated measures the probability of the pictures whose patients belong to a
	// calibrated population; nil where there are none.
	Calibrated *Calibrated `json:"calibrated,omitempty"`
	// OtherCalled are the pictures of other classes whose score reaches the
	// threshold.
	OtherCalled calibrate.Proportion `json:"other_called"`
}

// Calibrated is what a calibrated probability and its sets are worth.
type Calibrated struct {
	// Report measures the probability at ½.
	Report metrics.Report `json:"report"`
	// Reliability says how far probabilities can be trusted; nil for parts.
	Reliability *calibrate.Figures   `json:"reliability,omitempty"`
	Sets        calibrate.SetFigures `json:"sets"`
	// Without are the pictures that were read but whose patients belong to no
	// calibrated population.
	Without int `json:"without"`
	// Populations are whose calibrations were applied.
	Populations []string `json:"populations"`
}

// Part is the figures of one set or view.
type Part struct {
	By   string `json:"by"` // "set" or "view"
	Name string `json:"name"`
	Figures
}

// Result is all that is measured.
type Result struct {
	Threshold float64  `json:"threshold"`
	Alpha     float64  `json:"alpha"` // level of the sets; 0 for that of each calibration
	Seed      uint64   `json:"bootstrap_seed"`
	Reasons   []Reason `json:"reasons"`
	All       Figures  `json:"all"`
	Parts     []Part   `json:"parts"`
	Audits    []Audit  `json:"audits,omitempty"`
}

// Audit is how well something tells the classes apart that should not: what is
// left of the lungs when they are blanked, the rim of the picture, its size.
type Audit struct {
	Code string           `json:"code"`
	AUC  metrics.Estimate `json:"auc"`
	N    int              `json:"n"`
	// Unread are pictures that could not be read so, which is as it should be.
	Unread int `json:"unread"`
}

// Measure computes the result of a model with a threshold on the score. alpha 0
// takes the level of each calibration. The same pictures and seed give the same
// intervals.
func Measure(pictures []Picture, threshold, alpha float64, seed uint64) (*Result, error) {
	r := &Result{Threshold: threshold, Alpha: alpha, Seed: seed, Reasons: reasons(pictures)}
	m := measuring{threshold, alpha, seed}
	var err error
	if r.All, err = m.figures(pictures, true); err != nil {
		return nil, err
	}
	for _, by := range []struct {
		name string
		of   func(*Picture) string
	}{{"set", func(p *Picture) string { return p.Set }}, {"view", func(p *Picture) string { return p.View }}} {
		names, parts := split(pictures, by.of)
		if by.name == "set" && len(names) < 2 {
			continue // it is all of them
		}
		for _, name := range names {
			f, err := m.figures(parts[name], false)
			if err != nil {
				return nil, err
			}
			r.Parts = append(r.Parts, Part{by.name, name, f})
		}
	}
	return r, nil
}

// split deals pictures into parts by a name; those without one belong to none.
func split(pictures []Picture, of func(*Picture) string) (names []string, parts map[string][]Picture) {
	parts = map[string][]Picture{}
	for i := range pictures {
		name := of(&pictures[i])
		if name == "" {
			continue
		}
		if parts[name] == nil {
			names = append(names, name)
		}
		parts[name] = append(parts[name], pictures[i])
	}
	return names, parts
}

// reasons counts refusals and failures, the most frequent first.
func reasons(pictures []Picture) (list []Reason) {
	at := map[[2]string]int{}
	for i := range pictures {
		p := &pictures[i]
		if p.Read() {
			continue
		}
		key := [2]string{p.Refused, p.Failed}
		k, known := at[key]
		if !known {
			k = len(list)
			at[key] = k
			list = append(list, Reason{Text: cmp.Or(p.Failed, p.Refused), Failed: p.Failed != ""})
		}
		list[k].add(p.Label)
	}
	slices.SortStableFunc(list, func(a, b Reason) int { return b.All() - a.All() })
	return list
}

// measuring is how figures are computed.
type measuring struct {
	threshold, alpha float64
	seed             uint64
}

func (m measuring) figures(pictures []Picture, whole bool) (f Figures, err error) {
	in := metrics.Input{Threshold: m.threshold, Seed: m.seed}
	called, read := 0, 0
	for i := range pictures {
		p := &pictures[i]
		f.Given.add(p.Label)
		switch {
		case p.Failed != "":
			f.Failed.add(p.Label)
		case p.Refused != "":
			f.Refused.add(p.Label)
		case p.Label == Other:
			read++
			if model.Sigmoid(p.Logit) >= m.threshold {
				called++
			}
		default:
			in.Probabilities = append(in.Probabilities, model.Sigmoid(p.Logit))
			in.Labels, in.Groups = append(in.Labels, p.Label), append(in.Groups, p.Group)
		}
	}
	low, high := calibrate.Wilson(float64(called), float64(read), z95)
	f.OtherCalled = calibrate.Proportion{Hits: called, N: read, Estimate: metrics.Estimate{
		Value: metrics.Number(float64(called) / float64(read)), Low: metrics.Number(low), High: metrics.Number(high),
	}}
	if len(in.Labels) == 0 {
		return f, nil
	}
	report, err := metrics.Evaluate(in)
	if err != nil {
		return f, err
	}
	further, err := metrics.EvaluateFurther(in)
	if err != nil {
		return f, err
	}
	f.Score, f.Further = &report, &further
	f.Calibrated, err = m.calibrated(pictures, whole)
	return f, err
}

// z95 is the two-sided normal quantile of 95 %.
const z95 = 1.959963984540054

// calibrated measures what belongs to a calibrated population.
func (m measuring) calibrated(pictures []Picture, whole bool) (*Calibrated, error) {
	out := &Calibrated{}
	in := metrics.Input{Threshold: model.DefaultThreshold, Seed: m.seed}
	var sets []calibrate.Set
	level := m.alpha
	for i := range pictures {
		p := &pictures[i]
		if !p.labelled() {
			continue
		}
		if p.Fitted == nil {
			out.Without++
			continue
		}
		shown, err := p.Fitted.Show(p.Logit, 0, m.alpha)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		in.Probabilities = append(in.Probabilities, shown.Probability)
		in.Labels, in.Groups = append(in.Labels, p.Label), append(in.Groups, p.Group)
		sets = append(sets, shown.Set)
		level = math.Max(level, shown.Alpha)
		if !slices.Contains(out.Populations, p.Fitted.Population) {
			out.Populations = append(out.Populations, p.Fitted.Population)
		}
	}
	if len(sets) == 0 {
		return nil, nil
	}
	var err error
	if out.Report, err = metrics.Evaluate(in); err != nil {
		return nil, err
	}
	if out.Sets, err = calibrate.MeasureGiven(sets, in.Labels, in.Groups, level); err != nil {
		return nil, err
	}
	if whole {
		figures, err := calibrate.Measure(calibrate.Predictions{Probabilities: in.Probabilities, Labels: in.Labels, Groups: in.Groups}, m.seed)
		if err != nil {
			return nil, err
		}
		out.Reliability = &figures
	}
	return out, nil
}

// Scores are those of the pictures that were read and have a label.
func Scores(pictures []Picture) (scores []float64, labels []int) {
	for i := range pictures {
		if p := &pictures[i]; p.labelled() {
			scores, labels = append(scores, model.Sigmoid(p.Logit)), append(labels, p.Label)
		}
	}
	return scores, labels
}

// Probabilities are those of the pictures whose patients belong to a calibrated
// population.
func Probabilities(pictures []Picture) (in calibrate.Predictions) {
	for i := range pictures {
		p := &pictures[i]
		if !p.labelled() || p.Fitted == nil {
			continue
		}
		if shown, err := p.Fitted.Show(p.Logit, 0, 0); err == nil { // Measure says what is wrong
			in.Probabilities = append(in.Probabilities, shown.Probability)
			in.Labels, in.Groups = append(in.Labels, p.Label), append(in.Groups, p.Group)
		}
	}
	return in
}
