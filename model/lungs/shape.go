package lungs

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

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
type Shape struct {
	Mean   []float64   `json:"mean"`
	Factor [][]float64 `json:"factor"` // Cholesky factor of the covariance: its lower triangle, row by row
	Limit  float64     `json:"limit"`  // of the squared Mahalanobis distance
	Kept   float64     `json:"kept"`   // part of the films that lies within Limit divided by Margin
	Margin float64     `json:"margin"`
	Films  int         `json:"films"`
}

// Errors of a Shape.
var (
	ErrFewFilms = errors.New("too few films to say what lungs look like")
	ErrBadShape = errors.New("no description of lungs")
)

const (
	// LeastFilms is how many films it takes to say what lungs look like.
	LeastFilms = 20 * descriptionLength
	keep       = 0.99 // of chest films
	margin     = 2.5  // times as far: the sets hold few very sick lungs, on which less is found
	ridge      = 0.05 // of the variance over all films, added to that of the central ones
)

// NewShape learns from descriptions of chest films, set by set: the distribution
// from every second film, and the limit, two and a half times what 99 % of them
// keep within, from the others. Every set weighs the same; sets of sick lungs must
// be among them, which look less like lungs. Films that lie far from the rest of
// their set, as those on which no lungs were found, are left out of the
// distribution, which they would blow up, but not of the limit.
func NewShape(sets [][][]float64) (*Shape, error) {
	s := &Shape{Kept: keep, Margin: margin}
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
	learn, test := make([][][]float64, len(sets)), make([][][]float64, len(sets))
	for i, films := range sets {
		for k, f := range films {
			if k%2 == 0 {
				learn[i] = append(learn[i], f)
			} else {
				test[i] = append(test[i], f)
			}
		}
	}
	near := learn
	floors := make([]float64, descriptionLength)
	for range rounds {
		if err := s.fit(near, floors); err != nil {
			return nil, err
		}
		near = make([][][]float64, len(sets))
		for i, films := range learn {
			sorted := slices.Clone(films)
			slices.SortStableFunc(sorted, func(a, b []float64) int { return cmp.Compare(s.Distance(a), s.Distance(b)) })
			near[i] = sorted[:max(1, int(central*float64(len(sorted))))]
		}
	}
	if err := s.fit(near, floors); err != nil {
		return nil, err
	}
	s.Limit = margin * s.quantile(test, keep)
	return s, s.Validate()
}

// Films that make the distribution: of each set the central part, found by so
// many rounds of fitting.
const (
	central = 0.95
	rounds  = 3
)

// fit takes mean and covariance over, with every set weighing the same. The
// first time, it notes in floors what is added to the variances of each later
// fit: a figure that is the same on all central films, as there are two lungs,
// must not count without bound on the others.
func (s *Shape) fit(sets [][][]float64, floors []float64) (err error) {
	const n = descriptionLength
	s.Mean = make([]float64, n)
	covariance := make([][]float64, n)
	for a := range covariance {
		covariance[a] = make([]float64, n)
	}
	each := func(f func(v []float64, weight float64)) {
		for _, films := range sets {
			for _, v := range films {
				f(v, 1/float64(len(sets)*len(films)))
			}
		}
	}
	each(func(v []float64, weight float64) {
		for a := range v {
			s.Mean[a] += weight * v[a]
		}
	})
	each(func(v []float64, weight float64) {
		for a := range v {
			for b := range v {
				covariance[a][b] += weight * (v[a] - s.Mean[a]) * (v[b] - s.Mean[b])
			}
		}
	})
	for a := range covariance {
		if floors[a] == 0 {
			floors[a] = ridge*covariance[a][a] + 1e-9
		}
		covariance[a][a] += floors[a]
	}
	s.Factor, err = cholesky(covariance)
	return err
}

// quantile is the distance within which a part of all films lies, every set
// weighing the same.
func (s *Shape) quantile(sets [][][]float64, part float64) float64 {
	type film struct{ distance, weight float64 }
	var all []film
	for _, films := range sets {
		for _, f := range films {
			all = append(all, film{s.Distance(f), 1 / float64(len(films)*len(sets))})
		}
	}
	slices.SortFunc(all, func(a, b film) int { return cmp.Compare(a.distance, b.distance) })
	var sum float64
	for _, f := range all {
		if sum += f.weight; sum >= part {
			return f.distance
		}
	}
	return all[len(all)-1].distance
}

// cholesky factors a symmetric positive matrix.
func cholesky(m [][]float64) ([][]float64, error) {
	factor := make([][]float64, len(m))
	for i := range m {
		factor[i] = make([]float64, i+1)
		for j := range i + 1 {
			sum := m[i][j]
			for k := range j {
				sum -= factor[i][k] * factor[j][k]
			}
			if i != j {
				factor[i][j] = sum / factor[j][j]
				continue
			}
			if !(sum > 0) {
				return nil, fmt.Errorf("%w: the figures of the films depend on each other", ErrBadShape)
			}
			factor[i][i] = math.Sqrt(sum)
		}
	}
	return factor, nil
}

// Validate refuses what is no Shape; the error wraps [ErrBadShape].
func (s *Shape) Validate() error {
	bad := len(s.Mean) != descriptionLength || len(s.Factor) != descriptionLength || !(s.Limit > 0) || math.IsInf(s.Limit, 0)
	for i, row := range s.Factor {
		bad = bad || len(row) != i+1 || !(row[len(row)-1] > 0)
		for _, v := range row {
			bad = bad || math.IsNaN(v) || math.IsInf(v, 0)
		}
	}
	for _, v := range s.Mean {
		bad = bad || math.IsNaN(v) || math.IsInf(v, 0)
	}
	if bad {
		return fmt.Errorf("%w: its figures do not fit together", ErrBadShape)
	}
	return nil
}

// Distance is the squared Mahalanobis distance of a description from those of
// chest films: about 20 for one of them.
func (s *Shape) Distance(description []float64) float64 {
	x := make([]float64, len(s.Mean))
	var sum float64
	for i := range x {
		v := description[i] - s.Mean[i]
		for k := range i {
			v -= s.Factor[i][k] * x[k]
		}
		x[i] = v / s.Factor[i][i]
		sum += x[i] * x[i]
	}
	return sum
}
