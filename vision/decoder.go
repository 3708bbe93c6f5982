package vision

import (
	"context"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/worker"
)

// decoder is what compressed frames and picture files are decoded by:
// processes without rights, which a hostile file may bring down.
func decoder() codec.Decoder { return worker.Default() }

// WarmUp starts a decoding process before the first frame needs it, and tells
// what confines it. It is not needed, but saves the first compressed frame a
// tenth of a second.
func WarmUp(ctx context.Context) (confinement string, err error) {
	i, err := worker.Default().Isolation(ctx)
	if err != nil {
		return "", err
	}
	return i.String(), nil
}
