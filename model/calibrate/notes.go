package calibrate

import (
	"fmt"
	"math"
	"strings"

	"lightbox/model/metrics"
)

// Note is one sentence for a person, as model.Note: a code that translations
// are filed under, an English template with {{.Name}} placeholders, and their
// values. The two types convert into each other.
type Note struct {
	Code string
	Text string
	Args map[string]any
}

// String fills the English template in.
func (n Note) String() string {
	text := n.Text
	for name, value := range n.Args {
		text = strings.ReplaceAll(text, "{{."+name+"}}", fmt.Sprint(value))
	}
	return text
}

// Note codes.
const (
	CodeFitted     = "calibrate.fitted"
	CodePopulation = "calibrate.population"
	CodeError      = "calibrate.error"
	CodeGain       = "calibrate.gain"
	CodeNoGain     = "calibrate.no_gain"
	CodeLoss       = "calibrate.loss"
	CodeGuarantee  = "calibrate.guarantee"
	CodeConditions = "calibrate.conditions"
	CodePositive   = "calibrate.coverage_positive"
	CodeNegative   = "calibrate.coverage_negative"
	CodeAbstention = "calibrate.abstention"
	CodeMore       = "calibrate.more"
	CodeTooFine    = "calibrate.level_too_fine"
)

// The sentences. Percentages and probabilities come as formatted numbers.
const (
	TextFitted     = "Calibrated ({{.Kind}}) on {{.Cases}} pictures of {{.Patients}} patients, {{.Positives}} of the pictures with the finding."
	TextPopulation = "Calibration pictures: {{.Population}}."
	TextError      = "Calibration error in cross-validation: {{.Value}} (95 % interval {{.Low}} to {{.High}}). Probabilities that are exactly right would show up to {{.Chance}} on as many pictures, by chance."
	TextGain       = "Calibration made the probabilities better: log loss lower by {{.Value}} a picture (95 % interval {{.Low}} to {{.High}})."
	TextNoGain     = "Whether calibration made the probabilities better cannot be said from these pictures: log loss lower by {{.Value}} a picture (95 % interval {{.Low}} to {{.High}})."
	TextLoss       = "Calibration made the probabilities worse: log loss higher by {{.Value}} a picture (95 % interval {{.Low}} to {{.High}}). Do not use this calibration; more pictures may make one that helps."
	TextGuarantee  = "On average over calibrations like this one, at least {{.Level}} % of new pictures with the finding have it in their set, and at least {{.Level}} % of pictures without it have its absence in theirs."
	TextConditions = "This holds only for pictures like the calibration pictures: the same kind of patients, machines and reference standard. It says nothing about a single picture, and nothing about a group of patients within them."
	TextPositive   = "Pictures with the finding, {{.Cases}} calibration patients: with 95 % probability, between {{.Low}} % and {{.High}} % of new ones will have it in their set."
	TextNegative   = "Pictures without the finding, {{.Cases}} calibration patients: with 95 % probability, between {{.Low}} % and {{.High}} % of new ones will have its absence in their set."
	TextAbstention = "No call (both or neither) on {{.Value}} % of pictures (95 % interval {{.Low}} to {{.High}} %)."
	TextMore       = "To know the coverage to ±{{.Slack}} percentage points takes about {{.Cases}} calibration patients of each class."
	TextTooFine    = "The calibration patients are too few for sets at {{.Level}} %: at most {{.Finest}} % is possible."
)

// Guarantee says what the sets promise at a level, under which conditions, and
// how sure the promise is with these calibration cases. Error: [ErrBadInput].
func (c Conformal) Guarantee(alpha float64) ([]Note, error) {
	negative, positive, err := c.Coverage(alpha)
	if err != nil {
		return nil, err
	}
	notes := []Note{
		{CodeGuarantee, TextGuarantee, map[string]any{"Level": percent(1 - alpha)}},
		{CodeConditions, TextConditions, nil},
		coverageNote(CodePositive, TextPositive, positive),
		coverageNote(CodeNegative, TextNegative, negative),
	}
	if alpha < c.SmallestAlpha()-tolerance {
		notes = append(notes, Note{CodeTooFine, TextTooFine, map[string]any{
			"Level": percent(1 - alpha), "Finest": floorPercent(1 - c.SmallestAlpha()),
		}})
	}
	return notes, nil
}

func coverageNote(code, text string, c Coverage) Note {
	return Note{code, text, map[string]any{
		"Cases": c.Cases, "Low": percent(float64(c.Low)), "High": percent(float64(c.High)),
	}}
}

// Notes say in plain sentences how sure the calibration is.
func (f *Fitted) Notes() []Note {
	n, s := f.Map.Counts, f.Summary
	notes := []Note{{CodeFitted, TextFitted, map[string]any{
		"Kind": string(f.Map.Kind), "Cases": n.Cases, "Patients": n.Groups, "Positives": n.Positives,
	}}}
	if f.Population != "" {
		notes = append(notes, Note{CodePopulation, TextPopulation, map[string]any{"Population": f.Population}})
	}
	e := s.After.ECEMass
	notes = append(notes, Note{CodeError, TextError, map[string]any{
		"Value": decimals(float64(e.Value)), "Low": decimals(float64(e.Low)), "High": decimals(float64(e.High)),
		"Chance": decimals(float64(s.After.Chance.HighMass)),
	}})
	notes = append(notes, gainNote(s.Gain))
	if guarantee, err := f.Conformal.Guarantee(f.Alpha); err == nil { // a valid level always gives one
		notes = append(notes, guarantee...)
	}
	a := s.Sets.Abstained
	notes = append(notes, Note{CodeAbstention, TextAbstention, map[string]any{
		"Value": percent(float64(a.Value)), "Low": percent(float64(a.Low)), "High": percent(float64(a.High)),
	}})
	slack := max(0.01, f.Alpha/2)
	if cases, err := CasesFor(f.Alpha, slack, 0.95); err == nil && cases > min(n.PositiveGroups, n.NegativeGroups) {
		notes = append(notes, Note{CodeMore, TextMore, map[string]any{"Slack": percent(slack), "Cases": cases}})
	}
	return notes
}

// gainNote says whether calibration lowered the log loss, raised it, or neither can
// be said.
func gainNote(gain metrics.Estimate) Note {
	args := func(value, low, high metrics.Number) map[string]any {
		return map[string]any{"Value": decimals(float64(value)), "Low": decimals(float64(low)), "High": decimals(float64(high))}
	}
	switch {
	case gain.Low > 0:
		return Note{CodeGain, TextGain, args(gain.Value, gain.Low, gain.High)}
	case gain.High < 0:
		return Note{CodeLoss, TextLoss, args(-gain.Value, -gain.High, -gain.Low)}
	}
	return Note{CodeNoGain, TextNoGain, args(gain.Value, gain.Low, gain.High)}
}

// percent has one decimal, none where it would be 0.
func percent(p float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", 100*p), ".0")
}

// floorPercent never promises more than there is.
func floorPercent(p float64) string { return percent(math.Floor(1000*p) / 1000) }

func decimals(v float64) string { return fmt.Sprintf("%.3f", v) }
