package calibrate

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Conformal gives, for each of the two classes, how unusual a logit would be
// among calibration cases of that class, and from that the set of classes
// that cannot be ruled out (Mondrian, that is class-conditional, split
// conformal prediction; Vovk, ACML 2012). The score of a case is how far its
// logit points away from its class: the logit itself for class 0, its negative
// for class 1. No calibration map takes part: any rising map gives the same
// sets.
//
// Several films of one patient share the weight of one case (hierarchical
// conformal prediction; Lee, Barber and Willett, arXiv 2306.06342, 2023), so
// that the promise is about a film of a new patient. Its JSON is validated
// when it is read.
type Conformal struct {
	Negative ClassScores `json:"negative"`
	Positive ClassScores `json:"positive"`
}

// ClassScores are the calibration scores of one class, rising strictly; Tail
// holds for each the weight of all scores at or above it, in patients, and
// thus falls from Groups. Where there are too many to keep, scores are rounded
// up to the next one kept: p-values grow, sets grow, coverage is never lost.
type ClassScores struct {
	Cases  int       `json:"cases"`
	Groups int       `json:"groups"`
	Scores []float64 `json:"scores"`
	Tail   []float64 `json:"tail"`
}

// Set says which classes cannot be ruled out.
type Set uint8

// The four sets. Neither is a film unlike the calibration cases of either
// class; Both is one that could be either. In neither case is there a call.
const (
	Neither Set = iota
	OnlyNegative
	OnlyPositive
	Both
)

// Has tells whether a label, 0 or 1, is in the set.
func (s Set) Has(label int) bool { return label >= 0 && label <= 1 && s>>label&1 == 1 }

// Decided tells whether exactly one class is left.
func (s Set) Decided() bool { return s == OnlyNegative || s == OnlyPositive }

func (s Set) String() string {
	names := [...]string{"neither", "negative", "positive", "both"}
	if int(s) >= len(names) {
		return fmt.Sprintf("Set(%d)", uint8(s))
	}
	return names[s]
}

