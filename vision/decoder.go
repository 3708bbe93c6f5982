package vision

import "lightbox/vision/dicom/codec"

// decoder is what compressed frames are decoded by.
func decoder() codec.Decoder { return nil }
