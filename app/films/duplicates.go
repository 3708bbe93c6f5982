package films

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"lightbox/model/kernel"
	"lightbox/model/plane"
)

// Two pictures whose reductions to reducedSide squared correlate by more than
// sameCorrelation are copies of one: stored again, cropped by a few lines, or
// taken a moment later.
const (
	reducedSide     = 32
	sameCorrelation = 0.998
)

// coarseSide is that of means that tell most pictures apart before all pixels are
// compared.
const coarseSide = 4

// reduction is a picture for comparison: its pixels less their mean, of length 1.
// The squared distance of two is 2 − 2·correlation, and no projection makes it
// longer.
type reduction struct {
	at     int       // of the picture in its list
	fine   []float32 // reducedSide squared
	coarse []float32 // projection onto the means of blocks
}

// Duplicates finds the pairs of pictures that show the same. Pictures are
// side × side; nil ones, and those that are all of one grey, are like none.
func Duplicates(pictures []plane.Bytes, side int) (pairs [][2]int) {
	var list []reduction
	var mu sync.Mutex
	kernel.Parallel(len(pictures), func(from, to int) {
		for i := from; i < to; i++ {
			if r, ok := reduce(pictures[i], side); ok {
				r.at = i
				mu.Lock()
				list = append(list, r)
				mu.Unlock()
			}
		}
	})
	// Along one axis, those that may be copies lie near each other.
	axis := widest(list)
	slices.SortFunc(list, func(a, b reduction) int {
		return cmp.Or(cmp.Compare(a.coarse[axis], b.coarse[axis]), cmp.Compare(a.at, b.at))
	})
	const far = 2 - 2*sameCorrelation // squared distance of copies, at most
	reach := float32(math.Sqrt(far) + 1e-6)
	kernel.ParallelParts(len(list), 64, func(_, from, to int) {
		for i := from; i < to; i++ {
			a := list[i]
			for _, b := range list[i+1:] {
				if b.coarse[axis]-a.coarse[axis] > reach {
					break
				}
				if distance(a.coarse, b.coarse) > far+1e-6 || distance(a.fine, b.fine) >= far {
					continue
				}
				mu.Lock()
				pairs = append(pairs, [2]int{min(a.at, b.at), max(a.at, b.at)})
				mu.Unlock()
			}
		}
	})
	slices.SortFunc(pairs, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	return pairs
}

func reduce(b plane.Bytes, side int) (r reduction, ok bool) {
	if b == nil {
		return r, false
	}
	r.fine = b.Square(side).Stretch(reducedSide, reducedSide).Pix
	var mean, length float64
	for _, v := range r.fine {
		mean += float64(v) / float64(len(r.fine))
	}
	for _, v := range r.fine {
		length += (float64(v) - mean) * (float64(v) - mean)
	}
	length = math.Sqrt(length)
	if length < 1e-6 {
		return r, false
	}
	r.coarse = make([]float32, coarseSide*coarseSide)
	const block = reducedSide / coarseSide
	for i, v := range r.fine {
		r.fine[i] = float32((float64(v) - mean) / length)
		// A sum over a block, divided by the root of its size, is a projection.
		r.coarse[i/reducedSide/block*coarseSide+i%reducedSide/block] += r.fine[i] / block
	}
	return r, true
}

// widest is the coarse value that varies most.
func widest(list []reduction) (axis int) {
	most := -1.0
	for k := range coarseSide * coarseSide {
		var sum, squares float64
		for _, r := range list {
			sum += float64(r.coarse[k])
			squares += float64(r.coarse[k]) * float64(r.coarse[k])
		}
		n := float64(max(len(list), 1))
		if spread := squares/n - sum*sum/(n*n); spread > most {
			most, axis = spread, k
		}
	}
	return axis
}

func distance(a, b []float32) (sum float32) {
	for i, v := range a {
		d := v - b[i]
		sum += d * d
	}
	return sum
}

// MergeGroups gives entries that show the same picture, and all that belong to
// the groups of either, one group: that of the first in the list. It returns how
// many groups became part of another.
func MergeGroups(list []Entry, pairs [][2]int) (merged int) {
	of := map[string]string{} // group → the one that it became part of
	var root func(g string) string
	root = func(g string) string {
		if up, ok := of[g]; ok {
			return root(up)
		}
		return g
	}
	first := map[string]int{}
	for i, e := range list {
		if _, seen := first[e.Group]; !seen {
			first[e.Group] = i
		}
	}
	for _, p := range pairs {
		a, b := root(list[p[0]].Group), root(list[p[1]].Group)
		if a == b {
			continue
		}
		if first[b] < first[a] {
			a, b = b, a
		}
		of[b] = a
		merged++
	}
	for i := range list {
		list[i].Group = root(list[i].Group)
	}
	return merged
}
