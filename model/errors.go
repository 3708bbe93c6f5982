package model

import "errors"

// Errors a caller can tell apart with errors.Is. The text around them says
// what exactly is wrong.
var (
	// ErrBadImage marks a picture that cannot be given to a network.
	ErrBadImage = errors.New("unusable picture")
	// ErrBadWeights marks a weights file that is damaged, or made for
	// another network than the one this program runs.
	ErrBadWeights = errors.New("unusable weights")
	// ErrUnknownModel marks a model name that is not embedded.
	ErrUnknownModel = errors.New("unknown model")
)
