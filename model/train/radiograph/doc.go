// Package radiograph trains what reads chest radiographs: the segmenter of the
// lungs, and the ensemble of classifiers that look at nothing else. What the
// training of an ensemble takes whatever it looks at is in package ensembles.
package radiograph
