package metrics

import "slices"

// Youden returns the threshold with the largest sum of sensitivity and
// specificity, half way between the two neighbouring values it separates; of
// equally good ones the lowest, which misses fewest; ½ where nothing is separated.
// Source: Youden, Cancer 3, 1950.
func Youden(probabilities []float64, labels []int) float64 {
	index := make([]int, len(probabilities))
	var positives, negatives float64
	for i := range index {
		index[i] = i
		positives += float64(labels[i])
		negatives += float64(1 - labels[i])
	}
	slices.SortFunc(index, func(i, j int) int {
		switch {
		case probabilities[i] < probabilities[j]:
			return -1
		case probabilities[i] > probabilities[j]:
			return 1
		}
		return 0
	})
	best, threshold := 0.0, 0.5
	var missed, refused float64 // positives and negatives below the cut
	for k := 0; k+1 < len(index); k++ {
		if labels[index[k]] == 1 {
			missed++
		} else {
			refused++
		}
		low, high := probabilities[index[k]], probabilities[index[k+1]]
		if low == high {
			continue
		}
		// Youden's index times both counts: whole numbers compare exactly.
		if j := refused*positives - missed*negatives; j > best {
			best, threshold = j, (low+high)/2
		}
	}
	return threshold
}
