// Package metrics measures predictions against labels: discrimination (AUC),
// an operating point (accuracy, sensitivity, specificity) and calibration
// (Brier score, expected calibration error), each with a 95 % bootstrap
// confidence interval, because a figure without one cannot be compared.
package metrics
