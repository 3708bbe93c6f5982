package vision

import (
	"gocv.io/x/gocv"

	"lightbox/vision/dicom/codec/jpeg2000"
	"lightbox/vision/dicom/codec/jpegls"
)

// Library is a C library that pictures go through.
type Library struct {
	Name    string // as its makers write it
	Version string
	File    string // what the file of the shared library is called, without "lib" and what follows
}

// Libraries are those that this program was linked to, with the versions that they
// tell themselves. OpenCV's is that of its headers; the name of the shared library
// holds it too, so that another cannot be loaded.
func Libraries() []Library {
	return []Library{
		{"OpenCV", gocv.OpenCVVersion(), "opencv_core"},
		{"OpenJPEG", jpeg2000.LibraryVersion(), "openjp2"},
		{"CharLS", jpegls.LibraryVersion(), "charls"},
	}
}
