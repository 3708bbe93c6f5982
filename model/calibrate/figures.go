package calibrate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"lightbox/model/metrics"
)

// Figures say how far probabilities can be trusted. Intervals are over
// resampled patients.
type Figures struct {
	Cases     int    `json:"cases"`
	Positives int    `json:"positives"`
	Groups    int    `json:"groups"`
	Seed      uint64 `json:"bootstrap_seed"`
	// Brier is the mean squared distance of probability and outcome (Brier,
	// Monthly Weather Review 78, 1950), LogLoss the mean of -log of what was
	// given to the outcome, nats; infinite, and null in JSON, where a 0 or 1
	// was wrong.
	Brier   metrics.Estimate `json:"brier"`
	LogLoss metrics.Estimate `json:"log_loss"`
	// ECE15 is the expected calibration error as in package metrics: fifteen
	// bins of equal width of the confidence max(p, 1-p) against the share of
	// right calls at ½ (Guo et al., ICML 2017). ECEMass takes the probability
	// of the finding itself against its share, in bins of equal mass: it sees
	// what a bias hides in confidence. Chance adds to both, so that they lie
	// high, on the safe side; see Chance, and [metrics.Estimate.Unbiased].
	ECE15   metrics.Estimate `json:"ece15"`
	ECEMass metrics.Estimate `json:"ece_equal_mass"`
	// Chance says how large both errors are by chance alone, for cases like
	// these whose probabilities are exactly right.
	Chance ChanceECE `json:"ece_by_chance"`
	// Parts splits the Brier score; Bins is the reliability diagram.
	Parts BrierParts `json:"brier_parts"`
	Bins  []Bin      `json:"reliability"`
}

// ChanceECE is what remains of the expected calibration error when outcomes
// are drawn from the probabilities themselves (Bröcker and Smith, Weather and
// Forecasting 22, 2007): the mean, and the 95th percentile. An error below
// that is no evidence of bad calibration; with few cases, nor is it evidence
// of good calibration. Draws are independent: with several films a patient,
// chance does more.
type ChanceECE struct {
	Mean15   metrics.Number `json:"mean15"`
	High15   metrics.Number `json:"high95_15"`
	MeanMass metrics.Number `json:"mean_equal_mass"`
	HighMass metrics.Number `json:"high95_equal_mass"`
}

// BrierParts splits the Brier score over bins: Brier = Reliability -
// Resolution + Uncertainty + Within. Reliability is the mean squared distance
// of mean probability and share in a bin, Resolution that of the shares and
// the prevalence, Uncertainty prevalence·(1-prevalence), Within what
// probabilities and outcomes vary together inside bins. Source: Murphy,
// Journal of Applied Meteorology 12, 1973; Stephenson et al., Weather and
// Forecasting 23, 2008.
type BrierParts struct {
	Reliability float64 `json:"reliability"`
	Resolution  float64 `json:"resolution"`
	Uncertainty float64 `json:"uncertainty"`
	Within      float64 `json:"within"`
}

// Bin is a point of the reliability diagram: films whose probabilities lie
// from Low to High, Mean on average, and the share that had the finding.
type Bin struct {
	Low  float64    `json:"low"`
	High float64    `json:"high"`
	Mean float64    `json:"mean"`
	Rate Proportion `json:"rate"`
}

// Reliability is the reliability diagram in at most so many bins of equal
// numbers of films, 1 to 100. Error: [ErrBadInput].
func Reliability(in Predictions, bins int) ([]Bin, error) {
	f, err := in.check()
	if err != nil {
		return nil, err
	}
	if bins < 1 || bins > maxBins {
		return nil, fmt.Errorf("%w: %d bins; between 1 and %d are possible", ErrBadInput, bins, maxBins)
	}
	return f.reliability(f.equalMass(bins)), nil
}

func (f forecast) reliability(bins [][]int) []Bin {
	var out []Bin
	for _, bin := range bins {
		rate := newTally()
		var sum float64
		for _, i := range bin {
			rate.add(f.group[i], f.y[i] == 1)
			sum += f.p[i]
		}
		out = append(out, Bin{
			Low: f.p[bin[0]], High: f.p[bin[len(bin)-1]],
			Mean: sum / float64(len(bin)), Rate: rate.proportion(),
		})
	}
	return out
}

// Measure computes the figures. The same input and seed give the same
// intervals. Error: [ErrBadInput].
func Measure(in Predictions, seed uint64) (Figures, error) {
	f, err := in.check()
	if err != nil {
		return Figures{}, err
	}
	return f.measure(seed), nil
}

