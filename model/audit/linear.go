// Package audit asks what a model, or the data it is measured on, could cheat
// with: whether the classes can be told apart by what is left when the lungs are
// blanked, by the rim of the picture, by its size, or by where it came from.
package audit

import (
	"math"

	"lightbox/model/metrics"
)

// Constants of the logistic regression.
const (
	folds   = 5
	penalty = 10.0 // on the squared weights of standardised features
	rounds  = 25   // of Newton's method, which needs fewer
)

// Linear scores cases by logistic regression on features, in cross-validation:
// each by weights that were fitted without the fold of its group. The constant
// is left out of the scores, so that features that say nothing give an AUC of ½
// and no less. fold deals groups into folds. Without features, or with one label
// alone, all scores are 0.
func Linear(features [][]float64, labels []int, groups []string, fold func(group string, folds int) int) []float64 {
	scores := make([]float64, len(labels))
	for f := range folds {
		var learn, held []int
		for i, g := range groups {
			if fold(g, folds) == f {
				held = append(held, i)
			} else {
				learn = append(learn, i)
			}
		}
		mean, scale := moments(features, learn)
		weights := fit(features, labels, learn, mean, scale)
		for _, i := range held {
			for k, w := range weights {
				scores[i] += w * (features[i][k] - mean[k]) * scale[k]
			}
		}
	}
	return scores
}

// moments are the means of features and one over their standard deviations, 0
// where a feature is the same for all.
func moments(features [][]float64, cases []int) (mean, scale []float64) {
	if len(cases) == 0 {
		return nil, nil
	}
	size := len(features[cases[0]])
	mean, scale = make([]float64, size), make([]float64, size)
	n := float64(len(cases))
	for _, i := range cases {
		for k, v := range features[i] {
			mean[k] += v / n
		}
	}
	for _, i := range cases {
		for k, v := range features[i] {
			scale[k] += (v - mean[k]) * (v - mean[k]) / n
		}
	}
	for k, v := range scale {
		if scale[k] = 0; v > 1e-12 {
			scale[k] = 1 / math.Sqrt(v)
		}
	}
	return mean, scale
}

// fit is penalised logistic regression by Newton's method; the constant is the
// last of its unknowns and not returned.
func fit(features [][]float64, labels []int, cases []int, mean, scale []float64) []float64 {
	size := len(mean)
	x := make([][]float64, len(cases))
	for c, i := range cases {
		x[c] = make([]float64, size+1)
		for k, v := range features[i] {
			x[c][k] = (v - mean[k]) * scale[k]
		}
		x[c][size] = 1
	}
	w := make([]float64, size+1)
	for range rounds {
		gradient, hessian := make([]float64, size+1), make([][]float64, size+1)
		for k := range hessian {
			hessian[k] = make([]float64, k+1)
			hessian[k][k] = penalty
			gradient[k] = penalty * w[k]
		}
		const loose = 1e-6 // the constant is free
		hessian[size][size], gradient[size] = loose, loose*w[size]
		for c, i := range cases {
			var z float64
			for k, v := range x[c] {
				z += w[k] * v
			}
			p := 1 / (1 + math.Exp(-z))
			for k, v := range x[c] {
				gradient[k] += (p - float64(labels[i])) * v
				if d := p * (1 - p) * v; d != 0 {
					row := hessian[k]
					for l := range row {
						row[l] += d * x[c][l]
					}
				}
			}
		}
		step := solve(hessian, gradient)
		var moved float64
		for k := range w {
			w[k] -= step[k]
			moved = math.Max(moved, math.Abs(step[k]))
		}
		if moved < 1e-8 {
			break
		}
	}
	return w[:size]
}

// solve solves a symmetric positive system by Cholesky's factors; h holds the
// lower triangle.
func solve(h [][]float64, g []float64) []float64 {
	n := len(g)
	for i := range n {
		for j := range i + 1 {
			sum := h[i][j]
			for k := range j {
				sum -= h[i][k] * h[j][k]
			}
			if i == j {
				h[i][i] = math.Sqrt(math.Max(sum, 1e-12))
			} else {
				h[i][j] = sum / h[j][j]
			}
		}
	}
	x := make([]float64, n)
	for i := range n {
		sum := g[i]
		for k := range i {
			sum -= h[i][k] * x[k]
		}
		x[i] = sum / h[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		sum := x[i]
		for k := i + 1; k < n; k++ {
			sum -= h[k][i] * x[k]
		}
		x[i] = sum / h[i][i]
	}
	return x
}

// AUC is the area under the ROC curve of scores with its interval over groups.
func AUC(scores []float64, labels []int, groups []string, seed uint64) metrics.Estimate {
	in := metrics.Input{Labels: labels, Groups: groups, Threshold: 0.5, Seed: seed}
	for _, s := range scores {
		in.Probabilities = append(in.Probabilities, 1/(1+math.Exp(-s)))
	}
	report, err := metrics.Evaluate(in)
	if err != nil { // nothing to measure
		none := metrics.Number(math.NaN())
		return metrics.Estimate{Value: none, Low: none, High: none}
	}
	return report.AUC
}
