package train

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"text/template"

	"lightbox/model"
	"lightbox/model/metrics"
)

//go:embed card.md.tmpl
var englishCard string

//go:embed card.zh.md.tmpl
var chineseCard string

// cardData is what the templates see.
type cardData struct {
	Model *model.Model
	Meta  model.Meta
	This  *Record
	Rows  []*Record // this recipe, and the other where given
	Test  *model.Evaluation
	Val   *model.Evaluation
	PPV   []predictive
}

// predictive holds the predictive values at one prevalence.
type predictive struct{ Prevalence, Positive, Negative float64 }

// Cards writes the model card in English and in Simplified Chinese. other is
// the record of the other recipe or nil.
func Cards(m *model.Model, r Record, other *Record) (english, chinese []byte, err error) {
	d := cardData{Model: m, Meta: m.Meta, This: &r, Rows: []*Record{&r}, Test: r.Evaluation("test"), Val: r.Evaluation("val")}
	if other != nil {
		d.Rows = append(d.Rows, other)
	}
	if d.Test != nil {
		d.PPV = predictiveValues(d.Test.Report.Operating)
	}
	if english, err = render("card.md", englishCard, d); err != nil {
		return nil, nil, err
	}
	chinese, err = render("card.zh.md", chineseCard, d)
	return english, chinese, err
}

func render(name, text string, d cardData) ([]byte, error) {
	t, err := template.New(name).Funcs(template.FuncMap{
		"ci": interval, "pct": percent, "f": fixed,
	}).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("cannot read the template of %s: %w", name, err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, d); err != nil {
		return nil, fmt.Errorf("cannot write %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// predictiveValues turns sensitivity and specificity into predictive values
// at prevalences a reader may meet (Bayes' theorem).
func predictiveValues(p metrics.Point) []predictive {
	sensitivity, specificity := float64(p.Sensitivity.Value), float64(p.Specificity.Value)
	var out []predictive
	for _, prevalence := range []float64{0.05, 0.20, 0.60} {
		tp, fp := sensitivity*prevalence, (1-specificity)*(1-prevalence)
		tn, fn := specificity*(1-prevalence), (1-sensitivity)*prevalence
		out = append(out, predictive{prevalence, tp / (tp + fp), tn / (tn + fn)})
	}
	return out
}

// interval prints an estimate as "0.932 (0.913–0.951)".
func interval(e metrics.Estimate) string {
	if math.IsNaN(float64(e.Value)) {
		return "–"
	}
	return fmt.Sprintf("%.3f (%.3f–%.3f)", e.Value, e.Low, e.High)
}

func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }

// fixed shows a dash for a figure that has no value, such as a predictive
// value where no call of that kind was made.
func fixed(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.3f", v)
}
