package cli

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lightbox/app/evaluation"
	"lightbox/app/training"
	"lightbox/model/calibrate"
	"lightbox/model/measured"
	"lightbox/model/metrics"
	"lightbox/model/train/ensembles"
)

// addTo adds what was measured to the files beside the weights.
func (o evaluateOptions) addTo(e *evaluation.Evaluation) error {
	folder := filepath.Dir(o.model)
	r, err := ensembles.ReadRecord(filepath.Join(folder, ensembles.MetricsFile))
	if err != nil {
		return err
	}
	switch {
	case r.WeightsSHA256 != e.Model.SHA256():
		return fmt.Errorf("the metrics in %s belong to other weights", folder)
	case len(r.HeldOut) == 0:
		return fmt.Errorf("the metrics in %s were written by an older program: nothing is added to them", folder)
	}
	var sets []string
	for _, p := range e.Pictures {
		if !slices.Contains(sets, p.Set) {
			sets = append(sets, p.Set)
		}
	}
	r.Add(ensembles.Measurement{
		Date: time.Now().Format(time.DateOnly), Program: program(), Data: e.Name(), Split: e.Split, SHA256: e.SHA256, Result: *e.Result,
	}, sets)
	text, err := r.Encode()
	if err != nil {
		return err
	}
	english, chinese, err := ensembles.Cards(e.Model, r, training.Texts(e.Model))
	if err != nil {
		return err
	}
	return ensembles.WriteFiles(folder, []ensembles.File{
		{Name: ensembles.MetricsFile, Data: text}, {Name: ensembles.CardFile, Data: english}, {Name: ensembles.CardFileChinese, Data: chinese},
	})
}

// unknownClasses ends a line on what was given with the classes that are not known.
func unknownClasses(e *evaluation.Evaluation) string {
	if len(e.UnknownClasses) == 0 {
		return ""
	}
	return "; classes that are not known, and count as other ones: " + e.Unknown()
}

// estimate prints a figure with its interval.
func estimate(e metrics.Estimate) string {
	if math.IsNaN(float64(e.Value)) {
		return "–"
	}
	return fmt.Sprintf("%.4f (%.4f–%.4f)", e.Value, e.Low, e.High)
}

