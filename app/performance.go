package app

import (
	"math"

	"lightbox/model"
)

// Performance is what is said of how well a model did on one set of pictures that it
// had not seen.
type Performance struct {
	Brief *Message // the AUC; nil where it is not known, as for pictures of one class
	Full  Message  // with sensitivity and specificity
}

// performanceOf words what was measured of a model.
func performanceOf(m *model.Model) (list []Performance) {
	for _, p := range m.Performance() {
		list = append(list, Performance{Brief: briefly(p), Full: inFull(p)})
	}
	return list
}

func briefly(p model.Performance) *Message {
	auc := p.Report.AUC
	if math.IsNaN(float64(auc.Value)) {
		return nil
	}
	pairs := []any{"AUC", fixed(float64(auc.Value), 3), "Low", fixed(float64(auc.Low), 3), "High", fixed(float64(auc.High), 3), "N", p.Report.N}
	set := append(pairs, "Set", Printable(p.Set))
	switch p.On {
	case model.TestSplit:
		return reason(Say("test AUC {{.AUC}} ({{.Low}}–{{.High}} at 95 %, {{.N}} pictures of the same hospital)", pairs...))
	case model.HeldOut:
		return reason(Say("held-out AUC {{.AUC}} ({{.Low}}–{{.High}} at 95 %, {{.N}} pictures of {{.Set}})", set...))
	default:
		return reason(Say("AUC {{.AUC}} elsewhere ({{.Low}}–{{.High}} at 95 %, {{.N}} pictures of {{.Set}})", set...))
	}
}

func inFull(p model.Performance) Message {
	at := p.Report.Operating
	pairs := []any{
		"Set", Printable(p.Set), "Date", Printable(p.Date), "AUC", p.Report.AUC.Text(), "Sensitivity", at.Sensitivity.Text(), "Specificity", at.Specificity.Text(),
		"N", p.Report.N, "Positive", p.Report.Positives, "Refused", p.Refused,
	}
	switch p.On {
	case model.TestSplit:
		return Say("Test split, pictures of the same hospital: AUC {{.AUC}}; at the operating point sensitivity {{.Sensitivity}}, specificity {{.Specificity}}. {{.N}} pictures, {{.Positive}} with the finding.", pairs...)
	case model.HeldOut:
		return Say("Held out, set {{.Set}}: AUC {{.AUC}}; at the operating point sensitivity {{.Sensitivity}}, specificity {{.Specificity}}. {{.N}} pictures, {{.Positive}} with the finding, each read by one network that had not seen its patient.", pairs...)
	default:
		return Say("Measured on {{.Set}} ({{.Date}}): AUC {{.AUC}}; at the operating point sensitivity {{.Sensitivity}}, specificity {{.Specificity}}. {{.N}} pictures, {{.Positive}} with the finding; {{.Refused}} refused ones are left out.", pairs...)
	}
}

// performance is how the model did, set by set, under a line that says that the
// figures are the model's.
func (a Answer) performance() (list []Message) {
	for _, p := range a.Reading.Performance {
		list = append(list, p.Full)
	}
	if len(list) == 0 {
		return nil
	}
	return append([]Message{Say("Figures of the model, with 95 % intervals:")}, list...)
}
