package training

import (
	"fmt"
	"strings"
	"time"

	"lightbox/app"
	"lightbox/model/metrics"
	"lightbox/model/train/ensembles"
)

// Summary is what a training that came to its end made.
type Summary struct {
	Model, Version, SHA256, Finding string

	Figures []Figure
	Remarks []app.Message // what the figures and the model are worth
	Files   []string      // that were written, in Task.Folder
	Took    time.Duration
}

// Figure is what was measured on pictures that a network had not seen, with the
// name of whose they are.
type Figure struct {
	Name app.Message
	metrics.Report
}

// FigureColumns head the cells of figures.
func FigureColumns() []app.Message {
	return []app.Message{
		app.Say("pictures"), app.Say("with the finding"), app.Say("AUC (95 % interval)"), app.Say("sensitivity (95 % interval)"), app.Say("specificity (95 % interval)"),
	}
}

// Cells are the figures as text, in the order of [FigureColumns].
func (f Figure) Cells() []string {
	return []string{
		fmt.Sprint(f.N), fmt.Sprint(f.Positives),
		ensembles.Interval(f.AUC), ensembles.Interval(f.Operating.Sensitivity), ensembles.Interval(f.Operating.Specificity),
	}
}

// Threshold is the score from which sensitivity and specificity count a picture as
// having the finding.
func (s *Summary) Threshold() (m app.Message, ok bool) {
	if len(s.Figures) == 0 {
		return m, false
	}
	at := fmt.Sprintf("%.3f", s.Figures[0].Operating.Threshold)
	return app.Say("Sensitivity and specificity hold at the threshold {{.Threshold}}. It was chosen on held-out pictures (Youden's index), so theirs are a little too good.", "Threshold", at), true
}

// Summary is what is shown of the result.
func (r *Result) Summary() *Summary {
	m := r.Record
	s := &Summary{
		Model: m.Model, Version: m.Version, SHA256: m.WeightsSHA256, Finding: m.Finding,
		Files: r.Files, Took: seconds(m.Seconds),
	}
	for _, h := range m.HeldOut {
		s.Figures = append(s.Figures, Figure{partName(h), h.Report})
	}
	if m.Recipe.One {
		s.Remarks = append(s.Remarks, app.Say("Each picture was read by the one network of the folds that had not seen its patient. The network of the model was trained on all pictures, in the same way: figures, threshold and calibration were carried over to it. Figures of other hospitals may be far from these: measure the model there with lightbox evaluate."))
	} else {
		s.Remarks = append(s.Remarks, app.Say("Each picture was read by the one network that had not seen its patient; the networks together have not been measured. Figures of other hospitals may be far from these: measure the model there with lightbox evaluate."))
	}
	if c := r.Model.Calibrations(); c != nil {
		for _, p := range c.Populations {
			s.Remarks = append(s.Remarks, calibratedFor(p.Fitted.Population))
		}
	}
	for _, u := range m.Uncalibrated {
		s.Remarks = append(s.Remarks, uncalibratedFor(u))
	}
	l := m.LeftAside
	s.Remarks = append(s.Remarks, app.Say("Left aside: {{.Test}} scans of test splits, which were not read; {{.Unreadable}} unreadable; {{.Contradictory}} labelled in two ways; {{.Unlabelled}} without a label; {{.Unknown}} with one that is not known{{.Names}}.",
		"Test", l.TestSplit, "Unreadable", l.Unreadable, "Contradictory", l.Contradictory, "Unlabelled", l.Unlabelled, "Unknown", l.UnknownClass, "Names", l.Names()))
	return s
}

// calibratedFor names whom a calibration holds for.
func calibratedFor(population string) app.Message {
	if folder, own := strings.CutPrefix(population, app.OwnPatients); own {
		return app.Say("Calibrated for patients of the folder {{.Folder}}.", "Folder", app.Printable(folder))
	}
	return app.Say("Calibrated for: {{.Population}}.", "Population", app.Term(population))
}

// uncalibratedFor names whom there is no calibration for, and why.
func uncalibratedFor(u ensembles.UncalibratedRecord) app.Message {
	why := app.Printable(u.Why)
	if folder, own := strings.CutPrefix(u.Population, app.OwnPatients); own {
		return app.Say("Not calibrated for patients of the folder {{.Folder}} ({{.Why}}).", "Folder", app.Printable(folder), "Why", why)
	}
	return app.Say("Not calibrated for: {{.Population}} ({{.Why}}).", "Population", app.Term(u.Population), "Why", why)
}

// partName says whose pictures a part of the figures comes from.
func partName(p ensembles.Part) app.Message {
	switch p.By {
	case "set":
		return app.Say("set {{.Name}}", "Name", app.Printable(p.Name))
	case "view":
		return app.Say("view {{.Name}}", "Name", app.Printable(p.Name))
	}
	return app.Say("all held-out pictures")
}
