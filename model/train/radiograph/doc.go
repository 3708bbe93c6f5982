// Package radiograph trains what reads chest radiographs: the segmenter of the
// lungs and the ensemble of classifiers that look at nothing else.
package radiograph
