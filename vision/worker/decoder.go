//go:build cgo

package worker

import (
	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch"
)

// decoder does the work inside a worker.
var decoder codec.Decoder = dispatch.InProcess{}
