package marks

import (
	"math"

	"lightbox/vision"
)

// region measures what an outline encloses.
func (r *Result) region(m Mark, s *vision.Scan) {
	if why := unmeasurable(m, s); why != nil {
		r.Refused = why
		return
	}
	inside := spans(m, s.Values.Rows, s.Values.Columns)
	enclosed := area(m, r.Scale)
	if m.Kind == Polygon && crossesItself(m.Points) {
		enclosed = 0
		for _, p := range inside {
			enclosed += float64(p.To-p.From) * r.Scale.Row * r.Scale.Column
		}
		r.remark(Say("The outline crosses itself: its area is that of the pixels that lie inside."))
	}
	st := s.Statistics(inside)
	r.omissions(m, s, st)
	if st.Pixels > 0 {
		r.statistics(st, s)
	}
	r.Values = append(r.Values, Value{Name: NamePixels, Number: float64(st.Pixels)})
	squared := "px²"
	if r.Scale.Known() {
		squared = "mm²"
	}
	r.Values = append(r.Values, Value{Name: NameArea, Number: enclosed, Unit: squared, Digits: areaDigits, Provenance: r.Scale.Provenance, Main: true})
	r.distance(NamePerimeter, perimeter(m, r.Scale), false)
	for _, v := range r.Values {
		if math.IsNaN(v.Number) || math.IsInf(v.Number, 0) {
			r.Histogram = nil
			r.refuse(Say("The values of the image are too large to be reckoned with."))
		}
	}
}

// unmeasurable says why a region cannot be measured; nil where it can.
func unmeasurable(m Mark, s *vision.Scan) *Refusal {
	b := boxOf(m.Points)
	switch {
	case b.x0 == b.x1 || b.y0 == b.y1:
		return refuse(noExtent)
	case b.x1 <= 0 || b.y1 <= 0 || b.x0 >= float64(s.Values.Columns) || b.y0 >= float64(s.Values.Rows):
		return refuse(Say("The region lies outside the image: draw it on the image."))
	case m.Kind == Polygon && sides(m.Points, s.Values.Rows) > maxCrossings:
		return refuse(Say("The outline has too many long sides to be measured: draw it simpler."))
	}
	return nil
}

// omissions says what of a region does not count, and that colour counts as gray.
func (r *Result) omissions(m Mark, s *vision.Scan, st vision.Statistics) {
	if b := boxOf(m.Points); b.x0 < 0 || b.y0 < 0 || b.x1 > float64(s.Values.Columns) || b.y1 > float64(s.Values.Rows) {
		r.remark(Say("Part of the region lies outside the image: the values are those of the pixels within it."))
	}
	if st.LeftOut > 0 {
		r.remark(Say("{{.Pixels}} pixels of the region are padding or could not be decoded and do not count.", "Pixels", st.LeftOut))
	}
	if s.Values.Samples == 3 {
		r.remark(Say("The picture has colour: the values are those of its grayscale view."))
	}
	if st.Pixels == 0 && st.LeftOut == 0 {
		r.remark(Say("No pixel of the image has its middle in the region."))
	}
}

// sides is how many rows the sides of a polygon cross.
func sides(points []Point, rows int) (n int) {
	for i, p := range points {
		q := points[(i+1)%len(points)]
		from, to := min(p.Y, q.Y), max(p.Y, q.Y)
		n += max(0, min(middle(to), rows)-max(middle(from), 0))
	}
	return n
}

func (r *Result) statistics(st vision.Statistics, s *vision.Scan) {
	digits := digitsOf(s.Modality)
	add := func(name Term, number float64, digits int, main bool) {
		r.Values = append(r.Values, Value{Name: name, Number: number, Unit: s.Modality.Unit, Digits: digits, Main: main})
	}
	add(NameMean, st.Mean, digits+1, true)
	add(NameSD, st.SD, digits+1, true)
	add(NameMin, st.Min, digits, false) // with the area beside the mark, they would not fit
	add(NameMax, st.Max, digits, false)
	add(NameMedian, st.Median, digits+1, false)
	if st.Min != st.Max { // else there is nothing that could lean or peak
		r.Values = append(r.Values, Value{Name: NameSkewness, Number: st.Skewness, Digits: shapeDigits}, Value{Name: NameKurtosis, Number: st.Kurtosis, Digits: shapeDigits})
	}
	r.Histogram = &st.Histogram
	r.Values = append(r.Values, Value{Name: NameEntropy, Number: st.Histogram.Entropy(), Unit: "bit", Digits: shapeDigits, Bins: len(st.Histogram.Counts)})
}

// maxDigits is how many digits after the point modality values are shown with.
const maxDigits = 6

// digitsOf is how many digits after the point tell neighbouring modality values
// apart: none for whole numbers.
func digitsOf(m vision.Modality) int {
	exact := func(x float64) int {
		d := 0
		for ; d < maxDigits && math.Abs(x-math.Round(x)) > 1e-6*math.Abs(x); d++ {
			x *= 10
		}
		return d
	}
	step := math.Abs(m.Slope)
	if step == 0 {
		return exact(m.Intercept)
	}
	needed := 1 - int(math.Floor(math.Log10(step))) // a tenth of a step
	return min(max(exact(step), exact(m.Intercept)), max(needed, 0), maxDigits)
}
