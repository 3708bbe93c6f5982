package training

import (
	"slices"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/train/radiograph"
)

// readySegmenter names the embedded model whose segmenter finds the lungs on films of
// which too few came with a mask to train one, as those of a hospital do, and tells
// so; empty where one can be trained, or none is embedded.
func (o Options) readySegmenter(list []radiograph.Film) string {
	enough := radiograph.LungsTraining{Films: list, Recipe: radiograph.DefaultLungs()}.Enough()
	if enough || !slices.Contains(model.EmbeddedNames(), model.ChestName) {
		return ""
	}
	note := app.Say("Too few films come with a mask of the lungs to train a segmenter: that of the embedded model {{.Name}} finds the lungs. Another one is named with --lungs.", "Name", model.ChestName)
	o.tell(Event{Phase: Finding, Note: &note})
	return model.ChestName
}
