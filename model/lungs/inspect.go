package lungs

import (
	"math"

	"lightbox/model/plane"
)

// What is asked of the lungs on an upright film. The limits were set on films of
// training and on such films with the lungs painted over, cut off and turned.
const (
	rim         = 4    // pixels of FilmSide at the border of the lungs that are left out
	around5     = 2    // pixels to each side within which brightness varies, or does not
	flat        = 0.02 // of the film's standard deviation: below it nothing varies there
	mostFlat    = 0.25 // of the lungs
	leastAlike  = 0.25 // correlation of neighbours: below it there is only noise
	mostCut     = 6    // pixels of Side of the lungs on the upper or lower edge
	uprightTilt = 1.6  // degrees: lungs are no mirror images of each other
	mostTilt    = 12   // degrees from that
	fewPixels   = 16   // too few to say anything
)

// inspect says of a film that looks like an upright chest radiograph whether
// anything can be seen in the lungs, whether they are cut off, and whether they
// lie askew.
func (s *Segmenter) inspect(film plane.Plane) Pose {
	mask, _ := s.outline(film)
	switch {
	case covered(film, mask):
		return Covered
	case onEdge(mask) > mostCut:
		return CutOff
	case math.Abs(tilt(mask)-uprightTilt) > mostTilt:
		return Tilted
	}
	return Upright
}

// covered tells whether something hides the lungs: one shade, or noise. On every
// film brightness varies from place to place within the lungs, white ones
// included, and between neighbours it varies little.
func covered(film, mask plane.Plane) bool {
	film = film.Stretch(FilmSide, FilmSide)
	m := plane.New(FilmSide, FilmSide)
	mask.Warp(m.Pix, FilmSide, FilmSide, plane.Identity(), false)
	threshold(m.Pix)
	m.Grow(-rim)
	var whole mean
	for _, v := range film.Pix {
		whole.add(v)
	}
	limit := flat * whole.deviation()
	var inside, still, squares, products float64
	for y := around5; y < FilmSide-around5-1; y++ {
		for x := around5; x < FilmSide-around5-1; x++ {
			if m.Pix[y*FilmSide+x] < plane.Inside {
				continue
			}
			here, deviation := detail(film, x, y)
			right, _ := detail(film, x+1, y)
			below, _ := detail(film, x, y+1)
			if inside++; deviation <= limit {
				still++
			}
			squares += 2 * here * here
			products += here * (right + below)
		}
	}
	return inside >= fewPixels && (still > mostFlat*inside || products < leastAlike*squares)
}

// detail is how much brighter a pixel is than the mean around it, and the standard
// deviation there.
func detail(film plane.Plane, x, y int) (over, deviation float64) {
	var near mean
	for row := y - around5; row <= y+around5; row++ {
		for _, v := range film.Pix[row*film.Columns+x-around5 : row*film.Columns+x+around5+1] {
			near.add(v)
		}
	}
	return float64(film.Pix[y*film.Columns+x]) - near.sum/near.n, near.deviation()
}

// onEdge is how many pixels of a mask lie on the upper edge, or on the lower one
// where there are more.
func onEdge(mask plane.Plane) int {
	var upper, lower int
	for x := range mask.Columns {
		if mask.Pix[x] > plane.Inside {
			upper++
		}
		if mask.Pix[(mask.Rows-1)*mask.Columns+x] > plane.Inside {
			lower++
		}
	}
	return max(upper, lower)
}

// tilt is by how many degrees the two largest parts of a mask are turned, to the
// right where positive: the mean of what the line between their middles and their
// own axes say; 0 where there is one only.
func tilt(mask plane.Plane) float64 {
	left, right := twoLargest(mask.Parts())
	if left.Size == 0 || right.Size == 0 {
		return 0
	}
	line := math.Atan2(right.Y-left.Y, right.X-left.X) * 180 / math.Pi
	axes := (left.Lean(mask.Columns) + right.Lean(mask.Columns)) / 2
	return (line - axes) / 2
}
