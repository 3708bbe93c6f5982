package calibrate

import "math"

// Beta is the beta distribution on 0..1 with two positive parameters.
type Beta struct{ A, B float64 }

// Mean is A/(A+B).
func (d Beta) Mean() float64 { return d.A / (d.A + d.B) }

// CDF is the regularised incomplete beta function I_x(A, B).
// Source: NIST Digital Library of Mathematical Functions, 8.17.22 and 8.17.4.
func (d Beta) CDF(x float64) float64 {
	switch {
	case math.IsNaN(x) || !(d.A > 0) || !(d.B > 0):
		return math.NaN()
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (d.A+1)/(d.A+d.B+2): // the fraction converges on the other side
		return 1 - lowerBeta(d.B, d.A, 1-x)
	}
	return lowerBeta(d.A, d.B, x)
}

// lowerBeta evaluates the continued fraction by Lentz's method.
func lowerBeta(a, b, x float64) float64 {
	const tiny, enough = 1e-300, 1e-15
	front := math.Exp(a*math.Log(x)+b*math.Log1p(-x)-logBeta(a, b)) / a
	f, c, d := 1.0, 1.0, 0.0
	// Some √max(a, b) terms are needed.
	for k := 0; k < 100_000; k++ {
		m := float64(k / 2)
		var term float64
		switch {
		case k == 0:
			term = 1
		case k%2 == 0:
			term = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		default:
			term = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		if d = 1 + term*d; math.Abs(d) < tiny {
			d = tiny
		}
		d = 1 / d
		if c = 1 + term/c; math.Abs(c) < tiny {
			c = tiny
		}
		f *= c * d
		if k > 0 && math.Abs(c*d-1) < enough {
			break
		}
	}
	return front * (f - 1)
}

// Quantile is the x with CDF(x) = q, by bisection.
func (d Beta) Quantile(q float64) float64 {
	if !(q >= 0 && q <= 1) || math.IsNaN(d.CDF(0.5)) {
		return math.NaN()
	}
	low, high := 0.0, 1.0
	for range 60 {
		if middle := (low + high) / 2; d.CDF(middle) < q {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// BetaBinomial is the number of successes in N trials whose common chance of
// success is drawn from a beta distribution once.
type BetaBinomial struct {
	N int
	Beta
}

// PMF is the chance of exactly k successes.
func (d BetaBinomial) PMF(k int) float64 {
	if k < 0 || k > d.N {
		return 0
	}
	n, s := float64(d.N), float64(k)
	return math.Exp(logBeta(s+d.A, n-s+d.B) - logBeta(d.A, d.B) - logBeta(s+1, n-s+1) - math.Log(n+1))
}

// Central is the smallest interval of successes low..high with at most
// (1-level)/2 of the chance below and above it.
func (d BetaBinomial) Central(level float64) (low, high int) {
	tail := (1 - level) / 2
	var below float64
	for low = 0; low < d.N; low++ {
		if below += d.PMF(low); below > tail {
			break
		}
	}
	var above float64
	for high = d.N; high > low; high-- {
		if above += d.PMF(high); above > tail {
			break
		}
	}
	return low, high
}

func logBeta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}