func (f forecast) measure(seed uint64) Figures {
	n := len(f.p)
	bins := f.equalMass(massBins(n))
	losses, squares := make([]float64, n), make([]float64, n)
	positives := 0
	for i, p := range f.p {
		d := p - float64(f.y[i])
		losses[i], squares[i] = logLoss(p, f.y[i]), d*d
		positives += f.y[i]
	}
	figures := func(weight []float64) []float64 {
		return []float64{
			weightedMean(squares, weight), weightedMean(losses, weight),
			f.ece15(f.y, weight), f.eceMass(bins, f.y, weight),
		}
	}
	members := metrics.Members(f.group, len(f.group))
	value, drawn := figures(ones(n)), bootstrap(members, n, seed, figures)
	return Figures{
		Cases: n, Positives: positives, Groups: len(members), Seed: seed,
		Brier: interval95(value[0], drawn[0]), LogLoss: interval95(value[1], drawn[1]),
		ECE15: errorInterval(value[2], drawn[2]), ECEMass: errorInterval(value[3], drawn[3]),
		Chance: f.chance(bins, seed), Parts: f.brierParts(bins), Bins: f.reliability(bins),
	}
}

// errorInterval is that of a calibration error.
func errorInterval(value float64, drawn []float64) metrics.Estimate {
	return interval95(value, drawn).Unbiased(weightedMean(drawn, ones(len(drawn))))
}

func weightedMean(v, weight []float64) float64 {
	var sum, n float64
	for i, w := range weight {
		if w == 0 {
			continue // and not 0 times infinity
		}
		sum, n = sum+w*v[i], n+w
	}
	return sum / n
}

// widthBins divide the confidences 0..1 as package metrics does.
const widthBins = 15

func (f forecast) ece15(y []int, weight []float64) float64 {
	var gap [widthBins]float64
	var n float64
	for i, w := range weight {
		confidence := math.Max(f.p[i], 1-f.p[i])
		g := confidence
		if (f.p[i] >= 0.5) == (y[i] == 1) {
			g--
		}
		gap[min(int(confidence*widthBins), widthBins-1)] += w * g
		n += w
	}
	var sum float64
	for _, g := range gap {
		sum += math.Abs(g)
	}
	return sum / n
}

func (f forecast) eceMass(bins [][]int, y []int, weight []float64) float64 {
	var sum, n float64
	for _, bin := range bins {
		var gap float64
		for _, i := range bin {
			gap += weight[i] * (f.p[i] - float64(y[i]))
			n += weight[i]
		}
		sum += math.Abs(gap)
	}
	return sum / n
}

// chance draws outcomes from the probabilities.
func (f forecast) chance(bins [][]int, seed uint64) ChanceECE {
	rng := rand.New(rand.NewPCG(seed, streamChance))
	y, weight := make([]int, len(f.p)), ones(len(f.p))
	width, mass := make([]float64, metrics.Resamples), make([]float64, metrics.Resamples)
	for r := range width {
		for i, p := range f.p {
			y[i] = 0
			if rng.Float64() < p {
				y[i] = 1
			}
		}
		width[r], mass[r] = f.ece15(y, weight), f.eceMass(bins, y, weight)
	}
	slices.Sort(width)
	slices.Sort(mass)
	all := ones(len(width))
	return ChanceECE{
		Mean15: metrics.Number(weightedMean(width, all)), High15: metrics.Number(quantile(width, 0.95)),
		MeanMass: metrics.Number(weightedMean(mass, all)), HighMass: metrics.Number(quantile(mass, 0.95)),
	}
}

func (f forecast) brierParts(bins [][]int) BrierParts {
	n := float64(len(f.p))
	var positives float64
	for _, y := range f.y {
		positives += float64(y)
	}
	base := positives / n
	out := BrierParts{Uncertainty: base * (1 - base)}
	for _, bin := range bins {
		m := float64(len(bin))
		var p, y float64
		for _, i := range bin {
			p, y = p+f.p[i]/m, y+float64(f.y[i])/m
		}
		out.Reliability += m / n * (p - y) * (p - y)
		out.Resolution += m / n * (y - base) * (y - base)
		for _, i := range bin {
			dp, dy := f.p[i]-p, float64(f.y[i])-y
			out.Within += (dp*dp - 2*dp*dy) / n
		}
	}
	return out
}
