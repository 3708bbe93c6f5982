package ensembles

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"text/template"

	"lightbox/model"
	"lightbox/model/calibrate"
	"lightbox/model/metrics"
)

//go:embed card.md.tmpl
var englishCard string

//go:embed card.zh.md.tmpl
var chineseCard string

// Texts are what is particular to one sort of ensemble on its cards: templates
// that define "input", "intended", "gate", "training", "data" and "commands", and
// where the sets that are known came from.
type Texts struct {
	English, Chinese string
	Sources          map[string]Source
}

// Source is a set of pictures that others published.
type Source struct{ English, Chinese string }

// cardData is what the templates see.
type cardData struct {
	Meta        model.Meta
	SHA256      string
	Record      *Record
	Populations []model.Population
	Parameters  int
	PPV         []predictive
	Sources     []setSource
}

// setSource is where a set came from, in the language of the card; empty for one
// that is the user's own.
type setSource struct {
	SetRecord
	Text string
}

// predictive holds the predictive values for the pictures of a set at one
// prevalence.
type predictive struct {
	Set                            string
	Prevalence, Positive, Negative float64
}

// Cards writes the model card in English and in Simplified Chinese.
func Cards(m *model.Model, r *Record, texts Texts) (english, chinese []byte, err error) {
	d := cardData{Meta: m.Meta, SHA256: m.SHA256(), Record: r}
	if c := m.Calibrations(); c != nil {
		d.Populations = c.Populations
	}
	for _, p := range m.Parts() {
		for _, w := range p.Weights {
			d.Parameters += len(w.Data)
		}
	}
	for _, p := range r.HeldOut {
		if p.By == "set" && !math.IsNaN(float64(p.Report.AUC.Value)) {
			d.PPV = append(d.PPV, predictiveValues(p.Name, p.Report.Operating)...)
		}
	}
	card := func(frame, own string, text func(Source) string) ([]byte, error) {
		d.Sources = nil
		for _, s := range r.Sets {
			d.Sources = append(d.Sources, setSource{s, text(texts.Sources[s.Name])})
		}
		return render(frame+own, d)
	}
	if english, err = card(englishCard, texts.English, func(s Source) string { return s.English }); err != nil {
		return nil, nil, err
	}
	chinese, err = card(chineseCard, texts.Chinese, func(s Source) string { return s.Chinese })
	return english, chinese, err
}

func render(text string, d cardData) ([]byte, error) {
	t, err := template.New("card").Funcs(template.FuncMap{
		"ci": Interval, "pct": percent, "f": fixed, "years": years, "share": share, "level": level,
	}).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("cannot read the template of the card: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, d); err != nil {
		return nil, fmt.Errorf("cannot write the card: %w", err)
	}
	return append(bytes.TrimSpace(out.Bytes()), '\n'), nil
}

// predictiveValues turns sensitivity and specificity into predictive values at
// prevalences a reader may meet (Bayes' theorem).
func predictiveValues(set string, p metrics.Point) []predictive {
	sensitivity, specificity := float64(p.Sensitivity.Value), float64(p.Specificity.Value)
	var out []predictive
	for _, prevalence := range []float64{0.02, 0.10, 0.30} {
		out = append(out, predictive{set, prevalence, metrics.PPV(sensitivity, specificity, prevalence), metrics.NPV(sensitivity, specificity, prevalence)})
	}
	return out
}

// Interval is [metrics.Estimate.Text], as a function for templates.
func Interval(e metrics.Estimate) string { return e.Text() }

func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }

// level is the coverage that sets at a level promise.
func level(alpha float64) string { return fmt.Sprintf("%.4g %%", 100*(1-alpha)) }

// share is a proportion in percent with its interval.
func share(p calibrate.Proportion) string {
	if math.IsNaN(float64(p.Value)) {
		return "–"
	}
	return fmt.Sprintf("%.1f %% (%.1f–%.1f)", 100*p.Value, 100*p.Low, 100*p.High)
}

// fixed has three decimals; a dash stands for what is no number.
func fixed(v any) string {
	var x float64
	switch v := v.(type) {
	case float64:
		x = v
	case metrics.Number:
		x = float64(v)
	}
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%.3f", x)
}

// years is a range of ages, empty for anyone.
func years(p model.Population) string {
	if p.From == 0 && p.Until == 0 {
		return ""
	}
	return fmt.Sprintf("%g ≤ … < %g", p.From, p.Until)
}
