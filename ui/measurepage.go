package ui

import (
	"cmp"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/app/marks"
	"lightbox/vision"
)

// measured is the selected mark as the evidence shows it.
type measured struct {
	has    bool
	mark   marks.Mark
	result marks.Result

	// turned tells that the selection turned to the page, and not the user; before is
	// the page that it turned from.
	turned bool
	before evidenceKind
}

// showMark has the page of measures show a mark, nil for none. A mark that is newly
// selected turns to the page; who turned to another one since stays there. Without a
// mark the page is there again that was there before it.
func (e *evidence) showMark(m *marks.Mark, r marks.Result) {
	s := &e.measured
	switch {
	case m == nil && !s.has:
		return
	case m == nil:
		back := s.turned && e.page == evidenceMeasure
		before := s.before
		*s = measured{}
		if back {
			e.open(before)
		}
	case !s.has || s.mark.ID != m.ID:
		if !s.turned {
			s.before = e.page
		}
		s.has, s.turned, s.mark, s.result = true, true, m.Clone(), r
		e.open(evidenceMeasure)
		return
	default:
		if sameMeasure(s, m, r) {
			return
		}
		s.mark, s.result = m.Clone(), r
	}
	if e.page == evidenceMeasure {
		e.draw()
	}
}

func sameMeasure(s *measured, m *marks.Mark, r marks.Result) bool {
	return s.mark.Name == m.Name && s.result.Histogram == r.Histogram && s.result.Refused == r.Refused &&
		slices.Equal(s.result.Values, r.Values)
}

// own is the page that the user turned to.
func (e *evidence) own() evidenceKind {
	if e.measured.turned {
		return e.measured.before
	}
	return e.page
}

// showMeasure brings the page of measures to the selected mark of the active pane, or
// to what it is becoming while it is dragged.
func (w *mainWindow) showMeasure() {
	st := w.session.State()
	m := st.Mark(st.Selected)
	if m != nil && st.Preview != nil && st.Preview.ID == m.ID {
		m = st.Preview
	}
	if m == nil {
		w.proof.showMark(nil, marks.Result{})
		return
	}
	shown := m.Clone()
	shown.Name = st.MarkName(*m)
	w.proof.showMark(&shown, w.session.Measure(st.Pane, *m))
}

// measureText is all that a mark measures, a value a line.
func measureText(s *measured) string {
	if !s.has {
		return lang.L("No mark is selected. Click one on the image to read all that it measures.")
	}
	m, r := &s.mark, &s.result
	kind := lang.L(string(m.Kind.Term()))
	lines := []string{cmp.Or(m.Name, kind)}
	if m.Name != "" && m.Name != kind {
		lines[0] += " · " + kind
	}
	switch {
	case r.Refused != nil:
		lines = append(lines, lang.L("Not measured.")+" "+say(app.FromMark(r.Refused.Sentence)))
	case len(r.Values) == 0:
		lines = append(lines, lang.L("This mark measures nothing."))
	}
	for _, v := range r.Values {
		lines = append(lines, lang.L(string(v.Name))+" "+v.String()+provenanceText(v, r.Scale))
	}
	for _, remark := range r.Remarks {
		lines = append(lines, say(app.FromMark(remark)))
	}
	return strings.Join(lines, "\n")
}

// provenanceText is what the unit of a value rests on, of a scale of the reader's own
// with its name and day; of an entropy, its histogram.
func provenanceText(v marks.Value, s marks.Scale) string {
	if v.Bins > 0 {
		return " (" + say(app.FromMark(v.Binned())) + ")"
	}
	if v.Provenance == "" {
		return ""
	}
	text := lang.L(string(v.Provenance))
	if v.Provenance == vision.ByUser {
		day := ""
		if !s.At.IsZero() {
			day = s.At.Local().Format("2006-01-02")
		}
		text = join(", ", text, s.By, day)
	}
	return " (" + text + ")"
}

// histogramDiagram is how often each value occurs in a region; nil for marks that
// hold no pixels.
func histogramDiagram(s *measured) *diagram {
	h := s.result.Histogram
	if !s.has || h == nil || len(h.Counts) == 0 {
		return nil
	}
	most := slices.Max(h.Counts)
	value := func(name marks.Term) (marks.Value, bool) {
		i := slices.IndexFunc(s.result.Values, func(v marks.Value) bool { return v.Name == name })
		if i < 0 {
			return marks.Value{}, false
		}
		return s.result.Values[i], true
	}
	least, _ := value(marks.NameMin)
	greatest, _ := value(marks.NameMax)
	mean, hasMean := value(marks.NameMean)
	span := h.Width * float64(len(h.Counts))
	// The axis ends where the last bin does; what is written there is the greatest
	// value, which lies in it.
	d := &diagram{
		up: lang.L("pixels"), across: cmp.Or(least.Unit, lang.L("value")),
		ys: []tick{{0, "0"}, {1, wideNumber(float64(most))}}, xs: []tick{{0, number(least)}, {1, number(greatest)}},
	}
	if hasMean && span > 0 {
		d.note = chartLegend{"| " + lang.L(string(marks.NameMean)), theme.ColorNamePrimary}
	}
	d.draw = func(p *pen) {
		p.bars(h.Counts, most, theme.ColorNameForeground)
		if hasMean && span > 0 {
			// Whole numbers lie in the middle of their bins.
			inside := min(span-(greatest.Number-least.Number), h.Width) / 2
			at := min(max((mean.Number-h.Low+inside)/span, 0), 1)
			p.upright(at, 0, 1, 2, theme.ColorNamePrimary)
		}
	}
	return d
}

// number is a value without its unit.
func number(v marks.Value) string {
	v.Unit = ""
	return v.String()
}
