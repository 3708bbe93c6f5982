package vision

import (
	"lightbox/vision/dicom/codec"
	"lightbox/vision/worker"
)

// decoder is what compressed frames are decoded by: processes without rights,
// which a hostile file may bring down.
func decoder() codec.Decoder { return worker.Default() }
