package calibrate

import "fmt"

// Shown is what may be shown for one film.
type Shown struct {
	// Probability of the finding at Prevalence, with the 95 % interval that
	// comes from the number of calibration cases alone (not a number where it
	// was not measured).
	Probability float64
	Low, High   float64
	Prevalence  float64
	// FitPrevalence and FitProbability are those of the calibration cases.
	FitPrevalence  float64
	FitProbability float64
	// LikelihoodRatio holds at every prevalence.
	LikelihoodRatio float64
	// Set holds the classes that cannot be ruled out at level Alpha, with the
	// p-values of both.
	Set                  Set
	Alpha                float64
	PNegative, PPositive float64
}

// Show turns a logit into what may be shown. prevalence 0 means that of the
// calibration cases, alpha 0 the level of the fit. Error: [ErrBadInput].
func (f *Fitted) Show(logit, prevalence, alpha float64) (Shown, error) {
	if !usableLogit(logit) {
		return Shown{}, fmt.Errorf("%w: logit %v", ErrBadInput, logit)
	}
	fit := f.Map.Counts.Prevalence()
	if prevalence == 0 {
		prevalence = fit
	}
	if err := checkPrevalence(prevalence); err != nil {
		return Shown{}, err
	}
	if alpha == 0 {
		alpha = f.Alpha
	}
	set, err := f.Conformal.Set(logit, alpha)
	if err != nil {
		return Shown{}, err
	}
	out := Shown{
		Probability: f.Map.At(logit, prevalence), Prevalence: prevalence,
		FitPrevalence: fit, FitProbability: f.Map.Probability(logit),
		LikelihoodRatio: f.Map.LikelihoodRatio(logit),
		Set:             set, Alpha: alpha,
	}
	out.Low, out.High = f.Map.IntervalAt(logit, prevalence)
	out.PNegative, out.PPositive = f.Conformal.PValues(logit)
	return out, nil
}
