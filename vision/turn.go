package vision

import "strings"

// Turn is how a picture is turned for display: mirrored left to right first, if
// at all, then rotated. The eight turns are all ways to lay a rectangle of pixels
// on the pixels of a screen. The zero value leaves the picture as it is.
type Turn struct {
	Quarters int  // of a full turn, clockwise; 0 … 3, others are taken modulo 4
	Flip     bool // mirrored left to right before
}

// quarters brings a number of quarters into 0 … 3.
func quarters(n int) int { return (n%4 + 4) % 4 }

// Rotated turns what is seen by so many quarters more, clockwise.
func (t Turn) Rotated(n int) Turn { return Turn{quarters(t.Quarters + n), t.Flip} }

// FlippedHorizontally mirrors what is seen left to right. A mirror image of a
// rotation is the rotation of a mirror image the other way round.
func (t Turn) FlippedHorizontally() Turn { return Turn{quarters(-t.Quarters), !t.Flip} }

// FlippedVertically mirrors what is seen top to bottom.
func (t Turn) FlippedVertically() Turn { return t.FlippedHorizontally().Rotated(2) }

// Identity tells that nothing is turned.
func (t Turn) Identity() bool { return quarters(t.Quarters) == 0 && !t.Flip }

// Swaps tells that the columns of the image run across the screen and its rows
// down, so that width and height are exchanged.
func (t Turn) Swaps() bool { return t.Quarters%2 != 0 }

// toScreen turns a distance on the image into one on the screen; toImage is its
// inverse.
func (t Turn) toScreen(x, y float64) (sx, sy float64) {
	if t.Flip {
		x = -x
	}
	switch quarters(t.Quarters) {
	case 1:
		return -y, x
	case 2:
		return -x, -y
	case 3:
		return y, -x
	}
	return x, y
}

func (t Turn) toImage(sx, sy float64) (x, y float64) {
	switch quarters(t.Quarters) {
	case 1:
		x, y = sy, -sx
	case 2:
		x, y = -sx, -sy
	case 3:
		x, y = -sy, sx
	default:
		x, y = sx, sy
	}
	if t.Flip {
		x = -x
	}
	return x, y
}

// Letters turns the letters of the patient's directions to the right and
// downwards in the image (see Scan.Orientation) into those on the screen. What
// is not known stays so.
func (t Turn) Letters(right, down string) (onRight, onBottom string) {
	at := func(sx, sy float64) string {
		switch x, y := t.toImage(sx, sy); {
		case x > 0:
			return right
		case x < 0:
			return Opposite(right)
		case y > 0:
			return down
		}
		return Opposite(down)
	}
	return at(1, 0), at(0, 1)
}

// Opposite turns each direction of a set like "AF" round; what is no direction
// stays as it is.
func Opposite(letters string) string {
	return strings.Map(func(r rune) rune {
		const pairs = "LRAPHF"
		if i := strings.IndexRune(pairs, r); i >= 0 {
			return rune(pairs[i^1])
		}
		return r
	}, letters)
}
