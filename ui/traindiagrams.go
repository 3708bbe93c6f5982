package ui

import (
	"fmt"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/app/training"
)

// Widths of the curves of the network that is shown and of all others, in units.
const (
	strongWidth = 2
	faintWidth  = 0.75
)

// mostTicks is about how many marks an axis of a training has.
const mostTicks = 6

// roundStep is the smallest of 1, 2 and 5 times a power of ten with which so wide
// an axis has at most mostTicks marks.
func roundStep(width float64) float64 {
	base := math.Pow(10, math.Floor(math.Log10(width/mostTicks)))
	for _, k := range []float64{1, 2, 5} {
		if width/(k*base) <= mostTicks {
			return k * base
		}
	}
	return 10 * base
}

// axisOf is an axis from low up to high or the next mark above it, and its marks.
func axisOf(low, high float64) (end float64, ticks []tick) {
	step := roundStep(high - low)
	count := math.Ceil((high-low)/step - 1e-9)
	end = low + count*step
	for k := 0.0; k <= count; k++ {
		ticks = append(ticks, tick{k / count, fmt.Sprintf("%.4g", low+k*step)})
	}
	return end, ticks
}

// stepTicks are the marks of an axis of so many steps, which ends there.
func stepTicks(steps int) []tick {
	step := max(roundStep(float64(steps)), 1)
	var ticks []tick
	for k := 0.0; k <= float64(steps); k += step {
		ticks = append(ticks, tick{k / float64(steps), fmt.Sprintf("%.0f", k)})
	}
	last := &ticks[len(ticks)-1]
	last.text = lang.L("step {{.Number}}", map[string]any{"Number": last.text})
	return ticks
}

// grid draws a faint line at each mark of the y axis.
func grid(p *pen, ys []tick) {
	for _, t := range ys {
		if t.at > 0 {
			p.level(t.at, 0, 1, 1, false, colourScoreBar)
		}
	}
}

// smoothCurve is the smoothed loss of a network.
func smoothCurve(n *training.Network, steps, top float64) (curve []spot) {
	for _, l := range n.Losses() {
		curve = append(curve, spot{float64(l.Step) / steps, min(l.Smooth/top, 1)})
	}
	return curve
}

// lossDiagram shows the losses of the steps of one network, and their smoothed
// course beside those of the others; nil before there is a loss.
func lossDiagram(all []*training.Network, shown *training.Network) *diagram {
	steps, smooth, peak := 0, 0.0, 0.0
	for _, n := range all {
		if len(n.Losses()) == 0 {
			continue
		}
		steps = max(steps, n.Steps)
		for _, l := range n.Losses() {
			smooth, peak = max(smooth, l.Smooth), max(peak, l.High)
		}
	}
	if steps == 0 || !(peak > 0) {
		return nil
	}
	// Single batches may lie far above: then the axis ends below them, and says so.
	top, ys := axisOf(0, min(peak, 2*max(smooth, peak/100)))
	d := &diagram{up: lang.L("loss (nats)"), ys: ys, xs: stepTicks(steps), above: true}
	d.inside = []chartLegend{
		{"━ " + lang.L("{{.Network}}, smoothed", map[string]any{"Network": say(shown.Name())}), theme.ColorNamePrimary},
		{"─ " + lang.L("its single steps"), colourLoaded},
	}
	others := slices.ContainsFunc(all, func(n *training.Network) bool { return n != shown && len(n.Losses()) > 0 })
	if others {
		d.inside = append(d.inside, chartLegend{"─ " + lang.L("other networks, smoothed"), colourQuiet})
	}
	if peak > top {
		d.inside = append(d.inside, chartLegend{"↑ " + lang.L("single steps up to {{.Value}}", map[string]any{"Value": fmt.Sprintf("%.3g", peak)}), colourQuiet})
	}
	d.draw = func(p *pen) {
		grid(p, ys)
		var each []spot
		for _, l := range shown.Losses() {
			x := float64(l.Step) / float64(steps)
			each = append(each, spot{x, min(l.Low/top, 1)})
			if l.High > l.Low {
				each = append(each, spot{x, min(l.High/top, 1)})
			}
		}
		p.curve(each, faintWidth, colourLoaded)
		for _, n := range all {
			if n != shown {
				p.curve(smoothCurve(n, float64(steps), top), faintWidth, colourQuiet)
			}
		}
		p.curve(smoothCurve(shown, float64(steps), top), strongWidth, theme.ColorNamePrimary)
	}
	return d
}

// measuredSets are the sets that networks like one were measured on, by name.
func measuredSets(all []*training.Network, like *training.Network) (names []string, low float64) {
	low = 1
	for _, n := range all {
		if !n.Like(like) {
			continue
		}
		for _, q := range n.Qualities() {
			for _, p := range q.Parts {
				if !slices.Contains(names, p.Name) {
					names = append(names, p.Name)
				}
				if !math.IsNaN(p.Value) {
					low = min(low, p.Value)
				}
			}
		}
	}
	slices.Sort(names)
	return names, low
}