// MarshalText implements encoding.TextMarshaler, so that JSON holds a word.
func (s Set) MarshalText() ([]byte, error) {
	if s > Both {
		return nil, fmt.Errorf("%w: set %d", ErrBadInput, uint8(s))
	}
	return []byte(s.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Set) UnmarshalText(text []byte) error {
	for _, known := range []Set{Neither, OnlyNegative, OnlyPositive, Both} {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("%w: set %q", ErrBadFile, text)
}

// FitConformal collects the scores. Errors: [ErrBadInput], [ErrOneClass].
func FitConformal(s Sample) (Conformal, error) {
	c, err := s.check()
	if err != nil {
		return Conformal{}, err
	}
	return fitConformal(c), nil
}

func fitConformal(c cases) Conformal {
	return Conformal{Negative: c.scores(0).thin(maxScores), Positive: c.scores(1).thin(maxScores)}
}

// score is how far a logit points away from a label.
func score(logit float64, label int) float64 {
	if label == 1 {
		return 0 - logit // and 0, not -0, for 0
	}
	return logit
}

// scores collects the scores of one class, each film weighted by one over the
// number of its patient's films of that class.
func (c cases) scores(label int) ClassScores {
	films := map[int]int{}
	var index []int
	for i, y := range c.y {
		if y == label {
			films[c.group[i]]++
			index = append(index, i)
		}
	}
	slices.SortFunc(index, func(a, b int) int { // falling
		switch sa, sb := score(c.z[a], label), score(c.z[b], label); {
		case sa > sb:
			return -1
		case sa < sb:
			return 1
		}
		return a - b
	})
	out := ClassScores{Cases: len(index), Groups: len(films)}
	var weight float64
	for k, i := range index {
		weight += 1 / float64(films[c.group[i]])
		s := score(c.z[i], label)
		if k+1 < len(index) && score(c.z[index[k+1]], label) == s {
			continue
		}
		out.Scores, out.Tail = append(out.Scores, s), append(out.Tail, weight)
	}
	slices.Reverse(out.Scores)
	slices.Reverse(out.Tail)
	out.Tail[0] = float64(out.Groups) // but for rounding, it is
	return out
}

// thin keeps at most n scores: the larger half of them are the most unusual
// ones, one by one, since small levels are decided there; the rest is spread
// evenly in rank.
func (s ClassScores) thin(n int) ClassScores {
	size := len(s.Scores)
	if size <= n {
		return s
	}
	out := ClassScores{Cases: s.Cases, Groups: s.Groups}
	fine := n / 2
	coarse := n - fine
	rest := size - fine // the less unusual ones
	previous := -1
	keep := func(at int) {
		// All scores after the previous kept one move up to this one.
		out.Scores = append(out.Scores, s.Scores[at])
		out.Tail = append(out.Tail, s.Tail[previous+1])
		previous = at
	}
	for k := 1; k <= coarse; k++ {
		keep(k*rest/coarse - 1)
	}
	for at := rest; at < size; at++ {
		keep(at)
	}
	return out
}

// above is the weight of calibration scores at or above a score.
func (s ClassScores) above(score float64) float64 {
	at := sort.SearchFloat64s(s.Scores, score)
	if at == len(s.Scores) {
		return 0
	}
	return s.Tail[at]
}

// pValue is the share of calibration cases, the new one included, that are at
// least as unusual.
func (s ClassScores) pValue(score float64) float64 {
	return (s.above(score) + 1) / float64(s.Groups+1)
}

// holds is pValue > alpha without losing a tie to rounding.
func holds(above float64, groups int, alpha float64) bool {
	return above+1 > alpha*float64(groups+1)+tolerance
}

// PValues are the p-values of the hypotheses that the film has, and has not,
// the finding. If it has, positive is at most u in at most the share u of
// films (and so for negative). NaN for a logit that is not a number.
func (c Conformal) PValues(logit float64) (negative, positive float64) {
	if math.IsNaN(logit) {
		return math.NaN(), math.NaN()
	}
	return c.Negative.pValue(score(logit, 0)), c.Positive.pValue(score(logit, 1))
}

// Set is the set at a level: the classes whose p-value is above alpha. Errors:
// [ErrBadInput] for a level outside (0, 1) or a logit that is not a number.
func (c Conformal) Set(logit, alpha float64) (Set, error) {
	if err := checkAlpha(alpha); err != nil {
		return Neither, err
	}
	if math.IsNaN(logit) {
		return Neither, fmt.Errorf("%w: logit is not a number", ErrBadInput)
	}
	return makeSet(
		holds(c.Negative.above(score(logit, 0)), c.Negative.Groups, alpha),
		holds(c.Positive.above(score(logit, 1)), c.Positive.Groups, alpha),
	), nil
}

func makeSet(negative, positive bool) Set {
	var s Set
	if negative {
		s |= OnlyNegative
	}
	if positive {
		s |= OnlyPositive
	}
	return s
}

// SmallestAlpha is the finest level at which either class can be ruled out.
func (c Conformal) SmallestAlpha() float64 {
	return SmallestAlpha(min(c.Negative.Groups, c.Positive.Groups))
}

// Coverage is the promise for each class at a level. It is exact for one film
// a patient; with several it counts patients and is close.
func (c Conformal) Coverage(alpha float64) (negative, positive Coverage, err error) {
	if negative, err = CoverageOf(c.Negative.Groups, alpha); err != nil {
		return Coverage{}, Coverage{}, err
	}
	positive, err = CoverageOf(c.Positive.Groups, alpha)
	return negative, positive, err
}

// Validate tells whether the scores are what they promise. The error is an
// [ErrBadFile].
func (c Conformal) Validate() error {
	if err := c.Negative.validate(); err != nil {
		return fmt.Errorf("negative scores: %w", err)
	}
	if err := c.Positive.validate(); err != nil {
		return fmt.Errorf("positive scores: %w", err)
	}
	return nil
}

func (s ClassScores) validate() error {
	n := len(s.Scores)
	switch {
	case n == 0 || n > maxScores || len(s.Tail) != n:
		return fmt.Errorf("%w: %d scores, %d weights; between 1 and %d of both are possible", ErrBadFile, n, len(s.Tail), maxScores)
	case s.Groups < 1 || s.Groups > s.Cases || s.Cases > maxCases || n > s.Cases:
		return fmt.Errorf("%w: %d scores of %d films of %d patients", ErrBadFile, n, s.Cases, s.Groups)
	case s.Tail[0] != float64(s.Groups):
		return fmt.Errorf("%w: the weights sum to %v, not %d", ErrBadFile, s.Tail[0], s.Groups)
	}
	for i := range n {
		if !usableLogit(s.Scores[i]) || !(s.Tail[i] > 0) {
			return fmt.Errorf("%w: score %d is %v with weight %v", ErrBadFile, i, s.Scores[i], s.Tail[i])
		}
		if i > 0 && !(s.Scores[i-1] < s.Scores[i] && s.Tail[i-1] > s.Tail[i]) {
			return fmt.Errorf("%w: score %d does not follow the one before", ErrBadFile, i)
		}
	}
	return nil
}

// UnmarshalJSON implements json.Unmarshaler and validates.
func (c *Conformal) UnmarshalJSON(text []byte) error {
	type plain Conformal // without this method
	var read plain
	if err := strict(text, &read); err != nil {
		return err
	}
	if err := Conformal(read).Validate(); err != nil {
		return err
	}
	*c = Conformal(read)
	return nil
}
