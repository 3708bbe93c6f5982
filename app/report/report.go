// Package report writes what an evaluation found as pages that need nothing but a
// browser: one in English, one in Simplified Chinese, with their charts inside.
package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"path/filepath"
	"time"

	"lightbox/app"
	"lightbox/app/evaluation"
	"lightbox/assets"
	"lightbox/model"
	"lightbox/model/calibrate"
	"lightbox/model/chart"
	"lightbox/model/measured"
	"lightbox/model/metrics"
	"lightbox/model/train/ensembles"
)

//go:embed page.html.tmpl
var pageTemplate string

// Names of the files of a report.
const (
	English = "report.html"
	Chinese = "report.zh.html"
	Figures = "evaluation.json"
)

// Info is what a report says beside the evaluation itself.
type Info struct {
	Program string // with its version
	Command string
	Date    time.Time
}

// Write writes a report into a folder, which is there.
func Write(folder string, e *evaluation.Evaluation, info Info) error {
	for _, page := range []struct {
		name     string
		language chart.Language
	}{{English, chart.English}, {Chinese, chart.Chinese}} {
		data, err := Page(e, info, page.language)
		if err != nil {
			return err
		}
		if err := model.WriteFileAtomic(filepath.Join(folder, page.name), data); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(e.Result, "", "  ")
	if err != nil {
		return fmt.Errorf("the figures cannot be written: %w", err)
	}
	return model.WriteFileAtomic(filepath.Join(folder, Figures), append(text, '\n'))
}

// page is what the template sees.
type page struct {
	*measured.Result
	Language                            chart.Language
	Model, Version, Finding, Population string
	WeightsSHA256, DataSHA256, Program  string
	Folder, Split, Date, Command        string
	Threshold                           float64
	ThresholdSource                     string
	Counts                              []counted
	Unlabelled                          int
	Further                             []further
	Charts                              []template.HTML
	Refused                             []refused
	MoreRefused                         int
}

// counted is a row of counts.
type counted struct {
	Name string
	measured.Count
}

// further is what else the score is worth, on all scans or a part of them.
type further struct {
	By, Name string
	*metrics.Further
}

// furthers are those of all scans and of each part that was measured.
func furthers(r *measured.Result) (list []further) {
	add := func(by, name string, f *metrics.Further) {
		if f != nil {
			list = append(list, further{by, name, f})
		}
	}
	add("all", "", r.All.Further)
	for _, p := range r.Parts {
		add(p.By, p.Name, p.Further)
	}
	return list
}

// refused is a scan without a number.
type refused struct{ Set, Name, Class, Why string }

// maxRefused bounds the list of scans without a number.
const maxRefused = 1000

// Page is the report in one language.
func Page(e *evaluation.Evaluation, info Info, language chart.Language) ([]byte, error) {
	say := func(text string) string {
		if t, ok := chinese[text]; ok && language == chart.Chinese {
			return t
		}
		return text
	}
	sentences := map[string]string{}
	if text, err := assets.Translation(string(language)); err != nil || json.Unmarshal(text, &sentences) != nil {
		return nil, fmt.Errorf("the translations of %s cannot be read", language) // they are part of the program
	}
	about := func(text string) string { return e.Reason(text, sentences) }
	m := e.Model.Meta
	p := page{
		Result: e.Result, Language: language, Model: m.Name, Version: m.Version, Finding: say(m.Finding), Population: say(m.Population),
		WeightsSHA256: e.Model.SHA256(), DataSHA256: e.SHA256, Program: info.Program, Folder: e.Name(), Split: e.Split,
		Date: info.Date.Format(time.DateOnly), Command: info.Command, Threshold: m.Threshold, ThresholdSource: m.ThresholdSource, Unlabelled: e.Unlabelled,
	}
	all := e.All
	read := measured.Count{
		Positive: all.Given.Positive - all.Refused.Positive - all.Failed.Positive,
		Negative: all.Given.Negative - all.Refused.Negative - all.Failed.Negative,
		Other:    all.Given.Other - all.Refused.Other - all.Failed.Other,
	}
	p.Counts = []counted{{say("found"), all.Given}, {say("refused"), all.Refused}, {say("unreadable"), all.Failed}, {say("read"), read}}
	reasons := append([]measured.Reason(nil), e.Reasons...)
	for i := range reasons {
		reasons[i].Text = about(reasons[i].Text)
	}
	shown := *e.Result
	shown.Reasons = reasons
	p.Result = &shown
	p.Further = furthers(e.Result)
	for i := range e.Pictures {
		q := &e.Pictures[i]
		if q.Read() {
			continue
		}
		if len(p.Refused) == maxRefused {
			p.MoreRefused++
			continue
		}
		class := map[int]string{1: "positive", 0: "negative", measured.Other: "other"}[q.Label]
		p.Refused = append(p.Refused, refused{q.Set, q.Name, say(class), about(q.Refused + q.Failed)})
	}
	var err error
	if p.Charts, err = charts(e, language); err != nil {
		return nil, err
	}
	t, err := template.New("page").Funcs(template.FuncMap{
		"t": say, "ci": ensembles.Interval, "f": decimals, "share": share, "level": level, "percent": app.ExactPercent, "meaning": func(code string) string { return meanings[code] },
	}).Parse(pageTemplate)
	if err != nil {
		return nil, fmt.Errorf("the page of the report cannot be read: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("the report cannot be written: %w", err)
	}
	return out.Bytes(), nil
}

// charts are those of the scores, and where there are probabilities of those.
func charts(e *evaluation.Evaluation, l chart.Language) (list []template.HTML, err error) {
	add := func(f chart.Figure, failed error) {
		if err != nil {
			return
		}
		if err = failed; err != nil {
			return
		}
		var svg string
		svg, err = f.SVG()
		list = append(list, template.HTML(svg)) //nolint:gosec // made by package chart, whose texts are escaped
	}
	scores, labels := measured.Scores(e.Pictures)
	if len(scores) == 0 {
		return nil, nil
	}
	add(chart.ROC(l, "", bySet(e, scores, labels)))
	add(chart.Histogram(l, "", scores, labels, e.Threshold))
	c := e.All.Calibrated
	if c == nil || c.Reliability == nil {
		return list, err
	}
	add(chart.Reliability(l, "", []chart.Binned{{Bins: c.Reliability.Bins}}))
	var thresholds []float64
	for k := 1; k < 50; k++ {
		thresholds = append(thresholds, float64(k)/50)
	}
	curve, failed := calibrate.DecisionCurve(measured.Probabilities(e.Pictures), thresholds, 0, e.Seed)
	if failed != nil {
		return list, failed
	}
	add(chart.Decision(l, "", curve))
	return list, err
}

// bySet are the scores of all scans and, where there are several sets, of each.
func bySet(e *evaluation.Evaluation, scores []float64, labels []int) []chart.Scored {
	groups := []chart.Scored{{Scores: scores, Labels: labels, Threshold: e.Threshold}}
	const most = 4 // curves that can still be told apart
	for _, part := range e.Parts {
		if part.By != "set" || len(groups) > most {
			continue
		}
		var own []measured.Picture
		for _, p := range e.Pictures {
			if p.Set == part.Name {
				own = append(own, p)
			}
		}
		s, y := measured.Scores(own)
		if !math.IsNaN(metrics.AUC(s, y)) {
			groups = append(groups, chart.Scored{Name: part.Name, Scores: s, Labels: y, Threshold: math.NaN()})
		}
	}
	return groups
}

// share is a proportion in percent with its interval.
func share(p calibrate.Proportion) string {
	if math.IsNaN(float64(p.Value)) {
		return "–"
	}
	return fmt.Sprintf("%.1f %% (%.1f–%.1f)", 100*p.Value, 100*p.Low, 100*p.High)
}

// level is the coverage that sets at a level promise.
func level(alpha float64) string { return fmt.Sprintf("%.4g %%", 100*(1-alpha)) }

func decimals(v any) string {
	switch v := v.(type) {
	case float64:
		return fmt.Sprintf("%.3f", v)
	case metrics.Number:
		return fmt.Sprintf("%.3f", float64(v))
	}
	return "–"
}
