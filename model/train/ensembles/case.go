package ensembles

import (
	"hash/fnv"
	"math/rand/v2"

	"lightbox/model/arch"
	"lightbox/model/ensemble"
)

// Unknown is the label of a case that has none, or one that the model does not
// tell from others.
const Unknown = -1

// Case is a picture as far as folds and figures are concerned.
type Case struct {
	Set, Name, Group, View string
	Label                  int  // 1 with the finding, 0 without, or Unknown
	Held                   bool // never trained on
}

// Fold deals groups into so many folds, always the same.
func Fold(group string, folds int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(group)) // a hash does not fail
	return int(h.Sum32() % uint32(folds))
}

// learned tells whether a case may train a network, or be read by the one that
// was trained without it.
func (c Case) learned() bool { return !c.Held && c.Label != Unknown }

// Kind is what one sort of ensemble does with its cases, which are named by their
// places in a list. Its methods are called from several goroutines.
type Kind interface {
	// Net is one network: one logit a picture.
	Net() *arch.Net
	// Example makes what a network sees of a case, changed at random, and what it
	// should answer.
	Example(r *rand.Rand, i int, input, target, weight []float32)
	// Reader reads cases with networks; ok is false for a case that cannot be read.
	Reader(members []arch.Weights) (func(i int) (a ensemble.Answer, ok bool), error)
}

// Stratum is cases of one set and label, of which Count are in every batch.
type Stratum struct {
	Set   string `json:"set"`
	Label int    `json:"label"`
	Count int    `json:"count"`
}

// Balanced are strata for a batch of about so many cases: every set that has both
// labels, half of each. Sets with one label alone would be known by their look.
func Balanced(cases []Case, batch int) []Stratum {
	count := map[string][2]int{}
	var sets []string
	for _, c := range cases {
		if !c.learned() {
			continue
		}
		n, known := count[c.Set]
		if !known {
			sets = append(sets, c.Set)
		}
		n[c.Label]++
		count[c.Set] = n
	}
	var both []string
	for _, s := range sets {
		if n := count[s]; n[0] > 0 && n[1] > 0 {
			both = append(both, s)
		}
	}
	var strata []Stratum
	for _, s := range both {
		half := max(1, batch/2/len(both))
		strata = append(strata, Stratum{s, 1, half}, Stratum{s, 0, half})
	}
	return strata
}

// HasStrata tells whether there are cases for every stratum.
func HasStrata(cases []Case, strata []Stratum) bool {
	type key struct {
		set   string
		label int
	}
	have := map[key]bool{}
	for _, c := range cases {
		if c.learned() {
			have[key{c.Set, c.Label}] = true
		}
	}
	for _, s := range strata {
		if !have[key{s.Set, s.Label}] {
			return false
		}
	}
	return true
}
