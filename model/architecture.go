package model

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// reader is the network of a model at work. It is safe for concurrent use.
type reader interface {
	// predict reads pictures, in their order.
	predict(ctx context.Context, pictures []Gray) ([]answer, error)
	// explain reads one picture and says why.
	explain(ctx context.Context, g Gray) (*Explanation, error)
	// look tells whether a picture looks like what the model reads; ok is false
	// for a model that cannot tell.
	look(g Gray) (l Look, ok bool, err error)
}

// answer is what a network says about one picture.
type answer struct{ logit, spread float64 }

// architecture is a kind of network that this program can run.
type architecture struct {
	// tensors are the parameters by name and shape, with room for their values.
	tensors func(Meta) ([]Tensor, error)
	// preprocessing refuses what such a network cannot be fed with.
	preprocessing func(Preprocessing) error
	// read makes the network of tensors that are valid.
	read func(Meta, []Tensor) (reader, error)
	// features is the number of values by which pictures are compared.
	features int
	domain   *domain
}

// Architectures by the identifiers that are stored with the weights. A file that
// names another is refused.
var architectures = map[string]architecture{
	Architecture: {
		tensors: func(Meta) ([]Tensor, error) { return NewNetwork().Tensors(), nil }, preprocessing: sourcePreprocessing, read: newSource,
		features: denseSize, domain: &chestDomain,
	},
	ChestArchitecture: {
		tensors: chestTensors, preprocessing: chestPreprocessing, read: newChest,
		features: chestFeatures, domain: &chestDomain,
	},
	BreastArchitecture: {
		tensors: breastTensors, preprocessing: breastPreprocessing, read: newBreast,
		features: breastFeatures, domain: &breastDomain,
	},
}

// architectureOf finds an architecture; an unknown one wraps [ErrBadWeights].
func architectureOf(name string) (architecture, error) {
	a, ok := architectures[name]
	if !ok {
		known := slices.Sorted(maps.Keys(architectures))
		return a, fmt.Errorf("%w: %w: made for architecture %q, this program runs %s", ErrBadWeights, ErrOtherArchitecture, name, strings.Join(known, ", "))
	}
	return a, nil
}

// Names of the tensors that compare a picture with those of training.
const (
	similarFeatures = "similar.features" // (pictures, features)
	similarLabels   = "similar.labels"   // (pictures): 0 or 1
)

// Bounds of what a weights file may announce.
const (
	maxMembers = 32
	maxSimilar = 20000
)

// tensorsOf lists all tensors of a weights file.
func tensorsOf(meta Meta) ([]Tensor, error) {
	a, err := architectureOf(meta.Architecture)
	if err != nil {
		return nil, err
	}
	if meta.Members < 0 || meta.Members > maxMembers || meta.Similar < 0 || meta.Similar > maxSimilar {
		return nil, fmt.Errorf("%w: %d networks and %d pictures for comparison are announced, at most %d and %d are read", ErrBadWeights, meta.Members, meta.Similar, maxMembers, maxSimilar)
	}
	list, err := a.tensors(meta)
	if err == nil && meta.Similar > 0 {
		list = append(list,
			Tensor{similarFeatures, []int{meta.Similar, a.features}, make([]float32, meta.Similar*a.features)},
			Tensor{similarLabels, []int{meta.Similar}, make([]float32, meta.Similar)})
	}
	return list, err
}

// validTensors refuses tensors that are not exactly those of the model, or hold
// what is no number; the error wraps [ErrBadWeights].
func validTensors(meta Meta, tensors []Tensor) error {
	want, err := tensorsOf(meta)
	if err != nil {
		return err
	}
	if len(want) != len(tensors) {
		return fmt.Errorf("%w: %d tensors, this network has %d", ErrBadWeights, len(tensors), len(want))
	}
	for i, t := range tensors {
		if t.Name != want[i].Name || !slices.Equal(t.Shape, want[i].Shape) {
			return fmt.Errorf("%w: %s %v where %s %v belongs", ErrBadWeights, t.Name, t.Shape, want[i].Name, want[i].Shape)
		}
		if err := t.validate(); err != nil {
			return err
		}
	}
	return nil
}

// tensorNamed finds a tensor by name; nil where there is none.
func tensorNamed(tensors []Tensor, name string) []float32 {
	for _, t := range tensors {
		if t.Name == name {
			return t.Data
		}
	}
	return nil
}
