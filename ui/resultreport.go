package ui

import (
	"image"
	"math"
	"path/filepath"

	"fyne.io/fyne/v2"

	"lightbox/app"
)

// resultReport is what the strips say of the result, in English and in numbers.
// What is not known or not shown is null.
type resultReport struct {
	Mode     string `json:"mode"`     // direct, second-reader
	Revealed string `json:"revealed"` // how much of the result is shown: nothing, finding, number, places
	Demo     bool   `json:"demo"`

	Status  string  `json:"status"` // result, not eligible, not assessed, failed, not revealed
	Model   string  `json:"model"`
	Version string  `json:"model_version"`
	Asked   string  `json:"model_asked"` // auto, or the model that was asked for
	Chosen  *string `json:"chosen"`      // why, where the program chose
	// Performance is how the model did, a sentence for each set that was measured.
	Performance []string `json:"performance"`

	NumberName string      `json:"number_name"`
	Interval   *[2]float64 `json:"interval95"`
	HoldsFor   *string     `json:"holds_for"`
	Prevalence *float64    `json:"prevalence"`
	Own        *ownReport  `json:"own_prevalence"`
	Set        *setReport  `json:"conformal_set"`
	Threshold  *float64    `json:"operating_point"` // on the number's scale
	Networks   int         `json:"networks"`
	Range      *[2]float64 `json:"range_over_networks"`

	Reliability  [][3]float64     `json:"reliability"` // mean probability, share with the finding, films
	ROC          *rocReport       `json:"roc"`
	Similar      *similarReport   `json:"similar"`
	FromTraining *float64         `json:"from_training"`
	Stability    *stabilityReport `json:"stability"`

	Choices []choiceReport    `json:"choices"`
	Words   map[string]string `json:"words"` // as they stand on the screen
	// Where things are on the screen: x, y, width, height in pixels; without
	// width where they are hidden.
	Places map[string][4]int `json:"places"`
}

type ownReport struct {
	Prevalence  float64     `json:"prevalence"`
	Probability float64     `json:"probability"`
	Interval    *[2]float64 `json:"interval95"`
}

type setReport struct {
	Set   string  `json:"set"` // positive, negative, both, neither
	Level float64 `json:"level"`
	Call  bool    `json:"call"`
}

type rocReport struct {
	Points      int     `json:"points"`
	AUC         float64 `json:"auc"`
	Sensitivity float64 `json:"sensitivity"` // at the operating point
	Specificity float64 `json:"specificity"`
}

type similarReport struct {
	Positive  int       `json:"with_finding"`
	Count     int       `json:"count"`
	Distances []float64 `json:"distances"`
}

type stabilityReport struct {
	Sigmas  []float64 `json:"sigmas_px"`
	Numbers []float64 `json:"numbers"`
	FlipsAt *float64  `json:"flips_at_px"`
	Cursor  float64   `json:"cursor_px"` // of the filter that is set
	Done    bool      `json:"done"`
}

type choiceReport struct {
	Name     string  `json:"name"`
	Eligible bool    `json:"eligible"`
	Reason   *string `json:"reason"`
}

// statusNames are the states of a reading for the report.
var statusNames = map[app.Status]string{
	app.NotAssessed: "not assessed", app.Running: "running", app.Result: "result", app.Refused: "not eligible", app.Failed: "failed",
}

// revealNames are the stages of the reveal for the report.
var revealNames = map[app.Reveal]string{
	app.RevealNothing: "nothing", app.RevealFinding: "finding", app.RevealNumber: "number", app.RevealPlaces: "places",
}

// reportResult tells what the strips show.
func (w *mainWindow) reportResult() resultReport {
	st := w.session.State()
	rd := &st.Reading
	p := resultReport{Mode: string(st.Mode), Revealed: revealNames[st.Revealed()], Demo: st.Demo, Words: w.words(), Places: w.places()}
	p.Status, p.Asked = "not revealed", filepath.Base(st.Model)
	if !st.Reveals(app.RevealFinding) {
		return p
	}
	p.Status, p.Model, p.Version, p.Chosen = statusNames[rd.Status], rd.Model, rd.Version, english(rd.Chosen)
	for _, m := range rd.Performance {
		p.Performance = append(p.Performance, m.Full.String())
	}
	if st.Scan != nil {
		for _, c := range w.network.With(st.Model).Choices(st.Scan) {
			p.Choices = append(p.Choices, choiceReport{c.Name, c.Eligible, english(c.Reason)})
		}
	}
	if a, ok := w.session.Answer(); ok {
		p.answer(a)
	}
	if c := st.Stability; c != nil && st.Reveals(app.RevealNumber) {
		p.Stability = &stabilityReport{Cursor: st.Filters.Gaussian.AppliedSigma(), Done: c.Done}
		for _, q := range c.Points {
			p.Stability.Sigmas, p.Stability.Numbers = append(p.Stability.Sigmas, q.Sigma), append(p.Stability.Numbers, q.Number)
		}
		if sigma, ok := c.Flip(); ok {
			p.Stability.FlipsAt = &sigma
		}
	}
	return p
}

