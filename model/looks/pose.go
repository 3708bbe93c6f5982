package looks

import "lightbox/model/plane"

// Pose is how a picture lies, as far as it can be told.
type Pose string

// Poses.
const (
	Upright     Pose = "upright"
	UpsideDown  Pose = "upside down"
	TurnedLeft  Pose = "turned to the left" // its top lies left
	TurnedRight Pose = "turned to the right"
	Inverted    Pose = "inverted" // black is white
	Other       Pose = "no picture of this kind"
	// Of films whose lungs are where they belong.
	Tilted  Pose = "turned by some degrees"
	CutOff  Pose = "cut off"
	Covered Pose = "nothing to be seen in the lungs"
)

// turns put pictures of the other poses upright.
var turns = []struct {
	pose Pose
	turn plane.Affine
}{
	{UpsideDown, plane.Affine{XX: -1, X0: 1, YY: -1, Y0: 1}},
	{TurnedLeft, plane.Affine{XY: 1, YX: -1, Y0: 1}},
	{TurnedRight, plane.Affine{XY: -1, X0: 1, YX: 1}},
}

// Judge says whether a square picture is of the kind that describe has the figures
// of, upright, and if not, whether it would be in another pose. In that one it must
// lie better times as far from the middle, or less, before it is believed. distance
// is that of the picture as it lies.
func (s *Normal) Judge(picture plane.Plane, describe func(plane.Plane) []float64, better float64) (pose Pose, distance float64) {
	distance = s.Distance(describe(picture))
	best, nearest := Upright, distance
	try := func(p Pose, changed plane.Plane) {
		if d := s.Distance(describe(changed)); d < better*distance && d < nearest {
			best, nearest = p, d
		}
	}
	for _, t := range turns {
		turned := plane.New(picture.Rows, picture.Columns)
		picture.Warp(turned.Pix, turned.Rows, turned.Columns, t.turn, false)
		try(t.pose, turned)
	}
	negative := picture.Clone()
	for i, v := range negative.Pix {
		negative.Pix[i] = 1 - v
	}
	try(Inverted, negative)
	if nearest > s.Limit {
		return Other, distance
	}
	return best, distance
}