// printMeasured words a measurement on a folder.
func printMeasured(w io.Writer, data string, e *evaluation.Evaluation) error {
	var b strings.Builder
	m := e.Model.Meta
	fmt.Fprintf(&b, "%s %s, %s\nweights sha256 %s\ndata %s", m.Name, m.Version, m.Finding, e.Model.SHA256(), data)
	if e.Split != "" {
		fmt.Fprintf(&b, ", split %s", e.Split)
	}
	all := e.All
	fmt.Fprintf(&b, ", sha256 %s\n%s given, %s refused, %s unreadable", e.SHA256, counts(all.Given), counts(all.Refused), counts(all.Failed))
	if e.Unlabelled > 0 {
		fmt.Fprintf(&b, "; %d without a class were not read", e.Unlabelled)
	}
	b.WriteString(unknownClasses(e))
	b.WriteString("\n")
	for _, r := range e.Reasons {
		fmt.Fprintf(&b, "  %s: %s\n", counts(r.Count), r.Text)
	}
	if all.Score != nil {
		printScore(&b, all)
		printFurther(&b, all.Further)
		printCalibrated(&b, all.Calibrated)
	}
	if all.OtherCalled.N > 0 {
		fmt.Fprintf(&b, "of other classes %s called positive at the operating point\n", proportion(all.OtherCalled))
	}
	for _, p := range e.Parts {
		name := fmt.Sprintf("%s %s", p.By, p.Name)
		if s := p.Score; s != nil {
			fmt.Fprintf(&b, "%-32s n %d (%d with), %d refused  AUC %s  sensitivity %s  specificity %s", name, s.N, s.Positives, p.Refused.All(),
				ensembles.Interval(s.AUC), ensembles.Interval(s.Operating.Sensitivity), ensembles.Interval(s.Operating.Specificity))
			if p.Calibrated != nil {
				fmt.Fprintf(&b, "  ECE %s", ensembles.Interval(p.Calibrated.Report.ECE))
			}
			b.WriteString("\n")
		} else {
			fmt.Fprintf(&b, "%-32s %s given, %d refused\n", name, counts(p.Given), p.Refused.All())
		}
	}
	for _, a := range e.Audits {
		fmt.Fprintf(&b, "audit, %-28s AUC %s  n %d", a.Code+":", ensembles.Interval(a.AUC), a.N)
		if a.Unread > 0 {
			fmt.Fprintf(&b, ", in %d nothing to read", a.Unread)
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func printScore(b *strings.Builder, f measured.Figures) {
	s := f.Score
	fmt.Fprintf(b, `score, no probability: n %d (%d with the finding), %d patients; 95 %% intervals from %d resamples
AUC          %s
at 0.5       accuracy %s  sensitivity %s  specificity %s
at %-9.4f accuracy %s  sensitivity %s  specificity %s
Brier score  %s
ECE (15)     %s
`,
		s.N, s.Positives, s.Groups, s.Resamples, estimate(s.AUC),
		estimate(s.Half.Accuracy), estimate(s.Half.Sensitivity), estimate(s.Half.Specificity), s.Operating.Threshold,
		estimate(s.Operating.Accuracy), estimate(s.Operating.Sensitivity), estimate(s.Operating.Specificity), estimate(s.Brier), estimate(s.ECE))
}

// printFurther says what thresholds chosen on these pictures reach, and what a call at
// the model's own is worth.
func printFurther(b *strings.Builder, f *metrics.Further) {
	if f == nil {
		return
	}
	r := f.Reached
	fmt.Fprintf(b, `at thresholds chosen on these very pictures, upper bounds and no operating points:
  sensitivity %s at 90 %% specificity, %s at 95 %%
  specificity %s at 95 %% sensitivity
predictive values at the operating point, by Bayes' theorem:
`, estimate(r.SensitivityAtSpecificity90), estimate(r.SensitivityAtSpecificity95), estimate(r.SpecificityAtSensitivity95))
	for _, p := range f.Predictive {
		fmt.Fprintf(b, "  at a prevalence of %2.0f %%: positive %s  negative %s\n", 100*p.Prevalence, estimate(p.PPV), estimate(p.NPV))
	}
}

func printCalibrated(b *strings.Builder, c *measured.Calibrated) {
	if c == nil {
		b.WriteString("no calibration applies: no figures of a probability (see --population, --calibration)\n")
		return
	}
	fmt.Fprintf(b, "calibrated probability (%s): n %d (%d with)", strings.Join(c.Populations, "; "), c.Report.N, c.Report.Positives)
	if c.Without > 0 {
		fmt.Fprintf(b, ", %d belong to no calibrated population", c.Without)
	}
	fmt.Fprintf(b, "\nat 0.5       accuracy %s  sensitivity %s  specificity %s\nBrier score  %s\nECE (15)     %s\n",
		estimate(c.Report.Half.Accuracy), estimate(c.Report.Half.Sensitivity), estimate(c.Report.Half.Specificity), estimate(c.Report.Brier), estimate(c.Report.ECE))
	if r := c.Reliability; r != nil {
		fmt.Fprintf(b, "ECE (mass)   %s, by chance alone up to %.4f\n", estimate(r.ECEMass), r.Chance.HighMass)
	}
	fmt.Fprintf(b, "sets at %.4g %%: truth in the set %s with the finding, %s without; no call %s; wrong %s of the calls\n", 100*(1-c.Sets.Alpha),
		proportion(c.Sets.PositiveCovered), proportion(c.Sets.NegativeCovered), proportion(c.Sets.Abstained), proportion(c.Sets.Wrong))
}

func counts(c measured.Count) string {
	return fmt.Sprintf("%d (%d with, %d without, %d other)", c.All(), c.Positive, c.Negative, c.Other)
}

// proportion is a share in percent with its interval.
func proportion(p calibrate.Proportion) string {
	if p.N == 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d, %.1f %% (%.1f–%.1f)", p.Hits, p.N, 100*p.Value, 100*p.Low, 100*p.High)
}
