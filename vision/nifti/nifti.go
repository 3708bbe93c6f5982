// Package nifti reads NIfTI-1 volumes (nifti1.h, January 2004): single files,
// plain or compressed by gzip, in either byte order. It delivers stored values
// frame by frame, with their place in the patient in DICOM's coordinates, and
// scales nothing.
//
// NIfTI counts x to the right, y to the front and z to the head; DICOM counts
// x to the left, y to the back and z to the head. All directions and positions
// here are DICOM's (left, posterior, superior; mm).
//
// NIfTI stores what runs upwards on a radiologist's screen upwards in memory,
// so a frame is delivered turned where that makes it conventional: rows run to
// the patient's left or back, columns to the back or the feet. Volume says
// whether rows or columns were reversed, and its Orientation and positions are
// those of the frames as delivered, so that letters drawn from them are true.
// Who wants the stored order, for a hash, reverses them back.
package nifti

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"

	"lightbox/vision/blob"
	"lightbox/vision/fault"
)

// Limits, checked before memory is asked for.
const (
	maxFrameBytes    = 1 << 30 // bytes of one frame
	maxFrames        = 1 << 17 // slices × times; an hour of functional MRI has fewer
	maxInflatedBytes = 2 << 30 // bytes of a compressed volume, which is held in memory whole
	maxOffset        = 1 << 28 // bytes before the first frame: the header and its extensions
	maxExpansion     = 1100    // inflated bytes a compressed byte can stand for; deflate ends at 1032 (zlib technical details)
	pieceBytes       = 1 << 20 // bytes inflated between two looks at the context
)

// Volume is an opened NIfTI file. It holds no file handle and may be used by
// several goroutines. A compressed volume is inflated when the first frame is
// asked for and then held, up to 2 GiB, as long as the Volume lives.
type Volume struct {
	Header
	Path string

	// Columns × Rows pixels a frame, Slices × Times frames, slices first.
	Columns, Rows, Slices, Times int

	// Spacing in mm between columns, between rows and between slices; 0 where
	// the file does not say. TimeStep is in seconds.
	Spacing  [3]float64
	TimeStep float64

	// Orientation holds the direction cosines of a delivered row and column, as
	// Image Orientation (Patient) does; nil where the file does not say.
	Orientation []float64

	// FlippedColumns: each row is delivered last pixel first. FlippedRows: the
	// last row comes first.
	FlippedColumns, FlippedRows bool

	// Incomplete says what is missing of a file whose first frame is whole.
	Incomplete error

	origin, step []float64 // of the first pixel delivered of slice 0; from slice to slice
	blob         blob.Blob
	compressed   bool

	mu     sync.Mutex
	pieces [][]byte // of the inflated frames, pieceBytes each but for the last
	held   int64    // bytes in pieces
	broken error    // why held is not all
}

// Sniff reports whether head, the first bytes of a file (4096 suffice), begins a
// NIfTI-1 file, plain or compressed. NIfTI-2 and .hdr files are recognised too,
// for Open to refuse them by name.
func Sniff(head []byte) bool {
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(head))
		if err != nil {
			return false
		}
		inflated := make([]byte, headerBytes)
		// The head ends in the middle of the stream: what comes before counts.
		n, _ := io.ReadFull(z, inflated)
		head = inflated[:n]
	}
	_, kind := recognise(head)
	return kind != unknown
}

// Open reads the header of a NIfTI file. Errors are *fault.Error: those of
// opening a file, NotAScan, Truncated (the first frame is not whole),
// BadHeader, PixelFormat (a data type, a number of dimensions or a version
// that is not read), TooLarge, Corrupt, Interrupted.
func Open(ctx context.Context, b blob.Blob) (*Volume, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault.Wrap(fault.Interrupted, b.Path(), err)
	}
	in, err := b.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // only read: nothing is lost by a failing close
	v := &Volume{Path: b.Path(), blob: b}
	stream, err := v.stream(in)
	if err != nil {
		return nil, err
	}
	head := make([]byte, headerBytes)
	n, err := io.ReadFull(stream, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, v.unreadable(err)
	}
	if err := v.parse(head[:n]); err != nil {
		return nil, fault.WithPath(err, v.Path)
	}
	if err := v.fits(in.Size()); err != nil {
		return nil, err
	}
	return v, nil
}

// stream gives the file's content from its start, inflated.
func (v *Volume) stream(in blob.Reader) (io.Reader, error) {
	plain := io.NewSectionReader(in, 0, in.Size())
	var magic [2]byte
	if n, _ := in.ReadAt(magic[:], 0); n < 2 || magic != [2]byte{0x1f, 0x8b} {
		return plain, nil
	}
	v.compressed = true
	z, err := gzip.NewReader(plain)
	if err != nil {
		return nil, v.unreadable(err)
	}
	return z, nil
}

// fits holds the header's claims against limits and against the file.
func (v *Volume) fits(size int64) error {
	frame, frames := v.frameBytes(), int64(v.Frames())
	switch {
	case frame > maxFrameBytes:
		return fault.New(fault.TooLarge, v.Path, "a frame of %d bytes, limit %d", frame, int64(maxFrameBytes))
	case frames > maxFrames:
		return fault.New(fault.TooLarge, v.Path, "%d frames, limit %d", frames, maxFrames)
	}
	need := v.offset + frame*frames
	if v.compressed {
		if need > maxInflatedBytes {
			return fault.New(fault.TooLarge, v.Path, "%d bytes inflated, limit %d", need, int64(maxInflatedBytes))
		}
		size *= maxExpansion // what a file of this size can hold at most
	}
	switch have := max(0, size-v.offset); {
	case have < frame:
		return fault.New(fault.Truncated, v.Path, "%d of %d bytes of pixel data", have, frame*frames)
	case have < frame*frames:
		v.Incomplete = fault.New(fault.Truncated, v.Path, "%d of %d bytes of pixel data", have, frame*frames)
	}
	return nil
}

// Frames is the number of frames that the header states.
func (v *Volume) Frames() int { return v.Slices * v.Times }

func (v *Volume) frameBytes() int64 {
	return int64(v.Columns) * int64(v.Rows) * int64(v.Datatype.Bytes())
}

// Position is where the centre of the first pixel of frame i lies, in mm: nil
// where the file does not say.
func (v *Volume) Position(i int) []float64 {
	if v.origin == nil {
		return nil
	}
	k := float64(i % v.Slices)
	return []float64{v.origin[0] + k*v.step[0], v.origin[1] + k*v.step[1], v.origin[2] + k*v.step[2]}
}

// unreadable words an error met while reading or inflating.
func (v *Volume) unreadable(err error) error {
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.New(fault.Truncated, v.Path, "the compressed data end early")
	case corruptData(err):
		return fault.New(fault.Corrupt, v.Path, "the compressed data are broken").Because(err)
	}
	return fault.Reading(v.Path, err)
}
