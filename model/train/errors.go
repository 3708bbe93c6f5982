package train

import (
	"errors"

	"lightbox/model/fit"
)

var (
	// ErrUnknownRecipe marks a recipe name or setting that cannot be used.
	ErrUnknownRecipe = errors.New("unusable recipe")
	// ErrBadData marks a data set that cannot be trained on.
	ErrBadData = errors.New("unusable training data")
	// ErrDiverged marks a run whose loss stopped being a number.
	ErrDiverged = fit.ErrDiverged
	// ErrNoCalibration marks out-of-fold logits no calibration can be fitted to.
	ErrNoCalibration = errors.New("no calibration")
)
