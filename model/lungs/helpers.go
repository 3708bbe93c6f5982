package lungs

import (
	"math"

	"lightbox/model/plane"
)

func sigmoid(z float32) float32 { return float32(1 / (1 + math.Exp(-float64(z)))) }

// threshold makes a mask of 0 and 1.
func threshold(x []float32) {
	for i, v := range x {
		x[i] = 0
		if v > plane.Inside {
			x[i] = 1
		}
	}
}
