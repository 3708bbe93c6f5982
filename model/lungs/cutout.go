package lungs

import "lightbox/model/plane"

// black is the brightest that JPEG leaves of what was made black on a film.
const black = 10. / 255

// CutOut prepares a film of any size on which everything but the lungs is black
// already, so that it looks like a whole one through its mask: FilmSide squared
// both. The mask is what is not black, closed as [Close] does. What is black
// inside of it is filled from its border inwards: who cut such films out left
// consolidated lung away, and a network must not learn that holes mean disease,
// which on whole films has none.
func CutOut(film plane.Plane) (mended, mask plane.Plane) {
	mended = film.Stretch(FilmSide, FilmSide)
	m := plane.New(FilmSide, FilmSide)
	for i, v := range mended.Pix {
		if v > black {
			m.Pix[i] = 1
		}
	}
	m.Grow(-1) // specks
	shown := m.Clone()
	m.Grow(1)
	mask = Close(m)
	fill(mended, shown, mask)
	return mended, mask
}

// fill gives every place of mask that is not known the mean of its known
// neighbours, ring by ring. known is FilmSide squared like the others, and grows
// over the mask.
func fill(film, known, mask plane.Plane) {
	type place struct {
		at    int
		value float32
	}
	for {
		var ring []place
		for i, v := range known.Pix {
			if v > 0 || mask.Pix[i] == 0 {
				continue
			}
			if value, ok := around(film, known, i); ok {
				ring = append(ring, place{i, value})
			}
		}
		if len(ring) == 0 {
			return
		}
		for _, p := range ring {
			film.Pix[p.at], known.Pix[p.at] = p.value, 1
		}
	}
}

// around is the mean of the known ones of the eight neighbours of a place.
func around(film, known plane.Plane, at int) (mean float32, ok bool) {
	x, y := at%film.Columns, at/film.Columns
	var sum, n float32
	for row := max(y-1, 0); row <= min(y+1, film.Rows-1); row++ {
		for column := max(x-1, 0); column <= min(x+1, film.Columns-1); column++ {
			if i := row*film.Columns + column; known.Pix[i] > 0 {
				sum += film.Pix[i]
				n++
			}
		}
	}
	return sum / max(n, 1), n > 0
}
