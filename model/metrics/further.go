package metrics

import "math"

// Further is what a reader of films asks beside a [Report].
type Further struct {
	Reached Reached `json:"threshold_chosen_on_these_pictures"`
	// Predictive is at the model's operating point, which was chosen on others.
	Predictive []Predictive `json:"predictive_values_at_threshold"`
}

// Reached is what a score reaches at thresholds that are chosen on the very pictures
// that are measured, and in each resample anew: upper bounds of what a threshold
// chosen elsewhere would reach. The thresholds themselves are not told, so that none
// is taken for an operating point.
type Reached struct {
	SensitivityAtSpecificity90 Estimate `json:"sensitivity_at_specificity_90"`
	SensitivityAtSpecificity95 Estimate `json:"sensitivity_at_specificity_95"`
	SpecificityAtSensitivity95 Estimate `json:"specificity_at_sensitivity_95"`
}

// Predictive is what a call is worth at a stated prevalence: the share of
// positive calls that are right, and of negative calls. Not a number where no
// such call is made. The prevalence is taken as known.
type Predictive struct {
	Prevalence float64  `json:"prevalence"`
	PPV        Estimate `json:"ppv"`
	NPV        Estimate `json:"npv"`
}

// prevalences at which predictive values are told, from a finding that is rare among
// those who come to one that is likely before the picture is taken.
var prevalences = []float64{0.05, 0.20, 0.60}

// EvaluateFurther computes what [Evaluate] leaves out, from the same resamples. The
// error wraps [ErrBadInput].
func EvaluateFurther(in Input) (Further, error) {
	if err := in.check(); err != nil {
		return Further{}, err
	}
	const first = 3 // figures before the predictive values
	index := order(in.Probabilities)
	measure := func(weight []int, f []float64) {
		curve := reached{index, in.Probabilities, in.Labels, weight}
		f[0], f[1], f[2] = curve.sensitivityAt(0.90), curve.sensitivityAt(0.95), curve.specificityAt(0.95)
		at := confusion(in.Probabilities, in.Labels, weight, in.Threshold)
		for i, p := range prevalences {
			f[first+2*i] = PPV(at.sensitivity(), at.specificity(), p)
			f[first+2*i+1] = NPV(at.sensitivity(), at.specificity(), p)
		}
	}
	e, _ := bootstrap(measure, first+2*len(prevalences), Members(in.Groups, len(in.Labels)), len(in.Labels), in.Seed)
	out := Further{Reached: Reached{e[0], e[1], e[2]}}
	for i, p := range prevalences {
		out.Predictive = append(out.Predictive, Predictive{p, e[first+2*i], e[first+2*i+1]})
	}
	return out, nil
}

// PPV is the share of positive calls that are right at a prevalence, NPV that of
// negative calls (Bayes' theorem). Both rise with sensitivity and specificity. They
// are not a number where no such call is ever made.
func PPV(sensitivity, specificity, prevalence float64) float64 {
	right, wrong := sensitivity*prevalence, (1-specificity)*(1-prevalence)
	return right / (right + wrong)
}

// NPV is described with [PPV].
func NPV(sensitivity, specificity, prevalence float64) float64 {
	right, wrong := specificity*(1-prevalence), (1-sensitivity)*prevalence
	return right / (right + wrong)
}

// reached walks the ROC of pictures in order of their scores, each counted weight
// times (nil: once). A share that is just met is met in spite of rounding.
type reached struct {
	index  []int
	scores []float64
	labels []int
	weight []int
}

const rounding = 1e-9

// sensitivityAt is the highest sensitivity of a threshold with at least that
// specificity; not a number where a class is absent.
func (r reached) sensitivityAt(specificity float64) float64 {
	positives, negatives := r.classes()
	best := 0.0 // nobody is called
	r.walk(func(tp, fp float64) bool {
		if fp > (1-specificity)*negatives+rounding {
			return false
		}
		best = tp
		return true
	})
	return ofBoth(best/positives, negatives)
}

// specificityAt is the highest specificity of a threshold with at least that
// sensitivity.
func (r reached) specificityAt(sensitivity float64) float64 {
	positives, negatives := r.classes()
	called := negatives
	r.walk(func(tp, fp float64) bool {
		if tp < sensitivity*positives-rounding {
			return true
		}
		called = fp
		return false
	})
	return ofBoth((negatives-called)/negatives, positives)
}

// ofBoth is a share of one class, not a number without the other.
func ofBoth(share, others float64) float64 {
	if others == 0 {
		return math.NaN()
	}
	return share
}

func (r reached) classes() (positives, negatives float64) {
	r.walk(func(tp, fp float64) bool {
		positives, negatives = tp, fp
		return true
	})
	return positives, negatives
}

// walk lowers the threshold from score to score and tells the positives and
// negatives that are called, until next says that it is enough.
func (r reached) walk(next func(tp, fp float64) bool) {
	var tp, fp float64
	for i := len(r.index) - 1; i >= 0; {
		score := r.scores[r.index[i]]
		for ; i >= 0 && r.scores[r.index[i]] == score; i-- {
			w := 1.0
			if r.weight != nil {
				w = float64(r.weight[r.index[i]])
			}
			if r.labels[r.index[i]] == 1 {
				tp += w
			} else {
				fp += w
			}
		}
		if !next(tp, fp) {
			return
		}
	}
}
