package lungs

import (
	"math"

	"lightbox/model/looks"
	"lightbox/model/plane"
)

// What is asked of the lungs on an upright film. The limits were set on films of
// training as they are, and with their lungs painted over by the masks, cut off, or
// turned. Covered lungs are far from either; of films as they were taken, each of the
// other two refuses at most 4 in 1,000 of a set.
const (
	rim        = 4    // pixels of FilmSide at the border of the lungs that are left out
	radius     = 2    // pixels to each side within which brightness varies, or does not
	flat       = 0.01 // of the film's standard deviation: below it nothing varies there
	mostFlat   = 0.25 // of the lungs: 0.03 at most on 3,200 films, 0.74 at least under paint
	leastAlike = 0.2  // correlation of neighbours: 0.26 at least on films, 0.16 at most in noise
	mostCut    = 12   // pixels of Side of the lungs on the lower edge
	upright    = 1.6  // degrees of tilt: lungs are no mirror images of each other
	mostTilt   = 11   // degrees from that
	straighter = 0.5  // times as far from lungs must a tilted film be when turned back
	fewPixels  = 16   // too few to say anything
)

// inspect says of a film that looks like an upright chest radiograph, at a
// distance, whether anything can be seen in the lungs, whether they are cut off
// below, and whether they lie askew. What is cut off above is not judged: on every
// twentieth film of the children that trained the networks the tips of the lungs are.
func (s *Shape) inspect(segmenter *Segmenter, film plane.Plane, distance float64) looks.Pose {
	film = film.Stretch(FilmSide, FilmSide)
	mask, _ := segmenter.outline(film)
	if covered(film, mask) {
		return looks.Covered
	}
	if below(mask) > mostCut {
		return looks.CutOff
	}
	if angle := tilt(mask) - upright; math.Abs(angle) > mostTilt {
		back := plane.New(FilmSide, FilmSide)
		film.Warp(back.Pix, FilmSide, FilmSide, turning(angle), false)
		if s.Distance(segmenter.Describe(back)) < straighter*distance {
			return looks.Tilted
		}
	}
	return looks.Upright
}

// turning turns a picture back that is turned to the right by degrees, about its
// middle.
func turning(degrees float64) plane.Affine {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return plane.Affine{XX: cos, XY: -sin, X0: (1 - cos + sin) / 2, YX: sin, YY: cos, Y0: (1 - cos - sin) / 2}
}

// covered tells whether something hides the lungs on a film, FilmSide squared: one
// shade, or noise. On every film brightness varies from place to place within the
// lungs, white ones included, and between neighbours it varies little.
func covered(film, mask plane.Plane) bool {
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
	for y := radius; y < FilmSide-radius-1; y++ {
		for x := radius; x < FilmSide-radius-1; x++ {
			if m.Pix[y*FilmSide+x] < plane.Inside {
				continue
			}
			here, deviation := detail(film, x, y)
			right, _ := detail(film, x+1, y)
			under, _ := detail(film, x, y+1)
			if inside++; deviation <= limit {
				still++
			}
			squares += 2 * here * here
			products += here * (right + under)
		}
	}
	return inside >= fewPixels && (still > mostFlat*inside || products < leastAlike*squares)
}

// detail is how much brighter a pixel is than the mean around it, and the standard
// deviation there.
func detail(film plane.Plane, x, y int) (over, deviation float64) {
	var near mean
	for row := y - radius; row <= y+radius; row++ {
		for _, v := range film.Pix[row*film.Columns+x-radius : row*film.Columns+x+radius+1] {
			near.add(v)
		}
	}
	return float64(film.Pix[y*film.Columns+x]) - near.sum/near.n, near.deviation()
}

// below is how many pixels of a mask lie on its lower edge.
func below(mask plane.Plane) (n int) {
	for _, v := range mask.Pix[(mask.Rows-1)*mask.Columns:] {
		if v > plane.Inside {
			n++
		}
	}
	return n
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
