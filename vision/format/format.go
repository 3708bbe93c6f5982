// Package format tells what kind of file a scan comes from.
package format

import (
	"bytes"
	"encoding/binary"

	"lightbox/vision/dicom"
	"lightbox/vision/nifti"
)

// Format is the kind of file that a scan comes from.
type Format string

// The formats that are read.
const (
	DICOM Format = "DICOM"
	NIfTI Format = "NIfTI"
	PNG   Format = "PNG"
	JPEG  Format = "JPEG"
	TIFF  Format = "TIFF"
	BMP   Format = "BMP"
)

// SniffBytes is how much of a file Of wants to see: the DICOM preamble and a
// few data elements; the beginning of a compressed NIfTI header.
const SniffBytes = 4096

// Of tells the format of a file by its first bytes, "" for one that is not
// read here. The name of a file does not count.
func Of(head []byte) Format {
	// The DICOM prefix decides first: the 128 bytes before it may hold the
	// header of a TIFF or of anything else (PS3.10 7.1).
	switch {
	case dicom.HasPrefix(head):
		return DICOM
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte("II*\x00")), bytes.HasPrefix(head, []byte("MM\x00*")):
		return TIFF
	case bytes.HasPrefix(head, []byte("BM")) && plausibleBMP(head):
		return BMP
	case nifti.Sniff(head):
		return NIfTI
	case dicom.Sniff(head):
		return DICOM
	}
	return ""
}

// plausibleBMP looks past the two letters that any text may begin with: the
// reserved words are zero and the pixel offset lies behind the headers.
func plausibleBMP(head []byte) bool {
	if len(head) < 14 {
		return false
	}
	at := binary.LittleEndian.Uint32(head[10:])
	return binary.LittleEndian.Uint32(head[6:]) == 0 && at >= 26 && at < 1<<16
}
