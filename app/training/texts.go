package training

import (
	"lightbox/model"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/miniature"
	"lightbox/model/train/radiograph"
	"lightbox/model/train/ultrasound"
)

// Texts are what the cards of a model say that is particular to its kind.
func Texts(m *model.Model) ensembles.Texts {
	switch m.Meta.Architecture {
	case model.ChestArchitecture:
		return radiograph.Texts()
	case model.BreastArchitecture:
		return ultrasound.Texts()
	}
	return miniature.Texts()
}
