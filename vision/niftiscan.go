package vision

import (
	"context"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/fault"
)

func sniffNIfTI([]byte) bool { return false }

func openNIfTI(_ context.Context, b blob.Blob) (volume, dicom.Header, error) {
	return nil, dicom.Header{}, fault.New(fault.NotAScan, b.Path(), "NIfTI")
}
