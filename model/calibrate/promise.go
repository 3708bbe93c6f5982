package calibrate

import (
	"fmt"
	"math"

	"lightbox/model/metrics"
)

// Coverage is what a class of n calibration cases promises at a level: of new
// cases of that class, which share Mean have the truth in their set on average
// over calibration samples, and between which shares this one calibration
// sample lies with 95 % probability.
type Coverage struct {
	Cases int            `json:"cases"` // independent: patients
	Alpha float64        `json:"alpha"`
	Mean  metrics.Number `json:"mean"`
	Low   metrics.Number `json:"low95"`
	High  metrics.Number `json:"high95"`
}

// tolerance keeps decimal levels (0.1 of 99+1 cases) from being rounded across
// a whole number.
const tolerance = 1e-9

// ranks is how many of n calibration scores may lie at or above a score that
// is left out at level alpha: floor(alpha·(n+1)). With 0, nothing is left out.
func ranks(n int, alpha float64) int { return int(alpha*float64(n+1) + tolerance) }

func checkAlpha(alpha float64) error {
	if !(alpha > 0 && alpha < 1) {
		return fmt.Errorf("%w: level %v is not inside (0, 1)", ErrBadInput, alpha)
	}
	return nil
}

// CoverageDistribution is the distribution, over calibration samples of n
// independent cases of a class, of the share of new cases that are covered at
// level alpha: Beta(n+1-l, l) with l = floor(alpha·(n+1)). Ties only raise it.
// always is true where l = 0: every set then holds the class, coverage is 1.
// Source: Vovk, ACML 2012; Angelopoulos and Bates, A Gentle Introduction to
// Conformal Prediction, 2021, section 3.2.
func CoverageDistribution(n int, alpha float64) (d Beta, always bool, err error) {
	if err := checkAlpha(alpha); err != nil {
		return Beta{}, false, err
	}
	if n < 1 || n > maxCases {
		return Beta{}, false, fmt.Errorf("%w: %d calibration cases", ErrBadInput, n)
	}
	l := ranks(n, alpha)
	return Beta{float64(n + 1 - l), float64(l)}, l == 0, nil
}

// CoverageOf is the promise of n independent cases of a class at level alpha.
func CoverageOf(n int, alpha float64) (Coverage, error) {
	d, always, err := CoverageDistribution(n, alpha)
	if err != nil {
		return Coverage{}, err
	}
	out := Coverage{Cases: n, Alpha: alpha, Mean: 1, Low: 1, High: 1}
	if !always {
		out.Mean = metrics.Number(d.Mean())
		out.Low, out.High = metrics.Number(d.Quantile(0.025)), metrics.Number(d.Quantile(0.975))
	}
	return out, nil
}

// CoveredOf says how many of m new cases of a class will be covered, with 95 %
// probability, by sets that were calibrated on n: the beta-binomial
// distribution. A count outside means that the new cases are not like the
// calibration cases. Source: Angelopoulos and Bates 2021, appendix C.
func CoveredOf(n int, alpha float64, m int) (low, high int, err error) {
	d, always, err := CoverageDistribution(n, alpha)
	if err != nil {
		return 0, 0, err
	}
	if m < 1 || m > maxCases {
		return 0, 0, fmt.Errorf("%w: %d new cases", ErrBadInput, m)
	}
	if always {
		return m, m, nil
	}
	low, high = BetaBinomial{m, d}.Central(0.95)
	return low, high, nil
}

// SmallestAlpha is the finest level n independent cases of a class support;
// below it, every set holds the class and says nothing.
func SmallestAlpha(n int) float64 { return 1 / float64(n+1) }

// CasesFor is the number of calibration cases of a class from which on the
// realised coverage lies within 1-alpha ± slack with the given probability,
// half of the rest on either side. slack is at least 0.01. Because a level is a
// whole number of cases, fewer may do by luck; the numbers in Angelopoulos and
// Bates 2021, table 1, lie between the first that will do and this one.
func CasesFor(alpha, slack, probability float64) (int, error) {
	if err := checkAlpha(alpha); err != nil {
		return 0, err
	}
	if !(slack >= 0.01 && slack < 1) || !(probability > 0 && probability <= 0.999) {
		return 0, fmt.Errorf("%w: slack %v, probability %v", ErrBadInput, slack, probability)
	}
	// The normal approximation, half as many again, and some for the steps.
	z := math.Sqrt2 * math.Erfinv(probability)
	most := int(math.Min(maxCases, 1.5*z*z*alpha*(1-alpha)/(slack*slack)+20/slack+2/alpha))
	n := most
	for ; n >= ranksInverse(alpha); n-- {
		d, always, err := CoverageDistribution(n, alpha)
		if err != nil {
			return 0, err
		}
		tail := (1 - probability) / 2
		if always || d.CDF(1-alpha-slack) > tail || 1-d.CDF(1-alpha+slack) > tail {
			break
		}
	}
	if n == most {
		return 0, fmt.Errorf("%w: more than %d cases", ErrBadInput, most)
	}
	return n + 1, nil
}

// ranksInverse is the least n with ranks(n, alpha) ≥ 1.
func ranksInverse(alpha float64) int { return int(math.Ceil(1/alpha-tolerance)) - 1 }
