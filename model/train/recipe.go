package train

import (
	"fmt"
	"math"
	"strings"

	"lightbox/model"
)

// Sizes of the network input.
const (
	side   = model.InputSize
	pixels = side * side
)

// Drop lowers the learning rate from an epoch on (counted from 1). Adam
// starts afresh there, with its moments at zero.
type Drop struct {
	Epoch int     `json:"epoch"`
	Rate  float64 `json:"rate"`
}

// Recipe is everything that decides a training run besides data and seed.
type Recipe struct {
	Name            string                `json:"name"`
	Epochs          int                   `json:"epochs"`
	Batch           int                   `json:"batch"`
	Rate            float64               `json:"learning_rate"`
	Drops           []Drop                `json:"rate_drops,omitempty"`
	Augment         bool                  `json:"augment"`
	Smoothing       float64               `json:"label_smoothing"` // labels become s and 1-s
	MirrorAveraging bool                  `json:"mirror_averaging"`
	Standardise     model.Standardisation `json:"standardise"`
}

// Source is the source document's training: ten epochs on pixels/255 with
// hard labels and a constant learning rate.
func Source() Recipe {
	return Recipe{
		Name: "source", Epochs: 10, Batch: 32, Rate: 1e-3,
		Standardise: model.StandardiseNone,
	}
}

// Augmented trains the same network for longer on pictures that are turned,
// scaled, shifted, mirrored, re-exposed and partly erased at random, each
// standardised by itself, with smoothed labels, a falling learning rate and
// mirror averaging of the score.
func Augmented() Recipe {
	return Recipe{
		Name: "augmented", Epochs: 30, Batch: 32, Rate: 1e-3,
		Drops:           []Drop{{20, 2.5e-4}, {27, 6.25e-5}},
		Augment:         true,
		Smoothing:       0.05,
		MirrorAveraging: true,
		Standardise:     model.StandardisePerImage,
	}
}

// RecipeNames lists the recipes ByName knows.
func RecipeNames() []string { return []string{"source", "augmented"} }

// ByName returns a recipe by its name.
func ByName(name string) (Recipe, error) {
	switch name {
	case "source":
		return Source(), nil
	case "augmented":
		return Augmented(), nil
	}
	return Recipe{}, fmt.Errorf("%w %q: known are %s", ErrUnknownRecipe, name,
		strings.Join(RecipeNames(), " and "))
}

// WithEpochs shortens or lengthens the recipe, moving its rate drops in
// proportion.
func (r Recipe) WithEpochs(epochs int) Recipe {
	if epochs == r.Epochs || epochs < 1 {
		return r
	}
	var drops []Drop
	for _, d := range r.Drops {
		after := float64(d.Epoch-1) * float64(epochs) / float64(r.Epochs)
		drops = append(drops, Drop{Epoch: int(math.Round(after)) + 1, Rate: d.Rate})
	}
	r.Drops, r.Epochs = drops, epochs
	return r
}

// Preprocessing is what the trained weights must be stored with.
func (r Recipe) Preprocessing() model.Preprocessing {
	return model.Preprocessing{Size: side, Standardise: r.Standardise}
}

// Validate refuses a recipe that cannot be carried out.
func (r Recipe) Validate() error {
	switch {
	case r.Epochs < 1 || r.Batch < 1:
		return fmt.Errorf("%w %q: %d epochs of batches of %d", ErrUnknownRecipe, r.Name, r.Epochs, r.Batch)
	case !(r.Rate > 0) || r.Smoothing < 0 || r.Smoothing >= 0.5:
		return fmt.Errorf("%w %q: learning rate %v, label smoothing %v", ErrUnknownRecipe, r.Name, r.Rate, r.Smoothing)
	}
	return nil
}

// rateAt returns the learning rate of an epoch counted from 1 and whether it
// begins there.
func (r Recipe) rateAt(epoch int) (rate float64, starts bool) {
	rate, starts = r.Rate, epoch == 1
	for _, d := range r.Drops {
		if epoch >= d.Epoch {
			rate, starts = d.Rate, epoch == d.Epoch
		}
	}
	return rate, starts || epoch == 1
}
