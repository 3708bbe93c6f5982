package calibrate

import (
	"fmt"
	"math"
	"sort"
)

// Kind names how a map was fitted.
type Kind string

// The kinds of maps, the simplest first.
const (
	KindTemperature Kind = "temperature" // one number
	KindPlatt       Kind = "platt"       // two numbers
	KindIsotonic    Kind = "isotonic"    // any rising curve
)

// Kinds lists all kinds, the simplest first.
func Kinds() []Kind { return []Kind{KindTemperature, KindPlatt, KindIsotonic} }

// maxSlope is steeper than any curve through logits of float32 networks.
const maxSlope = 1e9

// Map turns a logit into a calibrated probability. It never falls, and never
// says more than the cases behind it can: no 0, no 1. Its JSON is validated
// when it is read.
type Map struct {
	Kind   Kind   `json:"kind"`
	Counts Counts `json:"counts"`
	// Slope and Intercept belong to the logistic kinds; the temperature is
	// 1/Slope.
	Slope     float64 `json:"slope,omitempty"`
	Intercept float64 `json:"intercept,omitempty"`
	// Blocks belong to the isotonic kind, by rising logit.
	Blocks []Block `json:"blocks,omitempty"`
	// Band is how far the map itself is uncertain; empty where it was not
	// measured.
	Band []BandPoint `json:"band,omitempty"`
}

// BandPoint is the 95 % interval of the map's value at one logit.
type BandPoint struct {
	Logit float64 `json:"logit"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func fitSample(s Sample, kind Kind) (Map, error) {
	c, err := s.check()
	if err != nil {
		return Map{}, err
	}
	return fitKind(c, kind)
}

func fitKind(c cases, kind Kind) (Map, error) {
	switch kind {
	case KindTemperature, KindPlatt:
		return fitLogistic(c, kind)
	case KindIsotonic:
		return fitIsotonic(c), nil
	}
	return Map{}, fmt.Errorf("%w: unknown kind %q", ErrBadInput, kind)
}

// Probability is the calibrated probability of the finding at the prevalence
// of the fitting data, inside (0, 1); NaN for a logit that is not a number.
func (m Map) Probability(logit float64) float64 {
	if m.Kind == KindIsotonic {
		return isotonicAt(m.Blocks, logit)
	}
	p := sigmoid(m.Slope*logit + m.Intercept)
	// Beyond the targets it was fitted to, the curve only extrapolates.
	// min and max keep NaN.
	return min(max(p, m.Counts.floor()), m.Counts.ceiling())
}

// Interval is the 95 % interval of [Map.Probability] at a logit, from refits
// on resampled patients. It covers the chance in the calibration cases, not a
// change of patients or machines. NaN where the band was not measured.
func (m Map) Interval(logit float64) (low, high float64) {
	n := len(m.Band)
	if n == 0 || math.IsNaN(logit) {
		return math.NaN(), math.NaN()
	}
	right := sort.Search(n, func(k int) bool { return m.Band[k].Logit >= logit })
	switch right {
	case 0:
		low, high = m.Band[0].Low, m.Band[0].High
	case n:
		low, high = m.Band[n-1].Low, m.Band[n-1].High
	default:
		a, b := m.Band[right-1], m.Band[right]
		f := (logit - a.Logit) / (b.Logit - a.Logit)
		low, high = between(a.Low, b.Low, f), between(a.High, b.High, f)
	}
	p := m.Probability(logit)
	return min(low, p), max(high, p)
}

// Validate tells whether the map is what it promises: finite, rising, of
// bounded size, inside (0, 1). The error is an [ErrBadFile].
func (m Map) Validate() error {
	if err := m.Counts.validate(); err != nil {
		return err
	}
	var err error
	switch m.Kind {
	case KindTemperature, KindPlatt:
		err = m.validateLogistic()
	case KindIsotonic:
		err = m.validateIsotonic()
	default:
		err = fmt.Errorf("%w: unknown kind %q", ErrBadFile, m.Kind)
	}
	if err != nil {
		return err
	}
	return validateBand(m.Band)
}

func (m Map) validateLogistic() error {
	// The curve's middle lies where logits can lie, or not far off.
	const farthest = maxLogit * maxSlope
	switch {
	case !(m.Slope > 0 && m.Slope <= maxSlope), !(math.Abs(m.Intercept) <= farthest):
		return fmt.Errorf("%w: slope %v, intercept %v", ErrBadFile, m.Slope, m.Intercept)
	case m.Kind == KindTemperature && m.Intercept != 0:
		return fmt.Errorf("%w: a temperature has no intercept, here %v", ErrBadFile, m.Intercept)
	case len(m.Blocks) != 0:
		return fmt.Errorf("%w: blocks in a %s map", ErrBadFile, m.Kind)
	}
	return nil
}

func (m Map) validateIsotonic() error {
	if len(m.Blocks) == 0 || len(m.Blocks) > maxBlocks {
		return fmt.Errorf("%w: %d blocks; between 1 and %d are possible", ErrBadFile, len(m.Blocks), maxBlocks)
	}
	if m.Slope != 0 || m.Intercept != 0 {
		return fmt.Errorf("%w: a slope in an isotonic map", ErrBadFile)
	}
	n, positives := 0, 0
	for i, b := range m.Blocks {
		switch {
		case !usableLogit(b.Low) || !usableLogit(b.High) || b.Low > b.High:
			return fmt.Errorf("%w: block %d from %v to %v", ErrBadFile, i, b.Low, b.High)
		case b.N < 1 || b.N > maxCases || b.Positives < 0 || b.Positives > b.N || b.Groups < 1 || b.Groups > b.N:
			return fmt.Errorf("%w: block %d counts %d of %d, %d patients", ErrBadFile, i, b.Positives, b.N, b.Groups)
		case i > 0 && !(m.Blocks[i-1].High < b.Low && m.Blocks[i-1].value() < b.value()):
			return fmt.Errorf("%w: block %d does not rise above the one before", ErrBadFile, i)
		}
		n, positives = n+b.N, positives+b.Positives
	}
	if n != m.Counts.Cases || positives != m.Counts.Positives {
		return fmt.Errorf("%w: blocks of %d of %d cases, counts say %d of %d", ErrBadFile, positives, n, m.Counts.Positives, m.Counts.Cases)
	}
	return nil
}

func validateBand(band []BandPoint) error {
	if len(band) > maxBand {
		return fmt.Errorf("%w: a band of %d knots; at most %d are possible", ErrBadFile, len(band), maxBand)
	}
	for i, b := range band {
		ok := usableLogit(b.Logit) && b.Low > 0 && b.Low <= b.High && b.High < 1
		if ok && i > 0 {
			a := band[i-1]
			ok = a.Logit < b.Logit && a.Low <= b.Low && a.High <= b.High
		}
		if !ok {
			return fmt.Errorf("%w: knot %d of the band does not rise inside (0, 1): %+v", ErrBadFile, i, b)
		}
	}
	return nil
}

// UnmarshalJSON implements json.Unmarshaler and validates.
func (m *Map) UnmarshalJSON(text []byte) error {
	type plain Map // without this method
	var read plain
	if err := strict(text, &read); err != nil {
		return err
	}
	if err := Map(read).Validate(); err != nil {
		return err
	}
	*m = Map(read)
	return nil
}
