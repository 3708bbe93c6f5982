package calibrate

import (
	"testing"

	"lightbox/model/metrics"
)

// What is certain is said as certain, in either direction.
func TestGainNote(t *testing.T) {
	for text, gain := range map[string]metrics.Estimate{
		"Calibration made the probabilities better: log loss lower by 0.030 a picture (95 % interval 0.010 to 0.050).":                                                                     {Value: 0.03, Low: 0.01, High: 0.05},
		"Calibration made the probabilities worse: log loss higher by 0.020 a picture (95 % interval 0.016 to 0.023). Do not use this calibration; more pictures may make one that helps.": {Value: -0.02, Low: -0.023, High: -0.016},
		"Whether calibration made the probabilities better cannot be said from these pictures: log loss lower by -0.002 a picture (95 % interval -0.010 to 0.006).":                        {Value: -0.002, Low: -0.01, High: 0.006},
		"Whether calibration made the probabilities better cannot be said from these pictures: log loss lower by 0.000 a picture (95 % interval 0.000 to 0.000).":                          {},
	} {
		if got := gainNote(gain).String(); got != text {
			t.Errorf("%+v: %s", gain, got)
		}
	}
}
