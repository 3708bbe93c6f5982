package model

import "math"

// Absence names what the training pictures without a finding show. It is no
// statement about any other disease.
func Absence(finding string) string {
	if finding == FindingMalignant {
		return AbsenceMalignant
	}
	return AbsenceOpacity
}

// What the training pictures without the findings show.
const (
	AbsenceOpacity   = "normal"
	AbsenceMalignant = "benign or normal"
)

// OperatingLogit is the model's operating point as a logit: a picture with at
// least that is called. ok is false for a threshold of 0 or 1, which calls all
// pictures or none.
func (m *Model) OperatingLogit() (logit float64, ok bool) {
	t := m.Meta.Threshold
	if !(t > 0 && t < 1) {
		return 0, false
	}
	return math.Log(t / (1 - t)), true
}
