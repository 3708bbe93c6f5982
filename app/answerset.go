package app

import (
	"math"

	"lightbox/model"
	"lightbox/model/calibrate"
)

// Set names the conformal set in braces; ok is false where there is none.
func (a Answer) Set() (m Message, ok bool) {
	if a.Shown == nil {
		return Message{}, false
	}
	switch a.Shown.Set {
	case calibrate.OnlyPositive:
		return Say("{ {{.Class}} }", "Class", a.Call(true)), true
	case calibrate.OnlyNegative:
		return Say("{ {{.Class}} }", "Class", a.Call(false)), true
	case calibrate.Both:
		return Say("{ both }"), true
	}
	return Say("{ neither }"), true
}

// Decided tells whether the set holds one class: a call.
func (a Answer) Decided() bool { return a.Shown != nil && a.Shown.Set.Decided() }

// Level words the level of the set.
func (a Answer) Level() string {
	if a.Shown == nil {
		return ""
	}
	return ExactPercent(1 - a.Shown.Alpha)
}

// SetMeaning says in a sentence what the set means for this film; ok is false
// where there is none.
func (a Answer) SetMeaning() (m Message, ok bool) {
	if a.Shown == nil {
		return Message{}, false
	}
	class := []any{"Level", a.Level(), "Finding", a.Call(true), "Absence", a.Call(false),
		"Negative", pValue(a.Shown.PNegative), "Positive", pValue(a.Shown.PPositive)}
	switch a.Shown.Set {
	case calibrate.OnlyPositive:
		return Say("“{{.Absence}}” is ruled out at {{.Level}}: such a picture would look this much like “{{.Finding}}” with p {{.Negative}}.", class...), true
	case calibrate.OnlyNegative:
		return Say("“{{.Finding}}” is ruled out at {{.Level}}: such a picture would look this much like “{{.Absence}}” with p {{.Positive}}.", class...), true
	case calibrate.Both:
		return Say("No call: at {{.Level}} neither class can be ruled out (“{{.Finding}}” p {{.Positive}}, “{{.Absence}}” p {{.Negative}}).", class...), true
	}
	return Say("No call: at {{.Level}} this picture is unlike the calibration pictures of either class (“{{.Finding}}” p {{.Positive}}, “{{.Absence}}” p {{.Negative}}).", class...), true
}

// pValue words a p-value with its sign.
func pValue(p float64) string {
	switch {
	case p < 0.001:
		return "< 0.001"
	case p < 0.1:
		return "= " + fixed(p, 3)
	}
	return "= " + score(p)
}

// Promise says what sets at this level promise, under which conditions, and how
// often there is no call.
func (a Answer) Promise() []Message {
	if a.Shown == nil || a.Calibration == nil {
		return nil
	}
	notes, err := a.Calibration.Conformal.Guarantee(a.Shown.Alpha)
	if err != nil { // impossible: the set was made at this level
		logProblem(err)
		return nil
	}
	list := fromNotes(notes)
	if s := a.Calibration.Summary.Sets; math.Abs(s.Alpha-a.Shown.Alpha) < 1e-9 {
		v := s.Abstained
		list = append(list, Say("Of the calibration pictures, {{.Share}} ({{.Range}}) had no call.",
			"Share", Share(float64(v.Value)), "Range", ShareRange(float64(v.Low), float64(v.High))))
	}
	return list
}

// fromNotes takes over what package calibrate has to say.
func fromNotes(notes []calibrate.Note) (list []Message) {
	for _, n := range notes {
		list = append(list, fromNote(model.Note(n)))
	}
	return list
}
