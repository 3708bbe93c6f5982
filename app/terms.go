package app

// Terms are what the user sets about results: for whom they are to hold, and
// how sure a set of diagnoses is to be. The zero value takes both from the
// calibration.
type Terms struct {
	// Prevalence of the finding among the user's own patients, inside (0, 1); 0
	// for that of the calibration cases.
	Prevalence float64
	// Level is the share of films that have the truth in their set, from ½ to
	// below 1; 0 for that of the calibration.
	Level float64
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
		return reason(Say("The prevalence must be a number above 0 and below 100 %, or empty for that of the calibration pictures."))
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

// TermsOf are the terms of results about a finding: each has a prevalence of its own,
// all have one level.
func (s *Settings) TermsOf(finding string) Terms { return Terms{s.Prevalences[finding], s.Level} }

// Finding is what the result on screen is about; without one, what a result would be
// about that the model gives that is asked first.
func (s *Session) Finding() string {
	if f := s.state.Reading.Finding; f != "" {
		return f
	}
	m, err := s.network.Model()
	if err != nil {
		return ""
	}
	return m.Meta.Finding
}

// SetTerms takes and keeps other terms for results about a finding; the level is that
// of all. Impossible ones change nothing and give the reason.
func (s *Session) SetTerms(finding string, t Terms) *Message {
	if why := t.Check(); why != nil {
		return why
	}
	if s.settings.TermsOf(finding) == t {
		return nil
	}
	s.settings.Level = t.Level
	if s.settings.Prevalences == nil {
		s.settings.Prevalences = map[string]float64{}
	}
	if s.settings.Prevalences[finding] = t.Prevalence; t.Prevalence == 0 {
		delete(s.settings.Prevalences, finding)
	}
	if err := s.settings.Save(); err != nil {
		logProblem(err)
	}
	s.publish(TermsChanged)
	return nil
}
