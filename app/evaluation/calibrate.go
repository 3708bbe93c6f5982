package evaluation

import (
	"fmt"

	"lightbox/model"
	"lightbox/model/calibrate"
	"lightbox/model/measured"
)

// Calibrate fits the model's calibration on the scans that were read, for anyone.
// population says in words whose they are; alpha is the level of the conformal
// sets. The errors are those of calibrate.Fit.
func (e *Evaluation) Calibrate(population string, alpha float64, seed uint64) (*model.Calibrations, error) {
	var s calibrate.Sample
	for _, p := range e.Pictures {
		if p.Read() && p.Label != measured.Other {
			s.Logits, s.Labels, s.Groups = append(s.Logits, p.Logit), append(s.Labels, p.Label), append(s.Groups, p.Group)
		}
	}
	if len(s.Logits) == 0 {
		return nil, fmt.Errorf("%w: no scan with a label was read", calibrate.ErrTooFew)
	}
	fitted, err := calibrate.Fit(s, calibrate.Options{Model: e.Model.SHA256(), Population: population, Alpha: alpha, Seed: seed})
	if err != nil {
		return nil, err
	}
	return &model.Calibrations{Populations: []model.Population{{Fitted: fitted}}}, nil
}
