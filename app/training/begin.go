package training

import (
	"math/rand/v2"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/arch"
)

// starter makes what the network of a fold begins with; see ensembles.Training.Start.
type starter = func(fold int, r *rand.Rand) arch.Weights

// begin is how networks begin with those of a model or weights file, and its SHA-256;
// nothing where none is named.
func begin(name string, with func(*model.Model) (starter, error)) (start starter, sha256 string, err error) {
	if name == "" {
		return nil, "", nil
	}
	m, err := app.LoadModel(name)
	if err != nil {
		return nil, "", err
	}
	start, err = with(m)
	return start, m.SHA256(), err
}
