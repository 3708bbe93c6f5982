package calibrate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"lightbox/model/metrics"
)

// Streams set random numbers apart that start from the same seed.
const (
	streamFolds     = 0x666f6c64
	streamBootstrap = 0x626f6f74
	streamBand      = 0x62616e64
	streamChance    = 0x6c75636b
)

// bootstrap measures resamples of whole groups, drawn with replacement. The
// cases of a resample are given as weights, each case's number of draws.
// Returned are, for each figure, the values that are numbers, sorted.
func bootstrap(members [][]int, n int, seed uint64, measure func(weight []float64) []float64) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, streamBootstrap))
	weight := make([]float64, n)
	var drawn [][]float64
	for range metrics.Resamples {
		clear(weight)
		for range members {
			for _, i := range members[rng.IntN(len(members))] {
				weight[i]++
			}
		}
		figures := measure(weight)
		if drawn == nil {
			drawn = make([][]float64, len(figures))
		}
		for f, v := range figures {
			if !math.IsNaN(v) {
				drawn[f] = append(drawn[f], v)
			}
		}
	}
	for _, d := range drawn {
		slices.Sort(d)
	}
	return drawn
}

// ones are the weights of the sample itself.
func ones(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}

// redraw is a bootstrap sample; a group that is drawn twice counts as two.
func (c cases) redraw(members [][]int, rng *rand.Rand) cases {
	var index, group []int
	for g := range members {
		for _, i := range members[rng.IntN(len(members))] {
			index, group = append(index, i), append(group, g)
		}
	}
	out := c.pick(index)
	out.group = group
	return out
}

// folds deals whole groups into k folds, or as many as the rarer class has
// groups. Groups come in three sorts, those with negative films, with positive
// films, with both; each goes, in random order, to the fold that has fewest
// films of its sort, then fewest at all.
func (c cases) folds(k int, seed uint64) [][]int {
	n := c.counts()
	k = max(2, min(k, n.PositiveGroups, n.NegativeGroups))
	members := c.members()
	folds := make([][]int, k)
	filled := make([][3]int, k)
	for _, g := range rand.New(rand.NewPCG(seed, streamFolds)).Perm(len(members)) {
		sort := c.y[members[g][0]]
		for _, i := range members[g] {
			if c.y[i] != sort {
				sort = 2
			}
		}
		least := 0
		for f := range folds {
			if a, b := filled[f][sort], filled[least][sort]; a < b || a == b && len(folds[f]) < len(folds[least]) {
				least = f
			}
		}
		folds[least] = append(folds[least], members[g]...)
		filled[least][sort] += len(members[g])
	}
	return folds
}

// outOfFold fits on all folds but one and gives the probabilities of the one,
// in turn. The error is the first of a fit.
func (c cases) outOfFold(folds [][]int, fit func(cases) (Map, error)) ([]float64, error) {
	p := make([]float64, len(c.z))
	for f := range folds {
		var rest []int
		for other, index := range folds {
			if other != f {
				rest = append(rest, index...)
			}
		}
		part := c.pick(rest)
		if n := part.counts(); n.Positives == 0 || n.Positives == n.Cases {
			return nil, fmt.Errorf("%w outside fold %d of %d", ErrOneClass, f+1, len(folds))
		}
		m, err := fit(part)
		if err != nil {
			return nil, fmt.Errorf("without fold %d of %d: %w", f+1, len(folds), err)
		}
		for _, i := range folds[f] {
			p[i] = m.Probability(c.z[i])
		}
	}
	return p, nil
}
