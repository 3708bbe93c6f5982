package ui

import (
	"math"

	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
)

// percentTicks are the ends of an axis of shares.
func percentTicks() []tick { return []tick{{0, "0"}, {1, "100 %"}} }

// ofPicture names what belongs to the picture on screen.
func ofPicture(mark string) chartLegend {
	return chartLegend{mark + " " + lang.L("this picture"), theme.ColorNamePrimary}
}

// Sizes of marks in units.
const (
	pointRadius = 2.2
	markRadius  = 4
	curveWidth  = 1.5
)

// reliabilityDiagram holds probabilities against how often they were right; nil
// without a calibration.
func reliabilityDiagram(a app.Answer) *diagram {
	if a.Measured == nil || len(a.Measured.Summary.After.Bins) == 0 {
		return nil
	}
	d := &diagram{
		up: lang.L("had the finding"), across: lang.L("probability given"), ys: percentTicks(), xs: percentTicks(),
		draw: func(p *pen) {
			p.diagonal(colourQuiet)
			if a.Shown != nil {
				p.upright(a.Shown.Probability, 0, 1, 2, theme.ColorNamePrimary)
			}
			for _, b := range a.Measured.Summary.After.Bins {
				p.upright(b.Mean, float64(b.Rate.Low), float64(b.Rate.High), 1, colourQuiet)
			}
			for _, b := range a.Measured.Summary.After.Bins {
				p.disc(spot{b.Mean, float64(b.Rate.Value)}, pointRadius, theme.ColorNameForeground)
			}
		},
	}
	if a.Shown != nil {
		d.inside = []chartLegend{ofPicture("|")}
	}
	return d
}

// rocDiagram is the trade of sensitivity against specificity; nil without a
// calibration.
func rocDiagram(a app.Answer) *diagram {
	if a.Measured == nil {
		return nil
	}
	var curve []spot
	for _, q := range a.Measured.Conformal.ROC() {
		curve = append(curve, spot{q.FalsePositive, q.Sensitivity})
	}
	d := &diagram{up: lang.L("sensitivity"), across: lang.L("1 − specificity"), ys: percentTicks(), xs: percentTicks()}
	operating, hasOperating := a.Rates()
	if hasOperating {
		d.inside = append(d.inside, chartLegend{"● " + lang.L("operating point"), theme.ColorNameForeground})
	}
	if a.Calibration != nil {
		d.inside = append(d.inside, ofPicture("○"))
	}
	d.draw = func(p *pen) {
		p.diagonal(colourQuiet)
		p.curve(curve, curveWidth, colourQuiet)
		if hasOperating {
			p.disc(spot{1 - float64(operating.Specificity.Value), float64(operating.Sensitivity.Value)}, markRadius-1, theme.ColorNameForeground)
		}
		if a.Calibration != nil {
			own := a.Calibration.Conformal.RatesAt(a.Logit)
			p.ring(spot{1 - float64(own.Specificity.Value), float64(own.Sensitivity.Value)}, markRadius, curveWidth, theme.ColorNamePrimary)
		}
	}
	return d
}

// similarDiagram shows the most similar training pictures by their distance, in
// a row for each class; nil for a model that keeps none.
func similarDiagram(a app.Answer) *diagram {
	n := len(a.Similar)
	if n == 0 {
		return nil
	}
	far := a.Similar[n-1].Distance
	limit, limited := a.FarFromTraining()
	end := 1.1 * max(far, limit)
	if !(end > 0) {
		end = 1
	}
	const upper, lower, spread = 0.75, 0.25, 0.08
	d := &diagram{
		across: lang.L("distance (SD)"), xs: []tick{{0, "0"}, {1, app.Short(end)}},
		ys: []tick{{upper, lang.L("finding")}, {lower, lang.L("none")}},
		draw: func(p *pen) {
			if limited {
				p.upright(limit/end, 0, 1, 1, theme.ColorNameForeground)
			}
			for i, c := range a.Similar {
				off := spread * float64(i%5-2) // so that those at one distance can be counted
				if c.Positive {
					p.disc(spot{c.Distance / end, upper + off}, markRadius-1, theme.ColorNameForeground)
				} else {
					p.ring(spot{c.Distance / end, lower + off}, markRadius-1.5, curveWidth, theme.ColorNameForeground)
				}
			}
		},
	}
	if limited {
		d.note = chartLegend{"| " + lang.L("limit for the 5th"), theme.ColorNameForeground}
	}
	return d
}

// sigmaPlace is where a σ lies on the axis of the stability diagram, which goes
// by square roots: half of it belongs to the first quarter.
func sigmaPlace(sigma float64) float64 {
	return math.Sqrt(min(max(sigma, 0), app.MaxStability) / app.MaxStability)
}

// sigmaLine is the σ that is set, as a line of the stability diagram.
func sigmaLine(st *app.State) chartLine {
	sigma := st.Filters.Gaussian.AppliedSigma()
	note := "| " + lang.L("σ {{.Sigma}} px", map[string]any{"Sigma": trimmed(sigma)})
	if sigma > app.MaxStability {
		note += " →"
	}
	return chartLine{sigmaPlace(sigma), note}
}

// stabilityDiagram is the number against the σ of the filter, with the σ that is
// set as a line; nil without a curve.
func stabilityDiagram(st *app.State) *diagram {
	if !st.Reveals(app.RevealNumber) {
		return nil
	}
	s := st.Stability
	if s == nil {
		return nil
	}
	r := &st.Reading
	d := &diagram{
		up: lang.L("score"), ys: []tick{{0, "0"}, {1, "1"}}, line: new(sigmaLine(st)),
		xs: []tick{{0, "σ 0"}, {sigmaPlace(1), "1"}, {sigmaPlace(4), "4"}, {sigmaPlace(8), "8"}, {1, "16 px"}},
	}
	if r.Calibrated {
		d.up, d.ys = lang.L("probability"), percentTicks()
	}
	d.draw = func(p *pen) {
		if !math.IsNaN(r.Threshold) {
			p.level(r.Threshold, 0, 1, 1, true, theme.ColorNameForeground)
		}
		var curve []spot
		for _, q := range s.Points {
			curve = append(curve, spot{sigmaPlace(q.Sigma), q.Number})
		}
		p.curve(curve, curveWidth, colourQuiet)
		for _, q := range curve {
			p.disc(q, pointRadius, theme.ColorNameForeground)
		}
		if flip, ok := s.Flip(); ok {
			p.ring(spot{sigmaPlace(flip), r.Threshold}, markRadius, curveWidth, colourCaution)
		}
	}
	return d
}
