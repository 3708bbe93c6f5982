package app

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"lightbox/model"
	"lightbox/model/calibrate"
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
	// Threshold is the operating point of the model, on the scale of Number, and
	// ThresholdLogit as a logit; both are not numbers where there is none.
	Threshold, ThresholdLogit float64

	// Performance is how well the model did on pictures it had not seen, set by set;
	// empty where it was not measured.
	Performance []Performance

	// Chosen says why this model was taken, where the program chose.
	Chosen *Message

	Reason   *Message  // why Refused or Failed
	Cautions []Message // what limits a Result

	Spread float64 // standard deviation of the logits of all networks and views
	// Explanation is what a Result hangs on; nil without one.
	Explanation *model.Explanation
	// Similar are the training pictures that are most like this one.
	Similar []model.Case
	// FromTraining is how far the picture lies from those of training: above 1
	// it is unlike them. 0 where the model cannot tell.
	FromTraining float64
	// Calibration is that of this patient's population; nil without one.
	Calibration *calibrate.Fitted
	// Measured is how well the model did on the population of this patient's age,
	// whether or not the patient is known to belong to it; nil without, and
	// NotMeasured then says why.
	Measured    *calibrate.Fitted
	NotMeasured *Message

	Elapsed time.Duration // preprocessing and inference

	notes []model.Note // of the gate, the first of Cautions
	// inPopulation tells that the gate found the patient inside the model's
	// population, unlike that no calibration is for such a scan.
	inPopulation, unlike bool
	// scale turns a logit into Number; nil before there is a Result.
	scale func(logit float64) float64
}

// Number is what is shown of a Result: the probability where it is calibrated
// for this patient, else the score.
func (r *Reading) Number() float64 {
	if r.Calibrated {
		return r.Probability
	}
	return r.Score
}

// NumberAt is what Number would be for another logit of the same patient.
func (r *Reading) NumberAt(logit float64) float64 {
	if r.scale == nil {
		return model.Sigmoid(logit)
	}
	return r.scale(logit)
}

// Show is what may be shown of a calibrated result at a prevalence and a level
// of the sets; 0 for those of the calibration. ok is false for a result that is
// not calibrated for this patient.
func (r *Reading) Show(prevalence, alpha float64) (shown calibrate.Shown, ok bool) {
	if r.Status != Result || r.Calibration == nil {
		return calibrate.Shown{}, false
	}
	shown, err := r.Calibration.Show(r.Logit, prevalence, alpha)
	return shown, err == nil
}

// similarCases is how many of the most similar training pictures are shown.
const similarCases = 10

// Read asks the gate whether the model may read the scan and, if so, reads it
// and says why. It fails with fault.Interrupted when ctx is cancelled and with
// fault.InternalError for a defect of ours; everything else is in the Reading.
func (n *Network) Read(ctx context.Context, s *vision.Scan) (r Reading, err error) {
	defer fault.Contain(s.Path, &err)
	start := time.Now()
	facts := factsOf(s)
	c, err := n.choose(facts)
	if err != nil {
		return failed(Reading{}, start, err), nil
	}
	if r = gated(c, s, facts); r.Status != Refused {
		r.Chosen = c.why
		err = n.read(ctx, c.Model, s, &r)
	}
	if ctx.Err() != nil {
		return Reading{}, fault.Wrap(fault.Interrupted, s.Path, ctx.Err())
	}
	if err != nil {
		return failed(r, start, err), nil
	}
	r.Elapsed = time.Since(start)
	return r, nil
}

// read is what takes time: what the picture looks like, and the networks.
func (n *Network) read(ctx context.Context, m *model.Model, s *vision.Scan, r *Reading) error {
	rows, columns, pix, err := s.ModelInput(ctx)
	if err != nil {
		return err
	}
	g := model.Gray{Rows: rows, Columns: columns, Pix: pix}
	if refusal, err := n.look(m, g); err != nil || refusal != nil {
		if refusal != nil {
			r.refuse(fromNote(*refusal))
		}
		return err
	}
	x, err := m.Explain(ctx, g)
	if err != nil {
		return err
	}
	if d, ok := m.DistanceFromTraining(x); ok {
		r.FromTraining = d
	}
	if refusal := model.TooFar(r.FromTraining); refusal != nil {
		r.refuse(fromNote(*refusal))
		return nil
	}
	p := x.Prediction
	r.Status, r.Explanation, r.Similar = Result, x, m.Nearest(x, similarCases)
	r.Logit, r.Score, r.Probability, r.Spread = p.Logit, p.Score, p.Score, p.Spread
	r.calibrate(m, ageYears(s.Header.Age))
	return nil
}

