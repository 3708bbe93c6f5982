package calibrate

import (
	"fmt"
	"math"

	"lightbox/model/metrics"
)

// Defaults of [Options].
const (
	DefaultAlpha = 0.05
	DefaultFolds = 10
)

// Options of a fit.
type Options struct {
	// Model is the SHA-256 of the weights and preprocessing that gave the
	// logits: 64 hexadecimal digits, small letters.
	Model string
	// Population says in words whose films these are; it goes with every
	// figure.
	Population string
	// Alpha is the conformal level the fit is made sure to support; 0 means
	// [DefaultAlpha]. Other levels can be asked for later.
	Alpha float64
	// Kinds of maps to choose from; nil means all.
	Kinds []Kind
	// Folds of the cross-validation that the figures come from; 0 means
	// [DefaultFolds].
	Folds int
	// Seed of folds and resamples. The same input gives the same result.
	Seed uint64
}

// Fitted is a calibration: what is kept beside a network's weights.
type Fitted struct {
	Format     int         `json:"format"`
	Model      string      `json:"model_sha256"`
	Population string      `json:"population"`
	Alpha      float64     `json:"alpha"`
	Map        Map         `json:"map"`
	Conformal  Conformal   `json:"conformal"`
	Candidates []Candidate `json:"candidates"`
	Summary    Summary     `json:"summary"`
}

// Summary says how sure a calibration is.
type Summary struct {
	AUC metrics.Number `json:"auc"` // of the logits
	// Before measures the plain score 1/(1+exp(-logit)), After the calibrated
	// probability, each film's by a map chosen and fitted without its patient's
	// fold. Gain is the log loss saved a film, nats, with 1.96 standard errors
	// either side, paired by patient.
	Before Figures          `json:"before"`
	After  Figures          `json:"after"`
	Gain   metrics.Estimate `json:"log_loss_gain"`
	// Sets are the sets each film gets when its patient is left out. Their
	// coverage is right by construction; the shares of abstentions and wrong
	// calls are what new films will meet.
	Sets SetFigures `json:"sets"`
	// The promises of the conformal sets at level Alpha, and the finest level
	// that can be asked for.
	Negative      Coverage `json:"negative_coverage"`
	Positive      Coverage `json:"positive_coverage"`
	SmallestAlpha float64  `json:"smallest_alpha"`
	Folds         int      `json:"folds"`
	Seed          uint64   `json:"seed"`
}

// MinPatients is the least number of patients of each class for a level: ten,
// or 1/alpha, so that every case can still be judged by the others at that
// level.
func MinPatients(alpha float64) int { return max(minGroups, int(math.Ceil(1/alpha-tolerance))) }

// Fit chooses and fits a map, collects the conformal scores and measures both.
// Errors: [ErrBadInput], [ErrOneClass], [ErrTooFew] below [MinPatients] of a
// class, [ErrNotRising] where the logits rank no better than chance.
func Fit(s Sample, opt Options) (*Fitted, error) {
	opt, err := opt.check()
	if err != nil {
		return nil, err
	}
	c, err := s.check()
	if err != nil {
		return nil, err
	}
	if err := enough(c.counts(), minGroups, whyMinGroups); err != nil {
		return nil, err
	}
	if err := enough(c.counts(), MinPatients(opt.Alpha), whyAlpha(opt.Alpha, c.counts())); err != nil {
		return nil, err
	}
	auc := metrics.AUC(s.Logits, s.Labels)
	if !(auc > 0.5) {
		return nil, fmt.Errorf("%w: AUC %.3f on %d pictures", ErrNotRising, auc, len(s.Logits))
	}
	out := &Fitted{Format: fileFormat, Model: opt.Model, Population: opt.Population, Alpha: opt.Alpha}
	if out.Map, out.Candidates, err = choose(c, opt.Kinds, opt.Seed); err != nil {
		return nil, err
	}
	out.Map.Band = band(c, out.Map.Kind, opt.Seed)
	out.Conformal = fitConformal(c)
	out.Summary, err = c.summarise(opt, out.Conformal)
	out.Summary.AUC = metrics.Number(auc)
	return out, err
}

// whyAlpha is the half sentence of a [TooFewError].
func whyAlpha(alpha float64, n Counts) string {
	have := min(n.PositiveGroups, n.NegativeGroups)
	return fmt.Sprintf("with fewer a set at the level %.4g can rule out nothing; these allow the level %.2g", alpha, math.Ceil(100/float64(have))/100)
}

func (opt Options) check() (Options, error) {
	if opt.Alpha == 0 {
		opt.Alpha = DefaultAlpha
	}
	if opt.Folds == 0 {
		opt.Folds = DefaultFolds
	}
	if opt.Folds < 2 || opt.Folds > 100 {
		return opt, fmt.Errorf("%w: %d folds; between 2 and 100 are possible", ErrBadInput, opt.Folds)
	}
	if !usableAlpha(opt.Alpha) {
		return opt, fmt.Errorf("%w: level %v; above 0 and at most ½ are possible", ErrBadInput, opt.Alpha)
	}
	if !isHash(opt.Model) {
		return opt, fmt.Errorf("%w: model %q is not the 64 hexadecimal digits of a SHA-256", ErrBadInput, opt.Model)
	}
	if len(opt.Population) > maxTextBytes {
		return opt, fmt.Errorf("%w: population of %d bytes; at most %d are possible", ErrBadInput, len(opt.Population), maxTextBytes)
	}
	var err error
	opt.Kinds, err = ordered(opt.Kinds)
	return opt, err
}

// usableAlpha refuses levels at which sets would miss more than every second
// film.
func usableAlpha(alpha float64) bool { return alpha > 0 && alpha <= 0.5 }

// isHash tells whether a text is a SHA-256 in small hexadecimal letters.
func isHash(text string) bool {
	if len(text) != 64 {
		return false
	}
	for _, r := range text {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}

func (c cases) summarise(opt Options, conformal Conformal) (Summary, error) {
	folds := c.folds(opt.Folds, opt.Seed+1) // not the folds of the choice
	after, err := c.outOfFold(folds, func(part cases) (Map, error) {
		m, _, err := choose(part, opt.Kinds, opt.Seed)
		return m, err
	})
	if err != nil {
		return Summary{}, err
	}
	before := make([]float64, len(c.z))
	saved, none := make([]float64, len(c.z)), make([]float64, len(c.z))
	for i, z := range c.z {
		before[i] = sigmoid(z)
		// The score's log loss from the logit, where the score itself is 1.
		saved[i] = softplus(z) - float64(c.y[i])*z - logLoss(after[i], c.y[i])
	}
	gain, se := pairedDifference(saved, none, c.members())
	out := Summary{
		Before: forecast{before, c.y, c.group}.measure(opt.Seed),
		After:  forecast{after, c.y, c.group}.measure(opt.Seed),
		Gain:   estimate(gain, gain-z95*se, gain+z95*se),
		Sets:   c.setFigures(c.leaveOneOut(opt.Alpha), opt.Alpha),
		Folds:  len(folds), Seed: opt.Seed,
		SmallestAlpha: conformal.SmallestAlpha(),
	}
	out.Negative, out.Positive, err = conformal.Coverage(opt.Alpha)
	return out, err
}
