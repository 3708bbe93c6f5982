package study

import (
	"math"
	"slices"

	"lightbox/vision/fault"
	"lightbox/vision/space"
)

// spot is one place of a stack.
type spot struct {
	first    int // index of the first frame there
	along    float64
	position [3]float64
}

// heightsOf lists the places of planes ordered along their axis. Frames within
// a hundredth of a millimetre of height share one.
func heightsOf(planes []plane) []spot {
	var out []spot
	for i := range planes {
		if n := len(out); n > 0 && planes[i].Along-out[n-1].along <= samePlace {
			continue
		}
		out = append(out, spot{i, planes[i].Along, planes[i].Position})
	}
	return out
}

// spacing is the median distance of neighbours in mm, 0 for a single place.
func spacing(places []spot) float64 {
	steps := make([]float64, 0, len(places))
	for i := 1; i < len(places); i++ {
		steps = append(steps, places[i].along-places[i-1].along)
	}
	if len(steps) == 0 {
		return 0
	}
	slices.Sort(steps)
	n := len(steps)
	return (steps[(n-1)/2] + steps[n/2]) / 2
}

// irregular notes what is odd about where the frames of a stack lie; distinct is
// how many of them lie where no other lies.
func (p *part) irregular(places []spot, usual float64, distinct int) []error {
	var notes []error
	path := p.planes[0].Item.Path()
	if distinct < len(p.planes) {
		notes = append(notes, fault.New(fault.Duplicate, path, "%d of %d slices lie where another lies", len(p.planes)-distinct, len(p.planes)))
	}
	missing, widest := 0.0, 0
	least, greatest := usual, usual
	for i := 1; i < len(places); i++ {
		step := places[i].along - places[i-1].along
		if step >= gapFactor*usual {
			missing += max(1, math.Round(step/usual)-1)
			if widest == 0 || step > places[widest].along-places[widest-1].along {
				widest = i
			}
			continue
		}
		least, greatest = min(least, step), max(greatest, step)
	}
	if widest > 0 {
		notes = append(notes, fault.New(fault.Gap, path, "about %.0f missing; the widest gap lies between slices %d and %d: %.2f mm instead of %.2f mm",
			missing, places[widest].first, places[widest].first+1, places[widest].along-places[widest-1].along, usual))
	}
	if slack := max(unevenShare*usual, unevenMM); greatest-usual > slack || usual-least > slack {
		notes = append(notes, fault.New(fault.Uneven, path, "the distance between slices varies from %.2f to %.2f mm", least, greatest))
	}
	if angle := p.shear(places); angle > shearDegrees {
		notes = append(notes, fault.New(fault.Uneven, path, "the slices are shifted against each other by %.1f°, as by a tilted gantry", angle))
	}
	return notes
}

// shear is the angle in degrees between the slices' normal and the line from
// the first slice to the last.
func (p *part) shear(places []spot) float64 {
	if len(places) < 2 {
		return 0
	}
	way := space.Minus(places[len(places)-1].position, places[0].position)
	along := space.Dot(way, axis(p.orientation))
	across := math.Sqrt(max(0, space.Dot(way, way)-along*along))
	return math.Atan2(across, math.Abs(along)) * 180 / math.Pi
}
