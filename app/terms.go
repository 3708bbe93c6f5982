package app

// Terms are what the user sets about results: for whom they are to hold, and
// how sure a set of diagnoses is to be. The zero value takes both from the
// calibration.
type Terms struct {
	// Prevalence of the finding among the user's own patients, inside (0, 1); 0
	// for that of the calibration cases.
	Prevalence float64 `json:"prevalence,omitempty"`
	// Level is the share of films that have the truth in their set, from ½ to
	// below 1; 0 for that of the calibration.
	Level float64 `json:"set_level,omitempty"`
}

// The levels of sets that can be set.
const (
	minLevel = 0.5
	maxLevel = 0.999
)

// Levels are what is offered.
var Levels = []float64{0.8, 0.9, 0.95, 0.99}

// Check says why terms are impossible; nil where they are not.
func (t Terms) Check() *Message {
	switch {
	case t.Prevalence != 0 && !(t.Prevalence > 0 && t.Prevalence < 1):
		return reason(Say("The prevalence must be a number above 0 and below 100 %, or empty for that of the calibration films."))
	case t.Level != 0 && !(t.Level >= minLevel && t.Level <= maxLevel):
		return reason(Say("The level must be a number from {{.Min}} to {{.Max}}.", "Min", ExactPercent(minLevel), "Max", ExactPercent(maxLevel)))
	}
	return nil
}

// Alpha is what sets may miss; 0 for that of the calibration.
func (t Terms) Alpha() float64 {
	if t.Level == 0 {
		return 0
	}
	return 1 - t.Level
}

// SetTerms takes and keeps other terms. Impossible ones change nothing and give
// the reason.
func (s *Session) SetTerms(t Terms) *Message {
	if why := t.Check(); why != nil {
		return why
	}
	if s.settings.Terms == t {
		return nil
	}
	s.settings.Terms = t
	if err := s.settings.Save(); err != nil {
		logProblem(err)
	}
	s.publish(TermsChanged)
	return nil
}