// qualityFloors are where the axis of a measurement may begin.
var qualityFloors = []float64{0.95, 0.9, 0.8, 0.7, 0.6, 0.5}

// longestSet is the number of letters of a set's name that a legend has room for.
const longestSet = 40

// qualityPlot is what a diagram of measurements is drawn of.
type qualityPlot struct {
	sets       []string // by name
	shown      *training.Network
	others     []*training.Network // like it
	floor, end float64             // of the y axis
	steps      int                 // where the x axis ends
}

// place is where a measurement lies.
func (q *qualityPlot) place(step int, value float64) spot {
	return spot{float64(step) / float64(q.steps), (value - q.floor) / (q.end - q.floor)}
}

// curve is a set's measurements of a network, and the last of them, which is no
// number where there is none; the empty name is their mean.
func (q *qualityPlot) curve(n *training.Network, set string) (curve []spot, last float64) {
	last = math.NaN()
	for _, m := range n.Qualities() {
		v := math.NaN()
		if set == "" {
			v = m.Value
		}
		for _, p := range m.Parts {
			if set != "" && p.Name == set {
				v = p.Value
			}
		}
		if !math.IsNaN(v) {
			curve, last = append(curve, q.place(m.Step, v)), v
		}
	}
	return curve, last
}

// chance is the height of an AUC of one half, where the axis has it.
func (q *qualityPlot) chance() (y float64, ok bool) {
	y = q.place(0, 0.5).y
	return y, y >= 0 && !q.shown.Segments()
}

// qualityDiagram shows what was measured on pictures that one network is not
// trained on, set by set, and thinly the same of the others like it; nil before
// anything was measured.
func qualityDiagram(all []*training.Network, shown *training.Network) *diagram {
	sets, low := measuredSets(all, shown)
	if len(sets) == 0 {
		return nil
	}
	q := &qualityPlot{sets: sets, shown: shown, steps: max(shown.Steps, 1)}
	for _, f := range qualityFloors {
		if low >= f+0.01 {
			q.floor = f
			break
		}
	}
	for _, n := range all {
		if n != shown && n.Like(shown) && len(n.Qualities()) > 0 {
			q.others, q.steps = append(q.others, n), max(q.steps, n.Steps)
		}
	}
	d := &diagram{up: say(shown.Measure()), xs: stepTicks(q.steps)}
	q.end, d.ys = axisOf(q.floor, 1)
	d.inside = q.legend()
	d.draw = func(p *pen) {
		grid(p, d.ys)
		q.draw(p)
	}
	return d
}

// setColour is the colour of a set's measurements.
func setColour(i int) fyne.ThemeColorName { return seriesColours[i%len(seriesColours)] }

// legend names what is drawn, with the newest values.
func (q *qualityPlot) legend() (list []chartLegend) {
	for i, s := range q.sets {
		_, last := q.curve(q.shown, s)
		list = append(list, chartLegend{setMark(i) + " " + legendOf(lang.L("set {{.Name}}", map[string]any{"Name": shortened(s)}), last), setColour(i)})
	}
	if len(q.sets) > 1 {
		_, last := q.curve(q.shown, "")
		list = append(list, chartLegend{"━ " + legendOf(lang.L("mean of the sets"), last), theme.ColorNameForeground})
	}
	if len(q.others) > 0 {
		list = append(list, chartLegend{"─ " + lang.L("thin: other networks, each on its own fold"), colourQuiet})
	}
	if _, ok := q.chance(); ok {
		list = append(list, chartLegend{"╌ " + lang.L("by chance: {{.Value}}", map[string]any{"Value": "0.5"}), colourQuiet})
	}
	return list
}

func (q *qualityPlot) draw(p *pen) {
	if y, ok := q.chance(); ok {
		p.level(y, 0, 1, 1, true, colourQuiet)
	}
	for i, s := range q.sets {
		for _, n := range q.others {
			curve, _ := q.curve(n, s)
			p.curve(curve, faintWidth, setColour(i))
		}
		curve, _ := q.curve(q.shown, s)
		p.curve(curve, strongWidth, setColour(i))
		for _, at := range curve {
			if i%2 == 0 {
				p.disc(at, pointRadius, setColour(i))
			} else {
				p.ring(at, markRadius-1, 1, setColour(i))
			}
		}
	}
	if len(q.sets) > 1 {
		mean, _ := q.curve(q.shown, "")
		p.curve(mean, strongWidth, theme.ColorNameForeground)
	}
}

// setMark is the mark of a set's measurements in the legend.
func setMark(i int) string {
	if i%2 == 0 {
		return "●"
	}
	return "○"
}

// legendOf is a name with the newest value, where there is one.
func legendOf(name string, value float64) string {
	if math.IsNaN(value) {
		return name
	}
	return say(app.Say("{{.Name}}: {{.Value}}", "Name", name, "Value", fmt.Sprintf("%.3f", value)))
}

func shortened(name string) string {
	if r := []rune(name); len(r) > longestSet {
		return string(r[:longestSet-1]) + "…"
	}
	return name
}
