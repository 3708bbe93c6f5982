package training

import (
	"lightbox/model"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/radiograph"
	"lightbox/model/train/ultrasound"
)

// Texts are what the cards of a model say that is particular to its kind; ok is
// false for a model that is no ensemble.
func Texts(m *model.Model) (texts ensembles.Texts, ok bool) {
	switch m.Meta.Architecture {
	case model.ChestArchitecture:
		return radiograph.Texts(), true
	case model.BreastArchitecture:
		return ultrasound.Texts(), true
	}
	return texts, false
}
