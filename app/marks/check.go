package marks

import (
	"math"
	"slices"
)

// Limits of marks: what lies beyond them is refused, not measured.
const (
	maxCoordinate = 1 << 20  // pixels, either way; the largest image has 65,535
	maxPoints     = 4096     // of a polygon
	maxCrossings  = 16 << 20 // of rows by the sides of a polygon
	MaxKnown      = 10_000   // mm, of a reference
)

// Check says why a mark can be nothing; nil where it can.
func (m Mark) Check() *Refusal {
	need, more := m.Kind.Needs()
	if !slices.Contains(Kinds(), m.Kind) {
		return refuse(Say("This version does not know marks of the kind {{.Kind}}.", "Kind", string(m.Kind)))
	}
	if n := len(m.Points); n < need || n > need && !more || n > maxPoints {
		return refuse(Say("A mark of this kind does not have {{.Points}} points: draw it again.", "Points", n))
	}
	for _, p := range m.Points {
		if !(math.Abs(p.X) <= maxCoordinate && math.Abs(p.Y) <= maxCoordinate) { // false for NaN
			return refuse(Say("A point of the mark lies nowhere near the image: draw it again."))
		}
	}
	if m.Kind == Reference && !(m.Known > 0 && m.Known <= MaxKnown) {
		return refuse(Say("The length of a reference must be a number above 0 and up to {{.Max}} mm.", "Max", MaxKnown))
	}
	return nil
}
