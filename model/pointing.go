package model

import (
	"lightbox/model/calibrate"
	"lightbox/model/metrics"
	"lightbox/model/plane"
)

// Peak is where a map over a part of a picture is largest, as a place of the
// whole picture, and its value there. Enlarged bilinearly, a map is largest in
// the middle of its largest value; of equal ones side by side, as an occlusion map
// has them under each square, it is the middle of all, beginning with the first
// row by row. ok is false for a map without values.
func Peak(m plane.Plane, within Box) (x, y float64, value float32, ok bool) {
	if len(m.Pix) == 0 {
		return 0, 0, 0, false
	}
	best := 0
	for i, v := range m.Pix {
		if v > m.Pix[best] {
			best = i
		}
	}
	column, row := plateau(m, best)
	x, y = within.Of((column+0.5)/float64(m.Columns), (row+0.5)/float64(m.Rows))
	return x, y, m.Pix[best], true
}

// plateau is the mean place of the values that are equal to one and hang together
// with it.
func plateau(m plane.Plane, at int) (column, row float64) {
	equal := plane.New(m.Rows, m.Columns)
	for i, v := range m.Pix {
		if v == m.Pix[at] {
			equal.Pix[i] = 1
		}
	}
	first := equal.Parts()[0] // at is the first of its kind, and so in the first part
	return first.X, first.Y
}

// PointingGame counts the pictures on which a map is largest in one of the boxes
// that people drew, without tolerance.
// Source: Zhang et al., ECCV 2016, section 4.3.
type PointingGame struct {
	Pictures, Hits int
	// Nowhere is the number of pictures where the map is nowhere positive: no
	// place speaks for the finding. They count as misses.
	Nowhere int
	chance  float64
}

// Add plays one picture. The map lies over within: Explanation.Over for
// Grad-CAM, Within for occlusion. where, unless it is empty, is a mask over the
// whole picture outside of which the model does not look.
func (g *PointingGame) Add(m plane.Plane, within Box, where plane.Plane, boxes []Box) {
	g.Pictures++
	g.chance += covered(within, where, boxes)
	x, y, value, ok := Peak(m, within)
	if !ok || value <= 0 {
		g.Nowhere++
		return
	}
	if inAny(x, y, boxes) {
		g.Hits++
	}
}

// Share is the share of hits with Wilson's 95 % interval, for which the pictures
// count as independent. Not a number without pictures.
func (g PointingGame) Share() calibrate.Proportion {
	const z = 1.959963984540054 // 95 %, two-sided
	n := float64(g.Pictures)
	low, high := calibrate.Wilson(float64(g.Hits), n, z)
	return calibrate.Proportion{Hits: g.Hits, N: g.Pictures, Estimate: metrics.Estimate{
		Value: metrics.Number(float64(g.Hits) / n), Low: metrics.Number(low), High: metrics.Number(high),
	}}
}

// Chance is the share of hits that places drawn at random from where the model
// looks would have.
func (g PointingGame) Chance() float64 { return g.chance / float64(g.Pictures) }

// covered is the part of where the model looks that lies in boxes.
func covered(within Box, where plane.Plane, boxes []Box) float64 {
	if len(where.Pix) == 0 {
		const side = 256 // places that are tried, in each direction
		where = plane.New(side, side)
		for i := range where.Pix {
			where.Pix[i] = 1
		}
	} else {
		within = WholePicture
	}
	n, hits := 0, 0
	for i, v := range where.Pix {
		if v <= plane.Inside {
			continue
		}
		n++
		if x, y := within.Of((float64(i%where.Columns)+0.5)/float64(where.Columns), (float64(i/where.Columns)+0.5)/float64(where.Rows)); inAny(x, y, boxes) {
			hits++
		}
	}
	return float64(hits) / float64(max(n, 1))
}

func inAny(x, y float64, boxes []Box) bool {
	for _, b := range boxes {
		if b.Has(x, y) {
			return true
		}
	}
	return false
}
