// Package looks says what pictures of one kind look like: figures that describe
// them follow a normal distribution, and what lies far from its middle, or nearer to
// it when it is turned, is none of them.
package looks

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Normal is the distribution of descriptions of pictures, and how far from its
// middle they may lie.
type Normal struct {
	Mean   []float64   `json:"mean"`
	Factor [][]float64 `json:"factor"` // Cholesky factor of the covariance: its lower triangle, row by row
	Limit  float64     `json:"limit"`  // of the squared Mahalanobis distance
	Kept   float64     `json:"kept"`   // part of the pictures that lies within Limit divided by Margin
	Margin float64     `json:"margin"`
	Films  int         `json:"films"` // pictures that it was learned from
}

// ErrBad marks what is no distribution, or none that can be learned.
var ErrBad = errors.New("no description of pictures")

// Pictures that make the distribution: of each set the central part, found by so
// many rounds of fitting.
const (
	central = 0.95
	rounds  = 3
)

// Fit takes mean and covariance from descriptions, set by set, with every set
// weighing the same. Pictures that lie far from the rest of their set are left out:
// they would blow the distribution up. ridge is the part of the variance over all
// pictures that is added to that of the central ones, and least a variance that is
// added beside it: a figure that is the same on all of these must not count without
// bound on others. The error wraps [ErrBad].
func (s *Normal) Fit(sets [][][]float64, ridge, least float64) error {
	n, err := length(sets)
	if err != nil {
		return err
	}
	near, floors := sets, make([]float64, n)
	for range rounds {
		if err := s.fit(near, ridge, least, floors); err != nil {
			return err
		}
		near = make([][][]float64, len(sets))
		for i, pictures := range sets {
			sorted := slices.Clone(pictures)
			slices.SortStableFunc(sorted, func(a, b []float64) int { return cmp.Compare(s.Distance(a), s.Distance(b)) })
			near[i] = sorted[:max(1, int(central*float64(len(sorted))))]
		}
	}
	return s.fit(near, ridge, least, floors)
}

// length is how many figures all descriptions have.
func length(sets [][][]float64) (n int, err error) {
	for _, pictures := range sets {
		for _, v := range pictures {
			if n == 0 {
				n = len(v)
			}
			if len(v) != n {
				return 0, fmt.Errorf("%w: %d figures beside %d", ErrBad, len(v), n)
			}
		}
		if len(pictures) == 0 {
			return 0, fmt.Errorf("%w: a set without pictures", ErrBad)
		}
	}
	if n == 0 {
		return 0, fmt.Errorf("%w: no pictures", ErrBad)
	}
	return n, nil
}

// fit takes mean and covariance over. The first time, it notes in floors what is
// added to the variances of each later fit.
func (s *Normal) fit(sets [][][]float64, ridge, least float64, floors []float64) (err error) {
	n := len(floors)
	s.Mean = make([]float64, n)
	covariance := make([][]float64, n)
	for a := range covariance {
		covariance[a] = make([]float64, n)
	}
	each := func(f func(v []float64, weight float64)) {
		for _, pictures := range sets {
			for _, v := range pictures {
				f(v, 1/float64(len(sets)*len(pictures)))
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
			floors[a] = ridge*covariance[a][a] + least
		}
		covariance[a][a] += floors[a]
	}
	s.Factor, err = cholesky(covariance)
	return err
}

// Within is the distance within which a part of all pictures lies, every set
// weighing the same. distances are those of the pictures, set by set.
func Within(distances [][]float64, part float64) float64 {
	type picture struct{ distance, weight float64 }
	var all []picture
	for _, of := range distances {
		for _, d := range of {
			all = append(all, picture{d, 1 / float64(len(of)*len(distances))})
		}
	}
	slices.SortFunc(all, func(a, b picture) int { return cmp.Compare(a.distance, b.distance) })
	var sum float64
	for _, p := range all {
		if sum += p.weight; sum >= part {
			return p.distance
		}
	}
	if len(all) == 0 {
		return 0
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
				return nil, fmt.Errorf("%w: the figures of the pictures depend on each other", ErrBad)
			}
			factor[i][i] = math.Sqrt(sum)
		}
	}
	return factor, nil
}

// Validate refuses what is no distribution of so many figures; the error wraps
// [ErrBad].
func (s *Normal) Validate(figures int) error {
	bad := len(s.Mean) != figures || len(s.Factor) != figures || !(s.Limit > 0) || math.IsInf(s.Limit, 0)
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
		return fmt.Errorf("%w: its figures do not fit together", ErrBad)
	}
	return nil
}

// Distance is the squared Mahalanobis distance of a description from the middle:
// about as much as it has figures for a picture of the kind.
func (s *Normal) Distance(description []float64) float64 {
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
