// Package train makes models: it trains the network of package model by one
// of two recipes, calibrates it on folds of the training split, and writes
// weights, metrics and model cards.
//
// [Run] does all of it; package fit takes the steps. [Source] and [Augmented] are the recipes. A run is
// decided by data, recipe and seed alone; its random numbers come in separate
// streams for initial weights, order of pictures, augmentation and folds, so
// the same run gives the same weights bit for bit on one kind of machine.
//
// The rules that keep the figures honest are built in: the weights are those
// of the final epoch, nothing is selected by the validation split (which
// shares pictures with the training split), there is no place to hand over a
// test split, and the operating point comes from out-of-fold probabilities.
package train
