//go:build !cgo

package worker

import (
	"context"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// The program is never built without cgo. This is for checking the rest of the
// package for another system without that system's C libraries.
var decoder codec.Decoder = noDecoder{}

type noDecoder struct{}

func (noDecoder) Decode(context.Context, codec.Job) (*codec.Picture, error) {
	return nil, fault.New(fault.Syntax, "", "a codestream of unknown format")
}
