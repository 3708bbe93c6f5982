package worker

import (
	"context"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

type noDecoder struct{}

func (noDecoder) Decode(_ context.Context, _ codec.Job) (*codec.Picture, error) {
	return nil, fault.New(fault.Syntax, "", "a codestream of unknown format")
}
