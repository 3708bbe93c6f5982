package app

import (
	"math"
	"slices"

	"lightbox/model/calibrate"
	"lightbox/model/metrics"
)

// Bin is the bin of the reliability diagram that the probability falls in; nil
// where the result has no calibration of its own.
func (a Answer) Bin() *calibrate.Bin {
	if a.Shown == nil || a.Calibration == nil {
		return nil
	}
	var nearest *calibrate.Bin
	gap := math.Inf(1)
	bins := a.Calibration.Summary.After.Bins
	for i := range bins {
		b := &bins[i]
		d := max(b.Low-a.Shown.Probability, a.Shown.Probability-b.High, 0)
		if d < gap {
			nearest, gap = b, d
		}
	}
	return nearest
}

// Reliability says how well the calibration holds, this film's neighbours first.
func (a Answer) Reliability() (list []Message) {
	m := a.Measured
	if m == nil {
		return a.notMeasured()
	}
	if b := a.Bin(); b != nil {
		list = append(list, Say("Of {{.Count}} calibration pictures that were given {{.Range}}, {{.Share}} had the finding (95 % interval {{.Interval}}).",
			"Count", b.Rate.N, "Range", PercentRange(b.Low, b.High), "Share", Share(float64(b.Rate.Value)),
			"Interval", ShareRange(float64(b.Rate.Low), float64(b.Rate.High))))
	} else {
		list = append(list, a.notOne())
	}
	notes := slices.DeleteFunc(m.Notes(), func(n calibrate.Note) bool {
		return n.Code != calibrate.CodeFitted && n.Code != calibrate.CodePopulation
	})
	list = append(list, fromNotes(notes)...)
	// The interval of the error lies high, as its documentation says: chance is
	// what it is to be held against.
	e := m.Summary.After
	return append(list, Say("Calibration error in cross-validation: {{.Value}}. By chance alone, probabilities that are exactly right show up to {{.Chance}} on as many pictures.",
		"Value", fixed(float64(e.ECEMass.Value), 3), "Chance", fixed(float64(e.Chance.HighMass), 3)))
}

// notOne says that figures of a population stand beside a result that is not
// known to belong to it.
func (a Answer) notOne() Message {
	return Say("This patient is not known to belong to the calibration pictures' population: these are figures of the model, and say nothing of this score.")
}

func (a Answer) notMeasured() []Message {
	if a.NotMeasured != nil {
		return []Message{*a.NotMeasured}
	}
	return nil
}

// Discrimination says how well the model tells the classes apart, at its
// operating point and over all: among the calibration patients, whose ROC it is, then
// on each set that was measured.
func (a Answer) Discrimination() []Message { return append(a.ofCalibration(), a.performance()...) }

func (a Answer) ofCalibration() (list []Message) {
	m := a.Measured
	if m == nil {
		return a.notMeasured()
	}
	if rates, ok := a.Rates(); ok {
		list = append(list, Say("At the operating point: sensitivity {{.Sensitivity}} ({{.SensitivityRange}}), specificity {{.Specificity}} ({{.SpecificityRange}}).",
			"Sensitivity", Share(float64(rates.Sensitivity.Value)), "SensitivityRange", estimateRange(rates.Sensitivity),
			"Specificity", Share(float64(rates.Specificity.Value)), "SpecificityRange", estimateRange(rates.Specificity)))
	}
	if auc := m.Conformal.AUC(); math.IsNaN(float64(auc.Low)) {
		list = append(list, Say("AUC {{.Value}}, without an interval.", "Value", area(auc.Value)))
	} else {
		list = append(list, Say("AUC {{.Value}} (95 % interval {{.Low}}–{{.High}}).", "Value", area(auc.Value), "Low", area(auc.Low), "High", area(auc.High)))
	}
	n := m.Map.Counts
	list = append(list, Say("{{.Positive}} patients with the finding and {{.Negative}} without, each counted once, by networks that had not seen them: {{.Population}}.",
		"Positive", n.PositiveGroups, "Negative", n.NegativeGroups, "Population", Term(m.Population)))
	if a.Calibration == nil {
		list = append(list, a.notOne())
	}
	return list
}

// Rates are sensitivity and specificity of the operating point among the
// calibration patients; ok is false without either.
func (a Answer) Rates() (r calibrate.Rates, ok bool) {
	if a.Measured == nil || math.IsNaN(a.ThresholdLogit) {
		return r, false
	}
	return a.Measured.Conformal.RatesAt(a.ThresholdLogit), true
}

func estimateRange(e metrics.Estimate) string { return ShareRange(float64(e.Low), float64(e.High)) }

func area(x metrics.Number) string {
	if x > 0.9995 && x < 1 {
		return "> 0.999"
	}
	return fixed(float64(x), 3)
}
