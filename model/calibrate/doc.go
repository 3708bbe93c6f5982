// Package calibrate turns a network's logit into what may honestly be shown:
// a probability, the same at another prevalence, a set of the diagnoses that
// cannot be ruled out, and for each of them how sure it is.
//
// # The way of a number
//
// A logit ranks films; it is not a probability. A [Map], fitted on held-out
// logits with labels, says how often films with such a logit had the finding
// (temperature scaling, Platt scaling or isotonic regression, whichever has the
// smaller cross-validated log loss: [Choose]). That holds at the share of
// findings among the films it was fitted on; [Map.At] moves it to the
// prevalence of the user's own patients, [EstimatePrevalence] estimates that
// from films without labels. A [Conformal] predictor makes no probability at
// all: it gives the set of classes that cannot be ruled out, and promises how
// often the truth is in it, class by class.
//
// [Fit] does all of this on one sample and measures itself by
// cross-validation; [Fitted] is what is kept, bound to the SHA-256 of the
// network's weights and preprocessing.
//
// # Patients, not films
//
// Several films of one patient are not independent evidence. Everything here
// takes groups (patients, clusters of copies): folds never tear one apart,
// resamples draw whole ones, counts that stand for certainty count groups.
// A sample without groups is one film a patient.
//
// # What is assumed
//
// Calibration and conformal guarantee hold for films like those they were
// fitted on: the same kind of patients, machines and reference standard
// (exchangeable, in the word of the literature). No interval here covers a
// break of that assumption. Another prevalence alone is no break: [Shift]
// allows for it, and the promise of the sets is made class by class.
//
// The logits are to be those of the very model that will be used, averaged as
// it will average. Out-of-fold logits of its sister networks stand in for them
// only as far as the sisters score alike; that cannot be seen in them.
package calibrate
