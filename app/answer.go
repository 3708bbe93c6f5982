package app

import (
	"math"

	"lightbox/model"
	"lightbox/model/calibrate"
)

// Answer is what may be said of a result on the user's terms: every number with
// its name, its interval and whom it holds for.
type Answer struct {
	*Reading
	Terms Terms
	// Shown is at the prevalence of the calibration cases, Own at the user's; nil
	// where there is none.
	Shown, Own *calibrate.Shown
}

// Answer is that of the frame on screen; ok is false where there is no result, and
// where its number is not revealed.
func (s *Session) Answer() (a Answer, ok bool) {
	if !s.state.Reveals(RevealNumber) {
		return Answer{}, false
	}
	return NewAnswer(&s.state.Reading, s.settings.TermsOf(s.state.Reading.Finding))
}

// NewAnswer puts a reading on terms; ok is false for one that is no result.
func NewAnswer(r *Reading, t Terms) (a Answer, ok bool) {
	if r.Status != Result {
		return Answer{}, false
	}
	a = Answer{Reading: r, Terms: t}
	if shown, ok := r.Show(0, t.Alpha()); ok {
		a.Shown = &shown
	}
	if t.Prevalence != 0 && a.Shown != nil {
		if own, ok := r.Show(t.Prevalence, t.Alpha()); ok {
			a.Own = &own
		}
	}
	return a, true
}

// Value is the number as it is written.
func (a Answer) Value() string { return a.written(a.Number()) }

// written writes a number of the answer's scale.
func (a Answer) written(x float64) string {
	if a.Calibrated {
		return Percent(x)
	}
	return score(x)
}

func (a Answer) writtenRange(low, high float64) string {
	if a.Calibrated {
		return PercentRange(low, high)
	}
	if high-low < 0.02 {
		return fixed(low, 3) + "–" + fixed(high, 3)
	}
	return score(low) + "–" + score(high)
}

// Name says what the number is.
func (a Answer) Name() Message {
	if a.Calibrated {
		return Say("calibrated probability")
	}
	return Say("score, uncalibrated")
}

// Bounds are the 95 % interval of the number; ok is false where there is none.
func (a Answer) Bounds() (low, high float64, ok bool) {
	if a.Shown == nil || math.IsNaN(a.Shown.Low) || math.IsNaN(a.Shown.High) {
		return 0, 0, false
	}
	return a.Shown.Low, a.Shown.High, true
}

// Interval words Bounds.
func (a Answer) Interval() (m Message, ok bool) {
	low, high, ok := a.Bounds()
	if !ok {
		return Message{}, false
	}
	return Say("95 % interval {{.Range}}", "Range", PercentRange(low, high)), true
}

// At says at which prevalence the number holds; ok is false where that is not
// known, and for a score.
func (a Answer) At() (m Message, ok bool) {
	if a.Shown == nil {
		return Message{}, false
	}
	return Say("at a prevalence of {{.Prevalence}}", "Prevalence", ExactPercent(a.Shown.Prevalence)), true
}

// AtOwn is the probability at the user's prevalence, or why it cannot be told;
// ok is false where the user has set none.
func (a Answer) AtOwn() (m Message, ok bool) {
	own := a.Own
	switch {
	case a.Terms.Prevalence == 0:
		return Message{}, false
	case own == nil && a.Calibrated:
		return Say("Your prevalence of {{.Prevalence}} is not applied: this calibration does not say at which prevalence it holds.", "Prevalence", ExactPercent(a.Terms.Prevalence)), true
	case own == nil:
		return Say("Your prevalence of {{.Prevalence}} is not applied: a score is no probability.", "Prevalence", ExactPercent(a.Terms.Prevalence)), true
	case math.IsNaN(own.Low) || math.IsNaN(own.High):
		return Say("at your prevalence of {{.Prevalence}}: {{.Value}}", "Prevalence", ExactPercent(own.Prevalence), "Value", Percent(own.Probability)), true
	}
	return Say("at your prevalence of {{.Prevalence}}: {{.Value}} (95 % interval {{.Range}})",
		"Prevalence", ExactPercent(own.Prevalence), "Value", Percent(own.Probability), "Range", PercentRange(own.Low, own.High)), true
}

