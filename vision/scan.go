package vision

import (
	"context"
	"io"
	"os"

	"lightbox/vision/dicom"
	"lightbox/vision/fault"
)

// Format is the kind of file that a scan comes from.
type Format string

// The formats that are read.
const (
	DICOM Format = "DICOM"
	PNG   Format = "PNG"
	JPEG  Format = "JPEG"
	TIFF  Format = "TIFF"
	BMP   Format = "BMP"
)

// Scan is one opened image: its stored values and how to read them.
type Scan struct {
	Path   string
	Format Format

	// Header is what the file says of itself. Picture files fill in the pixel
	// description only.
	Header dicom.Header

	// Stored holds the values as they stand in the file. Colour is RGB.
	Stored *Image

	// Values holds what the views, the statistics and the network work on:
	// Stored itself or, where the file has a Modality LUT Sequence, the
	// values that it gives.
	Values   *Image
	Modality Modality

	// VOIs are the windows to choose from; the first is the default.
	VOIs []VOI

	// Inverse is the file's own polarity: true for MONOCHROME1 and for
	// Presentation LUT Shape INVERSE, which state the same thing (PS3.3
	// C.11.6) and so invert once.
	Inverse bool

	// Incomplete says what is missing of a file whose first frame is whole.
	Incomplete error

	// Spacing in mm between rows and between columns, nil without a source.
	Spacing *Spacing

	padding *paddingRange
}

// ProgressFunc is told how many of how many bytes or rows are done.
type ProgressFunc func(done, total int64)

// Open reads the first frame of the scan at path. The path may hold any
// characters: the file is read by Go and never named to OpenCV.
//
// Errors are *fault.Error; a cancelled context gives fault.Interrupted.
func Open(ctx context.Context, path string, progress ProgressFunc) (*Scan, error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	format, err := Detect(path)
	if err != nil {
		return nil, err
	}
	var s *Scan
	if format == DICOM {
		s, err = openDICOM(ctx, path, progress)
	} else {
		s, err = openPicture(ctx, path, format, progress)
	}
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, path, ctx.Err())
	}
	if err != nil {
		return nil, fault.WithPath(err, path)
	}
	return s, nil
}

// sniffBytes is how much of a file is read to tell what it is: the DICOM
// preamble and a few data elements.
const sniffBytes = 512

// Detect tells the format of the file at path by its first bytes; its name
// does not count.
func Detect(path string) (Format, error) {
	st, err := os.Stat(path)
	if err != nil {
		return "", fault.Reading(path, err)
	}
	if st.IsDir() {
		return "", fault.New(fault.IsDirectory, path, "a folder, not a file")
	}
	if !st.Mode().IsRegular() {
		return "", fault.New(fault.NotAFile, path, "a device, a pipe or a socket")
	}
	if st.Size() == 0 {
		return "", fault.New(fault.Empty, path, "0 bytes")
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fault.Reading(path, err)
	}
	defer func() { _ = f.Close() }() // only read: nothing is lost by a failing close
	head := make([]byte, sniffBytes)
	n, err := io.ReadFull(f, head)
	if err != nil && n == 0 {
		return "", fault.Reading(path, err)
	}
	head = head[:n]
	// The DICOM prefix decides first: the 128 bytes before it may hold the
	// header of a TIFF or of anything else (PS3.10 7.1).
	if dicom.HasPrefix(head) {
		return DICOM, nil
	}
	if p := sniffPicture(head); p != "" {
		return p, nil
	}
	if dicom.Sniff(head) {
		return DICOM, nil
	}
	return "", fault.New(fault.NotAScan, path, "neither DICOM nor PNG, JPEG, TIFF or BMP")
}
