// Package ensembles is what trainings of ensembles have in common, whatever
// their networks look at: patients are dealt into folds, one network is trained
// without each fold, and reads it; what it says there is what calibrations,
// thresholds and figures are made of. Packages radiograph and ultrasound say what
// a case is and how it becomes an example.
//
// Nothing that is trained ever sees a case that is Held: there is no way to hand
// over a test split.
package ensembles
