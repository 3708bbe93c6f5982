//go:build cgo

package worker

import (
	"context"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch"
	"lightbox/vision/imagefile"
)

// decoder does the work inside a worker.
var decoder codec.Decoder = everything{}

// everything reads the codestreams of DICOM and picture files.
type everything struct{}

func (everything) Decode(ctx context.Context, job codec.Job) (*codec.Picture, error) {
	if imagefile.Reads(job.Format) {
		return imagefile.Decode(ctx, job)
	}
	return dispatch.InProcess{}.Decode(ctx, job)
}
