package model

import (
	"math"
	"testing"
)

// A logit on the operating point has just the threshold as its score.
func TestOperatingLogit(t *testing.T) {
	for _, threshold := range []float64{0.02, 0.39, 0.5, 0.97} {
		z, ok := (&Model{Meta: Meta{Threshold: threshold}}).OperatingLogit()
		if !ok {
			t.Fatalf("%v has no operating point", threshold)
		}
		p, err := judge(answer{logit: z})
		if err != nil || math.Abs(p.Score-threshold) > 1e-12 {
			t.Errorf("score %v at the operating point %v (%v)", p.Score, threshold, err)
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
