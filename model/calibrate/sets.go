package calibrate

import "fmt"

// SetFigures say what sets at one level do on films with known labels.
type SetFigures struct {
	Alpha float64 `json:"alpha"`
	// Covered is the share of films of a class whose set holds it.
	NegativeCovered Proportion `json:"negative_covered"`
	PositiveCovered Proportion `json:"positive_covered"`
	// Abstained is the share of films whose set is both or neither: no call;
	// Both and Neither are its two parts.
	Abstained Proportion `json:"abstained"`
	Both      Proportion `json:"both"`
	Neither   Proportion `json:"neither"`
	// Wrong is the share of wrong calls among films with a call.
	Wrong Proportion `json:"wrong_of_decided"`
}

// MeasureSets measures a conformal predictor on films it was not calibrated
// on, of both classes. Errors: [ErrBadInput], [ErrOneClass], [ErrBadFile] for
// a predictor that is none.
func MeasureSets(c Conformal, s Sample, alpha float64) (SetFigures, error) {
	if err := c.Validate(); err != nil {
		return SetFigures{}, err
	}
	checked, err := s.check()
	if err != nil {
		return SetFigures{}, err
	}
	sets := make([]Set, len(s.Logits))
	for i, z := range s.Logits {
		if sets[i], err = c.Set(z, alpha); err != nil {
			return SetFigures{}, fmt.Errorf("film %d: %w", i, err)
		}
	}
	return checked.setFigures(sets, alpha), nil
}

func (c cases) setFigures(sets []Set, alpha float64) SetFigures {
	covered := [2]tally{newTally(), newTally()}
	abstained, both, neither, wrong := newTally(), newTally(), newTally(), newTally()
	for i, set := range sets {
		g, y := c.group[i], c.y[i]
		covered[y].add(g, set.Has(y))
		abstained.add(g, !set.Decided())
		both.add(g, set == Both)
		neither.add(g, set == Neither)
		if set.Decided() {
			wrong.add(g, !set.Has(y))
		}
	}
	return SetFigures{
		Alpha:           alpha,
		NegativeCovered: covered[0].proportion(), PositiveCovered: covered[1].proportion(),
		Abstained: abstained.proportion(), Both: both.proportion(), Neither: neither.proportion(),
		Wrong: wrong.proportion(),
	}
}

// leaveOneOut gives each film's set when its own patient is taken out of the
// calibration cases. Its coverage is right by construction and shows nothing;
// its abstentions are what new films will meet.
func (c cases) leaveOneOut(alpha float64) []Set {
	full := [2]ClassScores{c.scores(0), c.scores(1)}
	members := c.members()
	sets := make([]Set, len(c.z))
	for _, group := range members {
		var own [2][]float64 // the patient's scores
		for _, i := range group {
			own[c.y[i]] = append(own[c.y[i]], score(c.z[i], c.y[i]))
		}
		for _, i := range group {
			var in [2]bool
			for label := range in {
				s := score(c.z[i], label)
				above, patients := full[label].above(s), full[label].Groups
				if n := len(own[label]); n > 0 {
					patients--
					for _, o := range own[label] {
						if o >= s {
							above -= 1 / float64(n)
						}
					}
				}
				in[label] = holds(above, patients, alpha)
			}
			sets[i] = makeSet(in[0], in[1])
		}
	}
	return sets
}

// MeasureGiven is [MeasureSets] for sets that are there already, as those of
// several predictors, each for its own population: set i is that of a film with
// label i, 0 or 1, of group i; groups may be nil. Errors: [ErrBadInput].
func MeasureGiven(sets []Set, labels []int, groups []string, alpha float64) (SetFigures, error) {
	if err := checkSizes(len(sets), groups); err != nil {
		return SetFigures{}, err
	}
	if err := checkLabels(labels, len(sets)); err != nil {
		return SetFigures{}, err
	}
	for i, s := range sets {
		if s > Both {
			return SetFigures{}, fmt.Errorf("%w: set %d of film %d", ErrBadInput, uint8(s), i)
		}
	}
	c := cases{y: labels, group: groupNumbers(groups, len(sets))}
	return c.setFigures(sets, alpha), nil
}
