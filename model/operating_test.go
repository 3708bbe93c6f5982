package model

import (
	"math"
	"testing"
)

// A logit on the operating point has just the threshold as its probability.
func TestOperatingLogit(t *testing.T) {
	for _, c := range []*Calibration{nil, {A: 1.7, B: -0.4}, {A: 0.3, B: 2}} {
		for _, threshold := range []float64{0.02, 0.39, 0.5, 0.97} {
			m := &Model{Meta: Meta{Threshold: threshold, Calibration: c}}
			z, ok := m.OperatingLogit()
			if !ok {
				t.Fatalf("%v has no operating point", threshold)
			}
			p, err := m.judge(answer{logit: z})
			if err != nil || math.Abs(p.Probability-threshold) > 1e-12 {
				t.Errorf("calibration %+v: probability %v at the operating point %v (%v)", c, p.Probability, threshold, err)
			}
		}
	}
	for _, threshold := range []float64{0, 1} {
		if z, ok := (&Model{Meta: Meta{Threshold: threshold}}).OperatingLogit(); ok {
			t.Errorf("threshold %v gives %v", threshold, z)
		}
	}
	if Absence(FindingMalignant) == Absence(FindingOpacity) {
		t.Error("a breast without cancer is not a normal chest film")
	}
}
