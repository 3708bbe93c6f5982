package chart

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"lightbox/model/calibrate"
	"lightbox/model/metrics"
)

// Scored is pictures with a score and a label, 0 or 1, under a name.
type Scored struct {
	Name   string
	Scores []float64
	Labels []int
	// Threshold marks a point on the curve; not a number for none.
	Threshold float64
}

// Curve is the ROC curve of scores: false positive rate and sensitivity from
// (0, 0) to (1, 1), one point for each score that occurs. Without one of the
// labels there is none.
func Curve(scores []float64, labels []int) (fpr, sensitivity []float64) {
	index := make([]int, len(scores))
	var total [2]float64
	for i := range index {
		index[i] = i
		total[labels[i]]++
	}
	if total[0] == 0 || total[1] == 0 {
		return nil, nil
	}
	slices.SortFunc(index, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	fpr, sensitivity = []float64{0}, []float64{0}
	var above [2]float64
	for k, i := range index {
		above[labels[i]]++
		if k+1 < len(index) && scores[index[k+1]] == scores[i] {
			continue // tied scores are one point
		}
		fpr, sensitivity = append(fpr, above[0]/total[0]), append(sensitivity, above[1]/total[1])
	}
	return fpr, sensitivity
}

// ROC draws the curve of each group of pictures, with its area.
func ROC(l Language, title string, groups []Scored) (Figure, error) {
	p := blank(orElse(title, l.say("ROC curve")), l.say("false positive rate"), l.say("sensitivity"))
	if err := line(p, "", gray, true, plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}}); err != nil {
		return Figure{}, err
	}
	drawn := 0
	for _, g := range groups {
		fpr, tpr := Curve(g.Scores, g.Labels)
		if fpr == nil {
			continue
		}
		points := make(plotter.XYs, len(fpr))
		for k := range fpr {
			points[k] = plotter.XY{X: fpr[k], Y: tpr[k]}
		}
		c := colour(drawn)
		drawn++
		name := l.say("AUC %s", fmt.Sprintf("%.3f", metrics.AUC(g.Scores, g.Labels)))
		if g.Name != "" {
			name = g.Name + ": " + name
		}
		if err := line(p, name, c, false, points); err != nil {
			return Figure{}, err
		}
		if err := mark(p, g, c); err != nil {
			return Figure{}, err
		}
	}
	unit(&p.X, &p.Y)
	p.Legend.Top, p.Legend.Left = false, false
	p.Legend.XOffs, p.Legend.YOffs = -4, 4
	return Figure{p}, nil
}

// mark draws the operating point of a group.
func mark(p *plot.Plot, g Scored, c color.Color) error {
	if math.IsNaN(g.Threshold) {
		return nil
	}
	var above, total [2]float64
	for i, s := range g.Scores {
		total[g.Labels[i]]++
		if s >= g.Threshold {
			above[g.Labels[i]]++
		}
	}
	return dots(p, c, plotter.XYs{{X: above[0] / total[0], Y: above[1] / total[1]}}, 3.5)
}

func dots(p *plot.Plot, c color.Color, points plotter.XYs, radius vg.Length) error {
	s, err := plotter.NewScatter(points)
	if err != nil {
		return fmt.Errorf("chart: %w", err)
	}
	s.GlyphStyle = draw.GlyphStyle{Color: c, Radius: radius, Shape: draw.CircleGlyph{}}
	p.Add(s)
	return nil
}

// Binned is a reliability diagram under a name.
type Binned struct {
	Name string
	Bins []calibrate.Bin
}

