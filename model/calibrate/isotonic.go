package calibrate

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Block is one step of an isotonic map: the logits from Low to High, on which
// Positives of N films had the finding. Groups is the number of patients.
type Block struct {
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	N         int     `json:"n"`
	Positives int     `json:"positives"`
	Groups    int     `json:"groups"`
}

// value is the share of positives, held away from 0 and 1 by the block's own
// uncertainty: where none of m patients has the finding, Laplace's rule of
// succession gives the next one 1/(m+2).
func (b Block) value() float64 {
	floor := 1 / float64(b.Groups+2)
	return min(max(float64(b.Positives)/float64(b.N), floor), 1-floor)
}

// FitIsotonic finds the rising step function with the smallest squared error
// (and the smallest log loss) by pooling adjacent violators. Blocks that hold
// too few patients for their value (0 of 1 next to 1 of 10) are pooled further
// with their neighbours, so that no 0 or 1 is ever shown and the map stays
// rising. Between blocks the map is linear, beyond the last ones constant.
// Source: Ayer et al., Annals of Mathematical Statistics 26, 1955; Zadrozny
// and Elkan, KDD 2002. Errors: [ErrBadInput], [ErrOneClass].
func FitIsotonic(s Sample) (Map, error) { return fitSample(s, KindIsotonic) }

// step is a run of cases, ordered by logit, from position from to before to.
type step struct{ from, to, positives int }

func (s step) n() int { return s.to - s.from }

func fitIsotonic(c cases) Map {
	order := byLogit(c.z)
	steps := poolAdjacent(c, order)
	var blocks []Block
	var kept []step
	for _, s := range steps {
		b := c.block(order, s)
		for len(kept) > 0 && blocks[len(blocks)-1].value() >= b.value() {
			s = step{kept[len(kept)-1].from, s.to, kept[len(kept)-1].positives + s.positives}
			kept, blocks = kept[:len(kept)-1], blocks[:len(blocks)-1]
			b = c.block(order, s)
		}
		kept, blocks = append(kept, s), append(blocks, b)
	}
	return Map{Kind: KindIsotonic, Counts: c.counts(), Blocks: blocks}
}

// poolAdjacent is the least-squares solution: steps with strictly rising
// shares of positives, equal logits never torn apart. Shares are compared as
// whole numbers, exactly.
func poolAdjacent(c cases, order []int) []step {
	var out []step
	for i := 0; i < len(order); {
		s := step{from: i}
		for ; i < len(order) && c.z[order[i]] == c.z[order[s.from]]; i++ {
			s.positives += c.y[order[i]]
		}
		s.to = i
		for len(out) > 0 {
			last := out[len(out)-1]
			if int64(last.positives)*int64(s.n()) < int64(s.positives)*int64(last.n()) {
				break
			}
			s = step{last.from, s.to, last.positives + s.positives}
			out = out[:len(out)-1]
		}
		out = append(out, s)
	}
	return out
}

func (c cases) block(order []int, s step) Block {
	groups := make(map[int]struct{}, s.n())
	for _, i := range order[s.from:s.to] {
		groups[c.group[i]] = struct{}{}
	}
	return Block{
		Low: c.z[order[s.from]], High: c.z[order[s.to-1]],
		N: s.n(), Positives: s.positives, Groups: len(groups),
	}
}

// byLogit lists positions by rising logit.
func byLogit(z []float64) []int {
	order := make([]int, len(z))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if d := cmp.Compare(z[a], z[b]); d != 0 {
			return d
		}
		return a - b
	})
	return order
}

// isotonicAt reads the step function.
func isotonicAt(blocks []Block, z float64) float64 {
	if math.IsNaN(z) || len(blocks) == 0 {
		return math.NaN()
	}
	right := sort.Search(len(blocks), func(k int) bool { return blocks[k].High >= z })
	switch {
	case right == len(blocks):
		return blocks[right-1].value()
	case right == 0 || blocks[right].Low <= z:
		return blocks[right].value()
	}
	a, b := blocks[right-1], blocks[right]
	return between(a.value(), b.value(), (z-a.High)/(b.Low-a.High))
}

// between goes from a up to b as f goes from 0 to 1, never beyond and never
// back, whatever the rounding.
func between(a, b, f float64) float64 { return min(a+(b-a)*f, b) }
