package lungs

import "lightbox/model/plane"

// Pose is how a film lies, as far as the lungs tell.
type Pose string

// Poses.
const (
	Upright     Pose = "upright"
	UpsideDown  Pose = "upside down"
	TurnedLeft  Pose = "turned to the left" // its top lies left
	TurnedRight Pose = "turned to the right"
	Inverted    Pose = "inverted" // black is white
	NoChest     Pose = "no frontal chest film"
	Tilted      Pose = "turned by some degrees"
	CutOff      Pose = "cut off"
	Covered     Pose = "nothing to be seen in the lungs"
)

// better is how many times nearer to lungs a film must be in another pose than
// in its own before that one is believed.
const better = 0.6

// Judge says whether a film of any size looks like an upright frontal chest
// radiograph with all of its lungs, and if not, whether it would in another pose.
// distance is that of the film as it lies.
func (s *Shape) Judge(segmenter *Segmenter, film plane.Plane) (pose Pose, distance float64) {
	small := film.Stretch(Side, Side)
	distance = s.Distance(segmenter.Describe(small))
	best, nearest := Upright, distance
	for _, p := range []struct {
		Pose
		plane.Affine
	}{
		{UpsideDown, plane.Affine{XX: -1, X0: 1, YY: -1, Y0: 1}},
		{TurnedLeft, plane.Affine{XY: 1, YX: -1, Y0: 1}},
		{TurnedRight, plane.Affine{XY: -1, X0: 1, YX: 1}},
	} {
		turned := plane.New(Side, Side)
		small.Warp(turned.Pix, Side, Side, p.Affine, false)
		if d := s.Distance(segmenter.Describe(turned)); d < better*distance && d < nearest {
			best, nearest = p.Pose, d
		}
	}
	negative := small.Clone()
	for i, v := range negative.Pix {
		negative.Pix[i] = 1 - v
	}
	if d := s.Distance(segmenter.Describe(negative)); d < better*distance && d < nearest {
		best, nearest = Inverted, d
	}
	if nearest > s.Limit {
		return NoChest, distance
	}
	if best == Upright {
		best = s.inspect(segmenter, film, distance)
	}
	return best, distance
}
