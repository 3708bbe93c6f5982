package fit

import (
	"math"

	"lightbox/model/arch"
)

// OneCycle is the learning rate at step i of n: up from a 25th of most over the
// first part, then down by half a cosine to nearly nothing.
// Source: Smith and Topin, 2019.
func OneCycle(i, n int, most, warm float64) float64 {
	at, up := float64(i), warm*float64(n)
	if at < up {
		return most/25 + (most-most/25)*(0.5-0.5*math.Cos(math.Pi*at/up))
	}
	return most*1e-4 + (most-most*1e-4)*(0.5+0.5*math.Cos(math.Pi*(at-up)/math.Max(float64(n)-up, 1)))
}

// Average follows the weights by an exponential moving average, running
// statistics included.
func Average(slow, fast arch.Weights, keep float64) {
	for i, t := range slow {
		for k, v := range fast[i].Data {
			t.Data[k] += float32(1-keep) * (v - t.Data[k])
		}
	}
}
