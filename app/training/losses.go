package training

import "math"

// Loss is that of one step, or of several in a row where a curve has too many to
// be drawn one by one.
type Loss struct {
	Step      int     // the last of them, from 1
	Low, High float64 // of the steps' own batches, in nats
	Smooth    float64 // over the last steps, at Step
}

// mostLosses is how many points the curve of a network may have; a chart has fewer
// pixels.
const mostLosses = 800

// losses is the curve of a network. Where it grows too long, neighbours become
// one, which keeps the extremes.
type losses struct {
	points []Loss
	each   int // steps that a point stands for
}

// add takes in a step. What is no number cannot be drawn.
func (l *losses) add(step int, raw, smooth float64) {
	if step < 1 || math.IsNaN(raw+smooth) || math.IsInf(raw+smooth, 0) {
		return
	}
	if l.each == 0 {
		l.each = 1
	}
	l.put(Loss{step, raw, raw, smooth})
	for len(l.points) > mostLosses {
		all := l.points
		l.points, l.each = l.points[:0], 2*l.each
		for _, p := range all {
			l.put(p)
		}
	}
}

// put appends a point, or joins it with the last one where both belong together.
func (l *losses) put(p Loss) {
	if n := len(l.points); n > 0 {
		if last := &l.points[n-1]; (last.Step-1)/l.each == (p.Step-1)/l.each {
			last.Low, last.High = math.Min(last.Low, p.Low), math.Max(last.High, p.High)
			last.Step, last.Smooth = p.Step, p.Smooth
			return
		}
	}
	l.points = append(l.points, p)
}
