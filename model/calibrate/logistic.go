package calibrate

import (
	"fmt"
	"math"
)

// newtonSteps bounds Newton's iteration; it needs about ten.
const newtonSteps = 100

// FitTemperature finds the one number T for which 1/(1+exp(-logit/T)) has the
// smallest log loss (Guo et al., ICML 2017), with the smoothed targets of
// [FitPlatt]. It leaves the logit 0 at the probability ½ and so cannot mend a
// bias. Errors: [ErrBadInput], [ErrOneClass], [ErrNotRising].
func FitTemperature(s Sample) (Map, error) { return fitSample(s, KindTemperature) }

// FitPlatt finds slope a and intercept b for which 1/(1+exp(-(a·logit+b))) has
// the smallest log loss against the smoothed targets (N₊+1)/(N₊+2) and
// 1/(N₋+2), which keep the fit finite where the logits separate the classes
// without error. N counts patients, not films.
// Source: Platt, Advances in Large Margin Classifiers, 1999; Lin, Lin and
// Weng, Machine Learning 68, 2007. Errors: [ErrBadInput], [ErrOneClass],
// [ErrNotRising].
func FitPlatt(s Sample) (Map, error) { return fitSample(s, KindPlatt) }

// fitLogistic fits a curve of the two logistic kinds.
func fitLogistic(c cases, kind Kind) (Map, error) {
	n := c.counts()
	target := make([]float64, len(c.y))
	for i, y := range c.y {
		target[i] = n.floor()
		if y == 1 {
			target[i] = n.ceiling()
		}
	}
	centre, scale := spread(c.z, kind == KindPlatt)
	if scale == 0 {
		return Map{}, fmt.Errorf("%w: all %d logits are the same", ErrNotRising, n.Cases)
	}
	a, b, err := newton(c.z, target, centre, scale, kind == KindPlatt)
	if err != nil {
		return Map{}, err
	}
	m := Map{Kind: kind, Counts: n, Slope: a / scale, Intercept: b - a*centre/scale}
	if !(m.Slope > 0) || m.Slope > maxSlope {
		return Map{}, fmt.Errorf("%w: the best curve through %d logits has the slope %.3g", ErrNotRising, n.Cases, m.Slope)
	}
	return m, nil
}

// spread returns mean and standard deviation of the logits, or 0 and their
// root mean square where a curve may not be shifted. Newton's equations are
// then well conditioned whatever the network's scale.
func spread(z []float64, shifted bool) (centre, scale float64) {
	if shifted {
		for _, v := range z {
			centre += v / float64(len(z))
		}
	}
	var sum float64
	for _, v := range z {
		sum += (v - centre) * (v - centre)
	}
	scale = math.Sqrt(sum / float64(len(z)))
	if scale <= 1e-12*math.Abs(centre) {
		scale = 0 // equal but for rounding
	}
	return centre, scale
}

// newton minimises the sum of softplus(t) - target·t, t = a·(z-centre)/scale+b,
// by Newton's method with step halving; b stays 0 unless shifted. The loss is
// convex, and grows in every direction because the targets lie inside (0, 1).
func newton(z, target []float64, centre, scale float64, shifted bool) (a, b float64, err error) {
	loss := func(a, b float64) float64 {
		var sum float64
		for i, v := range z {
			t := a*(v-centre)/scale + b
			sum += softplus(t) - target[i]*t
		}
		return sum
	}
	n := float64(len(z))
	current := loss(0, 0)
	for range newtonSteps {
		var ga, gb, haa, hab, hbb float64
		for i, v := range z {
			x := (v - centre) / scale
			p := sigmoid(a*x + b)
			d, w := p-target[i], p*(1-p)
			ga, gb = ga+d*x, gb+d
			haa, hab, hbb = haa+w*x*x, hab+w*x, hbb+w
		}
		if !shifted {
			gb, hab, hbb = 0, 0, 1
		}
		det := haa*hbb - hab*hab
		da, db := (hab*gb-hbb*ga)/det, (hab*ga-haa*gb)/det
		if !(det > 1e-14*haa*hbb) {
			da, db = -ga/n, -gb/n // too flat here for a second-order step
		}
		next := loss(a+da, b+db)
		if math.Abs(next-current) <= 1e-13*current && math.Hypot(ga, gb) < 1e-5*n {
			return a + da, b + db, nil // as low as float64 can tell
		}
		step := 1.0
		for !(next < current) && step > 1e-12 {
			step /= 2
			next = loss(a+step*da, b+step*db)
		}
		a, b, current = a+step*da, b+step*db, next
	}
	return 0, 0, fmt.Errorf("%w: the fit does not settle on %d logits", ErrBadInput, len(z))
}
