package training

import (
	"context"
	"errors"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/model/fit"
	"lightbox/model/train/ensembles"
	"lightbox/vision/fault"
)

// reasons has a sentence for each error that a training ends with, but for those
// of scans and disks, which app.Explain words.
var reasons = []struct {
	err error
	say app.Message
}{
	{ErrUnfinished, app.Say("The folder holds a training that was interrupted. Go on with it by --resume, or name another folder.")},
	{ErrLeftAside, app.Say("Scans are unreadable, labelled in two ways, without a label, or with one that is not known, and --strict allows none ({{.Detail}}). Put the folder right, or leave --strict out.")},
	{fit.ErrBadCheckpoint, app.Say("The checkpoint in the folder is damaged, or belongs to other data, another recipe or another seed. Begin anew in another folder.")},
	{fit.ErrDiverged, app.Say("Training diverged: the loss is no number any more. Begin anew with another seed.")},
	{model.ErrBadWeights, app.Say("The weights that were to be taken over cannot be used ({{.Detail}}). Name another file.")},
	{ensembles.ErrNoCases, app.Say("A model cannot be trained on these data ({{.Detail}}).")},
	{dataset.ErrBadData, app.Say("A model cannot be trained on these data ({{.Detail}}).")},
	{ensembles.ErrBadRecipe, app.Say("The recipe cannot be carried out ({{.Detail}}).")},
}

// Explain words why a training ended before its end.
func Explain(err error) app.Message {
	var known *fault.Error
	if errors.Is(err, context.Canceled) {
		return app.Say("Training was stopped.")
	}
	if errors.As(err, &known) {
		return app.Explain(err)
	}
	detail := app.Printable(err.Error())
	for _, r := range reasons {
		if errors.Is(err, r.err) {
			return app.Say(r.say.Text, "Detail", detail)
		}
	}
	return app.Say("Training ended with a fault: {{.Detail}}.", "Detail", detail)
}
