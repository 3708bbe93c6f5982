package miniature

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightbox/model"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/radiograph"
)

// SetMNIST is the set of pictures that the model is made of by default.
const SetMNIST = "pneumoniamnist"

// SetOf is the set that a file or folder of a name holds: files of PneumoniaMNIST are
// one, whatever follows that in their names; others are called as they are.
func SetOf(name string) string {
	if strings.HasPrefix(strings.ToLower(name), SetMNIST) {
		return SetMNIST
	}
	return name
}

// known are the sets of which it is known whom they show, and all the same children.
var known = []string{SetMNIST, radiograph.SetChildren}

// batch is the size of a batch.
const batch = 32

// Averaged is the recipe by default: half of every batch with pneumonia, pictures
// turned, scaled, shifted, mirrored, re-exposed and partly erased at random, one cycle
// of the learning rate, and a moving average of the weights.
func Averaged() ensembles.Recipe {
	return ensembles.Recipe{
		Name: "averaged", Steps: 9750, Rate: 2e-3, Warm: 0.25, Decay: 1e-2, Keep: 0.999, Folds: 5, One: true, Batch: batch,
		Changes: &ensembles.Changes{
			Turn: 12, Scale: 0.15, Squeeze: 0.06, Shift: 2.5 / Side, Mirror: true, Gamma: 0.35, Erase: 0.5, Mixup: 0.3, Smoothing: 0.02,
		},
		Teaching: &ensembles.Teaching{Steps: 3000, Rate: 3e-3, Decay: 2e-2, Soft: 0.9},
	}
}

// Distilled is the same, for fewer steps, learned from three larger networks.
func Distilled() ensembles.Recipe {
	r := Averaged()
	r.Name, r.Steps = "distilled", 5000
	r.Teaching.Teachers, r.Teaching.Steps = 3, 1500
	return r
}

// Source is the source document's training: ten epochs on pixels/255 with hard
// labels, by Adam at a constant rate, and the weights of the last step.
func Source() ensembles.Recipe {
	return ensembles.Recipe{Name: "source", Rate: 1e-3, Folds: 5, One: true, Epochs: 10, Batch: batch, Constant: true, Epsilon: 1e-7}
}

// recipes by name.
var recipes = map[string]func() ensembles.Recipe{"averaged": Averaged, "distilled": Distilled, "source": Source}

// RecipeNames are those that [Recipe] knows, in alphabetical order.
func RecipeNames() []string { return slices.Sorted(maps.Keys(recipes)) }

// maxRecipeBytes bounds a file with a recipe.
const maxRecipeBytes = 1 << 20

// Recipe is one by its name, "" for the default, or of a JSON file as metrics.json
// shows it: what the file leaves out is as in the default. Others wrap
// ensembles.ErrBadRecipe.
func Recipe(name string) (ensembles.Recipe, error) {
	if name == "" {
		name = Averaged().Name
	}
	if made, ok := recipes[name]; ok {
		return made(), nil
	}
	if !strings.EqualFold(filepath.Ext(name), ".json") {
		return ensembles.Recipe{}, fmt.Errorf("%w: %q is none of %s, and no .json file", ensembles.ErrBadRecipe, name, strings.Join(RecipeNames(), ", "))
	}
	f, err := os.Open(name)
	if err != nil {
		return ensembles.Recipe{}, fmt.Errorf("%w: %w", ensembles.ErrBadRecipe, err)
	}
	defer f.Close()
	r := Averaged()
	r.Name = strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	d := json.NewDecoder(io.LimitReader(f, maxRecipeBytes))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return ensembles.Recipe{}, fmt.Errorf("%w in %s: %w", ensembles.ErrBadRecipe, name, err)
	}
	return r, r.Validate()
}

// otherData ends the name of a recipe on sets that are not [known].
const otherData = ", other data"

// For is a recipe for the films that there are: half of every batch with the finding,
// of each set that has both. It tells whether all these sets are known ones, of which it
// is known whom they show.
func For(films []radiograph.Film, r ensembles.Recipe) (ensembles.Recipe, bool) {
	cases := radiograph.Cases(films)
	if r.Epochs == 0 && len(r.Strata) == 0 {
		r.Strata = ensembles.Balanced(cases, r.Batch)
	}
	r.One = true
	ours := !slices.ContainsFunc(r.Sets(cases), func(set string) bool { return !slices.Contains(known, set) })
	if !ours && !strings.HasSuffix(r.Name, otherData) {
		r.Name += otherData
	}
	return r, ours
}

// Patients are the populations of the known sets, and otherwise anyone, with a text of
// the caller's.
func Patients(ours bool, text string) []ensembles.Population {
	if ours {
		return []ensembles.Population{{From: 1, Until: 6, Text: model.PopulationKermany}}
	}
	return []ensembles.Population{{Text: text}}
}
