package ensembles

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"lightbox/model"
	"lightbox/model/arch"
)

// Begin is [Training.Start] for networks that begin with those of another model, each
// fold with another one, instead of random weights. anew tells which tensors are random
// all the same. Networks of with that are not of the form of net are passed over; where
// none is left, the error wraps model.ErrBadWeights.
func Begin(with *model.Model, net *arch.Net, anew func(tensor string) bool) (start func(fold int, r *rand.Rand) arch.Weights, err error) {
	form, err := arch.NewWeights(net, rand.New(rand.NewPCG(0, 0)))
	if err != nil {
		return nil, err
	}
	var others []arch.Weights
	for _, p := range with.Parts() {
		if slices.EqualFunc(form, p.Weights, func(a, b arch.Tensor) bool { return a.Name == b.Name && slices.Equal(a.Shape, b.Shape) }) {
			others = append(others, p.Weights)
		}
	}
	if len(others) == 0 {
		return nil, fmt.Errorf("%w: %s has no network of the form that is to be trained", model.ErrBadWeights, with.Meta.Name)
	}
	return func(fold int, r *rand.Rand) arch.Weights {
		w, err := arch.NewWeights(net, r)
		if err != nil { // cannot be: there was none above
			return nil
		}
		for i, t := range others[fold%len(others)] {
			if !anew(t.Name) {
				copy(w[i].Data, t.Data)
			}
		}
		return w
	}, nil
}

// Continued ends the names of recipes for networks that were trained before.
const Continued = ", continued"

// ErrOtherFolds marks a model whose networks cannot be gone on with.
var ErrOtherFolds = errors.New("networks of other folds")

// Continue is [Begin] for networks that go on where those of a model are, each with the
// one that did not see its fold: there must be as many. The error wraps [ErrOtherFolds]
// or model.ErrBadWeights.
func Continue(with *model.Model, net *arch.Net, folds int) (start func(fold int, r *rand.Rand) arch.Weights, err error) {
	if n := with.Meta.Members; n != folds {
		return nil, fmt.Errorf("%w: %s has %d networks, and there are %d folds: a network would be measured on what it was trained on", ErrOtherFolds, with.Meta.Name, n, folds)
	}
	return Begin(with, net, func(string) bool { return false })
}
