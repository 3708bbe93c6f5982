package breast

import (
	"errors"
	"fmt"
	"math"

	"lightbox/model/looks"
	"lightbox/model/plane"
)

// LookSide is the side that pictures are reduced to before they are described, in
// pixels.
const LookSide = 64

// descriptionLength is the number of figures that describe a picture.
const descriptionLength = 24

// Figures of a description.
const (
	dark       = 0.04 // brightness below which a pixel is black, of 1
	some       = 0.02 // brightness that is added before a logarithm is taken
	edge       = 4    // width of the bands along the edges, in pixels
	corner     = 8    // length of what they leave out at each end, in pixels
	downwards  = 5    // cosines of the mean brightness of rows, from the slowest
	acrossDown = 3    // rows of the one cosine across that left and right have in common
)

// Describe says in figures what a picture of any size looks like: how bright it is,
// how much of it is black and how its brightness is distributed; how the brightness
// changes downwards, from the skin to the depth, and from the middle to both sides;
// how coarse its texture is, and by how much more across than downwards, as the
// speckle of ultrasound is wider than high; and how bright its edges and its middle
// are. Left and right are the same to all of them.
func Describe(picture plane.Plane) []float64 {
	raw := picture.Stretch(LookSide, LookSide)
	x := raw.Clone()
	plane.Standardise(x.Pix, nil, floor)
	d := distribution(raw, x)
	for v := 1; v <= downwards; v++ {
		d = append(d, cosine(x, 0, v))
	}
	for v := range acrossDown {
		d = append(d, cosine(x, 2, v))
	}
	for _, step := range []int{1, 2, 4} {
		d = append(d, texture(x, step)...)
	}
	return append(d, edges(raw)...)
}

// distribution is mean, spread and share of black of a picture, and skewness and
// kurtosis of the standardised one.
func distribution(raw, x plane.Plane) []float64 {
	var sum, squares, black, third, fourth float64
	for i, v := range raw.Pix {
		sum += float64(v)
		squares += float64(v) * float64(v)
		if v < dark {
			black++
		}
		z := float64(x.Pix[i])
		third += z * z * z
		fourth += z * z * z * z
	}
	n := float64(len(raw.Pix))
	mean := sum / n
	return []float64{
		mean, math.Log(math.Sqrt(math.Max(squares/n-mean*mean, 0)) + floor), math.Sqrt(black / n),
		math.Asinh(third / n), math.Log(fourth/n + 1),
	}
}

// cosine is how much of a picture is a cosine of so many half waves across and down:
// a coefficient of its discrete cosine transform.
func cosine(x plane.Plane, across, down int) float64 {
	wave := func(k, i, n int) float64 { return math.Cos(math.Pi * float64(k) * (float64(i) + 0.5) / float64(n)) }
	columns := make([]float64, x.Columns)
	for i := range columns {
		columns[i] = wave(across, i, x.Columns)
	}
	var sum float64
	for y := range x.Rows {
		var line float64
		for i, w := range columns {
			line += w * float64(x.Pix[y*x.Columns+i])
		}
		sum += line * wave(down, y, x.Rows)
	}
	return sum / float64(len(x.Pix))
}

// texture is how much pixels at a distance differ, and how much more across than
// downwards, both as logarithms.
func texture(x plane.Plane, step int) []float64 {
	var across, down float64
	for i, v := range x.Pix {
		if i%x.Columns < x.Columns-step {
			across += math.Abs(float64(x.Pix[i+step] - v))
		}
		if i/x.Columns < x.Rows-step {
			down += math.Abs(float64(x.Pix[i+step*x.Columns] - v))
		}
	}
	return []float64{math.Log(across + down + 1), math.Log((across + 1) / (down + 1))}
}

// edges is how bright the darker and the brighter side, the upper edge, the middle
// and the lower edge are against all, as logarithms.
func edges(raw plane.Plane) []float64 {
	const far = LookSide - edge
	mean := func(x0, x1, y0, y1 int) float64 {
		var sum float64
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				sum += float64(raw.Pix[y*LookSide+x])
			}
		}
		return sum/float64((x1-x0)*(y1-y0)) + some
	}
	all := mean(0, LookSide, 0, LookSide)
	left, right := mean(0, edge, corner, LookSide-corner), mean(far, LookSide, corner, LookSide-corner)
	return []float64{
		math.Log(min(left, right) / all), math.Log(max(left, right) / all),
		math.Log(mean(corner, LookSide-corner, 0, edge) / all),
		math.Log(mean(LookSide/4, LookSide*3/4, LookSide/4, LookSide*3/4) / all),
		math.Log(mean(corner, LookSide-corner, far, LookSide) / all),
	}
}

// Look is what ultrasound pictures of the breast look like: the normal distribution
// of their descriptions, and how far from its middle they may lie.
type Look struct{ looks.Normal }

// Errors of a Look.
var (
	ErrFewPictures = errors.New("too few pictures to say what ultrasound of the breast looks like")
	ErrBadLook     = looks.ErrBad
)

const (
	// LeastPictures is how many pictures it takes to say what they look like.
	LeastPictures = 10 * descriptionLength
	keep          = 0.995 // of the pictures
	margin        = 1.1   // times as far
	ridge         = 0.01  // of the variance over all pictures, added to that of the central ones
	least         = 4e-4  // variance that is added beside it: a picture may have some black where others have none
)

// better is how many times nearer a picture must be in another pose than in its own
// before that one is believed.
const better = 0.75

// NewLook learns from descriptions of pictures, set by set, every set weighing the
// same. folds[i][k] is the fold of picture k of set i. The limit is so many times what
// the given part of the pictures keeps within, each measured by the distribution of
// the other folds; that of the result is of all.
func NewLook(sets [][][]float64, folds [][]int) (*Look, error) {
	l := &Look{looks.Normal{Kept: keep, Margin: margin}}
	last := 0
	for i, pictures := range sets {
		for k, d := range pictures {
			if len(d) != descriptionLength {
				return nil, fmt.Errorf("%w: %d figures", ErrBadLook, len(d))
			}
			last = max(last, folds[i][k])
		}
		l.Films += len(pictures)
	}
	if l.Films < LeastPictures {
		return nil, fmt.Errorf("%w: %d, at least %d are needed", ErrFewPictures, l.Films, LeastPictures)
	}
	held := make([][]float64, len(sets))
	for fold := range last + 1 {
		rest := make([][][]float64, 0, len(sets))
		for i, pictures := range sets {
			var of [][]float64
			for k, d := range pictures {
				if folds[i][k] != fold {
					of = append(of, d)
				}
			}
			if len(of) > 0 {
				rest = append(rest, of)
			}
		}
		if err := l.Fit(rest, ridge, least); err != nil {
			return nil, err
		}
		for i, pictures := range sets {
			for k, d := range pictures {
				if folds[i][k] == fold {
					held[i] = append(held[i], l.Distance(d))
				}
			}
		}
	}
	if err := l.Fit(sets, ridge, least); err != nil {
		return nil, err
	}
	l.Limit = margin * looks.Within(held, keep)
	return l, l.Validate()
}

// Validate refuses what is no Look; the error wraps [ErrBadLook].
func (l *Look) Validate() error { return l.Normal.Validate(descriptionLength) }

// Judge says whether a picture of any size looks like ultrasound of the breast with
// the skin above, and if not, whether it would in another pose. distance is that of
// the picture as it lies: about 24 for such a picture.
func (l *Look) Judge(picture plane.Plane) (pose looks.Pose, distance float64) {
	return l.Normal.Judge(picture.Stretch(LookSide, LookSide), Describe, better)
}
