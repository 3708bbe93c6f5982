package ultrasound

import (
	"lightbox/model"
	"lightbox/model/train/ensembles"
)

// DefaultPatients is the population of the embedded model: the ages are those that
// the authors of the set give for all of its patients, none being known of a picture.
// Source: Al-Dhabyani et al., Data in Brief 28, 2020, 104863.
func DefaultPatients() []ensembles.Population {
	return []ensembles.Population{{From: 25, Until: 76, Text: model.PopulationBreast}}
}

// PatientsFor are the default population where the pictures are those of the default
// recipe, and otherwise anyone, with a text of the caller's.
func PatientsFor(pictures []Picture, text string) []ensembles.Population {
	if RecipeFor(pictures).Name == RecipeName {
		return DefaultPatients()
	}
	return []ensembles.Population{{Text: text}}
}