// Reliability draws, for each bin of probabilities, the share that had the
// finding with its 95 % interval. On the diagonal they are exactly right.
func Reliability(l Language, title string, groups []Binned) (Figure, error) {
	p := blank(orElse(title, l.say("Reliability")), l.say("calibrated probability"), l.say("share with the finding"))
	if err := line(p, "", gray, true, plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}}); err != nil {
		return Figure{}, err
	}
	for g, group := range groups {
		var points plotter.XYs
		for _, b := range group.Bins {
			points = append(points, plotter.XY{X: b.Mean, Y: float64(b.Rate.Value)})
			bar := plotter.XYs{{X: b.Mean, Y: float64(b.Rate.Low)}, {X: b.Mean, Y: float64(b.Rate.High)}}
			if err := line(p, "", fade(colour(g)), false, bar); err != nil {
				return Figure{}, err
			}
		}
		if len(points) == 0 {
			continue
		}
		if err := line(p, group.Name, colour(g), false, points); err != nil {
			return Figure{}, err
		}
		if err := dots(p, colour(g), points, 2.5); err != nil {
			return Figure{}, err
		}
	}
	unit(&p.X, &p.Y)
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.XOffs, p.Legend.YOffs = 6, -4
	return Figure{p}, nil
}

func fade(c color.NRGBA) color.NRGBA {
	c.A = 120
	return c
}

// scoreBins divide the scores 0 … 1 of a histogram.
const scoreBins = 20

// Histogram draws how the scores of each class are distributed, and a threshold,
// if it is a number.
func Histogram(l Language, title string, scores []float64, labels []int, threshold float64) (Figure, error) {
	p := blank(orElse(title, l.say("Scores by class")), l.say("score (no probability)"), l.say("share of the class"))
	var count [2][scoreBins]float64
	var total [2]float64
	for i, s := range scores {
		count[labels[i]][min(max(int(s*scoreBins), 0), scoreBins-1)]++
		total[labels[i]]++
	}
	highest := 0.0
	for label, name := range []string{l.say("without"), l.say("with the finding")} {
		if total[label] == 0 {
			continue
		}
		var points plotter.XYs
		for b, n := range count[label] {
			share := n / total[label]
			highest = max(highest, share)
			points = append(points, plotter.XY{X: float64(b) / scoreBins, Y: share}, plotter.XY{X: float64(b+1) / scoreBins, Y: share})
		}
		if err := line(p, name, colour(label), false, points); err != nil {
			return Figure{}, err
		}
	}
	if !math.IsNaN(threshold) {
		if err := line(p, l.say("operating point"), gray, true, plotter.XYs{{X: threshold, Y: 0}, {X: threshold, Y: highest}}); err != nil {
			return Figure{}, err
		}
	}
	unit(&p.X)
	p.Y.Min, p.Y.Max = 0, max(1.4*highest, 0.1)
	p.Legend.Top = true
	p.Legend.XOffs, p.Legend.YOffs = -6, -4
	return Figure{p}, nil
}

// Decision draws the net benefit of acting by the model, on all and on none.
func Decision(l Language, title string, curve []calibrate.NetBenefit) (Figure, error) {
	p := blank(orElse(title, l.say("Decision curve")), l.say("probability to act from"), l.say("net benefit"))
	var model, low, high, all plotter.XYs
	top := 0.05
	for _, b := range curve {
		model = append(model, plotter.XY{X: b.Threshold, Y: float64(b.Benefit.Value)})
		low = append(low, plotter.XY{X: b.Threshold, Y: float64(b.Benefit.Low)})
		high = append(high, plotter.XY{X: b.Threshold, Y: float64(b.Benefit.High)})
		all = append(all, plotter.XY{X: b.Threshold, Y: float64(b.TreatAll.Value)})
		top = max(top, 1.35*float64(b.Benefit.High))
	}
	for _, c := range []struct {
		name   string
		colour color.Color
		dashed bool
		points plotter.XYs
	}{
		{l.say("act on none"), gray, true, plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 0}}},
		{l.say("act on all"), colour(1), false, all},
		{"", fade(colour(0)), true, low}, {"", fade(colour(0)), true, high},
		{l.say("act by the model"), colour(0), false, model},
	} {
		if err := line(p, c.name, c.colour, c.dashed, c.points); err != nil {
			return Figure{}, err
		}
	}
	unit(&p.X)
	// What lies far below nothing would press the rest together.
	p.Y.Min, p.Y.Max = -0.15*top, top
	p.Legend.Top = true
	p.Legend.XOffs, p.Legend.YOffs = -6, -4
	return Figure{p}, nil
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