// answer tells the numbers of a result.
func (p *resultReport) answer(a app.Answer) {
	p.NumberName = a.Name().String()
	if low, high, ok := a.Bounds(); ok {
		p.Interval = &[2]float64{low, high}
	}
	if m, ok := a.HoldsFor(); ok {
		p.HoldsFor = english(&m)
	}
	if s := a.Shown; s != nil {
		p.Prevalence = &s.Prevalence
		p.Set = &setReport{s.Set.String(), 1 - s.Alpha, a.Decided()}
	}
	if o := a.Own; o != nil {
		p.Own = &ownReport{Prevalence: o.Prevalence, Probability: o.Probability}
		if !math.IsNaN(o.Low) && !math.IsNaN(o.High) {
			p.Own.Interval = &[2]float64{o.Low, o.High}
		}
	}
	if !math.IsNaN(a.Threshold) {
		p.Threshold = &a.Threshold
	}
	if low, high, n := a.Range(); n > 0 {
		p.Networks, p.Range = n, &[2]float64{low, high}
	}
	if m := a.Measured; m != nil {
		for _, b := range m.Summary.After.Bins {
			p.Reliability = append(p.Reliability, [3]float64{b.Mean, float64(b.Rate.Value), float64(b.Rate.N)})
		}
		p.ROC = &rocReport{Points: len(m.Conformal.ROC()), AUC: float64(m.Conformal.AUC().Value)}
		if rates, ok := a.Rates(); ok {
			p.ROC.Sensitivity, p.ROC.Specificity = float64(rates.Sensitivity.Value), float64(rates.Specificity.Value)
		}
	}
	if n := len(a.Similar); n > 0 {
		p.Similar = &similarReport{Count: n}
		for _, c := range a.Similar {
			if c.Positive {
				p.Similar.Positive++
			}
			p.Similar.Distances = append(p.Similar.Distances, c.Distance)
		}
	}
	if a.FromTraining > 0 {
		p.FromTraining = &a.FromTraining
	}
}

// english is a message, or nil.
func english(m *app.Message) *string {
	if m == nil {
		return nil
	}
	s := m.String()
	return &s
}

// words are the texts of the strips as they stand there.
func (w *mainWindow) words() map[string]string {
	r := w.result
	return map[string]string{
		"finding": r.finding.Text, "value": r.value.Text, "badge": r.badge.Text, "interval": r.interval.Text, "set": r.set.Text,
		"prevalence": r.prevalence.Text, "cautions": r.detail.Text, "model": r.model.Text, "evidence": w.proof.words.Text, "blur": w.filter.words.Text,
	}
}

// places are where the parts of the strips lie.
func (w *mainWindow) places() map[string][4]int {
	r := w.result
	out := map[string][4]int{}
	for name, o := range map[string]fyne.CanvasObject{
		"value": r.value, "finding": r.finding, "badge": r.badge, "interval": r.interval, "bar": r.bar, "set": r.set, "prevalence": r.prevalence,
		"tabs": w.proof.tabs, "evidence chart": w.proof.chart, "evidence words": w.proof.text.object,
		"filter": w.filter.row(0).entry, "filter tabs": w.filter.tabs, "blur chart": w.filter.curve, "blur words": w.filter.text.object,
	} {
		out[name] = corner4(screenRect(o))
	}
	return out
}

// screenRect is where an object lies in the window, in screen pixels; empty for a
// hidden one.
func screenRect(o fyne.CanvasObject) image.Rectangle {
	d := fyne.CurrentApp().Driver()
	c := d.CanvasForObject(o)
	if c == nil || !o.Visible() {
		return image.Rectangle{}
	}
	at, s := d.AbsolutePositionForObject(o), c.Scale()
	return image.Rect(int(at.X*s), int(at.Y*s), int((at.X+o.Size().Width)*s), int((at.Y+o.Size().Height)*s))
}
