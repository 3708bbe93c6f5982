package lungs

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"lightbox/model/looks"
	"lightbox/model/plane"
)

// descriptionLength is the number of figures that describe what the segmenter
// finds.
const descriptionLength = 20

// Describe says in figures what the segmenter finds on a film of any size: how
// much, how sure it is, whether it finds the same on the mirror image, where and of
// what shape the two largest parts lie, how much darker they are than what lies
// around, between and below them, in the upper corners and at the lower edge, and
// how much their brightness varies. On anything but an upright frontal chest
// radiograph they are not those of lungs; see [Shape].
func (s *Segmenter) Describe(film plane.Plane) []float64 {
	small := film.Stretch(Side, Side)
	pair := append([]float32(nil), small.Pix...)
	plane.Standardise(pair, nil, floor)
	mirrored := plane.New(Side, Side)
	plane.Plane{Rows: Side, Columns: Side, Pix: pair}.Warp(mirrored.Pix, Side, Side, plane.Mirror(), false)
	logits := s.plan.NewBatch(2).Forward(append(pair, mirrored.Pix...), 2)
	straight, turned := logits[:Side*Side], logits[Side*Side:]

	mask := plane.New(Side, Side)
	var both, either, unsure float64
	for i, z := range straight {
		w := turned[i/Side*Side+Side-1-i%Side]
		if z > 0 {
			mask.Pix[i] = 1
			either++
		}
		if w > 0 {
			either++
		}
		if z > 0 && w > 0 {
			both++
		}
		if z > -unsureLogit && z < unsureLogit {
			unsure++
		}
	}
	left, right := twoLargest(mask.Parts())
	const pixels = Side * Side
	d := []float64{
		mask.Area(), float64(min(left.Size, right.Size)) / pixels,
		unsure / pixels, contrast(small, mask), 2 * both / math.Max(either, 1),
	}
	for _, p := range [2]plane.Part{left, right} {
		d = append(d, p.X/Side, p.Y/Side, float64(p.Right-p.Left)/Side, float64(p.Bottom-p.Top)/Side, p.Taper(Side))
	}
	return append(d, surroundings(pair[:Side*Side], mask, left, right)...)
}

// surroundings are, of a standardised film: how much brighter than the lungs it is
// between them, and below them; the standard deviation in the lungs; and how much
// brighter than the lungs the upper corners are, where there is air, and the lower
// edge, where there is abdomen.
func surroundings(film []float32, mask plane.Plane, left, right plane.Part) []float64 {
	var lungs, between, below, corners, edge mean
	for i, v := range film {
		x, y := float64(i%Side), i/Side
		if y >= Side-Side/16 && x >= Side/4 && x < Side-Side/4 {
			edge.add(v)
		}
		switch {
		case mask.Pix[i] > plane.Inside:
			lungs.add(v)
		case x > left.X && x < right.X && y >= min(left.Top, right.Top) && y <= max(left.Bottom, right.Bottom):
			between.add(v)
		case y > max(left.Bottom, right.Bottom) && x >= float64(left.Left) && x <= float64(right.Right):
			below.add(v)
		case y < Side/8 && (x < Side/8 || x >= Side-Side/8):
			corners.add(v)
		}
	}
	return []float64{between.over(lungs), below.over(lungs), lungs.deviation(), corners.over(lungs), edge.over(lungs)}
}

// mean adds up what there is of one sort.
type mean struct{ n, sum, squares float64 }

func (m *mean) add(v float32) {
	m.n++
	m.sum += float64(v)
	m.squares += float64(v) * float64(v)
}

// over is how much larger it is than another, 0 where there is nothing of either.
func (m mean) over(other mean) float64 {
	if m.n == 0 || other.n == 0 {
		return 0
	}
	return m.sum/m.n - other.sum/other.n
}

func (m mean) deviation() float64 {
	if m.n == 0 {
		return 0
	}
	return math.Sqrt(math.Max(m.squares/m.n-m.sum/m.n*(m.sum/m.n), 0))
}

const (
	unsureLogit = 2 // nearer to 0 than 12 % and 88 %
	ring        = 5 // pixels around the lungs that they are compared with
)

