// Package training trains the ensembles from folders of labelled scans: it reads
// them, sees to what must not be trained on, has package ensembles and those of
// each kind train, and writes the model with its calibration, its figures and its
// cards. It can be interrupted anywhere, by kill -9 too, and taken up again.
package training
