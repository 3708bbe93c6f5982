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
	// ErrWrongHash, ErrNotWeights and ErrOtherArchitecture are told apart among
	// unusable weights: what is not as it was written, a file of another format,
	// and another network.
	ErrWrongHash         = errors.New("not the SHA-256 that it was written with")
	ErrNotWeights        = errors.New("not a safetensors file of this program")
	ErrOtherArchitecture = errors.New("another network")
	// ErrUnknownModel marks a model name that is not embedded.
	ErrUnknownModel = errors.New("unknown model")
)