// calibrate finds out what the number of a Result may be called.
func (r *Reading) calibrate(m *model.Model, age *float64) {
	r.scale = model.Sigmoid
	fitted, anyone := m.Calibrations().For(age)
	r.Measured = fitted
	switch {
	case m.Calibrations() == nil:
		r.NotMeasured = reason(Say("This model has no calibration: its number is a score, which ranks pictures. How often it is right is not known."))
	case fitted == nil && age == nil:
		r.NotMeasured = reason(Say("The calibrations of this model go by age, and the age of this patient is not known."))
	case fitted == nil:
		r.NotMeasured = reason(Say("None of the calibrations of this model is for patients of this age."))
	case r.inPopulation || anyone && !r.unlike:
		r.Calibration = fitted
		if anyone {
			r.forgetPatient()
		}
		if shown, ok := r.Show(0, 0); ok {
			r.Probability, r.Calibrated, r.scale = shown.Probability, true, fitted.Map.Probability
		}
	}
	if cut, ok := m.OperatingLogit(); ok {
		r.ThresholdLogit, r.Threshold = cut, r.scale(cut)
	}
}

func reason(m Message) *Message { return &m }

// forgetPatient takes back what the gate said about the patient's age and about a
// sex that is not known, where the probability is calibrated for any patient.
func (r *Reading) forgetPatient() {
	var kept []Message
	for i, c := range r.Cautions {
		if i >= len(r.notes) || !slices.Contains(aboutPatient, r.notes[i].Code) {
			kept = append(kept, c)
		}
	}
	r.Cautions, r.notes = kept, nil
}

var aboutPatient = []string{model.CodeAgeUnknown, model.CodeAgeOutside, model.CodeSexUnknown}

// refuse turns the reading into a refusal.
func (r *Reading) refuse(why Message) { r.Status, r.Reason = Refused, &why }

// Gate is the part of Read that takes no time: it tells why no model may read
// the scan by what its file says. Where one may, the Reading's Status is not
// Refused.
func (n *Network) Gate(s *vision.Scan) (r Reading, err error) {
	defer fault.Contain(s.Path, &err)
	facts := factsOf(s)
	c, err := n.choose(facts)
	if err != nil {
		return Reading{}, err
	}
	return gated(c, s, facts), nil
}

// gated is a reading before the prediction.
func gated(c chosen, s *vision.Scan, facts model.Facts) Reading {
	m := c.Model
	r := Reading{
		Model: m.Meta.Name, Version: m.Meta.Version,
		Finding: m.Meta.Finding, Population: m.Meta.Population, Threshold: math.NaN(), ThresholdLogit: math.NaN(),
		Performance: performanceOf(m),
	}
	verdict := model.Gate(m, facts)
	r.notes = verdict.Cautions
	for _, c := range verdict.Cautions {
		r.Cautions = append(r.Cautions, fromNote(c))
	}
	r.inPopulation, r.unlike = verdict.InPopulation, verdict.Unlike
	if s.Incomplete != nil {
		r.Cautions = append(r.Cautions, Say("The file is incomplete ({{.Detail}}).", "Detail", detailOf(s.Incomplete)))
	}
	switch {
	case !verdict.Eligible:
		why := Say("The model may not read this scan.")
		if verdict.Reason != nil {
			why = fromNote(*verdict.Reason)
		}
		r.refuse(why)
	case c.refusal != nil:
		r.refuse(*c.refusal)
	case s.Decoded < s.Stored.Rows:
		r.refuse(Say("Only {{.Rows}} of {{.All}} rows of this image could be decoded; the model reads whole images only.", "Rows", s.Decoded, "All", s.Stored.Rows))
	}
	return r
}

func failed(r Reading, start time.Time, err error) Reading {
	why := Say("The model could not read this scan: {{.Detail}}.", "Detail", detailOf(err))
	r.Status, r.Reason, r.Elapsed = Failed, &why, time.Since(start)
	return r
}

// factsOf is what the gate looks at.
func factsOf(s *vision.Scan) model.Facts {
	h := &s.Header
	return model.Facts{
		Format: string(s.Format), Modality: h.Modality,
		BodyPart: h.BodyPart, View: cmp.Or(h.ViewPosition, h.ViewCode),
		AgeYears: ageYears(h.Age), Sex: h.Sex,
		Lossy: s.Lossy, LossyRatio: s.LossyRatio,
		Colour: s.Colourful(),
		Rows:   s.Values.Rows, Columns: s.Values.Columns,
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
