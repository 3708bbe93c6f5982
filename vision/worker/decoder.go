package worker

import "lightbox/vision/dicom/codec"

// decoder does the work inside a worker.
var decoder codec.Decoder = noDecoder{}
