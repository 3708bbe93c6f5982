package calibrate

import (
	"fmt"
	"math"
	"slices"

	"lightbox/model/metrics"
)

// Sample is what a calibration is fitted on: for each film the logit of a
// network that was not trained on it, the label (1 with the finding, 0
// without) and the patient. Groups is nil where each film is another patient;
// otherwise all three have the same length.
type Sample struct {
	Logits []float64
	Labels []int
	Groups []string
}

// Counts says what a sample holds. A patient with films of both classes counts
// in both.
type Counts struct {
	Cases          int `json:"cases"`
	Positives      int `json:"positives"`
	Groups         int `json:"groups"`
	PositiveGroups int `json:"positive_groups"`
	NegativeGroups int `json:"negative_groups"`
}

// Prevalence is the share of films with the finding.
func (c Counts) Prevalence() float64 { return float64(c.Positives) / float64(c.Cases) }

// floor and ceiling are the most extreme probabilities that so many
// independent cases can speak for, by Laplace's rule of succession: had none
// of m cases been positive, the next would be with probability 1/(m+2).
func (c Counts) floor() float64   { return 1 / float64(c.NegativeGroups+2) }
func (c Counts) ceiling() float64 { return 1 - 1/float64(c.PositiveGroups+2) }

func (c Counts) validate() error {
	negatives := c.Cases - c.Positives
	switch {
	case c.Cases < 2 || c.Cases > maxCases || c.Positives < 1 || negatives < 1,
		c.PositiveGroups < 1 || c.PositiveGroups > c.Positives,
		c.NegativeGroups < 1 || c.NegativeGroups > negatives,
		c.Groups < max(c.PositiveGroups, c.NegativeGroups),
		c.Groups > c.PositiveGroups+c.NegativeGroups:
		return fmt.Errorf("%w: counts contradict each other: %+v", ErrBadFile, c)
	}
	return nil
}

// cases is a sample that was checked, with groups as numbers below the
// number of cases of the whole sample.
type cases struct {
	z     []float64
	y     []int
	group []int
}

// check makes sure that figures would not be silently wrong. Both classes are
// there.
func (s Sample) check() (cases, error) {
	c, err := unlabelled(s.Logits, s.Groups)
	if err != nil {
		return cases{}, err
	}
	if err := checkLabels(s.Labels, len(s.Logits)); err != nil {
		return cases{}, err
	}
	c.y = s.Labels
	if n := c.counts(); n.Positives == 0 || n.Positives == n.Cases {
		return cases{}, fmt.Errorf("%w: %d cases, all with label %d; both classes are needed", ErrOneClass, n.Cases, s.Labels[0])
	}
	return c, nil
}

func checkLabels(labels []int, n int) error {
	if len(labels) != n {
		return fmt.Errorf("%w: %d labels for %d cases", ErrBadInput, len(labels), n)
	}
	for i, y := range labels {
		if y != 0 && y != 1 {
			return fmt.Errorf("%w: label %d is %d, not 0 or 1", ErrBadInput, i, y)
		}
	}
	return nil
}

// unlabelled checks logits and groups.
func unlabelled(logits []float64, groups []string) (cases, error) {
	if err := checkSizes(len(logits), groups); err != nil {
		return cases{}, err
	}
	for i, z := range logits {
		if !usableLogit(z) {
			return cases{}, fmt.Errorf("%w: logit %d is %v; it must be finite and at most %g in magnitude", ErrBadInput, i, z, maxLogit)
		}
	}
	return cases{z: logits, group: groupNumbers(groups, len(logits))}, nil
}

func checkSizes(n int, groups []string) error {
	if n == 0 || n > maxCases {
		return fmt.Errorf("%w: %d cases; between 1 and %d are possible", ErrBadInput, n, maxCases)
	}
	if len(groups) != 0 && len(groups) != n {
		return fmt.Errorf("%w: %d groups for %d cases", ErrBadInput, len(groups), n)
	}
	return nil
}

func usableLogit(z float64) bool { return math.Abs(z) <= maxLogit } // false for NaN

// groupNumbers numbers groups in order of first appearance.
func groupNumbers(groups []string, n int) []int {
	out := make([]int, n)
	for g, members := range metrics.Members(groups, n) {
		for _, i := range members {
			out[i] = g
		}
	}
	return out
}

func (c cases) counts() Counts {
	out := Counts{Cases: len(c.y)}
	if len(c.y) == 0 {
		return out
	}
	seen := make([]uint8, slices.Max(c.group)+1) // bit y: a film with label y
	for i, y := range c.y {
		out.Positives += y
		seen[c.group[i]] |= 1 << y
	}
	for _, s := range seen {
		out.NegativeGroups += int(s & 1)
		out.PositiveGroups += int(s >> 1)
		out.Groups += int(min(s, 1))
	}
	return out
}

// pick returns the cases at the given positions.
func (c cases) pick(index []int) cases {
	out := cases{z: make([]float64, len(index)), y: make([]int, len(index)), group: make([]int, len(index))}
	for k, i := range index {
		out.z[k], out.y[k], out.group[k] = c.z[i], c.y[i], c.group[i]
	}
	return out
}

// members lists the cases of each group, groups in order of first appearance.
func (c cases) members() [][]int { return metrics.Members(c.group, len(c.group)) }