// HoldsFor says for whom the number holds; ok is false for a score.
func (a Answer) HoldsFor() (m Message, ok bool) {
	switch {
	case a.Calibration != nil && a.Shown != nil:
		n := a.Calibration.Map.Counts
		return Say("Holds for {{.Population}} ({{.Cases}} calibration pictures of {{.Patients}} patients)",
			"Population", Term(a.Calibration.Population), "Cases", n.Cases, "Patients", n.Groups), true
	case a.Calibrated:
		return Say("Holds for {{.Population}}", "Population", Term(a.Population)), true
	}
	return Message{}, false
}

// Range is what the single networks give, each on the picture and on its mirror
// image, on the number's scale; networks is their number, and 0 where there is
// nothing to compare.
func (a Answer) Range() (low, high float64, networks int) {
	if a.Explanation == nil || len(a.Explanation.Logits) == 0 {
		return 0, 0, 0
	}
	low, high = math.Inf(1), math.Inf(-1)
	for _, pair := range a.Explanation.Logits {
		for _, z := range pair {
			low, high = min(low, z), max(high, z)
		}
	}
	return a.NumberAt(low), a.NumberAt(high), len(a.Explanation.Logits)
}

// Spread words Range; ok is false where there is nothing to compare.
func (a Answer) Spread() (m Message, ok bool) {
	low, high, networks := a.Range()
	switch {
	case networks == 0:
		return Message{}, false
	case networks == 1:
		return Say("The picture and its mirror image alone: {{.Range}}", "Range", a.writtenRange(low, high)), true
	}
	return Say("{{.Networks}} networks, each on the picture and its mirror image: {{.Range}}", "Networks", networks, "Range", a.writtenRange(low, high)), true
}

// Operating says where the operating point lies and on which side of it this
// result; ok is false for a model without one.
func (a Answer) Operating() (m Message, ok bool) {
	switch at := a.written(a.Threshold); {
	case math.IsNaN(a.ThresholdLogit):
		return Message{}, false
	case a.Logit >= a.ThresholdLogit:
		return Say("Operating point {{.Threshold}}: this result is at or above it", "Threshold", at), true
	default:
		return Say("Operating point {{.Threshold}}: this result is below it", "Threshold", at), true
	}
}

// Likeness says what the most similar training pictures were; ok is false for a
// model that keeps none.
func (a Answer) Likeness() (m Message, ok bool) {
	if len(a.Similar) == 0 {
		return Message{}, false
	}
	positive := 0
	for _, c := range a.Similar {
		if c.Positive {
			positive++
		}
	}
	return Say("{{.Positive}} of the {{.Count}} most similar training pictures had the finding.", "Positive", positive, "Count", len(a.Similar)), true
}

// Distance says how far the picture lies from those of training; ok is false
// where the model cannot tell.
func (a Answer) Distance() (m Message, ok bool) {
	if a.FromTraining <= 0 {
		return Message{}, false
	}
	return Say("Distance from the training pictures: {{.Distance}}, where 1 is the distance within which 99.5 % of held-out pictures lie; beyond it the model does not read.", "Distance", score(a.FromTraining)), true
}

// Call is what the result is called at the operating point: the finding or its
// absence.
func (a Answer) Call(positive bool) Term {
	if positive {
		return Term(a.Finding)
	}
	return Term(model.Absence(a.Finding))
}

// Called is the call at the operating point in words, without the number; ok is false
// for a model that has no such point.
func (a Answer) Called() (m Message, ok bool) {
	if math.IsNaN(a.ThresholdLogit) {
		return Message{}, false
	}
	return Say("Call at the operating point: {{.Call}}", "Call", a.Call(a.Logit >= a.ThresholdLogit)), true
}

// FarFromTraining is the distance in features, in standard deviations, beyond
// which the model does not read a picture: it is held against the fifth of the
// similar pictures. ok is false where the model has no such limit.
func (a Answer) FarFromTraining() (limit float64, ok bool) {
	if a.FromTraining <= 0 || len(a.Similar) < model.Neighbours {
		return 0, false
	}
	return a.Similar[model.Neighbours-1].Distance / a.FromTraining, true
}