// twoLargest gives the two largest parts, the left one first; parts that are
// missing are empty.
func twoLargest(parts []plane.Part) (left, right plane.Part) {
	sorted := slices.Clone(parts)
	slices.SortStableFunc(sorted, func(a, b plane.Part) int { return b.Size - a.Size })
	sorted = append(sorted, plane.Part{}, plane.Part{})
	if left, right = sorted[0], sorted[1]; left.X > right.X {
		left, right = right, left
	}
	return left, right
}

// contrast is how much brighter the ring around a mask is than what lies in it.
func contrast(film, mask plane.Plane) float64 {
	wide := mask.Clone()
	wide.Grow(ring)
	var inside, around, n, m float64
	for i, v := range film.Pix {
		switch {
		case mask.Pix[i] > plane.Inside:
			inside += float64(v)
			n++
		case wide.Pix[i] > plane.Inside:
			around += float64(v)
			m++
		}
	}
	if n == 0 || m == 0 {
		return 0
	}
	return around/m - inside/n
}

// Shape is what lungs look like: the normal distribution of descriptions of
// chest films, and how far from its middle they may lie.
type Shape struct{ looks.Normal }

// Errors of a Shape.
var (
	ErrFewFilms = errors.New("too few films to say what lungs look like")
	ErrBadShape = looks.ErrBad
)

const (
	// LeastFilms is how many films it takes to say what lungs look like.
	LeastFilms = 20 * descriptionLength
	keep       = 0.99 // of chest films
	margin     = 2.5  // times as far: the sets hold few very sick lungs, on which less is found
	ridge      = 0.05 // of the variance over all films, added to that of the central ones
	least      = 1e-9 // variance that is added beside it
)

// NewShape learns from descriptions of chest films, set by set: the distribution
// from every second film, and the limit, two and a half times what 99 % of them
// keep within, from the others. Every set weighs the same; sets of sick lungs must
// be among them, which look less like lungs. Films that lie far from the rest of
// their set, as those on which no lungs were found, are left out of the
// distribution, but not of the limit.
func NewShape(sets [][][]float64) (*Shape, error) {
	s := &Shape{looks.Normal{Kept: keep, Margin: margin}}
	for _, films := range sets {
		for _, f := range films {
			if len(f) != descriptionLength {
				return nil, fmt.Errorf("%w: %d figures", ErrBadShape, len(f))
			}
		}
		if s.Films += len(films); len(films) < 2 {
			return nil, fmt.Errorf("%w: a set of %d", ErrFewFilms, len(films))
		}
	}
	if s.Films < LeastFilms {
		return nil, fmt.Errorf("%w: %d, at least %d are needed", ErrFewFilms, s.Films, LeastFilms)
	}
	learn, test := make([][][]float64, len(sets)), make([][]float64, len(sets))
	for i, films := range sets {
		for k := 0; k < len(films); k += 2 {
			learn[i] = append(learn[i], films[k])
		}
	}
	if err := s.Fit(learn, ridge, least); err != nil {
		return nil, err
	}
	for i, films := range sets {
		for k := 1; k < len(films); k += 2 {
			test[i] = append(test[i], s.Distance(films[k]))
		}
	}
	s.Limit = margin * looks.Within(test, keep)
	return s, s.Validate()
}

// Validate refuses what is no Shape; the error wraps [ErrBadShape].
func (s *Shape) Validate() error { return s.Normal.Validate(descriptionLength) }

// better is how many times nearer to lungs a film must be in another pose than
// in its own before that one is believed.
const better = 0.6

// Judge says whether a film of any size looks like an upright frontal chest
// radiograph, and if not, whether it would in another pose. distance is that of
// the film as it lies: about 20 for such a film.
func (s *Shape) Judge(segmenter *Segmenter, film plane.Plane) (pose looks.Pose, distance float64) {
	if pose, distance = s.Normal.Judge(film.Stretch(Side, Side), segmenter.Describe, better); pose == looks.Upright {
		pose = s.inspect(segmenter, film, distance)
	}
	return pose, distance
}
